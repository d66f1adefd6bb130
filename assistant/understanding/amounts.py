"""What is said of a modifier beside it: how much of it, and what its group is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from assistant.understanding.drafts import Draft, Part, State, permitted, takes_so_many
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.knowledge import stems_of
from assistant.understanding.lines import with_parts
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from core.catalogue.menu import PreModifier

UNUSED_AMOUNT = 1.2
_MOST_OF_ONE = 6
_LATE = 0.6
_CLOSING = 0.1
_UNABLE = 0.15


def last_part(state: State) -> Part | None:
    """The modifier that was just said, of the line to come or of the open one."""
    if state.last != "modifier":
        return None
    if state.pending is not None and not state.pending.empty:
        return state.pending.parts[-1] if state.pending.parts else None
    return state.open_line.parts[-1] if state.open_line is not None and state.open_line.parts else None


def with_last_part(state: State, part: Part) -> State:
    """The state with the modifier that was just said changed."""
    if state.pending is not None and state.pending.parts:
        return state._replace(pending=state.pending._replace(parts=(*state.pending.parts[:-1], part)))
    assert state.open_line is not None  # noqa: S101  # for the type checker
    return with_parts(state, (*state.open_line.parts[:-1], part))


def amount_after(state: State, edge: Edge) -> Iterator[State]:
    """An "extra" or "a little" after its modifier, as Korean has it; by itself it says nothing understood."""
    part = last_part(state)
    if part is None or part.pre is not None:
        yield state._replace(cost=state.cost + UNUSED_AMOUNT, left=(*state.left, *edge.tokens))
        return
    # "مع باذنجان وزيادة شطة": after an "and" it is of what comes.
    state = state._replace(cost=state.cost + (_LATE if state.connector == "and" else 0.0))
    yield with_last_part(state, part._replace(pre=cast("PreModifier", edge.value), pre_tokens=edge.tokens))


def late_amount(state: State, edge: Edge, *, closing: bool) -> Iterator[State]:
    """The pre-modifier after its modifier: "cheese extra"; where it closes what was said, nothing else can be meant."""
    if state.last != "modifier" or state.connector or state.pending is not None:
        return
    line = state.open_line
    if line is not None and line.parts and line.parts[-1].pre is None:
        changed = line.parts[-1]._replace(pre=cast("PreModifier", edge.value), pre_tokens=edge.tokens)
        grown = line._replace(parts=(*line.parts[:-1], changed))
        yield state._replace(
            lines=state.with_open(grown), cost=state.cost + (_CLOSING - edge.cost if closing else _LATE)
        )


def measured(grammar: Grammar, state: State, edge: Edge) -> Iterator[State]:
    """A number of measures after what they are of: "vanilla syrup, two pumps"."""
    line, counted = state.open_line, state.pending
    if line is None or not line.parts or counted is None or not counted.quantity or state.last != "number":
        return
    last = line.parts[-1]
    words = (*counted.determiner_tokens, *counted.quantity_tokens, *edge.tokens)
    part = last._replace(quantity=counted.quantity, quantity_tokens=words)
    unlimited = part.quantity <= _MOST_OF_ONE and any(
        grammar.modifiers[ref].max is None for ref, _ in permitted(grammar, line.item, part)
    )
    if last.pre is None and not last.quantity_tokens and (unlimited or takes_so_many(grammar, line, part)):
        grown = line._replace(parts=(*line.parts[:-1], part))
        yield state._replace(lines=state.with_open(grown), pending=None, last="modifier", connector="")


def dosed_with_others(grammar: Grammar, state: State) -> bool:
    """Whether what was just measured stands beside others of its group: "vanilla and caramel, two pumps" (each)."""
    line, part = state.open_line, last_part(state)
    if line is None or part is None or part.quantity < 2 or part not in line.parts:  # noqa: PLR2004
        return False
    groups = {ref[0] for ref, _ in permitted(grammar, line.item, part)[:1]}
    others = (p for p in line.parts if p is not part and p.quantity == 1 and p.pre is None)
    return any(ref[0] in groups for p in others for ref, _ in permitted(grammar, line.item, p)[:1])


def choices_of(state: State, edge: Edge) -> Iterator[State]:
    """What a group of choices is called, beside one of them: "eggs scrambled", "75 % sugar"."""
    part = last_part(state)
    if part is not None and not state.connector and any(c[0][0] in edge.heads for c in part.candidates):
        yield with_last_part(state, part._replace(tokens=(*part.tokens, *edge.tokens)))
    if state.pending is None or (state.pending.empty and state.pending.determiner in ("none", "definite")):
        before = state.pending.determiner_tokens if state.pending else ()
        yield state._replace(pending=Draft(determiner_tokens=(*before, *edge.tokens)), connector="part")


def countable(grammar: Grammar, part: Part) -> bool:
    """Whether one can have extra, or more than one, of anything that these words may mean."""
    return any(
        "extra" in grammar.groups[ref[0]].pre_modifiers or grammar.modifiers[ref].max != 1 for ref, _ in part.candidates
    )


def able_first(grammar: Grammar, part: Part, pre: PreModifier) -> Part:
    """The part, what one can have so much of first among its senses: "light ice" where iced drinks are "ice", too."""
    if len(part.candidates) == 1:
        return part
    able = {r for r, _ in part.candidates if pre in grammar.groups[r[0]].pre_modifiers or grammar.modifiers[r].max != 1}
    priced = [(ref, cost if ref in able else cost + _UNABLE) for ref, cost in part.candidates]
    return part._replace(candidates=tuple(sorted(priced, key=lambda c: c[1])))


def sized_by_amount(grammar: Grammar, draft: Draft, said: tuple[str, ...]) -> Draft:
    """A "double bacon burger" of a burger that comes double is rather that size than twice the bacon; it is asked."""
    first = draft.parts[0] if draft.parts and draft.head else None
    if first is None or draft.variations or first.pre != "extra" or first.tokens > draft.head:
        return draft
    words = tuple(stem(said[t]) for t in first.pre_tokens)
    sizes = grammar.menu.items_by_id[draft.item].variations
    size = next((v.id for v in sizes if any(stems_of(n) == words for n in (v.name, *v.aliases))), "")
    if not size or first.pre_tokens[0] > first.tokens[0]:
        return draft
    parts = (first._replace(pre=None, pre_tokens=()), *draft.parts[1:])
    return draft._replace(
        variations={draft.item: (size, 0.0)}, variation_tokens=first.pre_tokens, parts=parts, doubtful=True
    )
