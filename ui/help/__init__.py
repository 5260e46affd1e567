"""The help page, made from the rules."""
