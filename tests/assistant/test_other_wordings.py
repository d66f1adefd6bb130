"""Acts in other words: what is wanted after a story, what somebody would rather have, and which one is meant."""

from __future__ import annotations

import pytest

from tests.assistant.test_asking import Talk

SAID = [
    (["we're so thirsty after the match, two large taro milk teas please"], ["2 taro:large"]),
    (["I'm finally here: just a large thai milk tea"], ["1 thai:large"]),
    (["what I'd really like is a mango mochi"], ["1 mochi"]),
    (["a mango mochi", "let's do the yuzu green tea"], ["1 mochi", "1 yuzu"]),
    (["a kaya toast and a mango mochi", "I changed my mind about the toast, I'd rather have a yuzu green tea"],
     ["1 mochi", "1 yuzu"]),
    (["a kaya toast and a mango mochi", "I've changed my mind about the mochi"], ["1 toast"]),
    (["a kaya toast and a yuzu green tea", "I'd prefer a mango mochi to the toast"], ["1 mochi", "1 yuzu"]),
    (["six mango mochi and a kaya toast", "we only need four of the mochi"], ["4 mochi", "1 toast"]),
    (["a small thing first: a regular thai milk tea, I mean a large one, no ice"], ["1 thai:large -ice/cubes"]),
    (["a yuzu green tea", "add aloe vera", "hmm no, go back to how it was before"], ["1 yuzu"]),
    (["two yuzu green teas and a kaya toast", "wipe the whole order please"], []),
    (["a kaya toast", "actually we're not hungry, wipe the order"], []),
    (["two yuzu green teas", "aloe vera in one of them", "the one without aloe shouldn't have ice"],
     ["1 yuzu -ice/cubes", "1 yuzu +pearls/aloe"]),
    (["two yuzu green teas", "the teas don't need any ice"], ["2 yuzu -ice/cubes"]),
    (["how much is a yuzu green tea?", "two of those, one with aloe vera"], ["1 yuzu", "1 yuzu +pearls/aloe"]),
    (["a yuzu green tea with aloe vera", "same for my friend", "lychee jelly rather than aloe on hers"],
     ["1 yuzu +pearls/aloe", "1 yuzu +pearls/lychee"]),
]  # fmt: skip


@pytest.mark.parametrize(("says", "cart"), SAID, ids=[says[-1] for says, _ in SAID])
def test_other_words_for_the_same(says: list[str], cart: list[str]) -> None:
    talk = Talk("tea")
    for text in says:
        talk.say(text)
    assert talk.holds(*cart)


def test_a_story_that_only_tells_orders_nothing() -> None:
    talk = Talk("tea")
    talk.say("my kids love your mango mochi, a lot")
    assert talk.holds()
