"""Carrying out commands on a cart as a value. Pure: what it answers is then saved through core.orders.

Every command is checked against the menu here, whoever proposed it; one that does not fit is refused with a reason and
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.commands import (
    FULFILMENTS,
    AddLine,
    ClearCart,
    Command,
    RemoveLine,
    ReplaceLine,
    SetFulfilment,
    SetName,
    SetNote,
    SplitLine,
    Undo,
)
from core.kernel.errors import InvalidLine
from core.kernel.text import clean
from core.orders import rules
from core.orders.lines import check_types

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.catalogue.menu import Menu
    from core.merchants import Address
    from core.orders.charges import Tip
    from core.orders.lines import Line

Refusal = Literal["invalid", "unavailable", "no_such_line", "nothing_to_undo", "no_such_fulfilment", "empty"]
_UNDO_DEPTH = 10
_NAME_LENGTH = 60
_NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class CartValue:
    """A cart as the assistant works on it. `causes` goes with `lines`; `past` are earlier carts, newest last."""

    lines: tuple[Line, ...] = ()
    causes: tuple[tuple[str, ...], ...] = ()
    past: tuple[tuple[Line, ...], ...] = ()
    fulfilment: str | None = None
    name: str | None = None
    note: str = ""
    requested_for: datetime | None = None
    address: Address | None = None
    table: str | None = None
    tip: Tip | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that was not carried out, and why."""

    command: Command
    reason: Refusal
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The cart afterwards; `refused` is None when the command was carried out. `moved` maps old line places to new."""

    cart: CartValue
    refused: Refused | None = None
    moved: tuple[tuple[int, ...], ...] = ()
    touched: int | None = None


def execute(menu: Menu, cart: CartValue, command: Command) -> Outcome:  # noqa: PLR0911 - one arm a command
    """Carry out one command that changes the cart; the others leave it as it is."""
    mistyped = _mistyped(command)
    if mistyped:
        return _refuse(cart, command, "invalid", mistyped)
    match command:
        case AddLine():
            return _add(menu, cart, command)
        case ReplaceLine() | SplitLine() | RemoveLine():
            return _at_line(menu, cart, command)
        case ClearCart():
            return Outcome(replace(cart, lines=(), causes=()))
        case Undo():
            return _undo(menu, cart, command)
        case SetFulfilment():
            if type(command.fulfilment) is not str or command.fulfilment not in FULFILMENTS:
                return _refuse(cart, command, "no_such_fulfilment")
            return Outcome(replace(cart, fulfilment=command.fulfilment))
        case SetName():
            name = clean(command.name, _NAME_LENGTH)
            return Outcome(replace(cart, name=name)) if name else _refuse(cart, command, "empty")
        case SetNote():
            return Outcome(replace(cart, note=clean(command.note, _NOTE_LENGTH)))
        case _:
            return Outcome(cart)


def execute_all(menu: Menu, cart: CartValue, commands: Sequence[Command]) -> tuple[CartValue, tuple[Refused, ...]]:
    """Carry out commands one after the other; a refused one is skipped."""
    refused = []
    for command in commands:
        outcome = execute(menu, cart, command)
        cart = outcome.cart
        if outcome.refused:
            refused.append(outcome.refused)
    return cart, tuple(refused)


def snapshot(cart: CartValue, before: tuple[Line, ...]) -> CartValue:
    """The cart remembering what it was before this turn, if the turn changed it."""
    if cart.lines == before:
        return cart
    return replace(cart, past=(*cart.past, before)[-_UNDO_DEPTH:])


def _mistyped(command: Command) -> str:
    """The field of a command whose value has a type that the field never has; empty when there is none."""
    if type(command.causes) is not tuple or any(type(c) is not str for c in command.causes):
        return "causes"
    match command:
        case AddLine(line=line) | ReplaceLine(line=line) | SplitLine(line=line):
            try:
                check_types(line)
            except InvalidLine as problem:
                return str(problem.values["place"])
        case SetName(name=text):
            return "" if type(text) is str else "name"
        case SetNote(note=text):
            return "" if type(text) is str else "note"
    return ""


def _add(menu: Menu, cart: CartValue, command: AddLine) -> Outcome:
    same = next((n for n, line in enumerate(cart.lines) if line.same_as(command.line)), None)
    if same is None:
        lines = (*cart.lines, command.line)
        return _checked(menu, cart, command, lines, (*cart.causes, command.causes), touched=len(cart.lines))
    grown = cart.lines[same].with_quantity(cart.lines[same].quantity + command.line.quantity)
    return _checked(
        menu,
        cart,
        command,
        (*cart.lines[:same], grown, *cart.lines[same + 1 :]),
        _joined(cart.causes, same, command.causes),
        touched=same,
    )


def _at_line(menu: Menu, cart: CartValue, command: ReplaceLine | SplitLine | RemoveLine) -> Outcome:
    index = command.index
    if type(index) is not int or not 0 <= index < len(cart.lines):
        return _refuse(cart, command, "no_such_line")
    line = cart.lines[index]
    if isinstance(command, RemoveLine):
        return _remove(cart, command, line)
    if isinstance(command, SplitLine) and command.line.quantity < line.quantity and command.line.quantity > 0:
        rest = line.with_quantity(line.quantity - command.line.quantity)
        lines = (*cart.lines[:index], rest, command.line, *cart.lines[index + 1 :])
        causes = (*cart.causes[: index + 1], (*cart.causes[index], *command.causes), *cart.causes[index + 1 :])
        moved = tuple((n,) if n < index else (n, n + 1) if n == index else (n + 1,) for n in range(len(cart.lines)))
        return _checked(menu, cart, command, lines, causes, moved=moved, touched=index + 1)
    lines = (*cart.lines[:index], command.line, *cart.lines[index + 1 :])
    return _checked(menu, cart, command, lines, _joined(cart.causes, index, command.causes), touched=index)


def _remove(cart: CartValue, command: RemoveLine, line: Line) -> Outcome:
    index, taken = command.index, command.quantity
    if taken is not None and (type(taken) is not int or taken < 1):
        return _refuse(cart, command, "invalid", "quantity")
    if taken is not None and taken < line.quantity:
        less = line.with_quantity(line.quantity - taken)
        lines = (*cart.lines[:index], less, *cart.lines[index + 1 :])
        return Outcome(replace(cart, lines=lines), touched=index)
    moved = tuple((n,) if n < index else () if n == index else (n - 1,) for n in range(len(cart.lines)))
    lines = (*cart.lines[:index], *cart.lines[index + 1 :])
    return Outcome(replace(cart, lines=lines, causes=(*cart.causes[:index], *cart.causes[index + 1 :])), moved=moved)


def _undo(menu: Menu, cart: CartValue, command: Undo) -> Outcome:
    if not cart.past:
        return _refuse(cart, command, "nothing_to_undo")
    lines = cart.past[-1]
    kept = {line.unit: words for line, words in zip(cart.lines, cart.causes, strict=True)}
    before = replace(cart, past=cart.past[:-1])
    return _checked(menu, before, command, lines, tuple(kept.get(line.unit, command.causes) for line in lines))


def _checked(
    menu: Menu,
    cart: CartValue,
    command: Command,
    lines: tuple[Line, ...],
    causes: tuple[tuple[str, ...], ...],
    *,
    moved: tuple[tuple[int, ...], ...] = (),
    touched: int | None = None,
) -> Outcome:
    lines, causes, moved, touched = _merged(
        lines, causes, moved or tuple((n,) for n in range(len(cart.lines))), touched
    )
    try:
        rules.check_lines(menu, lines)
    except InvalidLine as problem:
        return _refuse(cart, command, "invalid", str(problem.values.get("kind", "")))
    gone = rules.unavailable(menu, lines, before=cart.lines)
    if gone is not None:
        return _refuse(cart, command, "unavailable", gone)
    return Outcome(replace(cart, lines=lines, causes=causes), moved=moved, touched=touched)


def _merged(
    lines: tuple[Line, ...],
    causes: tuple[tuple[str, ...], ...],
    moved: tuple[tuple[int, ...], ...],
    touched: int | None,
) -> tuple[tuple[Line, ...], tuple[tuple[str, ...], ...], tuple[tuple[int, ...], ...], int | None]:
    """Equal lines joined at the place of the first; every place that is remembered follows."""
    places: dict[tuple[object, ...], int] = {}
    kept: list[Line] = []
    words: list[tuple[str, ...]] = []
    new_place: list[int] = []
    for line, said in zip(lines, causes, strict=True):
        place = places.setdefault(line.unit, len(kept))
        new_place.append(place)
        if place < len(kept):
            kept[place] = kept[place].with_quantity(kept[place].quantity + line.quantity)
            words[place] = (*words[place], *said)
        else:
            kept.append(line)
            words.append(said)
    follow = tuple(tuple(dict.fromkeys(new_place[n] for n in group if n < len(new_place))) for group in moved)
    return tuple(kept), tuple(words), follow, new_place[touched] if touched is not None else None


def _joined(causes: tuple[tuple[str, ...], ...], index: int, more: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (*causes[:index], (*causes[index], *more), *causes[index + 1 :])


def _refuse(cart: CartValue, command: Command, reason: Refusal, detail: str = "") -> Outcome:
    return Outcome(cart, refused=Refused(command, reason, detail))
