"""Whatever is typed, in whatever order: no exception, a valid cart, a reply, and nothing placed without a yes."""

from __future__ import annotations

import random
from pathlib import Path

import yaml

from assistant.arrivals import Heard
from assistant.dialogue.state import State
from assistant.engine import Assistant
from assistant.execution import CartValue
from assistant.replies.compose import Result, Turn, compose
from assistant.shop import Shop
from core.orders import rules
from tests.assistant.menus import MENUS

SAYINGS = [
    turn["say"]
    for file in sorted((Path(__file__).parent / "dialogues").glob("*.yaml"))
    for dialogue in yaml.safe_load(file.read_text("utf-8"))
    for turn in dialogue["turns"]
]
JUNK = [
    "",
    "…",
    "\u200b",
    "💥💥",
    "%s {item} {0}",
    "-1",
    "0x1F",
    "'; DROP TABLE carts; --",
    "ß",
    "ﬃ",
    "½",
    "\uff11\uff12",
    "?!?",
    "a" * 900,
]


def _message(rng: random.Random) -> str:
    if rng.random() < 0.1:
        return rng.choice(JUNK)
    words = " ".join(rng.sample(SAYINGS, rng.randint(1, 3))).split()
    start = rng.randrange(len(words))
    cut = words[start : start + rng.randint(1, 12)]
    if rng.random() < 0.3:
        rng.shuffle(cut)
    return " ".join(cut)


def test_nothing_that_is_typed_breaks_a_turn() -> None:
    rng, assistant = random.Random(11), Assistant()
    filled = 0
    for name in ("tea", "grill") * 6:
        shop, cart, state = Shop(MENUS[name], "m", "Shop"), CartValue(), State()
        for _ in range(40):
            text = _message(rng)
            before = cart.lines
            thought = assistant.think(shop, cart, State.from_json(state.to_json()), [Heard(text)])
            rules.check_lines(shop.menu, thought.cart.lines)
            assert rules.unavailable(shop.menu, thought.cart.lines, before=before) is None, text
            assert all(line.quantity <= 99 for line in thought.cart.lines)
            assert compose(shop, Turn(state, thought.state, thought.plan, thought.cart, thought.topics, Result())).text
            if thought.plan.place:
                assert not rules.missing_choices(shop.menu, thought.cart.lines), text
                assert thought.cart.lines == before, text
            cart, state = thought.cart, thought.state
            filled += bool(cart.lines)
    assert filled > 200
