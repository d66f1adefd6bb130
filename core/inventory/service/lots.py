"""Use cases of lots: what is there, when it expires, and which order got which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires, within
from core.catalogue import LotFacts
from core.inventory import repository
from core.inventory.service.changes import alter, check_quantity, reason_given
from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import LotUse, LotView, StockLevelView


def lot(session: Session, merchant_id: str, lot_id: str) -> LotView:
    """The lot of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.lot(session, merchant_id, lot_id)
    if found is None:
        raise NotFound(what="lot", key=lot_id)
    return found


def lots(
    session: Session,
    merchant_id: str,
    *,
    location_id: str | None = None,
    item_id: str | None = None,
    code: str | None = None,
    expires_before: date | None = None,
    left: bool = True,
    limit: int = 500,
) -> tuple[LotView, ...]:
    """Lots, the first to expire first; only those that have something left, unless `left` is False."""
    return repository.lots(
        session,
        merchant_id,
        location_id=location_id,
        item_id=item_id,
        code=code,
        expires_before=expires_before,
        left=left,
        limit=limit,
    )


def lot_facts(session: Session, merchant_id: str, location_id: str) -> dict[str, tuple[LotFacts, ...]]:
    """What suppliers declared of the lots that a location has left, by item: for the allergens of a serving."""
    found: dict[str, tuple[LotFacts, ...]] = {}
    for item_id, facts in repository.declared(session, merchant_id, location_id):
        found[item_id] = (*found.get(item_id, ()), facts)
    return found


@requires("stock.change")
def count_lot(uow: UnitOfWork, merchant_id: str, lot_id: str, counted: int, *, reason: str = "count") -> StockLevelView:
    """Somebody counted one lot: it has `counted` units, the difference is written down.

    Raises:
        InvalidInput: not a whole number of zero or more.
        NotFound: no such lot of this shop.
        Conflict: fewer would be on hand than open orders were promised.
    """
    check_quantity(counted, least=0)
    found = lot(uow.session, merchant_id, lot_id)
    within(uow, merchant_id, found.location_id)
    repository.lock_level(uow.session, merchant_id, found.location_id, found.item_id)
    found = lot(uow.session, merchant_id, lot_id)
    difference = counted - found.on_hand
    return alter(
        uow,
        merchant_id,
        found.location_id,
        found.item_id,
        difference,
        kind="count",
        reason=reason_given(reason),
        lot_id=lot_id,
    )


def orders_of_lot(session: Session, merchant_id: str, lot_id: str) -> tuple[LotUse, ...]:
    """Every order that units of the lot went out with, also after transfers to other locations.

    Raises:
        NotFound: no such lot of this shop.
    """
    lot(session, merchant_id, lot_id)
    family, fresh = {lot_id}, [lot_id]
    while fresh:
        fresh = [i for i in repository.derived_lots(session, merchant_id, fresh) if i not in family]
        family.update(fresh)
    return repository.lot_uses(session, merchant_id, lot_ids=sorted(family))


def lots_of_order(session: Session, merchant_id: str, order_id: str) -> tuple[LotUse, ...]:
    """Every lot that units of the order came from; what came in without a lot cannot be told."""
    return repository.lot_uses(session, merchant_id, order_id=order_id)
