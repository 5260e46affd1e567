"""Suspended work, oldest first (spec, section 5)."""
