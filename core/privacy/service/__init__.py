"""Use cases that reach across the whole store for one person."""
