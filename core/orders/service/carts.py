"""Use cases of carts."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from core import catalogue, customers, merchants
from core.access import mine, requires, within
from core.kernel import cards
from core.kernel.clock import now
from core.kernel.errors import CartClosed, Conflict, InvalidInput, NotFound, Unavailable
from core.kernel.text import clean
from core.orders import pricing, repository, rules
from core.orders.events import CartChanged
from core.orders.service import handover

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.catalogue import Menu
    from core.db.uow import UnitOfWork
    from core.merchants import Address, LocationView
    from core.orders.lines import Line
    from core.orders.views import CartView

_NAME_LENGTH = 120
_NOTE_LENGTH = 1000
_CAUSE_LENGTH = 200
_MENUS_KEPT = 32
_menus: OrderedDict[str, Menu] = OrderedDict()


@requires("carts.change")
def open_cart(uow: UnitOfWork, merchant_id: str, location_id: str, customer_id: str, conversation_id: str) -> CartView:
    """The open cart of a conversation, made if it has none.

    Raises:
        NotFound: no such location or customer of this shop.
    """
    mine(uow, customer_id)
    found = repository.open_cart(uow.session, merchant_id, conversation_id)
    if found:
        mine(uow, found.customer_id)
        return found
    merchants.location(uow.session, merchant_id, location_id)
    customers.customer(uow.session, merchant_id, customer_id)
    repository.add_cart(
        uow.session,
        merchant_id,
        location_id=location_id,
        customer_id=customer_id,
        conversation_id=conversation_id,
        moment=now(),
    )
    found = repository.open_cart(uow.session, merchant_id, conversation_id)
    if found is None:
        raise Conflict(problem="The cart was ordered by another request just now: try again.")
    return found


def find_cart(session: Session, merchant_id: str, conversation_id: str) -> CartView | None:
    """The open cart of a conversation, if it has one."""
    return repository.open_cart(session, merchant_id, conversation_id)


def cart(session: Session, merchant_id: str, cart_id: str) -> CartView:
    """The cart of this id, whatever became of it.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.cart(session, merchant_id, cart_id)
    if found is None:
        raise NotFound(what="cart", key=cart_id)
    return found


def quote_cart(session: Session, merchant_id: str, cart_id: str) -> pricing.Quote:
    """What a cart costs on the menu of now, taxed as at its location.

    Raises:
        NotFound: no such cart of this shop.
        InvalidLine: the menu has changed and does not allow a line any more.
    """
    return quote_view(session, cart(session, merchant_id, cart_id))


def quote_view(session: Session, found: CartView) -> pricing.Quote:
    """What a cart that was read already costs on the menu of now, taxed as at its location.

    Raises:
        InvalidLine: the menu has changed and does not allow a line any more.
        NotFound: the shop has no such location, or no menu.
    """
    return quoted(session, menu_now(session, found.merchant_id, found.location_id), found)


@requires("carts.change")
def set_lines(
    uow: UnitOfWork,
    merchant_id: str,
    cart_id: str,
    lines: Sequence[Line],
    *,
    causes: Sequence[Sequence[str]] = (),
) -> CartView:
    """Replace all lines of a cart. `causes` are the customer's words, one sequence a line, in the same order.

    Raises:
        InvalidLine: the menu does not allow a line; nothing is changed.
        Unavailable: something that was added, or that there is now more of, cannot be had; nothing is changed.
        InvalidInput: more causes than lines.
        CartClosed: the cart was ordered or abandoned.
        NotFound: no such cart of this shop.
    """
    before = _open(uow, merchant_id, cart_id)
    if len(causes) > len(lines):
        raise InvalidInput(field="causes", problem=f"{len(causes)} for {len(lines)} lines: give one a line.")
    menu = menu_now(uow.session, merchant_id, before.location_id)
    rules.check_lines(menu, lines)
    refused = rules.unavailable(menu, lines, before=before.lines)
    if refused:
        raise Unavailable(item=refused)
    words = [tuple(clean(word, _CAUSE_LENGTH) for word in cause) for cause in causes]
    words += [()] * (len(lines) - len(words))
    return change(uow, before, lines=tuple(lines), causes=tuple(words))


