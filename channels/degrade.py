"""Fitting what we say into what a channel can show.

No word and no answer is ever lost: what does not fit one message becomes several, what cannot be a button becomes a
row of a list, and what cannot be that a number to type. Lengths are counted in UTF-16 units, which are never fewer than
the characters: whichever of the two a provider counts, it fits.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from channels.base import Rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from channels.base import Abilities
    from core.messaging import Card, Content, Link, Option, Place, Receipt

# More lists than this one after the other are a heap; and on WhatsApp each takes six seconds.
_MOST_LISTS: Final = 2
_ELLIPSIS: Final = "…"
_LONGEST_NUMBER: Final = 9  # digits
# Any map of any telephone opens it.
_MAP: Final = "https://maps.google.com/?q={latitude:.6f},{longitude:.6f}"


@dataclass(frozen=True, slots=True)
class _Plan:
    """How answers are shown.

    `numbered`: each has its number, which may be typed as well; `listing`: the text says what stands for each number;
    `detailed`: what cards say is in their rows.
    """

    shown: Literal["buttons", "rows", "text"]
    numbered: bool
    listing: bool
    detailed: bool = False


def fit(content: Content, abilities: Abilities) -> tuple[Rendered, ...]:
    """The messages that say this on a channel, each within its limits; at least one if there is anything to say.

    A picture and a place come before the text, the answers and the link are below its end. A card's picture is shown
    by channels that render cards themselves.
    """
    choices = answers(content)
    if not choices:
        return _together(content, _linked(content, abilities), abilities)
    plan = _plan(content, choices, abilities)
    text = _text(content, abilities, link=True)
    if plan.listing:
        text = _joined(text, *_listing(content, choices, details=not plan.detailed))
    if plan.shown == "text":
        return _together(content, [Rendered(page) for page in pages(text, abilities.text)], abilities)
    return _together(content, _pressed(content, choices, plan, text, abilities), abilities)


def answers(content: Content) -> tuple[Option, ...]:
    """Everything that can be answered, in the order of its numbers: the cards, then what else there is."""
    cards = [card.option for card in content.cards]
    return (*cards, *(option for option in content.options if option not in cards))


def numbered(content: Content) -> str:
    """The text with its answers below it, numbered from 1."""
    return _joined(content.text, *_listing(content, answers(content), details=True))


def pressable(content: Content, abilities: Abilities) -> bool:
    """Whether the answers are pressed, and no number stands for them."""
    choices = answers(content)
    return bool(choices) and not _plan(content, choices, abilities).numbered


def picked(content: Content, text: str, abilities: Abilities) -> Option | None:
    """The answer whose number the customer typed, in the digits of any script, where answers were numbered."""
    choices = answers(content)
    number = _number(text)
    if not choices or number is None or not _plan(content, choices, abilities).numbered:
        return None
    return choices[number - 1] if 1 <= number <= len(choices) else None


def detail(card: Card) -> str:
    """What the row of a card says below its label."""
    return " · ".join(part for part in (card.price, _one_line(card.text)) if part)


def shortened(text: str, limit: int) -> str:
    """The text on one line, cut and marked as cut when it is longer than `limit` units."""
    line = _one_line(text)
    return line if units(line) <= limit else _cut(line, limit - 1).rstrip() + _ELLIPSIS if limit > 0 else ""


def units(text: str) -> int:
    """The length of a text as most providers count it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _plan(content: Content, choices: Sequence[Option], abilities: Abilities) -> _Plan:
    """The best way to show these answers that keeps every limit."""
    ids = {option.id for option in choices}
    if len(ids) < len(choices) or not all(0 < len(each.encode()) <= abilities.option_id for each in ids):
        return _Plan("text", numbered=True, listing=True)
    labels = [option.label for option in choices]
    details = [each for each in map(detail, content.cards) if each]
    in_rows = all(units(each) <= abilities.row_text for each in details)
    few = len(choices) <= abilities.options
    plain, longest = _tell_apart(content.text, labels), max(map(units, labels))
    if plain and few and not details and longest <= abilities.option_label:
        return _Plan("buttons", numbered=False, listing=False)
    if plain and in_rows and len(choices) <= abilities.rows and longest <= abilities.row_label:
        return _Plan("rows", numbered=False, listing=False, detailed=True)
    tag = len(f"{len(choices)}.")
    rows = len(choices) <= abilities.rows * _MOST_LISTS and tag <= abilities.row_label
    if rows and (not few or (details and in_rows)):
        whole = plain and in_rows and longest + tag + 1 <= abilities.row_label
        return _Plan("rows", numbered=True, listing=not whole, detailed=in_rows)
    if few and tag <= abilities.option_label:
        return _Plan("buttons", numbered=True, listing=True)
    return _Plan("text", numbered=True, listing=True)


def _tell_apart(text: str, labels: Sequence[str]) -> bool:
    """Whether these labels below this text say what there is to choose: none is empty, of two lines, or there twice."""
    return bool(text.strip()) and len(set(labels)) == len(labels) and all(_one_line(x) == x != "" for x in labels)


def _pressed(
    content: Content, choices: Sequence[Option], plan: _Plan, text: str, abilities: Abilities
) -> list[Rendered]:
    """The text, its last page with buttons or rows; what is more than one list holds is in a second one."""
    limit = abilities.row_label if plan.shown == "rows" else abilities.option_label
    shown = [
        replace(option, label=_tagged(number, option.label, limit)) if plan.numbered else option
        for number, option in enumerate(choices, 1)
    ]
    size = abilities.rows if plan.shown == "rows" else len(shown)
    *head, tail = _with_body(text, abilities)
    parts = [Rendered(page) for page in head]
    for start in range(0, len(shown), size):
        page = shown[start : start + size]
        cards = tuple(c for c in content.cards if plan.detailed and detail(c) and c.option.id in {o.id for o in page})
        title = tail if start == 0 else f"{start + 1}–{start + len(page)}"
        parts.append(Rendered(title, tuple(page), cards, listed=plan.shown == "rows"))
    return parts


