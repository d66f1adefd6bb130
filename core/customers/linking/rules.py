"""Pure rules of codes: how they look, how they are read, and how long they hold."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import timedelta
from typing import Final

from core.kernel.ids import new_code

LIFE: Final = timedelta(minutes=10)
_HALF: Final = 4
# The letters of `core.kernel.ids.new_code`: no vowels, so that no word of any menu is one.
_CODE: Final = re.compile(
    r"(?<![0-9A-Z])([B-DF-HJ-KM-NP-TV-XZ2-9]{4})[ \-\u2010-\u2015]?([B-DF-HJ-KM-NP-TV-XZ2-9]{4})(?![0-9A-Z])"
)
_LONGEST: Final = 1000


def fresh_code() -> str:
    """A code such as K7MX-2XQP: letters and digits in both, 38 bits, for ten minutes."""
    while True:
        first, second = new_code(_HALF), new_code(_HALF)
        if _is_mixed(first + second):
            return f"{first}-{second}"


def code_in(text: str) -> str:
    """The code that a message has in it, as we write codes; empty when it has none."""
    if len(text) > _LONGEST:
        return ""
    for found in _CODE.finditer(unicodedata.normalize("NFKC", text).upper()):
        if _is_mixed(found[1] + found[2]):
            return f"{found[1]}-{found[2]}"
    return ""


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def _is_mixed(letters: str) -> bool:
    return any(c.isdigit() for c in letters) and any(c.isalpha() for c in letters)
