"""The ledger of contracts (spec, section 6)."""
