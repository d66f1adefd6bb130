"""The orders board: new, accepted, ready, and what was completed today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see, wants_fragment
from core import kitchen, merchants, orders
from core.kernel.errors import InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from core.db.session import Session
    from core.db.uow import UnitOfWork
    from core.orders import OrderView
    from core.orders.states import OrderState

router = APIRouter(route_class=AdminRoute)

_MOST = 200
_REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board. `more`: there are older ones that are not shown."""

    state: str
    title: str
    nothing: str
    orders: tuple[OrderView, ...]
    more: bool = False


@router.get("/orders")
def board_page(visit: Annotated[Visit, Depends(sees("orders.read"))]) -> Response:
    """The board."""
    return visit.page("orders.html", **_board(visit))


@router.get("/orders/board")
def board(visit: Annotated[Visit, Depends(sees("orders.read"))]) -> Response:
    """The board alone, for our script."""
    return visit.page("_board.html", **_board(visit))


@router.get("/orders/{order_id}")
def order_page(order_id: str, visit: Annotated[Visit, Depends(sees("orders.read"))]) -> Response:
    """One order, with all its moments."""
    with visit.database.read() as session:
        order = orders.order(session, visit.merchant_id, order_id)
        visit.check_place(order.location_id)
        track = orders.tracking(session, visit.merchant_id, order_id)
        returns = orders.returns_of(session, visit.merchant_id, order_id)
        parts = {part.location_id for part in order.split}
        places = {place: merchants.location(session, visit.merchant_id, place).name for place in parts}
    moments = (
        ("Placed", order.placed_at),
        ("Released", order.new_at),
        ("Accepted", order.accepted_at),
        ("Begun", order.preparing_at),
        ("Ready", order.ready_at),
        ("Sent out", order.out_for_delivery_at),
        ("Handed over", order.completed_at),
        ("Cancelled", order.cancelled_at),
    )
    shown = [m for m in moments if m[1]]
    changeable = order.state in orders.states.CHANGEABLE
    return visit.page(
        "order.html",
        order=order,
        moments=shown,
        track=track,
        returns=returns,
        ref=new_id(),
        changeable=changeable,
        places=places,
    )


@router.post("/orders/{order_id}/refund")
async def refund(order_id: str, visit: Annotated[Visit, Depends(changes("orders.refund"))]) -> Response:
    """Give money back: units of lines, an amount, or all that is left. Sent twice, it goes back once."""
    form = {name: str(value) for name, value in (await visit.request.form()).items()}
    return await run_in_threadpool(_refund, visit, order_id, form)


def _refund(visit: Visit, order_id: str, form: dict[str, str]) -> Response:
    what, lines, amount = form.get("what", ""), None, None
    if what == "lines":
        lines = {name.removeprefix("line-"): _units(text) for name, text in form.items() if name.startswith("line-")}
        lines = {line: units for line, units in lines.items() if units}
    elif what == "amount":
        amount = Money.parse(form.get("amount", "").strip(), visit.merchant.currency)
    elif what != "all":
        raise InvalidInput(field="what", problem="choose lines, an amount or all that is left.")
    with visit.database.begin(visit.actor) as uow:
        orders.refund_order(
            uow,
            visit.merchant_id,
            order_id,
            lines=lines,
            amount=amount,
            reason=form.get("reason", ""),
            ref=form.get("ref", ""),
            restock=form.get("restock") == "yes",
        )
    return see(f"/admin/orders/{order_id}?said=refunded")


def _units(text: str) -> int:
    if not text.strip():
        return 0
    if not text.strip().isdecimal():
        raise InvalidInput(field="lines", problem=f"“{text}” is not a number of units.")
    return int(text)


@router.post("/returns/{return_id}/{step}")
def decide(
    return_id: str,
    step: str,
    visit: Annotated[Visit, Depends(changes("orders.refund"))],
    answer: Annotated[str, Form()] = "",
) -> Response:
    """Give back what a customer asked for, or refuse it with an answer."""
    with visit.database.begin(visit.actor) as uow:
        if step == "authorise":
            decided = orders.authorise_return(uow, visit.merchant_id, return_id)
        elif step == "refuse":
            decided = orders.refuse_return(uow, visit.merchant_id, return_id, answer=answer)
        else:
            raise NotFound(what="step", key=step)
    return see(f"/admin/orders/{decided.order_id}?said={'refunded' if decided.total else 'refused'}")


@router.post("/orders/{order_id}/cancel")
def cancel(
    order_id: str,
    visit: Annotated[Visit, Depends(changes("orders.change"))],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Cancel an order; the customer is told why."""
    why = clean(reason, _REASON_LENGTH)
    if not why:
        raise InvalidInput(field="reason", problem="say why the order is cancelled; the customer is told.")
    with visit.database.begin(visit.actor) as uow:
        orders.cancel(uow, visit.merchant_id, order_id, reason=why)
    return _moved(visit)


@router.post("/orders/{order_id}/{step}")
def move(order_id: str, step: str, visit: Annotated[Visit, Depends(changes("orders.change"))]) -> Response:
    """Move an order on: release, accept, ready, send out or complete. Pressed twice, it moves once."""
    steps: dict[str, Callable[[UnitOfWork, str, str], Any]] = {
        "release": orders.release,
        "send": orders.send_out,
        "accept": orders.accept,
        "ready": orders.mark_ready,
        "complete": orders.complete,
    }
    if step not in steps:
        raise NotFound(what="step", key=step)
    with visit.database.begin(visit.actor) as uow:
        steps[step](uow, visit.merchant_id, order_id)
    return _moved(visit)


def _moved(visit: Visit) -> Response:
    if wants_fragment(visit.request):
        return visit.page("_board.html", **_board(visit))
    return see("/admin/orders")


def _board(visit: Visit) -> dict[str, Any]:
    midnight = visit.formats.midnight()
    with visit.database.read() as session:
        over = _over_since(visit, session, midnight)
        tickets = kitchen.tickets(session, visit.merchant_id, limit=_MOST, location_ids=visit.places)
        to_make = {ticket.order_id for ticket in tickets}
        columns = (
            _column(visit, session, ("new", "held"), "New", "New orders show here by themselves."),
            _column(visit, session, ("accepted", "preparing"), "Accepted", "Nothing is being made."),
            _column(visit, session, ("ready", "out_for_delivery"), "Ready", "Nothing waits to be picked up."),
            Column("over", "Completed today", "Nothing yet today.", over),
        )
    # Tickets are listed up to a limit, oldest first: beyond it nothing is said to be made.
    made = {o.id for o in columns[1].orders if o.id not in to_make} if len(to_make) < _MOST else frozenset()
    return {"columns": columns, "made": made}


def _column(visit: Visit, session: Session, states: tuple[OrderState, ...], title: str, nothing: str) -> Column:
    found = orders.list_orders(session, visit.merchant_id, states=states, limit=_MOST, location_ids=visit.places)
    oldest_first = tuple(sorted(found, key=lambda o: (o.placed_at, o.id)))
    return Column(states[0], title, nothing, oldest_first, more=len(found) == _MOST)


def _over_since(visit: Visit, session: Session, since: datetime) -> tuple[OrderView, ...]:
    ended: tuple[OrderState, ...] = ("completed", "cancelled")
    found = orders.list_orders(session, visit.merchant_id, states=ended, limit=_MOST, location_ids=visit.places)
    dated = [(o.completed_at or o.cancelled_at or o.placed_at, o) for o in found]
    return tuple(o for at, o in sorted(dated, key=lambda d: (d[0], d[1].id), reverse=True) if at >= since)
