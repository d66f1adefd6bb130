"""The router of what is no order."""
