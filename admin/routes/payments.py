"""How an order is paid: taking money at the counter, sending a link, giving money back, disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see
from core import merchants, orders, payments
from core.kernel.errors import InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.kernel.text import clean
from core.payments.rules import online_methods
from core.settings import settings

if TYPE_CHECKING:
    from fastapi.responses import Response

    from core.payments import PaymentView

router = APIRouter(route_class=AdminRoute)

_REASON_LENGTH = 200
_REF_LENGTH = 64


@router.get("/orders/{order_id}/payments")
def payments_page(order_id: str, visit: Annotated[Visit, Depends(sees("orders.read"))]) -> Response:
    """The payments of an order, and what can be done about them."""
    with visit.database.read() as session:
        order = orders.order(session, visit.merchant_id, order_id)
        visit.check_place(order.location_id)
        known = payments.all_of_order(session, visit.merchant_id, order_id)
        refunds = payments.refunds_of_order(session, visit.merchant_id, order_id)
        due = payments.still_due(session, visit.merchant_id, order_id) or Money.zero(order.total.currency)
        place = merchants.location(session, visit.merchant_id, order.location_id)
    tried = {refund.ref for refund in refunds}
    context: dict[str, Any] = {
        "order": order,
        "payments": known,
        "refunds": refunds,
        "due": due,
        "coins": {p.id: orders.pricing.in_cash(p.amount, place) for p in known if p.state == "pending"},
        "again": {r.id for r in refunds if r.state == "failed" and payments.retried(r) not in tried},
        "has_links": bool(online_methods(settings())),
        # One form gives back once, however often it is sent.
        "ref": new_id(),
    }
    return visit.page("payments.html", **context)


@router.post("/orders/{order_id}/payments/take")
def take(
    order_id: str,
    visit: Annotated[Visit, Depends(changes("payments.take"))],
    payment_id: Annotated[str, Form()],
    tender: Annotated[str, Form()] = "cash",
) -> Response:
    """The money was taken at the counter: in coins, or by card. Pressed twice, it was taken once."""
    if tender not in {"cash", "card"}:
        raise InvalidInput(field="tender", problem="choose cash or card.")
    with visit.database.begin(visit.actor) as uow:
        orders.take_at_counter(uow, visit.merchant_id, order_id, payment_id, cash=tender == "cash")
    return see(f"/admin/orders/{order_id}/payments")


@router.post("/orders/{order_id}/payments/link")
def link(order_id: str, visit: Annotated[Visit, Depends(changes("payments.take"))]) -> Response:
    """Make a link to pay by."""
    with visit.database.begin(visit.actor) as uow:
        orders.pay_by_link(uow, visit.merchant_id, order_id)
    return see(f"/admin/orders/{order_id}/payments")


@router.post("/orders/{order_id}/payments/refund")
def refund(
    order_id: str,
    visit: Annotated[Visit, Depends(changes("orders.refund"))],
    *,
    payment_id: Annotated[str, Form()],
    amount: Annotated[str, Form()],
    ref: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Give a part back. Sent twice, it goes back once."""
    why = clean(reason, _REASON_LENGTH)
    if not why:
        raise InvalidInput(field="reason", problem="say why the money goes back; it is kept with the payment.")
    with visit.database.begin(visit.actor) as uow:
        found = payments.payment(uow.session, visit.merchant_id, payment_id)
        _check(found, order_id)
        money = Money.parse(amount.strip().replace(",", "."), found.amount.currency)
        own = f"desk:{clean(ref, _REF_LENGTH)}"
        payments.refund(uow, visit.merchant_id, payment_id, money, reason=why, ref=own)
    return see(f"/admin/orders/{order_id}/payments")


@router.post("/orders/{order_id}/payments/retry")
def retry(
    order_id: str,
    visit: Annotated[Visit, Depends(changes("orders.refund"))],
    refund_id: Annotated[str, Form()],
) -> Response:
    """Try a refund again that failed. Sent twice, it is tried once."""
    with visit.database.begin(visit.actor) as uow:
        if refund_id not in {r.id for r in payments.refunds_of_order(uow.session, visit.merchant_id, order_id)}:
            raise NotFound(what="refund", key=refund_id)
        payments.retry_refund(uow, visit.merchant_id, refund_id)
    return see(f"/admin/orders/{order_id}/payments")


def _check(found: PaymentView, order_id: str) -> None:
    """Refuse a payment of another order: the form and the address belong together."""
    if found.order_id != order_id:
        raise NotFound(what="payment", key=found.id)
