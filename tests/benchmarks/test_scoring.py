"""The scorer: what counts as right, as silent, as lost; checked with answers whose score is known."""

from __future__ import annotations

import pytest

from core.catalogue.format import menu_from_json
from core.orders.lines import Choice, Line, Slot
from scripts.benchmarks.gold import GoldDialogue, GoldOrder, GoldTurn
from scripts.benchmarks.scoring import (
    Answer,
    Played,
    judge_dialogue,
    judge_order,
    negations,
    plain,
    score_dialogues,
    score_orders,
    units,
)

MENU = menu_from_json(
    {
        "name": "Kiosk",
        "currency": "EUR",
        "items": [
            {
                "id": "soup",
                "name": "Pea soup",
                "description": "With croutons",
                "price": "4.00",
                "variations": [
                    {"id": "cup", "name": "Cup", "price": "4.00", "default": True},
                    {"id": "bowl", "name": "Bowl", "price": "6.00"},
                ],
                "modifier_groups": ["top"],
            },
            {"id": "roll", "name": "Roll", "price": "1.00", "modifier_groups": ["top"]},
        ],
        "modifier_groups": [
            {
                "id": "top",
                "name": "on top",
                "modifiers": [
                    {"id": "chives", "name": "Chives", "default": True},
                    {"id": "croutons", "name": "Croutons"},
                    {"id": "cream", "name": "Cream", "aliases": ["sour cream"], "max": 3},
                ],
            }
        ],
        "combos": [
            {
                "id": "lunch",
                "name": "Lunch",
                "price": "4.50",
                "slots": [
                    {"id": "main", "name": "main", "items": ["soup", "roll"]},
                    {"id": "side", "name": "side", "items": ["roll"]},
                ],
            }
        ],
    }
)
CREAM, NO_CREAM = Choice("top", "cream"), Choice("top", "cream", "no")
NO_CHIVES = Choice("top", "chives", "no")


def order(*lines: Line, asks: bool | None = False) -> GoldOrder:
    return GoldOrder("o", "kiosk", "en", "…", lines, asks)


def test_lines_are_compared_as_multisets() -> None:
    gold = order(Line("soup", 2, "bowl", (CREAM, NO_CHIVES)), Line("roll"))
    apart = Answer(
        (Line("roll"), Line("soup", 1, "bowl", (NO_CHIVES, CREAM)), Line("soup", 1, "bowl", (CREAM, NO_CHIVES)))
    )
    assert judge_order(gold, apart).exact
    assert not judge_order(gold, Answer((Line("roll"), Line("soup", 2, "bowl", (CREAM,))))).exact
    assert not judge_order(gold, Answer((Line("roll"), Line("soup", 3, "bowl", (CREAM, NO_CHIVES))))).exact
    assert not judge_order(gold, Answer((Line("roll"), Line("soup", 2, None, (CREAM, NO_CHIVES))))).exact


def test_a_modifier_named_twice_equals_two_of_it() -> None:
    assert units([Line("roll", 1, None, (CREAM, CREAM))]) == units(
        [Line("roll", 1, None, (Choice("top", "cream", None, 2),))]
    )
    assert units([Line("roll", 1, None, (CREAM,))]) != units(
        [Line("roll", 1, None, (Choice("top", "cream", "extra"),))]
    )


@pytest.mark.parametrize(
    ("lines", "unexplained", "asks", "silent"),
    [
        ((Line("roll"),), (), False, False),
        ((Line("soup"),), (), False, True),
        ((Line("soup"),), ("bun",), False, False),
        ((Line("roll"),), (), True, True),
        ((Line("roll"),), ("caviar",), True, False),
        ((Line("roll"),), (), None, False),
    ],
)
def test_silently_wrong_is_wrong_or_needing_a_question_with_none_asked(
    lines: tuple[Line, ...], unexplained: tuple[str, ...], *, asks: bool | None, silent: bool
) -> None:
    assert judge_order(order(Line("roll"), asks=asks), Answer(lines, unexplained)).silently_wrong is silent


