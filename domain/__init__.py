"""The domain: vocabulary, values, rules and actions. It knows no database engine and no screen."""
