"""Issuing and crediting invoices (spec, section 5)."""
