"""Signatures of deliveries: a time stamp and an HMAC-SHA256 over it and the raw body ("t=…,v1=…")."""

from __future__ import annotations

import hmac
from typing import Final

from channels.payments.base import NotGenuine
from core.kernel.clock import now

TOLERANCE: Final = 300  # seconds
_HEADER_LENGTH: Final = 2048


def signed(body: bytes, secret: str, *, at: int | None = None) -> str:
    """The header for a body that is sent now."""
    moment = int(now().timestamp()) if at is None else at
    return f"t={moment},v1={_mark(moment, body, secret)}"


def check(header: str, body: bytes, secret: str) -> None:
    """Accept a body that was signed with the secret, at most five minutes ago.

    Raises:
        NotGenuine: it was not, or cannot be read. Several signatures are fine: the secret may be changing.
    """
    moment, marks = _read(header)
    expected = _mark(moment, body, secret).encode()
    if not any(hmac.compare_digest(expected, mark.encode()) for mark in marks):
        raise NotGenuine("the signature is wrong")
    if abs(now().timestamp() - moment) > TOLERANCE:
        raise NotGenuine("the signature is too old, or from the future")


def _mark(moment: int, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), b"%d." % moment + body, "sha256").hexdigest()


def _read(header: str) -> tuple[int, list[str]]:
    if len(header) > _HEADER_LENGTH:
        raise NotGenuine("the signature header is too long")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for key, _, value in pairs if key == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()):
        raise NotGenuine("the signature has no time")
    return int(moments[0]), [value for key, _, value in pairs if key == "v1"]
