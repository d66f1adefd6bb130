"""Scoring answers against gold: orders (single messages) and dialogues.

Lines and modifiers are compared as multisets and equal lines are merged, so that 1 + 1 lattes are 2 lattes. In
dialogues, what says nothing is dropped first from both sides: see `plain`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.orders.lines import Choice, Line, Slot, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.catalogue.menu import Item, Menu
    from scripts.benchmarks.gold import GoldDialogue, GoldOrder


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood of one message; `unexplained` words would have been asked about."""

    lines: tuple[Line, ...]
    unexplained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderResult:
    """One answer beside its gold."""

    gold: GoldOrder
    answer: Answer
    exact: bool
    silently_wrong: bool
    negations: int
    negations_lost: int
    added: bool


@dataclass(frozen=True, slots=True)
class OrderScore:
    """Figures over many orders; shares are in percent.

    `silently_wrong`: nobody would have been asked, though the lines are wrong or something needed asking.
    `asked` is over the orders that are clear, `asked_when_needed` over those that need it.
    """

    count: int
    exact: float
    silently_wrong: float
    asked: float
    asked_when_needed: float
    negations: int
    negations_lost: int
    added: int


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a dialogue: after each turn the cart and whether the reply asked, and whether an order stands."""

    carts: tuple[tuple[Line, ...], ...]
    asks: tuple[bool, ...]
    placed: bool
    replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueResult:
    """One dialogue beside its gold; `carts` and `asks` are None at turns that are not checked."""

    gold: GoldDialogue
    played: Played
    carts: tuple[bool | None, ...]
    asks: tuple[bool | None, ...]
    placed: bool

    @property
    def task(self) -> bool:
        """Whether the last checked cart and what was placed are right."""
        checked = [c for c in self.carts if c is not None]
        return self.placed and (not checked or checked[-1])

    @property
    def whole(self) -> bool:
        """Whether everything is right."""
        return self.placed and False not in self.carts and False not in self.asks


@dataclass(frozen=True, slots=True)
class DialogueScore:
    """Figures over many dialogues, in percent."""

    count: int
    whole: float
    task: float
    turn_carts: float
    asks: float
    placed: float


def judge_order(gold: GoldOrder, answer: Answer) -> OrderResult:
    """Compare one answer with its gold."""
    exact = units(answer.lines) == units(gold.lines)
    certain = not answer.unexplained
    expected = negations(gold.lines)
    lost = expected - negations(answer.lines)
    more = Counter(i for line in answer.lines for i in [line.item]) - Counter(line.item for line in gold.lines)
    return OrderResult(
        gold,
        answer,
        exact,
        silently_wrong=certain and (not exact or gold.asks is True),
        negations=expected.total(),
        negations_lost=lost.total() if certain else 0,
        added=certain and bool(more),
    )


def score_orders(results: Sequence[OrderResult]) -> OrderScore:
    """Sum up."""
    clear = [bool(r.answer.unexplained) for r in results if r.gold.asks is False]
    needy = [bool(r.answer.unexplained) for r in results if r.gold.asks]
    return OrderScore(
        count=len(results),
        exact=percent(r.exact for r in results),
        silently_wrong=percent(r.silently_wrong for r in results),
        asked=percent(clear),
        asked_when_needed=percent(needy),
        negations=sum(r.negations for r in results),
        negations_lost=sum(r.negations_lost for r in results),
        added=sum(r.added for r in results),
    )


def judge_dialogue(menu: Menu, gold: GoldDialogue, played: Played) -> DialogueResult:
    """Compare one dialogue with its gold; a turn that was not played is wrong."""
    carts: list[bool | None] = []
    asks: list[bool | None] = []
    for number, turn in enumerate(gold.turns):
        here = number < len(played.carts)
        carts.append(None if turn.cart is None else here and _same(menu, played.carts[number], turn.cart))
        asks.append(None if turn.asks is None else here and played.asks[number] == turn.asks)
    return DialogueResult(gold, played, tuple(carts), tuple(asks), played.placed == gold.placed)


def score_dialogues(results: Sequence[DialogueResult]) -> DialogueScore:
    """Sum up."""
    return DialogueScore(
        count=len(results),
        whole=percent(r.whole for r in results),
        task=percent(r.task for r in results),
        turn_carts=percent(c for r in results for c in r.carts if c is not None),
        asks=percent(a for r in results for a in r.asks if a is not None),
        placed=percent(r.placed for r in results),
    )


def units(lines: Iterable[Line]) -> Counter[tuple[object, ...]]:
    """The lines as a multiset of single units; modifiers named twice are added up."""
    count: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        whole = replace(
            line,
            modifiers=_summed(line.modifiers),
            slots=tuple(replace(s, modifiers=_summed(s.modifiers)) for s in line.slots),
        )
        count[whole.unit] += line.quantity
    return count


def negations(lines: Iterable[Line]) -> Counter[tuple[str, str]]:
    """What is left out of which item, once a line; what fills a combo's slot counts as an item of its own."""
    found: Counter[tuple[str, str]] = Counter()
    for line in merged(lines):
        for item, choices in [(line.item, line.modifiers), *((s.item, s.modifiers) for s in line.slots)]:
            found.update((item, c.modifier) for c in choices if c.pre_modifier == "no")
    return found


