"""A counter's orders in one breath: sizes of other houses, measures, halves, what is put in place of what."""

from __future__ import annotations

import pytest

from assistant.understanding import answer
from tests.understanding import shop

READ = {
    "a grilled chicken sandwich please and a cookie": ["1 chicken", "1 cookie"],
    "24 wings hot with two ranches": ["1 wings/many +flavour.hot +dip.ranch*2"],
    "2 large pepperoni pizzas 1 thin crust 1 thick crust and 6 piece wings bbq": [
        "1 pepperoni/large +crust.thin", "1 pepperoni/large +crust.thick", "1 wings/six +flavour.bbq",
    ],
    "a western burger no mayo sub ranch": ["1 western -sauce.mayo +sauce.ranch"],
    "two shakes one oreo one vanilla malted": ["1 shake/oreo", "1 shake/vanilla +shake.malt"],
    "a small drip coffee": ["1 coffee/small"],
    "a 12 inch meatball sub": ["1 sub/whole"],
    "large pizza half sausage half mushrooms": ["1 pizza/large +left.sausage +right.mushroom"],
    "a large cheese pizza half sausage and onions and the other half ham thin crust": [
        "1 pizza/large +left.sausage +left.onion +right.ham +crust.thin"
    ],
    "a small cheese pizza with ham and with mushrooms on half": ["1 pizza/small +topping.ham +left.mushroom"],
    "6 piece wings half hot half bbq": ["1 wings/six +flavour.hot +flavour.bbq"],
    "a large cheese pizza with mushrooms": ["1 pizza/large +topping.mushroom"],
    "two medium pizzas, a pepperoni and a cheese one with ham": ["1 pepperoni/medium", "1 pizza/medium +topping.ham"],
    "three large pizzas two pepperoni and one cheese": ["2 pepperoni/large", "1 pizza/large"],
    "three small cheese pizzas two with ham and one with onions": [
        "2 pizza/small +topping.ham", "1 pizza/small +topping.onion",
    ],
    "two large cheese pizzas, one plain and one with sausage": ["1 pizza/large", "1 pizza/large +topping.sausage"],
    "an earl grey tea": ["1 tea/grey"],
    "an earl grey latte": ["1 fog"],
    "a grilled chicken sandwich and can i get the honey mustard on the side and tots with salt": [
        "1 chicken @sauce.honey", "1 tots +season.salt",
    ],
    "a small breve latte": ["1 latte/small +milk.cream"],
    "a doppio espresso": ["1 espresso/double"],
}  # fmt: skip
ASKED = {
    "a latte upside down": (["1 latte"], ["upside", "down"]),
    "a 16 oz latte with oat milk": (["1 latte/medium +milk.oat"], ["a", "16", "oz", "latte", "oat", "milk"]),
    "a grande latte": (["1 latte/medium"], ["a", "grande", "latte"]),
    "a venti latte": (["1 latte/large"], ["a", "venti", "latte"]),
    "a coffee with two creams and a decaf": (
        ["1 coffee +cream.cream*2", "1 coffee +roast.decaf"],
        ["a", "coffee", "two", "creams", "a", "decaf"],
    ),
    "a hamburger two spoons": (["1 hamburger"], ["two", "spoons"]),
    "a hamburger no sauce": (["1 hamburger"], ["sauce"]),
    "a 14 inch pepperoni pizza": (["1 pepperoni"], ["14", "inch"]),
}


@pytest.mark.parametrize("said", READ)
def test_is_read(said: str) -> None:
    """Nothing is asked, and the certificate holds."""
    shop.prove(shop.menu("corner"), shop.grammar("corner"), said, READ[said])


@pytest.mark.parametrize("said", ASKED)
def test_is_asked_about(said: str) -> None:
    """The likeliest reading is told, and so are the words that it rests on."""
    lines, words = ASKED[said]
    found = answer(shop.grammar("corner"), said)
    assert found["unexplained"] == words
    assert found["lines"] == [shop.line(text).to_json() for text in lines]
