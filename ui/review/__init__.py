"""The page of one proposal, where its lines are judged (spec, section 5)."""
