"""Where a size goes: the line to come, the open line, or all lines."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.combos import places_of
from assistant.understanding.cup_sizes import GUESS
from assistant.understanding.drafts import Draft, Positions, State
from assistant.understanding.edges import EITHER, Edge, Sizes
from assistant.understanding.grammar import Grammar
from assistant.understanding.lines import appended
from assistant.understanding.references import References
from assistant.understanding.repeats import inherits

_SIZE_AFTER = {"part": 0.2, "": 0.1, "with": 0.15, "and": 0.6, ",": 0.12, ".": 0.15, "or": 0.6, "but": 0.3}


class SizePlacer:
    """Puts sizes in their places; every method yields the states it can see."""

    def __init__(self, grammar: Grammar, references: References) -> None:
        self._grammar = grammar
        self._references = references

    def size(self, state: State, edge: Edge) -> Iterator[State]:
        """A size word whatever the menu's sizes: of an item sold in one size, or asked about."""
        return self.variation(
            state, edge._replace(candidates=((("", edge.value), 0.0),), sizes={"": (edge.value, 0.0)})
        )

    def variation(self, state: State, edge: Edge) -> Iterator[State]:
        """A size: of a line to come, or of the open line."""
        options = edge.sizes
        state = state._replace(last="variation", cost=state.cost + edge.candidates[0][1])
        if state.scope is not None and not state.scope.used and state.scope.pre != "side_of":
            if state.scope.pre != "no":
                return
            words = (*state.scope.tokens, *edge.tokens)
            state = state._replace(cost=state.cost + 1.0, scope=state.scope._replace(used=1))
            line = state.open_line
            chosen = line.variation_of(line.item) if line is not None and line.items else None
            if chosen is not None and line is not None and options.get(line.item, chosen)[0] != chosen[0]:
                # "A large one, not a medium": the other size is said already.
                introduced = state.pending.determiner_tokens if state.pending and state.pending.empty else ()
                yield state._replace(declined=(*state.declined, *words, *introduced), pending=None)
            else:
                yield state._replace(left=(*state.left, *words))
            return
        pending = state.pending
        definite = pending is not None and pending.determiner == "definite"
        definite = definite or self._references.pointed(edge.start, edge.end)
        if state.lines and definite and not (pending and (pending.quantity or pending.variations)):
            yield from self._references.to_size(state, options, edge)
        if pending is None or not pending.variations:
            fresh = pending or Draft(connector=state.connector)
            cost = 0.0 if not state.lines or not fresh.empty or fresh.determiner != "none" else 0.1
            sized = fresh._replace(variations=options, variation_tokens=edge.tokens)
            yield state._replace(
                pending=sized._replace(doubtful=fresh.doubtful or edge.value == GUESS),
                cost=state.cost + cost, connector="",
            )  # fmt: skip
        elif options == pending.variations and not pending.parts:
            yield state._replace(
                pending=pending._replace(variation_tokens=(*pending.variation_tokens, *edge.tokens)),
                cost=state.cost + 0.3,
            )
        else:
            flushed = appended(state._replace(pending=None, cost=state.cost + 0.6), pending)
            yield flushed._replace(pending=Draft(variations=options, variation_tokens=edge.tokens))
        if pending is None or (pending.empty and pending.determiner in ("definite", "indefinite")):
            yield from self._size_after(state, options, edge)

    def _size_after(self, state: State, options: Sizes, edge: Edge) -> Iterator[State]:
        words = (*(state.pending.determiner_tokens if state.pending else ()), *edge.tokens)
        indefinite = state.pending is not None and state.pending.determiner == "indefinite"
        cost = state.cost + _SIZE_AFTER[state.connector] + (0.4 if indefinite else 0.0)
        lines = list(state.lines)
        extra: Positions = state.everyone[1] if state.everyone else ()
        gone: Positions = ()
        changed = False
        for i in range(len(lines)) if state.everyone else [len(lines) + state.focus] if lines else []:
            share = state.everyone is not None and _is_of_another(lines, i, options)
            sized = None if share else self._sized(lines[i], options, (*words, *extra), state.correction)
            if sized is not None:
                if edge.value == GUESS:
                    sized = sized._replace(doubtful=True)
                if state.correction and state.pending is not None and (lines[i].quantity or 1) > 1:
                    # "Two pancakes, no wait, make it the full stack": whether there are still two, nobody said.
                    sized = sized._replace(doubtful=True)
                gone = (*gone, *(lines[i].variation_tokens if lines[i].items else ()))
                lines[i] = sized
                changed = True
        if changed:
            yield state._replace(
                lines=tuple(lines), pending=None, cost=cost, connector="", correction=(),
                retracted=(*state.retracted, *gone),
            )  # fmt: skip

    def _sized(self, line: Draft, options: Sizes, words: Positions, correction: Positions) -> Draft | None:
        """The line in this size, or a combo with its last part in it; None when it does not come so."""
        if line.combo:
            last = line.slots[-1:]
            for others, slot, filled in places_of(self._grammar, line):
                named = ((slot, filled),) == last or slot not in {name for name, _ in line.slots}
                sized = self._sized(filled, options, words, correction) if named else None
                if sized is not None:
                    return line._replace(slots=(*others, (slot, sized)))
            return None
        if not line.items and line.quantity and not line.variations:
            return line._replace(variations=options, variation_tokens=words)  # "deux à la fraise", "eins mit Käse"
        items = tuple(s for s in line.items if s[0] in options)
        unsized = not line.variations or (line.item and line.variations.get(line.item, (None,))[0] == EITHER)
        if not items or not (unsized or correction or inherits(line, line.variation_tokens)):
            return None
        note = "" if line.note == "count" else line.note  # "two packs of tortillas, the ten packs": two of these
        return line._replace(
            items=items,
            variations=options,
            variation_tokens=words,
            correction=(*line.correction, *correction),
            note=note,
        )


def _is_of_another(lines: list[Draft], i: int, options: Sizes) -> bool:
    """Whether a line without a name is some of those counted before it, whose size it has: "two, one beef, both"."""
    if lines[i].items or not lines[i].quantity or lines[i].variations:
        return False
    whole = next((d for d in reversed(lines[:i]) if d.items), None)
    return whole is not None and whole.item in options and (whole.quantity or 0) > (lines[i].quantity or 0)
