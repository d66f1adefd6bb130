"""Where an item goes: a new line, a combo's slot, or a line that was named already."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.combos import begun_share, named_again, places_of
from assistant.understanding.drafts import Draft, Part, State, takes_all, without_unfit
from assistant.understanding.edges import NO_SIZES, SEGMENT, Edge
from assistant.understanding.grammar import LEAF, Grammar
from assistant.understanding.lexicon import MADE
from assistant.understanding.lines import ATTRIBUTIVE, appended, attributive
from assistant.understanding.made_combos import made_combos
from assistant.understanding.pieces import headed
from assistant.understanding.portions import none_of_them
from assistant.understanding.references import References, reach
from assistant.understanding.repeats import every_kind, repeated_cost

# What a line costs after each connector when neither "a" nor a number introduces it.
_NEW_LINE = {"part": 0.5, "": 0.35, "with": 0.3, "and": 0.1, ",": 0.08, ".": 0.0, "or": 0.6, "but": 0.3}
_SAME_PRICE = 0.75
_PART_OF_NAME = 0.1
_LITTLE_OF_NAME = 0.3
_HARDLY_SPELLED = 0.75
_NEW_SENTENCE = 0.6
_PAUSED_SIZE = 0.5
_AS_GOOD = 0.2
_KIND = 0.15
_OTHER_KIND = 1.2  # "a chai with oat and another one plain" is no plain bagel
_ONE_SIZE = 0.25
_ANNOUNCED = -0.1
_PAUSES = frozenset({",", "."})
_UNUSED_AMOUNT = 1.2
_DOSED = 2.5  # "two pumps of vanilla" are no vanilla lattes


def _price(item: tuple[str, float]) -> float:
    return item[1]


class ItemPlacer:
    """Puts items in their places; every method yields the states it can see."""

    def __init__(self, grammar: Grammar, references: References) -> None:
        self._grammar = grammar
        self._references = references

    def item(self, state: State, edge: Edge) -> Iterator[State]:
        """An item: a new line, a place in a combo, or once more what was named already."""
        scope, pending = state.scope, state.pending or Draft(connector=state.connector)
        if scope is not None and not scope.used and scope.pre in ("no", "regular"):
            # "No coke": nothing of this message can lose it; it is asked about, or the dialogue finds it in the cart.
            left = (*state.left, *scope.tokens, *edge.tokens)
            yield state._replace(cost=state.cost + 1.2, left=left, scope=scope._replace(used=1))
            return
        cost, absorbed = _DOSED if state.last == "dose" else 0.0, edge.tokens
        if scope is not None and not scope.used:
            if scope.pre == "side_of":
                cost, absorbed = cost - 0.15, (*scope.tokens, *edge.tokens)
            else:
                if edge.candidates[0][1] >= _LITTLE_OF_NAME:
                    # "Extra crispy" fries are no crispy chicken.
                    unheard = (*state.left, *scope.tokens, *edge.tokens)
                    yield state._replace(cost=state.cost + 1.2, left=unheard, scope=None)
                cost += 1.2
                state = state._replace(left=(*state.left, *scope.tokens))
        if scope is not None:
            state = state._replace(scope=None)
        if state.last == "yours":
            yield state._replace(cost=state.cost + 0.2, last="", declined=(*state.declined, *edge.tokens))
            cost += 0.8
        yield from self._to_named(state, edge, pending) if state.lines else ()
        state, pending, survivors, misfit = self._able(state, pending, edge)
        if not survivors:
            return
        cost += misfit + survivors[0][1] + self._line_cost(state, pending, edge)
        pointed = pending.determiner == "definite" or self._references.pointed(edge.start, edge.end)
        cost += repeated_cost(state, pending, survivors[0][0], pointed=pointed)
        if (misfit or (pending.quantity and pending.parts)) and state.connector in (",", "."):
            cost += _PAUSED_SIZE  # "one barbecue, one salted, spaghetti", "two sugars, decaf"
        cost += self._references.resting(state, pending, edge) + none_of_them(state, pending, survivors[0][0])
        if attributive(state, pending, edge) and not self._names_both(pending, edge):
            cost += ATTRIBUTIVE[pending.connector]
        draft = headed(self._grammar, pending, survivors, absorbed)
        state, draft = self._doubted(state, pending, draft, edge)
        yield appended(state._replace(cost=state.cost + cost, pending=None, last="item"), draft)
        yield from self._told_again(state, edge, pending) if state.lines else ()

    def _to_named(self, state: State, edge: Edge, pending: Draft) -> Iterator[State]:
        """What was named already, or is a part of it."""
        yield from self._again(state, edge, pending)
        if state.lines[-1].combo:
            yield from self._into_combo(state, edge, pending)
        if state.lines[-1].generic:
            yield from self._named_head(state, edge, pending)

    def _told_again(self, state: State, edge: Edge, pending: Draft) -> Iterator[State]:
        """What was named right before, now with its number, or to be ordered."""
        if pending.quantity:
            yield from self._counted_again(state, edge, pending)
        if state.lines[-1].parts:
            yield from self._announced(state, edge, pending)

    def _names_both(self, pending: Draft, edge: Edge) -> bool:
        """Whether the choice before a name is a part of a longer one: a vanilla latte of its own."""
        node = self._grammar.trie
        for word in self._references.between(pending.parts[-1].tokens[0], edge.end):
            node = node.get(word, {})
        leaf = node.get(LEAF)
        return leaf is not None and any(s.kind == "item" and s.cost <= _PART_OF_NAME for s in leaf.senses)

    def _doubted(self, state: State, pending: Draft, draft: Draft, edge: Edge) -> tuple[State, Draft]:
        """Mark what may be another thing than this menu has: misspelt too far, or said with words it does not know."""
        if edge.cost - SEGMENT >= _HARDLY_SPELLED and draft.items[0][1] > _PART_OF_NAME:
            draft = draft._replace(misspelt=True)
        if self._strange(state, pending, edge.start):
            draft = draft._replace(strange=True)
        elif self._runs_on(state, pending, edge.start):
            draft = draft._replace(strange=True)
            state = state._replace(lines=(*state.lines[:-1], state.lines[-1]._replace(strange=True)))
        return state, draft

    def _strange(self, state: State, pending: Draft, start: int) -> bool:
        """Whether a food this menu does not have stands between the "a" and the name: "a pumpkin latte"."""
        introduced = (*pending.determiner_tokens, *pending.quantity_tokens)
        between = [t for t in state.left if introduced and introduced[-1] < t < start]
        return any(self._references.is_food(t) for t in between)

    def _runs_on(self, state: State, pending: Draft, start: int) -> bool:
        """Whether a name follows right after a part of another one: of "strawberry matcha" nothing is certain."""
        last = state.lines[-1] if state.lines else None
        if last is None or state.last != "item" or state.connector or not pending.empty or not last.items:
            return False
        beside = bool(last.head) and last.head[-1] + 1 == start
        partly = pending.determiner == "none" and last.items[0][1] > _PART_OF_NAME
        return beside and partly and not any(self._references.is_brand(t) for t in last.head)

    def _counted_again(self, state: State, edge: Edge, pending: Draft) -> Iterator[State]:
        """A number with a part of the name just said: "salmon, two fillets"."""
        last = state.lines[-1] if state.lines else None
        if last is None or not pending.quantity or pending.parts or pending.variations or last.quantity or last.parts:
            return
        price = next((p for (_, i), p in edge.candidates if i == last.item), 0.0)
        if price > _PART_OF_NAME and last.determiner == "none":
            counted = last._replace(
                quantity=pending.quantity, quantity_tokens=pending.quantity_tokens, determiner="number",
                head=(*last.head, *edge.tokens),
            )  # fmt: skip
            yield self._with_last(state, counted, 0.0)

    def _announced(self, state: State, edge: Edge, pending: Draft) -> Iterator[State]:
        """What was said of a dish before it is ordered: "no onions on the burger, two burgers"."""
        last = state.lines[-1] if state.lines else None
        if last is None or not last.parts or last.quantity or last.variations or not last.items:
            return
        if pending.parts or state.connector not in _PAUSES or last.items[0][1] > _PART_OF_NAME:
            return
        meant = any(i == last.item and p < _AS_GOOD for (_, i), p in edge.candidates)
        if meant and self._references.placed(min((*last.head, *last.determiner_tokens))):
            ordered = headed(self._grammar, pending, last.items, (*last.head, *edge.tokens))
            yield self._with_last(state, ordered._replace(parts=last.parts, connector=last.connector), _ANNOUNCED)

    def kind(self, state: State, edge: Edge) -> Iterator[State]:
        """A choice that tells by itself what item it is of: where coffees come in kinds, "a latte" is one of them."""
        found = next(((self._grammar.kinds[r], r, c) for r, c in edge.candidates if r in self._grammar.kinds), None)
        if found is None or found[2] > _PART_OF_NAME or (state.scope is not None and not state.scope.used):
            return
        item, ref, price = found
        pending = state.pending or Draft(connector=state.connector)
        chosen = Part(edge.tokens, ((ref, price),))
        sized = not pending.variations or pending.variation_of(item) is not None
        if not sized or not takes_all(self._grammar, item, (*pending.parts, chosen)):
            return
        named = edge._replace(kind="item", value="", candidates=((("", item), price),))
        for after in self._into_combo(state, named, pending):
            line = after.lines[-1]
            slot, filled = line.slots[-1]
            whole = line._replace(slots=(*line.slots[:-1], (slot, filled._replace(parts=(*filled.parts, chosen)))))
            yield after._replace(lines=(*after.lines[:-1], whole), cost=after.cost + _KIND)
        words, parts = (*pending.head, *edge.tokens), (*pending.parts, chosen)
        draft = pending._replace(items=((item, 0.0),), head=words, parts=parts)
        cost = state.cost + price + _KIND + self._line_cost(state, pending, named)
        cost += _OTHER_KIND if pending.determiner == "another" and state.lines and state.lines[-1].item != item else 0.0
        yield appended(state._replace(cost=cost, pending=None, last="item", scope=None), draft)

    def head(self, state: State, edge: Edge) -> Iterator[State]:
        """A category's word: part of the item just named, or an item known only by its category."""
        pending = state.pending
        last = state.lines[-1] if state.lines else None
        bare = pending is None or (pending.empty and pending.determiner == "definite")
        if last is not None and last.item in edge.heads and bare:
            near = state.last in ("item", "modifier", "variation") and state.connector == ""
            if near or pending is not None or state.everyone:
                yield self._with_last(state, last._replace(head=(*last.head, *edge.tokens)), 0.0 if near else 0.15)
        if state.scope is not None and not state.scope.used:
            if state.scope.pre == "no":
                return
            if state.scope.pre != "side_of":
                # The "triple" of "a triple burger" where nothing comes so is of nothing.
                state = state._replace(left=(*state.left, *state.scope.tokens), cost=state.cost + _UNUSED_AMOUNT)
        if last is not None and last.combo and pending is not None and pending.determiner == "definite":
            for item in (filled.item for _, filled in last.slots if filled.item in edge.heads):
                yield from named_again(state, item, (*pending.determiner_tokens, *edge.tokens))
        if state.last == "each" and bare:
            yield from every_kind(self._grammar, state, edge, self._references.stems(edge))
        pending = pending or Draft(connector=state.connector)
        survivors, misfit = self._fitting(edge, pending)
        if not survivors:
            return
        bases = [s for s in survivors if s[0] in self._grammar.bases]
        ordered = (*bases, *(s for s in survivors if s not in bases))
        cost = misfit + 0.5 + self._line_cost(state, pending, edge)
        draft = headed(self._grammar, pending, tuple(ordered), edge.tokens)._replace(generic=len(ordered) > 1)
        yield appended(state._replace(cost=state.cost + cost, pending=None, last="item", scope=None), draft)

    def combo(self, state: State, edge: Edge) -> Iterator[State]:
        """A combo starts a line whose slots the following items fill."""
        pending = state.pending or Draft(connector=state.connector)
        (_, combo), price = edge.candidates[0]
        yield from made_combos(self._grammar, self._references, state, edge)
        draft = pending._replace(combo=combo, head=edge.tokens, parts=())
        if pending.parts or price >= MADE:
            return
        for others, slot, filled in places_of(self._grammar, draft):
            if filled.item in pending.variations:
                # "A six piece nugget meal".
                sized = filled._replace(variations=pending.variations, variation_tokens=pending.variation_tokens)
                draft = draft._replace(slots=(*others, (slot, sized)), variations=NO_SIZES, variation_tokens=())
                break
        last = state.lines[-1] if state.lines else None
        alone = self._references.stems(edge) <= self._grammar.knowledge.meals
        if last is not None and alone and pending.empty and last.tokens[-1] + 1 == edge.start:
            draft = draft._replace(doubtful=True)  # a meal of something that comes in none
        cost = state.cost + price + self._line_cost(state, pending, edge) - 0.05
        yield appended(state._replace(cost=cost, pending=None, last="item", scope=None), draft)

    def _able(
        self, state: State, pending: Draft, edge: Edge
    ) -> tuple[State, Draft, tuple[tuple[str, float], ...], float]:
        """The items that can take what was said before them; where none can, without what the likeliest cannot have."""
        fitting = self._fitting(edge, pending)
        if not fitting[0]:
            state, pending = without_unfit(self._grammar, state, pending, edge.candidates[0][0][1])
            fitting = self._fitting(edge, pending)
        return state, pending, *fitting

    def _fitting(self, edge: Edge, pending: Draft) -> tuple[tuple[tuple[str, float], ...], float]:
        """The items that can take what was said before them, and the price of a size they do not come in."""
        grammar = self._grammar
        if not (pending.parts or pending.variations):
            if len(edge.candidates) == 1:
                return ((edge.candidates[0][0][1], edge.candidates[0][1]),), 0.0
            items = sorted([(item, price) for (_, item), price in edge.candidates], key=_price)
            return tuple([i for i in items if i[1] <= items[0][1] + _SAME_PRICE]), 0.0
        best: list[tuple[str, float, float]] = []
        for (_, item), price in edge.candidates:
            if pending.parts and not takes_all(grammar, item, pending.parts):
                continue
            misfit = 0.0
            if pending.variations and pending.variation_of(item) is None:
                misfit = 2.0 if grammar.variations_of[item] else _ONE_SIZE
            best.append((item, price, misfit))
        if not best:
            return (), 0.0
        least = min(b[2] for b in best)
        kept = sorted([(i, p) for i, p, m in best if m == least], key=_price)
        return tuple([k for k in kept if k[1] <= kept[0][1] + _SAME_PRICE]), least

    def _line_cost(self, state: State, pending: Draft, edge: Edge) -> float:
        several = pending.quantity in (None, 1) and not pending.partitive and pending.note != "homophone"
        cost = 0.85 if edge.value == "plural" and several else 0.0
        if not state.lines:
            return cost
        if pending.quantity or pending.determiner != "none" or self._references.counted_size(pending):
            return cost + (0.05 if state.connector in ("with", "") else 0.0)
        return cost + _NEW_LINE[pending.connector if pending.parts or pending.variations else state.connector]

    def _again(self, state: State, edge: Edge, pending: Draft) -> Iterator[State]:
        """The same item named again: "on all of those pizzas", "that latte", "two bags of the flour"."""
        if state.lines and pending.partitive and pending.quantity and not (pending.parts or pending.variations):
            last = state.lines[-1]
            if last.quantity is None and last.determiner == "none" and last.item == edge.candidates[0][0][1]:
                words = (*last.head, *pending.determiner_tokens, *pending.partitive, *edge.tokens)
                counted = last._replace(
                    head=words, quantity=pending.quantity, quantity_tokens=pending.quantity_tokens, determiner="number"
                )
                yield self._with_last(state, counted, 0.0)
                return
        if not state.lines or pending.quantity or pending.determiner in ("indefinite", "another") or state.correction:
            return
        yield from self._references.to_same_units(state, edge)
        last = state.lines[-1]
        introduced = pending.determiner_tokens
        best = edge.candidates[0][1]
        meant = any(i == last.item and p < best + _AS_GOOD for (_, i), p in edge.candidates)
        if not last.item or not meant or state.focus != -1:
            pointing = pending.determiner == "definite" or self._references.placed(edge.start)
            pointing = pointing or self._references.pointed(edge.start, edge.end)
            pointing = pointing or self._references.pronoun(edge.end)
            if pointing and not pending.variations:
                yield from self._references.to_item(state, edge)
            return
        if not takes_all(self._grammar, last.item, (*last.parts, *pending.parts)) or pending.variations:
            return
        if state.everyone and not pending.parts and self._references.trailing(state, edge.start - len(introduced)):
            # "Both large, coconut jelly in the peach": the jelly is of the one alone.
            yield from self._references.to_item(state, edge)
            return
        pointed = pending.determiner == "definite" or state.everyone or self._references.pronoun(edge.end)
        pointed = pointed or self._references.pointed(edge.start, edge.end)
        pointed = pointed or state.each is not None  # "one of each, mango and strawberry smoothies"
        cost = 0.1 if pointed else 0.55
        if pending.parts:
            cost += 0.5
        if state.connector == "." and pending.determiner == "none":
            cost += _NEW_SENTENCE
        joined = last._replace(
            head=(*last.head, *edge.tokens, *pending.determiner_tokens), parts=(*last.parts, *pending.parts)
        )
        named = self._with_last(state, joined, cost)
        yield named._replace(last="variation") if self._references.pronoun(edge.end) else named

    def _named_head(self, state: State, edge: Edge, pending: Draft) -> Iterator[State]:
        """A category and then its kind: "a sandwich with roast beef"."""
        last = state.lines[-1] if state.lines else None
        if last is None or not last.generic or not pending.empty or state.connector == "and":
            return  # "butter and peanut butter" are two
        possible = {i for i, _ in last.items}
        chosen = tuple((i, p) for (_, i), p in edge.candidates if i in possible)
        if chosen:
            refined = last._replace(
                items=chosen, generic=False, head=(*last.head, *pending.determiner_tokens, *edge.tokens)
            )
            yield self._with_last(state, refined, 0.05 + chosen[0][1])

    def _into_combo(self, state: State, edge: Edge, pending: Draft) -> Iterator[State]:
        last = state.lines[-1] if state.lines else None
        if last is None or not last.combo:
            return
        if pending.determiner == "definite" or state.correction or self._references.placed(edge.start):
            item = self._references.part_of(last, edge)
            yield from named_again(state, item, (*pending.determiner_tokens, *edge.tokens))
        fitting, misfit = self._fitting(edge, pending)
        if not fitting:
            return
        share = begun_share(state, pending._replace(parts=(), variations=NO_SIZES))
        if share is not None:
            filled = self._filled(share, pending, fitting, edge)
            if filled is not None:
                after = appended(state._replace(pending=None, cost=state.cost + misfit + fitting[0][1]), filled)
                yield after._replace(last="item", scope=None)
            return
        lines, changed = list(state.lines), False
        for i in reach(state, state.everyone[0]) if state.everyone else (len(lines) - 1,):
            filled = self._filled(lines[i], pending, fitting, edge)
            if filled is not None:
                lines[i], changed = filled, True
        if changed:
            words = state.everyone[1] if state.everyone else ()
            last = lines[-1]
            state = state._replace(lines=tuple(lines))
            yield self._with_last(state, last._replace(determiner_tokens=(*last.determiner_tokens, *words)), misfit)

    def _filled(self, combo: Draft, pending: Draft, fitting: tuple[tuple[str, float], ...], edge: Edge) -> Draft | None:
        """The combo with what was named in one of its places; None where nothing takes it, or not so many."""
        for slot in self._grammar.slots_of.get(combo.combo, ()):
            taken = sum(1 for s, _ in combo.slots if s == slot.id)
            # "Two meals with two cokes": one for each.
            each = pending.quantity == combo.quantity and slot.quantity == 1
            wanted = 1 if combo.note or each else pending.quantity or 1
            able = tuple(f for f in fitting if f[0] in slot.items)
            if able and taken + wanted <= slot.quantity:
                filled = headed(self._grammar, pending, able, edge.tokens)._replace(quantity=1)
                return combo._replace(slots=(*combo.slots, *((slot.id, filled) for _ in range(wanted))))
        return None

    @staticmethod
    def _with_last(state: State, last: Draft, cost: float) -> State:
        return state._replace(
            lines=(*state.lines[:-1], last), pending=None, cost=state.cost + cost, connector="", last="item",
            scope=None, focus=-1,
        )  # fmt: skip
