"""Conversations, turns, inbound and outbound messages."""
