"""One module per screen: frozen rows out, and sort and filter fields from an allow-list in."""
