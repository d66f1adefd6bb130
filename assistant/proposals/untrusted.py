"""Reading a proposal that may be anything: exactly the shape that was asked for, or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from assistant.proposals.schema import TOPICS
from assistant.understanding.certificate import CertifiedLine
from assistant.understanding.reading import Cause, Part
from core.catalogue.menu import PRE_MODIFIERS
from core.orders.lines import Choice, Line, Slot

_MOST = 24  # entries of any list, and more than any message needs
_LONGEST_ID = 64
_GREATEST = 100_000
_GREETINGS = ("hello", "thanks", "bye")


class Refused(Exception):
    """The proposal is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A question of the customer, proposed."""

    topic: str
    items: tuple[str, ...]
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Greeting:
    """A greeting, proposed."""

    what: Literal["hello", "thanks", "bye"]
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal of the right shape. Nothing of it is believed yet."""

    lines: tuple[CertifiedLine, ...] = ()
    topics: tuple[Topic, ...] = ()
    greetings: tuple[Greeting, ...] = ()
    filler: tuple[int, ...] = ()


def read_proposal(data: object) -> Proposal:
    """The proposal in a JSON value.

    Raises:
        Refused: it has another shape; says where.
    """
    whole = _keys(data, "proposal", "commands", "filler")
    lines: list[CertifiedLine] = []
    topics: list[Topic] = []
    greetings: list[Greeting] = []
    for command in _list(whole["commands"], "commands"):
        kind = command.get("kind") if isinstance(command, dict) else None
        if kind == "add_line":
            values = _keys(command, "add_line", "kind", "line", "causes")
            lines.append(CertifiedLine(_line(values["line"]), _causes(values["causes"])))
        elif kind == "answer_topic":
            values = _keys(command, "answer_topic", "kind", "topic", "items", "causes")
            items = tuple(_id(i, "items") for i in _list(values["items"], "items"))
            topics.append(Topic(_one_of(values["topic"], TOPICS), items, _positions(values["causes"])))
        elif kind == "greet":
            values = _keys(command, "greet", "kind", "what", "causes")
            what = cast("Literal['hello', 'thanks', 'bye']", _one_of(values["what"], _GREETINGS))
            greetings.append(Greeting(what, _positions(values["causes"])))
        else:
            raise Refused("kind of command")
    return Proposal(tuple(lines), tuple(topics), tuple(greetings), _positions(whole["filler"]))


def _line(data: object) -> Line:
    values = _keys(data, "line", "item", "variation", "modifiers", "quantity", "slots")
    slots = [_keys(slot, "slot", "slot", "item", "variation", "modifiers") for slot in _list(values["slots"], "slots")]
    return Line(
        _id(values["item"], "item"),
        _number(values["quantity"], "quantity"),
        _id_or_none(values["variation"]),
        _choices(values["modifiers"]),
        tuple(
            Slot(_id(s["slot"], "slot"), _id(s["item"], "item"), _id_or_none(s["variation"]), _choices(s["modifiers"]))
            for s in slots
        ),
    )


def _choices(data: object) -> tuple[Choice, ...]:
    read = []
    for entry in _list(data, "modifiers"):
        values = _keys(entry, "modifier", "group", "modifier", "pre_modifier", "quantity")
        before = values["pre_modifier"]
        if before is not None and before not in PRE_MODIFIERS:
            raise Refused("pre_modifier")
        read.append(
            Choice(
                _id(values["group"], "group"),
                _id(values["modifier"], "modifier"),
                before,
                _number(values["quantity"], "quantity"),
            )
        )
    return tuple(read)


def _causes(data: object) -> tuple[Cause, ...]:
    read = []
    for entry in _list(data, "causes"):
        values = _keys(entry, "cause", "part", "value", "words")
        part = cast("Part", _one_of(values["part"], get_args(Part)))
        read.append(Cause(part, _id(values["value"], "value", 2 * _LONGEST_ID + 1), _positions(values["words"])))
    return tuple(read)


def _positions(data: object) -> tuple[int, ...]:
    return tuple(_number(entry, "word", least=0) for entry in _list(data, "words", 400))


def _keys(data: object, what: str, *names: str) -> dict[str, Any]:
    if not isinstance(data, dict) or set(data) != set(names):
        raise Refused("fields of " + what)
    return data


def _list(data: object, what: str, most: int = _MOST) -> list[Any]:
    if not isinstance(data, list) or len(data) > most:
        raise Refused(what)
    return data


def _id(data: object, what: str, longest: int = _LONGEST_ID) -> str:
    if not isinstance(data, str) or not 0 < len(data) <= longest:
        raise Refused(what)
    return data


def _id_or_none(data: object) -> str | None:
    return None if data is None else _id(data, "variation")


def _one_of(data: object, known: tuple[str, ...]) -> str:
    if not isinstance(data, str) or data not in known:
        raise Refused("unknown value")
    return data


def _number(data: object, what: str, least: int = 1) -> int:
    if type(data) is not int or not least <= data <= _GREATEST:
        raise Refused(what)
    return data