@requires("carts.change")
def set_details(
    uow: UnitOfWork,
    merchant_id: str,
    cart_id: str,
    *,
    fulfilment: str | EllipsisType | None = ...,
    customer_name: str | EllipsisType | None = ...,
    note: str | EllipsisType = ...,
    requested_for: datetime | EllipsisType | None = ...,
    address: Address | EllipsisType | None = ...,
    table: str | EllipsisType | None = ...,
) -> CartView:
    """Set how the order is handed over, for whom, and what else to heed; what is not given stays. None forgets.

    `requested_for` None: as soon as possible. An address in a delivery zone sets the fee.

    Raises:
        InvalidInput: the location has no such fulfilment or table.
        InvalidAddress: the address lacks something, or cannot be.
        OutsideArea: nobody delivers there.
        ShopClosed: the location is closed at the time asked for.
        SlotTaken: that time is too soon, or too far ahead.
        CartClosed: the cart was ordered or abandoned.
        NotFound: no such cart of this shop.
    """
    before = _open(uow, merchant_id, cart_id)
    after = before
    if not isinstance(fulfilment, EllipsisType):
        offered = merchants.location(uow.session, merchant_id, before.location_id).fulfilments
        if fulfilment is not None and fulfilment not in offered:
            raise InvalidInput(
                field="fulfilment", problem=f"“{fulfilment}” is not offered here: choose from {', '.join(offered)}."
            )
        after = replace(after, fulfilment=fulfilment)
    if not isinstance(customer_name, EllipsisType):
        after = replace(after, customer_name=cards.redacted(clean(customer_name or "", _NAME_LENGTH)) or None)
    if not isinstance(note, EllipsisType):
        after = replace(after, note=cards.redacted(clean(note, _NOTE_LENGTH)))
    return changed(uow, before, _with_handover(uow.session, after, requested_for, address, table))


@requires("carts.change")
def abandon_cart(uow: UnitOfWork, merchant_id: str, cart_id: str) -> CartView:
    """The customer does not want it; the conversation's next cart is a new one. Abandoning it again changes nothing.

    Raises:
        CartClosed: the cart was ordered.
        NotFound: no such cart of this shop.
    """
    found = locked(uow, merchant_id, cart_id)
    if found.status == "abandoned":
        return found
    if found.status == "placed":
        raise CartClosed
    return change(uow, found, status="abandoned")


def menu_now(session: Session, merchant_id: str, location_id: str | None = None, *, at: datetime | None = None) -> Menu:
    """The menu of now (or of the moment that the caller calls now) at a place.

    Loaded once a version, because no two menus share one.
    """
    version = catalogue.menu_version(session, merchant_id, location_id=location_id, at=at)
    menu = _menus.get(version)
    if menu is None:
        menu = catalogue.load_menu(session, merchant_id, location_id=location_id)
        _menus[menu.version] = menu
        while len(_menus) > _MENUS_KEPT:
            _menus.popitem(last=False)
    return menu


def locked(uow: UnitOfWork, merchant_id: str, cart_id: str) -> CartView:
    """The cart, held until the transaction ends.

    Raises:
        NotAllowed: it is another customer's, or at a place that is not the actor's.
        NotFound: no such cart of this shop.
    """
    found = repository.cart(uow.session, merchant_id, cart_id, lock=True)
    if found is None:
        raise NotFound(what="cart", key=cart_id)
    within(uow, found.merchant_id, found.location_id)
    mine(uow, found.customer_id)
    return found


def change(uow: UnitOfWork, before: CartView, **what: Any) -> CartView:  # noqa: ANN401 - fields of a cart
    """Change some fields of a cart that is held, and tell the pages that show it."""
    return changed(uow, before, replace(before, version=before.version + 1, **what))


def changed(uow: UnitOfWork, before: CartView, after: CartView) -> CartView:
    """Save what a cart that is held has become, and tell the pages that show it."""
    if after.version == before.version:
        after = replace(after, version=before.version + 1)
    repository.save_cart(uow.session, after, now(), before=before)
    uow.record(
        CartChanged(
            merchant_id=after.merchant_id,
            cart_id=after.id,
            conversation_id=after.conversation_id,
            version=after.version,
            status=after.status,
        )
    )
    uow.notify(f"conversation:{before.conversation_id}")
    return after


def quoted(session: Session, menu: Menu, found: CartView, location: LocationView | None = None) -> pricing.Quote:
    """What a cart costs on this menu, charged as its location charges."""
    return pricing.quote_at(menu, location or merchants.location(session, found.merchant_id, found.location_id), found)


def _with_handover(
    session: Session,
    after: CartView,
    requested_for: datetime | EllipsisType | None,
    address: Address | EllipsisType | None,
    table: str | EllipsisType | None,
) -> CartView:
    untouched = requested_for is address is table is ...
    if untouched and after.fulfilment != "delivery" and after.delivery_fee is None:
        return after
    location = merchants.location(session, after.merchant_id, after.location_id)
    if not isinstance(requested_for, EllipsisType):
        moment = handover.moment_of(location, requested_for) if requested_for is not None else None
        after = replace(after, requested_for=moment)
    if not isinstance(address, EllipsisType):
        kept = handover.address_of(session, location, address) if address is not None else None
        after = replace(after, address=kept)
    if not isinstance(table, EllipsisType):
        after = replace(after, table=handover.table_of(location, table))
    return handover.with_fee(session, after)


def _open(uow: UnitOfWork, merchant_id: str, cart_id: str) -> CartView:
    found = locked(uow, merchant_id, cart_id)
    if found.status != "open":
        raise CartClosed
    return found
