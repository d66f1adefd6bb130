"""What differs between a turn as it was and the same turn run again. Pure.

Order codes and links to pay by are drawn by lot, so they are compared by what they stand for; ids of rows are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.messaging.content import Binding, Content
    from core.messaging.views import TurnView

_OWN_ID = re.compile(r"[0-9a-f]{32}")
_BY_LOT = frozenset({("orders", "code"), ("payments", "url")})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of a turn that changed. `what` is "cart", "commands", "reply" or "turn"; before and after are lines."""

    turn: int
    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As printed with --json."""
        return {"turn": self.turn, "what": self.what, "before": list(self.before), "after": list(self.after)}


def differences(stored: Sequence[TurnView], again: Sequence[TurnView]) -> tuple[Difference, ...]:
    """Every difference between two runs of a conversation, in order."""
    codes_before, codes_after = _codes(stored), _codes(again)
    found: list[Difference] = []
    for number, before in enumerate(stored):
        if number >= len(again):
            found.append(Difference(before.number, "turn", ("answered",), ("not answered",)))
            continue
        after = again[number]
        pairs = (
            ("cart", _cart(before), _cart(after)),
            ("commands", _commands(before), _commands(after)),
            ("reply", _replies(before, codes_before), _replies(after, codes_after)),
        )
        for what, old, new in pairs:
            if old is not None and old != new:
                found.append(Difference(before.number, what, old, new or ()))
    return tuple(found)


def cart_lines(cart: Mapping[str, Any]) -> tuple[str, ...]:
    """A recorded cart, one line of text a line: "2 latte:large +milk/oat no extras/sugar"."""
    details = [f"{name}: {cart[name]}" for name in ("fulfilment", "name", "note") if cart.get(name)]
    return (*(_line(line) for line in cart["lines"]), *details)


def _cart(turn: TurnView) -> tuple[str, ...] | None:
    """The cart after a turn; None where an earlier version did not record it."""
    seen = turn.trace.get("seen")
    return cart_lines(seen["after"]) if seen else None if turn.owner == "assistant" else ()


def _commands(turn: TurnView) -> tuple[str, ...]:
    return tuple(_command(command) for command in turn.commands)


def _command(command: Mapping[str, Any]) -> str:
    values = {name: value for name, value in command.items() if name not in ("kind", "causes") and value is not None}
    if isinstance(values.get("line"), dict):
        values["line"] = _line(values["line"])
    said = " ".join(f"{name}={value}" for name, value in values.items())
    words = ", ".join(f"“{word}”" for word in command.get("causes", ()))
    return " ".join(part for part in (str(command.get("kind", "?")), said, words) if part)


def _line(line: Mapping[str, Any]) -> str:
    variation = f":{line['variation']}" if line.get("variation") else ""
    choices = "".join(f" {_choice(choice)}" for choice in line.get("modifiers", ()))
    inside = "; ".join(f"{slot.get('slot', '')}={_line(slot)}" for slot in line.get("slots", ()))
    count = f"{line['quantity']} " if "quantity" in line else ""
    return f"{count}{line['item']}{variation}{choices}" + (f" {{{inside}}}" if inside else "")


def _choice(choice: Mapping[str, Any]) -> str:
    before = choice.get("pre_modifier") or "+"
    times = f" x{choice['quantity']}" if choice.get("quantity", 1) != 1 else ""
    return f"{before} {choice['group']}/{choice['modifier']}{times}".replace("+ ", "+")


def _replies(turn: TurnView, codes: Mapping[str, str]) -> tuple[str, ...]:
    """Texts, kinds, answers to press and bound values of what was said, with orders named instead of their codes."""
    said: list[str] = []
    for reply in turn.replies:
        said += [f"[{reply.kind}] {_named(reply.text, codes)}"]
        said += [f"  ({option.id}) {_named(option.label, codes)}" for option in reply.options]
        said += [f"  {_bound(binding, codes)}" for binding in reply.bindings]
    return tuple(said)


def _bound(binding: Binding, codes: Mapping[str, str]) -> str:
    row = "" if _OWN_ID.fullmatch(binding.row) else binding.row
    where = "/".join(part for part in (binding.table, row, binding.field) if part)
    return f"{binding.name} = {_named(binding.value, codes)} ({where})"


def _codes(turns: Sequence[TurnView]) -> dict[str, str]:
    """Names for the codes that the replies of a conversation carry, in the order in which its orders were spoken of."""
    rows: dict[str, str] = {}
    codes: dict[str, str] = {}
    for reply in (reply for turn in turns for reply in turn.replies):
        for binding in _coded(reply):
            what = "order" if binding.table == "orders" else "link"
            name = rows.setdefault(binding.row, f"<{what} {len(rows) + 1}>")
            codes[binding.value] = name
    return codes


def _coded(reply: Content) -> list[Binding]:
    return [b for b in reply.bindings if (b.table, b.field) in _BY_LOT]


def _named(text: str, codes: Mapping[str, str]) -> str:
    if not codes:
        return text
    longest = sorted(codes, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest)) + r")(?!\w)")
    return pattern.sub(lambda match: codes[match[0]], text)
