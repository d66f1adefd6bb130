"""Use cases of stock. An item nobody ever received or counted is not tracked and never runs out.

A stock item is a catalogue item today; its id is kept apart so that ingredients can be counted later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import merchants
from core.inventory import repository
from core.kernel.errors import Conflict, InvalidInput, NotFound, OutOfStock
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import MovementKind, MovementView, StockLevelView

_LARGEST = 1_000_000_000
_ID_LENGTH = 64
_REASON_LENGTH = 500


def receive(
    uow: UnitOfWork, merchant_id: str, location_id: str, item_id: str, quantity: int, *, reason: str
) -> StockLevelView:
    """Units came in; the item is tracked from now on.

    Raises:
        InvalidInput: not a whole number above zero, or no reason.
        NotFound: no such location of this shop.
    """
    _check(quantity, least=1)
    return _move(uow, merchant_id, location_id, item_id, quantity, kind="receive", reason=reason)


def write_off(
    uow: UnitOfWork, merchant_id: str, location_id: str, item_id: str, quantity: int, *, reason: str
) -> StockLevelView:
    """Units were spoilt, broken or lost.

    Raises:
        InvalidInput: not a whole number above zero, or no reason.
        NotFound: no such location, or the item is not tracked there.
        Conflict: more than is left beside what open orders were promised.
    """
    _check(quantity, least=1)
    if level(uow.session, merchant_id, location_id, item_id) is None:
        raise NotFound(what="stock of", key=item_id)
    return _move(uow, merchant_id, location_id, item_id, -quantity, kind="write_off", reason=reason)


def count(
    uow: UnitOfWork, merchant_id: str, location_id: str, item_id: str, counted: int, *, reason: str = "count"
) -> StockLevelView:
    """Somebody counted the shelf: what is on hand is `counted`, the difference is written down.

    Raises:
        InvalidInput: not a whole number of zero or more.
        NotFound: no such location of this shop.
        Conflict: fewer than open orders were promised.
    """
    _check(counted, least=0)
    merchants.location(uow.session, merchant_id, location_id)
    before = repository.lock_level(uow.session, merchant_id, location_id, item_id)
    difference = counted - before.on_hand
    return _move(uow, merchant_id, location_id, item_id, difference, kind="count", reason=reason)


def level(session: Session, merchant_id: str, location_id: str, item_id: str) -> StockLevelView | None:
    """How much a location has of an item; None when it is not tracked there, and so never runs out."""
    return repository.level(session, merchant_id, location_id, item_id)


def levels(session: Session, merchant_id: str, location_id: str) -> tuple[StockLevelView, ...]:
    """Every tracked item of a location, by item id."""
    return repository.levels(session, merchant_id, location_id)


def movements(session: Session, merchant_id: str, location_id: str, item_id: str) -> tuple[MovementView, ...]:
    """Everything that came and went, oldest first; their quantities add up to what is on hand."""
    return repository.movements(session, merchant_id, location_id, item_id)


def reserve(uow: UnitOfWork, merchant_id: str, location_id: str, order_id: str, demand: Mapping[str, int]) -> None:
    """Promise an order its units, all or none. Items are taken in id order, so that two orders never wait in a ring.

    Raises:
        OutOfStock: fewer are left; `item` is its id.
    """
    held: dict[str, int] = {}
    for item_id in repository.tracked(uow.session, merchant_id, location_id, demand):
        wanted = demand[item_id]
        if not repository.take(uow.session, merchant_id, location_id, item_id, wanted):
            found = level(uow.session, merchant_id, location_id, item_id)
            # Units that were given back since the refusal are not taken: the customer asks again and gets them.
            left = min(found.available, wanted - 1) if found else 0
            raise OutOfStock(item=item_id, left=left, wanted=wanted)
        held[item_id] = wanted
    repository.add_reservations(uow.session, merchant_id, location_id, order_id, held)


def ship(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """What the order held has left the shop; a second call finds nothing held and changes nothing."""
    for held in repository.lock_held(uow.session, merchant_id, order_id):
        if not repository.hand_over(uow.session, merchant_id, held):
            raise Conflict(problem=f"The stock of {held.item_id} does not hold what order {order_id} was promised.")
        repository.settle(uow.session, merchant_id, held.reservation_id, state="shipped")
        repository.add_movement(
            uow.session,
            merchant_id,
            held.location_id,
            held.item_id,
            kind="ship",
            quantity=-held.quantity,
            reason="order completed",
            order_id=order_id,
        )


def release(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """What the order held can be sold again; a second call finds nothing held and changes nothing."""
    for held in repository.lock_held(uow.session, merchant_id, order_id):
        if not repository.give_back(uow.session, merchant_id, held):
            raise Conflict(problem=f"The stock of {held.item_id} does not hold what order {order_id} was promised.")
        repository.settle(uow.session, merchant_id, held.reservation_id, state="released")


def _move(
    uow: UnitOfWork, merchant_id: str, location_id: str, item_id: str, by: int, *, kind: MovementKind, reason: str
) -> StockLevelView:
    why = clean(reason, _REASON_LENGTH)
    if not why:
        raise InvalidInput(field="reason", problem="is empty: say why the stock changes.")
    if not item_id or len(item_id) > _ID_LENGTH:
        raise InvalidInput(field="item_id", problem=f"must have 1 to {_ID_LENGTH} characters.")
    merchants.location(uow.session, merchant_id, location_id)
    before = repository.lock_level(uow.session, merchant_id, location_id, item_id)
    if not repository.adjust(uow.session, merchant_id, location_id, item_id, by):
        raise Conflict(
            problem=f"{before.on_hand + by} of {item_id} would be left, but {before.reserved} are promised to open "
            "orders: cancel one of those first."
        )
    repository.add_movement(uow.session, merchant_id, location_id, item_id, kind=kind, quantity=by, reason=why)
    return repository.lock_level(uow.session, merchant_id, location_id, item_id)


def _check(quantity: object, *, least: int) -> None:
    if type(quantity) is not int or not least <= quantity <= _LARGEST:
        raise InvalidInput(field="quantity", problem=f"{quantity} is not a whole number of {least} or more.")
