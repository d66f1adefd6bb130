"""Texts that some channel cannot show whole, or that a telephone network takes for a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.kernel.problems import Problem
from core.kernel.sms import KEYWORDS, planned, segments
from core.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from core.catalogue.menu import Menu

SMS_KEYWORDS: Final = KEYWORDS
_BUTTON: Final = 20  # characters of a reply button on WhatsApp, Messenger and Instagram
_ROW: Final = 24  # characters of a row's title in a list on WhatsApp
_ABOUT: Final = 72  # characters of a row's description there
_SEGMENTS: Final = 2  # of a text message; more cost more, and some telephones show them in any order
# A word that a text asks for: in quotes, in capitals, after the verb, or in Korean before it.
_QUOTED: Final = re.compile("[\u201c\u201e\"'«\u2018]\\s*(\\w+)\\s*[\u201d\u201c\"'»\u2019]")
_LOUD: Final = re.compile(r"\b([A-Z]{3,})\b")
_VERBS: Final = (
    "answer|reply|respond|say|send|text|type|write|tap|press|enter"
    "|antworten? sie|antworte|sag|sagen sie|schick|schicken sie|schreibe?|schreiben sie|sende|senden sie|tippe"
    "|tippen sie|contesta|conteste|responde|responda|di|diga|envía|envíe|manda|mande|escribe|escriba|pulsa|pulse"
    "|réponds|répondez|dis|dites|envoie|envoyez|écris|écrivez|tape|tapez|أرسل|ارسل|أجب|اجب|اكتب|قل|رد"
)
_FILLERS: Final = (
    "back|just|only|simply|with|the word|us|mit|einfach|das wort|con|la palabra|solo|sólo|par|avec|le mot|simplement"
    "|كلمة|فقط|ب"
)
_NEXT: Final = "to|if|for|and|or|um|oder|und|wenn|para|si|o|y|pour|ou|et|إذا|أو"
_AFTER: Final = re.compile(
    rf"\b(?:{_VERBS})\s+(?:(?:{_FILLERS})\s+)*ب?(\w+)\b(?=\s*(?:[.,;:!?)،؟]|$|\s(?:{_NEXT})\b))", re.IGNORECASE
)
_BEFORE: Final = re.compile(r"([A-Za-z]+)(?:이라고|라고|을|를)?\s*(?:답|보내|입력|말씀|적어)")
_FIELD: Final = re.compile(r"\{\w*\}")


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


def lint_wordings(texts: Mapping[str, Any], place: str = "") -> Iterator[Problem]:
    """Replies that ask customers to send a word which the telephone network takes for itself, or cost much, by key."""
    for key, text in texts.items():
        if not isinstance(text, str):
            yield from lint_wordings(text, f"{place}{key}.")
            continue
        for word in asked_words(text):
            if fold(word) in SMS_KEYWORDS:
                message = f"It asks customers to send “{word}”, which the telephone network takes for itself."
                yield Problem(f"{place}{key}", message, "Ask for another word.", "warning", "sms-keyword")
        if (count := segments(planned(_FIELD.sub("", text)))) > _SEGMENTS:
            message = f"Without its values already it takes {count} segments as a text message."
            yield Problem(f"{place}{key}", message, "Say it in fewer words.", "warning", "sms-long")


def asked_words(text: str) -> Iterator[str]:
    """The words that a text may be asking for, in any of our languages; none twice."""
    patterns = (_QUOTED, _LOUD, _AFTER, _BEFORE)
    yield from dict.fromkeys(word for pattern in patterns for word in pattern.findall(text))


def _long(texts: list[tuple[str, str]], most: int, who: str) -> Iterator[Problem]:
    long = [(text, place) for text, place in texts if len(text) > most]
    if long:
        first, place = long[0]
        message = f"{who} {most} characters; {len(long)} are longer, the first is “{first[:60]}” ({len(first)})."
        fix = "Shorten what matters to you; the others are shown as numbered text."
        yield Problem(place, message, fix, "warning", "long-for-a-channel")
