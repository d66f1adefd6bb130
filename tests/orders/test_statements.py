"""What an order costs the database, statement by statement: it is counted, so that it cannot grow unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import orders
from core.orders import Line
from tests.orders.shop import open_shop
from tests.statements import round_trips, statements

if TYPE_CHECKING:
    import pytest

    from core.db.session import Database
    from tests.orders.shop import Shop

# Begin (by the driver on PostgreSQL), savepoint and its release, cart and six reads, order, lines, posting, entries,
# payment, cart, ticket, each level taken, the levels read, reservations, work; on PostgreSQL the lock of the lanes and
# two facts of the audit log, on SQLite its end read, its rows and its end moved.
SQLITE, POSTGRES = 25, 24
# Cart; all other reads; what is written up to the stock taken; reservations, work, audit log and commit.
ROUND_TRIPS = 4


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
    with statements(database) as run, database.begin() as uow:
        orders.place_order(uow, shop.merchant_id, cart_id)
    assert len(run) == (SQLITE if database.sqlite else POSTGRES), "\n".join(run)


def test_an_order_is_so_many_round_trips(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = _open(database)
    cart_id = _cart(shop, "second")
    with round_trips(database, monkeypatch) as made, database.begin() as uow:
        orders.place_order(uow, shop.merchant_id, cart_id)
    assert len(made) == (0 if database.sqlite else ROUND_TRIPS), made
