"""The shape of a menu file: which keys stand where, and what kind of value each has."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.catalogue.menu import PRE_MODIFIERS
from core.kernel.money import exponent
from core.kernel.text import clean
from core.merchants import rules as shops

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.catalogue.validation.findings import Findings

    Check = Callable[[Findings, str, Any, str], None]

ID_LENGTH, NAME_LENGTH, DESCRIPTION_LENGTH = 64, 120, 2000
MAX_COUNT: Final = 1000
MAX_MINOR_UNITS: Final = 10**12
_ID = re.compile(r"[\w][\w.-]*\Z")
_DECIMAL = re.compile(r"(-?)[0-9]+(?:\.([0-9]+))?\Z", re.ASCII)
_NUMBER_INSIDE = re.compile(r"[0-9]+(?:[.,][0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys an object may have, with the check of each, and those it must have."""

    keys: Mapping[str, Check]
    required: frozenset[str]


def check_shape(found: Findings, data: Mapping[str, Any]) -> None:
    """Find what is wrong with each value by itself."""
    currency = data.get("currency")
    known = currency if isinstance(currency, str) and currency in shops.currencies() else ""
    check_object(found, "", data, known, MENU)


def kind_of(value: object) -> str:
    """A JSON value's kind in words: "the number 3.8"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text “{value[:40]}”"
    return "a list" if isinstance(value, list) else "an object"


def did_you_mean(word: str, known: list[str] | tuple[str, ...], otherwise: str) -> str:
    """A fix that names the nearest known word, if one is near."""
    near = difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return f"Did you mean “{near[0]}”?" if near else otherwise


def check_object(found: Findings, place: str, value: Mapping[str, Any], currency: str, shape: Shape) -> None:
    """The keys of an object, and the value of each."""
    for key in getattr(value, "repeated", ()):
        found.add(
            "repeated-key", key_place(place, key), f"The key “{key}” stands here more than once.", "Keep one of them."
        )
    for key in sorted(shape.required - value.keys()):
        found.add("missing-key", key_place(place, key), f"The key “{key}” is missing.", f"Add {_EXAMPLES[key]}.")
    for key, inner in value.items():
        if key in shape.keys:
            shape.keys[key](found, key_place(place, key), inner, currency)
        else:
            fix = did_you_mean(key, list(shape.keys), f"Remove it: only {', '.join(shape.keys)} may stand here.")
            found.add("unknown-key", key_place(place, key), f"There is no key “{key[:40]}”.", fix)


def key_place(place: str, key: str) -> str:
    """Where a key stands."""
    name = key[:40] or '""'
    return f"{place}.{name}" if place else name


def wrong_type(found: Findings, place: str, value: object, wanted: str) -> None:
    """Note a value of another kind than is `wanted`."""
    found.add("wrong-type", place, f"This is {kind_of(value)}.", f"Write {wanted}.")


def objects_of(shape: Shape) -> Check:
    """A list of objects of one shape."""

    def check(found: Findings, place: str, value: object, currency: str) -> None:
        if not isinstance(value, list):
            wrong_type(found, place, value, "a list: [ … ]")
            return
        for index, inner in enumerate(value):
            if isinstance(inner, dict):
                check_object(found, f"{place}[{index}]", inner, currency, shape)
            else:
                wrong_type(found, f"{place}[{index}]", inner, 'an object: { "id": … }')

    return check


def texts_of(each: Check) -> Check:
    """A list whose entries are checked one by one."""

    def check(found: Findings, place: str, value: object, currency: str) -> None:
        if not isinstance(value, list):
            wrong_type(found, place, value, 'a list of texts: ["like", "this"]')
            return
        for index, inner in enumerate(value):
            each(found, f"{place}[{index}]", inner, currency)

    return check


def text_of(limit: int, *, empty: bool = False) -> Check:
    """A text of at most `limit` characters."""

    def check(found: Findings, place: str, value: object, _currency: str) -> None:
        if not isinstance(value, str):
            wrong_type(found, place, value, 'text in double quotes: "like this"')
        elif not clean(value) and not empty:
            found.add(
                "empty-text", place, "This text is empty.", "Write what customers call it, or leave the entry out."
            )
        elif len(value) > limit:
            found.add("long-text", place, f"This text has {len(value)} characters.", f"Shorten it to {limit}.")
        elif clean(value, limit) != unicodedata.normalize("NFC", value):
            message = "This text has spaces at an end, or characters that nobody sees."
            found.add("unclean-text", place, message, f"Write “{clean(value, limit)[:60]}”: it is read so.")

    return check


def id_of(found: Findings, place: str, value: object, _currency: str) -> None:
    """An id: letters, digits and a few signs."""
    if not isinstance(value, str):
        wrong_type(found, place, value, 'text in double quotes, like "iced_latte"')
    elif not value:
        found.add("empty-text", place, "This id is empty.", 'Write an id like "iced_latte".')
    elif len(value) > ID_LENGTH:
        found.add("long-text", place, f"This id has {len(value)} characters.", f"Shorten it to {ID_LENGTH}.")
    elif not _ID.match(value):
        better = re.sub(r"[^\w.-]+", "_", value.strip()).strip("_.-").lower() or "iced_latte"
        message = f"The id “{value}” has characters that an id may not have."
        found.add("bad-id", place, message, f"Use letters, digits, “_”, “-” and “.” only, like “{better}”.")


def flag(found: Findings, place: str, value: object, _currency: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        wrong_type(found, place, value, "true or false, without quotes")


def _count(least: int, *, unlimited: bool = False) -> Check:
    allowed = f"a whole number from {least} to {MAX_COUNT}" + (", or null for no limit" if unlimited else "")

    def check(found: Findings, place: str, value: object, _currency: str) -> None:
        if value is None and unlimited:
            return
        if isinstance(value, bool) or not isinstance(value, int):
            wrong_type(found, place, value, f"{allowed}, without quotes")
        elif not least <= value <= MAX_COUNT:
            found.add("number-out-of-range", place, f"{value} is not possible here.", f"Write {allowed}.")

    return check


def _price(found: Findings, place: str, value: object, currency: str) -> None:
    digits = exponent(currency)
    example = "3.80"[: 2 + digits].rstrip(".") if currency else "3.80"
    if not isinstance(value, str):
        written = f"{value:.{digits}f}" if isinstance(value, int | float) and not isinstance(value, bool) else example
        found.add(
            "price-not-text", place, f"The price is {kind_of(value)}.", f'Write it in double quotes: "{written}".'
        )
        return
    match = _DECIMAL.match(value)
    if match is None:
        inside = _NUMBER_INSIDE.search(value)
        better = inside[0].replace(",", ".") if inside else example
        found.add(
            "price-not-decimal", place, f"“{value[:40]}” is no price.", f'Write digits and a point only: "{better}".'
        )
    elif match[1]:
        found.add("price-negative", place, f"The price {value[:40]} is below zero.", "Write 0 or more.")
    elif currency and len((match[2] or "").rstrip("0")) > digits:
        message = f"{value[:40]} is finer than {currency} can be paid: it has {digits} digits after the point."
        found.add("price-too-fine", place, message, f'Round it, to something like "{example}".')
    elif len(value.split(".", maxsplit=1)[0].lstrip("0")) + digits > len(str(MAX_MINOR_UNITS)) - 1:
        found.add("price-too-large", place, f"{value[:40]} is too large.", "Check the number of digits.")


def _currency(found: Findings, place: str, value: object, _currency: str) -> None:
    if not isinstance(value, str):
        wrong_type(found, place, value, 'an ISO 4217 code in double quotes, like "USD"')
    elif value not in shops.currencies():
        upper = value.strip().upper()
        fix = f"Write “{upper}”." if upper in shops.currencies() else "Write the ISO 4217 code, like “USD” or “EUR”."
        found.add("unknown-currency", place, f"“{value[:40]}” is no currency in use.", fix)


def _locale(found: Findings, place: str, value: object, _currency: str) -> None:
    if not isinstance(value, str):
        wrong_type(found, place, value, 'a language tag in double quotes, like "en-US"')
    elif not shops.is_locale(value):
        language, _, region = value.replace("_", "-").partition("-")
        better = f"{language.lower()}-{region.upper()}" if region else language.lower()
        fix = f"Write “{better}”." if shops.is_locale(better) else "Write a language and a country, like “en-US”."
        found.add("bad-locale", place, f"“{value[:40]}” is no language tag that we know.", fix)


def _pre_modifier(found: Findings, place: str, value: object, _currency: str) -> None:
    if not isinstance(value, str):
        wrong_type(found, place, value, f"one of {', '.join(PRE_MODIFIERS)}, in double quotes")
    elif value not in PRE_MODIFIERS:
        fix = did_you_mean(value, PRE_MODIFIERS, f"Use {', '.join(PRE_MODIFIERS)}.")
        found.add("unknown-pre-modifier", place, f"“{value[:40]}” is no pre-modifier.", fix)


def nullable(inner: Check) -> Check:
    """What may also be null."""

    def check(found: Findings, place: str, value: object, currency: str) -> None:
        if value is not None:
            inner(found, place, value, currency)

    return check


_EXAMPLES: Final = {
    "name": '"name": what customers read',
    "currency": '"currency": "USD"',
    "items": '"items": [ … ]',
    "id": '"id": a short word that stays the same when the name changes',
    "price": '"price": "3.80"',
    "slots": '"slots": [ … ]',
    "unit": '"unit": "g"',
    "of": '"of": the id of what is used',
    "amount": '"amount": "18 g"',
    "yields": '"yields": "500 g"',
    "uses": '"uses": [ … ]',
    "item": '"item": the id of an item of the menu',
    "group": '"group": the id of a modifier group of the menu',
    "modifier": '"modifier": the id of a modifier of the group',
    "effects": '"effects": [ … ]',
}
_ID_NAME: Final = frozenset({"id", "name"})
_WORDS: Final = texts_of(text_of(NAME_LENGTH))
_NAMED: Final[dict[str, Check]] = {"id": id_of, "name": text_of(NAME_LENGTH), "aliases": _WORDS}
_DECLARED: Final[dict[str, Check]] = {"tags": _WORDS, "allergens": nullable(_WORDS), "available": flag}
_VARIATION: Final = Shape({**_NAMED, "price": _price, "default": flag}, _ID_NAME)
_ITEM: Final = Shape(
    {
        **_NAMED,
        "description": text_of(DESCRIPTION_LENGTH, empty=True),
        "category": text_of(NAME_LENGTH, empty=True),
        "price": _price,
        "variations": objects_of(_VARIATION),
        "modifier_groups": texts_of(id_of),
        **_DECLARED,
    },
    _ID_NAME | {"price"},
)
_MODIFIER: Final = Shape(
    {**_NAMED, "price": _price, "default": flag, "max": _count(1, unlimited=True), **_DECLARED}, _ID_NAME
)
_GROUP: Final = Shape(
    {
        "id": id_of,
        "name": text_of(NAME_LENGTH),
        "min": _count(0),
        "max": _count(1, unlimited=True),
        "pre_modifiers": texts_of(_pre_modifier),
        "modifiers": objects_of(_MODIFIER),
    },
    _ID_NAME,
)
_SLOT: Final = Shape(
    {"id": id_of, "name": text_of(NAME_LENGTH), "items": texts_of(id_of), "quantity": _count(1)}, _ID_NAME
)
_COMBO: Final = Shape({**_NAMED, "price": _price, "slots": objects_of(_SLOT)}, _ID_NAME | {"price"})
MENU: Final = Shape(
    {
        "name": text_of(NAME_LENGTH),
        "currency": _currency,
        "locale": _locale,
        "allergens_complete": flag,
        "items": objects_of(_ITEM),
        "modifier_groups": objects_of(_GROUP),
        "combos": objects_of(_COMBO),
    },
    frozenset({"name", "currency", "items"}),
)
