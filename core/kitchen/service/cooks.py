"""What cooks and the person at the pass see and do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.access import requires, within
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kitchen import repository
from core.kitchen.events import TicketChecked, TicketDone, TicketEvent, TicketRecalled, TicketStarted
from core.kitchen.views import ExpoOrder, Part

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.kitchen.views import TicketState, TicketView

_MOST = 500


def tickets(
    session: Session,
    merchant_id: str,
    *,
    state: TicketState = "open",
    limit: int = 100,
    station: str | None = None,
    location_id: str | None = None,
    location_ids: Collection[str] | None = None,
) -> tuple[TicketView, ...]:
    """Tickets of a state, of one station or of places if named: open ones by promised time, the others latest first."""
    places = (location_id,) if location_id is not None else location_ids
    return repository.tickets(session, merchant_id, state=state, limit=limit, station=station, location_ids=places)


def tickets_of_order(session: Session, merchant_id: str, order_id: str) -> tuple[TicketView, ...]:
    """The tickets of an order, by station."""
    return repository.of_order(session, merchant_id, order_id)


def ticket(session: Session, merchant_id: str, ticket_id: str) -> TicketView:
    """The ticket of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.ticket(session, merchant_id, ticket_id)
    if found is None:
        raise NotFound(what="ticket", key=ticket_id)
    return found


def expo(session: Session, merchant_id: str, *, location_ids: Collection[str] | None = None) -> tuple[ExpoOrder, ...]:
    """The pass: every order with something still to make, with all its parts, the most urgent first."""
    open_now = repository.tickets(session, merchant_id, state="open", limit=_MOST, location_ids=location_ids)
    ids = list(dict.fromkeys(ticket.order_id for ticket in open_now))
    of_order: dict[str, list[TicketView]] = {order_id: [] for order_id in ids}
    for ticket in repository.of_orders(session, merchant_id, ids):
        if ticket.state != "cancelled":
            of_order[ticket.order_id].append(ticket)
    return tuple(_at_the_pass(of_order[order_id]) for order_id in ids)


@requires("kitchen.change")
def start(uow: UnitOfWork, merchant_id: str, ticket_id: str) -> TicketView:
    """The station begins; doing so again changes nothing.

    Raises:
        NotFound: no such ticket of this shop.
        Conflict: the order was cancelled.
    """
    ticket = _held(uow, merchant_id, ticket_id)
    if ticket.started_at or ticket.state == "done":
        return ticket
    repository.save(uow.session, merchant_id, (ticket_id,), started_at=now())
    return _told(uow, ticket, TicketStarted)


@requires("kitchen.change")
def tick(uow: UnitOfWork, merchant_id: str, ticket_id: str, place: int, *, ticked: bool = True) -> TicketView:
    """A checkpoint was looked at, or is taken back. `place` counts from 0.

    Raises:
        NotFound: no such ticket of this shop.
        InvalidInput: the ticket has no such checkpoint.
        Conflict: the order was cancelled, or the ticket is done.
    """
    ticket = _held(uow, merchant_id, ticket_id)
    if not 0 <= place < len(ticket.checks):
        raise InvalidInput(field="place", problem=f"{place} is not one of the {len(ticket.checks)} checkpoints.")
    if ticket.state == "done":
        raise Conflict(problem=f"The ticket of order {ticket.code} is done: recall it first.")
    checks = tuple(replace(c, ticked=ticked) if n == place else c for n, c in enumerate(ticket.checks))
    if checks == ticket.checks:
        return ticket
    repository.save(uow.session, merchant_id, (ticket_id,), checks=repository.checks_to_json(checks))
    return replace(_told(uow, ticket, TicketChecked, place=place, ticked=ticked), checks=checks)


@requires("kitchen.change")
def bump(uow: UnitOfWork, merchant_id: str, ticket_id: str) -> TicketView:
    """The station is done with it; bumping it again changes nothing.

    Raises:
        NotFound: no such ticket of this shop.
        Conflict: the order was cancelled, or a checkpoint was not ticked.
    """
    ticket = _held(uow, merchant_id, ticket_id)
    if ticket.state == "done":
        return ticket
    check_ticked(ticket)
    moment = now()
    repository.save(
        uow.session,
        merchant_id,
        (ticket_id,),
        state="done",
        done_at=moment,
        started_at=ticket.started_at or moment,
    )
    return _told(uow, ticket, TicketDone)


@requires("kitchen.change")
def recall(uow: UnitOfWork, merchant_id: str, ticket_id: str) -> TicketView:
    """Bumped too early: the ticket is open again.

    Raises:
        NotFound: no such ticket of this shop.
        Conflict: the order was cancelled.
    """
    ticket = _held(uow, merchant_id, ticket_id)
    if ticket.state == "open":
        return ticket
    repository.set_state(uow.session, merchant_id, (ticket_id,), "open", None)
    return _told(uow, ticket, TicketRecalled)


def check_ticked(ticket: TicketView) -> None:
    """Go on only if nothing is left to be looked at.

    Raises:
        Conflict: names the checkpoints.
    """
    if ticket.unticked:
        left = ", ".join(f"“{text}”" for text in ticket.unticked)
        raise Conflict(problem=f"Order {ticket.code}, {ticket.station}: tick {left} first.")


def _held(uow: UnitOfWork, merchant_id: str, ticket_id: str) -> TicketView:
    ticket = repository.lock(uow.session, merchant_id, ticket_id)
    if ticket is None:
        raise NotFound(what="ticket", key=ticket_id)
    within(uow, ticket.merchant_id, ticket.location_id)
    if ticket.state == "cancelled":
        raise Conflict(problem=f"Order {ticket.code} was cancelled: there is nothing to make.")
    return ticket


def _told(uow: UnitOfWork, ticket: TicketView, kind: type[TicketEvent], **more: object) -> TicketView:
    uow.record(
        kind(
            merchant_id=ticket.merchant_id,
            ticket_id=ticket.id,
            order_id=ticket.order_id,
            station=ticket.station,
            **more,
        )
    )
    uow.notify(f"orders:{ticket.merchant_id}")
    return repository.lock(uow.session, ticket.merchant_id, ticket.id) or ticket


def _at_the_pass(mine: list[TicketView]) -> ExpoOrder:
    first = mine[0]
    return ExpoOrder(
        order_id=first.order_id,
        code=first.code,
        customer_name=first.customer_name,
        fulfilment=first.fulfilment,
        table=first.table,
        note=first.note,
        due_at=first.due_at,
        placed_at=first.placed_at,
        parts=tuple(Part(t.station, t.number, t.cooking, t.lines) for t in mine),
    )
