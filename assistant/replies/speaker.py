"""Words of ours, from templates; values of the shop come in as bindings, each with the row it came from."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from core.messaging.content import Binding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from core.kernel.money import Money


@cache
def templates(language: str) -> dict[str, Any]:
    """A language's templates; English where a language has no file."""
    folder = resources.files("assistant.replies")
    file = folder.joinpath(f"{language}.yaml")
    if not file.is_file():
        file = folder.joinpath("en.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    return loaded


@cache
def languages() -> frozenset[str]:
    """The languages that we speak."""
    folder = resources.files("assistant.replies")
    return frozenset(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))


class Speaker:
    """Collects the bindings of one reply. `locale` is the shop's, `language` the customer's.

    `wordings` are the shop's own words in place of templates, by key, already checked.
    """

    def __init__(self, language: str, shop_locale: str, wordings: Mapping[str, str] | None = None) -> None:
        self.language = language
        self.locale = _locale(language, shop_locale)
        self.bindings: list[Binding] = []
        self._right_to_left = self.locale.text_direction == "rtl"
        self._texts = templates(language)
        self._own: Mapping[str, str] = wordings or {}

    def say(self, key: str, **values: str) -> str:
        """A template with bound values put in."""
        return str(self._own.get(key) or self._texts[key]).format(**values)

    def word(self, group: str, key: str) -> str:
        """A word of ours that stands for a stored value, such as a way of fulfilment; the value itself if unknown."""
        return str(self._texts[group].get(key, key))

    def bind(self, name: str, value: str, table: str, row: str, field: str = "") -> str:
        """A value as it is printed, remembered with its row."""
        bound = Binding(name, value, table, row, field)
        if bound not in self.bindings:
            self.bindings.append(bound)
        # A name or a number of another direction must not turn the words around it.
        return f"\u2068{value}\u2069" if self._right_to_left else value

    def money(self, amount: Money, table: str, row: str, field: str = "price") -> str:
        """An amount in the customer's format."""
        return self.bind(
            "money", format_currency(amount.decimal(), amount.currency, locale=self.locale), table, row, field
        )

    def number(self, value: int, table: str, row: str, field: str = "quantity") -> str:
        """A number in the customer's format."""
        return self.bind("number", format_decimal(value, locale=self.locale), table, row, field)

    def time(self, moment: datetime, table: str, row: str, field: str) -> str:
        """A time of day on the clock that `moment` carries."""
        return self.bind(
            "time", format_time(moment, "short", tzinfo=moment.tzinfo, locale=self.locale), table, row, field
        )

    def day(self, moment: datetime, table: str, row: str, field: str) -> str:
        """A day of the week."""
        return self.bind("day", format_date(moment, "EEEE", locale=self.locale), table, row, field)

    def listed(self, values: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
        """Values as a list: "a, b and c", or "a, b or c" with style "or"."""
        return format_list(list(values), style=style, locale=self.locale) if values else ""


@cache
def _locale(language: str, shop_locale: str) -> Locale:
    """The shop's locale when it speaks the customer's language, else the language in the shop's territory."""
    for tag in (
        shop_locale if shop_locale.startswith(language) else "",
        f"{language}-{shop_locale.partition('-')[2]}",
        language,
    ):
        try:
            if tag:
                return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")
