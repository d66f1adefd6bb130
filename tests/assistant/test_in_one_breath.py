"""Answers that order too, two lines pointed at in one clause, what was asked about, and what is taken back."""

from __future__ import annotations

import pytest

from tests.assistant.test_asking import Talk

SAID = [
    (["an egg waffle", "matcha please and a kaya toast"], ["1 waffle +filling/matcha", "1 toast"]),
    (
        ["two egg waffles", "one chocolate and one matcha, and a kaya toast"],
        ["1 waffle +filling/chocolate", "1 waffle +filling/matcha", "1 toast"],
    ),
    (["a large thai milk tea", "change it to a taro", "undo that"], ["1 thai:large"]),
    (
        ["a large taro milk tea and a large thai milk tea", "the taro half sugar, the thai unsweetened"],
        ["1 taro:large +sweet/s50", "1 thai:large +sweet/s0"],
    ),
    (
        ["a large taro milk tea with aloe vera", "the same with light ice"],
        ["1 taro:large +pearls/aloe", "1 taro:large +pearls/aloe +light ice/cubes"],
    ),
    (
        ["a large taro milk tea", "the same without ice"],
        ["1 taro:large", "1 taro:large -ice/cubes"],
    ),
    (["how much is the yuzu green tea?", "get me one, with aloe vera"], ["1 yuzu +pearls/aloe"]),
    (["how much is a large taro?", "I'll take the large"], ["1 taro:large"]),
    (
        ["three yuzu green teas", "two with aloe vera and one without ice"],
        ["2 yuzu +pearls/aloe", "1 yuzu -ice/cubes"],
    ),
    (["a kaya toast and a mango mochi", "two of those"], ["1 toast", "2 mochi"]),
    (["a yuzu green tea and a kaya toast", "is there egg in the kaya toast?", "leave it out"], ["1 yuzu"]),
    (["a black sesame mochi and a yuzu green tea", "make the mochi mango"], ["1 mochi", "1 yuzu"]),
    (["two mango mochi and a kaya toast", "just the one mochi"], ["1 mochi", "1 toast"]),
    (["a mango mochi and a yuzu green tea", "not the mochi though"], ["1 yuzu"]),
    (["two kaya toasts", "make it twenty"], ["20 toast"]),
    (["table for two: a kaya toast and a mango mochi"], ["1 toast", "1 mochi"]),
    (["hi there, one kaya toast and one mango mochi"], ["1 toast", "1 mochi"]),
    (
        ["a yuzu green tea with aloe vera and a peach oolong", "no aloe vera after all"],
        ["1 yuzu", "1 oolong"],
    ),
]


@pytest.mark.parametrize(("says", "cart"), SAID, ids=[says[-1] for says, _ in SAID])
def test_what_is_said_in_one_breath(says: list[str], cart: list[str]) -> None:
    talk = Talk("tea")
    for text in says:
        talk.say(text)
    assert talk.holds(*cart)


def test_which_one_is_asked_again_after_a_question_in_between() -> None:
    talk = Talk("tea")
    assert "Which one would you like" in talk.say("a mochi").text
    said = talk.say("what time do you close?")
    assert said.text.count("Which one would you like") == 1
    assert talk.holds()
    talk.say("one of each")
    assert talk.holds("1 mochi", "1 sesame_mochi")


def test_the_option_that_was_asked_about_is_that_one() -> None:
    talk = Talk("tea")
    talk.say("a mochi")
    talk.say("how much is the black sesame one?")
    talk.say("that one")
    assert talk.holds("1 sesame_mochi")


def test_no_preference_chooses_nothing_and_is_asked_again() -> None:
    talk = Talk("tea")
    talk.say("an egg waffle")
    for text in ("no preference", "you choose", "I don't mind"):
        said = talk.say(text)
        assert "original, chocolate or matcha" in said.text
        assert "couldn't find" not in said.text
        assert talk.holds("1 waffle")


def test_a_total_is_of_the_order_not_of_a_dish() -> None:
    talk = Talk("tea")
    talk.say("a kaya toast and a mango mochi")
    for text in ("what's the total?", "how much does that come to?", "how much is it all together?"):
        assert talk.say(text).text == "So far that's £6.28."
    assert talk.holds("1 toast", "1 mochi")
