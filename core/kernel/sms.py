"""Text messages as telephone networks carry and count them.

A message of the default alphabet (GSM 03.38) has 160 characters, or 153 in each segment of a longer one; a single
character outside it turns the whole message into UCS-2, with 70, or 67. Source: 3GPP TS 23.038 and 23.040.
"""

# ruff: noqa: RUF001 - characters that look alike are what this is about

from __future__ import annotations

import unicodedata
from typing import Final

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
_PLAINER_TABLE: Final = str.maketrans(_PLAINER)
_ALONE, _PART = 160, 153
_WIDE_ALONE, _WIDE_PART = 70, 67
_BEYOND: Final = 0xFFFF  # two units of UCS-2
_FEW: Final = 2


def is_gsm(text: str) -> bool:
    """Whether every character is of the networks' default alphabet."""
    return all(each in _BASIC or each in _EXTENDED for each in text)


def segments(text: str) -> int:
    """How many segments a text takes: what it costs."""
    if not text:
        return 0
    if is_gsm(text):
        return _count([2 if each in _EXTENDED else 1 for each in text], _ALONE, _PART)
    return _count([2 if ord(each) > _BEYOND else 1 for each in text], _WIDE_ALONE, _WIDE_PART)


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
    if segments(text) > _FEW:
        bare = "".join(each if each in _BASIC else _bare(each) for each in plain.translate(_PLAINER_TABLE))
        if is_gsm(bare):
            return bare
    return text


def _bare(character: str) -> str:
    """A letter without its accents."""
    return "".join(c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c))


def _count(widths: list[int], alone: int, part: int) -> int:
    """How many segments hold characters of these widths; a character is never torn."""
    if sum(widths) <= alone:
        return 1
    count, used = 1, 0
    for width in widths:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count
