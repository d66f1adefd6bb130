"""Fitting what we say into what a channel can show.

No word and no answer is ever lost: what does not fit one message becomes several, what cannot be a button becomes a
number to type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.base import Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from channels.base import Abilities
    from core.messaging import Content, Option


def fit(content: Content, abilities: Abilities) -> tuple[Rendered, ...]:
    """The messages that say this on a channel, each within its limits; at least one if there is anything to say."""
    if not content.options or pressable(content.options, abilities):
        pages = [Rendered(page) for page in _pages(content.text, abilities.text)]
        if not content.options:
            return tuple(pages)
        last = pages.pop() if pages else Rendered("")
        return (*pages, Rendered(last.text, content.options))
    return tuple(Rendered(page) for page in _pages(numbered(content), abilities.text))


def pressable(options: Sequence[Option], abilities: Abilities) -> bool:
    """Whether all of these answers can be buttons of one message."""
    return len(options) <= abilities.options and all(
        len(option.label) <= abilities.option_label and len(option.id.encode()) <= abilities.option_id
        for option in options
    )


def numbered(content: Content) -> str:
    """The text with its answers below it, numbered from 1."""
    lines = [f"{number}. {option.label}" for number, option in enumerate(content.options, 1)]
    return "\n".join([content.text, *lines] if content.text else lines)


def picked(content: Content, text: str, abilities: Abilities) -> Option | None:
    """The answer whose number the customer typed, where answers were shown with numbers."""
    typed = text.strip().rstrip(".)")
    if not (typed.isascii() and typed.isdigit()) or pressable(content.options, abilities):
        return None
    number = int(typed[:9])
    return content.options[number - 1] if 1 <= number <= len(content.options) else None


def _pages(text: str, limit: int) -> list[str]:
    """Pages of at most `limit` characters, broken between lines if possible, else between words, else anywhere."""
    pages: list[str] = []
    page = ""
    for piece in _pieces(text, limit):
        joined = f"{page}\n{piece}" if page else piece
        if len(joined) <= limit:
            page = joined
        else:
            pages.append(page)
            page = piece
    return [*pages, page] if page.strip() else pages


def _pieces(text: str, limit: int) -> Iterator[str]:
    """The lines of a text, those that are too long for a page broken up."""
    for line in text.split("\n"):
        rest = line
        while len(rest) > limit:
            space = rest.rfind(" ", 1, limit + 1)
            end = space if space > 0 else limit
            yield rest[:end]
            rest = rest[end:].removeprefix(" ")
        yield rest
