"""Ordering what was asked about or named in our last answer: "I'll take the double", "gimme one"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import edits
from assistant.dialogue.fitting import applied
from assistant.dialogue.points import Point
from assistant.dialogue.saying import Said, by_name, fits, names_item, parts_of
from core.orders.lines import Line

if TYPE_CHECKING:
    from assistant.dialogue.clauses import Clause
    from assistant.dialogue.draft import Draft


def asked_about(draft: Draft, clause: Clause, said: Said) -> str:
    """“I'll take the double”, “get me one, medium”: the one dish that was asked about, as it is wanted."""
    asked = draft.asked.items if draft.asked else ()
    if len(asked) != 1 or asked != draft.offered or draft.question or not draft.phrases.find("order", clause.words):
        return ""
    other = any(asked[0] not in unclear.options for unclear in said.unclear)
    if said.strays or other or len(said.lines) > 1:
        return ""
    points = any(w.key in draft.phrases.one_words for w in clause.words.words)
    if any(names_item(r) for r in said.lines) and not (points and not edits.names_other(draft, asked[0], said)):
        return ""
    item, number = draft.offered[0], next((r.line.quantity for r in said.lines), 1)
    parts = parts_of(draft, item, replace(said, lines=(), unclear=()))
    if not (parts.variation or parts.choices):
        return ""
    line = applied(draft.menu, Line(item, parts.quantity or number, asked_size(draft)), parts)
    draft.add(line, said.causes)
    return "order"


def named_before(draft: Draft, said: Said) -> str:
    """“Gimme one”: of what we named in our last answer."""
    alone = bool(said.loose) and not said.lines and not said.unclear
    numbers = [p.quantity for p in said.loose if p.kind == "quantity"]
    if not alone or not draft.offered:
        return ""
    points = any(
        w.key in draft.phrases.one_words or draft.phrases.prefix("pron", said.words.part(n, len(said.words)))
        for n, w in enumerate(said.words.words)
    )
    if len(draft.offered) == 1 and len(numbers) <= 1 and (numbers or points):
        parts = parts_of(draft, draft.offered[0], said)
        if fits(draft, draft.offered[0], said) == len(said.loose) - len(numbers):
            line = Line(draft.offered[0], next(iter(numbers), 1), asked_size(draft))
            draft.add(applied(draft.menu, line, parts), said.causes)
            return "order"
    if not numbers or len(numbers) != len(said.loose):
        return ""
    number = numbers[0]
    if len(draft.offered) > 1:
        draft.open(Point("which", options=draft.offered, line=Line(draft.offered[0], number)))
    else:
        draft.add(Line(draft.offered[0], number, asked_size(draft)), said.causes)
    return "order"


def size_of_it(draft: Draft, said: Said) -> str:
    """“A bowl of that”: the one dish that we named last, in a size of it that the words name."""
    if len(draft.offered) != 1 or said.lines or said.strays or said.unclear:
        return ""
    lists, words = draft.phrases.lists, said.words
    points = any(lists["one"].fullmatch(f"{w.key} ") or lists["them"].fullmatch(f"{w.key} ") for w in words.words)
    parts = by_name(draft, draft.offered[0], said) if points else None
    if parts is None or parts.variation is None:
        return ""
    number = next((n for w in words.words if (n := draft.phrases.number(w.key)) is not None), 1)
    draft.add(Line(draft.offered[0], number, parts.variation), said.causes)
    return "order"


def asked_size(draft: Draft) -> str | None:
    """The size of the one dish that a question was about: "how much is a large mocha?", "one of those, please"."""
    item = draft.menu.items_by_id.get(draft.offered[0])
    asked = draft.asked
    same = item is not None and asked is not None and asked.items == draft.offered[:1]
    return asked.variation if same and item and asked and item.variation(asked.variation) else None
