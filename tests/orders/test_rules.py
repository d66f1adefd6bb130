"""What a menu allows in a cart, and what a cart lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.catalogue import RecipeBook
from core.kernel.errors import InvalidLine
from core.orders import Choice, Line, Missing, Slot, rules
from tests.orders.shop import small_menu

MENU = small_menu()
SODA = (Choice("bread", "soda"),)


def _refusal(*lines: Line) -> tuple[str, str]:
    with pytest.raises(InvalidLine) as refused:
        rules.check_lines(MENU, lines)
    return str(refused.value.values["kind"]), refused.value.text


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        (Line("scone", 0), "quantity", "line 1, scone: quantity 0 is not a whole number from 1 to 99."),
        (Line("scone", -1), "quantity", "line 1, scone: quantity -1 is not a whole number from 1 to 99."),
        (Line("scone", 100), "quantity", "line 1, scone: quantity 100 is not a whole number from 1 to 99."),
        (Line("scone", quantity=True), "quantity", "line 1, scone: quantity True is not a whole number from 1 to 99."),
        (Line("lobster"), "unknown", "line 1, lobster: “lobster” is not on the menu: choose an item that is."),
        (
            Line("flat_white", variation="huge"),
            "unknown",
            "line 1, flat_white: has no variation “huge”: choose from small, big.",
        ),
        (Line("scone", variation="big"), "unknown", "line 1, scone: has no variation “big”: leave it out."),
        (
            Line("scone", modifiers=(Choice("milk", "oat"),)),
            "unknown",
            "line 1, scone: takes no “milk”: leave it out.",
        ),
        (
            Line("flat_white", modifiers=(Choice("build", "dill"),)),
            "unknown",
            "line 1, flat_white: takes no “build”: choose from milk, syrup.",
        ),
        (
            Line("flat_white", modifiers=(Choice("milk", "goat"),)),
            "unknown",
            "line 1, flat_white: “milk” has no “goat”: choose from dairy, oat, hemp.",
        ),
        (
            Line("flat_white", modifiers=(Choice("syrup", "anise", None, 3),)),
            "too_many",
            "line 1, flat_white, anise: can be had at most 2 times, not 3.",
        ),
        (
            Line("flat_white", modifiers=(Choice("syrup", "anise", None, 2), Choice("syrup", "maple", None, 2))),
            "too_many",
            "line 1, flat_white: takes at most 3 of “syrup”, not 4.",
        ),
        (
            Line("flat_white", modifiers=(Choice("milk", "oat", "extra"),)),
            "pre_modifier",
            "line 1, flat_white, oat: cannot be had “extra”: choose from no, regular.",
        ),
        (
            Line("flat_white", modifiers=(Choice("syrup", "maple"), Choice("syrup", "maple", "extra"))),
            "twice",
            "line 1, flat_white: names “maple” twice: name it once, with a quantity.",
        ),
        (
            Line("roll", modifiers=(Choice("build", "capers", None, 0),)),
            "quantity",
            "line 1, roll, capers: quantity 0 is not a whole number from 1 to 99.",
        ),
        (Line("scone", slots=(Slot("main", "roll"),)), "slot", "line 1, scone: is not a combo: leave out its slots."),
        (
            Line("pier", variation="big"),
            "slot",
            "line 1, pier: is a combo: put variations and modifiers on what is in its slots.",
        ),
        (
            Line("pier", slots=(Slot("drink", "water"),)),
            "unknown",
            "line 1, pier: has no slot “drink”: choose from main, sweet.",
        ),
        (
            Line("pier", slots=(Slot("main", "roll"), Slot("main", "roll"))),
            "too_many",
            "line 1, pier: takes 1 of “main”, not 2.",
        ),
        (
            Line("pier", slots=(Slot("main", "scone"),)),
            "unknown",
            "line 1, pier, slot main: does not take “scone”: choose from chowder, roll.",
        ),
        (
            Line("pier", slots=(Slot("main", "chowder", "mug"),)),
            "unknown",
            "line 1, pier, slot main: has no variation “mug”: choose from cup, bowl.",
        ),
    ],
)
def test_a_line_that_the_menu_does_not_allow_is_refused_with_its_place_and_the_fix(
    line: Line, kind: str, text: str
) -> None:
    assert _refusal(line) == (kind, text)


def test_the_refusal_names_the_line_that_is_wrong() -> None:
    assert _refusal(Line("scone"), Line("water", 500))[1].startswith("line 2, water: quantity 500")


def test_an_order_has_a_sane_size() -> None:
    rules.check_lines(MENU, [Line("scone", 99)] * 5)
    assert _refusal(*[Line("scone", 99)] * 6)[0] == "too_many"
    rules.check_lines(MENU, [Line("scone")] * 100)
    assert _refusal(*[Line("scone")] * 101)[0] == "too_many"


def test_a_no_is_always_allowed_and_takes_no_place_in_its_group() -> None:
    rules.check_line(MENU, Line("flat_white", modifiers=(Choice("milk", "dairy", "no"), Choice("milk", "oat"))))
    rules.check_line(
        MENU,
        Line("flat_white", modifiers=(Choice("syrup", "anise", "no", 3), Choice("syrup", "maple", None, 3))),
    )


def test_a_line_that_merely_lacks_something_is_allowed() -> None:
    rules.check_lines(MENU, [Line("chowder"), Line("pier"), Line("pair", slots=(Slot("coffee", "flat_white"),))])


def test_everything_that_must_still_be_chosen_is_listed_in_order() -> None:
    lines = [
        Line("flat_white"),  # lacks nothing: size and milk have defaults
        Line("chowder"),
        Line("roll", modifiers=(Choice("sauce", "aioli", "no"),)),
        Line("pier", slots=(Slot("main", "chowder", "cup"),)),
        Line("pier"),
        Line("pair", slots=(Slot("coffee", "flat_white"),)),
    ]
    assert rules.missing_choices(MENU, lines) == (
        Missing(1, None, "variation", "chowder", ("cup", "bowl")),
        Missing(1, None, "modifier", "bread", ("soda", "rye")),
        Missing(2, None, "modifier", "sauce", ("tartare",)),
        Missing(3, 0, "modifier", "bread", ("soda", "rye")),
        Missing(4, None, "slot", "main", ("chowder", "roll")),
    )


def test_a_default_nobody_spoke_of_counts_for_a_required_choice() -> None:
    assert rules.missing_choices(MENU, [Line("roll")]) == ()
    swapped = Line("roll", modifiers=(Choice("sauce", "aioli", "no"), Choice("sauce", "tartare", "side")))
    assert rules.missing_choices(MENU, [swapped]) == ()


def test_a_slot_that_leaves_a_choice_open_is_asked_for_as_often_as_it_is_empty() -> None:
    two = replace(
        MENU, combos=tuple(replace(c, slots=tuple(replace(s, quantity=2) for s in c.slots)) for c in MENU.combos)
    )
    assert rules.missing_choices(two, [Line("pier")]) == (Missing(0, None, "slot", "main", ("chowder", "roll"), 2),)
    one_left = Line("pier", slots=(Slot("main", "roll"),))
    assert rules.missing_choices(two, [one_left]) == (Missing(0, None, "slot", "main", ("chowder", "roll"), 1),)


def test_what_cannot_be_had_is_no_option() -> None:
    without = replace(MENU, items=tuple(replace(i, available=i.id != "roll") for i in MENU.items))
    assert rules.missing_choices(without, [Line("pier")]) == (Missing(0, None, "slot", "main", ("chowder",)),)


def test_a_slot_without_a_choice_fills_itself() -> None:
    line = Line("pier", 2, slots=(Slot("main", "roll"),))
    assert rules.filled(MENU, line).slots == (Slot("main", "roll"), Slot("sweet", "scone"))
    assert rules.filled(MENU, Line("pair")).slots == (Slot("coffee", "flat_white"),) * 2
    assert rules.filled(MENU, Line("scone")) == Line("scone")


def test_demand_sums_an_item_over_all_lines_whatever_is_changed_in_them() -> None:
    lines = [
        Line("roll", 2),
        Line("roll", 3, modifiers=(Choice("build", "dill", "no"),)),
        Line("pier", 4, slots=(Slot("main", "roll"), Slot("sweet", "scone"))),
        Line("pair", 1),
    ]
    assert rules.demand(MENU, lines, RecipeBook(MENU)) == {"roll": 9, "scone": 4, "flat_white": 2}


def test_only_what_is_new_or_more_must_be_available() -> None:
    tart, hemp = Line("tart", 2), Line("flat_white", modifiers=(Choice("milk", "hemp"),))
    assert rules.unavailable(MENU, [Line("scone")]) is None
    assert rules.unavailable(MENU, [tart]) == "Plum tart"
    assert rules.unavailable(MENU, [hemp]) == "hemp milk"
    assert rules.unavailable(MENU, [tart, Line("scone")], before=[tart]) is None
    assert rules.unavailable(MENU, [tart.with_quantity(1)], before=[tart]) is None
    assert rules.unavailable(MENU, [tart.with_quantity(3)], before=[tart]) == "Plum tart"
    assert rules.unavailable(MENU, [hemp, hemp], before=[hemp]) == "hemp milk"
    assert rules.unavailable(MENU, [Line("flat_white", modifiers=(Choice("milk", "hemp", "no"),))]) is None


def test_lines_are_spelled_for_cooks() -> None:
    assert rules.spelled(MENU, Line("flat_white", 2, modifiers=(Choice("milk", "oat"),))) == (
        "2 \u00d7 Flat white, small",
        "  oat milk",
    )
    choices = (
        Choice("build", "dill", "no"),
        Choice("build", "radish", "extra"),
        Choice("build", "capers", "light"),
        Choice("sauce", "tartare", "side", 2),
    )
    assert rules.spelled(MENU, Line("roll", modifiers=choices)) == (
        "1 \u00d7 Crab roll",
        "  NO dill",
        "  EXTRA radish",
        "  light capers",
        "  2 \u00d7 tartare on the side",
    )
    combo = Line("pier", 3, slots=(Slot("main", "chowder", "bowl", SODA),))
    assert rules.spelled(MENU, combo) == ("3 \u00d7 Pier lunch", "  Chowder, bowl", "    soda bread", "  Scone")
