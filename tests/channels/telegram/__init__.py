"""Telegram, against a pretended one."""
