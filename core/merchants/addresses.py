"""A place to deliver to, checked without asking anybody: is it written so that a rider could find it? Pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from core.kernel.errors import InvalidAddress
from core.kernel.text import clean

_LINE: Final = 120
_POSTCODE: Final = 16
_INSTRUCTIONS: Final = 300
_LATITUDE: Final = 90_000_000
_LONGITUDE: Final = 180_000_000
_LETTER = re.compile(r"[^\W\d_]")

# How countries write their postcodes, spaces and hyphens left out ("A" a letter, "9" a digit), with an example.
# Countries that use none, or that are not listed, accept anything of sensible length.
_POSTCODES: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(
        ("AU", "AT", "BE", "BG", "CH", "CY", "DK", "GE", "HU", "LI", "LU", "NO", "NZ", "SI", "TN", "ZA"),
        ("9999", "1050"),
    ),
    **dict.fromkeys(
        ("DE", "EE", "ES", "FI", "FR", "HR", "ID", "IT", "KR", "MA", "MC", "MX", "MY", "RS", "SA", "TH", "TR", "UA"),
        ("99999", "10115"),
    ),
    **dict.fromkeys(("CZ", "GR", "SE", "SK"), ("99999", "110 00")),
    **dict.fromkeys(("CN", "IN", "KZ", "RO", "RU", "SG", "VN"), ("999999", "110001")),
    "AD": ("AA999", "AD500"),
    "BR": ("99999999", "01310-100"),
    "CA": ("A9A9A9", "K1A 0B1"),
    "IL": ("9999999", "6100000"),
    "IS": ("999", "101"),
    "JP": ("9999999", "100-0001"),
    "LT": ("(LT)?99999", "LT-01100"),
    "LV": ("(LV)?9999", "LV-1050"),
    "MT": ("AAA9999", "VLT 1117"),
    "NL": ("9999AA", "1012 AB"),
    "PL": ("99999", "00-001"),
    "PT": ("9999(999)?", "1000-001"),
    "TW": ("999(99|999)?", "100"),
    "US": ("99999(9999)?", "94103"),
    "GB": ("AA?9[A9]?9AA", "SW1A 1AA"),
    "IE": ("A(99|6W)[A9]{4}", "D02 X285"),
}
_CODES: Final = {"A": "[A-Z]", "9": "[0-9]", "[A9]": "[A-Z0-9]"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes. `latitude` and `longitude` are millionths of a degree, both or none."""

    street: str
    postcode: str = ""
    city: str = ""
    country: str = ""
    latitude: int | None = None
    longitude: int | None = None
    instructions: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored with a cart or an order."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Address:
        """What `to_json` wrote."""
        return cls(**data)

    @property
    def text(self) -> str:
        """One line for a rider."""
        place = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (self.street, place, self.country) if part)


def checked(address: Address, *, country: str = "") -> Address:
    """The address cleaned, its postcode as its country writes it; `country` is the shop's, for one that names none.

    Raises:
        InvalidAddress: `field` and `problem` say what is missing or cannot be, and how it is written.
    """
    land = clean(address.country or country, 2).upper()
    found = replace(
        address,
        street=clean(address.street, _LINE),
        city=clean(address.city, _LINE),
        country=land,
        postcode=clean(address.postcode, _POSTCODE).upper(),
        instructions=clean(address.instructions, _INSTRUCTIONS),
    )
    if not _LETTER.search(found.street):
        raise InvalidAddress(field="street", problem="write the street and the number, like 12 Mill Road.")
    if found.country and not re.fullmatch("[A-Z]{2}", found.country):
        raise InvalidAddress(field="country", problem=f"“{found.country}” is not a country code like IE.")
    _check_postcode(found)
    _check_coordinates(found)
    return found


def normal(postcode: str) -> str:
    """A postcode as it is compared: upper case, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", postcode).upper()


def _check_postcode(address: Address) -> None:
    known = _POSTCODES.get(address.country)
    if known is None:
        return
    pattern, example = known
    if not address.postcode:
        raise InvalidAddress(field="postcode", problem=f"is missing: write one like {example}.")
    if not re.fullmatch(_regex(pattern), normal(address.postcode)):
        problem = f"“{address.postcode}” is not a postcode of {address.country}: write one like {example}."
        raise InvalidAddress(field="postcode", problem=problem)


def _regex(pattern: str) -> str:
    # Text inside a pattern's own brackets (LT, 6W) stands for itself.
    parts = re.split(r"(\[A9\]|\((?:LT|LV)\)\?|6W)", pattern)
    literal = {"(LT)?": "(?:LT)?", "(LV)?": "(?:LV)?", "6W": "6W", "[A9]": "[A-Z0-9]"}
    return "".join(literal.get(part) or re.sub("[A9]", lambda m: _CODES[m[0]], part) for part in parts)


def _check_coordinates(address: Address) -> None:
    if (address.latitude is None) != (address.longitude is None):
        raise InvalidAddress(field="latitude", problem="give latitude and longitude, or neither.")
    if abs(address.latitude or 0) > _LATITUDE or abs(address.longitude or 0) > _LONGITUDE:
        raise InvalidAddress(field="latitude", problem="is not on the globe: at most 90 and 180 degrees either way.")
