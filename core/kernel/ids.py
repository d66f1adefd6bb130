"""Identifiers: time-ordered, opaque, 32 hexadecimal digits (UUID version 7, RFC 9562)."""

from __future__ import annotations

import os
import secrets
import time
from typing import NewType

MerchantId = NewType("MerchantId", str)
LocationId = NewType("LocationId", str)
CustomerId = NewType("CustomerId", str)
ConversationId = NewType("ConversationId", str)
CartId = NewType("CartId", str)
OrderId = NewType("OrderId", str)
StaffId = NewType("StaffId", str)

# No vowels and no look-alikes: a code that is read out loud and spells nothing.
_CODE_LETTERS = "BCDFGHJKMNPQRSTVWXZ23456789"


def new_id() -> str:
    """A fresh identifier that sorts after those made in earlier milliseconds."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return f"{value:032x}"


def new_code(length: int = 4) -> str:
    """A short code for people, such as an order's call-out code."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(length))


def new_token() -> str:
    """An unguessable secret of 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)
