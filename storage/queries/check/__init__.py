"""The verification of the whole database that `check` runs (spec, section 9)."""
