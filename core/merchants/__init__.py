"""Merchants and their locations."""
