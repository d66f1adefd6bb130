"""The account of a turn: which words meant what, what was decided, what was said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import orders
from core.kernel.errors import ComandaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.catalogue import Menu
    from core.messaging import TurnView

_SHOWN_ELSEWHERE = frozenset({"clauses", "commands", "unexplained", "seen"})  # "seen" is for replays


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn, ready to be shown. `words`: what was said and meant ("" if nothing). `parts`, `record`: titled texts."""

    number: int
    commands: tuple[str, ...]
    unexplained: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    record: tuple[tuple[str, str], ...]


def shown_turn(turn: TurnView, menu: Menu | None) -> ShownTurn:
    """The account of a turn, lines spelled by the menu. Whatever the trace holds is shown, known or not."""
    kinds = tuple(dict.fromkeys(kind_of(command) for command in turn.commands))
    unexplained = tuple(str(word) for word in _list(turn.trace.get("unexplained")))
    words = (*_clauses(turn.trace), *((word, "") for word in unexplained))
    return ShownTurn(turn.number, kinds, unexplained, words, tuple(_parts(turn, menu)), tuple(_record(turn)))


def kind_of(command: dict[str, Any]) -> str:
    """A command's kind in words: "add line"."""
    return str(command.get("kind", "?")).replace("_", " ")


def _clauses(trace: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The words of each clause with what they were taken for, and by whom."""
    for clause in _list(trace.get("clauses")):
        if isinstance(clause, dict) and "words" in clause:
            meaning = ", ".join(str(clause[key]).replace("_", " ") for key in ("act", "by") if key in clause)
            yield str(clause["words"]), meaning


def _parts(turn: TurnView, menu: Menu | None) -> Iterator[tuple[str, str]]:
    if turn.commands:
        yield "What was decided", "\n".join(_command(command, menu) for command in turn.commands)
    refused = [c for c in _list(turn.trace.get("clauses")) if isinstance(c, dict) and "refused" in c]
    if refused:
        yield "What was refused", "\n".join(map(_json, refused))


def _record(turn: TurnView) -> Iterator[tuple[str, str]]:
    if turn.commands:
        yield "Commands", "\n".join(map(_json, turn.commands))
    rows = [binding for reply in turn.replies for binding in reply.bindings]
    if rows:
        yield (
            "Where the values come from",
            "\n".join(f"{b.name} = {b.value} ({b.table} {b.row} {b.field})" for b in rows),
        )
    rest = {name: value for name, value in turn.trace.items() if name not in _SHOWN_ELSEWHERE}
    if rest:
        yield "The rest of the trace", "\n".join(f"{name}: {_json(value)}" for name, value in rest.items())
    if turn.menu_version:
        yield "Menu", turn.menu_version


def _command(command: dict[str, Any], menu: Menu | None) -> str:
    """One row: the kind, the customer's words that caused it, and its fields that say something."""
    causes = " ".join(str(word) for word in _list(command.get("causes")))
    rest = {
        name: value for name, value in command.items() if name not in ("kind", "causes") and value not in (None, "")
    }
    shown = f"{kind_of(command)} “{causes}”" if causes else kind_of(command)
    line = _spelled(rest.get("line"), menu)
    if line:
        rest.pop("line")
    return "\n".join(filter(None, (f"{shown} {_json(rest)}" if rest else shown, line)))


def _spelled(line: object, menu: Menu | None) -> str:
    """A line as the kitchen reads it; empty when it is none, or the menu has changed since."""
    if menu is None or not isinstance(line, dict):
        return ""
    try:
        rows = orders.rules.spelled(menu, orders.Line.from_json(line))
    except (ComandaError, LookupError, TypeError):
        return ""
    return "\n".join(f"    {row}" for row in rows)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
