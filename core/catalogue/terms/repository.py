"""All SQL of price lists, schedules and places. Whoever changes them first holds the shop's row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, delete, or_, select, update

from core.catalogue.models import ItemRow, ModifierGroupRow, ModifierRow
from core.catalogue.terms.models import LocationOverrideRow, PriceEntryRow, PriceListRow, ScheduleRow
from core.catalogue.terms.rules import Ending, Override, PriceEntry, PriceList, Schedule, Terms, Window
from core.db.insert import insert_rows
from core.kernel.ids import new_id
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

_Recorded = type[PriceListRow] | type[PriceEntryRow] | type[ScheduleRow]


def terms(session: Session, merchant_id: str, known_at: datetime | None = None) -> Terms:
    """Everything that changes the shop's menu by place and time, as it was known at a moment (None: as known now)."""
    lists = session.execute(
        select(*PriceListRow.__table__.columns).where(_known(PriceListRow, merchant_id, known_at))
    ).all()
    entries = _entries(session, merchant_id, known_at) if lists else {}
    schedules = session.execute(
        select(*ScheduleRow.__table__.columns).where(_known(ScheduleRow, merchant_id, known_at))
    ).all()
    overrides = session.execute(
        select(*LocationOverrideRow.__table__.columns).where(LocationOverrideRow.merchant_id == merchant_id)
    )
    return Terms(
        tuple(
            PriceList(
                r.id, r.code, r.name, r.location_id, r.priority, _windows(r.windows), tuple(entries.get(r.code, ()))
            )
            for r in lists
        ),
        tuple(
            Schedule(r.id, r.code, r.name, r.location_id, _windows(r.windows), tuple(r.items), tuple(r.categories))
            for r in schedules
        ),
        tuple(Override(r.location_id, r.kind, r.target, r.available, r.until) for r in overrides),
    )


def record_list(session: Session, merchant_id: str, made: PriceList, moment: datetime) -> None:
    """Put a price list in force in place of the one of its code."""
    _retract(session, PriceListRow, merchant_id, PriceListRow.code == made.code, moment)
    row = {"location_id": made.location_id, "code": made.code, "name": made.name, "priority": made.priority}
    _record(session, PriceListRow, merchant_id, [{"id": made.id, **row, "windows": _plain(made.windows)}], moment)


def record_schedule(session: Session, merchant_id: str, made: Schedule, moment: datetime) -> None:
    """Put a schedule in force in place of the one of its code."""
    _retract(session, ScheduleRow, merchant_id, ScheduleRow.code == made.code, moment)
    row = {"location_id": made.location_id, "code": made.code, "name": made.name, "windows": _plain(made.windows)}
    lists = {"items": list(made.items), "categories": list(made.categories)}
    _record(session, ScheduleRow, merchant_id, [{"id": made.id, **row, **lists}], moment)


def retract(session: Session, merchant_id: str, kind: Ending, code: str, moment: datetime) -> bool:
    """End a price list or schedule; False when there is none of this code."""
    table = PriceListRow if kind == "list" else ScheduleRow
    return _retract(session, table, merchant_id, table.code == code, moment)


def record_entries(
    session: Session, merchant_id: str, list_code: str, entries: Sequence[PriceEntry], moment: datetime
) -> None:
    """Add prices to a list; a price of the same thing from the same moment is retracted."""
    mine = (PriceEntryRow.merchant_id == merchant_id, PriceEntryRow.list_code == list_code)
    known = session.execute(
        select(PriceEntryRow.id, PriceEntryRow.kind, PriceEntryRow.target, PriceEntryRow.valid_from).where(
            *mine, PriceEntryRow.retracted_at.is_(None)
        )
    ).all()
    replaced = {(e.kind, e.target, e.valid_from) for e in entries}
    gone = [r.id for r in known if (r.kind, r.target, r.valid_from) in replaced]
    for start in range(0, len(gone), 500):
        session.execute(
            update(PriceEntryRow)
            .where(*mine, PriceEntryRow.id.in_(gone[start : start + 500]))
            .values(retracted_at=moment)
            .execution_options(synchronize_session=False)
        )
    rows = [
        {
            "id": e.id,
            "list_code": list_code,
            "kind": e.kind,
            "target": e.target,
            "price_amount": e.price.amount,
            "currency": e.price.currency,
            "valid_from": e.valid_from,
            "valid_until": e.valid_until,
        }
        for e in entries
    ]
    _record(session, PriceEntryRow, merchant_id, rows, moment)


