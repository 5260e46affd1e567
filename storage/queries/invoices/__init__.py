"""Invoices and credit notes, and proposals to invoice."""
