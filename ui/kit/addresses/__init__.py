"""What the address of each list can say, so that any page can link to any list."""
