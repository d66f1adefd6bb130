"""A shop whose assistant repeats what it hears: the channels' own part is what is looked at here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comanda.drain import Drain
from core import merchants, messaging
from core.db import outbox
from core.messaging import Content

if TYPE_CHECKING:
    from core.db.outbox import Work
    from core.db.session import Database


def repeat(database: Database, work: Work) -> None:
    """Answer a turn by repeating it; "ask" is answered with a question that has two answers."""
    with database.read() as session:
        turn = messaging.open_turn(session, work.payload["conversation_id"])
    with database.begin() as uow:
        if turn is not None:
            replies = [_reply(m) for m in turn.messages]
            messaging.close_turn(uow, turn, replies=replies, state={}, trace={})
        outbox.finish(uow.session, work)


def _reply(message: messaging.InboundView) -> Content:
    if message.text == "ask":
        options = (messaging.Option("small", "Small cup"), messaging.Option("large", "Large cup"))
        return Content("Which size?", "question", options)
    chosen = f" ({message.payload['choice']})" if message.kind == "choice" else ""
    return Content(f"You said: {message.text}{chosen}")


@pytest.fixture
def shop(database: Database) -> merchants.MerchantView:
    """A shop with one location."""
    with database.begin() as uow:
        merchant = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="USD", locale="en-US")
        merchants.add_location(uow, merchant.id, name="Main Street")
        return merchant


@pytest.fixture
def drain(database: Database) -> Drain:
    """Does turns when asked to."""
    return Drain(database, {"turn": repeat})
