"""A talk in a terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from channels.terminal import Terminal
from core import messaging
from core.messaging import Content

if TYPE_CHECKING:
    from comanda.drain import Drain
    from core.db.session import Database
    from core.merchants import MerchantView


def _talk(database: Database, drain: Drain, shop: MerchantView, lines: str) -> list[str]:
    screen = StringIO()
    Terminal(database, drain, shop.id).run(StringIO(lines), screen)
    return screen.getvalue().split("\n")


def test_lines_are_answered_until_an_empty_one(database: Database, drain: Drain, shop: MerchantView) -> None:
    assert _talk(database, drain, shop, "a flat white\nand a scone\n\nnot heard\n") == [
        "Say what you would like. An empty line ends the talk.",
        "> You said: a flat white",
        "> You said: and a scone",
        "> ",
        "",
    ]


def test_the_number_of_an_answer_picks_it(database: Database, drain: Drain, shop: MerchantView) -> None:
    assert _talk(database, drain, shop, "ask\n2\n")[1:5] == [
        "> Which size?",
        "1. Small cup",
        "2. Large cup",
        "> You said: Large cup (large)",
    ]


def test_the_next_talk_is_the_same_conversation_and_repeats_nothing(
    database: Database, drain: Drain, shop: MerchantView
) -> None:
    _talk(database, drain, shop, "first\n")
    assert _talk(database, drain, shop, "second\n")[1:3] == ["> You said: second", "> "]
    with database.read() as session:
        assert len(messaging.conversations(session, shop.id)) == 1


def test_what_the_shop_says_between_lines_is_shown(database: Database, drain: Drain, shop: MerchantView) -> None:
    terminal = Terminal(database, drain, shop.id)
    assert terminal.say("hello") == ("You said: hello",)
    with database.read() as session:
        (conversation,) = messaging.conversations(session, shop.id)
    with database.begin() as uow:
        messaging.say(uow, conversation.id, Content("Your order is ready.", "notice"), ref="ready:1")
    assert terminal.say("thanks") == ("Your order is ready.", "You said: thanks")
