"""An address in the customer's words, split into street, postcode and city. Pure; nothing is looked up."""

from __future__ import annotations

import re
from typing import Final

from core.kernel.errors import InvalidAddress
from core.kernel.text import clean
from core.merchants import Address
from core.merchants.addresses import checked

# As postcodes are written anywhere, the most particular first. A house number of four digits is no postcode.
_SHAPES: Final = tuple(
    re.compile(rf"(?<![\w-]){shape}(?![\w-])", re.IGNORECASE)
    for shape in (
        r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
        r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
        r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
        r"\d{5}-\d{3,4}",
        r"\d{3}-\d{4}",
        r"\d{4} ?[A-Z]{2}",
        r"\d{2}-\d{3}",
        r"\d{3} \d{2}",
        r"\d{7}",
        r"\d{6}",
        r"\d{5}",
        r"\d{4}",
    )
)


def address_of(text: str, country: str = "") -> Address:
    """The address that a text says; what cannot be told apart stays in the street."""
    said = clean(text, 300).strip(" ,.")
    for shape in _SHAPES:
        matches = [m for m in shape.finditer(said) if m.start()]
        for match in reversed(matches):
            found = _split(said, match)
            if not country or _fits(found, country):
                return found
    street, _, city = said.partition(",")
    return Address(street=street.strip(), city=city.strip(" ,"))


def _split(said: str, match: re.Match[str]) -> Address:
    before, after = said[: match.start()].strip(" ,"), said[match.end() :].strip(" ,")
    street, _, rest = before.partition(",")
    city = ", ".join(part for part in (rest.strip(" ,"), after) if part)
    return Address(street=street.strip(), postcode=match.group(), city=city)


def _fits(found: Address, country: str) -> bool:
    try:
        checked(found, country=country)
    except InvalidAddress:
        return False
    return True
