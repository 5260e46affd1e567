"""The ticket list, one ticket, and what stops tickets from being billed."""
