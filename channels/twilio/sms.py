"""What we say, as text messages: numbered answers, few segments, and no word that carriers act upon. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from channels import degrade
from channels.base import Abilities, Rendered
from core.kernel.sms import KEYWORDS, planned, segments
from core.kernel.text import fold

if TYPE_CHECKING:
    from core.messaging import Content, Option

ABILITIES: Final = Abilities(text=1600)
_PICTURES: Final = Abilities(text=1600, images=True, caption=1600)
# Segments of one message: two if the whole is said in a few of those, else more. Ten are 1,530 characters: Twilio takes
# no more than 1,600.
_SIZES: Final = (2, 4, 10)
_FEW: Final = 4
_SEGMENT: Final = 153  # characters at most
_UNLIMITED: Final = 1_000_000
# What is said instead of a word that the network takes for itself.
_SAID: Final = {"yes": "OK", "cancel": "Not now", "end": "That's all", "help": "Show me how", "info": "More about it"}
_NORTH_AMERICA: Final = "+1"


def render(content: Content, *, pictures: bool) -> tuple[Rendered, ...]:
    """The messages that say this; `pictures`: as MMS, else their addresses are written."""
    content = without_keywords(content)
    able = replace(_PICTURES if pictures else ABILITIES, text=_UNLIMITED, caption=_UNLIMITED if pictures else 0)
    parts = degrade.fit(content, able)
    found: list[Rendered] = []
    for part in parts:
        pages = paged(part.text) or ([""] if part.image is not None else [])
        found += [Rendered(page, image=part.image if number == 0 else None) for number, page in enumerate(pages)]
    return tuple(replace(part, body=_body(part)) for part in found)


def paged(text: str) -> list[str]:
    """Messages of one or two segments, broken at lines; of more only if there would be too many of them."""
    for size in _SIZES[:-1]:
        if len(text) <= _FEW * size * _SEGMENT and len(pages := _planned(text, size)) <= _FEW:
            return pages
    return _planned(text, _SIZES[-1])


def _planned(text: str, size: int) -> list[str]:
    pages = map(planned, degrade.pages(text, size, _cost))
    return [page for page in pages if page.strip()]


def without_keywords(content: Content) -> Content:
    """The content with other labels on answers that nobody must send by SMS; they mean the same."""
    choices = degrade.answers(content)
    if not any(_is_keyword(option.label) for option in choices):
        return content
    told = {option.label: _other(number, option) for number, option in enumerate(choices, 1)}
    options = tuple(replace(option, label=told[option.label]) for option in content.options)
    cards = tuple(replace(c, option=replace(c.option, label=told[c.option.label])) for c in content.cards)
    return replace(content, options=options, cards=cards)


def takes_pictures(account: str, sender: str) -> bool:
    """Whether MMS goes from this number to that one: in the United States and Canada only."""
    return account.startswith(_NORTH_AMERICA) and sender.startswith(_NORTH_AMERICA)


def _other(number: int, option: Option) -> str:
    if not _is_keyword(option.label):
        return option.label
    return _SAID.get(_word(option.label)) or f"{option.label} ({number})"


def _is_keyword(label: str) -> bool:
    return _word(label) in KEYWORDS


def _word(label: str) -> str:
    return fold(label).strip(" .!?,;:")


def _cost(text: str) -> int:
    return segments(planned(text))


def _body(part: Rendered) -> dict[str, object]:
    body: dict[str, object] = {"body": part.text} if part.text else {}
    return body | ({"media_url": [part.image.url]} if part.image is not None else {})
