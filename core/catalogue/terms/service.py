"""Use cases of price lists, schedules and places."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from core import merchants
from core.access import requires
from core.catalogue import repository as menus
from core.catalogue.events import MenuTermsChanged
from core.catalogue.terms import repository, rules
from core.catalogue.terms.rules import InForce, PriceEntry, PriceKind, PriceList, Schedule, Terms, Window
from core.kernel.clock import now
from core.kernel.errors import InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from core.catalogue.menu import Menu
    from core.db.uow import UnitOfWork

_CODE_LENGTH, _NAME_LENGTH = 64, 120
_KEPT = 64
_kept: OrderedDict[str, Terms] = OrderedDict()


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price for a list. `target` is `latte`, `latte/large` (variation), `milk/oat` (modifier) or a combo's id."""

    kind: PriceKind
    target: str
    price: Money
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@requires("menu.change")
def set_price_list(
    uow: UnitOfWork,
    merchant_id: str,
    code: str,
    *,
    name: str,
    windows: Sequence[Window] = (),
    location_id: str | None = None,
    priority: int = 0,
) -> None:
    """Make a price list, or change the one of this code; its prices stay. Without windows it always applies.

    Raises:
        InvalidInput: a window that is none, no code or no name.
        NotFound: no such shop or location, or the shop has no menu.
    """
    _begin(uow, merchant_id, location_id, code, name)
    made = PriceList(new_id(), code, clean(name, _NAME_LENGTH), location_id, priority, rules.checked_windows(windows))
    repository.record_list(uow.session, merchant_id, made, now())
    _changed(uow, merchant_id, f"price list {code}")


@requires("menu.change")
def set_schedule(
    uow: UnitOfWork,
    merchant_id: str,
    code: str,
    *,
    name: str,
    windows: Sequence[Window],
    items: Sequence[str] = (),
    categories: Sequence[str] = (),
    location_id: str | None = None,
) -> None:
    """Sell items and categories in these windows only; what several schedules name is sold when one of them is open.

    Raises:
        InvalidInput: a window that is none, no window, no code or no name, or nothing that is scheduled.
        NotFound: no such shop or location, no menu, or an item that is not on it.
    """
    menu = _begin(uow, merchant_id, location_id, code, name)
    if not windows:
        raise InvalidInput(field="windows", problem="is empty: say when it is sold.")
    if not items and not categories:
        raise InvalidInput(field="items", problem="is empty: say what is sold then.")
    for item in items:
        if item not in menu.items_by_id:
            raise NotFound(what="item", key=item)
    checked = rules.checked_windows(windows)
    made = Schedule(new_id(), code, clean(name, _NAME_LENGTH), location_id, checked, tuple(items), tuple(categories))
    repository.record_schedule(uow.session, merchant_id, made, now())
    _changed(uow, merchant_id, f"schedule {code}")


@requires("menu.change")
def end_price_list(uow: UnitOfWork, merchant_id: str, code: str) -> None:
    """The list does not apply any more.

    Raises:
        NotFound: there is none of this code.
    """
    _end(uow, merchant_id, "list", code)


@requires("menu.change")
def end_schedule(uow: UnitOfWork, merchant_id: str, code: str) -> None:
    """What it named is sold at any time again.

    Raises:
        NotFound: there is none of this code.
    """
    _end(uow, merchant_id, "schedule", code)


@requires("menu.change")
def set_prices(uow: UnitOfWork, merchant_id: str, list_code: str, prices: Sequence[NewPrice]) -> None:
    """Put prices into a list, all or none. One from the same moment on is replaced; what was known before stays known.

    Raises:
        InvalidInput: a price in another currency, or that ends before it begins.
        NotFound: no such list, or something that is not on the menu.
    """
    merchants.hold(uow, merchant_id)
    menu = _menu(uow.session, merchant_id)
    if all(one.code != list_code for one in repository.terms(uow.session, merchant_id).lists):
        raise NotFound(what="price list", key=list_code)
    moment = now()
    entries = [_entry(menu, price, moment) for price in prices]
    repository.record_entries(uow.session, merchant_id, list_code, entries, moment)
    _changed(uow, merchant_id, f"prices {list_code}")


