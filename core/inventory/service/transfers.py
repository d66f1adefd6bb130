"""Use cases of stock that moves from one location to another: it leaves one side, is under way, and arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from core import merchants
from core.access import requires, within
from core.inventory import repository
from core.inventory.events import TransferClosed, TransferReceived, TransferSent
from core.inventory.service.changes import alter, check_item, check_quantity, leaving, reason_given, tracked_level
from core.inventory.service.expiry import keep_apart
from core.inventory.views import ReceivedLot
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.inventory.views import LotView, TransferLineView, TransferView
    from core.kernel.money import Money

Outcome = Literal["returned", "lost"]


@requires("stock.change")
def send_transfer(
    uow: UnitOfWork, merchant_id: str, from_id: str, to_id: str, units: Mapping[str, int], *, note: str = ""
) -> TransferView:
    """Stock leaves a location for another, all of it or nothing, out of the lots that expire first.

    Raises:
        InvalidInput: nothing to send, a quantity below one, or one location.
        NotFound: no such location of this shop, or an item is not tracked there.
        Conflict: fewer are left beside what open orders were promised.
    """
    if from_id == to_id:
        raise InvalidInput(field="to", problem="is the location that it leaves: choose another.")
    if not units:
        raise InvalidInput(field="units", problem="is empty: say what to send.")
    within(uow, merchant_id, from_id)
    for place in (from_id, to_id):
        merchants.location(uow.session, merchant_id, place)
    made, why = new_id(), clean(note, 500)
    lines: list[tuple[str, str | None, int]] = []
    for item_id in sorted(units):
        check_item(item_id)
        check_quantity(units[item_id], least=1)
        tracked_level(uow.session, merchant_id, from_id, item_id)
        before = repository.lock_level(uow.session, merchant_id, from_id, item_id)
        parts = leaving(uow.session, merchant_id, before, units[item_id])
        for lot_id, quantity in parts:
            _move(uow, merchant_id, from_id, item_id, quantity, why or "sent to another location", lot_id, made)
            lines.append((item_id, lot_id, -quantity))
    repository.add_transfer(uow.session, merchant_id, made, (from_id, to_id), lines, note=why)
    uow.record(TransferSent(merchant_id=merchant_id, transfer_id=made, from_location_id=from_id, to_location_id=to_id))
    return transfer(uow.session, merchant_id, made)


@requires("stock.change")
def receive_transfer(uow: UnitOfWork, merchant_id: str, transfer_id: str, arrived: Mapping[str, int]) -> TransferView:
    """Stock arrived: units by the id of a line; what is not named, or not all of it, is still under way.

    Raises:
        InvalidInput: nothing arrived, a quantity below zero, or a line of another transfer.
        NotFound: no such transfer of this shop.
        Conflict: more than is under way.
    """
    found = _open(uow, merchant_id, transfer_id)
    within(uow, merchant_id, found.to_location_id)
    if not any(arrived.values()):
        raise InvalidInput(field="lines", problem="nothing arrived: write how much did.")
    for line, units in _by_item(found, arrived):
        if units > line.in_transit:
            raise Conflict(problem=f"Only {line.in_transit} of {line.item_id} are under way, not {units}.")
        repository.change_line(uow.session, merchant_id, line.id, received=units)
        repository.lock_level(uow.session, merchant_id, found.to_location_id, line.item_id)
        lot_id = _arrived_lot(uow, merchant_id, found, line, units)
        _move(
            uow, merchant_id, found.to_location_id, line.item_id, units, "came from another location", lot_id, found.id
        )
    after = transfer(uow.session, merchant_id, transfer_id)
    whole = not any(line.in_transit for line in after.lines)
    if whole:
        repository.change_transfer(uow.session, merchant_id, transfer_id, state="received")
    uow.record(
        TransferReceived(
            merchant_id=merchant_id,
            transfer_id=transfer_id,
            from_location_id=found.from_location_id,
            to_location_id=found.to_location_id,
            whole=whole,
        )
    )
    return transfer(uow.session, merchant_id, transfer_id)


@requires("stock.change")
def close_transfer(
    uow: UnitOfWork, merchant_id: str, transfer_id: str, *, outcome: Outcome, reason: str
) -> TransferView:
    """What has not arrived never will: it went back to where it came from, or it is lost.

    Raises:
        InvalidInput: another outcome, or no reason.
        NotFound: no such transfer of this shop.
        Conflict: nothing is under way any more.
    """
    if outcome not in ("returned", "lost"):
        raise InvalidInput(field="outcome", problem="must be returned or lost.")
    why = reason_given(reason)
    found = _open(uow, merchant_id, transfer_id)
    within(uow, merchant_id, found.from_location_id)
    for line in sorted(found.lines, key=lambda one: one.item_id):
        units = line.in_transit
        if not units:
            continue
        repository.change_line(uow.session, merchant_id, line.id, **{outcome: units})
        if outcome == "returned":
            _move(uow, merchant_id, found.from_location_id, line.item_id, units, why, line.lot_id, found.id)
    repository.change_transfer(uow.session, merchant_id, transfer_id, state="closed")
    uow.record(
        TransferClosed(
            merchant_id=merchant_id,
            transfer_id=transfer_id,
            from_location_id=found.from_location_id,
            to_location_id=found.to_location_id,
            outcome=outcome,
            reason=why,
        )
    )
    return transfer(uow.session, merchant_id, transfer_id)


def transfer(session: Session, merchant_id: str, transfer_id: str) -> TransferView:
    """The transfer of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.transfer(session, merchant_id, transfer_id)
    if found is None:
        raise NotFound(what="transfer", key=transfer_id)
    return found


