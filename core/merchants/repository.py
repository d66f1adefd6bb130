"""All SQL of shops. Every query names the merchant, but for those that look for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, cast, delete, func, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from core.db.insert import insert_rows
from core.db.prepared import Prepared
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.merchants.charging import Charging
from core.merchants.models import ChannelAccountRow, DeliveryZoneRow, Location, Merchant, OpeningHoursRow
from core.merchants.policies import Policy
from core.merchants.views import ChannelAccount, Holiday, LocationView, MerchantView, OpeningHours
from core.merchants.zones import Zone, area_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, Row
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


def _location_view(row: Any) -> LocationView:  # noqa: ANN401 - a row of all columns and the week
    return LocationView(
        id=row.id,
        merchant_id=row.merchant_id,
        name=row.name,
        address=row.address,
        phone=row.phone,
        time_zone=row.time_zone,
        tax_rate_basis_points=row.tax_rate_basis_points,
        prices_include_tax=row.prices_include_tax,
        hours=_week(row.week or ""),
        fulfilments=tuple(row.fulfilments),
        facts={str(name): str(value) for name, value in row.facts.items()},
        holidays=tuple(_holiday(h) for h in row.holidays),
        policy=Policy.from_json(row.policy),
        charging=Charging.from_json(row.charging),
    )


@lru_cache(maxsize=256)
def _week(text: str) -> tuple[OpeningHours, ...]:
    """A location's week, Monday first."""
    spans = sorted((int(day), opens, closes) for day, opens, closes in (s.split(" ") for s in text.split(",") if s))
    return tuple(OpeningHours(*span) for span in spans)


def _holiday(data: dict[str, Any]) -> Holiday:
    return Holiday(data["day"], data["name"], tuple((opens, closes) for opens, closes in data["spans"]))


# What every turn asks is built once: building a statement costs more than running it.
# Plain columns, not mapped rows: those cost five times as much.
_MERCHANTS = select(*Merchant.__table__.columns)
_MERCHANT = Prepared(_MERCHANTS.where(Merchant.__table__.c.id == bindparam("key")))
_PLACES = Location.__table__.c
_HOURS = OpeningHoursRow.__table__.c
_SPAN = cast(_HOURS.weekday, String) + " " + _HOURS.opens + " " + _HOURS.closes
# A location's week as one text: another query for its seven rows would cost more than the location itself.
_WEEK = (
    select(func.aggregate_strings(_SPAN, literal_column("','", String)))  # type: ignore[arg-type] # an expression too
    .where(_HOURS.merchant_id == bindparam("merchant"), _HOURS.location_id == _PLACES.id)
    .scalar_subquery()
    .label("week")
)
_LOCATIONS = select(*_PLACES, _WEEK).where(_PLACES.merchant_id == bindparam("merchant"))
_LOCATION = Prepared(_LOCATIONS.where(_PLACES.id == bindparam("key")), view=_location_view)
_FIRST_LOCATION = Prepared(_LOCATIONS.order_by(_PLACES.created_at, _PLACES.id).limit(1), view=_location_view)
_LOCATION_IDS = Prepared(
    select(_PLACES.id).where(_PLACES.merchant_id == bindparam("merchant")).order_by(_PLACES.created_at, _PLACES.id)
)
_AREA = DeliveryZoneRow.__table__.c
_ZONES = Prepared(
    select(*_AREA)
    .where(_AREA.merchant_id == bindparam("merchant"), _AREA.location_id == bindparam("location"))
    .order_by(_AREA.position)
)

_ACCOUNTS = ChannelAccountRow.__table__.c
_OWNED = select(_ACCOUNTS.merchant_id, _ACCOUNTS.channel, _ACCOUNTS.account, _ACCOUNTS.location_id)
_ANY_TWO = Prepared(select(Merchant.__table__.c.id).limit(2))
_ACCOUNT = Prepared(_OWNED.where(_ACCOUNTS.channel == bindparam("on"), _ACCOUNTS.account == bindparam("key")))


def merchant_by_id(session: Session, merchant_id: str) -> MerchantView | None:
    """The shop of this id."""
    return _view(session, _MERCHANT.first(session, {"key": merchant_id}))


def merchant_by_slug(session: Session, slug: str) -> MerchantView | None:
    """The shop of this address part."""
    return _merchant(session, Merchant.slug == slug)


def first_merchant(session: Session) -> MerchantView | None:
    """The shop that was made first."""
    return _merchant(session)


def merchants(session: Session) -> tuple[MerchantView, ...]:
    """Every shop of the installation, the oldest first."""
    ids = session.scalars(select(Merchant.id).order_by(Merchant.created_at, Merchant.id)).all()
    return tuple(found for i in ids if (found := merchant_by_id(session, i)) is not None)


def insert_merchant(session: Session, row: Merchant) -> bool:
    """Add a shop; False, and nothing added, when its slug is taken, be it by somebody in this very moment."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def lock_merchant(session: Session, merchant_id: str) -> bool:
    """Hold the shop's row until the transaction ends; False when there is no such shop.

    The weaker lock (NO KEY UPDATE) lets others insert rows that refer to the shop meanwhile.
    """
    query = select(Merchant.id).where(Merchant.id == merchant_id).with_for_update(key_share=True)
    found = session.scalar(query)
    return found is not None


def location_ids(session: Session, merchant_id: str) -> tuple[str, ...]:
    """Ids of a shop's locations, the first one made first."""
    return tuple(row[0] for row in _LOCATION_IDS.all(session, {"merchant": merchant_id}))


def has_location_named(session: Session, merchant_id: str, name: str) -> bool:
    """Whether the shop has a location of this name."""
    query = select(Location.id).where(Location.merchant_id == merchant_id, Location.name == name)
    return session.scalar(query) is not None


