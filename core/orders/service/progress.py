"""Use cases of orders that were placed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from core import inventory, kitchen, merchants, payments
from core.access import mine, requires, within
from core.kernel import cards
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotFound, TooLate
from core.kernel.text import clean
from core.orders import repository, repository_times
from core.orders import states as machine
from core.orders.events import (
    OrderAccepted,
    OrderCancelled,
    OrderCompleted,
    OrderEvent,
    OrderReady,
    OrderReleased,
    OrderSentOut,
    OrderStarted,
)
from core.orders.service import books, handover, holding, tickets
from core.orders.service.carts import menu_now

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.kitchen import TicketView
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
    session: Session,
    merchant_id: str,
    *,
    states: Collection[OrderState] = machine.OPEN,
    limit: int = 100,
    location_id: str | None = None,
    location_ids: Collection[str] | None = None,
) -> tuple[OrderView, ...]:
    """Orders in these states, of one place or of several if named, the latest first."""
    places = (location_id,) if location_id is not None else location_ids
    return repository.orders(session, merchant_id, states=states, limit=limit, location_ids=places)


@requires("orders.change")
def release(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """A person has looked at an order that was held: it is made now, or once its money has come in. Again: no change.

    Raises:
        OutOfStock: nobody looked for so long that others have what it held; `item` is the stock item's id.
        IllegalTransition: it is past that.
        NotFound: no such order of this shop.
    """
    moved = _moved(uow, merchant_id, order_id, "new")
    if moved is None:
        return order(uow.session, merchant_id, order_id)
    moved = promised_anew(uow, moved)
    if not holding.awaited(uow, moved):
        holding.make(uow, menu_now(uow.session, merchant_id, moved.location_id), moved)
    return announce(uow, moved, OrderReleased)


@requires("orders.change")
def accept(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """The shop takes the order on; doing so again changes nothing.

    Raises:
        IllegalTransition: it is past that.
        NotFound: no such order of this shop.
    """
    moved = _moved(uow, merchant_id, order_id, "accepted")
    if moved is None:
        return order(uow.session, merchant_id, order_id)
    return announce(uow, promised_anew(uow, moved), OrderAccepted)


@requires("orders.change")
def start_preparing(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """The kitchen begins. Doing so again changes nothing.

    Raises:
        IllegalTransition: it was not accepted, or is past that.
        NotFound: no such order of this shop.
    """
    moved = _moved(uow, merchant_id, order_id, "preparing")
    return announce(uow, moved, OrderStarted) if moved else order(uow.session, merchant_id, order_id)


@requires("kitchen.change")
def start_ticket(uow: UnitOfWork, merchant_id: str, ticket_id: str) -> TicketView:
    """A station begins with its part of an order; the first one moves the order on. Again: no change.

    Raises:
        NotFound: no such ticket of this shop.
        Conflict: the order was cancelled.
    """
    # The order is held before its tickets, as everywhere.
    about = kitchen.ticket(uow.session, merchant_id, ticket_id)
    found = repository.order(uow.session, merchant_id, about.order_id, lock=True)
    started = kitchen.start(uow, merchant_id, ticket_id)
    if found is not None and found.state == "accepted":
        # Whoever begins may work at one of several places that make the order together.
        _move(uow, found, "preparing")
        announce(uow, order(uow.session, merchant_id, found.id), OrderStarted)
    return started


@requires("orders.change")
def send_out(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """A rider has it. Doing so again changes nothing.

    Raises:
        Conflict: it is not to be delivered.
        IllegalTransition: it is not ready.
        NotFound: no such order of this shop.
    """
    found = order(uow.session, merchant_id, order_id)
    if found.fulfilment != "delivery":
        raise Conflict(problem=f"Order {found.code} is not to be delivered: hand it over instead.")
    moved = _moved(uow, merchant_id, order_id, "out_for_delivery")
    return announce(uow, moved, OrderSentOut) if moved else order(uow.session, merchant_id, order_id)


@requires("orders.change")
def mark_ready(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """The order can be handed over; its tickets are done. Doing so again changes nothing.

    Raises:
        IllegalTransition: it was not accepted, or is past that.
        Conflict: a checkpoint of the kitchen was not ticked.
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
def cancel(uow: UnitOfWork, merchant_id: str, order_id: str, *, reason: str, restock: bool | None = None) -> OrderView:
    """It will not be made: what it held can be sold again, what was paid goes back. Doing so again changes nothing.

    Customers may as long as the location's policy lets them, staff at any time with a reason. Once the kitchen has
    begun, what the order held counts as used, unless `restock` says that it can be sold.

    Raises:
        IllegalTransition: it is ready or completed.
        TooLate: a customer asks, and the policy or the kitchen does not allow it any more.
        InvalidInput: the kitchen has begun, and no reason is given.
        NotFound: no such order of this shop.
    """
    why = cards.redacted(clean(reason, _REASON_LENGTH))
    found = held(uow, merchant_id, order_id)
    if not machine.moves(found.state, "cancelled"):
        return found
    begun = kitchen.cooking(uow.session, merchant_id, order_id) != "waiting"
    allowed(uow, found, "cancelled", begun=begun)
    if begun and not why:
        raise InvalidInput(field="reason", problem="is empty: the kitchen has begun, so say why.")
    _move(uow, found, "cancelled", cancel_reason=why)
    moved = order(uow.session, merchant_id, order_id)
    if found.slot_at is not None:
        repository_times.leave_slot(uow.session, merchant_id, found.location_id, found.slot_at)
    (inventory.ship if begun and not restock else inventory.release)(uow, merchant_id, order_id)
    kitchen.cancel_order(uow, merchant_id, order_id)
    books.cancelled(uow, moved)
    payments.cancel_payment(uow, merchant_id, order_id, reason=why or "the order was cancelled")
    return announce(uow, moved, OrderCancelled, reason=why)