def plain(menu: Menu, lines: Iterable[Line]) -> list[Line]:
    """Lines without what says nothing: defaults, "regular", "no X" of something that is not in the item anyway.

    A slot of a combo that leaves no choice fills itself.
    """
    return [_plain_line(menu, line) for line in lines]


def percent(values: Iterable[bool]) -> float:
    """The share of true ones, in percent; 0 of none."""
    seen = list(values)
    return 100 * sum(seen) / len(seen) if seen else 0.0


def _same(menu: Menu, got: Iterable[Line], expected: Iterable[Line]) -> bool:
    return units(plain(menu, got)) == units(plain(menu, expected))


def _plain_line(menu: Menu, line: Line) -> Line:
    combo = menu.combos_by_id.get(line.item)
    if combo is None:
        variation, modifiers = _plain_parts(menu, line.item, line.variation, line.modifiers)
        return replace(line, variation=variation, modifiers=modifiers)
    slots = [Slot(s.slot, s.item, *_plain_parts(menu, s.item, s.variation, s.modifiers)) for s in line.slots]
    taken = Counter(s.slot for s in slots)
    for slot in combo.slots:
        if len(slot.items) == 1:
            slots += [Slot(slot.id, slot.items[0])] * (slot.quantity - taken[slot.id])
    return replace(line, slots=tuple(slots))


def _plain_parts(
    menu: Menu, item_id: str, variation: str | None, choices: Iterable[Choice]
) -> tuple[str | None, tuple[Choice, ...]]:
    item = menu.items_by_id.get(item_id)
    if item is None:
        return variation, tuple(choices)
    default = item.default_variation
    kept = (replace(c, pre_modifier=None) if c.pre_modifier == "regular" else c for c in choices)
    said = tuple(c for c in kept if not _says_nothing(menu, item, c))
    return (None if default and default.id == variation else variation), said


def _says_nothing(menu: Menu, item: Item, choice: Choice) -> bool:
    group = menu.groups_by_id.get(choice.group)
    modifier = group.modifier(choice.modifier) if group else None
    if modifier is None:
        return False
    if choice.pre_modifier == "no" and not modifier.default:
        contains = f"{item.name} {item.description}".casefold()
        return not any(name.casefold() in contains for name in (modifier.name, *modifier.aliases))
    return modifier.default and choice.pre_modifier is None and choice.quantity == 1


def _summed(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    total: Counter[Choice] = Counter()
    for choice in choices:
        total[replace(choice, quantity=1)] += choice.quantity
    return tuple(replace(c, quantity=n) for c, n in total.items())
