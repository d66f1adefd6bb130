"""Transfers: what leaves one side is under way until it arrives, goes back or is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import inventory, merchants
from core.access import of_staff
from core.kernel.errors import ComandaError, Conflict, InvalidInput, NotAllowed, NotFound
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from tests.orders.shop import Shop


def _quay(shop: Shop) -> str:
    with shop.database.begin() as uow:
        return merchants.add_location(uow, shop.merchant_id, name="Quay", tax_rate_basis_points=0).id


def _there(shop: Shop, place: str, item: str) -> int | None:
    with shop.database.read() as session:
        found = inventory.level(session, shop.merchant_id, place, item)
        return found.on_hand if found else None


def test_stock_leaves_is_under_way_and_arrives_in_parts(database: Database) -> None:
    shop = open_shop(database)
    me, pier, quay = shop.merchant_id, shop.location_id, _quay(shop)
    shop.stock("roll", 10)
    shop.stock("scone", 5)
    with database.begin() as uow:
        sent = inventory.send_transfer(uow, me, pier, quay, {"scone": 2, "roll": 6}, note="for Sunday")
    assert [(line.item_id, line.sent, line.in_transit) for line in sent.lines] == [("roll", 6, 6), ("scone", 2, 2)]
    assert (sent.state, sent.note) == ("in_transit", "for Sunday")
    assert (shop.level("roll"), _there(shop, quay, "roll")) == ((4, 0), None)
    rolls, scones = (line.id for line in sent.lines)
    with database.begin() as uow:
        part = inventory.receive_transfer(uow, me, sent.id, {rolls: 4, scones: 0})
    assert (part.state, part.lines[0].in_transit, _there(shop, quay, "roll")) == ("in_transit", 2, 4)
    with pytest.raises(Conflict, match="Only 2 of roll are under way, not 3"), database.begin() as uow:
        inventory.receive_transfer(uow, me, sent.id, {scones: 2, rolls: 3})
    assert _there(shop, quay, "scone") is None
    with database.begin() as uow:
        whole = inventory.receive_transfer(uow, me, sent.id, {scones: 2, rolls: 2})
        assert inventory.movements(uow.session, me, quay, "roll")[-1].ref == sent.id
    assert (whole.state, _there(shop, quay, "roll"), _there(shop, quay, "scone")) == ("received", 6, 2)
    for again in (lambda u: inventory.receive_transfer(u, me, sent.id, {rolls: 1}), lambda u: _close(u, me, sent.id)):
        with pytest.raises(Conflict, match="Nothing of this transfer is under way"), database.begin() as uow:
            again(uow)
    assert _there(shop, quay, "roll") == 6


def _close(uow: object, me: str, transfer_id: str) -> None:
    inventory.close_transfer(uow, me, transfer_id, outcome="lost", reason="gone")  # type: ignore[arg-type]


@pytest.mark.parametrize(("outcome", "left"), [("returned", 8), ("lost", 6)])
def test_what_did_not_arrive_goes_back_or_is_lost(database: Database, outcome: str, left: int) -> None:
    shop = open_shop(database)
    me, pier, quay = shop.merchant_id, shop.location_id, _quay(shop)
    shop.stock("roll", 10)
    with database.begin() as uow:
        sent = inventory.send_transfer(uow, me, pier, quay, {"roll": 4})
        inventory.receive_transfer(uow, me, sent.id, {sent.lines[0].id: 2})
        closed = inventory.close_transfer(uow, me, sent.id, outcome=outcome, reason="box broke")  # type: ignore[arg-type]
    assert (closed.state, closed.lines[0].in_transit) == ("closed", 0)
    assert (closed.lines[0].received, closed.lines[0].returned + closed.lines[0].lost) == (2, 2)
    assert (shop.level("roll"), _there(shop, quay, "roll")) == ((left, 0), 2)
    with database.read() as session:
        assert inventory.verify(session, me) == ()


def test_what_is_promised_or_cannot_be_meant_is_not_sent(database: Database) -> None:
    shop = open_shop(database)
    me, pier, quay = shop.merchant_id, shop.location_id, _quay(shop)
    shop.stock("roll", 10)
    shop.stock("scone", 3)
    with database.begin() as uow:
        inventory.reserve(uow, me, pier, "o1", {"roll": 6})
    before = ledger(database)
    cases: tuple[tuple[type[ComandaError], str, dict[str, int]], ...] = (
        (Conflict, quay, {"roll": 5, "scone": 1}),
        (NotFound, quay, {"scone": 1, "water": 1}),
        (InvalidInput, quay, {}),
        (InvalidInput, quay, {"roll": -1}),
        (InvalidInput, pier, {"roll": 1}),
        (NotFound, "nowhere", {"roll": 1}),
    )
    for error, to, units in cases:
        with pytest.raises(error), database.begin() as uow:
            inventory.send_transfer(uow, me, pier, to, units)
    assert differing(before, ledger(database)) == set()
    with database.read() as session:
        assert inventory.transfers(session, me) == ()


def test_each_side_is_done_by_whoever_works_there(database: Database) -> None:
    shop = open_shop(database)
    me, pier, quay = shop.merchant_id, shop.location_id, _quay(shop)
    shop.stock("roll", 10)
    here = of_staff(me, "s1", "manager", (pier,))
    there = of_staff(me, "s2", "manager", (quay,))
    with pytest.raises(NotAllowed), database.begin(there) as uow:
        inventory.send_transfer(uow, me, pier, quay, {"roll": 1})
    with database.begin(here) as uow:
        sent = inventory.send_transfer(uow, me, pier, quay, {"roll": 3})
    with pytest.raises(NotAllowed), database.begin(here) as uow:
        inventory.receive_transfer(uow, me, sent.id, {sent.lines[0].id: 3})
    with database.begin(there) as uow:
        inventory.receive_transfer(uow, me, sent.id, {sent.lines[0].id: 3})
    assert _there(shop, quay, "roll") == 3
    with database.read() as session, pytest.raises(NotFound):
        inventory.transfer(session, "another shop", sent.id)
