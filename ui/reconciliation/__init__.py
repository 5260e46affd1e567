"""Reconciliation: every billable minute in its bucket (spec, promise 2)."""
