"""Billing issues: why tickets can't be billed, and how to fix many at once (spec, section 4)."""
