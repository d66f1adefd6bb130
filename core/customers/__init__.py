"""Customers and their identities on channels."""
