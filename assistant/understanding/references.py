"""What points back inside a message: "the small one decaf", "ice cream on the brownie", "no butter on one of them"."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.understanding.drafts import Draft, Part, Positions, State, takes_all
from assistant.understanding.edges import Edge, Sizes
from assistant.understanding.grammar import Grammar
from assistant.understanding.knowledge import stems_of
from assistant.understanding.surroundings import LINKS
from assistant.understanding.tokens import stem

_POINTED = 0.05
_LITTLE_OF_NAME = 0.3
_RESTS = 0.7
_PLAIN = 1.2  # "a latte with oat and another one plain" is no plain water
_MISCOUNTED = 1.2
_AT_NOTHING = 0.05  # pointing without saying what about it yet
_FLAVOURED = frozenset({"tea", "coffee", "juice"})
_SHORTEST_HEAD = 3  # letters
_NEAR_BY = 3  # words from the last of the modifiers to what they are on: "cream on the brownie"


class References:
    """Finds the lines that words point at, and gives them what is said of them. One for each message."""

    def __init__(self, grammar: Grammar, words: tuple[str, ...], bounds: tuple[str, ...]) -> None:
        """`words` are folded; `bounds` is what stands before each of them."""
        self._grammar = grammar
        self._placing = grammar.knowledge.placing
        self._words = words
        self._since: list[int] = []
        self._ends = {len(bounds), *(p for p, mark in enumerate(bounds) if mark)}
        for position, mark in enumerate(bounds):
            self._since.append(position if mark or not position else self._since[-1])

    def placed(self, at: int) -> bool:
        """Whether a word like "on" or "in" stands right before."""
        if at < 1 or self._words[at - 1] not in self._placing or self._since[at] == at:
            return False
        # "Along with a tea" is "and a tea".
        joined = self._grammar.knowledge.closed.get(tuple(stem(w) for w in self._words[max(0, at - 2) : at]), ())
        return not any(m.kind == "connector" and m.value == "and" for m in joined)

    def becomes(self, at: int) -> bool:
        """Whether a word stands before that says as what a thing is wanted, perhaps with an article: "as a meal"."""
        known = self._grammar.knowledge
        word = self._words[at - 1] if at else ""
        if any(c.kind == "determiner" for c in known.closed.get((word,), ())) and word not in known.becoming:
            return self._since[at] < at and self.becomes(at - 1)
        return word in known.becoming and self._since[at] < at

    def is_size_word(self, at: int) -> bool:
        """Whether "size" or the like stands here."""
        return at < len(self._words) and stem(self._words[at]) in self._grammar.knowledge.size_words

    def denies(self, edge: Edge) -> bool:
        """Whether a word of these is a "no" in some language: the French "dont"."""
        return not self._grammar.knowledge.negative.isdisjoint(self._words[edge.start : edge.end])

    def miscounted(self, state: State, edge: Edge) -> float:
        """The price of an "all three of them" where so many were not named: then it rather counts the last of them."""
        last = state.open_line
        if last is None or last.quantity is not None or edge.end - edge.start == 1:
            return 0.0
        meanings = self._grammar.knowledge.closed.get((self._words[edge.start],), ())
        numbers = {int(m.value) for m in meanings if m.kind == "number"}
        return _MISCOUNTED if numbers - {sum(d.quantity or 1 for d in state.lines)} == numbers != set() else 0.0

    def closes(self, at: int) -> bool:
        """Whether what was said ends here: at a pause, or before "and"."""
        return at in self._ends or self._words[at] in self._grammar.knowledge.ands

    def stems(self, edge: Edge) -> frozenset[str]:
        """The words of an edge, without their plurals."""
        return frozenset(stem(self._words[t]) for t in edge.tokens)

    def between(self, start: int, end: int) -> tuple[str, ...]:
        """The words of a stretch in order, without their plurals."""
        return tuple(stem(w) for w in self._words[start:end])

    def counted_noun(self, pending: Draft, part: Part) -> bool:
        """Whether a modifier in the plural stands right behind the number of a line to come: "two sugars tea"."""
        if not pending.quantity or pending.parts or pending.variations or part.pre:
            return False
        if self.dosed(pending, part):
            return True
        measured = part.tokens[2:] and self._words[part.tokens[1]] in LINKS  # "strips of bacon"
        word = self._words[part.tokens[0 if measured else -1]]
        return pending.quantity_tokens[-1] + 1 == part.tokens[0] and stem(word) != word

    def is_nounless(self, state: State, part: Part) -> bool:
        """Whether an article stands before what is no noun: "and a decaf" is another thing, not decaf in the first."""
        pending = state.pending
        if pending is None or pending.determiner != "indefinite" or state.correction:
            return False
        said = tuple(stem(self._words[t]) for t in part.tokens if t not in pending.determiner_tokens)
        return said in self._grammar.knowledge.foods.nounless

    @staticmethod
    def dosed(pending: Draft, part: Part) -> bool:
        """Whether a measure stands between a number and a modifier: "two pumps of vanilla"."""
        between = [t for t in pending.determiner_tokens if pending.quantity_tokens[-1] < t]
        return bool(between) and pending.determiner != "indefinite" and between[-1] + 1 == part.tokens[0]

    def counted(self, pending: Draft) -> Part | None:
        """The modifier that the number of a line to come counts: "two sugars", "six pumps of caramel"."""
        if not pending.quantity or len(pending.parts) != 1 or pending.variations or pending.portion:
            return None
        part = pending.parts[0]
        if part.quantity_tokens or not self.counted_noun(pending._replace(parts=()), part):
            return None
        single = all(self._grammar.modifiers[ref].max == 1 for ref, _ in part.candidates)
        if single and pending.connector != "with" and not self.dosed(pending, part):
            return None  # but "udon with two eggs" has more of them than it can
        words = (*pending.quantity_tokens, *pending.determiner_tokens)
        return part._replace(quantity=pending.quantity, quantity_tokens=tuple(sorted(words)))

    def counted_size(self, pending: Draft) -> bool:
        """Whether a size begins with a number, which introduces a line as any number does: "two pints of milk"."""
        return bool(pending.variation_tokens) and self.is_number(pending.variation_tokens[0])

    def is_choice(self, tokens: Positions) -> bool:
        """Whether a single word names a modifier altogether."""
        return len(tokens) == 1 and stem(self._words[tokens[0]]) in self._grammar.choice_words

    def resting(self, state: State, pending: Draft, edge: Edge) -> float:
        """The price of a name that is rather of a line before: of "the burger", or of the hero in "beef on a hero"."""
        if pending.determiner == "another" and state.lines and self._plain(edge):
            return _PLAIN
        if pending.determiner == "definite" and self.headed(state.lines, edge.tokens):
            return _RESTS
        line = state.open_line
        start = min((edge.start, *pending.determiner_tokens))
        if line is None or not line.item or pending.quantity or edge.candidates[0][1] < _LITTLE_OF_NAME:
            return 0.0
        refs = self._grammar.modifiers_of.get(line.item, frozenset()) if self.placed(start) else frozenset()
        said = self.stems(edge)
        names = (n for r in refs for m in (self._grammar.modifiers[r],) for n in (m.name, *m.aliases))
        return _RESTS if any(said.issubset(stems_of(n)) for n in names) else 0.0

    def pronoun(self, at: int) -> bool:
        """Whether "one" or the like stands here: "the second latte", but "the latte one" is one that was named."""
        return self._means(at, "pronoun")

    def _plain(self, edge: Edge) -> bool:
        """Whether these words say no more than "plain"."""
        return edge.end - edge.start == 1 and self._means(edge.start, "plain")

    def _means(self, at: int, value: str) -> bool:
        meanings = self._grammar.knowledge.closed.get((self._words[at],), ()) if at < len(self._words) else ()
        return bool(meanings) and any(m.value == value for m in meanings)

    def pointed(self, start: int, end: int) -> bool:
        """Whether a name says itself that it was said before: the Korean "as for the latte", the Arabic article."""
        known = self._grammar.knowledge
        after = self._words[end] if end < len(self._words) else ""
        first = self._words[start]
        return after in known.points_after or (first.startswith(known.points_onto) and stem(first) != first)

    def times(self, at: int) -> bool:
        """Whether a number is said as "x2"."""
        return at > 0 and self._words[at - 1] == "times"

    def is_number(self, position: int) -> bool:
        """Whether a word is a number in digits or in letters."""
        return self._grammar.knowledge.is_number(self._words[position])

    def is_food(self, position: int) -> bool:
        """Whether a word is known as something to eat or drink, though this menu has no meaning for it."""
        foods = self._grammar.knowledge.foods
        word = stem(self._words[position])
        return (word in foods.others or (word,) in foods.kinds) and word not in foods.colours

    def is_brand(self, position: int) -> bool:
        """Whether a word alone names something that is sold: "doritos"."""
        foods = self._grammar.knowledge.foods
        kinds = foods.kinds.get((stem(self._words[position]),), ())
        return bool(foods.item_kinds.intersection(kinds) - _FLAVOURED)

    def trailing(self, state: State, at: int, *, closing: bool = False) -> tuple[Part, ...]:
        """The modifiers of the open line since the last pause, if they end right before an "on" or "in" here.

        What closes a sentence (`closing`) needs no such word before it.
        """
        line = state.open_line
        beside = closing and state.pending is None and state.last == "modifier" and not state.connector
        if line is None or not line.parts or not (beside or self.placed(at)):
            return ()
        last = line.parts[-1]
        if max((*last.tokens, *last.pre_tokens, *last.negation)) < at - _NEAR_BY:
            return ()
        first = len(line.parts)
        # "Chicken in one and beef in the other": what was said of the one is not of the other.
        since = self._since[at] if line.items else max((self._since[at], *line.quantity_tokens))
        # "No vinegar on the chips, salt on everything": the vinegar was of the chips already.
        since = max((since, *(t for t in line.head if t < last.tokens[0])))
        while first and line.parts[first - 1].tokens[-1] >= since:
            first -= 1
        return line.parts[first:]

    def taken(self, state: State, at: int) -> tuple[State, tuple[Part, ...]]:
        """The open line without what is said right before an "on" here, and that."""
        moved = self.trailing(state, at)
        line = state.open_line
        if not moved or line is None:
            return state, ()
        rest = line._replace(parts=line.parts[: len(line.parts) - len(moved)])
        return state._replace(lines=state.with_open(rest)), moved

    def to_item(self, state: State, edge: Edge) -> Iterator[State]:
        """An item once more: "the korma without cream", "ranch with the rings"."""
        prices = {item: price for (_, item), price in reversed(edge.candidates)}
        found = [(prices[d.item], -k) for k, d in enumerate(reversed(state.lines), 1) if d.item in prices]
        if found:
            nearest = max(found, key=lambda f: (-f[0], f[1]))
            yield from self._to(state, nearest[1], edge.tokens, "variation" if self.pronoun(edge.end) else "item")
        elif state.pending is not None and state.pending.determiner == "definite":
            item = self.headed(state.lines, edge.tokens)
            at = next((-k for k in range(1, len(state.lines) + 1) if item and state.lines[-k].item == item), 0)
            if at:
                yield from self._to(state, at, edge.tokens, "item")

    def part_of(self, combo: Draft, edge: Edge) -> str:
        """The part of a combo that is named once more, by its name or the head of it."""
        item, parts = edge.candidates[0][0][1], tuple(filled for _, filled in combo.slots)
        return item if any(d.item == item for d in parts) else self.headed(parts, edge.tokens)

    def said_for_all(self, state: State, edge: Edge) -> bool:
        """Whether "on everything" closes what was said before any line: it is for all that come."""
        pending = state.pending
        if state.lines or pending is None or not pending.parts or pending.quantity or pending.variations:
            return False
        return edge.end in self._ends and (self.placed(edge.start) or self._words[edge.start] in self._placing)

    def headed(self, drafts: tuple[Draft, ...], words: Positions) -> str:
        """The item of the one line that a single word is the head of: after a cheeseburger, "the burger"."""
        if len(words) != 1 or len(self._words[words[0]]) < _SHORTEST_HEAD:
            return ""
        head, items = stem(self._words[words[0]]), self._grammar.menu.items_by_id
        named = (*drafts, *(filled for d in drafts for _, filled in d.slots))
        found = {d.item for d in named if d.item and stems_of(items[d.item].name)[-1].endswith(head)}
        return found.pop() if len(found) == 1 else ""

    def to_size(self, state: State, options: Sizes, edge: Edge) -> Iterator[State]:
        """A size once more: "the small one"."""
        found = [-k for k in range(1, len(state.lines) + 1) if _same_size(state.lines[-k], options)]
        if len(found) == 1:
            yield from self._to(state, found[0], edge.tokens, "variation")

    def to_modifier(self, state: State, edge: Edge) -> Iterator[State]:
        """A modifier once more: "the decaf one"."""
        ref = edge.candidates[0][0]
        found = [
            -k
            for k in range(1, len(state.lines) + 1)
            if any(p.pre is None and p.candidates[0][0] == ref for p in state.lines[-k].parts)
        ]
        if len(found) == 1:
            yield from self._to(state, found[0], edge.tokens, "variation")

    def to_units(self, state: State, edge: Edge) -> Iterator[State]:
        """Some of the units: "no butter on one of them", "red bean in two"."""
        value, line = int(edge.value), state.open_line
        moved = self.trailing(state, edge.start)
        if not moved or line is None or not line.quantity or not 0 < value < line.quantity:
            return
        share = Draft(
            quantity=value, quantity_tokens=edge.tokens, determiner="partitive", partitive=(edge.start - 1,),
            parts=moved, connector=",",
        )  # fmt: skip
        at = len(state.lines) + state.focus
        rest = line._replace(parts=line.parts[: len(line.parts) - len(moved)])
        yield state._replace(
            lines=(*state.lines[:at], rest, share, *state.lines[at + 1 :]), pending=None, scope=None, last="units",
            connector="", everyone=None, cost=state.cost + _POINTED,
        )  # fmt: skip

    def to_same_units(self, state: State, edge: Edge) -> Iterator[State]:
        """The name after "one of the": "in one of the mango slushes"."""
        line = state.open_line
        at = len(state.lines) + state.focus
        if state.last != "units" or line is None or at < 1:
            return
        if edge.candidates[0][0][1] == state.lines[at - 1].item:
            absorbed = line._replace(partitive=(*line.partitive, *edge.tokens))
            yield state._replace(lines=state.with_open(absorbed), last="item")

    def to_everyone(self, state: State, edge: Edge) -> Iterator[State]:
        """What was said is for all: "whipped cream on both", "boba in all of them", "sin hielo los dos"."""
        led = self._words[edge.start] in self._placing  # "no butter on anything, and a tea"
        moved = self.trailing(state, edge.start, closing=led or edge.end in self._ends)
        if not moved:
            return
        line = state.open_line
        assert line is not None  # noqa: S101  # for the type checker
        said = tuple(p._replace(tokens=tuple(sorted({*p.tokens, *edge.tokens}))) for p in moved)
        own = line._replace(parts=(*line.parts[: len(line.parts) - len(moved)], *said))
        lines = list(state.with_open(own))
        at = len(lines) + state.focus
        for i in reach(state, edge.value):
            if i == at:
                continue
            if not lines[i].items or takes_all(self._grammar, lines[i].item, (*lines[i].parts, *said)):
                lines[i] = lines[i]._replace(parts=(*lines[i].parts, *said))
        yield state._replace(lines=tuple(lines), pending=None, scope=None, connector="", last="modifier")

    def _to(self, state: State, target: int, words: Positions, last: str) -> Iterator[State]:
        """Open the line again; modifiers said before "on" or "with" go to it."""
        pending = state.pending or Draft()
        words = (*pending.determiner_tokens, *words)
        lines = list(state.lines)
        moved, cost = pending.parts, _POINTED
        if not moved:
            moved = self.trailing(state, words[0])
            if moved and state.focus != target:
                line = lines[state.focus]
                lines[state.focus] = line._replace(parts=line.parts[: len(line.parts) - len(moved)])
                lines = [d._replace(parts=tuple(p for p in d.parts if p not in moved)) for d in lines]
                moved = _own(state, moved)
            elif moved:
                lines = self._only_here(state, moved)
                moved = ()
            else:
                cost = _AT_NOTHING
        if moved and not pending.parts:
            # Said after "both …, both …" it went to all of them: here it is only of one.
            for at, other in enumerate(lines):
                if at != len(lines) + target:
                    lines[at] = other._replace(parts=tuple(p for p in other.parts if p not in moved))
        line = lines[target]
        if moved and line.item and not takes_all(self._grammar, line.item, (*line.parts, *moved)):
            return
        lines[target] = line._replace(head=(*line.head, *words), parts=(*line.parts, *moved))
        yield state._replace(
            lines=tuple(lines), pending=None, scope=None, focus=target, connector="", last=last, everyone=None,
            cost=state.cost + cost,
        )  # fmt: skip

    @staticmethod
    def _only_here(state: State, moved: tuple[Part, ...]) -> list[Draft]:
        """The lines, with what went to all of them on the open one alone: "both large, cream on the second"."""
        at = len(state.lines) + state.focus
        lines = [
            line if n == at else line._replace(parts=tuple(p for p in line.parts if p not in moved))
            for n, line in enumerate(state.lines)
        ]
        kept = tuple(p for p in lines[at].parts if p not in moved)
        lines[at] = lines[at]._replace(parts=(*kept, *_own(state, moved)))
        return lines


def _own(state: State, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts without the words that gave them to all lines: they turned out to be of one."""
    words = set(state.everyone[1]) if state.everyone else set()
    return tuple(p._replace(tokens=tuple(t for t in p.tokens if t not in words)) for p in parts)


def reach(state: State, name: str) -> range:
    """The positions of the lines that "both" or "all" mean; "each" of several is of what was counted last."""
    count = len(state.lines)
    line = state.open_line
    counted = (line.quantity or 1) if line is not None and line.items else 1
    if (name == "both" and counted == 2) or (name == "each" and counted > 1):  # noqa: PLR2004
        return range(count + state.focus, count + state.focus + 1)
    return range(max(0, count - 2), count) if name == "both" else range(count)


def _same_size(line: Draft, options: Sizes) -> bool:
    if line.items:
        own, other = line.variation_of(line.item), options.get(line.item)
        return own is not None and other is not None and own[0] == other[0]
    return any(item in options and options[item][0] == v for item, (v, _) in line.variations.items())
