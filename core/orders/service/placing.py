"""A cart becomes an order: all in one transaction, all or nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from core import catalogue, inventory, kitchen, payments
from core.access import requires
from core.db.prepared import read_ahead, settle
from core.kernel.clock import now
from core.kernel.errors import CartClosed, CartIncomplete, Conflict, OutOfStock, PriceChanged, Unavailable
from core.kernel.ids import new_id
from core.orders import making, pricing, repository, rules
from core.orders.events import OrderHeld, OrderPlaced
from core.orders.service import books, handover, holding, splitting
from core.orders.service.carts import change, locked, menu_now, quoted
from core.orders.service.progress import announce, order
from core.orders.service.tickets import tell_kitchen
from core.orders.views import OrderLineView, OrderView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.catalogue import Menu, RecipeBook
    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.kitchen import Dish, Station
    from core.orders.lines import Line
    from core.orders.promise import Interval
    from core.orders.views import CartView

_CODE_TRIES = 20


@requires("orders.place")
def place_order(uow: UnitOfWork, merchant_id: str, cart_id: str, *, expected_total: Money | None = None) -> OrderView:
    """Turn a cart into an order: all of it or nothing, even when the caller catches the error and commits the rest.

    Placing a cart again returns the first order. `expected_total` is what the customer was told and agreed to.

    Raises:
        CartIncomplete: the cart is empty or lacks a required choice; `missing` has every `rules.Missing`.
        Unavailable: something in it is not sold now.
        OutOfStock: fewer are left than all lines together ask for; `item` is its name, `item_id` its id.
        PriceChanged: it costs another total now.
        InvalidLine: the menu has changed and does not allow a line any more.
        ShopClosed: nothing is made now, or then.
        SlotTaken: no order more fits into the time asked for; `free` has the next ones that do.
        OutsideArea, BelowMinimum: it is not delivered there, or not for so little.
        CartClosed: the cart was abandoned.
        NotFound: no such cart of this shop.
    """
    try:
        return _with_code(uow, merchant_id, cart_id, expected_total)
    except OutOfStock:
        # Nobody else is asked before the order's own location has turned out to have too little.
        shares = splitting.plan(uow.session, merchant_id, cart_id)
        if not shares:
            raise
    return _with_code(uow, merchant_id, cart_id, expected_total, shares)


def _with_code(
    uow: UnitOfWork, merchant_id: str, cart_id: str, expected_total: Money | None, shares: splitting.Shares = ()
) -> OrderView:
    for _ in range(_CODE_TRIES):
        with suppress(repository.CodeTaken), uow.nested():
            return _place(uow, merchant_id, cart_id, expected_total, shares)
    raise Conflict(problem="There are too many open orders to give this one a code: complete some first.")


def _place(
    uow: UnitOfWork, merchant_id: str, cart_id: str, expected_total: Money | None, shares: splitting.Shares
) -> OrderView:
    found = locked(uow, merchant_id, cart_id)
    if found.order_id:
        return order(uow.session, merchant_id, found.order_id)
    if found.status != "open":
        raise CartClosed
    moment = now()
    _read_ahead(uow.session, found, moment)
    menu = menu_now(uow.session, merchant_id, found.location_id, at=moment)
    check_complete(menu, found.lines)
    how = handover.agreed(uow.session, found)
    found = handover.with_fee_of(found, how.zone)
    quote = quoted(uow.session, menu, found, how.location)
    if expected_total not in (None, quote.total):
        raise PriceChanged(expected=str(expected_total), now=str(quote.total))
    handover.check_minimum(how, quote.subtotal - quote.charges.discount)
    stations = kitchen.stations(uow.session, merchant_id, found.location_id)
    dishes = making.dishes(menu, found.lines, stations)
    book = catalogue.recipe_book(uow.session, merchant_id)
    when = _promised(uow.session, found, how, dishes, stations)
    drawn_up = _drawn_up(uow.session, menu, found, quote, how, when)
    placed = _save(uow, replace(drawn_up, split=splitting.parts_of(shares, drawn_up)) if shares else drawn_up)
    pay_by = payments.pay_by(placed.total)
    books.sold(uow, placed)
    _ask_for_money(uow, placed)
    change(uow, found, status="placed", order_id=placed.id)
    announce(uow, placed, OrderPlaced)
    if placed.held_for:
        announce(uow, placed, OrderHeld, reasons=list(placed.held_for))
    elif pay_by is None:
        tell_kitchen(uow, menu, placed, known=stations, dishes=dishes)
    # What others may be waiting for is taken last, and so held for the shortest time.
    if how.slot is not None:
        handover.take_slot(uow, how.location, how.slot)
    until = holding.until(how.location, placed, pay_by=pay_by)
    (splitting.reserve if shares else _reserve)(uow, menu, placed, until, book)
    settle(uow.session, repository.CodeTaken)
    return placed


def _read_ahead(session: Session, found: CartView, moment: datetime) -> None:
    """Ask all at once for what placing reads before it writes anything."""
    mine, place = found.merchant_id, found.location_id
    read_ahead(
        session, *catalogue.questions(mine, moment), *handover.questions(mine, place), *kitchen.questions(mine, place)
    )


def check_complete(menu: Menu, lines: Sequence[Line], *, before: Iterable[Line] = ()) -> None:
    """Go on only with lines that can be ordered; what was `before` had may have run out since.

    Raises:
        CartIncomplete: nothing, or something that lacks a choice.
        InvalidLine: the menu does not allow a line.
        Unavailable: something cannot be had now.
    """
    if not lines:
        raise CartIncomplete(problem="The cart is empty: choose something first.", missing=())
    rules.check_lines(menu, lines)
    missing = rules.missing_choices(menu, lines)
    if missing:
        first = missing[0]
        name = rules.name_of(menu, lines[first.line_index])
        options = ", ".join(first.options)
        problem = f"{name} lacks the {first.kind} of “{first.id}”: choose from {options}."
        raise CartIncomplete(problem=problem, missing=missing)
    refused = rules.unavailable(menu, lines, before=before)
    if refused:
        raise Unavailable(item=refused)


def _drawn_up(  # noqa: PLR0917 - all that an order is made of
    session: Session, menu: Menu, found: CartView, quote: pricing.Quote, how: handover.Handover, when: Interval
) -> OrderView:
    """The order that a cart becomes, not yet saved and without a code; whether a person looks at it first."""
    causes = found.causes + ((),) * (len(found.lines) - len(found.causes))
    held = handover.doubts(session, how.location, found.customer_id, found.lines, quote.total)
    return OrderView(
        id=new_id(),
        merchant_id=found.merchant_id,
        location_id=found.location_id,
        customer_id=found.customer_id,
        conversation_id=found.conversation_id,
        cart_id=found.id,
        code="",
        state="held" if held else "new",
        held_for=held,
        slot_at=how.slot.start if how.slot else None,
        zone=how.zone.name if how.zone else None,
        travel_minutes=how.travel,
        promised=when,
        lines=tuple(sold(menu, q, words) for q, words in zip(quote.lines, causes, strict=True)),
        subtotal=quote.subtotal,
        tax=quote.tax,
        total=quote.total,
        charges=quote.charges,
        tax_inclusive=quote.tax_inclusive,
        fulfilment=found.fulfilment,
        customer_name=found.customer_name,
        note=found.note,
        menu_version=menu.version,
        placed_at=now(),
        requested_for=found.requested_for,
        address=found.address if found.fulfilment == "delivery" else None,
        table=found.table if found.fulfilment == "dine_in" else None,
    )


def _promised(
    session: Session,
    found: CartView,
    how: handover.Handover,
    dishes: tuple[Dish, ...],
    stations: tuple[Station, ...],
) -> Interval:
    """When the customer will have what a cart becomes."""
    default = how.location.policy.preparation_minutes
    minutes = kitchen.minutes_for(
        session, found.merchant_id, found.location_id, dishes, default=default, known=stations
    )
    return handover.promise(
        session, how.location, minutes=minutes, travel=how.travel, requested_for=found.requested_for
    )


def sold(menu: Menu, quoted: pricing.QuotedLine, causes: tuple[str, ...]) -> OrderLineView:
    """A priced line as it stands in an order."""
    return OrderLineView(
        id=new_id(),
        line=rules.filled(menu, quoted.line),
        name=rules.name_of(menu, quoted.line),
        description=rules.spelled(menu, quoted.line),
        unit=quoted.unit,
        total=quoted.total,
        discount=quoted.discount,
        tax=quoted.tax,
        basis_points=quoted.basis_points,
        discounts=quoted.discounts,
        parts=quoted.parts,
        causes=causes,
    )


def _save(uow: UnitOfWork, drawn_up: OrderView) -> OrderView:
    return replace(drawn_up, code=repository.add_order(uow.session, drawn_up))


def _reserve(uow: UnitOfWork, menu: Menu, placed: OrderView, until: datetime | None, book: RecipeBook) -> None:
    reserve(uow, menu, placed, partial(inventory.reserve, expires_at=until, fresh=True), book=book)


def reserve(
    uow: UnitOfWork, menu: Menu, placed: OrderView, how: Callable[..., None], *, book: RecipeBook | None = None
) -> None:
    """Promise an order its stock by `inventory.reserve`, or by `inventory.rearrange` when it was changed.

    `book` are the recipes in force, where they were read already.

    Raises:
        OutOfStock: fewer are left; `item` is its name, `item_id` its id.
    """
    lines = [line.line for line in placed.lines]
    if book is None:
        book = catalogue.recipe_book(uow.session, placed.merchant_id)
    wanted = rules.demand(menu, lines, book)
    try:
        how(uow, placed.merchant_id, placed.location_id, placed.id, wanted)
    except OutOfStock as short:
        stock_id = str(short.values["item"])
        lacking = rules.shortage(menu, lines, book, stock_id, int(str(short.values["left"])))
        said = {"item": lacking.name, "item_id": lacking.item_id, "left": lacking.left, "wanted": lacking.wanted}
        raise OutOfStock(**said, stock_item_id=stock_id) from None


def _ask_for_money(uow: UnitOfWork, placed: OrderView) -> None:
    payments.open_payment(
        uow,
        placed.merchant_id,
        placed.id,
        placed.total,
        location_id=placed.location_id,
        title=f"Order {placed.code}",
        fresh=True,
    )
