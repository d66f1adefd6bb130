"""What orders tell the kitchen: make this, make it otherwise, make it no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import merchants
from core.access import requires
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.kitchen import dishes as making
from core.kitchen import repository
from core.kitchen.dishes import Held
from core.kitchen.events import KitchenTold, StationsChanged
from core.kitchen.service.cooks import check_ticked
from core.kitchen.views import Check, TicketView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.prepared import Prepared
    from core.db.uow import UnitOfWork
    from core.kitchen.dishes import Cooking, Dish, Revision, Station
    from core.kitchen.views import TicketState


@dataclass(frozen=True, slots=True)
class Docket:
    """What stands at the head of every ticket of an order. `note` is for the whole order and on each of them."""

    order_id: str
    code: str
    placed_at: datetime
    due_at: datetime | None = None
    customer_name: str | None = None
    fulfilment: str | None = None
    table: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose kitchen it is, and for which order."""

    merchant_id: str
    location_id: str
    docket: Docket
    stations: Sequence[Station]


@requires("shop.change")
def set_stations(uow: UnitOfWork, merchant_id: str, location_id: str, wanted: Sequence[Station]) -> tuple[Station, ...]:
    """Replace a location's stations; tickets that exist stay where they are.

    Raises:
        InvalidInput: a station that cannot be meant; names it and the fix.
        NotFound: no such location of this shop.
    """
    merchants.location(uow.session, merchant_id, location_id)
    repository.replace_stations(uow.session, merchant_id, location_id, making.check_stations(wanted))
    after = repository.stations(uow.session, merchant_id, location_id)
    names = [station.name for station in after]
    uow.record(StationsChanged(merchant_id=merchant_id, location_id=location_id, stations=names))
    uow.notify(f"orders:{merchant_id}")
    return after


def stations(session: Session, merchant_id: str, location_id: str) -> tuple[Station, ...]:
    """A location's stations, in its order; none: one station makes everything."""
    return repository.stations(session, merchant_id, location_id)


def questions(merchant_id: str, location_id: str) -> tuple[tuple[Prepared, dict[str, str]], ...]:
    """What `stations` and `minutes_for` ask, for `read_ahead`."""
    return repository.questions(merchant_id, location_id)


def minutes_for(
    session: Session,
    merchant_id: str,
    location_id: str,
    dishes: Iterable[Dish],
    *,
    default: int,
    but: str = "",
    known: tuple[Station, ...] | None = None,
) -> int:
    """Minutes until the stations are through with these dishes, with what waits there now.

    `but` is an order whose tickets do not count; `known` are the stations, where they were read already.
    """
    if known is None:
        known = repository.stations(session, merchant_id, location_id)
    waiting = repository.waiting(session, merchant_id, location_id)
    if but:
        for ticket in repository.of_order(session, merchant_id, but):
            if ticket.state == "open":
                waiting[ticket.station] = max(waiting.get(ticket.station, 0) - 1, 0)
    return making.minutes_of(known, waiting, making.routed(known, dishes), default)


@requires("kitchen.change")
def open_order(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    docket: Docket,
    dishes: Iterable[Dish],
    *,
    known: tuple[Station, ...] | None = None,
) -> tuple[TicketView, ...]:
    """Tell each station what to make of an order. `known` are the stations, where they were read already."""
    if known is None:
        known = repository.stations(uow.session, merchant_id, location_id)
    frame = Frame(merchant_id, location_id, docket, known)
    made = tuple(_ticket(frame, station, mine) for station, mine in making.routed(known, dishes).items())
    repository.add(uow.session, made)
    uow.notify(f"orders:{merchant_id}")
    return made


@requires("kitchen.change")
def change_order(
    uow: UnitOfWork, merchant_id: str, location_id: str, docket: Docket, dishes: Iterable[Dish]
) -> tuple[TicketView, ...]:
    """The order became these dishes at a location: tell each station what differs from what it knows.

    Nothing is made twice.
    """
    known = repository.stations(uow.session, merchant_id, location_id)
    before = [
        t
        for t in repository.of_order(uow.session, merchant_id, docket.order_id, hold=True)
        if t.state != "cancelled" and t.location_id == location_id
    ]
    frame = Frame(merchant_id, location_id, docket, known)
    wanted = _routed_as_before(known, before, dishes)
    for station in dict.fromkeys([*(t.station for t in before), *wanted]):
        mine = [t for t in before if t.station == station]
        held = [Held(t.id, t.cooking, t.dishes) for t in mine]
        for revision in making.revised(held, wanted.get(station, ())):
            _revise(uow, frame, station, revision)
    head = {"note": docket.note, "customer_name": docket.customer_name, "table_name": docket.table}
    if before:
        repository.save(uow.session, merchant_id, [t.id for t in before], **head, due_at=docket.due_at)
    told = sorted({*(t.station for t in before), *wanted})
    uow.record(KitchenTold(merchant_id=merchant_id, order_id=docket.order_id, stations=told, changed=True))
    uow.notify(f"orders:{merchant_id}")
    return repository.of_order(uow.session, merchant_id, docket.order_id)


