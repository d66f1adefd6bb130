"""Use cases of purchase orders until goods come: drafted, approved by a person, or dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from core import merchants
from core.access import requires, within
from core.inventory import repository as stock
from core.inventory.purchasing import repository, rules
from core.inventory.purchasing.events import PurchaseOrderApproved, PurchaseOrderDrafted, PurchaseOrderEnded
from core.inventory.purchasing.service.suppliers import offers, supplier
from core.inventory.purchasing.views import PurchaseLineView, PurchaseOrderView
from core.inventory.service.changes import check_quantity, reason_given, today_at
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.kernel.ids import new_id
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.purchasing.views import Need, PriceView, PurchaseState
    from core.inventory.views import Coming

_MOST_PACKS = 1_000_000


@requires("purchases.change")
def draft(
    uow: UnitOfWork, merchant_id: str, location_id: str, supplier_id: str, packs: Mapping[str, int], *, note: str = ""
) -> PurchaseOrderView:
    """Propose an order: packs by item id, at the prices that the supplier asks now.

    Raises:
        InvalidInput: nothing to order, packs that cannot be meant, or an item that the supplier has no price for.
        NotFound: no such location or supplier of this shop.
    """
    merchants.hold(uow, merchant_id)
    found = supplier(uow.session, merchant_id, supplier_id)
    asked = {item: [p for p in of if p.supplier_id == found.id] for item, of in _offers(uow, merchant_id).items()}
    lines: list[tuple[PriceView, int]] = []
    for item_id, count in packs.items():
        _check_packs(count, least=1)
        if not asked.get(item_id):
            raise InvalidInput(field="items", problem=f"{found.name} has no price for {item_id}: set one first.")
        lines.append((asked[item_id][0], count))
    if not lines:
        raise InvalidInput(field="items", problem="is empty: say what to order.")
    return _drafted(uow, merchant_id, location_id, supplier_id, lines, clean(note, 1000))


@requires("purchases.change")
def draft_from_levels(uow: UnitOfWork, merchant_id: str, location_id: str) -> tuple[PurchaseOrderView, ...]:
    """Propose orders for everything that is low: one for each supplier, the cheapest for each item.

    What is on order or in another draft counts as there, so drafting again proposes nothing twice.

    Raises:
        NotFound: no such location of this shop.
    """
    merchants.hold(uow, merchant_id)
    by_supplier: dict[str, list[tuple[PriceView, int]]] = {}
    for need in _needs(uow.session, merchant_id, location_id)[0]:
        by_supplier.setdefault(need.price.supplier_id, []).append((need.price, need.packs))
    return tuple(
        _drafted(uow, merchant_id, location_id, supplier_id, lines, "")
        for supplier_id, lines in sorted(by_supplier.items())
    )


@requires("purchases.change")
def change_draft(uow: UnitOfWork, merchant_id: str, order_id: str, packs: Mapping[str, int]) -> PurchaseOrderView:
    """Order another number of packs of lines, by line id; none takes a line out.

    Raises:
        InvalidInput: packs that cannot be meant, or a line of another order.
        NotFound: no such purchase order of this shop.
        Conflict: it is no draft any more, or no line would be left.
    """
    found = held(uow, merchant_id, order_id, "draft")
    lines = {line.id: line for line in found.lines}
    for line_id, count in sorted(packs.items()):
        _check_packs(count, least=0)
        if line_id not in lines:
            raise InvalidInput(field="lines", problem=f"{line_id} is not a line of this order.")
        repository.set_packs(uow.session, merchant_id, lines[line_id], count)
    after = purchase_order(uow.session, merchant_id, order_id)
    if not after.lines:
        raise Conflict(problem="No line would be left: cancel the order instead.")
    _tell_drafted(uow, merchant_id, after)
    return after


@requires("purchases.approve")
def approve(uow: UnitOfWork, merchant_id: str, order_id: str) -> PurchaseOrderView:
    """A person says yes; doing so again changes nothing.

    Raises:
        NotAllowed: nobody is signed in: the program itself approves nothing.
        NotFound: no such purchase order of this shop.
        Conflict: it was cancelled.
    """
    if uow.actor.kind != "staff":
        raise NotAllowed(action="approve purchase orders")
    found = held(uow, merchant_id, order_id, "draft", "approved", "received", "closed")
    if found.state != "draft":
        return found
    days = supplier(uow.session, merchant_id, found.supplier_id).lead_days
    expected = today_at(uow.session, merchant_id, found.location_id) + timedelta(days=days)
    repository.change_order(
        uow.session,
        merchant_id,
        order_id,
        state="approved",
        approved_at=now(),
        approved_by=uow.actor.id,
        expected_on=expected,
    )
    uow.record(
        PurchaseOrderApproved(
            merchant_id=merchant_id, purchase_order_id=order_id, number=found.number, approved_by=uow.actor.id
        )
    )
    return purchase_order(uow.session, merchant_id, order_id)


@requires("purchases.change")
def cancel(uow: UnitOfWork, merchant_id: str, order_id: str, *, reason: str) -> PurchaseOrderView:
    """Expect nothing more: a draft or an order of which nothing came is cancelled, one that came in part is closed.

    Doing so again changes nothing.

    Raises:
        InvalidInput: no reason.
        NotFound: no such purchase order of this shop.
        Conflict: all of it has come.
    """
    why = reason_given(reason)
    found = held(uow, merchant_id, order_id, "draft", "approved", "closed", "cancelled")
    if found.state in {"closed", "cancelled"}:
        return found
    state = "closed" if any(line.received for line in found.lines) else "cancelled"
    repository.change_order(uow.session, merchant_id, order_id, state=state, ended_at=now())
    uow.record(
        PurchaseOrderEnded(
            merchant_id=merchant_id, purchase_order_id=order_id, number=found.number, state=state, reason=why
        )
    )
    return purchase_order(uow.session, merchant_id, order_id)


def purchase_order(session: Session, merchant_id: str, order_id: str) -> PurchaseOrderView:
    """The purchase order of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.order(session, merchant_id, order_id)
    if found is None:
        raise NotFound(what="purchase order", key=order_id)
    return found


