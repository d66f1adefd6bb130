"""Use cases of what comes in, is counted and is written off."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from core import merchants
from core.access import requires
from core.catalogue.recipes.allergens import ALLERGENS
from core.inventory import repository
from core.inventory.events import ReorderPointSet
from core.inventory.service.changes import alter, check_item, check_quantity, reason_given, tracked_level, watch
from core.inventory.service.expiry import keep_apart
from core.inventory.views import WriteOffCause
from core.kernel.errors import InvalidInput, NotFound
from core.kernel.text import clean

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import MovementCause, MovementView, ReceivedLot, StockLevelView

WRITE_OFF_CAUSES: tuple[WriteOffCause, ...] = get_args(WriteOffCause)
_CODE_LENGTH = 64


@requires("stock.change")
def receive(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    item_id: str,
    quantity: int,
    *,
    reason: str,
    lot: ReceivedLot | None = None,
    cause: MovementCause = "delivery",
    ref: str | None = None,
) -> StockLevelView:
    """Units came in; the item is tracked from now on. With `lot` they are kept apart until they leave.

    Raises:
        InvalidInput: not a whole number above zero, no reason, or a lot whose code is too long or cost below zero.
        NotFound: no such location of this shop.
    """
    check_quantity(quantity, least=1)
    check_item(item_id)
    why = reason_given(reason)
    merchants.location(uow.session, merchant_id, location_id)
    repository.lock_level(uow.session, merchant_id, location_id, item_id)
    lot_id = None
    if lot is not None:
        _check_lot(lot)
        lot_id = keep_apart(uow, merchant_id, location_id, item_id, quantity=quantity, known=lot)
    return alter(
        uow,
        merchant_id,
        location_id,
        item_id,
        quantity,
        kind="receive",
        cause=cause,
        reason=why,
        lot_id=lot_id,
        ref=ref,
    )


@requires("stock.change")
def write_off(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    item_id: str,
    quantity: int,
    *,
    reason: str = "",
    cause: WriteOffCause = "other",
    lot_id: str | None = None,
) -> StockLevelView:
    """Units were spoilt, broken or lost; of the lot that is named, or of those that would go out first.

    Raises:
        InvalidInput: not a whole number above zero, a cause that is not on the list, or "other" without a reason.
        NotFound: no such location, the item is not tracked there, or the lot is of another item or place.
        Conflict: more than the lot has, or than is left beside what open orders were promised.
    """
    check_quantity(quantity, least=1)
    if cause not in WRITE_OFF_CAUSES:
        raise InvalidInput(field="cause", problem=f"“{cause}” is none of {', '.join(WRITE_OFF_CAUSES)}.")
    why = reason_given(reason) if cause == "other" else clean(reason, 500)
    tracked_level(uow.session, merchant_id, location_id, item_id)
    if lot_id is not None:
        named = repository.lot(uow.session, merchant_id, lot_id)
        if named is None or (named.location_id, named.item_id) != (location_id, item_id):
            raise NotFound(what=f"lot of {item_id} here", key=lot_id)
    return alter(
        uow,
        merchant_id,
        location_id,
        item_id,
        -quantity,
        kind="write_off",
        cause=cause,
        reason=why,
        lot_id=lot_id,
    )


@requires("stock.change")
def count(
    uow: UnitOfWork, merchant_id: str, location_id: str, item_id: str, counted: int, *, reason: str = "count"
) -> StockLevelView:
    """Somebody counted the shelf: what is on hand is `counted`, the difference is written down.

    What is missing is taken from the lots that would go out first; what is found belongs to no lot.

    Raises:
        InvalidInput: not a whole number of zero or more.
        NotFound: no such location of this shop.
        Conflict: fewer than open orders were promised.
    """
    check_quantity(counted, least=0)
    check_item(item_id)
    why = reason_given(reason)
    merchants.location(uow.session, merchant_id, location_id)
    before = repository.lock_level(uow.session, merchant_id, location_id, item_id)
    return alter(uow, merchant_id, location_id, item_id, counted - before.on_hand, kind="count", reason=why)


@requires("stock.change")
def set_reorder_point(
    uow: UnitOfWork, merchant_id: str, location_id: str, item_id: str, point: int | None, *, up_to: int | None = None
) -> StockLevelView:
    """From how few units left to sell the item is low, and how far purchase orders fill it; None: no alerts.

    Raises:
        InvalidInput: not whole numbers, or `up_to` is not above the point.
        NotFound: no such location of this shop.
    """
    check_item(item_id)
    if point is not None:
        check_quantity(point, least=0)
        up_to = 2 * point + 1 if up_to is None else up_to
        check_quantity(up_to, least=1)
        if up_to <= point:
            raise InvalidInput(field="up_to", problem=f"{up_to} must be above the reorder point {point}.")
    merchants.location(uow.session, merchant_id, location_id)
    repository.lock_level(uow.session, merchant_id, location_id, item_id)
    up_to = up_to if point is not None else None
    repository.set_reorder_point(uow.session, merchant_id, location_id, item_id, point=point, up_to=up_to)
    uow.record(
        ReorderPointSet(
            merchant_id=merchant_id,
            location_id=location_id,
            item_id=item_id,
            reorder_point=point,
            reorder_up_to=up_to,
        )
    )
    watch(uow, merchant_id, (tracked_level(uow.session, merchant_id, location_id, item_id),))
    return tracked_level(uow.session, merchant_id, location_id, item_id)


def level(session: Session, merchant_id: str, location_id: str, item_id: str) -> StockLevelView | None:
    """How much a location has of an item; None when it is not tracked there, and so never runs out."""
    return repository.level(session, merchant_id, location_id, item_id)


def levels(session: Session, merchant_id: str, location_id: str | None = None) -> tuple[StockLevelView, ...]:
    """Every tracked item of a location (of all of them, when none is named), by item id."""
    return repository.levels(session, merchant_id, location_id)


def movements(
    session: Session, merchant_id: str, location_id: str, item_id: str, *, latest: int | None = None
) -> tuple[MovementView, ...]:
    """Everything that came and went, oldest first; the quantities of all add up to what is on hand."""
    return repository.movements(session, merchant_id, location_id, item_id, latest=latest)


def _check_lot(lot: ReceivedLot) -> None:
    if len(lot.code) > _CODE_LENGTH:
        raise InvalidInput(field="lot", problem=f"must have at most {_CODE_LENGTH} characters.")
    if strangers := {*lot.contains, *lot.may_contain} - set(ALLERGENS):
        raise InvalidInput(field="contains", problem=f"{min(strangers)} is no allergen that is known here.")
    if lot.cost is not None and lot.cost.amount < 0:
        raise InvalidInput(field="cost", problem="must not be below zero.")