def announce(uow: UnitOfWork, moved: OrderView, kind: type[OrderEvent], **more: object) -> OrderView:
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


def held(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    """The order, held until the transaction ends: before its slot, its stock, its tickets and its payments.

    Raises:
        NotAllowed: it is another customer's, or at a place that is not the actor's.
        NotFound: no such order of this shop.
    """
    found = repository.order(uow.session, merchant_id, order_id, lock=True)
    if found is None:
        raise NotFound(what="order", key=order_id)
    within(uow, found.merchant_id, found.location_id)
    mine(uow, found.customer_id)
    return found


def allowed(uow: UnitOfWork, found: OrderView, done: Literal["cancelled", "changed"], *, begun: bool) -> None:
    """Go on only if whoever asks may still have this order cancelled or changed: staff may, customers by policy.

    Raises:
        TooLate: says what is in the way, and what to do.
    """
    if uow.actor.kind != "customer":
        return
    policy = merchants.location(uow.session, found.merchant_id, found.location_id).policy
    until = policy.customer_cancels if done == "cancelled" else policy.customer_changes
    if until == "never":
        why = "orders are final here"
    elif until == "before_acceptance" and found.state not in {"held", "new"}:
        why = "it has been accepted"
    elif begun or found.state not in {"held", "new", "accepted"}:
        why = "the kitchen has begun"
    else:
        return
    raise TooLate(problem=f"Order {found.code} cannot be {done} any more, {why}: ask the staff.")


def promised_anew(uow: UnitOfWork, found: OrderView) -> OrderView:
    """The order with the time promised as things are now; its tickets hear of it."""
    location = merchants.location(uow.session, found.merchant_id, found.location_id)
    menu = menu_now(uow.session, found.merchant_id, found.location_id)
    minutes = tickets.minutes_left(uow.session, menu, location, found)
    when = handover.promise(
        uow.session, location, minutes=minutes, travel=found.travel_minutes, requested_for=found.requested_for
    )
    if when == found.promised:
        return found
    repository.change_order(
        uow.session, found.merchant_id, found.id, promised_from=when.start, promised_until=when.until
    )
    after = replace(found, promised=when)
    kitchen.set_due(uow, found.merchant_id, found.id, tickets.docket(after).due_at)
    return after


def _moved(uow: UnitOfWork, merchant_id: str, order_id: str, target: OrderState) -> OrderView | None:
    """The order after its move; None when it was there already."""
    found = held(uow, merchant_id, order_id)
    if not machine.moves(found.state, target):
        return None
    _move(uow, found, target)
    return order(uow.session, merchant_id, order_id)


def _move(uow: UnitOfWork, found: OrderView, target: OrderState, **values: object) -> None:
    values[f"{target}_at"] = now()
    repository.change_order(uow.session, found.merchant_id, found.id, state=target, **values)
