"""What a turn costs the database, statement by statement: it is counted, so that it cannot grow unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.engine import Assistant
from assistant.turn import take_turn
from core import catalogue, merchants, messaging
from core.messaging.envelope import Envelope
from tests.assistant.menus import MENUS
from tests.statements import statements

if TYPE_CHECKING:
    from core.db.session import Database

# A message that changes the cart, from its arrival to its answer. PostgreSQL is not told to begin, but asked for the
# lanes' locks.
SQLITE, POSTGRES = 38, 33


def test_a_turn_is_so_many_statements(database: Database) -> None:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="GBP", locale="en-GB")
        merchants.add_location(uow, shop.id, name="Here", fulfilments=("pickup",))
        catalogue.import_menu(uow, shop.id, MENUS["tea"])
    assistant = Assistant()
    _turn(database, shop.id, assistant, 1)
    with statements(database) as run:
        _turn(database, shop.id, assistant, 2)
    assert len(run) == (SQLITE if database.sqlite else POSTGRES), "\n".join(run)


def _turn(database: Database, merchant_id: str, assistant: Assistant, number: int) -> None:
    said = Envelope(
        channel="web",
        account="chat",
        external_id=str(number),
        sender="ana",
        kind="text",
        text="a kaya toast",
        pushes=False,
    )
    with database.begin() as uow:
        received = messaging.receive(uow, merchant_id, said)
        uow.claim(received.lane)
    assert uow.claimed is not None
    take_turn(assistant, database, uow.claimed)
