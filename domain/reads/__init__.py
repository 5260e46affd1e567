"""Conditions and rows that actions and queries share."""
