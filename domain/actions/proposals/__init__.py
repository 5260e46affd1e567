"""Actions on proposals and their lines (spec, sections 4 and 5)."""
