"""Wrong answers, spelled so that a person sees at once what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.benchmarks.scoring import units

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Sequence

    from core.orders.lines import Choice, Line
    from scripts.benchmarks.gold import GoldOrder
    from scripts.benchmarks.scoring import DialogueResult, OrderResult

_SIGNS = {None: "", "no": "-", "extra": "+", "light": "~", "side": ">", "regular": "="}


def order_failures(
    results: Sequence[OrderResult], most: int, said: Callable[[GoldOrder], str] = lambda gold: gold.text
) -> str:
    """The first `most` wrong orders of each language, silently wrong ones first; `said` is the text that was read."""
    wrong = [r for r in results if not r.exact or r.silently_wrong]
    wrong.sort(key=lambda r: not r.silently_wrong)
    chosen = [r for locale in dict.fromkeys(r.gold.locale for r in results) for r in _of(wrong, locale)[:most]]
    return "".join(_order(r, said(r.gold)) for r in chosen)


def dialogue_failures(results: Sequence[DialogueResult], most: int) -> str:
    """The first `most` wrong dialogues of each language, up to their first wrong turn."""
    wrong = [r for r in results if not r.whole]
    languages = dict.fromkeys(r.gold.locale for r in results)
    return "".join(_dialogue(r) for lang in languages for r in [w for w in wrong if w.gold.locale == lang][:most])


def spelled(lines: Iterable[Line]) -> str:
    """Lines in short: 2 latte:large oat -foam; 1 lunch(main=blt, drink=water)."""
    return "; ".join(_spelled(line) for line in lines) or "nothing"


def _of(results: Sequence[OrderResult], locale: str) -> list[OrderResult]:
    return [r for r in results if r.gold.locale == locale]


def _order(result: OrderResult, said: str) -> str:
    got, expected = units(result.answer.lines), units(result.gold.lines)
    kind = "SILENT" if result.silently_wrong else "asked" if result.answer.unexplained else "wrong"
    rows = [f"{result.gold.id} {kind}: {said}"]
    if got == expected:
        rows.append(f"    lines right, but needs asking: {spelled(result.gold.lines)}")
    else:
        rows.append(f"    gold {spelled(_among(result.gold.lines, expected - got))}")
        rows.append(f"    got  {spelled(_among(result.answer.lines, got - expected))}")
    if result.answer.unexplained:
        rows.append(f"    asks {' '.join(result.answer.unexplained)}")
    return "\n".join(rows) + "\n"


def _among(lines: Iterable[Line], unlike: Counter[tuple[object, ...]]) -> list[Line]:
    """Those of the lines that differ; with how many units too many or too few."""
    return [line.with_quantity(n) for line in lines for unit in units([line]) if (n := unlike.pop(unit, 0))]


def _dialogue(result: DialogueResult) -> str:
    rows = [f"{result.gold.id} ({' '.join(result.gold.tags)})"]
    for number, turn in enumerate(result.gold.turns):
        rows.append(f"    > {turn.say}")
        if number >= len(result.played.carts):
            rows.append("      not played")
            break
        cart_wrong, asks_wrong = result.carts[number] is False, result.asks[number] is False
        if cart_wrong:
            rows.append(f"      gold {spelled(turn.cart or ())}")
            rows.append(f"      got  {spelled(result.played.carts[number])}")
        if asks_wrong:
            rows.append(f"      asks should be {turn.asks}")
        if cart_wrong or asks_wrong:
            said = result.played.replies[number] if number < len(result.played.replies) else ""
            rows.append(f"      < {said}".replace("\n", " / "))
            break
    else:
        rows.append(f"      placed should be {result.gold.placed}")
    return "\n".join(rows) + "\n"


def _spelled(line: Line) -> str:
    if line.slots:
        slots = ", ".join(f"{s.slot}={_unit(s.item, s.variation, s.modifiers)}" for s in line.slots)
        return f"{line.quantity} {line.item}({slots})"
    return f"{line.quantity} {_unit(line.item, line.variation, line.modifiers)}"


def _unit(item: str, variation: str | None, choices: Iterable[Choice]) -> str:
    head = f"{item}:{variation}" if variation else item
    parts = (f"{_SIGNS[c.pre_modifier]}{c.modifier}" + (f"*{c.quantity}" if c.quantity > 1 else "") for c in choices)
    return " ".join((head, *parts))
