"""All SQL of stations and tickets. Every query names the merchant; an order's tickets are locked by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, literal_column, select, update

from core.db.insert import insert_rows
from core.db.prepared import Prepared
from core.kernel.ids import new_id
from core.kitchen.dishes import Dish, Station
from core.kitchen.models import StationRow, TicketRow
from core.kitchen.views import Check, TicketView

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from core.kitchen.views import TicketState

# What was promised first is made first.
_URGENCY = (func.coalesce(TicketRow.due_at, TicketRow.placed_at), TicketRow.placed_at, TicketRow.id)

# Asked with every order, and so built once.
_AT = StationRow.__table__.columns
_STATIONS = Prepared(
    select(*_AT)
    .where(_AT.merchant_id == bindparam("mine"), _AT.location_id == bindparam("place"))
    .order_by(_AT.position)
)
_MADE = TicketRow.__table__.columns
# Where hundreds of tickets are open, nobody can say when the next is made, but every order would count them all.
MOST_COUNTED: Final = 400
_OPEN = (
    select(_MADE.station)
    .where(_MADE.merchant_id == bindparam("mine"), _MADE.location_id == bindparam("place"), _MADE.state == "open")
    .limit(literal_column(str(MOST_COUNTED)))
    .subquery()
)
_WAITING = Prepared(select(_OPEN.c.station, func.count()).group_by(_OPEN.c.station))


def add(session: Session, views: Iterable[TicketView]) -> None:
    """Insert tickets."""
    insert_rows(session, TicketRow, [_columns(view) for view in views])


def tickets(
    session: Session,
    merchant_id: str,
    *,
    state: TicketState,
    limit: int,
    station: str | None = None,
    location_ids: Collection[str] | None = None,
) -> tuple[TicketView, ...]:
    """Tickets of a state: open ones by urgency, the others latest first."""
    rows = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.state == state)
    if station is not None:
        rows = rows.where(TicketRow.station == station)
    if location_ids is not None:
        rows = rows.where(TicketRow.location_id.in_(location_ids))
    order = _URGENCY if state == "open" else (TicketRow.placed_at.desc(), TicketRow.id)
    return _views(session, rows.order_by(*order).limit(limit))


def ticket(session: Session, merchant_id: str, ticket_id: str) -> TicketView | None:
    """A ticket."""
    mine = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.id == ticket_id)
    return next(iter(_views(session, mine)), None)


def lock(session: Session, merchant_id: str, ticket_id: str) -> TicketView | None:
    """A ticket, held until the transaction ends."""
    mine = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.id == ticket_id).with_for_update()
    return next(iter(_views(session, mine)), None)


def of_order(session: Session, merchant_id: str, order_id: str, *, hold: bool = False) -> tuple[TicketView, ...]:
    """The tickets of an order, by station and number; with `hold`, kept until the transaction ends."""
    rows = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.order_id == order_id)
    if hold:
        rows = rows.with_for_update()
    found = _views(session, rows.order_by(TicketRow.id))
    return tuple(sorted(found, key=lambda t: (t.station, t.number)))


def of_orders(session: Session, merchant_id: str, order_ids: Collection[str]) -> tuple[TicketView, ...]:
    """The tickets of several orders."""
    rows = select(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.order_id.in_(order_ids))
    return _views(session, rows.order_by(TicketRow.station, TicketRow.number))


def waiting(session: Session, merchant_id: str, location_id: str) -> dict[str, int]:
    """How many tickets are open at each station of a location, counted up to `MOST_COUNTED` of them all."""
    return {row[0]: row[1] for row in _WAITING.all(session, {"mine": merchant_id, "place": location_id})}


def questions(merchant_id: str, location_id: str) -> tuple[tuple[Prepared, dict[str, str]], ...]:
    """What `stations` and `waiting` ask, for `read_ahead`."""
    key = {"mine": merchant_id, "place": location_id}
    return (_STATIONS, key), (_WAITING, key)


def set_state(
    session: Session, merchant_id: str, ticket_ids: Collection[str], state: TicketState, done_at: datetime | None
) -> None:
    """Move tickets to a state."""
    save(session, merchant_id, ticket_ids, state=state, done_at=done_at)


def save(session: Session, merchant_id: str, ticket_ids: Collection[str], **values: object) -> None:
    """Write some columns of tickets."""
    mine = update(TicketRow).where(TicketRow.merchant_id == merchant_id, TicketRow.id.in_(ticket_ids))
    session.execute(mine.values(**values).execution_options(synchronize_session=False))


def stations(session: Session, merchant_id: str, location_id: str) -> tuple[Station, ...]:
    """A location's stations, in its order."""
    rows = _STATIONS.all(session, {"mine": merchant_id, "place": location_id})
    return tuple(
        Station(
            name=row.name,
            items=tuple(row.routes["items"]),
            categories=tuple(row.routes["categories"]),
            modifiers=tuple(row.routes["modifiers"]),
            minutes=row.minutes,
            parallel=row.parallel,
            checks=tuple(row.checks),
        )
        for row in rows
    )


def replace_stations(session: Session, merchant_id: str, location_id: str, wanted: Sequence[Station]) -> None:
    """Make these a location's stations."""
    mine = (StationRow.merchant_id == merchant_id, StationRow.location_id == location_id)
    session.execute(delete(StationRow).where(*mine))
    rows = [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "location_id": location_id,
            "position": position,
            "name": station.name,
            "routes": {
                "items": list(station.items),
                "categories": list(station.categories),
                "modifiers": list(station.modifiers),
            },
            "checks": list(station.checks),
            "minutes": station.minutes,
            "parallel": station.parallel,
        }
        for position, station in enumerate(wanted)
    ]
    insert_rows(session, StationRow, rows)


def _columns(view: TicketView) -> dict[str, Any]:
    return {
        "id": view.id,
        "merchant_id": view.merchant_id,
        "location_id": view.location_id,
        "order_id": view.order_id,
        "code": view.code,
        "station": view.station,
        "number": view.number,
        "state": view.state,
        "lines": list(view.lines),
        "dishes": [dish.to_json() for dish in view.dishes],
        "changes": list(view.changes),
        "checks": checks_to_json(view.checks),
        "customer_name": view.customer_name,
        "fulfilment": view.fulfilment,
        "table_name": view.table,
        "note": view.note,
        "placed_at": view.placed_at,
        "due_at": view.due_at,
    }


def checks_to_json(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """As stored with a ticket."""
    return [{"text": check.text, "ticked": check.ticked} for check in checks]


def _views(session: Session, rows: Select[TicketRow]) -> tuple[TicketView, ...]:
    # Rows change by statements, not through the session: what it remembers of them may be old.
    return tuple(_view(row) for row in session.scalars(rows.execution_options(populate_existing=True)))


def _view(row: TicketRow) -> TicketView:
    return TicketView(
        id=row.id,
        merchant_id=row.merchant_id,
        location_id=row.location_id,
        order_id=row.order_id,
        code=row.code,
        station=row.station,
        state=row.state,
        lines=tuple(str(line) for line in row.lines),
        placed_at=row.placed_at,
        customer_name=row.customer_name,
        fulfilment=row.fulfilment,
        note=row.note,
        done_at=row.done_at,
        number=row.number,
        dishes=tuple(Dish.from_json(dish) for dish in row.dishes),
        changes=tuple(str(change) for change in row.changes),
        checks=tuple(Check(str(c["text"]), bool(c["ticked"])) for c in row.checks),
        table=row.table_name,
        due_at=row.due_at,
        started_at=row.started_at,
    )
