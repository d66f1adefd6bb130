"""What a location took on a day: read from the books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends

from admin.access import Visit, sees
from admin.routes.stock import place_of, places_of
from admin.routing import AdminRoute
from core import ledger
from core.kernel.clock import now
from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from fastapi.responses import Response

    from core.ledger import DayReport

router = APIRouter(route_class=AdminRoute)

_TILLS = {
    "cash": "In cash",
    "clearing:card": "By card at the counter",
    "clearing:test": "Test page (no real money)",
    "clearing:stripe": "Stripe",
}


@router.get("/takings")
def takings(visit: Annotated[Visit, Depends(sees("money.read"))], at: str = "", day: str = "") -> Response:
    """The day's takings of one location, by its own clock; today unless told."""
    with visit.database.read() as session:
        place = place_of(visit, session, at)
        places = places_of(visit, session)
        today = now().astimezone(ZoneInfo(place.time_zone)).date()
        report = ledger.day_report(session, visit.merchant_id, place.id, _day(day) or today)
    after = report.day + timedelta(days=1)
    return visit.page(
        "takings.html",
        report=report,
        rows=_rows(report),
        tills=[(_TILLS.get(row.account, row.account.partition(":")[2].title()), row.balance) for row in report.taken],
        place=place,
        places=places,
        before=report.day - timedelta(days=1),
        after=after if after <= today else None,
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(field="day", problem=f"“{text}” is not a date: write it like 2026-03-14.") from None


def _rows(report: DayReport) -> list[tuple[str, object]]:
    """What is shown of the day, from what was sold to what is owed."""
    return [
        ("Sales, without tax", report.sales),
        ("Discounts", report.discounts),
        ("Given back", report.refunds),
        ("Net sales", report.net_sales),
        *((f"Tax {share.basis_points / 100:g} %", share.amount) for share in report.taxes),
        ("Service charge", report.service_charge),
        ("Delivery", report.delivery_fees),
        ("Tips", report.tips),
        ("Rounding", report.rounding),
    ]
