"""Stored conversations run again."""
