"""Queries for screens and commands, in folders by noun.

A query returns frozen rows, never entities; fields to sort and filter by come from an allow-list.
"""
