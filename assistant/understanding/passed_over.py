"""Words that were passed over beside a reading, and may well have meant something: they are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding import levels, slips
from assistant.understanding.edges import CONTENT
from assistant.understanding.message import tokens_of
from assistant.understanding.tokens import stem
from assistant.understanding.weighing import Weighing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.understanding.edges import Edge
    from assistant.understanding.message import Message
    from assistant.understanding.outcome import Outcome


_ADDS = frozenset({"and", "with"})


class PassedOver:
    """Looks at the words of one message that caused nothing, beside the lines that it was read as."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._grammar = message.grammar
        self._words = message.words
        self._bounds = message.bounds

    def beside_names(self, outcome: Outcome) -> set[int]:
        """Those that stand beside a name of which they may be a part, and those that put something on the side."""
        return {*self._sides(outcome), *self._beside(outcome)}

    def over(self, outcome: Outcome, declined: set[int]) -> None:
        """Add the positions of all others to what is left; `declined` are those of what was said not to be wanted."""
        caused = tokens_of(outcome.lines)
        outcome.left.update(self._groups(outcome, caused | outcome.retracted | declined))
        for found in (
            self._far_denials, self._replacing, self._dangling, self._exceptions, self._exclusions,
            self._sized_otherwise, self._made_for, self._misspelt, self._corrected_nothing, self._kinds_alone,
            self._of_them,
        ):  # fmt: skip
            outcome.left.update(found(outcome, caused))
        outcome.left.update(self._unused(outcome, declined, caused))

    def _sides(self, outcome: Outcome) -> Iterator[int]:
        """The words of an "on the side" after a modifier that was read as if they were not there."""
        sides = [e for e in self._message.of_kind("on_side") if e.end - e.start > 1]
        if not sides:
            return
        caused = tokens_of(outcome.lines)
        modifiers = {t for line in outcome.lines for c in line.causes if c.part == "modifier" for t in c.tokens}
        for edge in sides:
            if edge.start - 1 in modifiers or _of_a_part(self._message.edges, edge, caused):
                yield from (t for t in edge.tokens if t not in caused)

    def _beside(self, outcome: Outcome) -> Iterator[int]:
        """Words that tell what a thing is, passed over beside a name of which only a part was said: "half sweet"."""
        causes = [c for line in outcome.lines for c in line.causes if c.part in CONTENT or c.part == "slot"]
        caused = tokens_of(outcome.lines)
        for cause in causes:
            near = [t for t in (cause.tokens[0] - 1, cause.tokens[-1] + 1) if 0 <= t < len(self._words)]
            for t in near:
                paused = self._bounds[max(t, cause.tokens[0])]
                if t not in caused and not paused and self._message.tells(t) and self._message.partial(cause):
                    yield t

    def _groups(self, outcome: Outcome, taken: set[int]) -> Iterator[int]:
        """The name of a group with none of its choices beside it."""
        groups = self._message.of_kind("group")
        if not groups:
            return
        chosen = {
            t: c.value.partition("/")[0] for line in outcome.lines for c in line.causes if c.part == "modifier"
            for t in c.tokens
        }  # fmt: skip
        for edge in groups:
            beside = {chosen.get(edge.start - 1), chosen.get(edge.end), chosen.get(edge.start - 2)}
            if taken.isdisjoint(edge.tokens) and not beside & edge.heads:
                yield from edge.tokens

    def _far_denials(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """Words that tell something between a "no" and what it is taken to deny: "not too sweet, say 25 %"."""
        for line in outcome.lines:
            for denial in (c for c in line.causes if c.part == "negation"):
                target = next(c for c in line.causes if c.part == "modifier" and c.value == denial.value)
                yield from self._between((*denial.tokens, *target.tokens), caused)
                group = self._grammar.groups[denial.value.split("/")[0]]
                between = {*range(denial.tokens[-1] + 1, target.tokens[0])} - caused
                if between and levels.is_scale(group, self._grammar.knowledge.foods):
                    yield from between  # "not too spicy" is a step that was not named
            for cause in (c for c in line.causes if c.part == "modifier"):
                if self._grammar.knowledge.negative.intersection(self._words[t] for t in cause.tokens):
                    yield from self._between(cause.tokens, caused)

    def _between(self, tokens: tuple[int, ...], caused: set[int]) -> Iterator[int]:
        return (t for t in range(min(tokens), max(tokens)) if t not in caused and self._message.tells(t))

    def _replacing(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """An "instead" where nothing was denied or taken back, so that nobody knows of what."""
        denials, replacing = self._grammar.knowledge.negative, self._grammar.knowledge.replacing
        if replacing.isdisjoint(self._words) or outcome.retracted:
            return
        if any(c.part == "negation" for line in outcome.lines for c in line.causes):
            return
        yield from (
            t
            for t, word in enumerate(self._words)
            if word in replacing and t not in caused and denials.isdisjoint(self._words)
        )

    def _dangling(self, _: Outcome, caused: set[int]) -> Iterator[int]:
        """A "with" after which nothing comes: "one without icing, one with"."""
        dangling = self._grammar.knowledge.dangling
        for t, word in enumerate(self._words) if not dangling.isdisjoint(self._words) else ():
            last = t + 1 == len(self._words) or bool(self._bounds[t + 1])
            if last and word in dangling and t not in caused:
                yield t

    def _exceptions(self, outcome: Outcome, _: set[int]) -> Iterator[int]:
        """What follows the "but" of "any muffin but bran" as if it were wanted."""
        known = self._grammar.knowledge
        if known.universal.isdisjoint(self._words):
            return
        universal = -1
        wanted = {t for line in outcome.lines for c in line.causes if c.part == "modifier" for t in c.tokens}
        wanted -= {t for line in outcome.lines for c in line.causes if c.part == "negation" for t in c.tokens}
        for t, word in enumerate(self._words):
            if self._bounds[t] == ".":
                universal = -1
            universal = t if word in known.universal else universal
            but = any(c.kind == "connector" and c.value == "but" for c in known.closed.get((word,), ()))
            if universal >= 0 and but and {t + 1, t + 2} & wanted:
                yield t

    def _exclusions(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """The "only" of "ketchup only", where the item comes with more than that unless it is told not to."""
        known = self._grammar.knowledge
        for line in outcome.lines if not known.exclusive.isdisjoint(self._words) else ():
            said = {(c.group, c.modifier) for c in line.line.modifiers}
            groups = self._grammar.menu.groups_of(line.line.item)
            more = any(m.default and (g.id, m.id) not in said for g in groups if g.max != 1 for m in g.modifiers)
            wanted = [c for c in line.causes if c.part == "modifier"] if more else []
            for cause in wanted:
                for t in (cause.tokens[0] - 1, cause.tokens[-1] + 1):
                    if 0 <= t < len(self._words) and t not in caused and self._words[t] in known.exclusive:
                        yield t

    def _of_them(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """The "one of them" of "two croissants, warm one of them", where all of them were changed."""
        partitives = self._message.of_kind("partitive")
        if not partitives:
            return
        taken = caused | outcome.retracted | {t for u in outcome.unclear for t in u.tokens}
        counts = {e.end: e for e in self._message.of_kind("number") if taken.isdisjoint(e.tokens)}
        for edge in partitives:
            if edge.start in counts and taken.isdisjoint(edge.tokens):
                yield from (*counts[edge.start].tokens, *edge.tokens)

    def _sized_otherwise(self, _: Outcome, caused: set[int]) -> Iterator[int]:
        """The word before a "size" that is no size of this menu: "a kids size coke"."""
        foods = self._grammar.knowledge.foods
        for edge in self._message.of_kind("size_word"):
            t = edge.start - 1
            if t >= 0 and not {t, edge.start} & caused and stem(self._words[t]) in foods.brands | foods.descriptive:
                yield t

    def _made_for(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """The "kids" of "a kids burger" where there is none of their own."""
        brands = self._grammar.knowledge.foods.brands
        named = {t for line in outcome.lines for c in line.causes if c.part in ("item", "slot") for t in c.tokens}
        for t, word in enumerate(self._words[:-1]):
            if t in caused or t + 1 not in named or self._bounds[t + 1] or stem(word) not in brands:
                continue
            if not any(c.kind == "determiner" for c in self._message.closed(t + 1)):  # "for my kids a burger"
                yield t

    def _misspelt(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """Misspelt words that were stepped over and may well have meant something."""
        taken = caused | outcome.retracted
        taken |= {t for u in outcome.unclear for t in u.tokens} | {t for p in outcome.loose for t in p.tokens}
        yield from slips.passed_over(self._grammar, self._words, taken)

    def _corrected_nothing(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """A "scratch that" after which nothing comes: what is to be forgotten, nobody knows."""
        for edge in (e for e in self._message.of_kind("correction") if e.end - e.start > 1):
            behind = range(edge.start, len(self._words))
            if outcome.lines and caused.isdisjoint(behind) and outcome.retracted.isdisjoint(behind):
                yield from edge.tokens

    def _kinds_alone(self, outcome: Outcome, caused: set[int]) -> Iterator[int]:
        """The "sauce" of "a burger with sauce": of which kind, nobody said."""
        taken = caused | outcome.retracted
        for edge in (e for e in self._message.of_kind("filler") if e.value == "part" and e.end == e.start + 1):
            last = edge.end == len(self._words) or bool(self._bounds[edge.end])
            added = any(c.kind == "connector" and c.value in _ADDS for c in self._message.closed(edge.start - 1))
            if last and added and edge.start not in taken:
                yield edge.start

    def _unused(self, outcome: Outcome, declined: set[int], caused: set[int]) -> Iterator[int]:
        """What changed nothing and yet says something; likewise what was denied of the menu to no effect."""
        taken = caused | outcome.retracted | declined
        taken |= {t for u in outcome.unclear for t in u.tokens} | outcome.left
        taken |= {t for p in outcome.loose for t in (*p.tokens, *p.negation)}
        free = set(range(len(self._words))) - taken
        lines = [*outcome.lines, *(u.guess for u in outcome.unclear if u.guess is not None and u.line is None)]
        yield from Weighing(self._message, free).unused(lines)
        if lines and declined:
            for edge in (*self._message.of_kind("modifier"), *self._message.of_kind("group")):
                if declined.issuperset(edge.tokens):
                    yield from edge.tokens


def _of_a_part(edges: list[list[Edge]], side: Edge, caused: set[int]) -> bool:
    """Whether what is wanted on the side was named by its kind alone, and nothing became of it: "dressing"."""
    before = side.start - 1
    return before >= 0 and before not in caused and any(e.value == "part" for e in edges[before])