def purchase_orders(
    session: Session,
    merchant_id: str,
    *,
    location_id: str | None = None,
    states: Collection[PurchaseState] | None = None,
    limit: int = 100,
) -> tuple[PurchaseOrderView, ...]:
    """Purchase orders, the latest first."""
    return repository.orders(session, merchant_id, location_id=location_id, states=states, limit=limit)


def on_order(session: Session, merchant_id: str, location_id: str, item_id: str | None = None) -> tuple[Coming, ...]:
    """What approved orders will bring to a location, of one item or of all, the first to come first."""
    return stock.coming(session, merchant_id, location_id, item_id)


def short_without_offer(session: Session, merchant_id: str, location_id: str) -> tuple[str, ...]:
    """Ids of items that should be ordered but that no active supplier has a price for."""
    return _needs(session, merchant_id, location_id)[1]


def held(uow: UnitOfWork, merchant_id: str, order_id: str, *states: PurchaseState) -> PurchaseOrderView:
    """The purchase order, kept from others until the transaction ends, in one of these states.

    Raises:
        NotFound: no such purchase order of this shop.
        Conflict: it is in another state.
    """
    found = repository.order(uow.session, merchant_id, order_id, lock=True)
    if found is None:
        raise NotFound(what="purchase order", key=order_id)
    within(uow, merchant_id, found.location_id)
    if found.state not in states:
        raise Conflict(problem=f"Purchase order {found.number} is {found.state}.")
    return found


def _offers(uow: UnitOfWork, merchant_id: str) -> dict[str, list[PriceView]]:
    return offers(uow.session, merchant_id)


def _needs(session: Session, merchant_id: str, location_id: str) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    merchants.location(session, merchant_id, location_id)
    due: dict[str, int] = {}
    for one in stock.coming(session, merchant_id, location_id, states=("draft", "approved")):
        due[one.item_id] = due.get(one.item_id, 0) + one.quantity
    return rules.needs(stock.levels(session, merchant_id, location_id), due, offers(session, merchant_id))


def _drafted(  # noqa: PLR0917 - what an order says
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    supplier_id: str,
    lines: Iterable[tuple[PriceView, int]],
    note: str,
) -> PurchaseOrderView:
    merchants.location(uow.session, merchant_id, location_id)
    made = PurchaseOrderView(
        id=new_id(),
        location_id=location_id,
        supplier_id=supplier_id,
        number=repository.next_number(uow.session, merchant_id),
        state="draft",
        note=note,
        currency=merchants.merchant(uow.session, merchant_id).currency,
        created_at=now(),
        approved_at=None,
        approved_by=None,
        expected_on=None,
        ended_at=None,
        lines=tuple(
            PurchaseLineView(new_id(), price.item_id, packs, price.pack_size, packs * price.pack_size, 0, price.price)
            for price, packs in lines
        ),
    )
    repository.add_order(uow.session, merchant_id, made)
    _tell_drafted(uow, merchant_id, made)
    return replace(made, lines=tuple(sorted(made.lines, key=lambda line: line.item_id)))


def _tell_drafted(uow: UnitOfWork, merchant_id: str, made: PurchaseOrderView) -> None:
    uow.record(
        PurchaseOrderDrafted(
            merchant_id=merchant_id,
            purchase_order_id=made.id,
            number=made.number,
            supplier_id=made.supplier_id,
            location_id=made.location_id,
        )
    )


def _check_packs(packs: int, *, least: int) -> None:
    check_quantity(packs, least=least)
    if packs > _MOST_PACKS:
        raise InvalidInput(field="packs", problem=f"{packs} is more than {_MOST_PACKS}.")
