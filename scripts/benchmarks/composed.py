"""Orders put together at random from what a menu itself is called, with their gold: nobody has chosen them.

What is said between the names is data: `data/frames.yaml`. A choice whose words mean anything else on the menu is left
out, and of what is sold by the piece only one is ordered, so that there is one right answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

from assistant.understanding.tokens import words_of
from core.orders.lines import Choice, Line
from scripts.benchmarks.gold import DATA, GoldOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.catalogue.menu import Item, Menu, Modifier, PreModifier, Variation

_MOST_CHOICES = 2
_SHAPED = 0.35  # the share of lines that are a construction
_SIBILANTS = ("s", "x", "ch", "sh")


@dataclass(frozen=True, slots=True)
class Composed:
    """An order, and which construction is in it; "plain" where none is."""

    order: GoldOrder
    kind: str


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    lines: tuple[Line, ...]
    kind: str = "plain"


@lru_cache(maxsize=1)
def frames() -> dict[str, dict[str, Any]]:
    """What is said around names, by language; YAML's own words for true and false are words here."""
    read: dict[str, dict[str, Any]] = yaml.load((DATA / "frames.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return read


def composed(name: str, menu: Menu, count: int, seed: int) -> Iterator[Composed]:
    """So many orders on a menu; none where its language has no frames. The same seed gives the same orders."""
    language = menu.locale.split("-")[0]
    if language not in frames():
        return
    composer = _Composer(menu, frames()[language], Random(f"{seed} {name}"))
    for n in range(count):
        said = composer.order()
        yield Composed(GoldOrder(f"{name}-{seed}-{n}", name, language, said.text, said.lines), said.kind)


class _Composer:
    """Puts orders together on one menu."""

    def __init__(self, menu: Menu, frame: dict[str, Any], chance: Random) -> None:
        self._menu = menu
        self._frame = frame
        self._chance = chance
        named = Counter(i.name.casefold() for i in menu.items)
        self._items = [i for i in menu.items if i.available and named[i.name.casefold()] == 1]
        self._words = {w for i in menu.items for w in words_of(i.name)}

    def order(self) -> _Said:
        """One to three lines, one of which may be a construction."""
        chosen = self._chance.sample(self._items, min(len(self._items), self._chance.choice((1, 1, 2, 2, 3))))
        shaped = self._chance.random() < _SHAPED
        parts = [self._shaped(item) if shaped and not n else self._line(item) for n, item in enumerate(chosen)]
        text = parts[0].text
        for part in parts[1:]:
            text += self._one("join") + part.text
        lines = tuple(line for part in parts for line in part.lines)
        return _Said(self._one("open") + text + self._one("close"), lines, parts[0].kind)

    def _one(self, key: str) -> str:
        said: str = self._chance.choice(self._frame[key])
        return said

    def _line(self, item: Item, quantity: int | None = None, *, bare: bool = False) -> _Said:
        number = 1 if _by_the_piece(item) else quantity or self._chance.choice((1, 1, 1, 2, 3))
        size = self._size(item)
        choices = [] if bare else self._choices(item, self._chance.randint(0, _MOST_CHOICES))
        said = self._frame["line"].format(
            number=self._chance.choice(self._frame["numbers"][str(number)]),
            size=size.name.lower() if size else "",
            item=self._named(item, number),
        )
        line = Line(item.id, number, size.id if size else None, tuple(choice for choice, _ in choices))
        return _Said(" ".join(said.split()) + self._besides(choices), (line,))

    def _named(self, item: Item, number: int) -> str:
        name = self._chance.choice((item.name, item.name, *item.aliases)).lower()
        if number == 1 or name.endswith(_SIBILANTS):
            return name
        return name + str(self._frame.get("plural", ""))

    def _size(self, item: Item) -> Variation | None:
        if not item.variations or _by_the_piece(item):
            return None
        needed = len(item.variations) > 1 and not any(v.default for v in item.variations)
        return self._chance.choice(item.variations) if needed or self._chance.random() < 0.5 else None  # noqa: PLR2004

    def _choices(self, item: Item, count: int) -> list[tuple[Choice, str]]:
        found: list[tuple[Choice, str]] = []
        for group, modifier in self._apart(item)[:count]:
            able = [p for p in self._menu.groups_by_id[group].pre_modifiers if p != "regular"]
            pre: PreModifier | None = self._chance.choice((None, None, *able))
            found.append((Choice(group, modifier.id, pre), modifier.name.lower()))
        return found

    def _apart(self, item: Item) -> list[tuple[str, Modifier]]:
        """Choices of an item that nothing else here is called like, in any order, no more than its groups allow."""
        groups = [self._menu.groups_by_id[g] for g in item.modifier_groups]
        called = [
            (frozenset(words_of(name)), m.id) for g in groups for m in g.modifiers for name in (m.name, *m.aliases)
        ]
        found: list[tuple[str, Modifier]] = []
        for group in self._chance.sample(groups, len(groups)):
            able = [m for m in group.modifiers if not group.min and self._clear(m, called)]
            found += [(group.id, m) for m in self._chance.sample(able, min(len(able), group.max or len(able)))]
        return found

    def _clear(self, modifier: Modifier, called: Sequence[tuple[frozenset[str], str]]) -> bool:
        own = frozenset(words_of(modifier.name))
        if any(c.isdigit() for c in modifier.name) or own & self._words:
            return False
        return not any(other != modifier.id and (own <= name or name <= own) for name, other in called)

    def _besides(self, choices: list[tuple[Choice, str]]) -> str:
        """How the choices of a line are said behind it: what is in it, then what is not."""
        amounts = self._frame["amounts"]
        added = [
            self._chance.choice(amounts[c.pre_modifier]).format(name) if c.pre_modifier else name
            for c, name in choices
            if c.pre_modifier != "no"
        ]
        denied = [name for c, name in choices if c.pre_modifier == "no"]
        said = self._one("with").format(self._frame["and"].join(added)) if added else ""
        return said + (self._one("without").format(self._frame["or"].join(denied)) if denied else "")

    def _shaped(self, item: Item) -> _Said:
        """A construction about an item, or a line where it takes none."""
        required = any(self._menu.groups_by_id[g].min for g in item.modifier_groups)
        kind = self._chance.choice(list(self._frame["constructions"]))
        pattern: str = self._chance.choice(self._frame["constructions"][kind])
        built = None if required or _by_the_piece(item) else self._built(kind, pattern, item)
        return replace(built, kind=kind) if built is not None else self._line(item)

    def _built(self, kind: str, pattern: str, item: Item) -> _Said | None:
        if kind == "corrected":
            other = self._line(self._chance.choice(self._items), 1, bare=True)
            meant = self._line(item, 1, bare=True)
            return _Said(pattern.format(other=other.text, line=meant.text), meant.lines)
        if kind == "sizes":
            return self._in_sizes(pattern, item)
        if item.variations:
            return None
        if kind == "recounted":
            number, more = self._chance.sample((2, 3, 4), 2)
            said = pattern.format(number=self._number(number), more=self._number(more), items=self._named(item, 2))
            return _Said(said, (Line(item.id, more),))
        return self._divided(kind, pattern, item)

    def _number(self, number: int) -> str:
        said: str = self._frame["numbers"][str(number)][0]
        return said

    def _in_sizes(self, pattern: str, item: Item) -> _Said | None:
        if len(item.variations) < 2:  # noqa: PLR2004  # sizes
            return None
        first, second = self._chance.sample(item.variations, 2)
        said = pattern.format(
            small=first.name.lower(), large=second.name.lower(), item=self._named(item, 1), items=self._named(item, 2)
        )
        return _Said(said, (Line(item.id, 1, first.id), Line(item.id, 1, second.id)))

    def _divided(self, kind: str, pattern: str, item: Item) -> _Said | None:
        """Several of an item, some or all of them with a choice; the first of a construction may be a line."""
        able = self._apart(item)
        if len(able) < 2:  # noqa: PLR2004  # choices that differ
            return None
        (first_group, first), (second_group, second) = able[:2]
        number = 2 if "{number}" not in pattern else self._chance.choice((2, 3))
        single = self._line(item, 1, bare=True)
        said = pattern.format(
            number=self._number(number), items=self._named(item, 2), line=single.text,
            first=first.name.lower(), second=second.name.lower(),
        )  # fmt: skip
        with_first = Line(item.id, 1, None, (Choice(first_group, first.id),))
        plain = Line(item.id, number - 1)
        lines = {
            "one of them": (with_first, plain),
            "one and one": (with_first, Line(item.id, 1, None, (Choice(second_group, second.id),))),
            "another": (with_first, Line(item.id, 1)),
        }
        return _Said(said, lines.get(kind, (replace(with_first, quantity=number),)))


def _by_the_piece(item: Item) -> bool:
    """Whether its sizes are numbers of pieces, so that a number may be a size."""
    counted = {*"0123456789", "two", "three", "four", "five", "six"}
    return any(counted.intersection((*v.name, *words_of(v.name))) for v in item.variations)
