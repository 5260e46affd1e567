"""The page of one ticket and its forms (spec, section 2)."""
