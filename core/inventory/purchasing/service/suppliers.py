"""Use cases of suppliers and what they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import merchants
from core.access import requires
from core.inventory.purchasing import repository
from core.inventory.purchasing.events import SupplierPriceRecorded, SupplierSaved
from core.inventory.purchasing.views import PriceView, SupplierView
from core.inventory.service.changes import check_item, check_quantity
from core.kernel.clock import now
from core.kernel.errors import Conflict, CurrencyMismatch, InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.text import clean

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.kernel.money import Money

_LONGEST_LEAD = 365


@requires("purchases.change")
def add_supplier(
    uow: UnitOfWork,
    merchant_id: str,
    *,
    name: str,
    email: str = "",
    phone: str = "",
    note: str = "",
    lead_days: int = 1,
) -> SupplierView:
    """Somebody sells to the shop.

    Raises:
        InvalidInput: no name, or days that cannot be meant.
        Conflict: there is one of this name.
    """
    made = SupplierView(
        new_id(), _named(name), clean(email, 200), clean(phone, 40), clean(note, 1000), _days(lead_days), active=True
    )
    if not repository.add_supplier(uow.session, merchant_id, made):
        raise Conflict(problem=f"There is a supplier called {made.name} already.")
    uow.record(SupplierSaved(merchant_id=merchant_id, supplier_id=made.id, supplier_name=made.name, active=True))
    return made


@requires("purchases.change")
def change_supplier(
    uow: UnitOfWork, merchant_id: str, supplier_id: str, *, active: bool, lead_days: int | None = None
) -> SupplierView:
    """Buy there no more, or again; or say how long an order takes.

    Raises:
        NotFound: no such supplier of this shop.
        InvalidInput: days that cannot be meant.
    """
    before = supplier(uow.session, merchant_id, supplier_id)
    days = before.lead_days if lead_days is None else _days(lead_days)
    repository.change_supplier(uow.session, merchant_id, supplier_id, active=active, lead_days=days)
    uow.record(
        SupplierSaved(merchant_id=merchant_id, supplier_id=supplier_id, supplier_name=before.name, active=active)
    )
    return supplier(uow.session, merchant_id, supplier_id)


@requires("purchases.change")
def set_price(
    uow: UnitOfWork,
    merchant_id: str,
    supplier_id: str,
    item_id: str,
    price: Money,
    *,
    pack_size: int = 1,
    valid_from: datetime | None = None,
) -> PriceView:
    """A pack of an item costs this from a moment on (from now, if none is said); earlier prices stay written down.

    Raises:
        NotFound: no such supplier of this shop.
        InvalidInput: a price below zero, or no pack size of one or more steps.
        CurrencyMismatch: the shop buys in another currency.
    """
    check_item(item_id)
    check_quantity(pack_size, least=1)
    supplier(uow.session, merchant_id, supplier_id)
    currency = merchants.merchant(uow.session, merchant_id).currency
    if price.currency != currency:
        raise CurrencyMismatch(left=price.currency, right=currency)
    if price.amount < 0:
        raise InvalidInput(field="price", problem="must not be below zero.")
    moment = now()
    made = PriceView(supplier_id, item_id, pack_size, price, valid_from or moment, moment)
    repository.add_price(uow.session, merchant_id, made)
    uow.record(
        SupplierPriceRecorded(
            merchant_id=merchant_id,
            supplier_id=supplier_id,
            item_id=item_id,
            pack_size=pack_size,
            price_amount=price.amount,
            currency=currency,
            valid_from=made.valid_from.isoformat(),
        )
    )
    return made


def supplier(session: Session, merchant_id: str, supplier_id: str) -> SupplierView:
    """The supplier of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.supplier(session, merchant_id, supplier_id)
    if found is None:
        raise NotFound(what="supplier", key=supplier_id)
    return found


def suppliers(session: Session, merchant_id: str) -> tuple[SupplierView, ...]:
    """Every supplier, by name."""
    return repository.suppliers(session, merchant_id)


def price_history(
    session: Session,
    merchant_id: str,
    *,
    supplier_id: str | None = None,
    item_id: str | None = None,
    known_at: datetime | None = None,
) -> tuple[PriceView, ...]:
    """Every price, the latest first; with `known_at`, as they were written down at that moment."""
    found = repository.prices(session, merchant_id, supplier_id=supplier_id, item_id=item_id)
    return tuple(p for p in found if known_at is None or p.recorded_at <= known_at)


def offers(session: Session, merchant_id: str, *, at: datetime | None = None) -> dict[str, list[PriceView]]:
    """What each active supplier asks at a moment (now, if none is said), by item id."""
    moment = at or now()
    active = {s.id for s in suppliers(session, merchant_id) if s.active}
    latest: dict[tuple[str, str], PriceView] = {}
    for price in repository.prices(session, merchant_id):
        if price.supplier_id in active and price.valid_from <= moment:
            latest.setdefault((price.item_id, price.supplier_id), price)
    found: dict[str, list[PriceView]] = {}
    for (item_id, _), price in sorted(latest.items()):
        found.setdefault(item_id, []).append(price)
    return found


def _named(name: str) -> str:
    cleaned = clean(name, 200)
    if not 1 <= len(cleaned) <= 120:  # noqa: PLR2004 - the column's length
        raise InvalidInput(field="name", problem="write a name of 1 to 120 characters.")
    return cleaned


def _days(days: int) -> int:
    if not 0 <= days <= _LONGEST_LEAD:
        raise InvalidInput(field="lead_days", problem=f"{days} is not between 0 and {_LONGEST_LEAD}.")
    return days
