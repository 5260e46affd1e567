"""Proposals: list, review, inbox and generation results."""