def test_a_lost_no_and_an_added_item_count_only_when_nobody_is_asked() -> None:
    gold = order(Line("soup", 2, None, (NO_CREAM,)))
    wrong = (Line("soup", 2, None, (CREAM,)), Line("roll"))
    silent, asked = judge_order(gold, Answer(wrong)), judge_order(gold, Answer(wrong, ("what",)))
    assert (silent.negations, silent.negations_lost, silent.added) == (1, 1, True)
    assert (asked.negations, asked.negations_lost, asked.added) == (1, 0, False)


def test_negations_in_a_combo_belong_to_what_fills_the_slot() -> None:
    lunch = Line("lunch", slots=(Slot("main", "soup", None, (NO_CREAM,)), Slot("side", "roll")))
    assert dict(negations([lunch, Line("roll", 1, None, (NO_CHIVES,))])) == {
        ("soup", "cream"): 1,
        ("roll", "chives"): 1,
    }


def test_the_score_of_orders() -> None:
    results = [
        judge_order(order(Line("roll")), Answer((Line("roll"),))),
        judge_order(order(Line("roll")), Answer((Line("soup"),))),
        judge_order(order(Line("roll")), Answer((Line("roll"),), ("um",))),
        judge_order(order(Line("roll"), asks=True), Answer((Line("roll"),), ("caviar",))),
    ]
    score = score_orders(results)
    assert (score.count, score.exact, score.silently_wrong) == (4, 75.0, 25.0)
    assert score.asked == pytest.approx(100 / 3)
    assert (score.asked_when_needed, score.added) == (100.0, 1)


def test_what_says_nothing_is_dropped() -> None:
    said = Line("soup", 1, "cup", (Choice("top", "chives"), NO_CREAM, Choice("top", "croutons", "regular")))
    assert plain(MENU, [said]) == [Line("soup", 1, None, (Choice("top", "croutons"),))]


@pytest.mark.parametrize(
    "line",
    [
        Line("soup", 1, "bowl"),
        Line("soup", 1, None, (NO_CHIVES,)),
        Line("soup", 1, None, (Choice("top", "croutons", "no"),)),  # the description says that there are some
        Line("soup", 1, None, (Choice("top", "chives", "extra"),)),
    ],
)
def test_what_says_something_is_kept(line: Line) -> None:
    assert plain(MENU, [line]) == [line]


def test_a_slot_without_a_choice_fills_itself() -> None:
    open_lunch = Line("lunch", slots=(Slot("main", "soup"),))
    assert plain(MENU, [open_lunch]) == [Line("lunch", slots=(Slot("main", "soup"), Slot("side", "roll")))]


def talk(*turns: GoldTurn, placed: bool = False) -> GoldDialogue:
    return GoldDialogue("d", "kiosk", "en", ("edit",), turns, placed)


def test_a_dialogue_is_whole_when_every_checked_turn_is_right() -> None:
    gold = talk(
        GoldTurn("soup", (Line("soup"),), asks=False),
        GoldTurn("hm", None, asks=None),
        GoldTurn("two", (Line("soup", 2),), asks=True),
    )
    carts = ((Line("soup", 1, "cup"),), (), (Line("soup", 2),))
    right = judge_dialogue(MENU, gold, Played(carts, (False, True, True), placed=False))
    assert (right.whole, right.task) == (True, True)
    slip = judge_dialogue(MENU, gold, Played(((), (), (Line("soup", 2),)), (True, True, True), placed=False))
    assert (slip.whole, slip.task, slip.carts, slip.asks) == (False, True, (False, None, True), (False, None, True))
    early = judge_dialogue(MENU, gold, Played(carts, (False, True, True), placed=True))
    assert (early.whole, early.task) == (False, False)
    score = score_dialogues([right, slip, early])
    assert score.whole == pytest.approx(100 / 3)
    assert score.task == pytest.approx(200 / 3)
    assert score.turn_carts == pytest.approx(500 / 6)
    assert score.asks == pytest.approx(500 / 6)


def test_a_turn_that_was_not_played_is_wrong() -> None:
    gold = talk(GoldTurn("soup", (Line("soup"),), asks=None), GoldTurn("nothing", (), asks=False))
    result = judge_dialogue(MENU, gold, Played(((Line("soup"),),), (False,), placed=False))
    assert (result.carts, result.asks, result.task) == ((True, False), (None, False), False)
