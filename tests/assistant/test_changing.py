"""Changes of the order as people say them, and names that are no dishes."""

from __future__ import annotations

import pytest

from tests.assistant.test_asking import Talk

CHANGES = [
    ("grill", ["two halloumi burgers", "one with bacon"], ["1 halloumi", "1 halloumi +add/bacon"]),
    ("tea", ["two yuzu green teas", "one tea with aloe vera"], ["1 yuzu", "1 yuzu +pearls/aloe"]),
    ("tea", ["two yuzu green teas", "a yuzu green tea with aloe vera"], ["2 yuzu", "1 yuzu +pearls/aloe"]),
    ("tea", ["two mango mochi", "sorry, one mango mochi and one kaya toast"], ["1 mochi", "1 toast"]),
    (
        "grill",
        ["a halloumi burger and a crispy chicken burger", "cheddar on the second one", "same for the first"],
        ["1 halloumi +add/cheddar", "1 chicken +add/cheddar"],
    ),
    (
        "tea",
        ["a large taro milk tea half sugar with aloe vera", "same again but thai"],
        ["1 taro:large +sweet/s50 +pearls/aloe", "1 thai:large +sweet/s50 +pearls/aloe"],
    ),
    ("grill", ["onion rings and a cola", "drop the rings", "oh wait, put them back"], ["1 rings", "1 cola"]),
    ("grill", ["onion rings and two colas", "drop the colas", "put the colas back"], ["1 rings", "2 cola"]),
    (
        "tea",
        ["a kaya toast and a mango mochi", "two black sesame mochi instead of the mango one"],
        ["1 toast", "2 sesame_mochi"],
    ),
    ("grill", ["cola, lemonade and two onion rings", "take off everything but the lemonade"], ["1 lemon"]),
    ("grill", ["cola, limonada y onion rings", "quita todo menos la limonada"], ["1 lemon"]),
    ("tea", ["how much is the taro milk tea?", "I'll take one of those, large"], ["1 taro:large"]),
    ("tea", ["maybe a kaya toast… no, just an egg waffle", "a chocolate one"], ["1 waffle +filling/chocolate"]),
    ("grill", ["zwei Cola", "nur eine Cola"], ["1 cola"]),
    ("grill", ["einen Halloumi Burger mit Bacon", "den Bacon runter"], ["1 halloumi"]),
    ("grill", ["einen Halloumi Burger mit Bacon und eine Cola", "die Cola raus"], ["1 halloumi +add/bacon"]),
    ("grill", ["eine Cola und Onion Rings", "statt der Cola lieber ein Still Water"], ["1 water", "1 rings"]),
    ("grill", ["einen Halloumi Burger und zwei Cola", "Bacon beim ersten"], ["1 halloumi +add/bacon", "2 cola"]),
    ("grill", ["deux cola", "un seul cola"], ["1 cola"]),
    ("grill", ["einen Halloumi Burger, die Cola weg"], ["1 halloumi"]),
    ("grill", ["eine Cola", "einen Halloumi Burger, die Cola weg"], ["1 halloumi"]),
    (
        "grill",
        ["drei Halloumi Burger", "einer mit Bacon", "und einer mit Cheddar"],
        ["1 halloumi", "1 halloumi +add/bacon", "1 halloumi +add/cheddar"],
    ),
    ("grill", ["una limonada y onion rings", "la limonada no, en su lugar una cola"], ["1 rings", "1 cola"]),
    ("grill", ["un cola et onion rings", "bon alors une limonade"], ["1 cola", "1 rings", "1 lemon"]),
    ("grill", ["einen Halloumi Burger und eine Cola", "dann eine Limonade"], ["1 halloumi", "1 cola", "1 lemon"]),
    ("grill", ["deux cola", "sans glaçons tous les deux"], ["2 cola -fizz/ice"]),
    (
        "tea",
        ["a large taro milk tea with aloe vera", "plutôt lychee jelly"],
        ["1 taro:large +pearls/lychee"],
    ),
    (
        "grill",
        ["un halloumi burger con bacon y una cola", "quítale el bacon al halloumi burger"],
        ["1 halloumi", "1 cola"],
    ),
    ("grill", ["dos limonadas", "a una sin hielo"], ["1 lemon", "1 lemon -fizz/ice"]),
    ("grill", ["una limonada y una cola", "la cola mejor no"], ["1 lemon"]),
    ("tea", ["a kaya toast and minus two mochi"], ["1 toast"]),
    ("tea", ["five mango mochi", "minus two mango mochi"], ["3 mochi"]),
    ("tea", ["two kaya toasts grilled", "make one of the toasts plain"], ["1 toast +warmth/grilled", "1 toast"]),
    (
        "grill",
        ["a halloumi burger and two colas", "no ice on one of them", "actually no ice on either"],
        ["1 halloumi", "2 cola -fizz/ice"],
    ),
    ("grill", ["a cola", "make the cola a lemonade, no ice"], ["1 lemon -fizz/ice"]),
    ("tea", ["a large thai milk tea and a yuzu green tea", "pearls in the thai only"], None),
]


