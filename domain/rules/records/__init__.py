"""How the columns and rows of an import and the fields of a form are judged (spec, section 8)."""
