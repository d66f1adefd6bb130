"""Orders that several locations make together, because no single one has everything; where the policy allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import catalogue, inventory, merchants
from core.inventory import Part
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidLine, NotFound, OutOfStock, OutsideArea, ShopClosed
from core.merchants import opening
from core.orders import rules, splitting
from core.orders.service import handover
from core.orders.service.carts import cart, menu_now
from core.orders.splitting import OrderPart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.catalogue import Menu, RecipeBook
    from core.db.uow import UnitOfWork
    from core.merchants import LocationView
    from core.orders.lines import Line
    from core.orders.views import CartView, OrderView

Shares = tuple[tuple[str, dict[int, int]], ...]  # by location: units by the line's number


def plan(session: Session, merchant_id: str, cart_id: str) -> Shares:
    """How several locations could make a cart together that its own has too little for; nothing when they cannot.

    The cart's own location makes as much as it can; of the others as few as possible, of those that are open, hand
    over in the same way, deliver to the address, and have it on their menu now.
    """
    found = cart(session, merchant_id, cart_id)
    location = merchants.location(session, merchant_id, found.location_id)
    if not _allowed(location, found):
        return ()
    menu = menu_now(session, merchant_id, location.id)
    book = catalogue.recipe_book(session, merchant_id)
    lines = [rules.filled(menu, line) for line in found.lines]
    total = rules.demand(menu, lines, book)
    allocated = inventory.allocate(session, merchant_id, total, location.id)
    if allocated.short:
        return ()
    known = inventory.availability(session, merchant_id, total.keys())
    tracked = {item for levels in known.values() for item in levels}
    every = merchants.merchant(session, merchant_id).location_ids
    order = dict.fromkeys((location.id, *(part.location_id for part in allocated.parts), *every))
    places = [
        splitting.Place(
            one,
            menu_now(session, merchant_id, one),
            known.get(one, {}),
            nowhere=frozenset(total.keys() - tracked),
            own=one == location.id,
        )
        for one in order
        if one == location.id or _can(session, merchants.location(session, merchant_id, one), found)
    ]
    try:
        shares = splitting.shared_out(lines, places, book)
    except InvalidLine:  # the menu of another place does not have a line at all
        return ()
    if shares is None:
        return ()
    made = tuple((place.location_id, share) for place, share in zip(places, shares, strict=True) if share)
    return made if len(made) > 1 else ()


def parts_of(shares: Shares, placed: OrderView) -> tuple[OrderPart, ...]:
    """The shares of an order whose lines have their ids."""
    ids = [line.id for line in placed.lines]
    return tuple(OrderPart(place, {ids[number]: units for number, units in share.items()}) for place, share in shares)


def reserve(uow: UnitOfWork, menu: Menu, placed: OrderView, until: datetime | None, book: RecipeBook) -> None:
    """Promise an order its stock at each of its locations, all or none. `book` are the recipes in force.

    Raises:
        OutOfStock: somebody was quicker; `item` is the stock item's id.
    """
    parts = _stock(menu, placed, placed.split, book)
    inventory.reserve_parts(uow, placed.merchant_id, placed.id, parts, expires_at=until)


def keep_only(uow: UnitOfWork, menu: Menu, order: OrderView, left: Mapping[str, int]) -> None:
    """Some units of an order are not wanted any more: each location keeps what its own part still needs."""
    book = catalogue.recipe_book(uow.session, order.merchant_id)
    parts = _stock(menu, order, splitting.without(order.split, left), book)
    for part in sorted(parts, key=lambda one: one.location_id):
        inventory.rearrange(uow, order.merchant_id, part.location_id, order.id, part.units)


def replan(session: Session, menu: Menu, before: OrderView, after: OrderView) -> tuple[OrderPart, ...]:
    """How several locations make an order that was changed: what it holds already counts as there.

    Raises:
        OutOfStock: together they have too little; `item` is its name, `item_id` its id.
    """
    location = merchants.location(session, before.merchant_id, before.location_id)
    book = catalogue.recipe_book(session, before.merchant_id)
    lines = [line.line for line in after.lines]
    total = rules.demand(menu, lines, book)
    known = {place: dict(there) for place, there in inventory.availability(session, before.merchant_id, total).items()}
    for place, items in inventory.held_of(session, before.merchant_id, before.id).items():
        for item, units in items.items():
            if item in known.get(place, {}):
                known[place][item] += units
    every = merchants.merchant(session, before.merchant_id).location_ids
    mine = [part.location_id for part in before.split]
    tracked = {item for levels in known.values() for item in levels}
    places = [
        splitting.Place(
            one,
            menu_now(session, before.merchant_id, one),
            known.get(one, {}),
            nowhere=frozenset(total.keys() - tracked),
            own=one == location.id,
        )
        for one in dict.fromkeys((location.id, *mine, *every))
        if one in {location.id, *mine} or _can(session, merchants.location(session, before.merchant_id, one), before)
    ]
    try:
        shares = splitting.shared_out(lines, places, book)
    except InvalidLine:  # the menu of another place does not have a line at all
        shares = None
    if shares is None:
        there = {item: sum(levels.get(item, 0) for levels in known.values()) for item in tracked}
        short = min(tracked, key=lambda item: (there[item] - total[item], item))
        lacking = rules.shortage(menu, lines, book, short, there[short])
        said = {"item": lacking.name, "item_id": lacking.item_id, "left": lacking.left, "wanted": lacking.wanted}
        raise OutOfStock(**said, stock_item_id=short)
    made = tuple((place.location_id, share) for place, share in zip(places, shares, strict=True) if share)
    return parts_of(made, after) if [place for place, _ in made] != [location.id] else ()


def rearrange(uow: UnitOfWork, menu: Menu, before: OrderView, after: OrderView, until: datetime | None) -> None:
    """What an order holds at each location becomes what its parts now need there; places are taken in id order.

    Raises:
        OutOfStock: somebody was quicker; `item` is the stock item's id.
    """
    book = catalogue.recipe_book(uow.session, after.merchant_id)
    parts = after.split or (OrderPart(after.location_id, {line.id: line.line.quantity for line in after.lines}),)
    needs = {part.location_id: part.units for part in _stock(menu, after, parts, book)}
    for place in sorted({*needs, *(part.location_id for part in before.split)}):
        inventory.rearrange(uow, after.merchant_id, place, after.id, needs.get(place, {}), expires_at=until)


def check_then(session: Session, after: OrderView) -> None:
    """Go on only with an order whose parts the other locations can hand over at the time that it is wanted.

    Raises:
        ShopClosed: one of them is not open then.
    """
    for part in after.split:
        place = merchants.location(session, after.merchant_id, part.location_id)
        if place.id != after.location_id and not _can(session, place, after):
            problem = f"{place.name}, which makes a part of order {after.code}, does not hand over then."
            raise ShopClosed(problem=problem, opens_at=None)


def check_whole(order: OrderView) -> None:
    """Go on only with an order that one location makes.

    Raises:
        Conflict: several do.
    """
    if order.split:
        problem = f"Order {order.code} is made at several locations: cancel it and place another instead."
        raise Conflict(problem=problem)


def _allowed(location: LocationView, found: CartView) -> bool:
    when = location.policy.split
    return when == "always" or (when == "delivery" and found.fulfilment == "delivery")


def _can(session: Session, other: LocationView, found: CartView | OrderView) -> bool:
    """Whether another location could hand a part of it over, then and there."""
    at = found.requested_for or now()
    if found.fulfilment is not None and found.fulfilment not in other.fulfilments:
        return False
    if other.policy.when_closed != "accept" and not opening(other, at).open:
        return False
    if found.fulfilment == "delivery" and found.address is not None:
        try:
            handover.zone_at(session, other, found.address)
        except OutsideArea:
            return False
    try:
        menu_now(session, other.merchant_id, other.id)
    except NotFound:
        return False
    return True


def _stock(menu: Menu, placed: OrderView, parts: Sequence[OrderPart], book: RecipeBook) -> list[Part]:
    """What the parts of an order take from the stock of their locations."""
    return [Part(part.location_id, rules.demand(menu, _lines(placed, part), book)) for part in parts]


def _lines(placed: OrderView, part: OrderPart) -> list[Line]:
    return [line.line for line in splitting.of_part(placed, part).lines]
