"""Understands what a customer says and decides what to do. Knows core; knows no channel, web framework or model library."""
