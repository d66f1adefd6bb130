"""What is taken back within one message, said as a wish or a mind changed, doubled, or told by how big it is."""

from __future__ import annotations

import pytest

from tests.assistant.test_asking import Talk

TEA = [
    (["get me a large taro milk tea uh actually scratch that a large thai milk tea"], ["1 thai:large"]),
    (
        ["a yuzu green tea with lychee jelly no sorry aloe vera"],
        ["1 yuzu +pearls/aloe"],
    ),
    (["a yuzu green tea with lychee jelly", "actually aloe vera too"], ["1 yuzu +pearls/lychee +pearls/aloe"]),
    (["three kaya toasts and a yuzu green tea", "we only need two kaya toasts"], ["2 toast", "1 yuzu"]),
    (["a mango mochi and a kaya toast", "double the toast"], ["1 mochi", "2 toast"]),
    (["a mango mochi and a kaya toast", "I've changed my mind about the mochi, don't want it"], ["1 toast"]),
    (["a mango mochi and a kaya toast", "don't need the toast anymore"], ["1 mochi"]),
    (["a yuzu green tea with aloe vera", "my colleague wants the exact same"], ["2 yuzu +pearls/aloe"]),
    (["a yuzu green tea", "no ice in the yuzu, we're not fans"], ["1 yuzu -ice/cubes"]),
    (
        ["a yuzu green tea and a kaya toast", "the same fruit tea again without ice"],
        ["1 yuzu", "1 yuzu -ice/cubes", "1 toast"],
    ),
    (["a kaya toast", "that completes it, picking up as Lou"], ["1 toast"]),
    (["would you be so kind as to bring us two kaya toasts?"], ["2 toast"]),
]
GRILL = [
    (["chips please", "the bigger portion"], ["1 chips:large"]),
    (["cod bites", "the smaller one"], ["1 cod:6_pieces"]),
    (["il me faudrait une limonade et deux crispy chicken burgers"], ["1 lemon", "2 chicken"]),
]


@pytest.mark.parametrize(("menu", "says", "cart"), [("tea", *t) for t in TEA] + [("grill", *g) for g in GRILL])
def test_the_cart_is_what_was_meant_in_the_end(menu: str, says: list[str], cart: list[str]) -> None:
    talk = Talk(menu)
    for text in says:
        talk.say(text)
    assert talk.holds(*cart), talk.cart.lines


def test_nothing_to_drink_is_no_order_and_no_question() -> None:
    talk = Talk("tea")
    talk.say("a kaya toast")
    assert "Which one would you like" not in talk.say("nothing to drink for me").text
    assert talk.holds("1 toast")
