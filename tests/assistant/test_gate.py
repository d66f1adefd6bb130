"""Nothing that was read reaches the cart without a certificate that holds, however wrong the parser is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.commands import ReplaceLine
from assistant.dialogue.draft import Draft
from assistant.engine import Assistant
from assistant.proposals import certified
from assistant.understanding import Cause, compile_menu, read
from comanda.converse import stage
from core.orders.lines import Choice
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.commands import Command
    from assistant.understanding import Reading, ReadLine

MENU = MENUS["tea"]
SAID = "three yuzu green teas without ice and a kaya toast"


def _every(change: Callable[[ReadLine], ReadLine]) -> Callable[[Reading], Reading]:
    return lambda reading: replace(reading, lines=tuple(map(change, reading.lines)))


def _lost_no(line: ReadLine) -> ReadLine:
    kept = tuple(replace(c, pre_modifier=None) for c in line.line.modifiers)
    return replace(line, line=replace(line.line, modifiers=kept))


WRONG: dict[str, Callable[[Reading], Reading]] = {
    "more than was said": _every(lambda r: replace(r, line=r.line.with_quantity(r.line.quantity + 1))),
    "another item": _every(lambda r: replace(r, line=replace(r.line, item="waffle"))),
    "not on the menu": _every(lambda r: replace(r, line=replace(r.line, item="gold"))),
    "no cause": _every(lambda r: replace(r, causes=())),
    "a modifier that was not said": _every(
        lambda r: replace(r, line=replace(r.line, modifiers=(*r.line.modifiers, Choice("pearls", "tapioca"))))
    ),
    "a cause for nothing": _every(lambda r: replace(r, causes=(*r.causes, Cause("variation", "large", (0,))))),
    "every line twice": lambda reading: replace(
        reading, lines=tuple(itertools.chain.from_iterable((r, r) for r in reading.lines))
    ),
}


def test_what_the_parser_reads_is_certified_and_stays() -> None:
    reading = read(compile_menu(MENU), SAID)
    assert [(r.line.item, r.line.quantity) for r in reading.lines] == [("yuzu", 3), ("toast", 1)]
    assert certified(MENU, reading) is reading


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_line_is_left_out_and_its_words_are_unexplained(wrong: Callable[[Reading], Reading]) -> None:
    reading = wrong(read(compile_menu(MENU), SAID))
    checked = certified(MENU, reading)
    assert checked.lines == ()
    assert checked.notes != reading.notes
    caused = {t for r in reading.lines for c in r.causes for t in c.tokens}
    assert caused <= set(checked.unexplained)


def test_a_lost_no_is_left_out_and_the_rest_stays() -> None:
    checked = certified(MENU, _every(_lost_no)(read(compile_menu(MENU), SAID)))
    assert [r.line.item for r in checked.lines] in (["toast"], [])


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_parser_gone_wrong_puts_nothing_into_the_cart(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Reading], Reading]
) -> None:
    def broken(*args: Any, **more: Any) -> Reading:  # noqa: ANN401
        return wrong(read(*args, **more))

    monkeypatch.setattr("assistant.engine.read", broken)
    with stage(MENU, Assistant()) as shop:
        played = shop.play("x", ["a yuzu green tea please", "and a kaya toast"])
    assert played["carts"] == [[], []]
    assert played["asks"] == [True, True]


def test_without_the_gate_the_same_parser_would_sell_what_nobody_ordered(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **more: Any) -> Reading:  # noqa: ANN401
        return WRONG["another item"](read(*args, **more))

    monkeypatch.setattr("assistant.engine.read", broken)
    monkeypatch.setattr("assistant.engine.certified", lambda _menu, reading: reading)
    with stage(MENU, Assistant()) as shop:
        played = shop.play("x", ["a yuzu green tea please"])
    assert [line["item"] for line in played["carts"][0]] == ["waffle"]


def _adding_pearls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every edit of a line also puts pearls into it, as a bug in an edit might."""
    right = Draft.do

    def wrong(draft: Draft, command: Command) -> bool:
        if isinstance(command, ReplaceLine):
            line = command.line
            more = replace(line, modifiers=(*line.modifiers, Choice("pearls", "tapioca")))
            command = replace(command, line=more)
        return right(draft, command)

    monkeypatch.setattr(Draft, "do", wrong)


TALK = ["a taro milk tea", "make it large", "thanks"]


def test_an_edit_gone_wrong_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with stage(MENU, Assistant()) as shop:
        right = shop.play("right", TALK)
    assert [line["variation"] for line in right["carts"][1]] == ["large"]
    _adding_pearls(monkeypatch)
    with stage(MENU, Assistant()) as shop:
        played = shop.play("x", TALK)
    assert played["carts"] == [right["carts"][0]] * 3
    assert played["asks"][1] is True


def test_without_the_last_gate_the_same_edit_would_sell_pearls(monkeypatch: pytest.MonkeyPatch) -> None:
    _adding_pearls(monkeypatch)
    monkeypatch.setattr("assistant.engine.unvouched", lambda *_: [])
    with stage(MENU, Assistant()) as shop:
        played = shop.play("x", TALK)
    assert "tapioca" in str(played["carts"][1])


def test_an_answer_and_what_was_in_the_cart_before_vouch_for_a_value() -> None:
    said = ["a taro milk tea", "large", "undo that", "the same again please", "actually make both of them large"]
    with stage(MENU, Assistant()) as shop:
        played = shop.play("x", said)
    assert "refused" not in str(played)
    assert played["carts"][1][0]["variation"] == "large"
