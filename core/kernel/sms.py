"""Text messages as telephone networks carry and count them.

A message of the default alphabet (GSM 03.38) has 160 characters, or 153 in each segment of a longer one; a single
character outside it turns the whole message into UCS-2, with 70, or 67. Source: 3GPP TS 23.038 and 23.040.
"""

# ruff: noqa: RUF001 - characters that look alike are what this is about

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# What carriers and Twilio act upon themselves when a customer sends it by SMS: the message never reaches the shop, and
# all further ones to this customer are blocked, or allowed again. Source: Twilio, "Advanced Opt-Out" and the CTIA
# Messaging Principles, 2025.
KEYWORDS: Final = frozenset({
    "stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "start", "unstop", "yes", "help",
    "info",
})  # fmt: skip

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")  # two places each
_GSM: Final = _BASIC | _EXTENDED
_LOOK_ALIKES: Final = {
    **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−·•∙", "-"),
    **{chr(code): " " for code in (9, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)},
    **dict.fromkeys("\u200b\u200c\u2060\ufeff\u00ad", ""),
    "‹": "<", "›": ">", "…": "...", "×": "x", "→": "->", "½": "1/2", "¼": "1/4", "¾": "3/4", "™": "(TM)", "№": "No.",
}  # fmt: skip
_PLAINER: Final = {"œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D"}
_TABLE: Final = str.maketrans(_LOOK_ALIKES)
_ALONE, _PART = 160, 153
_WIDE_ALONE, _WIDE_PART = 70, 67
_BEYOND: Final = "\uffff"  # what comes after it takes two places of UCS-2
_FEW: Final = 2


def is_gsm(text: str) -> bool:
    """Whether every character is of the networks' default alphabet."""
    return set(text) <= _GSM


def segments(text: str) -> int:
    """How many segments a text takes: what it costs."""
    if not text:
        return 0
    if is_gsm(text):
        doubles = sum(map(text.count, _EXTENDED))
        return _count(text, doubles, _EXTENDED.__contains__, _ALONE, _PART)
    doubles = 0 if max(text) <= _BEYOND else sum(each > _BEYOND for each in text)
    return _count(text, doubles, _BEYOND.__lt__, _WIDE_ALONE, _WIDE_PART)


def planned(text: str) -> str:
    """The text as it is best sent, so that it says the same and costs least.

    Curly quotes, dashes and other look-alikes become those of the default alphabet if then all of it is. Letters keep
    their accents, unless the text would take more than two segments for them.
    """
    if is_gsm(text):
        return text
    plain = text.translate(_TABLE)
    if is_gsm(plain):
        return plain
    bare = {ord(each): _bare(each) for each in set(plain) - _GSM}
    if all(map(is_gsm, bare.values())) and segments(text) > _FEW:
        return plain.translate(bare)
    return text


def _bare(character: str) -> str:
    """A letter without its accents."""
    plainer = _PLAINER.get(character, character)
    return "".join(c for c in unicodedata.normalize("NFD", plainer) if not unicodedata.combining(c))


def _count(text: str, doubles: int, is_double: Callable[[str], bool], alone: int, part: int) -> int:
    """How many segments hold a text, in which some characters take two places; none of them is torn."""
    whole = len(text) + doubles
    if whole <= alone:
        return 1
    least, most = -(-whole // part), -(-whole // (part - 1))
    if not doubles or least == most:
        return least
    count, used = 1, 0
    for each in text:
        width = 1 + is_double(each)
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count
