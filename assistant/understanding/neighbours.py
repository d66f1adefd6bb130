"""Whether a line is rather something about the one beside it: a choice of it, its kind, or one of those counted."""

from __future__ import annotations

from itertools import pairwise

from assistant.understanding.edges import Edge
from assistant.understanding.knowledge import stems_of
from assistant.understanding.message import PARTLY, Message, tokens_of
from assistant.understanding.reading import ReadLine

_AS_WRITTEN = 0.06  # a name said as the merchant wrote it
_NEXT = 2  # from a name to the one that a word links to it
INTRODUCED = frozenset({"number", "indefinite", "another", "both", "each"})


class Neighbours:
    """Looks at each line together with those before it."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._grammar = message.grammar
        self._words = message.words
        self._bounds = message.bounds

    def rather_a_choice(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether the words that name this line could as well be a choice of the one before: "a burger with cheese"."""
        name = self._message.name_of(line)
        if not before or name is None:
            return False
        if not (self._little(name) or (self._loosely(name) and not self._ahead(line))):
            return False
        if not tokens_of(before).isdisjoint(tokens_of([line])):
            return False
        said = self._message.stems(name.tokens)
        groups = self._grammar.menu.groups_of(before[-1].line.item)
        return any(said <= set(stems_of(n)) for g in groups for m in g.modifiers for n in (m.name, *m.aliases))

    def goes_with(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether what is sold by itself may be a choice still open: "an omelet with ham and an English muffin"."""
        name, at = self._message.name_of(line), line.span[0]
        last = before[-1].line if before else None
        if last is None or name is None or not last.modifiers or line.line.modifiers or line.line.variation:
            return False
        joined = any(c.kind == "connector" and c.value == "and" for c in self._message.closed(at - 1))
        if not joined or line.determiner != "indefinite" or last.quantity > 1 or self._bounds[at - 1]:
            return False
        said, chosen = self._message.stems(name.tokens), {m.group for m in last.modifiers}
        open_groups = (g for g in self._grammar.menu.groups_of(last.item) if g.max == 1 and g.id not in chosen)
        return any(said == set(stems_of(n)) for g in open_groups for m in g.modifiers for n in (m.name, *m.aliases))

    def one_name(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether this and the name before it are one: "hamburguesa de pescado", "two pints of milk, green top"."""
        last = before[-1] if before else None
        name, other = self._message.name_of(line), self._message.name_of(last) if last is not None else None
        if last is None or name is None:
            return False
        return self._as_one(last, other, name, line) and tokens_of(before).isdisjoint(tokens_of([line]))

    def _as_one(self, last: ReadLine, other: Edge | None, name: Edge, line: ReadLine) -> bool:
        """Whether a word links two names, or nothing parts them."""
        start = line.span[0]
        linked = self._links(start - 1) and not any(self._bounds[max(0, start - 1) : start + 1])
        if linked and any(start - _NEXT in c.tokens for c in last.causes):
            return self._loosely(name) or (other is not None and self._loosely(other))
        return last.line.item != line.line.item and not self._ahead(line) and self._goes_on(last, other, name, line)

    def _goes_on(self, last: ReadLine, other: Edge | None, name: Edge, line: ReadLine) -> bool:
        """Whether a name that nothing introduces goes on with what was begun before it."""
        if other is not None and any(ref[1] == line.line.item for ref, _ in other.candidates):
            return True
        beside = not self._bounds[name.start] and self._little(name)
        if any(c.kind == "connector" for c in self._message.closed(name.start - 1)):
            return beside and other is not None and self._little(other)
        return beside and any(name.start - 1 in c.tokens for c in last.causes if c.part != "negation")

    def one_of_those_counted(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether this is what was begun as one of those counted: "two coffees, one black, the other a cortado"."""
        last = before[-1] if before else None
        if last is None or last.determiner != "partitive" or last.line.item != line.line.item:
            return False
        own = {t for c in line.causes for t in c.tokens} - {t for c in last.causes for t in c.tokens}
        return not (last.line.modifiers or last.line.slots or not own or self._bounds[min(own)])

    def whose_denial(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a "no" may be meant for all that were counted: "two teas, one iced, without sugar"."""
        counted = {t for b in before if b.line.item == line.line.item for c in b.causes if c.part == "quantity"
                   for t in c.tokens}  # fmt: skip
        own = {t for c in line.causes if c.part == "quantity" for t in c.tokens}
        if not own & counted:
            return False
        denied = {c.value for c in line.causes if c.part == "negation"}
        said = [t for c in line.causes if c.part == "modifier" and c.value not in denied for t in c.tokens]
        starts = [c.tokens[0] for c in line.causes if c.part == "negation" and self._bounds[c.tokens[0]]]
        return any(own and min(own) < t < start for t in said for start in starts)

    def denied_across_a_pause(self, _: list[ReadLine], line: ReadLine) -> bool:
        """Whether a "no" was given to what comes only after a pause: "two without, all half sweet"."""
        negative = self._grammar.knowledge.negative
        if not any(self._bounds) or negative.isdisjoint(self._words):
            return False
        words: dict[str, set[int]] = {}
        for cause in (c for c in line.causes if c.part in ("modifier", "negation")):
            words.setdefault(cause.value, set()).update(cause.tokens)
        taken = {t for tokens in words.values() for t in tokens}
        for tokens in words.values():
            said = sorted(tokens)
            for first, second in pairwise(said):
                ahead = self._words[first] in negative and first == said[0] and second - first <= _NEXT
                if ahead and any(self._bounds[first + 1 : second + 1]) and taken.isdisjoint(range(first + 1, second)):
                    yet = any(other is not tokens and first in other and min(other - {first}, default=0) < second
                              for other in words.values())  # fmt: skip
                    if not yet:
                        return True
        return False

    def told_before(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a name said in part and without a number is of the line that follows: "no onion in the wrap, a …"."""
        alike = [b for b in before if b.line.item == line.line.item and b.determiner == "none" and b.line.modifiers]
        named = self._name_stems(line) if alike else set()
        return any(self._name_stems(b) < named for b in alike)

    def corrected(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a correction led to what had been ordered already: "…, no, better half a kilo of lemons"."""
        if not any(b.line.item == line.line.item for b in before):
            return False
        said = {self._words[t] for t in line.causes[0].tokens}
        name = {w for e in (self._message.name_of(line),) if e is not None for w in self._words[e.start : e.end]}
        return not self._grammar.knowledge.negative.isdisjoint(said - name)

    def half_sized(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether of two lines of an item, neither a share of the other, one alone has a size."""
        sized = line.line.variation is not None
        alike = [b for b in before if b.line.item == line.line.item and (b.line.variation is not None) != sized]
        return bool(alike) and bool(tokens_of(alike).isdisjoint(tokens_of([line])))

    def rather_a_size(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a name is a size of the one before: "two vanilla yogurts, one strawberry"."""
        last = before[-1] if before else None
        item = self._grammar.menu.items_by_id.get(last.line.item) if last is not None else None
        if item is None or line.determiner == "definite":
            return False
        said = self._name_stems(line)
        return any(said == set(stems_of(n)) for v in item.variations for n in (v.name, *v.aliases))

    def run_together(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether two names stand right beside each other: of "matcha latte" none may be two."""
        if not before or line.determiner in INTRODUCED:
            return False
        name, other = self._message.name_of(line), self._message.name_of(before[-1])
        if name is None or other is None:
            return False
        if other.end == name.start:
            return not self._bounds[name.start]
        # "White chocolate mocha": no flat white with chocolate, and a mocha.
        between = range(other.end, name.start)
        chosen = {t for c in before[-1].causes if c.part == "modifier" for t in c.tokens}
        beside = bool(between) and chosen.issuperset(between)
        return beside and self._little(other) and not any(self._bounds[other.end : name.start + 1])

    def torn_off(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether a name said in part is the beginning of what the menu calls a choice: the "egg" of "egg whites"."""
        name = self._message.name_of(line)
        if not before or name is None or not self._loosely(name):
            return False
        here = self._message.edges[name.start]
        return any(e.kind == "modifier" and e.end > name.end and e.candidates[0][1] < _AS_WRITTEN for e in here)

    def loosely_with(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether what a "with" or an "in" adds is hardly named: "tuna in water" adds no water."""
        start = line.span[0]
        if not before or line.determiner in INTRODUCED or line.line.modifiers or line.line.variation or not start:
            return False
        name = self._message.name_of(line)
        joined = any(
            e.kind == "connector" and e.value == "with" and e.end == start for e in self._message.edges[start - 1]
        )
        return joined and not self._bounds[start] and name is not None and self._loosely(name)

    def led_by_with(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether choices said after the name before may be of it: "a hot dog with chili and cheese and fries"."""
        start, name = line.span[0], self._message.name_of(line)
        if not before or name is None or self._bounds[start] or start != before[-1].span[1] + 1:
            return False
        led = [c.tokens[-1] for c in line.causes if c.part == "modifier" and c.tokens[-1] < name.start]
        if not led or line.determiner in INTRODUCED or not self._joined(start - 1, "with"):
            return False
        return any(self._joined(at, "and") for at in range(min(led) + 1, name.start))

    def size_taken(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether what was taken for a choice of the one before may be the size: "a burger rye bun medium tots"."""
        start, item = line.span[0], self._grammar.menu.items_by_id.get(line.line.item)
        if not before or item is None or line.line.variation is not None or self._bounds[start]:
            return False
        taken = [c.tokens for c in before[-1].causes if c.part == "modifier" and c.tokens[-1] == start - 1]
        names = {stems_of(n) for v in item.variations for n in (v.name, *v.aliases)} if taken else set()
        return any(self._message.stems(tokens) == set(n) for tokens in taken for n in names)

    def laid_on(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether what is sold by itself is to be on the one before: "a burger with cheese and onion rings on it"."""
        end = line.span[1]
        if not before or end >= len(self._words) or line.line.modifiers or line.line.variation or self._bounds[end]:
            return False
        laid_on = self._grammar.knowledge.laid_on
        return any(self._words[end : end + n] in laid_on for n in (1, _NEXT))

    def _joined(self, position: int, by: str) -> bool:
        return any(c.kind == "connector" and c.value == by for c in self._message.closed(position))

    def of_the_meal(self, before: list[ReadLine], line: ReadLine) -> bool:
        """Whether "the burger" is the one that a meal comes with."""
        said = self._name_stems(line) if line.determiner == "definite" else set()
        if not said:
            return False
        items = self._grammar.menu.items_by_id
        filled = [items[s.item] for b in before for s in b.line.slots]
        return any(said <= {w for n in (i.name, *i.aliases) for w in stems_of(n)} for i in filled)

    def _little(self, name: Edge) -> bool:
        return name.kind == "head" or name.candidates[0][1] >= PARTLY

    def _loosely(self, name: Edge) -> bool:
        return name.kind == "head" or name.candidates[0][1] > _AS_WRITTEN

    def _ahead(self, line: ReadLine) -> bool:
        """Whether a number, an article or a size before its name begins a line."""
        name = self._message.name_of(line)
        return line.determiner in INTRODUCED and (name is None or line.span[0] < name.start)

    def _links(self, position: int) -> bool:
        """Whether a word joins two names to one: "of", "de", "au"."""
        links = self._grammar.knowledge.foods.links
        if position < 0 or any(c.kind == "connector" for c in self._message.closed(position)):
            return False
        return any(self._words[position] in words for words in links.values())

    def _name_stems(self, line: ReadLine) -> set[str]:
        name = self._message.name_of(line)
        return self._message.stems(name.tokens) if name is not None else set()
