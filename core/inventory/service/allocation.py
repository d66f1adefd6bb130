"""Use cases of orders that several locations fill together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import merchants
from core.access import requires
from core.inventory import repository, rules
from core.inventory.service.reserving import reserve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import Allocation, Part


def allocate(
    session: Session, merchant_id: str, demand: Mapping[str, int], preferred: str | Sequence[str] = ()
) -> Allocation:
    """Which locations give what, the fewest that together have it; of equally many the `preferred` ones.

    A proposal from what is there now: `reserve_parts` takes it, or says that somebody was quicker. An item that is
    tracked at some location is to be had only where it is tracked.
    """
    first = [preferred] if isinstance(preferred, str) else list(preferred)
    mine = merchants.merchant(session, merchant_id).location_ids
    available = repository.availability(session, merchant_id, demand.keys())
    order = [place for place in dict.fromkeys((*first, *mine)) if place in mine]
    return rules.allocate(available, demand, order)


def availability(session: Session, merchant_id: str, item_ids: Iterable[str]) -> dict[str, dict[str, int]]:
    """Units that can be promised now, by location and item, wherever these items are tracked."""
    return repository.availability(session, merchant_id, list(item_ids))


@requires("stock.change")
def reserve_parts(
    uow: UnitOfWork, merchant_id: str, order_id: str, parts: Iterable[Part], *, expires_at: datetime | None = None
) -> None:
    """Promise an order what several locations give, all or none; locations are taken in id order.

    Raises:
        OutOfStock: fewer are left; `item` is its id.
    """
    with uow.nested():
        for part in sorted(parts, key=lambda one: one.location_id):
            reserve(uow, merchant_id, part.location_id, order_id, part.units, expires_at=expires_at)
