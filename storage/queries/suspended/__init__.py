"""Suspended work by ticket."""
