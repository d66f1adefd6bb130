"""Consent, moving between channels, and what is kept of a person."""
