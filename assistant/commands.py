"""The closed set of things that understanding may propose. None of them can name a price, a person or a right.

Whoever proposes a command (phrases, the menu's grammar, a model, an adversary), `assistant.execution` decides.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Literal, Self

from core.kernel.errors import InvalidInput
from core.orders.lines import Line

Fulfilment = Literal["pickup", "dine_in", "delivery"]
FULFILMENTS: tuple[Fulfilment, ...] = ("pickup", "dine_in", "delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands. `causes` are the customer's words that ask for it."""

    kind: ClassVar[str] = ""
    causes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The command as stored in a trace: its kind and its fields as JSON values."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"kind": self.kind, **{name: _plain(value) for name, value in values.items()}}

    @classmethod
    def build(cls, data: dict[str, Any]) -> Self:
        """The command of this class that `to_json` wrote.

        Raises:
            InvalidInput: a field is missing, or of another type.
        """
        values: dict[str, Any] = {}
        for field in fields(cls):
            if field.name == "causes":
                continue
            if field.name not in data:
                if field.default is MISSING:
                    raise InvalidInput(field=field.name, problem="is missing.")
                continue
            values[field.name] = _value(field.name, data[field.name])
        return cls(**values, causes=_texts(data, "causes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLine(Command):
    """Put a line into the cart; equal units are joined."""

    kind = "add_line"
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceLine(Command):
    """Make the line at `index` this one: another quantity, size, modifier or item."""

    kind = "replace_line"
    index: int
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitLine(Command):
    """Turn `line.quantity` units of the line at `index` into `line`; the others stay as they are, before it."""

    kind = "split_line"
    index: int
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveLine(Command):
    """Take units of the line at `index` out of the cart; all of them when `quantity` is None."""

    kind = "remove_line"
    index: int
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearCart(Command):
    """Empty the cart."""

    kind = "clear_cart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """Go back to the cart before the last change."""

    kind = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFulfilment(Command):
    """How the customer gets the order."""

    kind = "set_fulfilment"
    fulfilment: Fulfilment


@dataclass(frozen=True, slots=True, kw_only=True)
class SetName(Command):
    """The name to call out."""

    kind = "set_name"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNote(Command):
    """Something the kitchen should read."""

    kind = "set_note"
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTime(Command):
    """When the customer wants it, as it was said: `assistant.requests.times.SaidTime` says how. Nothing: soonest."""

    kind = "set_time"
    ahead: int | None = None
    day: int | None = None
    weekday: int | None = None
    hour: int | None = None
    minute: int = 0
    half: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAddress(Command):
    """Where it is to be brought, in the customer's words."""

    kind = "set_address"
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTable(Command):
    """The table at which the customer sits."""

    kind = "set_table"
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTip(Command):
    """What the customer gives on top, as they said it: a number such as "2.50", or basis points; neither is none."""

    kind = "set_tip"
    said: str = ""
    basis_points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder(Command):
    """Make the lines of the order that was placed last these."""

    kind = "change_order"
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOrder(Command):
    """Make the order that was placed last one for another time: an ISO moment; nothing for as soon as possible."""

    kind = "move_order"
    moment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayByLink(Command):
    """Send the link by which the order that was placed last can be paid."""

    kind = "pay_by_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMissing(Command):
    """Something of the order that was placed last did not come: items and units; none when nothing fits the words."""

    kind = "report_missing"
    items: tuple[str, ...] = ()
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command):
    """The customer's explicit yes to the whole order."""

    kind = "place_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Command):
    """Call off the order that was placed last."""

    kind = "cancel_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTopic(Command):
    """Say something about the shop or the menu; changes nothing."""

    kind = "answer_topic"
    topic: str
    items: tuple[str, ...] = ()
    modifiers: tuple[tuple[str, str], ...] = ()
    variation: str | None = None
    subject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHuman(Command):
    """Hand the conversation to a person of the shop."""

    kind = "ask_human"
    complaint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Greet(Command):
    """A greeting, thanks or a goodbye: answered in kind, changes nothing."""

    kind = "greet"
    what: Literal["hello", "thanks", "bye"] = "hello"


_OPTIONAL = frozenset({"quantity", "variation", "ahead", "day", "weekday", "hour"})
_WHOLE = frozenset({"index", "quantity", "ahead", "day", "weekday", "hour", "minute", "basis_points"})
KINDS: dict[str, type[Command]] = {
    c.kind: c
    for c in (
        AddLine,
        ReplaceLine,
        SplitLine,
        RemoveLine,
        ClearCart,
        Undo,
        SetFulfilment,
        SetName,
        SetNote,
        SetTime,
        SetAddress,
        SetTable,
        SetTip,
        ChangeOrder,
        MoveOrder,
        PayByLink,
        ReportMissing,
        PlaceOrder,
        CancelOrder,
        AnswerTopic,
        AskHuman,
        Greet,
    )
}


def command_from_json(data: dict[str, Any]) -> Command:
    """The command that `to_json` wrote.

    Raises:
        InvalidInput: no such kind of command, or a field is missing or of another type. InvalidLine: its line is.
    """
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidInput(field="kind", problem="there is no such command.")
    return KINDS[kind].build(data)


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - any field of a command
    if name == "line":
        return Line.from_json(value)
    if name == "lines":
        if not isinstance(value, list | tuple):
            raise InvalidInput(field=name, problem="must be a list of lines.")
        return tuple(Line.from_json(line) for line in value)
    if name in {"items", "subject"}:
        return _texts({name: value}, name)
    if name == "modifiers":
        if not isinstance(value, list | tuple) or not all(_is_pair(pair) for pair in value):
            raise InvalidInput(field=name, problem="must be a list of pairs of texts.")
        return tuple((group, modifier) for group, modifier in value)
    if value is None and name in _OPTIONAL:
        return None
    expected = bool if name == "complaint" else int if name in _WHOLE else str
    if type(value) is not expected:
        raise InvalidInput(field=name, problem=f"must be of type {expected.__name__}.")
    return value


def _is_pair(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(type(v) is str for v in value)  # noqa: PLR2004


def _texts(data: dict[str, Any], name: str) -> tuple[str, ...]:
    found = data.get(name, ())
    if not isinstance(found, list | tuple) or any(type(v) is not str for v in found):
        raise InvalidInput(field=name, problem="must be a list of texts.")
    return tuple(found)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of a command
    if isinstance(value, Line):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value