def transfers(session: Session, merchant_id: str, *, limit: int = 100) -> tuple[TransferView, ...]:
    """The latest transfers, those under way first."""
    return repository.transfers(session, merchant_id, limit)


def _open(uow: UnitOfWork, merchant_id: str, transfer_id: str) -> TransferView:
    found = repository.transfer(uow.session, merchant_id, transfer_id, lock=True)
    if found is None:
        raise NotFound(what="transfer", key=transfer_id)
    if found.state != "in_transit":
        raise Conflict(problem="Nothing of this transfer is under way any more.")
    return found


def _by_item(found: TransferView, arrived: Mapping[str, int]) -> list[tuple[TransferLineView, int]]:
    lines = {line.id: line for line in found.lines}
    if strangers := [line_id for line_id in arrived if line_id not in lines]:
        raise InvalidInput(field="lines", problem=f"{strangers[0]} is not a line of this transfer.")
    for units in arrived.values():
        check_quantity(units, least=0)
    named = [(lines[line_id], units) for line_id, units in arrived.items() if units]
    return sorted(named, key=lambda one: (one[0].item_id, one[0].id))


def _move(  # noqa: PLR0917 - the columns of a movement
    uow: UnitOfWork,
    merchant_id: str,
    location_id: str,
    item_id: str,
    by: int,
    reason: str,
    lot_id: str | None,
    transfer_id: str,
) -> None:
    kind: Literal["receive", "ship"] = "receive" if by > 0 else "ship"
    alter(
        uow,
        merchant_id,
        location_id,
        item_id,
        by,
        kind=kind,
        cause="transfer",
        reason=reason,
        lot_id=lot_id,
        ref=transfer_id,
    )


def _arrived_lot(
    uow: UnitOfWork, merchant_id: str, found: TransferView, line: TransferLineView, units: int
) -> str | None:
    """A lot of the receiving location that remembers which one it was; its share of the cost goes with it."""
    if line.lot_id is None:
        return None
    origin = repository.lot(uow.session, merchant_id, line.lot_id)
    if origin is None:
        raise NotFound(what="lot", key=line.lot_id)
    known = ReceivedLot(
        code=origin.code,
        expires_on=origin.expires_on,
        cost=_share(origin, units),
        supplier_id=origin.supplier_id,
        purchase_order_id=origin.purchase_order_id,
        origin_id=origin.id,
        contains=origin.contains,
        may_contain=origin.may_contain,
    )
    return keep_apart(uow, merchant_id, found.to_location_id, line.item_id, quantity=units, known=known)


def _share(origin: LotView, units: int) -> Money | None:
    return origin.cost.share(units, origin.received) if origin.cost else None
