"""Use cases of kitchen tickets. Today one station, "kitchen", makes everything of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires, within
from core.kernel.clock import now
from core.kernel.errors import Conflict, NotFound
from core.kernel.ids import new_id
from core.kitchen import repository
from core.kitchen.views import TicketView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.kitchen.views import TicketState

STATION = "kitchen"


@requires("kitchen.change")
def open_ticket(
    uow: UnitOfWork,
    merchant_id: str,
    *,
    location_id: str,
    order_id: str,
    code: str,
    lines: Sequence[str],
    placed_at: datetime,
    customer_name: str | None = None,
    fulfilment: str | None = None,
    note: str = "",
) -> TicketView:
    """Tell the kitchen to make an order. `lines` are spelled for cooks."""
    ticket = TicketView(
        id=new_id(),
        merchant_id=merchant_id,
        location_id=location_id,
        order_id=order_id,
        code=code,
        station=STATION,
        state="open",
        lines=tuple(lines),
        placed_at=placed_at,
        customer_name=customer_name,
        fulfilment=fulfilment,
        note=note,
    )
    repository.add(uow.session, ticket)
    uow.notify(f"orders:{merchant_id}")
    return ticket


def tickets(
    session: Session, merchant_id: str, *, state: TicketState = "open", limit: int = 100
) -> tuple[TicketView, ...]:
    """Tickets of a state: open ones oldest first, the others latest first."""
    return repository.tickets(session, merchant_id, state=state, limit=limit)


def tickets_of_order(session: Session, merchant_id: str, order_id: str) -> tuple[TicketView, ...]:
    """The tickets of an order, by station."""
    return repository.of_order(session, merchant_id, order_id)


@requires("kitchen.change")
def bump(uow: UnitOfWork, merchant_id: str, ticket_id: str) -> TicketView:
    """The station is done with it; bumping it again changes nothing.

    Raises:
        NotFound: no such ticket of this shop.
        Conflict: the order was cancelled.
    """
    return _turn(uow, merchant_id, ticket_id, "done")


@requires("kitchen.change")
def recall(uow: UnitOfWork, merchant_id: str, ticket_id: str) -> TicketView:
    """Bumped too early: the ticket is open again.

    Raises:
        NotFound: no such ticket of this shop.
        Conflict: the order was cancelled.
    """
    return _turn(uow, merchant_id, ticket_id, "open")


@requires("kitchen.change")
def finish_order(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """The whole order is ready: nothing of it is left to make."""
    _turn_open(uow, merchant_id, order_id, "done")


@requires("kitchen.change")
def cancel_order(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """The order was cancelled: its tickets leave the screen, those that were made already included."""
    _turn_open(uow, merchant_id, order_id, "cancelled")


def _turn(uow: UnitOfWork, merchant_id: str, ticket_id: str, target: TicketState) -> TicketView:
    ticket = repository.lock(uow.session, merchant_id, ticket_id)
    if ticket is None:
        raise NotFound(what="ticket", key=ticket_id)
    within(uow, ticket.merchant_id, ticket.location_id)
    if ticket.state == "cancelled":
        raise Conflict(problem=f"Order {ticket.code} was cancelled: there is nothing to make.")
    if ticket.state == target:
        return ticket
    repository.set_state(uow.session, merchant_id, (ticket_id,), target, now() if target == "done" else None)
    uow.notify(f"orders:{merchant_id}")
    return repository.lock(uow.session, merchant_id, ticket_id) or ticket


def _turn_open(uow: UnitOfWork, merchant_id: str, order_id: str, target: TicketState) -> None:
    left = [t.id for t in repository.of_order(uow.session, merchant_id, order_id) if t.state != target]
    if left:
        repository.set_state(uow.session, merchant_id, left, target, now())
        uow.notify(f"orders:{merchant_id}")