@requires("menu.change")
def withdraw_price(uow: UnitOfWork, merchant_id: str, list_code: str, kind: PriceKind, target: str) -> None:
    """Take a thing out of a list: it costs what the menu says again.

    Raises:
        NotFound: the list has no price for it.
    """
    merchants.hold(uow, merchant_id)
    if not repository.retract_entries(uow.session, merchant_id, list_code, kind, target, now()):
        raise NotFound(what="price", key=f"{list_code}: {target}")
    _changed(uow, merchant_id, f"prices {list_code}")


def terms_of(session: Session, merchant_id: str, terms_id: str | None) -> Terms:
    """Everything that changes the menu by place and time; read once for each `terms_id`, which no others ever have."""
    if terms_id is None:
        return Terms()
    found = _kept.get(terms_id)
    if found is None:
        found = _kept[terms_id] = repository.terms(session, merchant_id)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def terms_known(session: Session, merchant_id: str, known_at: datetime) -> Terms:
    """The price lists and schedules as the shop knew them at a moment; what places had run out of is not kept."""
    return repository.terms(session, merchant_id, known_at)


def in_force(session: Session, merchant_id: str, terms: Terms, location_id: str | None, at: datetime) -> InForce:
    """What of the terms applies at a place and moment, by the clock of the place.

    Raises:
        NotFound: no such location of this shop.
    """
    if not terms:
        return rules.in_force(terms, location_id, at, "UTC")
    place = (
        merchants.location(session, merchant_id, location_id)
        if location_id
        else merchants.default_location(session, merchant_id)
    )
    return rules.in_force(terms, location_id, at, place.time_zone)


def say_at(  # noqa: PLR0917 - what is said of one thing
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    kind: Literal["item", "modifier"],
    target: str,
    available: bool,
    until: datetime | None,
) -> bool:
    """Note what staff said at one place; False when the menu has no such thing. The shop's row is held already."""
    merchants.location(uow.session, merchant_id, location_id)
    if not repository.say_at(uow.session, merchant_id, location_id, kind, target, available, until):
        return False
    menus.count_change_of_terms(uow.session, merchant_id)
    return True


def _begin(uow: UnitOfWork, merchant_id: str, location_id: str | None, code: str, name: str) -> Menu:
    merchants.hold(uow, merchant_id)
    if location_id is not None:
        merchants.location(uow.session, merchant_id, location_id)
    if not code or len(code) > _CODE_LENGTH:
        raise InvalidInput(field="code", problem=f"must have 1 to {_CODE_LENGTH} characters.")
    if not clean(name):
        raise InvalidInput(field="name", problem="is empty: say what it is called.")
    return _menu(uow.session, merchant_id)


def _menu(session: Session, merchant_id: str) -> Menu:
    menu = menus.load(session, merchant_id, None)
    if menu is None:
        raise NotFound(what="menu of merchant", key=merchant_id)
    return menu


def _end(uow: UnitOfWork, merchant_id: str, kind: rules.Ending, code: str) -> None:
    merchants.hold(uow, merchant_id)
    if not repository.retract(uow.session, merchant_id, kind, code, now()):
        raise NotFound(what={"list": "price list", "schedule": "schedule"}[kind], key=code)
    _changed(uow, merchant_id, f"{kind} {code}")


def _entry(menu: Menu, price: NewPrice, moment: datetime) -> PriceEntry:
    if price.price.currency != menu.currency:
        raise InvalidInput(field=price.target, problem=f"is priced in {price.price.currency}, not {menu.currency}.")
    if price.price.amount < 0:
        raise InvalidInput(field=price.target, problem="costs less than nothing: write a price of 0 or more.")
    start = price.valid_from or moment
    if price.valid_until is not None and price.valid_until <= start:
        raise InvalidInput(field=price.target, problem="ends before it begins: choose a later end.")
    if not rules.has(menu, price.kind, price.target):
        raise NotFound(what=price.kind, key=price.target)
    return PriceEntry(new_id(), price.kind, price.target, price.price, start, price.valid_until, moment)


def _changed(uow: UnitOfWork, merchant_id: str, what: str) -> None:
    menus.count_change_of_terms(uow.session, merchant_id)
    uow.record(MenuTermsChanged(merchant_id=merchant_id, what=what))
    uow.notify(f"menu:{merchant_id}")
