"""From the cheapest final states to the Reading: every draft a line, a loose part or a question to the customer."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.amounts import sized_by_amount
from assistant.understanding.drafts import Draft, Part, State, permitted
from assistant.understanding.edges import EITHER, Candidate
from assistant.understanding.grammar import Grammar
from assistant.understanding.headless import with_heads
from assistant.understanding.knowledge import stems_of
from assistant.understanding.lexicon import Ref
from assistant.understanding.none_of import all_denied, denied_besides
from assistant.understanding.outcome import Outcome
from assistant.understanding.portions import shared_out
from assistant.understanding.reading import Cause, LoosePart, ReadLine, Unclear
from assistant.understanding.several import several
from assistant.understanding.stepped import is_free, step_of
from assistant.understanding.tokens import stem
from assistant.understanding.variations import in_every_size
from core.orders.lines import Choice, Line, Slot

_NEAR = 0.12
_PARTIAL = 0.3
_WIDE = 0.3
_LOOSELY = 0.55  # of what is denied by a part of its name: what comes with the dish is meant before all else
_WEAK = 0.6  # so little was said of a name that it is better to ask
_AS_WRITTEN = 0.06  # what is said as the merchant wrote it is not mistaken for another thing
_DEFAULT_KEPT = 0.15
_AMOUNTS = frozenset({"dash", "splash", "drizzle", "touch", "hint", "drop", "bit"})


# By the identity of a draft, what it comes to; the draft is kept, so that no other takes its place.
Known = dict[int, tuple[Draft, Outcome]]


def resolve(grammar: Grammar, state: State, said: tuple[str, ...], bounds: tuple[str, ...], known: Known) -> Outcome:
    """Turn a final state into lines with their causes; `said` are folded words, `bounds` what is before each.

    Final states have most of their lines in common: each is looked at once, if they are given the same `known`.
    """
    drafts, extra = with_heads(grammar, tuple(_in_menu_order(grammar, d) for d in state.lines), said, bounds)
    untaken = shared_out(grammar, drafts, state.common)
    outcome = Outcome(state.cost + extra, left={*state.left, *untaken}, retracted=set(state.retracted))
    alternatives = _alternatives(drafts)
    for i, draft in enumerate(drafts):
        if i in alternatives:
            continue
        if not draft.items and not draft.combo:
            _loosen(draft, outcome)
        else:
            if id(draft) not in known:
                known[id(draft)] = draft, Outcome(0.0)
                _Reader(grammar, known[id(draft)][1], said).line(sized_by_amount(grammar, draft, said))
            outcome.take(known[id(draft)][1])
    for group in _grouped(alternatives):
        options = tuple(dict.fromkeys(drafts[i].item for i in group))
        tokens = tuple(sorted({t for i in group for t in drafts[i].tokens}))
        outcome.unclear.append(Unclear(tokens, "item", options))
    return outcome


def _in_menu_order(grammar: Grammar, draft: Draft) -> Draft:
    """A line known only by its category, with what stands first on the menu before the others: it is the plain one."""
    if not draft.generic or draft.item in grammar.bases:
        return draft
    return draft._replace(items=tuple(sorted(draft.items, key=lambda i: (i[1], grammar.ranks[i[0]]))))


def _alternatives(drafts: list[Draft]) -> set[int]:
    """Drafts offered as "this or that"."""
    found: set[int] = set()
    for i in range(1, len(drafts)):
        if drafts[i].connector == "or" and drafts[i].items and drafts[i - 1].items:
            found |= {i - 1, i}
    return found


def _grouped(positions: set[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for i in sorted(positions):
        if groups and groups[-1][-1] == i - 1:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _loosen(draft: Draft, outcome: Outcome) -> None:
    """Parts that no item of this message can own, for the dialogue to place."""
    for i, part in enumerate(draft.parts):
        words = draft.correction if i == 0 else ()
        outcome.loose.append(
            LoosePart(
                "modifier", tuple(ref for ref, _ in part.candidates),
                tuple(sorted({*part.tokens, *part.pre_tokens, *part.quantity_tokens, *words})),
                part.pre, part.quantity, part.negation,
            )
        )  # fmt: skip
    if draft.variations:
        values = tuple((i, v) for i, (v, _) in draft.variations.items() if v != EITHER)
        outcome.loose.append(LoosePart("variation", values, draft.variation_tokens))
    if draft.quantity is not None:
        outcome.loose.append(
            LoosePart("quantity", (("", str(draft.quantity)),), (*draft.quantity_tokens, *draft.partitive),
                      quantity=draft.quantity)
        )  # fmt: skip


class _Reader:
    """Reads one draft: its values and their causes, and what stays unclear or unexplained."""

    def __init__(self, grammar: Grammar, outcome: Outcome, said: tuple[str, ...]) -> None:
        self._grammar = grammar
        self._words = said
        self._outcome = outcome
        self._causes: list[Cause] = []
        self._unclear: list[Unclear] = []

    def line(self, draft: Draft) -> None:
        """Add the line, or the question which item it is, to the outcome."""
        outcome = self._outcome
        item = draft.combo or draft.item
        named = draft.head or draft.variation_tokens or draft.quantity_tokens
        introduced = (*draft.determiner_tokens, *draft.partitive, *draft.correction)
        self._causes.append(Cause("combo" if draft.combo else "item", item, _sorted((*named, *introduced))))
        variation = self._variation(draft, item)
        choices = self._choices(draft, item)
        slots = (*(self._slot(slot, filled) for slot, filled in draft.slots), *self._only_choices(draft))
        quantity = draft.quantity or 1
        grammar = self._grammar
        pieces = grammar.counts_of.get(item) and item not in grammar.single and not draft.variations
        if quantity == grammar.numbered.get(item) and not any(
            grammar.knowledge.is_number(self._words[t]) for t in draft.head
        ):
            # "Two over easy eggs" are the "Two Eggs" of the menu, once.
            quantity = 1
            self._causes[0] = Cause("item", item, _sorted((*self._causes[0].tokens, *draft.quantity_tokens)))
        elif draft.note == "count" or (pieces and quantity > 1 and draft.note != "share"):
            # "Eighteen wings" where they come in sixes and twelves: which portions is for the customer to say.
            quantity = 1
            outcome.left.update(draft.quantity_tokens)
        elif draft.quantity_tokens and draft.quantity is not None:
            self._causes.append(Cause("quantity", str(quantity), _sorted(draft.quantity_tokens)))
        used = _sorted(tuple(t for c in self._causes for t in c.tokens))
        line = ReadLine(
            Line(item, quantity, variation, choices, slots),
            tuple(self._causes),
            draft.determiner,
            (used[0], used[-1] + 1),
        )
        # Of "a dozen wings, half buffalo, half mild" the halves are no portions.
        in_pieces = draft.note == "share" and pieces and quantity > 1
        options = (item,) if draft.strange or draft.misspelt or draft.doubtful or in_pieces else _item_options(draft)
        if options:
            outcome.unclear.append(Unclear(used, "item", options, None, None if draft.strange else line))
            return
        outcome.lines.append(line)
        outcome.unclear += self._unclear

    def _only_choices(self, draft: Draft) -> Iterator[Slot]:
        """What a combo comes with and leaves no choice of: its own words stand for it."""
        for slot in self._grammar.slots_of.get(draft.combo, ()):
            taken = sum(1 for name, _ in draft.slots if name == slot.id)
            for _ in range(slot.quantity - taken if len(slot.items) == 1 else 0):
                self._causes.append(Cause("slot", f"{slot.id}/{slot.items[0]}", _sorted(draft.head)))
                yield Slot(slot.id, slot.items[0])

    def _slot(self, slot: str, filled: Draft) -> Slot:
        words = (*filled.head, *filled.determiner_tokens, *filled.quantity_tokens)
        self._causes.append(Cause("slot", f"{slot}/{filled.item}", _sorted(words)))
        variation = self._variation(filled, filled.item)
        return Slot(slot, filled.item, variation, self._choices(filled, filled.item))

    def _variation(self, draft: Draft, item: str) -> str | None:
        if not draft.variations:
            return None
        chosen = draft.variation_of(item)
        if chosen is not None and chosen[0] != EITHER:
            self._causes.append(Cause("variation", chosen[0], _sorted(draft.variation_tokens)))
            return chosen[0]
        either = chosen is not None and not in_every_size(
            self._grammar.menu.items_by_id[item], {stem(self._words[t]) for t in draft.variation_tokens}
        )
        if either or (chosen is None and (self._grammar.variations_of.get(item) or "" not in draft.variations)):
            # Sold in no such size, though other things here are: never silently another.
            self._outcome.left.update(draft.variation_tokens)
        else:
            # Where nothing comes in such sizes, the word is part of how the item was named.
            last = self._causes[-1]
            self._causes[-1] = Cause(last.part, last.value, _sorted((*last.tokens, *draft.variation_tokens)))
        if not self._grammar.variations_of.get(item):
            self._outcome.notes.append(f"one size: {item}")
        return None

    def _choices(self, draft: Draft, item: str) -> tuple[Choice, ...]:
        chosen: dict[Ref, Part] = {}
        for part in draft.parts:
            senses = permitted(self._grammar, item, part)
            if not senses:
                self._outcome.left.update(_words_of(part))
                continue
            none = all_denied(self._grammar, senses) if part.pre == "no" and not part.instead else None
            if none is not None and none not in chosen:
                chosen[none] = part._replace(pre=None, negation=(), tokens=(*part.tokens, *part.negation))
                continue
            ref, options = _sense(self._grammar, item, _deniable(self._grammar, senses) if part.pre == "no" else senses)
            doubt = part.doubtful and not (part.pre == "no" and _usual(self._grammar, item, ref))
            weak = _price(senses, ref) >= _WEAK and not (part.pre == "no" and self._grammar.modifiers[ref].default)
            stepped = not part.doubtful and step_of(self._grammar, ref, part) is not None
            if not stepped and (options or doubt or weak):
                self._ask(item, part, ref, options or (ref[1],), chosen)
                continue
            joined, clash = _joined(chosen[ref], part) if ref in chosen else (part, ())
            self._outcome.left.update(clash)
            chosen[ref] = joined
        self._outcome.left.update(_drop_replaced(self._grammar, item, chosen, self._swaps()))
        self._told_exactly(draft, chosen)
        chosen = {ref: several(self._grammar.modifiers[ref], part, self._words) for ref, part in chosen.items()}
        self._without(item, chosen)
        chosen = {ref: self._measured(ref, part) for ref, part in chosen.items()}
        self._limit(item, chosen)
        for ref, part in chosen.items():
            self._causes += _part_causes(ref, part)
        return tuple(Choice(ref[0], ref[1], part.pre, part.quantity) for ref, part in chosen.items())

    def _swaps(self) -> frozenset[int]:
        replacing = self._grammar.knowledge.replacing
        if replacing.isdisjoint(self._words):
            return frozenset()
        return frozenset(t for t, word in enumerate(self._words) if word in replacing)

    def _told_exactly(self, draft: Draft, chosen: dict[Ref, Part]) -> None:
        """Of a "bean burrito with black beans" the first beans are those told after the name, not others besides."""
        kinds = [r for r, p in chosen.items() if draft.head and _words_of(p) == p.tokens and p.tokens < draft.head]
        for kind in kinds:
            said = self._stems(chosen[kind])
            for ref in [r for r, p in chosen.items() if r != kind and r[0] == kind[0] and p.tokens > draft.head]:
                if kind in chosen and said < self._stems(chosen[ref]) and not chosen[ref].negation:
                    tokens = (*chosen.pop(kind).tokens, *chosen[ref].tokens)
                    chosen[ref] = chosen[ref]._replace(tokens=tokens)

    def _stems(self, part: Part) -> set[str]:
        return {stem(self._words[t]) for t in part.tokens}

    def _without(self, item: str, chosen: dict[Ref, Part]) -> None:
        """Where a group knows no "no" or "extra": its own choice of so much is meant ("No ice"), or a "no" is asked."""
        groups = self._grammar.groups
        for ref in [r for r, p in chosen.items() if p.pre and p.pre not in groups[r[0]].pre_modifiers]:
            part = chosen[ref]
            step = step_of(self._grammar, ref, part)
            if step is not None and (step == ref or step not in chosen):
                del chosen[ref]
                words = (*part.tokens, *part.pre_tokens, *part.negation)
                chosen[step] = part._replace(pre=None, pre_tokens=(), negation=(), tokens=words)
            elif part.pre == "no":
                self._ask(item, chosen.pop(ref), ref, (ref[1],), chosen)

    def _measured(self, ref: Ref, part: Part) -> Part:
        """A "dash of milk" that is called so; an amount that this shop does not have is left."""
        modifier = self._grammar.modifiers[ref]
        said = {stem(self._words[t]) for t in part.pre_tokens}
        named = {w for name in (modifier.name, *modifier.aliases) for w in stems_of(name)}
        if part.pre == "light" and said & _AMOUNTS and named & _AMOUNTS:
            return part._replace(pre=None, pre_tokens=(), tokens=(*part.tokens, *part.pre_tokens))
        if part.pre not in {None, "no", "regular", *self._grammar.groups[ref[0]].pre_modifiers}:
            # "Less 25 % sugar": the shop has no such amount of it.
            self._outcome.left.update(part.pre_tokens)
            return part._replace(pre=None, pre_tokens=())
        return part

    def _limit(self, item: str, chosen: dict[Ref, Part]) -> None:
        """Ask about a number of one choice that is more than one can have of it."""
        for ref in [r for r, p in chosen.items() if p.pre != "no"]:
            limits = (self._grammar.modifiers[ref].max, self._grammar.groups[ref[0]].max)
            most = min((limit for limit in limits if limit is not None), default=chosen[ref].quantity)
            if chosen[ref].quantity > most:
                self._ask(item, chosen.pop(ref)._replace(quantity=most), ref, (ref[1],), chosen)

    def _ask(self, item: str, part: Part, ref: Ref, options: tuple[str, ...], chosen: dict[Ref, Part]) -> None:
        words = _sorted((*part.tokens, *part.pre_tokens, *part.quantity_tokens))
        guess = _guess(item, ref, part)
        self._unclear.append(Unclear(words, "modifier", options, len(self._outcome.lines), guess))
        if part.negation and not any(p.negation == part.negation for p in chosen.values()):
            self._outcome.left.update(part.negation)


def _item_options(draft: Draft) -> tuple[str, ...]:
    """The items between which nothing decides; empty when one is clear."""
    if draft.combo:
        return ()
    first = draft.items[0][1]
    near = tuple(i for i, c in draft.items if c - first < _margin(first))
    return near if len(near) > 1 or first >= _WEAK else ()


def _part_causes(ref: Ref, part: Part) -> list[Cause]:
    value = f"{ref[0]}/{ref[1]}"
    causes = [Cause("modifier", value, _sorted((*part.tokens, *part.quantity_tokens)))]
    if part.negation:
        causes.append(Cause("negation", value, _sorted(part.negation)))
    if part.pre_tokens:
        causes.append(Cause("pre_modifier", value, _sorted(part.pre_tokens)))
    return causes


def _guess(item: str, ref: Ref, part: Part) -> ReadLine:
    choice = Choice(ref[0], ref[1], part.pre, part.quantity)
    return ReadLine(Line(item, 1, None, (choice,)), tuple(_part_causes(ref, part)))


def _margin(cost: float) -> float:
    """How much dearer another meaning must be: little when much was said of the name, more when little was."""
    if cost <= _AS_WRITTEN:
        return _AS_WRITTEN
    return _NEAR if cost < _PARTIAL else _WIDE


def _price(senses: tuple[Candidate, ...], ref: Ref) -> float:
    return next(cost for known, cost in senses if known == ref)


def _usual(grammar: Grammar, item: str, ref: Ref) -> bool:
    """Whether an item has a modifier without being asked: marked default, or named in its description."""
    modifier = grammar.modifiers[ref]
    if modifier.default:
        return True
    return set(stems_of(modifier.name)) <= grammar.described.get(item, frozenset())


def _sense(grammar: Grammar, item: str, senses: tuple[Candidate, ...]) -> tuple[Ref, tuple[str, ...]]:
    """The sense to take, and the options when nothing decides."""
    first = senses[0][1]
    near = [ref for ref, cost in senses if cost - first < _margin(first)]
    if len(near) > 1:
        usual = [ref for ref in near if _usual(grammar, item, ref)]
        if len(usual) == 1:
            return usual[0], ()
        return near[0], tuple(ref[1] for ref in near)
    return near[0], ()


def _deniable(grammar: Grammar, senses: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The senses of which a "no" can be said; of several named in part, the one that comes with the dish."""
    found = tuple(s for s in senses if "no" in grammar.groups[s[0][0]].pre_modifiers) or senses
    first = found[0][1]
    usual = tuple(s for s in found if s[1] - first < _LOOSELY and grammar.modifiers[s[0]].default)
    return usual if first > _AS_WRITTEN and len(usual) == 1 else found


