"""Use cases of goods that come in for a purchase order: whole, in part, or more than was ordered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.access import requires
from core.inventory.purchasing import repository
from core.inventory.purchasing.events import PurchaseOrderDelivered
from core.inventory.purchasing.service.ordering import held, purchase_order
from core.inventory.service.changes import check_quantity
from core.inventory.service.levels import receive
from core.inventory.views import ReceivedLot
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.db.uow import UnitOfWork
    from core.inventory.purchasing.views import Delivered, PurchaseLineView, PurchaseOrderView

_REF_LENGTH = 64


@requires("stock.change")
def receive_purchase(
    uow: UnitOfWork,
    merchant_id: str,
    order_id: str,
    delivered: Sequence[Delivered],
    *,
    ref: str,
    accept_excess: bool = False,
) -> PurchaseOrderView:
    """Goods came, each as a lot of its own; what did not come is still expected. The same `ref` again changes nothing.

    More than was ordered comes in only when somebody says so (`accept_excess`).

    Raises:
        InvalidInput: nothing came, quantities that cannot be meant, a line of another order, or no ref.
        NotFound: no such purchase order of this shop.
        Conflict: it was not approved or has ended, or more came than was ordered.
    """
    key = clean(ref, 200)
    if not 1 <= len(key) <= _REF_LENGTH:
        raise InvalidInput(field="ref", problem=f"must have 1 to {_REF_LENGTH} characters.")
    found = held(uow, merchant_id, order_id, "approved", "received")
    with uow.nested():
        if not repository.add_receipt(uow.session, merchant_id, order_id, key, uow.actor.id or None):
            return found
        if found.state != "approved":
            raise Conflict(problem=f"Purchase order {found.number} is {found.state}.")
        lines = _came(found, delivered)
        _check_excess(lines, accept_excess=accept_excess)
        for line, one in lines:
            repository.add_received(uow.session, merchant_id, line.id, one.quantity)
            receive(
                uow,
                merchant_id,
                found.location_id,
                line.item_id,
                one.quantity,
                reason=f"purchase order {found.number}",
                lot=_lot(found, line, one),
                ref=order_id,
            )
        after = purchase_order(uow.session, merchant_id, order_id)
        whole = not any(line.to_come for line in after.lines)
        if whole:
            repository.change_order(uow.session, merchant_id, order_id, state="received", ended_at=now())
    uow.record(
        PurchaseOrderDelivered(
            merchant_id=merchant_id,
            purchase_order_id=order_id,
            number=found.number,
            ref=key,
            whole=whole,
            excess=any(line.excess for line in after.lines),
        )
    )
    return purchase_order(uow.session, merchant_id, order_id)


def _came(found: PurchaseOrderView, delivered: Sequence[Delivered]) -> list[tuple[PurchaseLineView, Delivered]]:
    """What came, by item id: the order in which levels are locked."""
    lines = {line.id: line for line in found.lines}
    for one in delivered:
        check_quantity(one.quantity, least=0)
        if one.line_id not in lines:
            raise InvalidInput(field="lines", problem=f"{one.line_id} is not a line of this order.")
    came = [(lines[one.line_id], one) for one in delivered if one.quantity]
    if not came:
        raise InvalidInput(field="lines", problem="nothing came: write how much did.")
    return sorted(came, key=lambda pair: pair[0].item_id)


def _check_excess(lines: Sequence[tuple[PurchaseLineView, Delivered]], *, accept_excess: bool) -> None:
    came: dict[str, int] = {}
    for line, one in lines:
        came[line.id] = came.get(line.id, 0) + one.quantity
        if came[line.id] > line.to_come and not accept_excess:
            raise Conflict(
                problem=f"{came[line.id]} of {line.item_id} came but only {line.to_come} were expected: accept the "
                "excess, or send it back."
            )


def _lot(found: PurchaseOrderView, line: PurchaseLineView, one: Delivered) -> ReceivedLot:
    """The lot with where it came from; what it cost follows from the order when the delivery does not say."""
    known = one.lot or ReceivedLot()
    cost = known.cost or line.price.share(one.quantity, line.pack_size)
    return replace(known, cost=cost, supplier_id=found.supplier_id, purchase_order_id=found.id)
