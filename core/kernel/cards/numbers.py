"""Whose a long number is by its digits: an issuer's card, an account (IBAN), a barcode (GTIN)."""

from __future__ import annotations

import re

LEAST, MOST = 13, 19
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{2,4}){3,8}[ \-]?[A-Z0-9]{0,3}(?![^\W_])", re.IGNORECASE)
_IBANS = """
    AE:23 AT:20 BE:16 BG:22 CH:21 CY:28 CZ:24 DE:22 DK:18 EE:20 ES:24 FI:18 FR:27 GB:22 GR:27 HR:21 HU:28 IE:22 IL:23
    IS:26 IT:27 JO:30 KW:30 LB:28 LI:21 LT:20 LU:20 LV:21 MA:28 MC:27 MT:31 NL:18 NO:15 PL:28 PT:25 QA:29 RO:24
    SA:24 SE:24 SI:19 SK:24 TN:24 TR:26
"""
_IBAN_LENGTHS = {pair[:2]: int(pair[3:]) for pair in _IBANS.split()}


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    total = 0
    for n, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + n % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the digits of a two-digit product summed
    return total % 10 == 0


# First digits (of four, inclusive) and the lengths that cards beginning so have.
_ISSUERS: tuple[tuple[int, int, frozenset[int]], ...] = (
    (4000, 4999, frozenset({13, 16, 19})),  # Visa
    (5100, 5599, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),
    (3400, 3499, frozenset({15})),  # American Express
    (3700, 3799, frozenset({15})),
    (3000, 3059, frozenset({14})),  # Diners
    (3095, 3095, frozenset({14})),
    (3600, 3699, frozenset({14, 16, 17, 18, 19})),
    (3800, 3999, frozenset({14})),
    (6000, 6099, frozenset({16, 17, 18, 19})),  # Discover, RuPay, Hipercard
    (6200, 6299, frozenset({16, 17, 18, 19})),  # UnionPay
    (6400, 6599, frozenset({16, 17, 18, 19})),
    (8100, 8299, frozenset({16, 17, 18, 19})),
    (3528, 3589, frozenset({16, 17, 18, 19})),  # JCB
    (2200, 2205, frozenset({16, 17, 18, 19})),  # Mir
    (9792, 9792, frozenset({16})),  # Troy
    (5018, 5020, frozenset({16, 17, 18, 19})),  # Maestro, Dankort
    (5038, 5038, frozenset({16, 17, 18, 19})),
    (5060, 5081, frozenset({16, 18, 19})),  # Verve, RuPay, Elo
    (5893, 5893, frozenset({16, 17, 18, 19})),
    (6304, 6304, frozenset({16, 17, 18, 19})),
    (6759, 6763, frozenset({16, 17, 18, 19})),
)


def issued(digits: str) -> bool:
    """Whether cards of this length begin with these digits."""
    four, size = int(digits[:4]), len(digits)
    return any(first <= four <= last and size in sizes for first, last, sizes in _ISSUERS)


def is_card(digits: str) -> bool:
    """Whether it can be a card's number: length, first digits and check digit."""
    return LEAST <= len(digits) <= MOST and len(set(digits)) > 1 and issued(digits) and luhn(digits)


def without_accounts(text: str) -> str:
    """The text with account numbers blanked out: their groups look like a card's."""
    return _IBAN.sub(lambda m: "x" * len(m[0]) if _is_iban(m[0]) else m[0], text)


def _is_iban(text: str) -> bool:
    """Whether an account number's check digits are right, or its country and length are."""
    bare = "".join(c for c in text if c.isalnum()).upper()
    if _IBAN_LENGTHS.get(bare[:2]) == len(bare):
        return True
    return 15 <= len(bare) <= 34 and int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1  # noqa: PLR2004


def is_barcode(digits: str) -> bool:
    """GTIN-13 or GTIN-14 with its check digit right."""
    if len(digits) not in (13, 14):
        return False
    total = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(reversed(digits)))
    return total % 10 == 0
