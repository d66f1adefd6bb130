"""How, where and when an order is handed over: what a cart may ask for, and what placing it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core import kitchen, merchants
from core.kernel import cards
from core.kernel.clock import now
from core.kernel.errors import BelowMinimum, CartIncomplete, InvalidInput, OutsideArea
from core.kernel.text import clean
from core.merchants.addresses import checked
from core.merchants.zones import needs_coordinates, point_of, zone_of
from core.orders import making, repository_times, timing
from core.orders.promise import promised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from core.catalogue import Menu
    from core.db.prepared import Prepared
    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.kitchen import Station
    from core.merchants import Address, LocationView, Zone
    from core.orders.lines import Line
    from core.orders.promise import Interval
    from core.orders.timing import Slot
    from core.orders.views import CartView

_TABLE_LENGTH = 40
_REMEMBERED = 20  # orders by which a location's promises are judged
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Handover:
    """Where and when a cart would be handed over; `slot` None: as soon as possible."""

    location: LocationView
    zone: Zone | None
    slot: Slot | None

    @property
    def travel(self) -> int:
        """Minutes of the way to the customer."""
        return self.zone.minutes if self.zone else 0


def table_of(location: LocationView, name: str | None) -> str | None:
    """The table of this name.

    Raises:
        InvalidInput: the location has tables, and none is called so.
    """
    wanted = cards.redacted(clean(name or "", _TABLE_LENGTH))[:_TABLE_LENGTH]
    if not wanted:
        return None
    tables = {table.casefold(): table for table in location.policy.tables}
    if tables and wanted.casefold() not in tables:
        raise InvalidInput(field="table", problem=f"there is no table “{wanted}” at {location.name}.")
    return tables.get(wanted.casefold(), wanted)


def address_of(session: Session, location: LocationView, address: Address) -> Address:
    """The address as it is kept, which the location delivers to.

    Raises:
        InvalidAddress: it lacks something, or its postcode cannot be.
        OutsideArea: nobody delivers there.
    """
    kept = without_cards(checked(address, country=location.policy.country))
    zone_at(session, location, kept)
    return kept


def without_cards(address: Address) -> Address:
    """The address without any card number that somebody wrote into it."""
    return replace(
        address,
        street=cards.redacted(address.street),
        postcode=cards.redacted(address.postcode),
        city=cards.redacted(address.city),
        instructions=cards.redacted(address.instructions),
    )


def zone_at(session: Session, location: LocationView, address: Address) -> Zone | None:
    """The delivery zone of an address; None where the location has drawn none, and so delivers anywhere.

    Raises:
        OutsideArea: it lies in none of them.
    """
    zones = merchants.zones(session, location.merchant_id, location.id)
    found = zone_of(zones, address)
    if zones and found is None:
        unknown = point_of(address) is None and needs_coordinates(zones)
        hint = "share the place on a map, or choose another way" if unknown else "choose another address or way"
        raise OutsideArea(problem=f"{location.name} does not deliver to {address.text}: {hint}.", address=address.text)
    return found


def with_fee(session: Session, found: CartView) -> CartView:
    """The cart with what its delivery costs now: nothing unless it is delivered to a zone that has a fee."""
    zone = None
    if found.fulfilment == "delivery" and found.address is not None:
        zone = zone_at(session, merchants.location(session, found.merchant_id, found.location_id), found.address)
    return with_fee_of(found, zone)


def with_fee_of(found: CartView, zone: Zone | None) -> CartView:
    """The cart with what its delivery to a zone costs; nothing when it is not delivered."""
    fee = zone.fee if zone and zone.fee.amount else None
    return found if fee == found.delivery_fee else replace(found, delivery_fee=fee)


def moment_of(location: LocationView, wanted: datetime) -> datetime:
    """A time asked for that the location takes orders for.

    Raises:
        InvalidInput: without a time zone.
        ShopClosed: closed then.
        SlotTaken: too soon, or too far ahead.
    """
    if wanted.tzinfo is None:
        raise InvalidInput(field="requested_for", problem="has no time zone.")
    timing.slot_for(location, wanted, now=now(), lead=location.policy.lead_minutes)
    return wanted


def slots(session: Session, merchant_id: str, location_id: str, lines: Iterable[Line], day: date) -> tuple[Slot, ...]:
    """The times of a day (on the location's calendar) that an order of these lines can be asked for.

    Raises:
        NotFound: no such location of this shop.
    """
    from core.orders.service.carts import menu_now  # noqa: PLC0415 - carts use this module

    location = merchants.location(session, merchant_id, location_id)
    menu = menu_now(session, merchant_id, location_id)
    lead = max(location.policy.lead_minutes, minutes_for(session, menu, location, lines))
    return _slots(session, location, day, lead)


def minutes_for(
    session: Session,
    menu: Menu,
    location: LocationView,
    lines: Iterable[Line],
    *,
    but: str = "",
    known: tuple[Station, ...] | None = None,
) -> int:
    """Minutes that the kitchen needs for these lines with what it has to do now.

    `but` is an order not to count; `known` are the stations, where they were read already.
    """
    stations = kitchen.stations(session, location.merchant_id, location.id) if known is None else known
    dishes = making.dishes(menu, lines, stations)
    default = location.policy.preparation_minutes
    return kitchen.minutes_for(
        session, location.merchant_id, location.id, dishes, default=default, but=but, known=stations
    )


def questions(merchant_id: str, location_id: str) -> tuple[tuple[Prepared, dict[str, Any]], ...]:
    """What `agreed` and `promise` ask, for `read_ahead`."""
    late = repository_times.question(merchant_id, location_id, limit=_REMEMBERED)
    return merchants.question(merchant_id, location_id), late


def promise(
    session: Session,
    location: LocationView,
    *,
    minutes: int,
    travel: int,
    requested_for: datetime | None,
) -> Interval:
    """When the customer will have an order that the kitchen begins with now."""
    return promised(
        now(),
        minutes=minutes,
        travel=travel,
        requested_for=requested_for,
        slot_minutes=location.policy.slot_minutes,
        lateness=repository_times.lateness(session, location.merchant_id, location.id, limit=_REMEMBERED),
    )


def agreed(session: Session, found: CartView) -> Handover:
    """Where and when a cart is handed over if it is placed at this moment.

    Raises:
        ShopClosed, SlotTaken, OutsideArea: it cannot be.
        CartIncomplete: an address or a table is missing; `detail` says which.
    """
    location = merchants.location(session, found.merchant_id, found.location_id)
    slot = None
    if found.requested_for is None:
        timing.check_open(location, now())
    else:
        lead = location.policy.lead_minutes
        slot = timing.slot_for(location, found.requested_for, now=now(), lead=lead)
    zone = None
    if found.fulfilment == "delivery":
        if found.address is not None:
            zone = zone_at(session, location, found.address)
        elif merchants.zones(session, location.merchant_id, location.id):
            raise CartIncomplete(problem="The address is missing: where shall it go?", missing=(), detail="address")
    if found.fulfilment == "dine_in" and location.policy.table_required and not found.table:
        raise CartIncomplete(problem="The table is missing: at which one do you sit?", missing=(), detail="table")
    return Handover(location, zone, slot)


def check_minimum(handover: Handover, goods: Money) -> None:
    """Refuse a delivery that comes to too little.

    Raises:
        BelowMinimum: names the zone, its minimum and what the order comes to.
    """
    zone = handover.zone
    if zone is not None and goods < zone.minimum:
        raise BelowMinimum(zone=zone.name, minimum=str(zone.minimum), total=str(goods))


def take_slot(uow: UnitOfWork, location: LocationView, slot: Slot) -> None:
    """Take a place in a slot; two orders never get the last one.

    Raises:
        SlotTaken: none is left; `free` has the nearest that are.
    """
    capacity = location.policy.slot_orders
    if not repository_times.take_slot(uow.session, location.merchant_id, location.id, slot.start, capacity):
        others = _slots(uow.session, location, slot.start.date(), location.policy.lead_minutes)
        raise timing.full(location, slot, others)


def doubts(
    session: Session, location: LocationView, customer_id: str, lines: Iterable[Line], total: Money
) -> tuple[str, ...]:
    """Why a person should look at an order before it is made; nothing for most."""
    policy = location.policy
    reasons = []
    units = sum(line.quantity for line in lines)
    if policy.hold_units is not None and units > policy.hold_units:
        reasons.append(f"{units} units, more than {policy.hold_units}")
    if policy.hold_amount is not None and total.amount > policy.hold_amount:
        reasons.append(f"{total} in all, a large amount")
    if policy.hold_orders_an_hour is not None:
        before = repository_times.placed_since(session, location.merchant_id, customer_id, now() - _HOUR)
        if before >= policy.hold_orders_an_hour:
            reasons.append(f"{before + 1} orders of one customer within an hour")
    return tuple(reasons)


def _slots(session: Session, location: LocationView, day: date, lead: int) -> tuple[Slot, ...]:
    zone = ZoneInfo(location.time_zone)
    since = datetime.combine(day, datetime.min.time(), tzinfo=zone)
    taken = repository_times.taken_slots(session, location.merchant_id, location.id, since, since + timedelta(days=2))
    return timing.slots_of(location, day, now=now(), lead=lead, taken=taken)
