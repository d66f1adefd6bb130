"""Understands what a customer says and decides what to do. Knows core; no channel, web framework or model library."""
