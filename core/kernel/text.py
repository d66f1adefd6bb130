"""Text from outside, made safe and comparable."""

from __future__ import annotations

import re
import unicodedata

# Zero-width characters, bidirectional controls, byte-order marks and Unicode tag characters carry no meaning that a
# person sees, but hide words from readers and filters. U+200D stays: it joins emoji.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str, limit: int = 4096) -> str:
    """Normalise to NFC and drop control, invisible and broken characters; at most `limit` characters."""
    text = _SURROGATE.sub("", text[: limit * 4])
    text = _INVISIBLE.sub("", _CONTROL.sub("", text.replace("\r\n", "\n")))
    return unicodedata.normalize("NFC", text)[:limit].strip()


def fold(text: str) -> str:
    """Case and accents removed, for comparing: "Café" and "CAFE" are equal."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
