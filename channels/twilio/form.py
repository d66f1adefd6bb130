"""Twilio's webhooks: forms, of which nothing is believed before the signature is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 256 * 1024  # bytes; a text has 1,600 characters at most
_MOST_FIELDS: Final = 500
_LONGEST_KEY: Final = 255


class Form:
    """The fields of a form, as sent. A field may be there several times; then the first one counts."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in fields:
            self._values.setdefault(name, []).append(value)

    @classmethod
    def read(cls, body: bytes) -> Form | None:
        """The form that a body holds; None when it is larger, or has more fields, than any of Twilio's."""
        if len(body) > LARGEST:
            return None
        try:
            return cls(
                parse_qsl(
                    body.decode("utf-8", "replace"),
                    keep_blank_values=True,
                    encoding="utf-8",
                    errors="replace",
                    max_num_fields=_MOST_FIELDS,
                )
            )
        except ValueError:
            return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getlist(self, name: str) -> list[str]:
        """Every value of a field: what the official check of signatures asks for."""
        return self._values.get(name, [])

    def raw(self, name: str) -> str:
        """A field as it was sent; empty without one."""
        return next(iter(self._values.get(name, ())), "")

    def text(self, name: str, limit: int = 4096) -> str:
        """A field made safe, of at most so many characters."""
        return clean(self.raw(name), limit)

    def key(self, name: str) -> str:
        """An id as it is; empty where there is none, or one that no provider gives."""
        found = self.text(name, _LONGEST_KEY + 1)
        return found if len(found) <= _LONGEST_KEY else ""

    def number(self, name: str, furthest: float) -> float | None:
        """A finite number no further from 0 than `furthest`."""
        try:
            found = float(self.raw(name)[:32])
        except ValueError:
            return None
        return found if abs(found) <= furthest else None

    def count(self, name: str, most: int) -> int:
        """A number of things, `most` if it says more; 0 where there is none."""
        found = self.raw(name).strip()
        return min(int(found[:9]), most) if found.isascii() and found.isdigit() else 0
