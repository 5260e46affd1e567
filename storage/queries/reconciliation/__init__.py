"""The work of closed tickets by bucket."""
