"""Validation of import columns and rows and of form fields (spec, section 8)."""
