"""Users, notifications, preferences and background runs."""
