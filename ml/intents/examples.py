"""The example sentences: what people say for each topic, by language, and others that nothing was trained on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

import yaml

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LANGUAGES: Final = ("en", "es", "fr", "de", "ko", "ar")
# Labels that are no topic: an order, which is the parser's to read, and what has nothing to do with a shop.
OUTSIDE: Final = frozenset({"order", "other"})
Part = Literal["sentences", "held_out"]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, what it wants, and its language."""

    text: str
    label: str
    language: str


@cache
def examples(part: Part = "sentences") -> tuple[Example, ...]:
    """All sentences to learn from, or those kept apart for measuring."""
    folder = files(__package__).joinpath(part)
    return tuple(
        Example(str(text), label, language)
        for language in LANGUAGES
        for label, texts in yaml.safe_load(folder.joinpath(f"{language}.yaml").read_text("utf-8")).items()
        for text in texts
    )


def topics() -> tuple[str, ...]:
    """The labels that are topics."""
    return tuple(sorted({e.label for e in examples()} - OUTSIDE))


@cache
def fingerprint() -> str:
    """Changes whenever a sentence to learn from does. Reads no sentence: the program asks this when it starts."""
    return digest(files(__package__).joinpath("sentences"))


def digest(folder: Traversable) -> str:
    """What tells the files of all languages in a folder from others."""
    said = hashlib.sha256()
    for language in LANGUAGES:
        said.update(folder.joinpath(f"{language}.yaml").read_bytes())
    return said.hexdigest()[:16]
