"""Figures and charts of the home page."""
