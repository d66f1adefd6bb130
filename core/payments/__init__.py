"""Payments and refunds: what was asked, captured, given back, whoever the provider is."""
