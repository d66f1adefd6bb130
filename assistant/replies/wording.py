"""What may stand in place of a template of ours: other words around the same bindings, and nothing else.

The values are put in after this check, so that whoever writes the words, a merchant or a language model, never sees or
touches a number, a price or a name. The check runs when a text is offered and again whenever it would be said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

from assistant.privacy.phrases import names_machine
from assistant.replies.speaker import languages, templates
from assistant.understanding.knowledge import load
from assistant.understanding.tokens import stem, words_of
from core.kernel.problems import Problem
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

# What must be said as it is: allergens and diets, consent and what is kept, single words, parts of other sentences.
_FIXED: Final = re.compile(
    r"privacy_.*|about_me|contains_.*|allergens_.*|diet_.*|injection|details_.*|with|yes|no|fact|variation_price|price_modifier"
)
_LONGEST: Final = 600
_ROOM: Final = 60  # characters that a short sentence may grow by, beside twice its length
_ADDRESS: Final = re.compile(r"https?:|www\.|\S@\S|\w\.(com|net|org|io)\b", re.IGNORECASE)
_QUESTION: Final = re.compile("[?\uff1f\u061f]")
_DIGIT: Final = re.compile(r"\d")
_CURRENCY: Final = re.compile("[$\u00a2-\u00a5\u20a0-\u20cf%\u066a]")


def rewordable(language: str) -> Mapping[str, str]:
    """The templates of a language that may be said in other words, by key; empty for a language we do not speak."""
    if language not in languages():
        return {}
    texts: dict[str, Any] = templates(language)
    return {k: v for k, v in texts.items() if isinstance(v, str) and not _FIXED.fullmatch(k)}


@lru_cache(maxsize=2048)
def problems(language: str, key: str, text: str) -> tuple[Problem, ...]:
    """Why a text may not stand for a template; nothing when it may."""
    template = rewordable(language).get(key)
    if template is None:
        known = "is always said as it is" if key in templates(language) else "is no reply of ours"
        return (Problem(f"{language}.{key}", f"“{key}” {known}.", "Choose another reply.", kind="fixed"),)
    place = f"{language}.{key}"
    found = [Problem(place, message, fix, kind=kind) for kind, message, fix in _faults(template, text)]
    if key == "disclosure" and not names_machine(language, text):
        fix = "Say in your own words that an automated assistant is speaking."
        found.append(Problem(place, "It does not say that a machine speaks.", fix, kind="machine"))
    return tuple(found)


def sound(language: str, offered: Mapping[str, str]) -> dict[str, str]:
    """Those of the texts that may be said."""
    return {key: text for key, text in offered.items() if not problems(language, key, text)}


def _faults(template: str, text: str) -> Iterator[tuple[str, str, str]]:
    fields = _fields(text)
    if fields is None or fields != _fields(template):
        needed = " ".join(f"{{{name}}}" for name in sorted(_fields(template) or ())) or "no braces"
        yield "values", "It does not have the same values in braces.", f"Use each once: {needed}."
        return
    ours = Formatter().parse(text)
    said = "".join(literal for literal, *_ in ours)
    if said != clean(said, len(said) + 1) and said.strip() != clean(said, len(said) + 1):
        yield "characters", "It has characters that nobody sees.", "Type it again as plain text."
    if _DIGIT.search(said) or _CURRENCY.search(said) or _numbers(said) - _numbers(template):
        yield "number", "It has a number of its own.", "Numbers and prices come from the shop's data only."
    if _ADDRESS.search(said):
        yield "address", "It has an address.", "Leave links and addresses to the shop's own details."
    if bool(_QUESTION.search(said)) != bool(_QUESTION.search(template)):
        yield "question", "A question must stay a question, and nothing else become one.", "Mind the question mark."
    if len(text) > min(_LONGEST, 2 * len(template) + _ROOM) or text.count("\n") > template.count("\n"):
        yield "length", "It is much longer than what it stands for.", "Say it in fewer words, on as many lines."
    if _negations(said) != _negations(template):
        yield "negation", "It says no where the other says yes, or the other way round.", "Keep each “not”."


def _fields(text: str) -> Counter[str] | None:
    """The values of a text; None when its braces are not plain names, which could reach into objects."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    if any(name is not None and (not name.isidentifier() or spec or conv) for _, name, spec, conv in parts):
        return None
    return Counter(name for _, name, _, _ in parts if name is not None)


def _numbers(text: str) -> set[str]:
    numbers = load().number_words
    words = {stem(w) for w in words_of(text)}
    counted = {phrase[0] for number, phrases in numbers.items() if number > 1 for phrase in phrases if len(phrase) == 1}
    return words & counted


def _negations(text: str) -> bool:
    """Whether it denies anything."""
    return bool(load().negative & set(words_of(text)))
