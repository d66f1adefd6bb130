"""Secrets that are shown once and kept as hashes."""

from __future__ import annotations

from hashlib import sha256


def digest(token: str) -> str:
    """How a token is kept: SHA-256 in hexadecimal. Tokens have 256 random bits, so that needs no salt."""
    return sha256(token.encode()).hexdigest()
