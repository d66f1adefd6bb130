"""Who did what, for owners and managers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from admin.access import Visit, sees
from admin.routing import AdminRoute
from core import staff
from core.db import audit as log
from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.db.audit import AuditEntry

router = APIRouter(route_class=AdminRoute)

_SHOWN = 100
_KINDS = {"customer": "A customer", "provider": "A provider", "system": "The program"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is shown. `link` leads to what it is about, where there is a page of it."""

    seq: int
    at: datetime
    who: str
    what: str
    subject: str
    link: str


@router.get("/audit")
def audit(  # noqa: PLR0917 - the fields of the filter
    visit: Annotated[Visit, Depends(sees("audit.read"))],
    who: str = "",
    what: str = "",
    since: str = "",
    until: str = "",
    before: int = 0,
) -> Response:
    """The latest rows, by who, what and when."""
    first, last = _day(visit, "since", since), _day(visit, "until", until)
    with visit.database.read() as session:
        found = log.entries(
            session,
            visit.merchant_id,
            actor=who,
            event=what,
            since=first,
            until=last + timedelta(days=1) if last else None,
            before=before or None,
            limit=_SHOWN,
        )
        names = log.event_names(session, visit.merchant_id)
        people = {member.id: member.name for member in staff.members(session, visit.merchant_id)}
    return visit.page(
        "audit.html",
        lines=[_line(entry, people) for entry in found],
        events=names,
        actors=[*people.items(), *_KINDS.items()],
        filter={"who": who, "what": what, "since": since, "until": until},
        older=found[-1].seq if len(found) == _SHOWN else 0,
    )


def _line(entry: AuditEntry, people: Mapping[str, str]) -> Line:
    who = people.get(entry.actor_id) or _KINDS.get(entry.actor_kind, entry.actor_kind)
    if entry.actor_kind == "provider":
        who = f"{who}: {entry.actor_id}"
    kind, _, key = entry.subject.partition(":")
    pages = {"order": "/admin/orders/", "conversation": "/admin/conversations/"}
    link = f"{pages[kind]}{key}" if kind in pages else ""
    subject = people.get(key, f"{kind} {key[-6:]}") if kind != "merchant" else "the shop"
    return Line(entry.seq, entry.at, who, _spaced(entry.event), subject, link)


def _spaced(name: str) -> str:
    """A name like OrderPlaced in words."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words[:1].upper() + words[1:]


def _day(visit: Visit, field: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field=field, problem="write a date like 2026-03-31") from None
    return datetime(day.year, day.month, day.day, tzinfo=visit.formats.zone).astimezone(UTC)
