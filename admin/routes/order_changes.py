"""Changing an order that was placed: its lines, with what that costs and what the kitchen is told first; its time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from admin import order_lines
from admin.access import Visit, changes, sees
from admin.errors import status_of
from admin.fields import Fields, whole
from admin.routing import AdminRoute, see
from core import catalogue, kitchen, merchants, orders, payments
from core.kernel.clock import now
from core.kernel.errors import ComandaError, InvalidInput, NotAllowed, NotFound
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue import Menu
    from core.kitchen import TicketView
    from core.orders import Line, OrderView

router = APIRouter(route_class=AdminRoute)


@dataclass(frozen=True, slots=True)
class Told:
    """What a station would be told: its own words for what differs."""

    station: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would come to. `difference` is what it costs more, `due` what would be left to pay."""

    after: OrderView
    difference: Money
    due: Money | None
    told: tuple[Told, ...]
    lines: tuple[str, ...]


class _OnlyLooking(Exception):
    """Takes back what was done inside a unit of work, once it is known what it came to."""


@router.get("/orders/{order_id}/change")
def page(order_id: str, visit: Annotated[Visit, Depends(sees("orders.place"))], day: str = "") -> Response:
    """The order's lines as fields, and the times it could have."""
    return _page(visit, order_id, day=day)


@router.post("/orders/{order_id}/change")
async def look(order_id: str, visit: Annotated[Visit, Depends(changes("orders.place"))]) -> Response:
    """What the form would make of the order; nothing is changed yet."""
    fields = await Fields.sent(visit.request)
    return await run_in_threadpool(_look, visit, order_id, fields)


@router.post("/orders/{order_id}/change/save")
async def save(order_id: str, visit: Annotated[Visit, Depends(changes("orders.place"))]) -> Response:
    """Make the order what was looked at, for the total that was shown."""
    fields = await Fields.sent(visit.request)
    return await run_in_threadpool(_save, visit, order_id, fields)


@router.post("/orders/{order_id}/time")
def retime(
    order_id: str,
    visit: Annotated[Visit, Depends(changes("orders.place"))],
    version: Annotated[str, Form()],
    when: Annotated[str, Form()] = "",
) -> Response:
    """Make the order one for another time; an empty one is as soon as possible."""
    try:
        wanted = datetime.fromisoformat(when) if when.strip() else None
    except ValueError:
        raise InvalidInput(field="when", problem="choose a time from the list.") from None
    try:
        with visit.database.begin(visit.actor) as uow:
            looked_at = whole(version, field="version")
            orders.change_time(uow, visit.merchant_id, order_id, wanted, expected_version=looked_at)
    except (NotAllowed, NotFound):
        raise
    except ComandaError as wrong:
        return _page(visit, order_id, problem=wrong.text, status=status_of(wrong))
    return see(f"/admin/orders/{order_id}?said=order-retimed")


def _look(visit: Visit, order_id: str, fields: Fields) -> Response:
    with visit.database.read() as session:
        order = orders.order(session, visit.merchant_id, order_id)
        visit.check_place(order.location_id)
        menu = catalogue.load_menu(session, visit.merchant_id, location_id=order.location_id)
    lines: list[Line] | None = None
    note = fields.one("note")
    version = whole(fields.one("version"), field="version")
    try:
        lines = order_lines.meant(menu, fields)
        preview = _tried(visit, order, lines, note, version)
    except (NotAllowed, NotFound):
        raise
    except ComandaError as wrong:
        shown = lines or [order_lines.line_of(text) for text in fields.all("line")]
        return _page(visit, order_id, lines=shown, note=note, problem=wrong.text, status=status_of(wrong))
    return _page(visit, order_id, lines=lines, note=note, preview=preview)


