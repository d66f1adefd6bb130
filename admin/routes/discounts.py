"""Discounts by hand, on the open cart of a conversation: who gave them and why is kept with the cart and its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin import fields
from admin.access import Visit, changes
from admin.routing import AdminRoute, see
from core import orders
from core.kernel.errors import InvalidInput, NotFound
from core.kernel.ids import new_id
from core.orders import Discount

if TYPE_CHECKING:
    from core.db.session import Session

router = APIRouter(route_class=AdminRoute)


@router.post("/conversations/{conversation_id}/discount")
def give(
    conversation_id: str,
    visit: Annotated[Visit, Depends(changes("carts.discount"))],
    off: Annotated[str, Form()] = "",
    item_id: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Take a per cent (“10 %”) or an amount (“2.50”) off the whole cart, or off what is in it of one item."""
    with visit.database.begin(visit.actor) as uow:
        cart_id = _cart_id(visit, uow.session, conversation_id)
        given = _meant(off.strip(), visit.merchant.currency, reason, item_id.strip())
        orders.give_discount(uow, visit.merchant_id, cart_id, given)
    return see(f"/admin/conversations/{conversation_id}?said=discount-given")


@router.post("/conversations/{conversation_id}/discount/{discount_id}")
def take_back(
    conversation_id: str, discount_id: str, visit: Annotated[Visit, Depends(changes("carts.discount"))]
) -> Response:
    """Take a discount back that was given by hand."""
    with visit.database.begin(visit.actor) as uow:
        orders.take_discount_back(uow, visit.merchant_id, _cart_id(visit, uow.session, conversation_id), discount_id)
    return see(f"/admin/conversations/{conversation_id}?said=discount-taken-back")


def _cart_id(visit: Visit, session: Session, conversation_id: str) -> str:
    cart = orders.find_cart(session, visit.merchant_id, conversation_id)
    if cart is None:
        raise NotFound(what="open cart of conversation", key=conversation_id)
    visit.check_place(cart.location_id)
    return cart.id


def _meant(off: str, currency: str, reason: str, item_id: str) -> Discount:
    """The discount that a form gives; customers read its reason as its name.

    Raises:
        InvalidInput: it says no per cent and no amount, or nothing of one.
    """
    items = (item_id,) if item_id else ()
    if off.endswith("%"):
        points = fields.basis_points(off, field="off")
        if not points:
            raise InvalidInput(field="off", problem="is nothing: write it like 10 %.")
        return Discount(new_id(), reason, basis_points=points, items=items, reason=reason)
    amount = fields.money(off, currency, field="off")
    if not amount.amount:
        raise InvalidInput(field="off", problem="is nothing: write it like 10 %, or an amount.")
    return Discount(new_id(), reason, amount=amount, items=items, reason=reason)
