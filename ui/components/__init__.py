"""Pieces that pages are made of. They know no SQL and no rules."""
