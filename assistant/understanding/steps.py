"""How one more edge changes a state: the grammar of orders, with a price for what is unusual."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from assistant.understanding.amounts import amount_after, choices_of, dosed_with_others, late_amount, measured
from assistant.understanding.choices import ChoicePlacer
from assistant.understanding.closing import HEADLESS, HEADLESS_WITH, SHARE, apart, flushed, is_share, kept
from assistant.understanding.denials import Denials
from assistant.understanding.drafts import Draft, Positions, Scope, State
from assistant.understanding.edges import Edge
from assistant.understanding.grammar import Grammar
from assistant.understanding.items import ItemPlacer
from assistant.understanding.lines import appended
from assistant.understanding.links import Joiner, counted_packs, passed_over, without_owner
from assistant.understanding.portions import another, of_each, portion, recounted_line
from assistant.understanding.reading import Determiner
from assistant.understanding.references import References
from assistant.understanding.repeats import repeated
from assistant.understanding.size_places import SizePlacer

_UNUSED_NO = 3.0
_UNUSED_PRE = 1.2
_UNUSED_CORRECTION = 0.6
_UNUSED_MEASURE = 0.5
_LOOSE_ALONE = 0.3
_LOOSE = 1.6
_NUMBER_PAUSE = 0.25
_HEADS = frozenset({"item", "combo", "head"})
_COUNTED = frozenset({"item", "modifier", "variation", "size", "head", "combo", "container"})
_EVERYONE = frozenset({"both", "all", "each", "everything"})
_ONE_A = 0.15
_ONE_THE = 0.1
_PART_OF_NAME = 0.1
_SAID_BEFORE = 0.2
_KIND_ONE = 0.6
_PARTLY = 0.25
_OF_WHICH = 0.1
_FIRST_CLAUSE = 0.04  # less than small talk of the same words


class Stepper:
    """Applies edges to states for one grammar."""

    def __init__(self, grammar: Grammar, words: tuple[str, ...], bounds: tuple[str, ...]) -> None:
        """`words` are those of the message, folded; `bounds` is what stands before each of them."""
        self._references = references = References(grammar, words, bounds)
        self._placer = items = ItemPlacer(grammar, references)
        self._choices = choices = ChoicePlacer(grammar, references)
        sizes = SizePlacer(grammar, references)
        self._denials = denials = Denials(grammar, bounds)
        self._grammar = grammar
        self._items = grammar.menu.items_by_id
        self._bounds = bounds
        self._by_kind: dict[str, Callable[[State, Edge], Iterator[State]]] = {
            "number": self._number, "homophone": self._homophone, "determiner": self._determiner,
            "partitive": self._partitive, "yours": self._yours, "negation": self._negation,
            "count_after": choices.count_after, "denied_after": denials.after,
            "amount_after": amount_after,
            "pre_modifier": self._pre_modifier, "on_side": choices.on_side, "side_of": self._side_of,
            "connector": Joiner(denials, references).connector, "clause": self._clause, "correction": self._correction,
            "declinable": self._declinable, "declined": self._declined, "item": items.item,
            "combo": items.combo, "head": items.head, "modifier": self._modifier,
            "variation": sizes.variation, "size": sizes.size, "unknown": self._unknown, "telling": self._unknown,
            "portion": self._portion, "of_each": of_each, "again": self._again, "group": self._group,
            "container": self._container,
        }  # fmt: skip

    def step(self, state: State, edge: Edge) -> Iterator[State]:
        """Every state that follows when the words of the edge mean what it says."""
        pending = state.pending
        if pending is not None and pending.note == "homophone" and edge.kind not in _COUNTED:
            # A number that is only a sound ("to", "for") must stand right before what it counts.
            return iter(())
        handler = self._by_kind.get(edge.kind)
        if handler is not None:
            state = state.dearer(edge.cost)
            begun = edge.kind in _HEADS or (edge.kind == "variation" and pending is not None and pending.parts)
            if begun and pending is not None and (state.connector in (",", ".", "and") or apart(pending, edge)):
                return self._with_or_without(handler, state, pending, edge)
            return handler(state, edge)
        return iter((passed_over(self._items, state, edge),))

    def _with_or_without(
        self, handler: Callable[[State, Edge], Iterator[State]], state: State, pending: Draft, edge: Edge
    ) -> Iterator[State]:
        """A name or its size after a pause: of what was said before, or the next line: "one mild and a large rice"."""
        plain = pending.note == "plain" and pending.tokens[-1] + 1 < edge.start
        if not plain:  # "another one plain, and a tea" is no other tea
            yield from handler(state, edge)
        if plain or (pending.quantity and (pending.parts or pending.variations)):
            connector = state.connector
            yield from handler(flushed(state)._replace(connector=connector), edge)

    def pause(self, state: State, mark: str) -> State:
        """Note the comma or full stop before the next word."""
        state = without_owner(counted_packs(self._denials.elliptic(state) or state))
        if state.last == "number" and state.lines:
            # A number stands with what it counts: in "dumplings 12, rice" it closes what was named.
            state = state._replace(cost=state.cost + _NUMBER_PAUSE)
        if mark == ".":
            ahead = state.ahead if not state.lines else ()
            return state._replace(connector=".", everyone=None, ahead=ahead, each=None, scope=kept(state.scope))
        return state._replace(connector=state.connector or ",")

    def finish(self, state: State) -> State:
        """Close what is open at the end of the message."""
        state = self._denials.elliptic(state) or state
        if state.last == "withdrawn" and state.pending is None:
            # "Not the coke", and nothing in its place.
            state = state._replace(left=(*state.left, *state.retracted), retracted=(), cost=state.cost + _UNUSED_NO)
        if state.scope is not None:
            state = self._drop_scope(state)
        pending = state.pending
        if pending is not None and (not pending.empty or pending.plain_one):
            state = self._close_pending(state, pending)
        if state.correction:
            state = state._replace(cost=state.cost + _UNUSED_CORRECTION, correction=())
        return state

    def _close_pending(self, state: State, pending: Draft) -> State:
        recounted = recounted_line(state, pending)
        if recounted is not None:
            return recounted
        shaped = not state.lines or pending.quantity or pending.variations
        cost = SHARE if is_share(state, pending) else HEADLESS if shaped else _LOOSE
        return appended(state._replace(cost=state.cost + cost, pending=None), pending)

    def _unknown(self, state: State, edge: Edge) -> Iterator[State]:
        scope, pending = state.scope, state.pending
        left = (*state.left, *edge.tokens)
        counted = pending is not None and pending.quantity_tokens[-1:] == (edge.start - 1,)
        if state.lines and pending is not None and counted and state.last == "number":
            # "Two spoons": the number is of what nobody knows, not of what was named.
            left = (*left, *pending.quantity_tokens)
            bare = not (pending.parts or pending.variations or pending.head)
            state = state._replace(pending=None if bare else pending._replace(quantity=None, quantity_tokens=()))
        line = state.lines[-1] if state.lines else None
        if line is not None and line.items and line.items[0][1] > _PART_OF_NAME and not state.connector:
            beside = state.last == "item" and line.head and line.head[-1] + 1 == edge.start
            if beside and not line.strange:
                # "Lamb rogan josh": of the name only a part is on this menu.
                state = state._replace(lines=(*state.lines[:-1], line._replace(strange=True)))
        if scope is not None and scope.pre == "no" and not scope.used:
            # The "no" is about this word; it must not fall on the next one silently.
            left = (*left, *scope.tokens)
            scope = scope._replace(used=1)
        yield state._replace(left=left, scope=scope)

    def _number(self, state: State, edge: Edge) -> Iterator[State]:
        value, pending = int(edge.value), state.pending
        if state.everyone and state.connector in ("", ",") and state.last in ("modifier", "variation"):
            state = state._replace(everyone=None)  # "all large, one with cream"
        yield from self._references.to_units(state, edge)
        line = state.open_line
        counted = line is not None and (bool(line.combo) or line.determiner == "number")
        named = state.last == "item" and not state.connector and not counted
        if value == 1 and named and self._references.pronoun(edge.start):
            state = state._replace(cost=state.cost + _KIND_ONE)  # "a ham one" counts nothing
        if pending is not None and pending.portion == "rest" and pending.determiner_tokens[-1:] == (edge.start - 1,):
            words = (*pending.determiner_tokens, *edge.tokens)
            fixed = pending._replace(quantity=value, quantity_tokens=edge.tokens, determiner_tokens=words)
            yield state._replace(pending=fixed, last="number")
            return
        if pending is not None and not pending.empty:
            if not state.lines and pending.parts and not (pending.quantity or pending.variations):
                # "I don't like pickles. Two burgers": what was said before them is about them.
                yield state._replace(
                    pending=pending._replace(quantity=value, quantity_tokens=edge.tokens, determiner="number"),
                    cost=state.cost + _SAID_BEFORE, last="number", scope=kept(state.scope),
                )  # fmt: skip
            if pending.variations and not pending.quantity and not pending.parts:
                yield state._replace(
                    cost=state.cost + 0.3,
                    pending=pending._replace(quantity=value, quantity_tokens=edge.tokens),
                )
            state = flushed(state)
            pending = None
        fresh = pending or Draft(connector=state.connector)
        kind: Determiner = fresh.determiner if fresh.determiner in ("definite", "another", "both", "each") else "number"
        yield state._replace(
            scope=kept(state.scope), last="number",
            pending=fresh._replace(quantity=value, quantity_tokens=edge.tokens, determiner=kind),
        )  # fmt: skip

    def _homophone(self, state: State, edge: Edge) -> Iterator[State]:
        if state.pending is None or state.pending.empty:
            for after in self._number(state, edge):
                if after.pending is not None:
                    yield after._replace(pending=after.pending._replace(note="homophone"))

    def _determiner(self, state: State, edge: Edge) -> Iterator[State]:
        name = cast("Determiner", edge.value)
        if edge.value in _EVERYONE:
            yield from self._everyone(state, edge)
            return
        if name == "another":
            yield from another(flushed(state), edge)
        pending = state.pending
        if pending is not None and (not pending.empty or (pending.plain_one and state.connector in ("and", ","))):
            if name == "none":
                yield state
                return
            only_counted = pending.quantity and not (pending.parts or pending.variations or pending.partitive)
            beside = pending.quantity_tokens and pending.quantity_tokens[-1] + 1 == edge.start
            if only_counted and beside and name == "indefinite" and state.lines:
                # "Make one a double": the article stands between the share and what it is.
                words = (*pending.determiner_tokens, *edge.tokens)
                yield state._replace(pending=pending._replace(determiner_tokens=words), cost=state.cost + _ONE_A)
            if only_counted and beside and name == "definite":
                # "Einmal die Margherita", "dos de los verdes": so many of what the menu has.
                words = (*pending.determiner_tokens, *edge.tokens)
                yield state._replace(pending=pending._replace(determiner_tokens=words), cost=state.cost + _ONE_THE)
            bare_size = pending.variations and not (pending.quantity or pending.parts or state.connector)
            if bare_size and state.last == "variation" and name == "indefinite":
                # "Half a chicken": the size stands before the article.
                words = (*pending.determiner_tokens, *edge.tokens)
                yield state._replace(pending=pending._replace(determiner=name, determiner_tokens=words))
            # "A lamb and a beef curry": each has an article of its own.
            counted = name == pending.determiner == "indefinite" and state.connector != "with"
            ahead_of_it = (state.connector == "with" or not state.lines) and not counted
            if pending.parts and not (pending.quantity or pending.variations) and ahead_of_it:
                # "No onions on my burger": what was said first belongs to what comes.
                words = (*pending.determiner_tokens, *edge.tokens)
                yield state._replace(pending=pending._replace(determiner=name, determiner_tokens=words))
                return
            state = flushed(state)
            pending = None
        if name == "none":
            yield state
            return
        before = pending.determiner_tokens if pending else ()
        draft = Draft(connector=state.connector, determiner=name, determiner_tokens=(*before, *edge.tokens))
        yield state._replace(pending=draft, last="determiner")

    def _everyone(self, state: State, edge: Edge) -> Iterator[State]:
        """What follows is for all lines, or for all that will come: "both with oat", "everything mild"."""
        state = state._replace(cost=state.cost + self._references.miscounted(state, edge))
        if state.pending is not None and self._references.said_for_all(state, edge):
            # "No onions on anything, a burger and …"
            said = tuple(p._replace(tokens=tuple(sorted({*p.tokens, *edge.tokens}))) for p in state.pending.parts)
            yield state._replace(common=(*state.common, *said), pending=None, connector="", scope=kept(state.scope))
        if not state.lines and (state.pending is None or state.pending.empty):
            ahead = edge.tokens if edge.value in ("all", "everything") else ()
            yield state._replace(cost=state.cost + 0.2, ahead=ahead)
            return
        counted = [*self._choices.counted_each(state, edge), *of_each(state, edge)] if edge.value == "each" else ()
        if counted:
            yield from counted
            return
        ends = edge.end >= len(self._bounds) or bool(self._bounds[edge.end])
        if edge.value == "each" and ((state.last == "item" and ends) or dosed_with_others(self._grammar, state)):
            # "We want a burger each": how many that is, nobody said.
            yield state._replace(left=(*state.left, *edge.tokens))
            return
        behind = list(self._references.to_everyone(state, edge))
        if behind:
            yield from behind
            return
        if state.pending is not None and not state.pending.empty:
            state = flushed(state)
        if state.lines:
            yield state._replace(everyone=(edge.value, edge.tokens), connector="with", scope=kept(state.scope))

    def _portion(self, state: State, edge: Edge) -> Iterator[State]:
        if state.pending is not None and not state.pending.empty:
            state = flushed(state)
        before = state.pending.determiner_tokens if state.pending else ()
        yield from portion(*self._references.taken(state, (*before, edge.start)[0]), edge)

    def _group(self, state: State, edge: Edge) -> Iterator[State]:
        """What the choices of an item are called: one of them stands beside it."""
        line = state.open_line
        item = self._items.get(line.item) if line is not None and line.items else None
        if item is None or not edge.heads.intersection(item.modifier_groups):
            return
        if any(group in item.modifier_groups and cost < _PARTLY for (group, _), cost in edge.candidates):
            return  # it is a choice itself
        if state.scope is not None and not state.scope.used:
            yield from self._denials.all_of(state, edge)
            return
        yield from choices_of(state, edge)

    def _container(self, state: State, edge: Edge) -> Iterator[State]:
        if edge.value == "measure":
            yield from measured(self._grammar, state, edge)
            state = state._replace(left=(*state.left, *edge.tokens), cost=state.cost + _UNUSED_MEASURE)
        yield passed_over(self._items, state._replace(cost=state.cost - edge.cost), edge)

    def _again(self, state: State, edge: Edge) -> Iterator[State]:
        pending = state.pending
        if self._references.is_size_word(edge.end):
            yield state._replace(left=(*state.left, *edge.tokens))  # "same size": not the same in all
            return
        if pending is not None and (pending.parts or pending.variations):
            state = flushed(state)
        yield from repeated(self._grammar, state, edge)

    def _modifier(self, state: State, edge: Edge) -> Iterator[State]:
        yield from self._choices.modifier(state, edge)
        if self._grammar.kinds and (len(edge.tokens) > 1 or not self._references.is_number(edge.start)):
            yield from self._placer.kind(state, edge)  # but "apples 2" is no "2 %" milk

    def _partitive(self, state: State, edge: Edge) -> Iterator[State]:
        pending = state.pending
        line = state.open_line
        if state.last == "units" and line is not None:
            yield state._replace(lines=state.with_open(line._replace(partitive=(*line.partitive, *edge.tokens))))
            return
        if pending is not None and pending.quantity and not pending.parts:
            yield state._replace(pending=pending._replace(partitive=edge.tokens, determiner="partitive"))
        else:
            if state.lines and pending is None and not self._references.denies(edge):
                # "Davon eine mit Sahne": of which the number comes behind.
                ahead = Draft(partitive=edge.tokens, determiner="partitive", connector=state.connector)
                yield state._replace(pending=ahead, cost=state.cost + _OF_WHICH)
            yield state._replace(cost=state.cost + 0.3)

    def _yours(self, state: State, _edge: Edge) -> Iterator[State]:
        counted = state.pending is not None and state.pending.quantity
        yield state if counted else state._replace(pending=None, last="yours", connector=state.connector)

    def _negation(self, state: State, edge: Edge) -> Iterator[State]:
        scope = state.scope
        tokens = edge.tokens
        if scope is not None and not scope.used:
            if scope.pre == "no":
                tokens = (*scope.tokens, *tokens)
            else:
                state = self._drop_scope(state)
        pending = state.pending
        if pending is not None and (pending.quantity or pending.variations):
            state = flushed(state, HEADLESS_WITH)
        if edge.value == "everyone" and len(state.lines) > 1:
            state = flushed(state)._replace(everyone=("both", ()))
        yield state._replace(scope=Scope("no", tokens, instead=edge.value == "instead"), last="no")

    def _pre_modifier(self, state: State, edge: Edge) -> Iterator[State]:
        scope = state.scope
        if scope is not None and not scope.used:
            if scope.pre == "no":
                pre = "regular" if edge.value in ("extra", "light") else "no"
                yield state._replace(scope=Scope(pre, (*scope.tokens, *edge.tokens)))
                return
            if scope.pre == edge.value:
                yield state._replace(scope=Scope(scope.pre, (*scope.tokens, *edge.tokens)))
                return
            state = self._drop_scope(state)
        yield from late_amount(state, edge, closing=self._references.closes(edge.end))
        yield state._replace(scope=Scope(edge.value, edge.tokens))

    def _side_of(self, state: State, edge: Edge) -> Iterator[State]:
        state = self._drop_scope(state) if state.scope is not None else state
        pending = state.pending
        if pending is not None and (pending.parts or pending.variations):
            state = flushed(state)
        yield state._replace(scope=Scope("side_of", edge.tokens))

    def _clause(self, state: State, _edge: Edge) -> Iterator[State]:
        pending = state.pending
        if pending is not None and not pending.empty and (pending.quantity or pending.variations):
            state = flushed(state)
        cost = state.cost - (_FIRST_CLAUSE if not state.lines and pending is None else 0.0)
        closed = state._replace(cost=cost, everyone=None, scope=kept(state.scope), last="clause")
        yield closed if state.connector == "part" else closed._replace(connector=".")

    def _correction(self, state: State, edge: Edge) -> Iterator[State]:
        if not state.lines and (state.pending is None or state.pending.empty):
            yield state
            return
        state = flushed(state, 0.1)
        tokens: Positions = (*state.correction, *edge.tokens)
        yield state._replace(correction=tokens, connector=".", scope=None, everyone=None)

    def _declinable(self, state: State, edge: Edge) -> Iterator[State]:
        scope = state.scope
        if scope is not None and scope.pre == "no":
            words = edge.tokens if scope.used else (*scope.tokens, *edge.tokens)
            line = state.open_line
            if line is not None and not (line.items or line.combo or line.parts) and line.quantity:
                # "One without toppings": nothing is changed of this one.
                state = state._replace(lines=state.with_open(line._replace(note="plain")))
            yield state._replace(declined=(*state.declined, *words), scope=scope._replace(used=scope.used + 1))
        else:
            yield state._replace(connector=".", cost=state.cost + 0.1)

    def _declined(self, state: State, edge: Edge) -> Iterator[State]:
        yield state._replace(declined=(*state.declined, *edge.tokens), scope=kept(state.scope))

    def _drop_scope(self, state: State) -> State:
        """Give up what waits for something to change; an unused "no" is never lost but left unexplained."""
        scope = state.scope
        if scope is None or scope.used:
            return state._replace(scope=None)
        if scope.pre == "side_of":
            return state._replace(scope=None, cost=state.cost + 0.3)
        price = _UNUSED_NO if scope.pre in ("no", "regular") else _UNUSED_PRE
        return state._replace(scope=None, left=(*state.left, *scope.tokens), cost=state.cost + price)
