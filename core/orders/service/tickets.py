"""What an order tells the kitchen, and when it will be ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core import kitchen
from core.kitchen.events import KitchenTold
from core.orders import making, splitting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.catalogue import Menu
    from core.db.uow import UnitOfWork
    from core.merchants import LocationView
    from core.orders.views import OrderView


def tell_kitchen(
    uow: UnitOfWork,
    menu: Menu,
    placed: OrderView,
    *,
    known: tuple[kitchen.Station, ...] | None = None,
    dishes: tuple[kitchen.Dish, ...] | None = None,
) -> None:
    """Make it: a ticket for each station, with the note for the whole order on every one.

    `known` are the stations and `dishes` what they make of the order, where that is known already. Where several
    locations make an order, each hears of its own part.
    """
    if placed.split:
        for part in placed.split:
            tell_kitchen(uow, menu, splitting.of_part(placed, part))
        return
    stations = kitchen.stations(uow.session, placed.merchant_id, placed.location_id) if known is None else known
    if dishes is None:
        dishes = making.of_order(menu, placed.lines, stations)
    kitchen.open_order(uow, placed.merchant_id, placed.location_id, docket(placed), dishes, known=stations)


def tell_kitchen_once(uow: UnitOfWork, menu: Menu, certain: OrderView) -> None:
    """Make it, unless the kitchen was told already."""
    if not kitchen.tickets_of_order(uow.session, certain.merchant_id, certain.id):
        tell_kitchen(uow, menu, certain)
        told = [t.station for t in kitchen.tickets_of_order(uow.session, certain.merchant_id, certain.id)]
        uow.record(KitchenTold(merchant_id=certain.merchant_id, order_id=certain.id, stations=told))


def tell_of_change(uow: UnitOfWork, menu: Menu, after: OrderView, former: OrderView) -> None:
    """Make it otherwise: each station hears what differs from what it knows, at each location that makes a part."""
    if not (after.split or former.split):
        _tell_place(uow, menu, after)
        return
    parts = {part.location_id: splitting.of_part(after, part) for part in after.split}
    whole = {} if after.split else {after.location_id: after}
    for place in sorted({*parts, *whole, *(part.location_id for part in former.split)}):
        nothing = replace(after, location_id=place, lines=(), split=())
        _tell_place(uow, menu, parts.get(place) or whole.get(place) or nothing)


def _tell_place(uow: UnitOfWork, menu: Menu, after: OrderView) -> None:
    stations = kitchen.stations(uow.session, after.merchant_id, after.location_id)
    before = kitchen.tickets_of_order(uow.session, after.merchant_id, after.id)
    mine = [ticket for ticket in before if ticket.state != "cancelled" and ticket.location_id == after.location_id]
    known = {dish.key for ticket in mine for dish in ticket.dishes}
    dishes = making.of_order(menu, after.lines, stations, known=known)
    kitchen.change_order(uow, after.merchant_id, after.location_id, docket(after), dishes)


def _due(placed: OrderView) -> datetime | None:
    """When the kitchen must be through: the way to the customer comes after."""
    return placed.promised.start - timedelta(minutes=placed.travel_minutes) if placed.promised else None


def docket(placed: OrderView) -> kitchen.Docket:
    """The head of an order's tickets."""
    return kitchen.Docket(
        order_id=placed.id,
        code=placed.code,
        placed_at=placed.placed_at,
        due_at=_due(placed),
        table=placed.table,
        customer_name=placed.customer_name,
        fulfilment=placed.fulfilment,
        note=placed.note,
    )


def minutes_left(session: Session, menu: Menu, location: LocationView, found: OrderView) -> int:
    """Minutes that the kitchen still needs for an order, with what else it has to do now."""
    stations = kitchen.stations(session, found.merchant_id, found.location_id)
    dishes = making.of_order(menu, found.lines, stations)
    default = location.policy.preparation_minutes
    return kitchen.minutes_for(session, found.merchant_id, found.location_id, dishes, default=default, but=found.id)
