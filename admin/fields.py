"""The fields of a form: repeated names, numbers, amounts, per cents; and the same shown again when one is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from core.kernel.errors import InvalidInput
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request

_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
_MOST_DIGITS = 4  # of a per cent, beside its point


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form says, or would say: each name with its values, in the order of the page."""

    values: Mapping[str, Sequence[str]]

    @classmethod
    async def sent(cls, request: Request) -> Fields:
        """Those of a request; files are left out."""
        found: dict[str, list[str]] = {}
        for name, value in (await request.form()).multi_items():
            if isinstance(value, str):
                found.setdefault(name, []).append(value)
        return cls(found)

    def one(self, name: str) -> str:
        """The value of a field without spaces around it; empty when it was not sent."""
        return next(iter(self.values.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a name."""
        return tuple(value.strip() for value in self.values.get(name, ()))

    def on(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.one(name))

    def rows(self, *names: str) -> list[tuple[str, ...]]:
        """The values of several names side by side, one tuple a row of the page.

        Raises:
            InvalidInput: the page sent one of them more often than another.
        """
        columns = [self.all(name) for name in names]
        if len({len(column) for column in columns}) > 1:
            raise InvalidInput(field=names[0], problem="was sent in part: reload the page and try again.")
        return list(zip(*columns, strict=True))

    def whole(self, name: str, *, label: str = "") -> int:
        """A whole number.

        Raises:
            InvalidInput: it is none.
        """
        return whole(self.one(name), field=label or name)

    def whole_or_none(self, name: str) -> int | None:
        """A whole number, or None where the field is empty.

        Raises:
            InvalidInput: it is no number.
        """
        return self.whole(name) if self.one(name) else None


def whole(text: str, *, field: str) -> int:
    """A whole number that somebody wrote.

    Raises:
        InvalidInput: it is none.
    """
    if not _WHOLE.match(text.strip()):
        raise InvalidInput(field=field, problem=f"“{text[:40]}” is not a whole number: write digits only.")
    return int(text)


def money(text: str, currency: str, *, field: str) -> Money:
    """An amount that somebody wrote, like 3.80.

    Raises:
        InvalidInput: it is none, is below zero, or is finer than the currency's smallest coin.
    """
    try:
        found = Money.parse(text.strip().replace(",", "."), currency)
    except InvalidInput:
        found = Money(-1, currency)
    if found.amount < 0:
        example = Money(350, currency).decimal()
        raise InvalidInput(field=field, problem=f"“{text[:40]}” is no amount: write it like {example}, zero or more.")
    return found


def basis_points(text: str, *, field: str) -> int:
    """A per cent that somebody wrote, like 8.25, in hundredths of a per cent.

    Raises:
        InvalidInput: it is none, is not between 0 and 100, or has more than two digits after the point.
    """
    bare = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        found = Decimal(bare) * 100
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or found != found.to_integral_value() or not 0 <= found <= 10**_MOST_DIGITS:
        raise InvalidInput(field=field, problem=f"“{text[:40]}” is no per cent from 0 to 100: write it like 8.25.")
    return int(found)


def percent(points: int) -> str:
    """Hundredths of a per cent as people write them: 825 is “8.25”, 700 is “7”."""
    return f"{Decimal(points) / 100:f}"


def words(text: str) -> tuple[str, ...]:
    """What is listed in a field, by commas or line by line; each once."""
    return tuple(dict.fromkeys(part for chunk in re.split(r"[,;\n]", text) if (part := chunk.strip())))
