"""Ordering in a terminal: `comanda chat`."""

from channels.terminal.talk import Terminal

__all__ = ["Terminal"]
