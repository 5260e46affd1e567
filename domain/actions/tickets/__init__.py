"""Actions on tickets and their time entries (spec, sections 2 and 3)."""
