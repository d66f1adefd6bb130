"""Acts side by side in one clause, shares of a line, numbers that nobody can have, and what half a name means."""

from __future__ import annotations

import pytest

from tests.assistant.test_asking import Talk

SAID = [
    (["two yuzu green teas", "make one with aloe vera and the other one without ice"],
     ["1 yuzu +pearls/aloe", "1 yuzu -ice/cubes"]),
    (["three yuzu green teas", "one with aloe vera and the rest without ice"],
     ["1 yuzu +pearls/aloe", "2 yuzu -ice/cubes"]),
    (["two kaya toasts and a mango mochi", "two of each"], ["2 toast", "2 mochi"]),
    (["a large taro milk tea with aloe vera", "a kaya toast", "my friend will have the same tea but without ice"],
     ["1 taro:large +pearls/aloe", "1 toast", "1 taro:large +pearls/aloe -ice/cubes"]),
    (["a yuzu green tea without ice, with aloe vera", "lose the aloe vera, and the ice can stay"], ["1 yuzu"]),
    (["a kaya toast", "make that twice"], ["2 toast"]),
    (["a kaya toast, actually scratch that, a mango mochi"], ["1 mochi"]),
    (["could i do a kaya toast"], ["1 toast"]),
    (["i was wondering if i could get a kaya toast"], ["1 toast"]),
    (["a kaya toast", "with the… oh never mind"], ["1 toast"]),
]  # fmt: skip


@pytest.mark.parametrize(("says", "cart"), SAID, ids=[says[-1] for says, _ in SAID])
def test_each_act_does_what_it_says(says: list[str], cart: list[str]) -> None:
    talk = Talk("tea")
    for text in says:
        talk.say(text)
    assert talk.holds(*cart)


def test_a_number_that_nobody_can_have_leaves_the_rest_of_the_order() -> None:
    talk = Talk("tea")
    assert "How many Yuzu green tea" in talk.say("a kaya toast and 0 yuzu green teas").text
    assert talk.holds("1 toast")
    talk.say("two yuzu green teas")
    assert talk.holds("1 toast", "2 yuzu")


def test_two_of_each_of_three_lines_is_asked_about() -> None:
    talk = Talk("tea")
    talk.say("a kaya toast, a mango mochi and a yuzu green tea")
    talk.say("two of each")
    assert talk.holds("1 toast", "1 mochi", "1 yuzu")
