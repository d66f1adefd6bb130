"""Card numbers that somebody writes where none belongs: none is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from core import merchants, orders
from core.merchants import Address
from core.orders import Line

if TYPE_CHECKING:
    from tests.orders.shop import Shop

CARD = "4242 4242 4242 4242"


def _anywhere(shop: Shop) -> bool:
    """Whether the number is in any table, however it is spaced."""
    digits = CARD.replace(" ", "")
    with shop.database.read() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        rows = (row for table in tables for row in session.execute(text(f'SELECT * FROM "{table}"')))  # noqa: S608
        return any(digits in str(value).replace(" ", "") for row in rows for value in row)


def test_no_card_number_is_kept_with_an_order(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    cart = shop.cart("talk", (Line("roll"),))
    with shop.database.begin() as uow:
        merchants.edit_location(uow, shop.merchant_id, shop.location_id, fulfilments=("dine_in", "delivery"))
        there = Address(f"Quay 7, {CARD}", city="Cobh", instructions=f"card {CARD} at the door")
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="delivery", address=there)
        orders.set_details(uow, shop.merchant_id, cart.id, table=CARD, note=CARD, customer_name=f"Ann {CARD}")
        placed = orders.place_order(uow, shop.merchant_id, cart.id)
        asked = orders.request_return(uow, shop.merchant_id, placed.id, reason=f"cold, pay to {CARD}", ref="a")
        orders.refuse_return(uow, shop.merchant_id, asked.id, answer=f"not to {CARD}")
        orders.change_order(uow, shop.merchant_id, placed.id, (Line("roll", 2),), expected_version=1, note=CARD)
        orders.cancel(uow, shop.merchant_id, placed.id, reason=f"refund {CARD}")
    assert placed.address is not None
    assert placed.address.street.startswith("Quay 7, ")
    assert not _anywhere(shop)


def test_control_a_number_that_is_stored_is_found(sqlite_shop: Shop) -> None:
    with sqlite_shop.database.begin() as uow:
        merchants.edit_location(uow, sqlite_shop.merchant_id, sqlite_shop.location_id, name=f"Pier {CARD}")
    assert _anywhere(sqlite_shop)
