"""Answers about the shop and the menu."""
