"""A cart becomes an order: all in one transaction, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core import catalogue, inventory, payments
from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import CartClosed, CartIncomplete, Conflict, OutOfStock, PriceChanged, Unavailable
from core.kernel.ids import new_id
from core.orders import pricing, repository, rules
from core.orders.events import OrderPlaced
from core.orders.service import books
from core.orders.service.carts import change, locked, menu_now, quoted
from core.orders.service.progress import announce, order
from core.orders.service.tickets import tell_kitchen
from core.orders.views import OrderLineView, OrderView

if TYPE_CHECKING:
    from core.catalogue import Menu
    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.orders.views import CartView


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
        CartClosed: the cart was abandoned.
        NotFound: no such cart of this shop.
    """
    with uow.session.begin_nested():
        found = locked(uow, merchant_id, cart_id)
        if found.order_id:
            return order(uow.session, merchant_id, found.order_id)
        if found.status != "open":
            raise CartClosed
        menu = menu_now(uow.session, merchant_id)
        _check_complete(menu, found)
        quote = quoted(uow.session, menu, found)
        if expected_total not in (None, quote.total):
            raise PriceChanged(expected=str(expected_total), now=str(quote.total))
        placed = _save(uow, _drawn_up(menu, found, quote))
        _reserve(uow, menu, placed)
        tell_kitchen(uow, menu, placed)
        books.sold(uow, placed)
        _ask_for_money(uow, placed)
        change(uow, found, replace(found, status="placed", order_id=placed.id))
        announce(uow, placed, OrderPlaced)
    return placed


def _check_complete(menu: Menu, found: CartView) -> None:
    if not found.lines:
        raise CartIncomplete(problem="The cart is empty: choose something first.", missing=())
    rules.check_lines(menu, found.lines)
    missing = rules.missing_choices(menu, found.lines)
    if missing:
        first = missing[0]
        name = rules.name_of(menu, found.lines[first.line_index])
        options = ", ".join(first.options)
        problem = f"{name} lacks the {first.kind} of “{first.id}”: choose from {options}."
        raise CartIncomplete(problem=problem, missing=missing)
    refused = rules.unavailable(menu, found.lines)
    if refused:
        raise Unavailable(item=refused)


def _drawn_up(menu: Menu, found: CartView, quote: pricing.Quote) -> OrderView:
    """The order that a cart becomes, not yet saved and without a code."""
    causes = found.causes + ((),) * (len(found.lines) - len(found.causes))
    return OrderView(
        id=new_id(),
        merchant_id=found.merchant_id,
        location_id=found.location_id,
        customer_id=found.customer_id,
        conversation_id=found.conversation_id,
        cart_id=found.id,
        code="",
        state="new",
        lines=tuple(_sold(menu, q, words) for q, words in zip(quote.lines, causes, strict=True)),
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
    )


def _sold(menu: Menu, quoted: pricing.QuotedLine, causes: tuple[str, ...]) -> OrderLineView:
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
    code = repository.add_order(uow.session, drawn_up)
    if code is None:
        raise Conflict(problem="There are too many open orders to give this one a code: complete some first.")
    return replace(drawn_up, code=code)


def _reserve(uow: UnitOfWork, menu: Menu, placed: OrderView) -> None:
    lines = [line.line for line in placed.lines]
    book = catalogue.recipe_book(uow.session, placed.merchant_id)
    wanted = rules.demand(menu, lines, book)
    try:
        inventory.reserve(uow, placed.merchant_id, placed.location_id, placed.id, wanted)
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
    )
