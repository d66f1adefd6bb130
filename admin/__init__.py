"""The staff web and its API."""
