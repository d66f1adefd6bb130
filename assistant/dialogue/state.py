"""What the assistant remembers of a conversation between two messages: frozen, and JSON in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from core.orders.lines import Line

Phase = Literal["ordering", "confirming"]
AskKind = Literal[
    "variation", "modifier", "slot", "which", "quantity", "propose", "place", "off_menu", "time", "address", "table"
]


@dataclass(frozen=True, slots=True)
class Question:
    """The one question that is open. `line` and `slot` say what it is about, `options` the ids of its answers.

    `which` asks which item was meant; `quantity` whether so many were meant; `propose` offers what was not said;
    `off_menu` has named what is near to something that is not sold. `template` is the line that the answer completes.
    The subject of a `time` is "order" when it is asked about an order that was placed.
    """

    kind: AskKind
    line: int | None = None
    slot: int | None = None
    subject: str = ""
    options: tuple[str, ...] = ()
    template: Line | None = None
    words: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {
            "kind": self.kind,
            "line": self.line,
            "slot": self.slot,
            "subject": self.subject,
            "options": list(self.options),
            "template": self.template.to_json() if self.template else None,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Question:
        """The question that `to_json` wrote."""
        template = data.get("template")
        return cls(
            data["kind"],
            data.get("line"),
            data.get("slot"),
            data.get("subject", ""),
            tuple(data.get("options", ())),
            Line.from_json(template) if template else None,
            data.get("words", ""),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the last question of the customer was about: "and the small one?" and "one of those" may follow it."""

    topic: str
    items: tuple[str, ...] = ()
    variation: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return {"topic": self.topic, "items": list(self.items), "variation": self.variation}


@dataclass(frozen=True, slots=True)
class State:
    """The memory of one conversation.

    `focus` holds groups of cart lines, the last mentioned first; `past` the carts before the last changes, the newest
    last; `offered` the items that we named last; `last_choice` the modifier chosen last, as (line, group, modifier);
    `told_total` the total, in minor units, that was read back last; `waiting` the questions to be asked after the open
    one.
    """

    locale: str = "en"
    phase: Phase = "ordering"
    question: Question | None = None
    focus: tuple[tuple[int, ...], ...] = ()
    past: tuple[tuple[Line, ...], ...] = ()
    offered: tuple[str, ...] = ()
    asked: Asked | None = None
    last_choice: tuple[int, str, str] | None = None
    failures: int = 0
    greeted: bool = False
    finishing: bool = False
    cart_id: str = ""
    cart_version: int = -1
    told_total: int | None = None
    waiting: tuple[Question, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As stored in the conversation."""
        return {
            "locale": self.locale,
            "phase": self.phase,
            "question": self.question.to_json() if self.question else None,
            "focus": [list(g) for g in self.focus],
            "past": [[line.to_json() for line in lines] for lines in self.past],
            "offered": list(self.offered),
            "asked": self.asked.to_json() if self.asked else None,
            "last_choice": list(self.last_choice) if self.last_choice else None,
            "failures": self.failures,
            "greeted": self.greeted,
            "finishing": self.finishing,
            "cart_id": self.cart_id,
            "cart_version": self.cart_version,
            "told_total": self.told_total,
            "waiting": [q.to_json() for q in self.waiting],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> State:
        """The state that `to_json` wrote; an empty object is the state of a new conversation."""
        question, asked, choice = data.get("question"), data.get("asked"), data.get("last_choice")
        return cls(
            locale=data.get("locale", "en"),
            phase=data.get("phase", "ordering"),
            question=Question.from_json(question) if question else None,
            focus=tuple(tuple(g) for g in data.get("focus", ())),
            past=tuple(tuple(Line.from_json(line) for line in lines) for lines in data.get("past", ())),
            offered=tuple(data.get("offered", ())),
            asked=Asked(asked["topic"], tuple(asked["items"]), asked.get("variation")) if asked else None,
            last_choice=(choice[0], choice[1], choice[2]) if choice else None,
            failures=data.get("failures", 0),
            greeted=data.get("greeted", False),
            finishing=data.get("finishing", False),
            cart_id=data.get("cart_id", ""),
            cart_version=data.get("cart_version", -1),
            told_total=data.get("told_total"),
            waiting=tuple(Question.from_json(q) for q in data.get("waiting", ())),
        )
