"""Use cases of what orders are promised. Levels are taken by location and item id, so nobody waits in a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.inventory import repository
from core.inventory.events import ReservationExpired
from core.inventory.service.changes import LARGEST, change_lots, leaving, watch
from core.inventory.views import StockLevelView
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, OutOfStock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import Held

EXPIRY = "stock:expire"


@requires("stock.change")
def reserve(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    order_id: str,
    demand: Mapping[str, int],
    *,
    expires_at: datetime | None = None,
    fresh: bool = False,
) -> None:
    """Promise an order its units, all or none; doing so again changes nothing.

    With `expires_at` they are given back then, unless `keep` was called or the order was shipped before. An order that
    is `fresh` was made by this transaction: nobody else knows it, and it holds nothing yet.

    Raises:
        OutOfStock: fewer are left; `item` is its id.
        InvalidInput: a quantity below zero.
    """
    if not fresh:
        rearrange(uow, merchant_id, location_id, order_id, demand, expires_at=expires_at)
        return
    _check(demand)
    wanted = {item_id: units for item_id, units in demand.items() if units}
    levels = repository.take_all(uow.session, merchant_id, location_id, wanted)
    for after, taken in levels:
        if not taken:
            raise _short(after, wanted[after.item_id])
    units = {after.item_id: wanted[after.item_id] for after, _ in levels}
    repository.add_reservations(uow.session, merchant_id, location_id, order_id, units, expires_at=expires_at)
    watch(uow, merchant_id, [after for after, _ in levels])
    _expire_later(uow, merchant_id, order_id, expires_at)


@requires("stock.change")
def rearrange(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    order_id: str,
    demand: Mapping[str, int],
    *,
    expires_at: datetime | None = None,
) -> None:
    """What the order holds at the location becomes this demand: more is taken, less is given back, all or nothing.

    Raises:
        OutOfStock: fewer are left than the order would need more; `item` is its id.
        Conflict: some of it has left the shop already.
        InvalidInput: a quantity below zero.
    """
    _check(demand)
    had = {h.item_id: h for h in _reservations(uow.session, merchant_id, order_id, location_id)}
    wanted = [i for i, quantity in demand.items() if quantity]
    followed = set(repository.tracked(uow.session, merchant_id, location_id, wanted))
    changed: list[StockLevelView] = []
    fresh: dict[str, int] = {}
    for item_id in sorted(followed | had.keys()):
        before, units = had.get(item_id), demand.get(item_id, 0)
        if before is not None and before.state == "shipped":
            if units != before.quantity:
                raise Conflict(problem=f"{before.quantity} of {item_id} have left with order {order_id} already.")
            continue
        held = before.quantity if before is not None and before.state == "held" else 0
        changed += _shift(uow.session, merchant_id, location_id, item_id, held=held, wanted=units)
        if before is None:
            fresh[item_id] = units
        else:
            _rewrite(uow.session, merchant_id, before, units, expires_at)
    repository.add_reservations(uow.session, merchant_id, location_id, order_id, fresh, expires_at=expires_at)
    watch(uow, merchant_id, changed)
    _expire_later(uow, merchant_id, order_id, expires_at)


@requires("stock.change")
def keep(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """The order is certain: what it holds does not expire any more, and what had expired is taken again.

    Raises:
        OutOfStock: it had expired and others have it now; `item` is its id.
    """
    changed: list[StockLevelView] = []
    for held in _reservations(uow.session, merchant_id, order_id):
        if held.state == "released" and held.expired_at is not None:
            changed += _shift(uow.session, merchant_id, held.location_id, held.item_id, held=0, wanted=held.quantity)
            _rewrite(uow.session, merchant_id, held, held.quantity, None)
        elif held.state == "held" and held.expires_at is not None:
            repository.change_reservation(uow.session, merchant_id, held.reservation_id, values={"expires_at": None})
    watch(uow, merchant_id, changed)


@requires("stock.change")
def expire(uow: UnitOfWork, merchant_id: str, order_id: str) -> bool:
    """Give back what an order held too long; True when there was something. Doing so again changes nothing."""
    moment = now()
    held = repository.lock_held(uow.session, merchant_id, order_id)
    due = [h for h in held if h.expires_at is not None and h.expires_at <= moment]
    changed: list[StockLevelView] = []
    for one in due:
        changed += _shift(uow.session, merchant_id, one.location_id, one.item_id, held=one.quantity, wanted=0)
        repository.settle(uow.session, merchant_id, one.reservation_id, state="released", expired_at=moment)
    watch(uow, merchant_id, changed)
    if due:
        uow.record(ReservationExpired(merchant_id=merchant_id, order_id=order_id))
    return bool(due)


@requires("stock.change")
def ship(uow: UnitOfWork, merchant_id: str, order_id: str, *, location_id: str | None = None) -> None:
    """What the order held has left the shop (or this location), out of the lots that expire first.

    A second call finds nothing held and changes nothing.
    """
    for held in repository.lock_held(uow.session, merchant_id, order_id):
        if location_id is not None and held.location_id != location_id:
            continue
        before = repository.lock_level(uow.session, merchant_id, held.location_id, held.item_id)
        after = repository.hand_over(uow.session, merchant_id, held.location_id, held.item_id, held.quantity)
        if after is None:
            raise _lost(held, order_id)
        repository.settle(uow.session, merchant_id, held.reservation_id, state="shipped")
        parts = leaving(uow.session, merchant_id, before, held.quantity)
        change_lots(uow.session, merchant_id, after, parts)
        repository.add_movement(
            uow.session,
            merchant_id,
            held.location_id,
            held.item_id,
            kind="ship",
            cause="order",
            parts=parts,
            reason="order completed",
            order_id=order_id,
        )


@requires("stock.change")
def release(uow: UnitOfWork, merchant_id: str, order_id: str) -> None:
    """What the order held can be sold again; a second call finds nothing held and changes nothing."""
    changed: list[StockLevelView] = []
    for held in repository.lock_held(uow.session, merchant_id, order_id):
        changed += _shift(uow.session, merchant_id, held.location_id, held.item_id, held=held.quantity, wanted=0)
        repository.settle(uow.session, merchant_id, held.reservation_id, state="released")
    watch(uow, merchant_id, changed)


@requires("stock.change")
def take_back(
    uow: UnitOfWork, merchant_id: str, order_id: str, demand: Mapping[str, int], *, reason: str
) -> dict[str, int]:
    """Units that had left with an order are on the shelf again, in the lots they came from.

    Never more than left and have not come back; answers what was put back, by item id.
    """
    back: dict[str, int] = {}
    changed: list[StockLevelView] = []
    shipped = [h for h in _reservations(uow.session, merchant_id, order_id) if h.state == "shipped"]
    for held in shipped:
        wanted = demand.get(held.item_id, 0) - back.get(held.item_id, 0)
        before = repository.lock_level(uow.session, merchant_id, held.location_id, held.item_id)
        parts = _coming_back(uow.session, merchant_id, order_id, held, wanted)
        units = sum(quantity for _, quantity in parts)
        if not units:
            continue
        after = repository.adjust(uow.session, merchant_id, held.location_id, before.item_id, units) or before
        changed.append(change_lots(uow.session, merchant_id, after, parts))
        repository.add_movement(
            uow.session,
            merchant_id,
            held.location_id,
            held.item_id,
            kind="receive",
            cause="return",
            parts=parts,
            reason=reason,
            order_id=order_id,
        )
        back[held.item_id] = back.get(held.item_id, 0) + units
    watch(uow, merchant_id, changed)
    return back


def expired(session: Session, merchant_id: str, order_id: str) -> bool:
    """Whether anything that the order held was given back because it held it too long, and was not taken again."""
    found = repository.reservations(session, merchant_id, order_id)
    return any(h.state == "released" and h.expired_at is not None for h in found)


def holds_nothing(session: Session, merchant_id: str, order_id: str) -> bool:
    """Whether nothing was ever promised to the order: none of its items is tracked."""
    return not repository.reservations(session, merchant_id, order_id)


def reserved(session: Session, merchant_id: str, location_id: str, item_id: str) -> dict[str, int]:
    """Which open orders hold an item at a location: units by order id."""
    return repository.held_at(session, merchant_id, location_id, item_id)


def held_of(session: Session, merchant_id: str, order_id: str) -> dict[str, dict[str, int]]:
    """What an order holds now: units by location and item."""
    found: dict[str, dict[str, int]] = {}
    for held in repository.reservations(session, merchant_id, order_id):
        if held.state == "held":
            found.setdefault(held.location_id, {})[held.item_id] = held.quantity
    return found


def _check(demand: Mapping[str, int]) -> None:
    for item_id, quantity in demand.items():
        if type(quantity) is not int or not 0 <= quantity <= LARGEST:
            raise InvalidInput(field=item_id, problem=f"{quantity} is not a whole number of zero or more.")


def _expire_later(uow: UnitOfWork, merchant_id: str, order_id: str, at: datetime | None) -> None:
    if at is not None:
        uow.enqueue(f"stock:expiry:{order_id}", EXPIRY, {"order_id": order_id}, merchant_id=merchant_id, at=at)


def _reservations(session: Session, merchant_id: str, order_id: str, location_id: str | None = None) -> Iterable[Held]:
    found = repository.lock_reservations(session, merchant_id, order_id)
    return [h for h in found if location_id in (None, h.location_id)]


def _shift(
    session: Session, merchant_id: str, location_id: str, item_id: str, *, held: int, wanted: int
) -> list[StockLevelView]:
    """Promise more or give back, so that `held` becomes `wanted`; the level afterwards, if it changed."""
    if wanted > held:
        after = repository.take(session, merchant_id, location_id, item_id, wanted - held)
        if after is None:
            found = repository.level(session, merchant_id, location_id, item_id)
            raise _short(found or StockLevelView(item_id, location_id, 0, 0), wanted, held=held)
        return [after]
    if wanted < held:
        after = repository.take_off(session, merchant_id, location_id, item_id, held - wanted)
        if after is None:
            raise Conflict(problem=f"The stock of {item_id} does not hold what was promised: run comanda stock verify.")
        return [after]
    return []


def _short(found: StockLevelView, wanted: int, *, held: int = 0) -> OutOfStock:
    """Too few were left; units that were given back since are not taken: the customer asks again and gets them."""
    return OutOfStock(item=found.item_id, left=min(found.available + held, wanted - 1), wanted=wanted)


def _rewrite(session: Session, merchant_id: str, before: Held, units: int, expires_at: datetime | None) -> None:
    if units:
        changes: dict[str, object] = {
            "state": "held",
            "quantity": units,
            "settled_at": None,
            "expired_at": None,
            "expires_at": expires_at,
        }
    elif before.state == "held":
        changes = {"state": "released", "settled_at": now()}
    else:
        return
    repository.change_reservation(session, merchant_id, before.reservation_id, was=before.state, values=changes)


def _coming_back(
    session: Session, merchant_id: str, order_id: str, held: Held, wanted: int
) -> list[tuple[str | None, int]]:
    """Which lots units go back into, the last taken first: no more than is out. The level is held."""
    out: dict[str | None, int] = {}
    for moved in repository.movements(session, merchant_id, held.location_id, held.item_id, order_id=order_id):
        out[moved.lot_id] = out.get(moved.lot_id, 0) - moved.quantity
    parts: list[tuple[str | None, int]] = []
    for lot_id, units in reversed(out.items()):
        part = min(units, wanted)
        if part > 0:
            parts.append((lot_id, part))
            wanted -= part
    return parts


def _lost(held: Held, order_id: str) -> Conflict:
    return Conflict(
        problem=f"The stock of {held.item_id} does not hold what order {order_id} was promised: run comanda stock "
        "verify."
    )
