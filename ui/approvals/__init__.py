"""The inbox of a team lead (spec, section 5)."""
