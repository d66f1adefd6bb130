"""Whole dialogues through the real engine and core, on a database: carts, questions, and what was placed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from assistant.engine import Assistant
from comanda.converse import stage
from core.orders.lines import Line
from tests.assistant.menus import MENUS
from tests.assistant.short import line_of, units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comanda.converse import Stage

FOLDER = Path(__file__).parent / "dialogues"
DIALOGUES = [(file.stem, d) for file in sorted(FOLDER.glob("*.yaml")) for d in yaml.safe_load(file.read_text("utf-8"))]


@pytest.fixture(scope="module")
def stages() -> Iterator[dict[str, Stage]]:
    """One shop for each menu; dialogues have customers of their own."""
    assistant = Assistant()
    with stage(MENUS["tea"], assistant) as tea, stage(MENUS["grill"], assistant) as grill:
        yield {"tea": tea, "grill": grill}


def test_there_are_enough_dialogues() -> None:
    assert len(DIALOGUES) >= 50
    assert len({d["id"] for _, d in DIALOGUES}) == len(DIALOGUES)


@pytest.mark.parametrize(("menu", "dialogue"), DIALOGUES, ids=[d["id"] for _, d in DIALOGUES])
def test_dialogue(stages: dict[str, Stage], menu: str, dialogue: dict[str, Any]) -> None:
    turns = dialogue["turns"]
    played = stages[menu].play(dialogue["id"], [t["say"] for t in turns])
    for turn, cart, asks, reply in zip(turns, played["carts"], played["asks"], played["replies"], strict=True):
        if turn["cart"] is not None:
            assert units(map(Line.from_json, cart)) == units(map(line_of, turn["cart"])), turn["say"]
        if "asks" in turn:
            assert asks is turn["asks"], turn["say"]
        assert turn.get("says", "") in reply, turn["say"]
    assert played["placed"] is dialogue.get("placed", False)


def test_the_same_conversation_gives_the_same_carts_and_replies(stages: dict[str, Stage]) -> None:
    # A receipt carries the code of its own order.
    for menu, dialogue in [pair for pair in DIALOGUES if not pair[1].get("placed")][::5]:
        says = [t["say"] for t in dialogue["turns"]]
        assert stages[menu].play("again", says) == stages[menu].play("again", says)
