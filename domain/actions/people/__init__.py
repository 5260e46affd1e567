"""Users, their preferences, saved views, notifications and background runs (spec, section 7)."""