def cooking(session: Session, merchant_id: str, order_id: str) -> Cooking:
    """How far the kitchen is with an order: nothing begun, something begun, everything made."""
    far = {t.cooking for t in repository.of_order(session, merchant_id, order_id) if t.state != "cancelled"}
    if far == {"made"}:
        return "made"
    return "waiting" if far <= {"waiting"} else "cooking"


@requires("kitchen.change")
def set_due(uow: UnitOfWork, merchant_id: str, order_id: str, due_at: datetime | None) -> None:
    """The customer was promised another time."""
    ids = [t.id for t in repository.of_order(uow.session, merchant_id, order_id) if t.due_at != due_at]
    if ids:
        repository.save(uow.session, merchant_id, ids, due_at=due_at)


@requires("kitchen.change")
def finish_order(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """The whole order is ready: nothing of it is left to make.

    Raises:
        Conflict: a checkpoint of one of its tickets was not ticked.
    """
    for ticket in repository.of_order(uow.session, merchant_id, order_id, hold=True):
        if ticket.state == "open":
            check_ticked(ticket)
    _turn(uow, merchant_id, order_id, "done", of=("open",))


@requires("kitchen.change")
def cancel_order(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """The order was cancelled: its tickets leave the screen, those that were made already included."""
    _turn(uow, merchant_id, order_id, "cancelled", of=("open", "done"))


def _turn(uow: UnitOfWork, merchant_id: str, order_id: str, target: TicketState, of: tuple[TicketState, ...]) -> None:
    left = [t.id for t in repository.of_order(uow.session, merchant_id, order_id) if t.state in of]
    if left:
        repository.set_state(uow.session, merchant_id, left, target, now())
        uow.notify(f"orders:{merchant_id}")


def _routed_as_before(
    known: Sequence[Station], before: Sequence[TicketView], dishes: Iterable[Dish]
) -> dict[str, tuple[Dish, ...]]:
    """Dishes by station; what a station has on a ticket stays its own, though the shop routes it elsewhere by now."""
    owner = {dish.key: ticket.station for ticket in before for dish in ticket.dishes}
    found: dict[str, list[Dish]] = {}
    for dish in dishes:
        found.setdefault(owner.get(dish.key) or making.station_of(known, dish), []).append(dish)
    return {station: making.merged(mine) for station, mine in found.items()}


def _revise(uow: UnitOfWork, frame: Frame, station: str, revision: Revision) -> None:
    tickets = repository.of_order(uow.session, frame.merchant_id, frame.docket.order_id)
    if revision.id is None:
        number = max((t.number for t in tickets if t.station == station), default=0) + 1
        made = _ticket(frame, station, revision.dishes, number=number, changes=revision.changes)
        repository.add(uow.session, (made,))
        return
    (before,) = (t for t in tickets if t.id == revision.id)
    values: dict[str, object] = {
        "dishes": [dish.to_json() for dish in revision.dishes],
        "lines": list(making.spelled(revision.dishes)),
        "changes": [*before.changes, *revision.changes],
        # What was looked at before the change must be looked at again.
        "checks": repository.checks_to_json(Check(check.text) for check in before.checks),
    }
    if not revision.dishes:
        values |= {"state": "cancelled", "done_at": now()}
    repository.save(uow.session, frame.merchant_id, (revision.id,), **values)


def _ticket(
    frame: Frame, station: str, dishes: tuple[Dish, ...], *, number: int = 1, changes: tuple[str, ...] = ()
) -> TicketView:
    checks = next((s.checks for s in frame.stations if s.name == station), ())
    docket = frame.docket
    return TicketView(
        id=new_id(),
        merchant_id=frame.merchant_id,
        location_id=frame.location_id,
        order_id=docket.order_id,
        code=docket.code,
        station=station,
        state="open",
        lines=making.spelled(dishes),
        placed_at=docket.placed_at,
        customer_name=docket.customer_name,
        fulfilment=docket.fulfilment,
        note=docket.note,
        number=number,
        dishes=dishes,
        changes=changes,
        checks=tuple(Check(text) for text in checks),
        table=docket.table,
        due_at=docket.due_at,
    )
