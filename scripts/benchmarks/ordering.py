"""Understanding orders: our own orders and dialogues in six languages, noise, speed, an adversary, and the checker.

    scripts/bench ordering [--only orders held-out composed noise dialogues speed adversary checker] [--failures N]
                           [--menus FOLDER] [--orders FILE …] [--dialogues FILE …]

With --orders or --dialogues, other gold in the same format is scored instead of ours; its menus are FOLDER/NAME.json.
--failures lists so many wrong answers of each kind; the held-out orders are never listed, so that nobody fits to them.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.understanding import best_lines, compile_menu, doubtful_words, read
from assistant.understanding.certificate import certificate_of
from assistant.understanding.checker import check
from comanda.converse import stage
from core.orders.lines import Line, merged
from scripts.benchmarks import gold, noise, scoring
from scripts.benchmarks.adversary import attack
from scripts.benchmarks.checking import share_found
from scripts.benchmarks.composed import composed
from scripts.benchmarks.failures import dialogue_failures, order_failures
from scripts.benchmarks.report import Figure, grid, milliseconds
from scripts.benchmarks.scoring import Answer, DialogueResult, OrderResult, Played
from scripts.benchmarks.speed import measure_speed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from assistant.understanding import Grammar
    from assistant.understanding.certificate import Certificate
    from core.catalogue.menu import Menu
    from scripts.benchmarks.gold import GoldDialogue, GoldOrder

_PROPOSALS = 100_000
_MISTYPED = 10_000
_MENUS = 50
_COMPOSED = 30  # orders put together for each menu
_PARTS = ("orders", "held-out", "composed", "noise", "dialogues", "speed", "adversary", "checker")
_NUMBER_WORDS = frozenset({"two", "three", "four", "five", "six", "seven", "eight", "nine"})


class Bench:
    """The gold and its menus, compiled once with and once without aliases."""

    def __init__(self, orders: Sequence[GoldOrder], dialogues: Sequence[GoldDialogue], folder: Path | None) -> None:
        self.orders = orders
        self.dialogues = dialogues
        self.menus = gold.menus([*(g.menu for g in orders), *(d.menu for d in dialogues)], folder)
        named = {g.menu for g in orders}
        self.grammars = {name: compile_menu(self.menus[name]) for name in sorted(named)}
        self.bare = {name: compile_menu(gold.bare(self.menus[name])) for name in sorted(named)}

    def answer(self, grammars: Mapping[str, Grammar], text: Callable[[GoldOrder], str]) -> list[OrderResult]:
        """Read every order as `text` gives it and judge what was understood."""
        return [scoring.judge_order(g, understood(grammars[g.menu], text(g))) for g in self.orders]


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """All the figures, or those that the options ask for; tables by language, menu and tag go to standard output."""
    chosen = _options(options)
    foreign = bool(chosen.orders or chosen.dialogues)
    orders = gold.orders(chosen.orders) if chosen.orders or not foreign else []
    dialogues = gold.dialogues(chosen.dialogues) if chosen.dialogues or not foreign else []
    bench = Bench(orders, dialogues, chosen.menus)
    parts: dict[str, Callable[[], list[Figure]]] = {
        "orders": lambda: _orders(bench, chosen.failures),
        "held-out": _held_out,
        "composed": lambda: _composed(bench, chosen.failures),
        "noise": lambda: _noise(bench, chosen.failures),
        "dialogues": lambda: _dialogues(bench, chosen.failures),
        "speed": _speed,
        "adversary": lambda: _adversary(chosen.failures),
        "checker": lambda: _checker(bench, chosen.failures),
    }
    wanted = chosen.only or (("orders", "noise", "dialogues") if foreign else _PARTS)
    without = {"dialogues"} if not dialogues else set()
    without |= {"orders", "composed", "noise", "checker"} if not orders else set()
    return [figure for part in wanted if part not in without for figure in parts[part]()]


def understood(grammar: Grammar, text: str) -> Answer:
    """What is understood of one message, as `comanda understand` would answer."""
    reading = read(grammar, text)
    words = tuple(reading.tokens[p].text for p in doubtful_words(reading))
    return Answer(merged(best_lines(reading)), words)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench ordering", description="Measure how orders are understood.")
    parser.add_argument("--only", nargs="+", choices=_PARTS, help="measure these parts only")
    parser.add_argument("--orders", nargs="+", type=Path, help="gold orders, JSON lines, instead of ours")
    parser.add_argument("--dialogues", nargs="+", type=Path, help="gold dialogues, JSON lines, instead of ours")
    parser.add_argument("--menus", type=Path, help="the folder of their menus")
    parser.add_argument("--failures", type=int, default=0, help="list so many wrong answers of each kind")
    chosen = parser.parse_args(arguments)
    if (chosen.orders or chosen.dialogues) and not chosen.menus:
        parser.error("--orders and --dialogues need --menus, the folder of their menus")
    return chosen


def _orders(bench: Bench, failures: int) -> list[Figure]:
    full = bench.answer(bench.grammars, lambda g: g.text)
    bare = bench.answer(bench.bare, lambda g: g.text)
    _print_orders("language", full, bare, lambda r: r.gold.locale)
    _print_orders("menu", full, bare, lambda r: r.gold.menu)
    sys.stdout.write(order_failures(full, failures))
    score, without = scoring.score_orders(full), scoring.score_orders(bare)
    english = scoring.score_orders([r for r in full if r.gold.locale == "en"])
    figures = [
        Figure(f"orders, all {score.count}: exact", f"{score.exact:.1f} %", "≥ 95 %"),
        Figure("the same without aliases in the menus", f"{without.exact:.1f} %", "≥ 85 %"),
        Figure(f"orders in English, {english.count}: exact", f"{english.exact:.1f} %", "≥ 95 %"),
        Figure(
            "silently wrong: all / English / without aliases",
            f"{score.silently_wrong:.1f} / {english.silently_wrong:.1f} / {without.silently_wrong:.1f} %",
            "≤ 0.2 %",
        ),
        Figure(f"negations lost silently, of {score.negations}", str(score.negations_lost), "0"),
        Figure("orders with an item added silently", str(score.added), "0"),
        Figure("clear orders asked about: all / English", f"{score.asked:.1f} / {english.asked:.1f} %", "≤ 5 %"),
    ]
    if any(g.asks for g in bench.orders):
        figures.append(Figure("orders that need asking, asked about", f"{score.asked_when_needed:.1f} %", "100 %"))
    return figures


def _held_out() -> list[Figure]:
    bench = Bench(gold.held_out(), gold.held_out_dialogues(), None)
    answers, answers_bare = (bench.answer(g, lambda order: order.text) for g in (bench.grammars, bench.bare))
    _print_orders("language", answers, answers_bare, lambda r: r.gold.locale, "Held-out orders")
    talks = _talked(bench)
    _print_dialogues("language", talks, lambda r: [r.gold.locale], "Held-out dialogues")
    full, bare, talk = scoring.score_orders(answers), scoring.score_orders(answers_bare), scoring.score_dialogues(talks)
    english = scoring.score_orders([r for r in answers if r.gold.locale == "en"])
    return [
        Figure(
            f"held-out orders, {full.count}: exact / English / without aliases",
            f"{full.exact:.1f} / {english.exact:.1f} / {bare.exact:.1f} %",
            "≥ 95 / 95 / 85 %",
        ),
        Figure(
            "held-out orders: silently wrong / negations lost / items added",
            f"{full.silently_wrong:.1f} % / {full.negations_lost} / {full.added}",
            "≤ 0.2 % / 0 / 0",
        ),
        Figure(
            f"held-out dialogues, {talk.count}: whole / task / asks",
            f"{talk.whole:.1f} / {talk.task:.1f} / {talk.asks:.1f} %",
            "≥ 97 / 99 / 99 %",
        ),
    ]


def _composed(bench: Bench, failures: int) -> list[Figure]:
    made = [c for name in bench.grammars for c in composed(name, bench.menus[name], _COMPOSED, 1)]
    kinds = {c.order.id: c.kind for c in made}
    full, bare = (
        [scoring.judge_order(c.order, understood(grammars[c.order.menu], c.order.text)) for c in made]
        for grammars in (bench.grammars, bench.bare)
    )
    _print_orders("language", full, bare, lambda r: r.gold.locale, "Composed orders")
    _print_orders("construction", full, bare, lambda r: kinds[r.gold.id], "Composed orders")
    sys.stdout.write(order_failures([r for r in full if r.silently_wrong], failures))
    score, without = scoring.score_orders(full), scoring.score_orders(bare)
    return [
        Figure(
            f"composed orders, {score.count}: exact / without aliases", f"{score.exact:.1f} / {without.exact:.1f} %"
        ),
        Figure(
            "composed orders: silently wrong / without aliases",
            f"{score.silently_wrong:.1f} / {without.silently_wrong:.1f} %",
            "≤ 0.2 %",
        ),
        Figure(
            "composed orders: negations lost / items added silently", f"{score.negations_lost} / {score.added}", "0 / 0"
        ),
        Figure("composed orders asked about", f"{score.asked:.1f} %", "≤ 5 %"),
    ]


def _noise(bench: Bench, failures: int) -> list[Figure]:
    quiet = bench.answer(bench.grammars, lambda g: g.text)
    clean = scoring.score_orders(quiet).exact

    def loss(dials: noise.Dials, seed: str) -> tuple[float, float, float]:
        results = bench.answer(bench.grammars, lambda g: _noisy(bench, g, dials, seed))
        worse = [r for r, before in zip(results, quiet, strict=True) if before.exact and not r.exact]
        if seed in {"round 0", "alone"}:
            sys.stdout.write(order_failures(worse, failures, lambda g: _noisy(bench, g, dials, seed)))
        score = scoring.score_orders(results)
        return clean - score.exact, score.silently_wrong, 100 * len(worse) / max(sum(r.exact for r in quiet), 1)

    mixed = [loss(noise.USUAL, f"round {n}") for n in range(3)]
    rough = [loss(noise.ROUGH, f"round {n}") for n in range(2)]
    alone = noise.each_kind(noise.ROUGH) | noise.each_kind(noise.USUAL)
    kinds = {name: loss(dials, "alone") for name, dials in alone.items()}
    spread = ", ".join(f"{name} {lost:.1f}" for name, (lost, _, _) in kinds.items())
    unasked = ", ".join(f"{name} {silent:.1f}" for name, (_, silent, _) in kinds.items())
    return [
        Figure("noise: exact points lost, three rounds", f"{_mean(m[0] for m in mixed):.1f}", "≤ 2"),
        Figure("noise: orders that were right and no longer are", f"{_mean(m[2] for m in mixed):.1f} %"),
        Figure("noise: silently wrong", f"{_mean(m[1] for m in mixed):.1f} %"),
        Figure("rough noise: exact points lost, two rounds", f"{_mean(m[0] for m in rough):.1f}", "≤ 4"),
        Figure("rough noise: silently wrong", f"{_mean(m[1] for m in rough):.1f} %"),
        Figure("noise: points lost by one kind alone", spread),
        Figure("noise: silently wrong by one kind alone", unasked),
    ]


def _noisy(bench: Bench, order: GoldOrder, dials: noise.Dials, seed: str) -> str:
    variations = [v for i in bench.menus[order.menu].items for v in i.variations]
    names = {w.casefold() for v in variations for name in (v.name, *v.aliases) for w in name.split()}
    sized = _NUMBER_WORDS & names
    return noise.noisy(order.text, f"{order.id} {seed}", dials, locale=order.locale, sized=frozenset(sized))


def _talked(bench: Bench) -> list[DialogueResult]:
    results: list[DialogueResult] = []
    by_menu: defaultdict[str, list[GoldDialogue]] = defaultdict(list)
    for dialogue in bench.dialogues:
        by_menu[dialogue.menu].append(dialogue)
    for name, dialogues in by_menu.items():
        with stage(bench.menus[name]) as shop:
            for dialogue in dialogues:
                played = _played(shop.play(dialogue.id, [t.say for t in dialogue.turns]))
                results.append(scoring.judge_dialogue(bench.menus[name], dialogue, played))
    return results


def _dialogues(bench: Bench, failures: int) -> list[Figure]:
    results = _talked(bench)
    _print_dialogues("language", results, lambda r: [r.gold.locale])
    _print_dialogues("menu", results, lambda r: [r.gold.menu])
    _print_dialogues("tag", results, lambda r: r.gold.tags)
    sys.stdout.write(dialogue_failures(results, failures))
    score = scoring.score_dialogues(results)
    english = scoring.score_dialogues([r for r in results if r.gold.locale == "en"])
    return [
        Figure(
            f"dialogues, all {score.count} / {english.count} English: whole", _two(score.whole, english.whole), "≥ 97 %"
        ),
        Figure("dialogues: task", _two(score.task, english.task), "≥ 99 %"),
        Figure("dialogues: asks", _two(score.asks, english.asks), "≥ 99 %"),
        Figure("dialogues: carts of turns", _two(score.turn_carts, english.turn_carts)),
        Figure("dialogues: placed", _two(score.placed, english.placed)),
    ]


def _played(answer: Mapping[str, Any]) -> Played:
    carts = tuple(tuple(Line.from_json(line) for line in cart) for cart in answer["carts"])
    return Played(carts, tuple(answer["asks"]), answer["placed"], tuple(answer["replies"]))


def _speed() -> list[Figure]:
    speed = measure_speed()
    reading, splitting = milliseconds(speed.reading), milliseconds(speed.splitting)
    return [
        Figure("300 items: the menu compiled", f"{speed.compiling:.2f} s", "≤ 2 s"),
        Figure("300 items: a message read, p50 / p99", f"{reading[0]:.2f} / {reading[2]:.2f} ms", "≤ 0.5 / 5 ms"),
        Figure("the message split at spaces, p50 / p99", f"{splitting[0]:.4f} / {splitting[2]:.4f} ms"),
    ]


def _adversary(failures: int) -> list[Figure]:
    damage, mistyped = attack(_PROPOSALS, _MENUS), attack(_MISTYPED, _MENUS, mistyped=True)
    for kind in (damage.violations, damage.exceptions, mistyped.violations, mistyped.exceptions):
        for what, times in kind.most_common(failures):
            example = (damage.examples.get(what) or mistyped.examples[what])[:200]
            sys.stdout.write(f"adversary, {times} times: {what}\n    {example}\n")
    done = f"{damage.proposals} proposals, {damage.carried_out} carried out"
    return [
        Figure(
            f"adversary ({done}): violations / exceptions",
            f"{damage.violations.total()} / {damage.exceptions.total()}",
            "0 / 0",
        ),
        Figure(
            f"adversary with values of wrong types ({mistyped.proposals}): violations / exceptions",
            f"{mistyped.violations.total()} / {mistyped.exceptions.total()}",
            "0 / 0",
        ),
    ]


def _checker(bench: Bench, failures: int) -> list[Figure]:
    proofs: list[tuple[Menu, Certificate]] = []
    right = refused = 0
    for order in bench.orders:
        reading = read(bench.grammars[order.menu], order.text)
        answer = Answer(merged(best_lines(reading)), tuple(str(p) for p in doubtful_words(reading)))
        if answer.unexplained or not scoring.judge_order(order, answer).exact or not answer.lines:
            continue
        right += 1
        menu, proof = bench.menus[order.menu], certificate_of(reading)
        if check(menu, proof):
            refused += 1
        else:
            proofs.append((menu, proof))
    seeded, found = share_found(proofs)
    rows = [(name, str(found[name]), str(seeded[name])) for name in seeded if found[name] < seeded[name] or failures]
    sys.stdout.write(grid("Seeded faults that the checker missed", ("fault", "found", "seeded"), rows))
    share = 100 * found.total() / seeded.total() if seeded else 0.0
    return [
        Figure(f"checker: seeded faults found, of {seeded.total()}", f"{share:.1f} %", "100 %"),
        Figure(f"checker: right certificates refused, of {right}", str(refused), "0"),
    ]


def _print_orders(
    title: str,
    full: Sequence[OrderResult],
    bare: Sequence[OrderResult],
    of: Callable[[OrderResult], str],
    what: str = "Orders",
) -> None:
    rows = []
    for name in dict.fromkeys(of(r) for r in full):
        score = scoring.score_orders([r for r in full if of(r) == name])
        without = scoring.score_orders([r for r in bare if of(r) == name])
        values = (score.exact, without.exact, score.silently_wrong, score.asked)
        counts = (score.negations_lost, score.added)
        rows.append((name, str(score.count), *(f"{v:.1f}" for v in values), *map(str, counts)))
    head = (title, "orders", "exact %", "without aliases %", "silent %", "asked %", "negations lost", "items added")
    sys.stdout.write(grid(f"{what} by {title}", head, rows))


def _print_dialogues(
    title: str,
    results: Sequence[DialogueResult],
    of: Callable[[DialogueResult], Iterable[str]],
    what: str = "Dialogues",
) -> None:
    rows = []
    for name in dict.fromkeys(n for r in results for n in of(r)):
        score = scoring.score_dialogues([r for r in results if name in of(r)])
        values = (score.whole, score.task, score.asks)
        rows.append((name, str(score.count), *(f"{v:.1f}" for v in values)))
    sys.stdout.write(grid(f"{what} by {title}", (title, "dialogues", "whole %", "task %", "asks %"), rows))


def _two(everything: float, english: float) -> str:
    return f"{everything:.1f} / {english:.1f} %"


def _mean(values: Iterable[float]) -> float:
    seen = list(values)
    return sum(seen) / len(seen)
