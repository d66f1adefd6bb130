"""What every change of stock has in common: checks, lots, the movement, the event, the alert."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core import merchants
from core.inventory import repository, rules
from core.inventory.events import StockChanged, StockLow
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import MovementCause, MovementKind, StockLevelView

LARGEST = 1_000_000_000
_ID_LENGTH = 64
_REASON_LENGTH = 500


def alter(
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    item_id: str,
    by: int,
    *,
    kind: MovementKind,
    reason: str,
    cause: MovementCause | None = None,
    lot_id: str | None = None,
    ref: str | None = None,
) -> StockLevelView:
    """Change what is on hand and say so.

    What goes leaves the lots in their order, unless `lot_id` names one; what comes goes into that lot.
    """
    before = repository.lock_level(uow.session, merchant_id, location_id, item_id)
    after = repository.adjust(uow.session, merchant_id, location_id, item_id, by)
    if after is None:
        raise Conflict(
            problem=f"{before.on_hand + by} of {item_id} would be left, but {before.reserved} are promised to open "
            "orders: cancel one of those first."
        )
    parts = leaving(uow.session, merchant_id, before, -by, lot_id=lot_id) if by < 0 else [(lot_id, by)]
    after = change_lots(uow.session, merchant_id, after, parts)
    repository.add_movement(
        uow.session,
        merchant_id,
        location_id,
        item_id,
        kind=kind,
        cause=cause,
        parts=parts,
        reason=reason,
        ref=ref,
    )
    uow.record(
        StockChanged(
            merchant_id=merchant_id,
            location_id=location_id,
            item_id=item_id,
            kind=kind,
            quantity=by,
            on_hand=after.on_hand,
            cause=cause or "",
            reason=reason,
            lot_id=lot_id or "",
            ref=ref or "",
        )
    )
    watch(uow, merchant_id, (after,))
    return after


def leaving(
    session: Session, merchant_id: str, before: StockLevelView, quantity: int, *, lot_id: str | None = None
) -> list[tuple[str | None, int]]:
    """Which lots `quantity` units leave, as negative parts. The level is held."""
    if lot_id is not None:
        return [(lot_id, -quantity)]
    lots = repository.lock_lots(session, merchant_id, before.location_id, before.item_id)
    if not lots:
        return [(None, -quantity)]
    today = today_at(session, merchant_id, before.location_id)
    return [(lot, -units) for lot, units in rules.taken(lots, before.on_hand, quantity, today)]


def change_lots(
    session: Session, merchant_id: str, level: StockLevelView, parts: Sequence[tuple[str | None, int]]
) -> StockLevelView:
    """Change each lot by its part, signed; the level, which is held, with what that makes of its expired units."""
    aside = 0
    for lot_id, by in parts:
        if lot_id is None or not by:
            continue
        changed = repository.change_lot(session, merchant_id, lot_id, by)
        if changed is None:
            raise Conflict(problem=f"The lot has fewer than {-by} left.")
        aside += by if changed.set_aside_at is not None else 0
    if not aside:
        return level
    return repository.set_aside(session, merchant_id, level.location_id, level.item_id, aside) or level


def watch(uow: UnitOfWork, merchant_id: str, changed: Iterable[StockLevelView]) -> None:
    """Give an alert where a level has crossed its reorder point, once a crossing; above it the next can come.

    The levels were changed by this transaction and are held by it, so that no other sees the same crossing.
    """
    for after in changed:
        low = rules.is_low(after.available, after.reorder_point)
        if low == after.low:
            continue
        repository.set_low(uow.session, merchant_id, after.location_id, after.item_id, low=low)
        if low and after.reorder_point is not None:
            coming = repository.coming(uow.session, merchant_id, after.location_id, after.item_id)
            uow.record(
                StockLow(
                    merchant_id=merchant_id,
                    location_id=after.location_id,
                    item_id=after.item_id,
                    available=after.available,
                    reorder_point=after.reorder_point,
                    on_order=sum(c.quantity for c in coming),
                    purchases=[
                        {
                            "id": c.purchase_order_id,
                            "number": c.number,
                            "quantity": c.quantity,
                            "expected_on": c.expected_on.isoformat() if c.expected_on else None,
                        }
                        for c in coming
                    ],
                )
            )


def today_at(session: Session, merchant_id: str, location_id: str) -> date:
    """The date at a location."""
    zone = merchants.location(session, merchant_id, location_id).time_zone
    return now().astimezone(ZoneInfo(zone)).date()


def tracked_level(session: Session, merchant_id: str, location_id: str, item_id: str) -> StockLevelView:
    """The level of an item that is tracked.

    Raises:
        NotFound: it is not.
    """
    found = repository.level(session, merchant_id, location_id, item_id)
    if found is None:
        raise NotFound(what="stock of", key=item_id)
    return found


def check_quantity(quantity: object, *, least: int) -> None:
    """Let whole numbers pass.

    Raises:
        InvalidInput: it is not one, or out of range.
    """
    if type(quantity) is not int or not least <= quantity <= LARGEST:
        raise InvalidInput(field="quantity", problem=f"{quantity} is not a whole number of {least} or more.")


def check_item(item_id: str) -> None:
    """Let ids pass that fit.

    Raises:
        InvalidInput: empty or too long.
    """
    if not item_id or len(item_id) > _ID_LENGTH:
        raise InvalidInput(field="item_id", problem=f"must have 1 to {_ID_LENGTH} characters.")


def reason_given(reason: str) -> str:
    """The reason as it is stored.

    Raises:
        InvalidInput: it is empty.
    """
    why = clean(reason, _REASON_LENGTH)
    if not why:
        raise InvalidInput(field="reason", problem="is empty: say why the stock changes.")
    return why
