"""The list of proposals (spec, section 5)."""
