"""What an order tells the kitchen, and when it will be ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import kitchen
from core.orders import making

if TYPE_CHECKING:
    from core.catalogue import Menu
    from core.db.uow import UnitOfWork
    from core.orders.views import OrderView


def tell_kitchen(uow: UnitOfWork, menu: Menu, placed: OrderView) -> None:
    """Make it: a ticket for each station, with the note for the whole order on every one."""
    stations = kitchen.stations(uow.session, placed.merchant_id, placed.location_id)
    dishes = making.dishes(menu, (line.line for line in placed.lines), stations)
    kitchen.open_order(uow, placed.merchant_id, placed.location_id, docket(placed), dishes)


def docket(placed: OrderView) -> kitchen.Docket:
    """The head of an order's tickets."""
    return kitchen.Docket(
        order_id=placed.id,
        code=placed.code,
        placed_at=placed.placed_at,
        customer_name=placed.customer_name,
        fulfilment=placed.fulfilment,
        note=placed.note,
    )
