"""Invoices and credit notes: the list, a document, and issuing (spec, section 5)."""
