"""Things to say, made by chance from random menus: in many scripts, too long, too many, and with everything at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.messaging import Card, Content, Image, Link, Option, Place, Receipt, ReceiptLine
from scripts.benchmarks.generated import generated_menu

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from core.catalogue.menu import Item
    from core.messaging.content import ContentKind

# Names as shops have them elsewhere: emoji of several code points, right to left, no spaces, combining marks.
_WORDS: Final = (
    "كرواسون بالشوكولاتة",
    "طبق اليوم",
    "카페 라떼",
    "抹茶ラテ大盛り",
    "Crème brûlée",
    "Smørrebrød",
    "👩‍🍳 Chef’s choice",
    "🌶️🌶️🌶️",
    "🇮🇹 Espresso",
    "Zu\u0308rcher Geschnetzeltes",
    "ผัดไทย",
    "पनीर टिक्का",
    "\uff37\uff49\uff44\uff45",
    "Supercalifragilisticexpialidocious-and-then-some-more-of-it",
)
_KINDS: Final[tuple[ContentKind, ...]] = ("text", "question", "read_back", "receipt", "notice")
_MOST_ITEMS: Final = 60


def random_content(chance: Random) -> Content:
    """One thing to say, out of a menu of its own."""
    menu = generated_menu(chance, items=chance.randrange(1, _MOST_ITEMS), groups=chance.randrange(1, 5))
    items = chance.sample(menu.items, chance.choice((0, 0, 1, 3, 7, 12, 25, 45, 60)) % (len(menu.items) + 1))
    split = chance.choice((0, 0, len(items), chance.randrange(len(items) + 1)))
    return Content(
        _text(chance, items),
        chance.choice(_KINDS),
        options=tuple(Option(f"item:{i.id}", _name(chance, i)) for i in items[split:]),
        cards=tuple(_card(chance, i) for i in items[:split]),
        link=_link(chance) if chance.random() < 0.2 else None,  # noqa: PLR2004
        image=Image("https://cdn.example/a.jpg", _words(chance, 6)) if chance.random() < 0.15 else None,  # noqa: PLR2004
        place=_place(chance) if chance.random() < 0.1 else None,  # noqa: PLR2004
        receipt=_receipt(chance, items) if chance.random() < 0.15 else None,  # noqa: PLR2004
    )


def _card(chance: Random, item: Item) -> Card:
    price = str(item.price) if item.price is not None and chance.random() < 0.8 else ""  # noqa: PLR2004
    return Card(Option(f"item:{item.id}", _name(chance, item)), _words(chance, chance.choice((0, 3, 30))), price)


def _text(chance: Random, items: Sequence[Item]) -> str:
    lines = [_words(chance, chance.choice((1, 5, 12, 40))) for _ in range(chance.choice((1, 1, 1, 2, 8, 120)))]
    lines += [i.name for i in items[: chance.choice((0, 0, 3))]]
    return "\n".join(lines)


def _words(chance: Random, count: int) -> str:
    plain = ("please", "with", "oat", "milk", "Which", "one", "12.50", "and", "a")
    return " ".join(chance.choice(_WORDS) if chance.random() < 0.3 else chance.choice(plain) for _ in range(count))  # noqa: PLR2004


def _name(chance: Random, item: Item) -> str:
    roll = chance.random()
    if roll < 0.5:  # noqa: PLR2004
        return item.name
    return chance.choice(_WORDS) if roll < 0.8 else f"{item.name}, {_words(chance, chance.randrange(1, 12))}"  # noqa: PLR2004


def _link(chance: Random) -> Link:
    return Link(_words(chance, chance.choice((1, 2, 9))), f"https://pay.example/{chance.randrange(10**12)}")


def _place(chance: Random) -> Place:
    return Place(chance.uniform(-90, 90), chance.uniform(-180, 180), _words(chance, 4), _words(chance, 20))


def _receipt(chance: Random, items: Sequence[Item]) -> Receipt:
    lines = tuple(ReceiptLine(_name(chance, i), str(i.price or "")) for i in items)
    return Receipt(f"{chance.randrange(1000)}", lines, "12.50")