def _joined(first: Part, second: Part) -> tuple[Part, tuple[int, ...]]:
    """The same modifier said twice: once with all its words; a "no" and a "yes" clash, and the words are returned."""
    if (first.pre == "no") != (second.pre == "no"):
        return first, (*second.tokens, *second.pre_tokens, *second.negation, *second.quantity_tokens)
    return first._replace(
        tokens=(*first.tokens, *second.tokens),
        pre=first.pre or second.pre,
        pre_tokens=(*first.pre_tokens, *second.pre_tokens),
        negation=(*first.negation, *second.negation),
        quantity=max(first.quantity, second.quantity),
        quantity_tokens=(*first.quantity_tokens, *second.quantity_tokens),
    ), ()


def _drop_replaced(grammar: Grammar, item: str, chosen: dict[Ref, Part], swaps: frozenset[int]) -> tuple[int, ...]:
    """Where only one can be had, the other choice says the "no" already: "not on sourdough, on rye".

    What the item would have had is still denied when named outright: "soy instead of creamer", "no creamer, soy
    instead" (`swaps`, where that is said). The words are returned of what may be named so, and is not for certain.
    """
    unsure: list[int] = []
    for ref in [r for r, p in chosen.items() if p.pre == "no" and grammar.groups[r[0]].max == 1]:
        outright = _price(chosen[ref].candidates, ref) < _PARTIAL
        swapped = bool(swaps) and swaps.isdisjoint(chosen[ref].negation)
        if (swapped or (chosen[ref].instead and outright)) and _usual(grammar, item, ref):
            continue
        other = next((r for r, p in chosen.items() if r[0] == ref[0] and p.pre != "no"), None)
        if other is not None and chosen[ref].instead and (_usual(grammar, item, ref) or is_free(grammar, ref)):
            unsure += _words_of(chosen.pop(ref))
        elif other is not None:
            part = chosen[other]
            if outright and not swaps and denied_besides(grammar, ref, chosen[ref], part):
                continue
            chosen[other] = part._replace(tokens=(*part.tokens, *_words_of(chosen.pop(ref))))
    return tuple(unsure)


def _words_of(part: Part) -> tuple[int, ...]:
    return (*part.tokens, *part.pre_tokens, *part.negation, *part.quantity_tokens)


def _sorted(tokens: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(tokens))) if len(tokens) > 1 else tokens
