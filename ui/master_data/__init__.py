"""Companies, contacts, services, contracts and plannings: lists and forms (spec, sections 1 and 2)."""
