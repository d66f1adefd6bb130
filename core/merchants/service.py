"""Use cases of shops and their locations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.text import clean
from core.merchants import repository, rules
from core.merchants.charging import check_charging
from core.merchants.events import PlaceAdded, PlaceChanged, ShopChanged, ShopCreated
from core.merchants.models import Location, Merchant, OpeningHoursRow
from core.merchants.policies import check_policy
from core.merchants.zones import check_zones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from core.db.prepared import Prepared
    from core.db.uow import UnitOfWork
    from core.merchants.charging import Charging
    from core.merchants.policies import Policy
    from core.merchants.views import Holiday, LocationView, MerchantView, OpeningHours
    from core.merchants.zones import Zone

_NAME_LENGTH = 120


@requires("shop.create")
def create_merchant(uow: UnitOfWork, *, name: str, slug: str, currency: str, locale: str) -> MerchantView:
    """Make a shop. `currency` is an ISO 4217 code, `locale` a language tag such as "en-US".

    Raises:
        InvalidInput: a detail that cannot be used; names the field and the fix.
        Conflict: another shop has this slug.
    """
    rules.check_slug(slug)
    if currency not in rules.currencies():
        raise InvalidInput(field="currency", problem=f"“{currency}” is no ISO 4217 code in use: write one like USD.")
    if not rules.is_locale(locale):
        raise InvalidInput(field="locale", problem=f"“{locale}” is not a language tag: write one like en-US.")
    row = Merchant(id=new_id(), name=_name(name), slug=slug, currency=currency, locale=locale, created_at=now())
    if not repository.insert_merchant(uow.session, row):
        raise Conflict(problem=f"There is a shop “{slug}” already: choose another slug.")
    uow.record(ShopCreated(merchant_id=row.id))
    return merchant(uow.session, row.id)


@requires("shop.change")
def add_location(
    uow: UnitOfWork,
    merchant_id: str,
    *,
    name: str,
    address: str = "",
    phone: str = "",
    time_zone: str = "UTC",
    tax_rate_basis_points: int = 0,
    prices_include_tax: bool = False,
    hours: Sequence[OpeningHours] = (),
    fulfilments: Sequence[str] = ("pickup",),
    facts: Mapping[str, str] | None = None,
) -> LocationView:
    """Add a place where the shop sells; the first one is the default. `tax_rate_basis_points`: 825 is 8.25 %.

    Raises:
        InvalidInput: a detail that cannot be used; names the field and the fix.
        NotFound: no such shop.
        Conflict: the shop has a location of this name.
    """
    rules.check_time_zone(time_zone)
    rules.check_tax_rate(tax_rate_basis_points)
    rules.check_fulfilments(fulfilments)
    hold(uow, merchant_id)
    row = Location(
        id=new_id(),
        merchant_id=merchant_id,
        name=_name(name),
        address=clean(address),
        phone=clean(phone, 40),
        time_zone=time_zone,
        tax_rate_basis_points=tax_rate_basis_points,
        prices_include_tax=prices_include_tax,
        fulfilments=list(fulfilments),
        facts={clean(key, 60): clean(value) for key, value in (facts or {}).items()},
        created_at=now(),
    )
    if repository.has_location_named(uow.session, merchant_id, row.name):
        raise Conflict(problem=f"The shop has a location “{row.name}” already: choose another name.")
    uow.session.add(row)
    uow.session.flush()
    uow.record(PlaceAdded(merchant_id=merchant_id, location_id=row.id))
    return set_hours(uow, merchant_id, row.id, hours)


@requires("shop.change")
def set_hours(uow: UnitOfWork, merchant_id: str, location_id: str, hours: Sequence[OpeningHours]) -> LocationView:
    """Replace a location's whole week.

    Raises:
        InvalidInput: a weekday, a time or an overlap that cannot be meant.
        NotFound: no such location of this shop.
    """
    rules.check_hours(hours)
    location(uow.session, merchant_id, location_id)
    repository.delete_hours(uow.session, merchant_id, location_id)
    uow.session.add_all(
        OpeningHoursRow(
            id=new_id(),
            merchant_id=merchant_id,
            location_id=location_id,
            weekday=span.weekday,
            opens=span.opens,
            closes=span.closes,
        )
        for span in hours
    )
    uow.session.flush()
    uow.record(PlaceChanged(merchant_id=merchant_id, location_id=location_id, what="hours"))
    return location(uow.session, merchant_id, location_id)


@requires("shop.change")
def set_holidays(uow: UnitOfWork, merchant_id: str, location_id: str, holidays: Sequence[Holiday]) -> LocationView:
    """Replace a location's exceptions from its week.

    Raises:
        InvalidInput: a date or a time that cannot be meant.
        NotFound: no such location of this shop.
    """
    rules.check_holidays(holidays)
    kept = [
        {"day": h.day, "name": clean(h.name, _NAME_LENGTH), "spans": [list(span) for span in h.spans]}
        for h in sorted(holidays, key=lambda h: h.day)
    ]
    uow.record(PlaceChanged(merchant_id=merchant_id, location_id=location_id, what="holidays"))
    return _saved(uow, merchant_id, location_id, holidays=kept)


@requires("shop.change")
def set_policy(uow: UnitOfWork, merchant_id: str, location_id: str, policy: Policy) -> LocationView:
    """Replace how a location takes orders.

    Raises:
        InvalidInput: a value that cannot be meant; names the field and its range.
        NotFound: no such location of this shop.
    """
    check_policy(policy)
    uow.record(PlaceChanged(merchant_id=merchant_id, location_id=location_id, what="policy"))
    return _saved(uow, merchant_id, location_id, policy=policy.to_json())


@requires("shop.change")
def set_charging(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    charging: Charging,
    *,
    tax_rate_basis_points: int | None = None,
    prices_include_tax: bool | None = None,
) -> LocationView:
    """Replace what a location adds to prices; its own tax rate stays unless given. Orders placed keep what they had.

    Raises:
        InvalidInput: a value that cannot be meant; names the field and its range.
        NotFound: no such location of this shop.
    """
    check_charging(charging, rules.FULFILMENTS)
    values: dict[str, object] = {"charging": charging.to_json()}
    if tax_rate_basis_points is not None:
        rules.check_tax_rate(tax_rate_basis_points)
        values["tax_rate_basis_points"] = tax_rate_basis_points
    if prices_include_tax is not None:
        values["prices_include_tax"] = prices_include_tax
    uow.record(PlaceChanged(merchant_id=merchant_id, location_id=location_id, what="charging"))
    return _saved(uow, merchant_id, location_id, **values)


@requires("shop.change")
def set_zones(uow: UnitOfWork, merchant_id: str, location_id: str, zones: Sequence[Zone]) -> tuple[Zone, ...]:
    """Replace where a location delivers; an address belongs to the first zone that holds it.

    Raises:
        InvalidInput: a zone that cannot be meant; names it and the fix.
        NotFound: no such location of this shop.
    """
    location(uow.session, merchant_id, location_id)
    check_zones(zones, merchant(uow.session, merchant_id).currency)
    repository.replace_zones(uow.session, merchant_id, location_id, zones)
    uow.record(PlaceChanged(merchant_id=merchant_id, location_id=location_id, what="zones"))
    return repository.zones(uow.session, merchant_id, location_id)


def zones(session: Session, merchant_id: str, location_id: str) -> tuple[Zone, ...]:
    """Where a location delivers, in the order in which zones are tried."""
    return repository.zones(session, merchant_id, location_id)


@requires("shop.change")
def edit_merchant(
    uow: UnitOfWork, merchant_id: str, *, name: str | None = None, locale: str | None = None
) -> MerchantView:
    """Change a shop's name or language; what is not given stays. Its currency stays for good: amounts refer to it.

    Raises:
        InvalidInput: a detail that cannot be used; names the field and the fix.
        NotFound: no such shop.
    """
    hold(uow, merchant_id)
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = _name(name)
    if locale is not None:
        if not rules.is_locale(locale):
            raise InvalidInput(field="locale", problem=f"“{locale}” is not a language tag: write one like en-US.")
        values["locale"] = locale
    if values:
        repository.save_merchant(uow.session, merchant_id, **values)
    uow.record(ShopChanged(merchant_id=merchant_id))
    return merchant(uow.session, merchant_id)


@requires("shop.change")
def edit_location(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    *,
    name: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    time_zone: str | None = None,
    fulfilments: Sequence[str] | None = None,
    facts: Mapping[str, str] | None = None,
) -> LocationView:
    """Change a location's details; what is not given stays.

    Raises:
        InvalidInput: a detail that cannot be used; names the field and the fix.
        NotFound: no such location of this shop.
        Conflict: another location of the shop has this name.
    """
    hold(uow, merchant_id)
    before = location(uow.session, merchant_id, location_id)
    values: dict[str, object] = {}
    if name is not None and _name(name) != before.name:
        values["name"] = _name(name)
        if repository.has_location_named(uow.session, merchant_id, _name(name)):
            raise Conflict(problem=f"The shop has a location “{_name(name)}” already: choose another name.")
    if time_zone is not None:
        rules.check_time_zone(time_zone)
        values["time_zone"] = time_zone
    if fulfilments is not None:
        rules.check_fulfilments(fulfilments)
        values["fulfilments"] = list(fulfilments)
    if address is not None:
        values["address"] = clean(address)
    if phone is not None:
        values["phone"] = clean(phone, 40)
    if facts is not None:
        values["facts"] = {clean(key, 60): clean(value) for key, value in facts.items()}
    uow.record(PlaceChanged(merchant_id=merchant_id, location_id=location_id, what="description"))
    return _saved(uow, merchant_id, location_id, **values)


def hold(uow: UnitOfWork, merchant_id: str) -> MerchantView:
    """The shop, its row held until this unit of work ends: what must not happen twice at once in one shop begins here.

    Raises:
        NotFound: there is none.
    """
    if not repository.lock_merchant(uow.session, merchant_id):
        raise NotFound(what="merchant", key=merchant_id)
    return merchant(uow.session, merchant_id)


def merchant(session: Session, merchant_id: str) -> MerchantView:
    """The shop of this id.

    Raises:
        NotFound: there is none.
    """
    found = repository.merchant_by_id(session, merchant_id)
    if found is None:
        raise NotFound(what="merchant", key=merchant_id)
    return found


def by_slug(session: Session, slug: str) -> MerchantView:
    """The shop of this address part.

    Raises:
        NotFound: there is none.
    """
    found = repository.merchant_by_slug(session, slug)
    if found is None:
        raise NotFound(what="merchant", key=slug)
    return found


def only_merchant(session: Session) -> MerchantView | None:
    """The single shop of a small installation: the one made first; None in an empty database."""
    return repository.first_merchant(session)


def every_merchant(session: Session) -> tuple[MerchantView, ...]:
    """All shops of the installation, for its operator; the oldest first."""
    return repository.merchants(session)


def location(session: Session, merchant_id: str, location_id: str) -> LocationView:
    """A location of this shop.

    Raises:
        NotFound: there is none, or it belongs to another shop.
    """
    found = repository.location(session, merchant_id, location_id)
    if found is None:
        raise NotFound(what="location", key=location_id)
    return found


def question(merchant_id: str, location_id: str) -> tuple[Prepared, dict[str, str]]:
    """What `location` asks, for `read_ahead`."""
    return repository.question(merchant_id, location_id)


def default_location(session: Session, merchant_id: str) -> LocationView:
    """The shop's first location.

    Raises:
        NotFound: it has none yet.
    """
    found = repository.location(session, merchant_id, None)
    if found is None:
        raise NotFound(what="location of merchant", key=merchant_id)
    return found


def _saved(uow: UnitOfWork, merchant_id: str, location_id: str, **values: object) -> LocationView:
    location(uow.session, merchant_id, location_id)
    if values:
        repository.save_location(uow.session, merchant_id, location_id, **values)
    return location(uow.session, merchant_id, location_id)


def _name(text: str) -> str:
    name = clean(text, _NAME_LENGTH)
    if not name:
        raise InvalidInput(field="name", problem="is empty: write what customers call it.")
    return name
