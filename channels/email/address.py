"""Addresses of mail, as strict as providers are, and no stricter."""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Final

_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
_LEAST_LABELS: Final = 2


def usable(address: str) -> str | None:
    """The address as it is sent to; None when no mail can go there. The domain may be in any script."""
    local, at, domain = address.strip().rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return None
    try:
        domain = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = domain.split(".")
    if len(labels) < _LEAST_LABELS or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    found = f"{local}@{domain}"
    return found if len(found) <= _LONGEST else None


def sender(written: str) -> tuple[str, str] | None:
    """Name and address of "Corner Cafe <orders@shop.example>"; None when it has no usable address."""
    name, address = parseaddr(written)
    found = usable(address)
    return (name, found) if found is not None else None