def _tried(visit: Visit, order: OrderView, lines: Sequence[Line], note: str, version: int) -> Preview:
    """The change made and taken back again: what it comes to is what it would come to."""
    preview: Preview | None = None
    with suppress(_OnlyLooking), visit.database.begin(visit.actor) as uow:
        known = kitchen.tickets_of_order(uow.session, visit.merchant_id, order.id)
        after = orders.change_order(uow, visit.merchant_id, order.id, lines, expected_version=version, note=note)
        then = kitchen.tickets_of_order(uow.session, visit.merchant_id, order.id)
        due = payments.still_due(uow.session, visit.merchant_id, order.id)
        preview = Preview(
            after,
            after.total - order.total,
            due,
            _told(known, then),
            tuple(order_lines.written(line.line) for line in after.lines),
        )
        raise _OnlyLooking
    if preview is None:  # pragma: no cover - the block either sets it or raises
        raise NotFound(what="change of order", key=order.id)
    return preview


def _told(before: Sequence[TicketView], after: Sequence[TicketView]) -> tuple[Told, ...]:
    """What each station hears: of tickets that differ, what an edit writes on them."""
    known = {ticket.id: ticket for ticket in before}
    found = []
    for ticket in after:
        was = known.get(ticket.id)
        if was is not None and (was.lines, was.state, was.note) == (ticket.lines, ticket.state, ticket.note):
            continue
        rows = ticket.changes if was is None or was.changes != ticket.changes else ()
        if was is None and not rows:
            rows = ticket.lines
        if ticket.state == "cancelled":
            rows = (*rows, "nothing of this ticket is made any more")
        elif was is not None and was.note != ticket.note:
            rows = (*rows, f"note: {ticket.note or 'none'}")
        found.append(Told(ticket.station, rows))
    return tuple(found)


def _save(visit: Visit, order_id: str, fields: Fields) -> Response:
    lines = order_lines.lines_of(fields.all("line"))
    note = fields.one("note")
    try:
        with visit.database.begin(visit.actor) as uow:
            orders.change_order(
                uow,
                visit.merchant_id,
                order_id,
                lines,
                expected_version=whole(fields.one("version"), field="version"),
                note=note,
                expected_total=Money.parse(fields.one("total"), visit.merchant.currency),
            )
    except (NotAllowed, NotFound):
        raise
    except ComandaError as wrong:
        return _page(visit, order_id, lines=lines, note=note, problem=wrong.text, status=status_of(wrong))
    return see(f"/admin/orders/{order_id}?said=order-changed")


def _page(
    visit: Visit,
    order_id: str,
    *,
    lines: Sequence[Line] | None = None,
    note: str | None = None,
    preview: Preview | None = None,
    problem: str = "",
    status: int = 200,
    day: str = "",
) -> Response:
    with visit.database.read() as session:
        order = orders.order(session, visit.merchant_id, order_id)
        visit.check_place(order.location_id)
        menu = catalogue.load_menu(session, visit.merchant_id, location_id=order.location_id)
        place = merchants.location(session, visit.merchant_id, order.location_id)
        zone = ZoneInfo(place.time_zone)
        chosen = _day(day) or (order.requested_for or now()).astimezone(zone).date()
        ordered = [line.line for line in order.lines if line.line.item in _sold(menu)]
        slots = orders.slots(session, visit.merchant_id, order.location_id, ordered, chosen)
    shown = [line.line for line in order.lines] if lines is None else lines
    return visit.page(
        "order_change.html",
        status=status,
        order=order,
        blocks=order_lines.shown(menu, shown),
        names={line.line.item: line.name for line in order.lines},
        menu=menu,
        note=order.note if note is None else note,
        preview=preview,
        problem=problem,
        slots=[slot for slot in slots if slot.left is None or slot.left > 0],
        day=chosen,
        changeable=order.state in orders.states.CHANGEABLE,
    )


def _sold(menu: Menu) -> set[str]:
    return {*menu.items_by_id, *menu.combos_by_id}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InvalidInput(field="day", problem=f"“{text[:20]}” is no date: write it like 2026-05-31.") from None
