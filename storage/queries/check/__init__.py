"""The proof on the whole database that `check` runs (spec, section 9)."""
