"""The page of one contract: units, ledger, tickets (spec, section 6)."""
