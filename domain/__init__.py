"""What the product knows: words, values, rules and use cases. Knows no database engine and no screen."""
