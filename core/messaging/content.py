"""What we say, before any channel renders it."""

from __future__ import annotations

from dataclasses import dataclass
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
class Content:
    """One reply: text, the answers it offers, and the rows behind each number, price, name or time in it."""

    text: str
    kind: ContentKind = "text"
    options: tuple[Option, ...] = ()
    bindings: tuple[Binding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As stored in outbound_messages.content."""
        return {
            "text": self.text,
            "kind": self.kind,
            "options": [o.to_json() for o in self.options],
            "bindings": [b.to_json() for b in self.bindings],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Content:
        """The content that `to_json` wrote."""
        return cls(
            data["text"],
            data.get("kind", "text"),
            tuple(Option(**o) for o in data.get("options", ())),
            tuple(Binding(**b) for b in data.get("bindings", ())),
        )
