"""Channels: each verifies, parses, renders and sends; none knows another."""
