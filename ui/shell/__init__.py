"""The frame around every page: rail, top bar, global search, notifications, background runs, help and tour."""