def retract_entries(  # noqa: PLR0917 - the key of a price
    session: Session, merchant_id: str, list_code: str, kind: str, target: str, moment: datetime
) -> bool:
    """End every price of a thing in a list; False when it had none."""
    which = and_(PriceEntryRow.list_code == list_code, PriceEntryRow.kind == kind, PriceEntryRow.target == target)
    return _retract(session, PriceEntryRow, merchant_id, which, moment)


def say_at(  # noqa: PLR0917 - one row's values
    session: Session,
    merchant_id: str,
    location_id: str,
    kind: Literal["item", "modifier"],
    target: str,
    available: bool,
    until: datetime | None,
) -> bool:
    """Note what staff said at one place; False when the menu in force has no such thing."""
    if not _there(session, merchant_id, kind, target):
        return False
    mine = (LocationOverrideRow.merchant_id == merchant_id, LocationOverrideRow.location_id == location_id)
    session.execute(
        delete(LocationOverrideRow).where(*mine, LocationOverrideRow.kind == kind, LocationOverrideRow.target == target)
    )
    if not available or until is not None:
        row = {"id": new_id(), "merchant_id": merchant_id, "location_id": location_id, "kind": kind, "target": target}
        insert_rows(session, LocationOverrideRow, [{**row, "available": available, "until": until}])
    return True


def _there(session: Session, merchant_id: str, kind: str, target: str) -> bool:
    if kind == "item":
        query = select(ItemRow.id).where(
            ItemRow.merchant_id == merchant_id, ItemRow.code == target, ItemRow.retired_at.is_(None)
        )
    else:
        group, _, modifier = target.partition("/")
        query = (
            select(ModifierRow.id)
            .join(ModifierGroupRow, ModifierGroupRow.id == ModifierRow.group_id)
            .where(
                ModifierGroupRow.merchant_id == merchant_id,
                ModifierRow.merchant_id == merchant_id,
                ModifierGroupRow.code == group,
                ModifierRow.code == modifier,
                ModifierGroupRow.retired_at.is_(None),
            )
        )
    return session.scalar(query) is not None


def _entries(session: Session, merchant_id: str, known_at: datetime | None) -> dict[str, list[PriceEntry]]:
    query = (
        select(*PriceEntryRow.__table__.columns)
        .where(_known(PriceEntryRow, merchant_id, known_at))
        .order_by(PriceEntryRow.valid_from, PriceEntryRow.id)
    )
    found: dict[str, list[PriceEntry]] = {}
    for r in session.execute(query):
        price = Money(r.price_amount, r.currency)
        entry = PriceEntry(r.id, r.kind, r.target, price, r.valid_from, r.valid_until, r.recorded_at, r.retracted_at)
        found.setdefault(r.list_code, []).append(entry)
    return found


def _known(table: _Recorded, merchant_id: str, at: datetime | None) -> ColumnElement[bool]:
    mine = table.merchant_id == merchant_id
    if at is None:
        return and_(mine, table.retracted_at.is_(None))
    return and_(mine, table.recorded_at <= at, or_(table.retracted_at.is_(None), table.retracted_at > at))


def _retract(
    session: Session, table: _Recorded, merchant_id: str, which: ColumnElement[bool], moment: datetime
) -> bool:
    ended = (
        update(table)
        .where(table.merchant_id == merchant_id, which, table.retracted_at.is_(None))
        .values(retracted_at=moment)
        .returning(table.id)
    )
    return bool(session.execute(ended.execution_options(synchronize_session=False)).all())


def _record(
    session: Session, table: _Recorded, merchant_id: str, rows: Iterable[dict[str, Any]], moment: datetime
) -> None:
    insert_rows(
        session, table, [{**r, "merchant_id": merchant_id, "recorded_at": moment, "retracted_at": None} for r in rows]
    )


def _windows(data: Sequence[Any]) -> tuple[Window, ...]:
    return tuple(Window(tuple(w["days"]), w["opens"], w["closes"]) for w in data)


def _plain(windows: Sequence[Window]) -> list[dict[str, Any]]:
    return [{"days": list(w.days), "opens": w.opens, "closes": w.closes} for w in windows]
