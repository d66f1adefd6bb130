"""An order that was placed becomes another one: its price, stock, payment and tickets with it, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from core import inventory, kitchen, merchants, payments
from core.access import requires
from core.kernel import cards
from core.kernel.errors import Conflict, PriceChanged, StaleOrder, TooLate
from core.kernel.text import clean
from core.orders import pricing, repository, repository_returns, rules
from core.orders.events import OrderChanged
from core.orders.service import books, holding, splitting, tickets
from core.orders.service.carts import cart, menu_now
from core.orders.service.placing import check_complete, reserve, sold
from core.orders.service.progress import allowed, announce, held, promised_anew
from core.orders.states import CHANGEABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue import Menu
    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.orders.lines import Line
    from core.orders.views import OrderLineView, OrderView

_NOTE_LENGTH = 1000


@requires("orders.place")
def change_order(
    uow: UnitOfWork,
    merchant_id: str,
    order_id: str,
    lines: Sequence[Line],
    *,
    expected_version: int,
    note: str | None = None,
    expected_total: Money | None = None,
) -> OrderView:
    """Make an order's lines these. Units that stay keep the price they were sold at; nothing is cooked twice.

    Customers may as long as the location's policy lets them, staff until it is ready. `expected_version` is the one
    that was looked at, `expected_total` what was agreed to. The same lines again change nothing.

    Raises:
        StaleOrder: somebody changed it meanwhile; nothing of this is done.
        TooLate: it is ready or over; or a customer asks and the policy or the kitchen does not allow it any more.
        Conflict: some of it was refunded, or it is being paid at this moment; or several locations make it, and one
            of them has begun.
        CartIncomplete, InvalidLine, Unavailable, OutOfStock, PriceChanged: as for placing.
        NotFound: no such order of this shop.
    """
    with uow.nested():
        before = held(uow, merchant_id, order_id)
        check_changeable(uow, before, expected_version)
        if kitchen.cooking(uow.session, merchant_id, order_id) != "waiting":
            splitting.check_whole(before)
        if repository_returns.of_order(uow.session, merchant_id, order_id, state="done"):
            raise Conflict(problem=f"Some of order {before.code} was refunded: place another order instead.")
        menu = menu_now(uow.session, merchant_id, before.location_id)
        check_complete(menu, lines, before=[line.line for line in before.lines])
        wanted = [rules.filled(menu, line) for line in lines]
        said = before.note if note is None else cards.redacted(clean(note, _NOTE_LENGTH))
        if wanted == [line.line for line in before.lines] and said == before.note:
            return before
        after = replace(_priced(uow, menu, before, wanted), note=said, version=before.version + 1)
        if before.split:
            after = replace(after, split=splitting.replan(uow.session, menu, before, after))
        if expected_total not in (None, after.total):
            raise PriceChanged(expected=str(expected_total), now=str(after.total))
        repository.rewrite_order(uow.session, after, parted=bool(before.split))
        awaited = holding.awaited(uow, before)
        location = merchants.location(uow.session, merchant_id, before.location_id)
        ends = holding.until(location, before, pay_by=payments.pay_by(after.total) if awaited else None)
        if before.split:
            splitting.rearrange(uow, menu, before, after, ends)
        else:
            reserve(uow, menu, after, partial(inventory.rearrange, expires_at=ends))
        difference = after.total.amount - before.total.amount
        books.changed(uow, before, after, ref=str(after.version))
        if difference:
            payments.adjust(uow, merchant_id, order_id, after.total, ref=f"change:{after.version}")
        if before.state != "held":
            after = promised_anew(uow, after)
            if not awaited:
                tickets.tell_of_change(uow, menu, after, before)
        announce(
            uow,
            after,
            OrderChanged,
            version=after.version,
            difference=difference,
            currency=after.total.currency,
            by=uow.actor.kind,
        )
    return after


def check_changeable(uow: UnitOfWork, before: OrderView, expected_version: int) -> None:
    """Go on only with an order that is as it was looked at, and that whoever asks may still have changed.

    Raises:
        StaleOrder: somebody changed it meanwhile.
        TooLate: it is ready or over, or a customer asks too late.
    """
    if before.version != expected_version:
        raise StaleOrder(code=before.code, version=before.version, expected=expected_version)
    if before.state not in CHANGEABLE:
        raise TooLate(problem=f"Order {before.code} is {before.state}: it cannot be changed any more.")
    begun = kitchen.cooking(uow.session, before.merchant_id, before.id) != "waiting"
    allowed(uow, before, "changed", begun=begun)


def _priced(uow: UnitOfWork, menu: Menu, before: OrderView, wanted: Sequence[Line]) -> OrderView:
    """The order with these lines; the cart it came from still has its discounts, its tip and its delivery fee."""
    location = merchants.location(uow.session, before.merchant_id, before.location_id)
    origin = cart(uow.session, before.merchant_id, before.cart_id)
    asked = replace(origin, lines=tuple(wanted), fulfilment=before.fulfilment)
    agreed = {line.line.unit: line.parts for line in before.lines}
    quote = pricing.quote_at(menu, location, asked, agreed=agreed)
    known = {line.line.unit: line for line in before.lines}
    lines = tuple(_line(menu, quoted, known.pop(quoted.line.unit, None)) for quoted in quote.lines)
    return replace(
        before,
        lines=lines,
        subtotal=quote.subtotal,
        tax=quote.tax,
        total=quote.total,
        charges=quote.charges,
        tax_inclusive=quote.tax_inclusive,
        menu_version=menu.version,
    )


def _line(menu: Menu, quoted: pricing.QuotedLine, before: OrderLineView | None) -> OrderLineView:
    """A line of the changed order; one that stays keeps its id, its name and the customer's words."""
    made = sold(menu, quoted, before.causes if before else ())
    return replace(made, id=before.id, name=before.name) if before else made
