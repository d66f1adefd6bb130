"""What an order costs the database, statement by statement: it is counted, so that it cannot grow unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from core import orders
from core.db import pipeline
from core.orders import Line
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    import pytest

    from core.db.session import Database
    from tests.orders.shop import Shop

# Begin (by the driver on PostgreSQL), savepoint and its release, cart and six reads, order, lines, posting, entries,
# payment, cart, ticket, the levels held, each taken, reservations, the lock of the lanes on PostgreSQL, work, and three
# of the audit log.
SQLITE, POSTGRES = 25, 25
# Cart; all other reads; what is written up to the levels held; taken, work and audit head; audit row and commit.
ROUND_TRIPS = 5


def _cart(shop: Shop, talk: str) -> str:
    cart_id = shop.cart(talk, (Line("roll", 2), Line("scone"))).id
    with shop.database.begin() as uow:
        orders.set_details(uow, shop.merchant_id, cart_id, fulfilment="pickup", customer_name="Ann")
    return cart_id


def _open(database: Database) -> Shop:
    shop = open_shop(database)
    shop.stock("roll", 50)
    shop.stock("scone", 50)
    shop.place(_cart(shop, "first"))
    return shop


def test_an_order_is_so_many_statements(database: Database) -> None:
    shop = _open(database)
    cart_id = _cart(shop, "second")
    run: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        run.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.begin() as uow:
        orders.place_order(uow, shop.merchant_id, cart_id)
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(run) == (SQLITE if database.sqlite else POSTGRES), "\n".join(run)


def test_an_order_is_so_many_round_trips(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = _open(database)
    cart_id = _cart(shop, "second")
    trips = 0
    exchange = pipeline.Pipeline.exchange

    def counted(self: pipeline.Pipeline, statements: list[object], *, commit: bool = False) -> object:
        nonlocal trips
        trips += 1
        return exchange(self, statements, commit=commit)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(pipeline.Pipeline, "exchange", counted)
    with database.begin() as uow:
        orders.place_order(uow, shop.merchant_id, cart_id)
    assert trips == (0 if database.sqlite else ROUND_TRIPS)