def location(session: Session, merchant_id: str, location_id: str | None) -> LocationView | None:
    """A shop's location with its hours; the first one made when no id is given."""
    if location_id is None:
        return _FIRST_LOCATION.first(session, {"merchant": merchant_id})
    return _LOCATION.first(session, {"merchant": merchant_id, "key": location_id})


def question(merchant_id: str, location_id: str) -> tuple[Prepared, dict[str, str]]:
    """What `location` asks, for `read_ahead`."""
    return _LOCATION, {"merchant": merchant_id, "key": location_id}


def delete_hours(session: Session, merchant_id: str, location_id: str) -> None:
    """Forget a location's week."""
    mine = (OpeningHoursRow.merchant_id == merchant_id, OpeningHoursRow.location_id == location_id)
    session.execute(delete(OpeningHoursRow).where(*mine))


def _merchant(session: Session, *conditions: ColumnElement[bool]) -> MerchantView | None:
    query = _MERCHANTS.where(*conditions).order_by(Merchant.created_at, Merchant.id).limit(1)
    return _view(session, session.execute(query).one_or_none())


def _view(session: Session, row: Row[*tuple[Any, ...]] | None) -> MerchantView | None:
    if row is None:
        return None
    return MerchantView(row.id, row.name, row.slug, row.currency, row.locale, location_ids(session, row.id))


def save_location(session: Session, merchant_id: str, location_id: str, **values: object) -> None:
    """Write some columns of a location."""
    mine = update(Location).where(Location.merchant_id == merchant_id, Location.id == location_id)
    session.execute(mine.values(**values).execution_options(synchronize_session=False))


def save_merchant(session: Session, merchant_id: str, **values: object) -> None:
    """Write some columns of a shop."""
    mine = update(Merchant).where(Merchant.id == merchant_id)
    session.execute(mine.values(**values).execution_options(synchronize_session=False))


def zones(session: Session, merchant_id: str, location_id: str) -> tuple[Zone, ...]:
    """Where a location delivers, in the order in which zones are tried."""
    rows = _ZONES.all(session, {"merchant": merchant_id, "location": location_id})
    return tuple(
        Zone(
            name=row.name,
            area=area_from_json(row.kind, row.area),
            fee=Money(row.fee_amount, row.currency),
            minimum=Money(row.minimum_amount, row.currency),
            minutes=row.minutes,
        )
        for row in rows
    )


def replace_zones(session: Session, merchant_id: str, location_id: str, wanted: Sequence[Zone]) -> None:
    """Make these a location's zones."""
    mine = (DeliveryZoneRow.merchant_id == merchant_id, DeliveryZoneRow.location_id == location_id)
    session.execute(delete(DeliveryZoneRow).where(*mine))
    rows = [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "location_id": location_id,
            "position": position,
            "name": zone.name,
            "kind": zone.area.kind,
            "area": zone.area.to_json(),
            "fee_amount": zone.fee.amount,
            "minimum_amount": zone.minimum.amount,
            "currency": zone.fee.currency,
            "minutes": zone.minutes,
        }
        for position, zone in enumerate(wanted)
    ]
    insert_rows(session, DeliveryZoneRow, rows)


def account(session: Session, channel: str, account: str) -> ChannelAccount | None:
    """Whose an account is, if a shop has connected it."""
    row = _ACCOUNT.first(session, {"on": channel, "key": account})
    return ChannelAccount(*row) if row is not None else None


def account_of_only_shop(session: Session, channel: str, account: str) -> ChannelAccount | None:
    """An account as that of the only shop; None when there are several, or none."""
    found = _ANY_TWO.all(session, {})
    return ChannelAccount(found[0].id, channel, account) if len(found) == 1 else None


def owner_of(channel: BindParameter[str], account: BindParameter[str]) -> ColumnElement[str]:
    """SQL for whose an account is, for statements that need no more than that; NULL where it is nobody's."""
    connected = select(_ACCOUNTS.merchant_id).where(_ACCOUNTS.channel == channel, _ACCOUNTS.account == account)
    only = select(func.min(Merchant.__table__.c.id)).having(func.count() == literal_column("1"))
    return func.coalesce(connected.scalar_subquery(), only.scalar_subquery())


def accounts(session: Session, merchant_id: str, **only: str) -> tuple[ChannelAccount, ...]:
    """A shop's accounts, or those with these values."""
    query = _OWNED.where(_ACCOUNTS.merchant_id == merchant_id, *(_ACCOUNTS[k] == v for k, v in only.items()))
    rows = session.execute(query.order_by(_ACCOUNTS.channel, _ACCOUNTS.account))
    return tuple(ChannelAccount(*row) for row in rows)


def save_account(session: Session, merchant_id: str, channel: str, account: str, location_id: str | None) -> None:
    """Note that an account is a shop's, or at which of its places."""
    ours = update(ChannelAccountRow).where(
        ChannelAccountRow.merchant_id == merchant_id,
        ChannelAccountRow.channel == channel,
        ChannelAccountRow.account == account,
    )
    known = session.execute(ours.values(location_id=location_id).returning(ChannelAccountRow.id)).first()
    if known is None:
        new = {"id": new_id(), "merchant_id": merchant_id, "channel": channel, "account": account}
        insert_rows(session, ChannelAccountRow, [{**new, "location_id": location_id}])


def delete_account(session: Session, merchant_id: str, channel: str, account: str) -> bool:
    """Forget that an account is a shop's; False when it was not."""
    gone = delete(ChannelAccountRow).where(
        ChannelAccountRow.merchant_id == merchant_id,
        ChannelAccountRow.channel == channel,
        ChannelAccountRow.account == account,
    )
    return session.execute(gone.returning(ChannelAccountRow.id)).first() is not None
