"""A last look at the best reading: what is grammatical but unlikely is asked about rather than done."""

from __future__ import annotations

from dataclasses import replace

from assistant.understanding import slips
from assistant.understanding.counted import Counted
from assistant.understanding.edges import SEGMENT
from assistant.understanding.knowledge import Stems, stems_of
from assistant.understanding.message import Message
from assistant.understanding.neighbours import INTRODUCED, Neighbours
from assistant.understanding.outcome import Outcome
from assistant.understanding.passed_over import PassedOver
from assistant.understanding.reading import Cause, ReadLine, Unclear
from assistant.understanding.unsaid import Unsaid
from core.orders.lines import Line

_MANY = 20
_MISSPELT = 0.3
_NAMING = frozenset({"item", "combo", "variation", "modifier", "slot"})
_BARE = frozenset({"none", "definite"})
_SIZING = frozenset({"none", "definite", "indefinite"})


class Doubts:
    """Looks over the reading of one message."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._grammar = message.grammar
        self._words = message.words
        self._bounds = message.bounds

    def over(self, outcome: Outcome, declined: tuple[int, ...], rivalled: list[ReadLine]) -> None:
        """Move the lines that are not certain to the questions, and the words that were passed over to what is left.

        `declined` are the words of what was said not to be wanted; `rivalled` are lines that may as well be others.
        """
        beside = Neighbours(self._message)
        numbers = Counted(self._message)
        unsaid = Unsaid(self._message, outcome.lines)
        doubts = (
            self._named_again, self._guessed, _far_number, self._only_sized, self._part_of, self._one_of_them,
            self._shares_of_pieces, self._inside, beside.rather_a_choice, beside.goes_with,
            beside.one_name, beside.one_of_those_counted,
            beside.whose_denial, beside.denied_across_a_pause, beside.told_before, beside.corrected,
            beside.half_sized, beside.rather_a_size, beside.run_together, beside.torn_off,
            beside.loosely_with, beside.of_the_meal, beside.led_by_with, beside.laid_on,
            beside.size_taken,
            numbers.apart, numbers.of_the_one_before, numbers.of_a_choice, numbers.in_the_name,
            numbers.of_those_before,
            unsaid.number_of_a_choice, unsaid.size_of_the_name, unsaid.size_of_another_number, unsaid.of_nobody,
            unsaid.filled_by_name, unsaid.denied_in_part,
        )  # fmt: skip
        kept: list[ReadLine] = []
        moved: dict[int, int] = {}
        for number, line in enumerate(outcome.lines):
            if line in rivalled or any(doubt(kept, line) for doubt in doubts):
                used = tuple(sorted({t for c in line.causes for t in c.tokens}))
                outcome.unclear.append(Unclear(used, "item", (line.line.item,), None, _whole(outcome, number, line)))
            else:
                moved[number] = len(kept)
                kept.append(line)
        if len(kept) < len(outcome.lines):
            outcome.unclear = [u for u in outcome.unclear if u.line is None or u.line in moved]
            outcome.unclear = [u if u.line is None else replace(u, line=moved.get(u.line)) for u in outcome.unclear]
            outcome.lines = kept
        self._sized_by_names(outcome)
        passed = PassedOver(self._message)
        outcome.left.update(passed.beside_names(outcome))
        outcome.lines = [self._without_half_said(outcome, n, line) for n, line in enumerate(outcome.lines)]
        self._take_no_guess(outcome)
        passed.over(outcome, set(declined))

    def _sized_by_names(self, outcome: Outcome) -> None:
        """Give the line before the size that a half-said name is too: "soup in a bowl" where a rice bowl is sold."""
        for unclear in [u for u in outcome.unclear if u.kind == "item" and u.guess is not None and u.line is None]:
            guess = unclear.guess
            before = [n for n, line in enumerate(outcome.lines) if line.span[1] <= unclear.tokens[0]]
            if guess is None or not before or guess.line != Line(guess.line.item):
                continue
            sized = self._sized(outcome.lines[before[-1]], guess)
            if sized is not None:
                outcome.lines[before[-1]] = sized
                outcome.unclear.remove(unclear)

    def _sized(self, last: ReadLine, named: ReadLine) -> ReadLine | None:
        item = self._grammar.menu.items_by_id.get(last.line.item)
        edge = self._message.named_by(named.causes[0])
        if item is None or edge is None or last.line.variation is not None:
            return None
        said = self._message.stems(edge.tokens)
        sizes = [v.id for v in item.variations if any(set(stems_of(n)) == said for n in (v.name, *v.aliases))]
        if len(sizes) != 1 or named.determiner not in _SIZING:
            return None
        cause = Cause("variation", sizes[0], tuple(edge.tokens))
        return replace(last, line=replace(last.line, variation=sizes[0]), causes=(*last.causes, cause))

    def _take_no_guess(self, outcome: Outcome) -> None:
        """Leave the parts for another line that rest on words that are only guessed at: nobody knows them."""
        for part in [p for p in outcome.loose if slips.guessed(self._grammar, self._words, p.tokens)]:
            outcome.loose.remove(part)
            outcome.left.update((*part.tokens, *part.negation))

    def _named_again(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether "the latte" follows a latte: it is rather that one; so is a name repeated with nothing between."""
        alike = [b for b in before if b.line.item == line.line.item]
        if not alike:
            told = line.determiner == "definite" or (line.determiner in _BARE and line.line.modifiers)
            return bool(told) and self._within(before, line)
        bare = before[-1] in alike and before[-1].determiner in _BARE and not _told(before[-1])
        if bare and "." not in self._bounds[before[-1].span[1] : line.span[0] + 1]:
            return True  # "milk, not the skim, regular milk one carton"
        if before[-1] in alike and self._counted_again(before[-1], line):
            return True
        if all(self._another(b, line) for b in alike):
            return False
        if line.determiner == "definite" or any(b.determiner in ("definite", "each") for b in alike):
            return True
        # "Espresso double, espresso single" are two; "rice and beans. black beans" may be one.
        sized = line.line.variation is not None and all(b.line.variation is not None for b in alike)
        return line.determiner == "none" and not (sized and all(b.line.variation != line.line.variation for b in alike))

    def _counted_again(self, before: ReadLine, line: ReadLine) -> bool:
        """Whether the same follows in another number and no "and" adds it: "six hot dogs, er, five hot dogs"."""
        between = self._words[before.span[1] : line.span[0]]
        same = replace(before.line, quantity=line.line.quantity) == line.line
        added = line.determiner == "another" or bool(line.line.slots)
        return same and not added and self._grammar.knowledge.ands.isdisjoint(between)

    def _another(self, before: ReadLine, line: ReadLine) -> bool:
        """Whether a name begins with what the one before cannot be as well: after a chicken saag, "the lamb saag"."""
        had = {c.group: c.modifier for c in before.line.modifiers if self._grammar.groups[c.group].max == 1}
        head = line.causes[0].tokens[-1]
        led = {c.value for c in line.causes if c.part == "modifier" and c.tokens[-1] < head}
        return any(
            had.get(c.group, c.modifier) != c.modifier and f"{c.group}/{c.modifier}" in led for c in line.line.modifiers
        )

    def _guessed(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether a line rests on words that are only guessed at."""
        return any(c.part in _NAMING and slips.guessed(self._grammar, self._words, c.tokens) for c in line.causes)

    def _within(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether all that was said of the name is part of a name before: after a potato salad, "the salad"."""
        edge = self._message.named_by(line.causes[0])
        said = self._message.stems(edge.tokens if edge is not None else line.causes[0].tokens)
        return any(said < self._message.stems(b.causes[0].tokens) for b in before)

    def _one_of_them(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether "2 soups, one soup without tofu" may be two in all."""
        last = before[-1] if before else None
        if last is None or last.line.item != line.line.item or last.line.modifiers or not line.line.modifiers:
            return False
        paused = self._bounds[line.span[0]] == ","
        return paused and line.line.quantity < last.line.quantity and line.determiner in ("number", "indefinite")

    def _only_sized(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether a line rests on nothing but a misspelt size."""
        parts = {c.part for c in line.causes}
        if "modifier" in parts or "quantity" in parts or "variation" not in parts:
            return False
        size = next(c for c in line.causes if c.part == "variation")
        own = set(line.causes[0].tokens) <= set(size.tokens)
        return own and self._slip(size) >= _MISSPELT

    def _part_of(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a new item is rather what goes with the one before: "eggs scrambled", "on an everything bagel"."""
        if not before or line.causes[0].part != "item":
            return False
        head = line.causes[0]
        last = before[-1].line.item
        if last not in self._grammar.modifiers_of or self._grammar.modifiers_of[last] == frozenset():
            return False
        placed = self._placed(line.span[0])
        loosely = line.determiner not in INTRODUCED and line.line.quantity == 1 and self._message.partial(head)
        if self._message.partial(head) and self._is_choice(last, head):
            return True
        if not (placed or loosely):
            return False
        own = self._message.stems(head.tokens)
        said = {
            w
            for g in self._grammar.menu.groups_of(last)
            for m in g.modifiers
            for n in (m.name, *m.aliases)
            for w in stems_of(n)
        }
        said |= {w for g in self._grammar.menu.groups_of(last) for w in stems_of(g.name)}
        item = self._grammar.menu.items_by_id[line.line.item]
        written = {w for name in (item.name, *item.aliases) for w in stems_of(name)}
        if not self._message.partial(head) and own - said and own <= written:
            return False  # "with onion rings" has its own name beside the onions
        return bool(own & said)

    def _is_choice(self, item: str, cause: Cause) -> bool:
        """Whether these words are the whole name of a choice of this item: of wings, "six buffalo" are no burgers."""
        edge = self._message.named_by(cause)
        said = set() if edge is None else self._message.stems(edge.tokens)
        names = (n for g in self._grammar.menu.groups_of(item) for m in g.modifiers for n in (m.name, *m.aliases))
        return any(set(stems_of(n)) == said for n in names)

    def _placed(self, at: int) -> bool:
        """Whether a word like "on" stands right before."""
        known, before = self._grammar.knowledge, self._words[at - 1] if at else ""
        if before not in known.placing or self._bounds[at]:
            return False
        return not any(c.kind == "determiner" for c in known.closed.get((before,), ()))

    def _without_half_said(self, outcome: Outcome, number: int, line: ReadLine) -> ReadLine:
        """The line without the choices of which only a part was said, beside words that tell otherwise.

        Likewise those of which nothing was said but what the group is called: of "sauce" nobody knows which; and those
        whose word goes on with a name that was begun before it.
        """
        for cause in (c for c in line.causes if c.part == "modifier"):
            beside = {cause.tokens[0] - 1, cause.tokens[-1] + 1} & outcome.left
            told = any(self._message.tells(t) for t in beside)
            denied = any(c.part == "negation" and c.value == cause.value for c in line.causes)
            denied = denied and self._comes_with(line, cause)
            denied |= any(self._words[t] in self._grammar.knowledge.negative for t in cause.tokens)  # "hold the ice"
            unnamed = not denied and (self._only_group(cause) or self._torn(line, cause))
            if unnamed or (told and self._message.partial(cause)):
                named = [c for c in line.line.modifiers if f"{c.group}/{c.modifier}" == cause.value]
                kept = tuple(c for c in line.line.modifiers if c not in named)
                own = tuple(c for c in line.causes if c.value == cause.value)
                words = tuple(sorted({t for c in own for t in c.tokens}))
                guess = ReadLine(Line(line.line.item, modifiers=tuple(named)), own)
                outcome.unclear.append(Unclear(words, "modifier", (named[0].modifier,), number, guess))
                line = replace(
                    line, line=replace(line.line, modifiers=kept), causes=tuple(c for c in line.causes if c not in own)
                )
        return line

    def _torn(self, line: ReadLine, cause: Cause) -> bool:
        """Whether a word ends a name that another choice begins: "chocolate drizzle" is of no powder and no caramel."""
        start = cause.tokens[0]
        before = next((c for c in line.causes if c.part == "modifier" and c.tokens[-1] == start - 1), None)
        if before is None or self._bounds[start] or len(cause.tokens) > 1:
            return False
        last, first = self._in_part(cause), self._in_part(before)
        ends = len(last) > 1 and self._message.stems(cause.tokens) == {last[-1]}
        return ends and len(first) > 1 and first[-1] not in self._message.stems(before.tokens)

    def _in_part(self, cause: Cause) -> Stems:
        """The name of a choice of which only a part was said; nothing where the menu calls it as it was said."""
        group, _, modifier = cause.value.partition("/")
        chosen, said = self._grammar.modifiers[group, modifier], self._message.stems(cause.tokens)
        names = [stems_of(n) for n in (chosen.name, *chosen.aliases)]
        return () if any(set(n) == said for n in names) else names[0]

    def _comes_with(self, line: ReadLine, cause: Cause) -> bool:
        """Whether an item has a choice without being asked."""
        group, _, modifier = cause.value.partition("/")
        chosen = self._grammar.modifiers[group, modifier]
        described = self._grammar.described.get(line.line.item, frozenset())
        return chosen.default or set(stems_of(chosen.name)) <= described

    def _only_group(self, cause: Cause) -> bool:
        group = self._grammar.groups[cause.value.partition("/")[0]]
        edge = self._message.named_by(cause)
        said = self._message.stems(edge.tokens) if edge is not None else {""}
        names = {stems_of(n) for m in group.modifiers for n in (m.name, *m.aliases)}
        closed = self._grammar.knowledge.closed
        kind = len(said) == 1 and any(c.value == "part" for c in closed.get(tuple(said), ()))  # "sauce", "dressing"
        called = (kind or said <= set(stems_of(group.name))) and not any(set(n) == said for n in names)
        return called and len(group.modifiers) > 1

    def _shares_of_pieces(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether what follows "a dozen cookies:" says what is in the dozen."""
        last = next((b for b in reversed(before) if b.line.variation is not None), None)
        if last is None or last.line.item != line.line.item or last.line.modifiers:
            return False
        if last.line.variation not in self._grammar.counts_of[line.line.item].values():
            return False
        head = set(line.causes[0].tokens)
        shape = {t for c in line.causes if c.part in ("quantity", "variation") for t in c.tokens}
        return head <= shape | {t for t in head if t < last.span[1]} and bool(line.line.modifiers)

    def _inside(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a thing is rather what the one before lies in: "tuna in oil" where oil is sold, too."""
        at = line.causes[0].tokens[0]
        if not before or line.determiner != "none" or at < 1 or self._bounds[at] or self._bounds[at - 1]:
            return False
        return self._words[at - 1] in self._grammar.knowledge.within

    def _slip(self, cause: Cause) -> float:
        edge = self._message.named_by(cause)
        return 0.0 if edge is None else edge.cost - SEGMENT


def _whole(outcome: Outcome, number: int, line: ReadLine) -> ReadLine:
    """The line as it would be with what is unclear of it."""
    guesses = [u.guess for u in outcome.unclear if u.line == number and u.guess is not None]
    return replace(
        line,
        line=replace(line.line, modifiers=(*line.line.modifiers, *(m for g in guesses for m in g.line.modifiers))),
        causes=(*line.causes, *(c for g in guesses for c in g.causes)),
    )


def _told(line: ReadLine) -> bool:
    """Whether more was said of a line than its name."""
    return any(c.part not in ("item", "combo") for c in line.causes)


def _far_number(_: list[ReadLine], line: ReadLine) -> bool:
    """Whether a large number stands apart from what it would count, or behind it."""
    if line.line.quantity < _MANY:
        return False
    counted = next((c for c in line.causes if c.part == "quantity"), None)
    head = next((c for c in line.causes if c.part in ("item", "combo")), None)
    if counted is None or head is None:
        return False
    others = {t for c in line.causes if c is not counted for t in c.tokens} - set(counted.tokens)
    behind = counted.tokens[0] > head.tokens[-1]
    return behind or not {counted.tokens[-1] + 1, counted.tokens[0] - 1} & others
