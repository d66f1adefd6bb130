"""Where a modifier goes: the open line, a line still to come, or all lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from assistant.understanding.amounts import UNUSED_AMOUNT, able_first, countable, last_part, with_last_part
from assistant.understanding.combos import places_of
from assistant.understanding.drafts import Draft, Part, Scope, State, permitted, room_for, takes_so_many
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.halves import DOUBTED
from assistant.understanding.knowledge import stems_of
from assistant.understanding.lines import certain
from assistant.understanding.references import References, reach
from assistant.understanding.repeats import making_room
from core.catalogue.menu import PreModifier

# What a modifier costs after and before its item, by the connector before it.
_AFTER = {"part": 0.0, "": 0.05, "with": 0.0, "and": 0.03, ",": 0.02, ".": 0.12, "or": 0.05, "but": 0.05}
_BEFORE = {"part": 1.0, "": 0.9, "with": 1.1, "and": 0.4, ",": 0.4, ".": 0.2, "or": 0.5, "but": 0.5}
_MOST_OF_ONE = 6
_AFTER_PAUSE = 0.15
_EITHER = 0.6
_HALF_NAMED = 0.25
_COUNTED_NOUN = 0.6  # "two sugars tea": the number counts the sugars
_THING_ITSELF = 1.9
_TOO_MANY = 0.2  # more than one can have: then the number is asked about
_ANOTHER_THING = 0.8
_SIZE_NEEDED = 0.15
_NO_SUCH_AMOUNT = 0.5  # a "double bison" where that is one patty or another


class ChoicePlacer:
    """Puts modifiers in their places; every method yields the states it can see."""

    def __init__(self, grammar: Grammar, references: References) -> None:
        self._grammar = grammar
        self._references = references

    def modifier(self, state: State, edge: Edge) -> Iterator[State]:
        """A modifier: of the open line, of a line to come, or of all lines ("both with oat milk")."""
        pending = state.pending
        if pending is not None and pending.empty and pending.determiner == "definite" and state.scope is None:
            yield from self._references.to_modifier(state, edge)
        for start, part in self._parts(state, edge):
            if start.ahead and not start.lines and (start.pending is None or start.pending.empty):
                shared = part._replace(tokens=tuple(sorted({*part.tokens, *start.ahead})))
                yield start._replace(common=(*start.common, shared), pending=None, connector="")
            for_all = list(self._to_everyone(start, part)) if start.everyone else []
            yield from for_all or self._to_open(start, part)
            yield from self._to_coming(start, part)

    def _parts(self, state: State, edge: Edge) -> Iterator[tuple[State, Part]]:
        """The part under the "no" or "extra" before it, and the state after taking that."""
        part = Part(edge.tokens, edge.candidates, lead=state.connector, doubtful=edge.value == DOUBTED)
        scope = state.scope
        state = state._replace(last="modifier", cost=state.cost + edge.candidates[0][1])
        if scope is None:
            yield state, part
            return
        if scope.pre == "side_of":
            sided = [c for c in part.candidates if "side" in self._grammar.groups[c[0][0]].pre_modifiers]
            pre: PreModifier | None = "side" if sided else None
            yield (
                state._replace(scope=None, cost=state.cost + (0.15 if sided else 0.5)),
                part._replace(pre=pre, pre_tokens=scope.tokens),
            )
            return
        if not scope.used:
            pre = cast("PreModifier", scope.pre)
            if pre in ("no", "regular"):
                after = Scope("no", scope.tokens, 1, scope.instead) if pre == "no" else None
                denied = part._replace(pre=pre, negation=scope.tokens, instead=scope.instead)
                yield state._replace(scope=after), denied
            else:
                cost = state.cost + (0.0 if pre != "extra" or countable(self._grammar, part) else _NO_SUCH_AMOUNT)
                part = able_first(self._grammar, part, pre)
                yield state._replace(scope=None, cost=cost), part._replace(pre=pre, pre_tokens=scope.tokens)
            return
        yield from self._under_used_no(state, scope, part)

    @staticmethod
    def _under_used_no(state: State, scope: Scope, part: Part) -> Iterator[tuple[State, Part]]:
        """After "no X": "or Y" is also without; "and Y" may be either."""
        denied = part._replace(pre="no", negation=scope.tokens)
        free = state._replace(scope=None)
        kept = state._replace(scope=scope._replace(used=scope.used + 1))
        connector = state.connector
        if connector == "or":
            yield certain(kept, scope.tokens), denied
        elif connector == ",":
            # "No foam, oat" are two wishes, "no foam, sugar or cream" is one: the "or" tells.
            yield free, part
            yield kept._replace(cost=state.cost + 0.3), denied._replace(doubtful=True)
        elif (
            connector == "and"
            and state.pending is not None
            and (state.pending.determiner_tokens or state.pending.quantity_tokens)
        ):
            yield free, part  # "no ice and a shot of vanilla"
        elif connector == "and" and scope.instead:
            yield free, part  # "oat instead of whole milk and cinnamon"
        elif connector == "and":
            # The resolver settles it by what the item has by default, or asks.
            yield kept._replace(cost=state.cost + 0.1), denied._replace(doubtful=True)
            yield free._replace(cost=state.cost + 0.1), part._replace(doubtful=True)
        else:
            yield free, part

    def _to_open(self, state: State, part: Part) -> Iterator[State]:
        pending = state.pending
        last = state.open_line
        if last is None:
            return
        half_named = not state.connector and last.items and last.items[0][1] >= _HALF_NAMED and pending is None
        beside = half_named and last.tokens[-1] + 1 == part.tokens[0] and self._references.is_choice(last.head)
        # "Spicy edamame" is rather one thing than a "Spicy Tuna Bowl" with it.
        cost = _AFTER[state.connector] + (_HALF_NAMED if beside else 0.0)
        cost += _EITHER if state.connector == "or" and part.pre != "no" else 0.0
        cost += _SIZE_NEEDED if not state.connector and pending is None and self._sizes(last, part) else 0.0
        if pending is not None and not pending.empty:
            if pending.parts or pending.variations or pending.partitive or part.pre == "no":
                return
            if pending.quantity == 1 and pending.connector == "with":
                # "Un té con una nube de leche": the article of many languages is their "one".
                counted = part._replace(tokens=tuple(sorted({*part.tokens, *pending.quantity_tokens})))
            else:
                counted = part._replace(quantity=pending.quantity or 1, quantity_tokens=pending.quantity_tokens)
            found = self._as_counted(state, last, counted, self._references.counted(pending._replace(parts=(part,))))
            if found is None:
                return
            part, cost = found[0], cost + found[1] + 0.1
        if pending is not None and pending.determiner_tokens:
            part = part._replace(tokens=tuple(sorted({*part.tokens, *pending.determiner_tokens})))
            cost += 0.25 if pending.determiner in ("indefinite", "another") else 0.05
            cost += _THING_ITSELF if self._references.is_nounless(state, part) else 0.0
        if state.correction:
            yield from self._replaced(state, last, part)
            return
        for grown, extra in self._grown(last, part):
            yield state._replace(
                lines=state.with_open(grown), pending=None, cost=state.cost + cost + extra, connector=""
            )

    def _sizes(self, line: Draft, part: Part) -> bool:
        """Whether a line needs a size and the words name one: "cheese" of a sandwich that comes as one of cheese."""
        if not line.items or line.variations or line.parts:
            return False
        sizes = self._grammar.menu.items_by_id[line.item].variations
        if not sizes or any(v.default for v in sizes):
            return False
        said = self._references.between(part.tokens[0], part.tokens[-1] + 1)
        return any(stems_of(name) == said for v in sizes for name in (v.name, *v.aliases))

    def counted_each(self, state: State, edge: Edge) -> Iterator[State]:
        """So many of a choice in each unit: "three coffees with one sugar each"."""
        pending, line = state.pending, state.open_line
        if pending is None or line is None or not pending.quantity or len(pending.parts) != 1 or pending.variations:
            return
        words = (*pending.quantity_tokens, *pending.determiner_tokens, *edge.tokens)
        part = pending.parts[0]._replace(quantity=pending.quantity, quantity_tokens=tuple(sorted(words)))
        if self._countable(line._replace(quantity=None), part) or pending.quantity == 1:
            for grown, extra in self._grown(line, part):
                lines = state.with_open(grown)
                yield state._replace(lines=lines, pending=None, cost=state.cost + extra, connector="", last="modifier")

    def _as_counted(self, state: State, line: Draft, part: Part, outright: Part | None) -> tuple[Part, float] | None:
        """The modifier in the number before it, and what that costs; `outright` where the number is plainly its own."""
        if outright is not None and (line.quantity or 1) > 1:
            # "Three teas with two sugars": in each of them, unless two of the three are meant.
            shared = state.connector == "," or not self._countable(line._replace(quantity=None), outright)
            return None if shared else (outright, 0.0)
        if self._countable(line, part):
            return part, 0.0
        return (outright, _TOO_MANY) if outright is not None else None

    def _countable(self, line: Draft, part: Part) -> bool:
        if not part.quantity_tokens:
            return True
        if line.quantity is not None and line.quantity > 1:
            return False  # "three lattes, one decaf" is about one of the three
        for ref, _ in permitted(self._grammar, line.item, part) if line.item else part.candidates:
            most = self._grammar.modifiers[ref].max
            if (most is None and part.quantity <= _MOST_OF_ONE) or (most is not None and 1 < most >= part.quantity):
                return True
        return False

    def _grown(self, line: Draft, part: Part) -> Iterator[tuple[Draft, float]]:
        grammar = self._grammar
        if line.combo:
            for others, slot, filled in places_of(grammar, line):
                grown_parts = [(line._replace(slots=(*others, (slot, g))), c) for g, c in self._grown(filled, part)]
                if grown_parts:
                    yield from grown_parts
                    return
            return
        if not line.items:
            yield line._replace(parts=(*line.parts, part)), 0.05
            return
        line = making_room(grammar, line, part)
        fitting = tuple(i for i in line.items if room_for(grammar, i[0], line.parts, part))
        if fitting:
            extra = fitting[0][1] - line.items[0][1]
            price = permitted(grammar, fitting[0][0], part)[0][1] - part.candidates[0][1]
            if line.generic and part.pre != "no":
                bases = tuple(i for i in fitting if i[0] in grammar.bases)
                fitting = (*bases, *(i for i in fitting if i not in bases))
            yield line._replace(items=fitting, parts=(*line.parts, part)), extra + price

    def _replaced(self, state: State, last: Draft, part: Part) -> Iterator[State]:
        """After "no wait": the modifier takes the place of the last one of its group."""
        fitting = permitted(self._grammar, last.item, part) if last.item else part.candidates
        if not fitting:
            return
        group = fitting[0][0][0]
        old = [p for p in last.parts if any(c[0][0] == group for c in p.candidates)]
        kept = tuple(p for p in last.parts if not old or p is not old[-1])
        fixed = last._replace(parts=(*kept, part), correction=(*last.correction, *state.correction))
        gone = () if not old else (*old[-1].tokens, *old[-1].pre_tokens, *old[-1].negation)
        yield state._replace(
            lines=state.with_open(fixed), correction=(), retracted=(*state.retracted, *gone),
            cost=state.cost + 0.1, connector="", pending=None,
        )  # fmt: skip

    def _to_coming(self, state: State, part: Part) -> Iterator[State]:
        pending = state.pending
        cost = 0.0
        if pending is None:
            cost = _BEFORE[state.connector] if state.lines else 0.0
            pending = Draft(connector=state.connector)
        if part.pre == "no":
            cost += 0.4
        cost += _COUNTED_NOUN if self._references.counted_noun(pending, part) else 0.0
        yield state._replace(
            pending=pending._replace(parts=(*pending.parts, part)), cost=state.cost + cost, connector=""
        )

    def _to_everyone(self, state: State, part: Part) -> Iterator[State]:
        assert state.everyone is not None  # noqa: S101  # for the type checker
        if state.pending is not None and not state.pending.empty:
            return
        name, words = state.everyone
        shared = part._replace(tokens=tuple(sorted({*part.tokens, *words})))
        lines = list(state.lines)
        counted = bool(lines[state.focus].items) and (lines[state.focus].quantity or 1) > 1
        reached = reach(state, name)
        if counted and name == "all" and len(reached) > 1:
            shared = shared._replace(doubtful=True)  # "a tea and two lattes, all with oat": of all three?
        changed = False
        for i in reached:
            if lines[i].generic and i + 1 < len(lines) and name == "all":
                continue  # "four coffees: two lattes, …, all with oat": the kinds have it
            for grown, _ in self._grown(lines[i], shared):
                lines[i], changed = grown, True
        if changed:
            # "Both with chicken, and a lettuce taco": an article rather begins another thing.
            begun = state.pending is not None and state.pending.determiner == "indefinite" and state.last != "dose"
            cost = state.cost + (_ANOTHER_THING if begun and state.connector in ("and", ",") else -0.05)
            yield state._replace(lines=tuple(lines), cost=cost, connector="", pending=None)

    def count_after(self, state: State, edge: Edge) -> Iterator[State]:
        """A number after what it counts: "latte two", as Korean has it."""
        last = state.open_line
        pending = state.pending
        if last is None or state.connector not in ("", ",") or not (last.items or last.combo):
            return
        if pending is not None and not pending.empty:
            return
        cost = state.cost + (_AFTER_PAUSE if state.connector else 0.0)
        if state.last == "modifier" and last.parts and not last.parts[-1].quantity_tokens:
            part = last.parts[-1]._replace(quantity=int(edge.value), quantity_tokens=edge.tokens)
            if last.parts[-1].pre is None and takes_so_many(self._grammar, last, part):
                # "A latte with vanilla x2": two lattes, or two vanillas?
                either = last.quantity in (None, 1) and self._references.times(edge.start)
                line = last._replace(parts=(*last.parts[:-1], part), doubtful=either)
                yield state._replace(lines=state.with_open(line), pending=None, cost=cost)
                return
        times = self._references.times(edge.start)
        if last.quantity is not None and not (last.quantity == 1 and times):
            return
        if last.determiner == "indefinite" and not times and len(state.lines) > 1:
            # "A madras and a rice twice": of which of them, nobody knows.
            yield state._replace(cost=cost + UNUSED_AMOUNT, left=(*state.left, *edge.tokens))
            return
        counted_out = self._grammar.counts_of.get(last.item, {}).get(int(edge.value))
        if counted_out is not None and not last.variations and not last.combo:
            sized = last._replace(variations={last.item: (counted_out, 0.0)}, variation_tokens=edge.tokens)
            yield state._replace(lines=state.with_open(sized), pending=None, scope=None, last="item", cost=cost)
            return
        words = (*last.quantity_tokens, *edge.tokens)
        counted = last._replace(quantity=int(edge.value), quantity_tokens=words, determiner="number")
        yield state._replace(lines=state.with_open(counted), pending=None, scope=None, last="item", cost=cost)

    def on_side(self, state: State, edge: Edge) -> Iterator[State]:
        """Put "on the side" to the modifier before it, if its group allows; after an item it says nothing new."""
        part = last_part(state)
        if state.connector == "and" and not self._references.closes(edge.end):
            # "Pickles and on the side I want fries": it is of what comes.
            yield state._replace(scope=Scope("side_of", edge.tokens))
            return
        if part is None:
            line = state.open_line
            beside = line is None or state.last != "item" or line.tokens[-1] + 1 == edge.start
            # "House salad, dressing on the side": what word it is about nobody knows.
            left = state.left if beside else (*state.left, *edge.tokens)
            yield state._replace(cost=state.cost + (0.0 if state.last == "item" else 0.1), left=left)
            return
        waiting = state.pending is not None and state.pending.parts
        item = "" if waiting or state.open_line is None else state.open_line.item
        fitting = permitted(self._grammar, item, part) if item else part.candidates
        if part.pre is None and fitting and "side" in self._grammar.groups[fitting[0][0][0]].pre_modifiers:
            yield with_last_part(state, part._replace(pre="side", pre_tokens=edge.tokens))
            return
        yield state._replace(cost=state.cost + 0.7, left=(*state.left, *edge.tokens))
