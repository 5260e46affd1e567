"""Invoices and credit notes, and what waits to be issued."""
