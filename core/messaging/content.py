"""What we say, before any channel renders it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

ContentKind = Literal["text", "question", "read_back", "receipt", "notice"]


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to press. `id` comes back in {"choice": id}; `label` is what is shown and what may be typed."""

    id: str
    label: str

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"id": self.id, "label": self.label}


@dataclass(frozen=True, slots=True)
class Binding:
    """A value printed in a reply and the row that it came from: `table` and `row` (id), `field`, `value` as printed."""

    name: str
    value: str
    table: str
    row: str
    field: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"name": self.name, "value": self.value, "table": self.table, "row": self.row, "field": self.field}


@dataclass(frozen=True, slots=True)
class Link:
    """An address to open, as a button where a channel has such buttons; else it is written below the text."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture at a public address; `alt` says in words what it shows, for who cannot see it."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, in degrees, with its name and address."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to choose, shown with more than a label: `price` as printed, `image` a public address or empty."""

    option: Option
    text: str = ""
    price: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line of a receipt: what, and the amount as printed."""

    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was bought. `text` of the content says the same in a sentence; channels without receipts list the lines."""

    code: str
    lines: tuple[ReceiptLine, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Content:
    """One reply: text, the answers it offers, and the rows behind each number, price, name or time in it.

    What a channel cannot show as it is becomes text (`channels.degrade`); nothing is left out.
    """

    text: str
    kind: ContentKind = "text"
    options: tuple[Option, ...] = ()
    bindings: tuple[Binding, ...] = ()
    cards: tuple[Card, ...] = ()
    link: Link | None = None
    image: Image | None = None
    place: Place | None = None
    receipt: Receipt | None = None

    def to_json(self) -> dict[str, Any]:
        """As stored in outbound_messages.content."""
        stored: dict[str, Any] = {
            "text": self.text,
            "kind": self.kind,
            "options": [o.to_json() for o in self.options],
            "bindings": [b.to_json() for b in self.bindings],
        }
        if self.cards:
            stored["cards"] = [{**asdict(card), "option": card.option.to_json()} for card in self.cards]
        rich = {"link": self.link, "image": self.image, "place": self.place, "receipt": self.receipt}
        return stored | {name: asdict(part) for name, part in rich.items() if part is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Content:
        """The content that `to_json` wrote."""
        return cls(
            data["text"],
            data.get("kind", "text"),
            tuple(Option(**o) for o in data.get("options", ())),
            tuple(Binding(**b) for b in data.get("bindings", ())),
            tuple(Card(**{**c, "option": Option(**c["option"])}) for c in data.get("cards", ())),
            Link(**data["link"]) if "link" in data else None,
            Image(**data["image"]) if "image" in data else None,
            Place(**data["place"]) if "place" in data else None,
            _receipt(data["receipt"]) if "receipt" in data else None,
        )


def _receipt(data: dict[str, Any]) -> Receipt:
    return Receipt(data["code"], tuple(ReceiptLine(**line) for line in data["lines"]), data["total"])