@pytest.mark.parametrize(("menu", "says", "cart"), CHANGES, ids=[" / ".join(c[1]) for c in CHANGES])
def test_change(menu: str, says: list[str], cart: list[str] | None) -> None:
    talk = Talk(menu)
    for text in says:
        talk.say(text)
    assert talk.holds(*(cart if cart is not None else ["1 thai:large +pearls/tapioca", "1 yuzu"]))
    assert all(causes for causes in talk.cart.causes)


@pytest.mark.parametrize(
    ("text", "way", "name"),
    [
        ("pickup, for Rosa", "pickup", "Rosa"),
        ("takeaway, it's Chloe please", "pickup", "Chloe"),
        ("to eat here, under Taro", "dine_in", "Taro"),
        ("for Mocha", None, "Mocha"),
        ("for pickup", "pickup", None),
        ("para llevar, a nombre de Inés", "pickup", "Inés"),
    ],
)
def test_a_name_beside_the_way_or_after_the_read_back(text: str, way: str | None, name: str | None) -> None:
    talk = Talk("tea")
    talk.say("a mango mochi")
    assert talk.say("that's all").kind == "read_back"
    said = talk.say(text)
    assert talk.cart.name == name
    if name is not None:
        assert talk.cart.fulfilment == way
        assert said.kind == "read_back"
    assert talk.holds("1 mochi")


@pytest.mark.parametrize(
    ("done", "text", "placed"),
    [
        ("c'est tout", "oui c'est bon", True),
        ("c'est tout", "oui merci", True),
        ("c'est tout", "parfait, c'est bon pour moi", True),
        ("c'est tout", "oui, c'est bon pour moi", True),
        ("c'est tout", "merci", False),
        ("das ist alles", "ja, passt so", True),
        ("das ist alles", "genau so, bitte bestellen", True),
        ("das ist alles", "danke", False),
        ("eso es todo", "sí, así está bien", True),
        ("eso es todo", "sí, eso es todo", True),
        ("eso es todo", "eso es todo", False),
        ("that's all", "yes, thanks", True),
        ("that's all", "thanks", False),
    ],
)
def test_a_polite_yes_to_the_read_back_places_the_order(done: str, text: str, *, placed: bool) -> None:
    talk = Talk("tea")
    talk.say("a mango mochi")
    assert talk.say(done).kind == "read_back"
    talk.say(text)
    assert talk.state.phase == ("ordering" if placed else "confirming")
    assert talk.holds("1 mochi")


def test_what_is_far_from_every_name_is_not_suggested() -> None:
    talk = Talk("tea")
    assert "Did you mean" not in talk.say("can I get a lasagne").text
    talk.say("yes")
    assert talk.holds()


def test_yes_adds_nothing_while_two_things_are_open() -> None:
    talk = Talk("grill")
    talk.say("a burger and a lasagne")
    assert "Which one would you like" in talk.say("yes").text
    assert talk.holds()


def test_never_mind_is_about_what_was_declined_and_not_the_order() -> None:
    talk = Talk("tea")
    talk.say("a mango mochi")
    talk.say("and a lasagne please")
    talk.say("never mind")
    assert talk.holds("1 mochi")


def test_what_about_after_a_refusal_orders() -> None:
    talk = Talk("grill")
    assert "not available" in talk.say("a stout cake please").text
    talk.say("what about a halloumi burger with bacon")
    assert talk.holds("1 halloumi +add/bacon")
