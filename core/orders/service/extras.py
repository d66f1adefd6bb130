"""What a cart costs more or less for other reasons than its lines: a tip, and discounts given by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.errors import CartClosed, Conflict, InvalidInput, NotFound
from core.kernel.money import Money
from core.kernel.text import clean
from core.merchants import location, merchant
from core.orders import discounts
from core.orders.events import DiscountGiven, DiscountTakenBack
from core.orders.service.carts import change, locked

if TYPE_CHECKING:
    from core.db.uow import UnitOfWork
    from core.orders.charges import Tip
    from core.orders.discounts import Discount
    from core.orders.views import CartView

_MOST = 10
_NAME_LENGTH = 80
_REASON_LENGTH = 300


@requires("carts.change")
def set_tip(uow: UnitOfWork, merchant_id: str, cart_id: str, tip: Tip | None) -> CartView:
    """Set what the customer gives on top; None takes it back.

    Raises:
        InvalidInput: the location takes no tips; an amount below zero or of another currency; a per cent beyond 100.
        CartClosed: the cart was ordered or abandoned.
        NotFound: no such cart of this shop.
    """
    before = _open(uow, merchant_id, cart_id)
    if tip is not None:
        if not location(uow.session, merchant_id, before.location_id).charging.tips:
            raise InvalidInput(field="tip", problem="no tips are taken here.")
        tip.on(Money.zero(merchant(uow.session, merchant_id).currency))
    return change(uow, before, tip=tip)


@requires("carts.discount")
def give_discount(uow: UnitOfWork, merchant_id: str, cart_id: str, discount: Discount) -> CartView:
    """Take something off a cart by hand. One of the same id replaces the earlier; who gave it is kept with it.

    Raises:
        InvalidInput: no name or reason, or a discount that says nothing, too much, or the opposite.
        Conflict: the cart has ten already.
        CartClosed: the cart was ordered or abandoned.
        NotFound: no such cart of this shop.
    """
    before = _open(uow, merchant_id, cart_id)
    discounts.check(discount, merchant(uow.session, merchant_id).currency)
    given = replace(
        discount,
        name=clean(discount.name, _NAME_LENGTH),
        reason=clean(discount.reason, _REASON_LENGTH),
        by=uow.actor.id or uow.actor.kind,
    )
    for field in ("id", "name", "reason"):
        if not getattr(given, field):
            raise InvalidInput(field=field, problem="is empty: a discount given by hand needs one.")
    others = tuple(one for one in before.discounts if one.id != given.id)
    if len(others) >= _MOST:
        raise Conflict(problem=f"A cart has at most {_MOST} discounts: take one back first.")
    uow.record(
        DiscountGiven(
            merchant_id=merchant_id,
            cart_id=cart_id,
            conversation_id=before.conversation_id,
            discount_id=given.id,
            discount=given.name,
            reason=given.reason,
        )
    )
    return change(uow, before, discounts=(*others, given))


@requires("carts.discount")
def take_discount_back(uow: UnitOfWork, merchant_id: str, cart_id: str, discount_id: str) -> CartView:
    """Remove a discount that was given by hand.

    Raises:
        CartClosed: the cart was ordered or abandoned.
        NotFound: no such cart of this shop, or no such discount on it.
    """
    before = _open(uow, merchant_id, cart_id)
    left = tuple(one for one in before.discounts if one.id != discount_id)
    if len(left) == len(before.discounts):
        raise NotFound(what="discount", key=discount_id)
    uow.record(
        DiscountTakenBack(
            merchant_id=merchant_id,
            cart_id=cart_id,
            conversation_id=before.conversation_id,
            discount_id=discount_id,
        )
    )
    return change(uow, before, discounts=left)


def _open(uow: UnitOfWork, merchant_id: str, cart_id: str) -> CartView:
    found = locked(uow, merchant_id, cart_id)
    if found.status != "open":
        raise CartClosed
    return found
