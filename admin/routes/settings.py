"""The settings of a location: what it is called, when it is open, where it delivers, how it takes orders and money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.errors import status_of
from admin.fields import Fields
from admin.routes.stock import place_of, places_of
from admin.routing import AdminRoute, see
from admin.settings import about, charges, rules, stations, weeks, zones
from core import catalogue, kitchen, merchants
from core.kernel.errors import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Session
    from core.db.uow import UnitOfWork
    from core.merchants import LocationView

router = APIRouter(route_class=AdminRoute)


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the settings. `shown` fills the form, `save` does what it says, `more` is what else the page needs."""

    name: str
    title: str
    shown: Callable[[Session, LocationView, str], Fields]
    save: Callable[[UnitOfWork, LocationView, Fields, str], object]
    more: Callable[[Session, LocationView], dict[str, Any]] = lambda _session, _place: {}


def _save_about(uow: UnitOfWork, place: LocationView, fields: Fields, _currency: str) -> None:
    merchants.edit_location(uow, place.merchant_id, place.id, **about.meant(fields))


def _save_hours(uow: UnitOfWork, place: LocationView, fields: Fields, _currency: str) -> None:
    merchants.set_hours(uow, place.merchant_id, place.id, weeks.hours_meant(fields))


def _save_holidays(uow: UnitOfWork, place: LocationView, fields: Fields, _currency: str) -> None:
    merchants.set_holidays(uow, place.merchant_id, place.id, weeks.holidays_meant(fields))


def _save_zones(uow: UnitOfWork, place: LocationView, fields: Fields, currency: str) -> None:
    merchants.set_zones(uow, place.merchant_id, place.id, zones.meant(fields, currency))


def _save_rules(uow: UnitOfWork, place: LocationView, fields: Fields, currency: str) -> None:
    merchants.set_policy(uow, place.merchant_id, place.id, rules.meant(fields, place.policy, currency))


def _save_charges(uow: UnitOfWork, place: LocationView, fields: Fields, currency: str) -> None:
    charging, own = charges.meant(fields, currency)
    merchants.set_charging(uow, place.merchant_id, place.id, charging, **own)


def _save_stations(uow: UnitOfWork, place: LocationView, fields: Fields, _currency: str) -> None:
    kitchen.set_stations(uow, place.merchant_id, place.id, stations.meant(fields))


def _zones(session: Session, place: LocationView, _currency: str) -> Fields:
    return zones.shown(merchants.zones(session, place.merchant_id, place.id))


def _stations(session: Session, place: LocationView, _currency: str) -> Fields:
    return stations.shown(kitchen.stations(session, place.merchant_id, place.id))


def _of_the_menu(session: Session, place: LocationView) -> dict[str, Any]:
    """What tax rates and stations are named for."""
    known = kitchen.stations(session, place.merchant_id, place.id)
    try:
        menu = catalogue.load_menu(session, place.merchant_id)
    except NotFound:  # no menu yet
        menu = None
    tags = sorted({tag for item in menu.items for tag in item.tags}) if menu else []
    return {"choices": stations.choices(menu, known), "tags": tags}


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part(
            "about",
            "About",
            lambda _session, place, _currency: about.shown(place),
            _save_about,
            lambda _session, _place: {"zones_known": sorted(available_timezones())},
        ),
        Part("hours", "Opening hours", lambda _session, place, _currency: weeks.hours_shown(place), _save_hours),
        Part("holidays", "Holidays", lambda _session, place, _currency: weeks.holidays_shown(place), _save_holidays),
        Part("delivery", "Delivery", _zones, _save_zones),
        Part("orders", "Orders", lambda _session, place, currency: rules.shown(place, currency), _save_rules),
        Part(
            "money",
            "Tax, service, tips",
            lambda _session, place, currency: charges.shown(place, currency),
            _save_charges,
            _of_the_menu,
        ),
        Part("kitchen", "Kitchen", _stations, _save_stations, _of_the_menu),
    )
}
_CONSTANTS: dict[str, Any] = {
    "parts": tuple(PARTS.values()),
    "weekdays": weeks.WEEKDAYS,
    "kinds": zones.KINDS,
    "closed": rules.CLOSED,
    "customer": rules.CUSTOMER,
    "split": rules.SPLIT,
    "ways": charges.WAYS,
    "new_stations": stations.NEW,
}


@router.get("/settings")
def start(visit: Annotated[Visit, Depends(sees("shop.change"))], at: str = "") -> Response:
    """The first page."""
    return _page(visit, _part("about"), at)


@router.get("/settings/{part}")
def page(part: str, visit: Annotated[Visit, Depends(sees("shop.change"))], at: str = "") -> Response:
    """One page, with what holds now."""
    return _page(visit, _part(part), at)


@router.post("/settings/{part}")
async def save(part: str, visit: Annotated[Visit, Depends(changes("shop.change"))]) -> Response:
    """Put what the form says in force; a form that cannot be meant is shown again with what is wrong in it."""
    fields = await Fields.sent(visit.request)
    return await run_in_threadpool(_save, visit, _part(part), fields)


def _save(visit: Visit, part: Part, fields: Fields) -> Response:
    at = fields.one("at")
    try:
        with visit.database.begin(visit.actor) as uow:
            place = place_of(visit, uow.session, at)
            part.save(uow, place, fields, visit.merchant.currency)
    except (InvalidInput, Conflict) as wrong:
        return _page(visit, part, at, fields=fields, problem=wrong.text, status=status_of(wrong))
    return see(f"/admin/settings/{part.name}?at={place.id}&said=saved")


def _part(name: str) -> Part:
    if name not in PARTS:
        raise NotFound(what="settings", key=name)
    return PARTS[name]


def _page(
    visit: Visit, part: Part, at: str, *, fields: Fields | None = None, problem: str = "", status: int = 200
) -> Response:
    with visit.database.read() as session:
        place = place_of(visit, session, at)
        places = [one for one in places_of(visit, session) if visit.places is None or one.id in visit.places]
        shown = fields or part.shown(session, place, visit.merchant.currency)
        more = part.more(session, place)
    return visit.page(
        "settings.html",
        status=status,
        part=part,
        place=place,
        places=places,
        v=shown,
        problem=problem,
        whole_shop=visit.places is None,
        **_CONSTANTS,
        **more,
    )
