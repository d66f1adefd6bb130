"""A question that looks like one about a dish and is none: "do you have somewhere to leave my car"."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.engine import Assistant
from comanda.converse import stage
from tests.assistant.menus import MENUS


@dataclass
class _Says:
    """A classifier that says the same about everything."""

    topic: str
    confidence: float = 0.99

    def classify(self, _text: str, _language: str) -> _Says:
        return self


def _reply(topic: str, said: str) -> str:
    with stage(MENUS["tea"], Assistant(classifier=_Says(topic))) as made:
        played = made.play("x", [said])
    assert played["carts"] == [[]]
    return str(played["replies"][0])


def test_what_is_no_dish_is_left_to_the_classifier() -> None:
    said = "do you have somewhere to leave my car"
    assert _reply("parking", said) == _reply("parking", "is there parking")
    assert _reply("parking", said) != _reply("have", said)


def test_what_the_menu_has_is_not() -> None:
    said = "do you have a yuzu green tea"
    assert _reply("parking", said) == _reply("have", said)
