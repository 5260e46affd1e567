"""Master data: lists, details, choices and names."""
