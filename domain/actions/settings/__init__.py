"""Settings of the firm (spec, sections 6 and 7)."""
