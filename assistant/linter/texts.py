"""Texts that some channel cannot show whole, or that a telephone network takes for a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.kernel.problems import Problem
from core.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.catalogue.menu import Menu

# What carriers and Twilio act upon themselves when a customer sends it by SMS: the message never reaches the shop, and
# all further ones to this customer are blocked, or allowed again. Source: Twilio, "Advanced Opt-Out" and the CTIA
# Messaging Principles, 2025.
SMS_KEYWORDS: Final = frozenset({
    "stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "start", "unstop", "yes", "help",
    "info",
})  # fmt: skip
_BUTTON: Final = 20  # characters of a reply button on WhatsApp, Messenger and Instagram
_ROW: Final = 24  # characters of a row's title in a list on WhatsApp
_ABOUT: Final = 72  # characters of a row's description there
_ASKED: Final = re.compile(r"[“\"'«]\s*(\w+)\s*[”\"'»]|\b([A-Z]{3,})\b")


def lint_texts(menu: Menu) -> Iterator[Problem]:
    """Names that channels cut, one remark for all of a kind; and names that customers must not send by SMS."""
    items = [(i.name, f"items[{n}].name") for n, i in enumerate(menu.items)]
    about = [(i.description, f"items[{n}].description") for n, i in enumerate(menu.items)]
    choices = [
        (modifier.name, f"modifier_groups[{g}].modifiers[{n}].name")
        for g, group in enumerate(menu.modifier_groups)
        for n, modifier in enumerate(group.modifiers)
    ]
    sizes = {
        variation.name: f"items[{i}].variations[{n}].name"
        for i, item in enumerate(menu.items)
        for n, variation in enumerate(item.variations)
    }
    yield from _long(items, _ROW, "Lists on WhatsApp show")
    yield from _long(about, _ABOUT, "Descriptions in lists on WhatsApp show")
    yield from _long([*choices, *sizes.items()], _BUTTON, "Buttons on WhatsApp, Messenger and Instagram show")
    for name, place in [*items, *choices, *sizes.items()]:
        if fold(name).strip(" .!") in SMS_KEYWORDS:
            message = f"“{name}” is a command of the telephone network: a customer who answers it by SMS is cut off."
            yield Problem(place, message, "Give it a name of two words.", "warning", "sms-keyword")


def lint_wordings(texts: Mapping[str, str], place: str = "") -> Iterator[Problem]:
    """Replies that ask customers to send a word which the telephone network takes for itself, by key."""
    for key, text in texts.items():
        for quoted, loud in _ASKED.findall(text):
            word = quoted or loud
            if fold(word) in SMS_KEYWORDS:
                message = f"It asks customers to send “{word}”, which the telephone network takes for itself."
                yield Problem(f"{place}{key}", message, "Ask for another word.", "warning", "sms-keyword")


def _long(texts: list[tuple[str, str]], most: int, who: str) -> Iterator[Problem]:
    long = [(text, place) for text, place in texts if len(text) > most]
    if long:
        first, place = long[0]
        message = f"{who} {most} characters; {len(long)} are longer, the first is “{first[:60]}” ({len(first)})."
        fix = "Shorten what matters to you; the others are shown as numbered text."
        yield Problem(place, message, fix, "warning", "long-for-a-channel")
