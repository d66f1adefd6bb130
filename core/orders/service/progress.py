"""Use cases of orders that were placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import inventory, kitchen, payments
from core.access import mine, requires, within
from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.kernel.text import clean
from core.orders import repository
from core.orders import states as machine
from core.orders.events import OrderAccepted, OrderCancelled, OrderCompleted, OrderEvent, OrderReady
from core.orders.service import books

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.orders.states import OrderState
    from core.orders.views import OrderView

_REASON_LENGTH = 1000


def order(session: Session, merchant_id: str, order_id: str) -> OrderView:
    """The order of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.order(session, merchant_id, order_id)
    if found is None:
        raise NotFound(what="order", key=order_id)
    return found


def latest_order(session: Session, merchant_id: str, customer_id: str) -> OrderView | None:
    """The order that a customer placed last."""
    return repository.latest_order(session, merchant_id, customer_id)


def list_orders(
    session: Session, merchant_id: str, *, states: Collection[OrderState] = machine.OPEN, limit: int = 100
) -> tuple[OrderView, ...]:
    """Orders in these states, the latest first."""
    return repository.orders(session, merchant_id, states=states, limit=limit)


@requires("orders.change")
def accept(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """The shop takes the order on; doing so again changes nothing.

    Raises:
        IllegalTransition: it is past that.
        NotFound: no such order of this shop.
    """
    moved = _moved(uow, merchant_id, order_id, "accepted")
    return announce(uow, moved, OrderAccepted) if moved else order(uow.session, merchant_id, order_id)


@requires("orders.change")
def mark_ready(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """The order can be handed over; its tickets are done. Doing so again changes nothing.

    Raises:
        IllegalTransition: it was not accepted, or is past that.
        NotFound: no such order of this shop.
    """
    moved = _moved(uow, merchant_id, order_id, "ready")
    if moved is None:
        return order(uow.session, merchant_id, order_id)
    kitchen.finish_order(uow, merchant_id, order_id)
    return announce(uow, moved, OrderReady)


@requires("orders.change")
def complete(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """The customer has it: what it held leaves the stock. Doing so again changes nothing.

    Raises:
        IllegalTransition: it is not ready.
        NotFound: no such order of this shop.
    """
    moved = _moved(uow, merchant_id, order_id, "completed")
    if moved is None:
        return order(uow.session, merchant_id, order_id)
    inventory.ship(uow, merchant_id, order_id)
    kitchen.finish_order(uow, merchant_id, order_id)
    return announce(uow, moved, OrderCompleted)


@requires("orders.cancel")
def cancel(uow: UnitOfWork, merchant_id: str, order_id: str, *, reason: str) -> OrderView:
    """It will not be made: what it held can be sold again, what was paid goes back. Doing so again changes nothing.

    Raises:
        IllegalTransition: it is ready or completed.
        NotFound: no such order of this shop.
    """
    why = clean(reason, _REASON_LENGTH)
    moved = _moved(uow, merchant_id, order_id, "cancelled", cancel_reason=why)
    if moved is None:
        return order(uow.session, merchant_id, order_id)
    inventory.release(uow, merchant_id, order_id)
    kitchen.cancel_order(uow, merchant_id, order_id)
    books.cancelled(uow, moved)
    payments.cancel_payment(uow, merchant_id, order_id, reason=why or "the order was cancelled")
    return announce(uow, moved, OrderCancelled, reason=why)


def announce(uow: UnitOfWork, moved: OrderView, kind: type[OrderEvent], **more: str) -> OrderView:
    """Record what happened to an order, and tell the pages that show it."""
    uow.record(
        kind(
            merchant_id=moved.merchant_id,
            order_id=moved.id,
            customer_id=moved.customer_id,
            conversation_id=moved.conversation_id,
            code=moved.code,
            **more,
        )
    )
    uow.notify(f"orders:{moved.merchant_id}")
    uow.notify(f"conversation:{moved.conversation_id}")
    return moved


def _moved(uow: UnitOfWork, merchant_id: str, order_id: str, target: OrderState, **values: object) -> OrderView | None:
    """The order after its move; None when it was there already."""
    found = repository.order(uow.session, merchant_id, order_id, lock=True)
    if found is None:
        raise NotFound(what="order", key=order_id)
    within(uow, found.merchant_id, found.location_id)
    mine(uow, found.customer_id)
    if not machine.moves(found.state, target):
        return None
    values[f"{target}_at"] = now()
    repository.change_order(uow.session, merchant_id, order_id, state=target, **values)
    return order(uow.session, merchant_id, order_id)
