"""The account of a turn: which words meant what, what was decided, what was said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.messaging import TurnView


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn, ready to be shown. `words` pairs words with what they caused; `parts` is the rest, titled."""

    number: int
    commands: tuple[str, ...]
    unexplained: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]


def shown_turn(turn: TurnView) -> ShownTurn:
    """The account of a turn. Whatever the trace holds is shown, known or not."""
    unexplained = tuple(str(word) for word in _list(turn.trace.get("unexplained")))
    causes = [
        (" ".join(str(word) for word in _list(command.get("causes"))), kind_of(command)) for command in turn.commands
    ]
    words = tuple(pair for pair in causes if pair[0]) + tuple((word, "") for word in unexplained)
    parts = [("Commands", "\n".join(_row(command) for command in turn.commands))] if turn.commands else []
    if turn.replies:
        parts.append(("Replies", "\n\n".join(reply.text for reply in turn.replies)))
        rows = [
            f"{b.name} = {b.value}  ({b.table} {b.row}{' ' + b.field if b.field else ''})"
            for reply in turn.replies
            for b in reply.bindings
        ]
        if rows:
            parts.append(("Where the values come from", "\n".join(rows)))
    if turn.trace:
        parts.append(("Trace", _pretty(turn.trace)))
    kinds = tuple(dict.fromkeys(kind_of(command) for command in turn.commands))
    return ShownTurn(turn.number, kinds, unexplained, words, tuple(parts))


def kind_of(command: dict[str, Any]) -> str:
    """A command's kind in words: "add line"."""
    return str(command.get("kind", "?")).replace("_", " ")


def _row(command: dict[str, Any]) -> str:
    rest = {name: value for name, value in command.items() if name not in ("kind", "causes")}
    return f"{kind_of(command)} {json.dumps(rest, ensure_ascii=False)}" if rest else kind_of(command)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