def _linked(content: Content, abilities: Abilities) -> list[Rendered]:
    """A text without answers, its link as a button where that is possible."""
    link = content.link
    if link is None or not abilities.links:
        return [Rendered(page) for page in pages(_text(content, abilities, link=True), abilities.text)]
    text = _text(content, abilities, link=False)
    label = shortened(link.label, abilities.option_label or units(link.label))
    if label != link.label or not text.strip():
        text = _joined(text, link.label)
    if not label or not text.strip():
        return [Rendered(page) for page in pages(_text(content, abilities, link=True), abilities.text)]
    *head, tail = _with_body(text, abilities)
    return [*(Rendered(page) for page in head), Rendered(tail, link=replace(link, label=label))]


def _together(content: Content, parts: list[Rendered], abilities: Abilities) -> tuple[Rendered, ...]:
    """What was fitted already, with the place and the picture in front of it."""
    if content.image is not None and abilities.images:
        first = parts[0] if parts else Rendered("")
        if units(first.text) <= abilities.caption and not first.listed:
            parts = [replace(first, image=content.image), *parts[1:]]
        else:
            parts = [Rendered("", image=content.image), *parts]
    if content.place is not None and abilities.places:
        parts = [Rendered("", place=content.place), *parts]
    return tuple(parts)


def _text(content: Content, abilities: Abilities, *, link: bool) -> str:
    """The text with what the channel cannot show otherwise."""
    parts = [content.text]
    if content.receipt is not None:
        parts += _receipt(content.receipt, content.text)
    if content.place is not None and not abilities.places:
        parts += _place(content.place)
    if content.image is not None and not abilities.images:
        parts.append(_titled(content.image.alt, content.image.url))
    if content.link is not None and link:
        parts.append(_address(content.link, content.text))
    return _joined(*parts)


def _receipt(receipt: Receipt, said: str) -> Iterator[str]:
    if receipt.code and receipt.code not in said:
        yield f"#{receipt.code}"
    for line in receipt.lines:
        yield f"{line.label}: {line.amount}"
    yield f"= {receipt.total}"


def _place(place: Place) -> Iterator[str]:
    yield from (place.name, place.address)
    yield _MAP.format(latitude=place.latitude, longitude=place.longitude)


def _address(link: Link, said: str) -> str:
    return "" if link.url in said else _titled(link.label, link.url)


def _titled(label: str, url: str) -> str:
    return f"{label}: {url}" if label else url


def _listing(content: Content, choices: Sequence[Option], *, details: bool) -> Iterator[str]:
    """A line for each answer, with its number, and what its card says."""
    cards = content.cards if details else ()
    for number, option in enumerate(choices, 1):
        card = cards[number - 1] if number <= len(cards) else None
        price = f" · {card.price}" if card is not None and card.price else ""
        yield f"{number}. {option.label}{price}"
        if card is not None:
            yield card.text


def _tagged(number: int, label: str, limit: int) -> str:
    """A label of at most `limit` units that no other answer has, because it begins with the number."""
    tag = f"{number}."
    room = limit - len(tag) - 1
    short = shortened(label, room) if room > 1 else ""
    return f"{tag} {short}" if short else tag


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _number(text: str) -> int | None:
    """A number that stands alone, perhaps as "2." or "2)"; the digits may be Arabic or any other script's."""
    digits = [unicodedata.decimal(each, None) for each in text.strip().rstrip(".)")[: _LONGEST_NUMBER + 1]]
    if not 1 <= len(digits) <= _LONGEST_NUMBER or None in digits:
        return None
    return int("".join(map(str, digits)))


def _with_body(text: str, abilities: Abilities) -> list[str]:
    """Pages, the last of which is no longer than what stands above buttons may be, and not empty."""
    *full, last = pages(text, abilities.text)
    limit = abilities.body or abilities.text
    if units(last) <= limit:
        return [*full, last]
    last = last.rstrip()
    start, room = len(last), limit
    while start and (size := units(last[start - 1])) <= room:
        start, room = start - 1, room - size
    for gap in ("\n", " "):
        if (found := last.find(gap, max(start - 1, 0))) >= 0:
            return [*full, last[:found], last[found + 1 :]]
    return [*full, last[:start], last[start:]]


def pages(text: str, limit: int, measure: Callable[[str], int] = units) -> list[str]:
    """Pages of at most `limit`, broken between lines if possible, else between words, else anywhere.

    `measure` says how much of the limit a text takes; a longer text takes no less.
    """
    found: list[str] = []
    page = ""
    for piece in _pieces(text, limit, measure):
        joined = f"{page}\n{piece}" if page else piece
        if measure(joined) <= limit:
            page = joined
        else:
            found.append(page)
            page = piece
    found.append(page)
    return [page for page in found if page.strip()]


def _pieces(text: str, limit: int, measure: Callable[[str], int]) -> Iterator[str]:
    """The lines of a text, those that are too long for a page broken up."""
    for line in text.split("\n"):
        rest = line
        while measure(rest) > limit:
            end = _most(rest, limit, measure)
            space = rest.rfind(" ", 1, end + 1)
            end = space if space > 0 else end
            yield rest[:end]
            rest = rest[end:].removeprefix(" ")
        yield rest


def _most(text: str, limit: int, measure: Callable[[str], int]) -> int:
    """How many characters of a text fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    return low


def _cut(text: str, limit: int) -> str:
    """The longest beginning of a text within `limit` units."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * max(limit, 0)].decode("utf-16-le", "ignore")
