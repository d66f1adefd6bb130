"""After any history of receipts, counts, sales, returns and transfers, what is recorded is what its rows add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from core import inventory, merchants
from core.inventory.models import LotRow, MovementRow, ReservationRow, StockLevelRow
from core.inventory.views import ReceivedLot
from core.kernel import clock
from core.kernel.errors import ComandaError
from core.kernel.ids import new_id
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from tests.orders.shop import Shop

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = 70


@dataclass
class _World:
    shop: Shop
    places: tuple[str, str]
    random: Random
    orders: list[str] = field(default_factory=list)
    moment: datetime = START
    done: Counter[str] = field(default_factory=Counter)

    def act(self, uow: UnitOfWork) -> str:
        me, at = self.shop.merchant_id, self.random.choice(self.places)
        item = self.random.choice(("roll", "scone"))
        act: Callable[[UnitOfWork, str, str, str], None] = self.random.choice(
            (self.receive, self.lose, self.look, self.sell, self.settle, self.settle, self.change, self.carry)
        )
        act(uow, me, at, item)
        return act.__name__

    def receive(self, uow: UnitOfWork, me: str, at: str, item: str) -> None:
        day = date(2026, 3, self.random.randint(1, 28))
        lot = self.random.choice((None, ReceivedLot("A"), ReceivedLot("B", day)))
        inventory.receive(uow, me, at, item, self.random.randint(1, 9), reason="delivery", lot=lot)

    def lose(self, uow: UnitOfWork, me: str, at: str, item: str) -> None:
        lots = inventory.lots(uow.session, me, location_id=at, item_id=item)
        lot = self.random.choice(lots).id if lots and self.random.random() < 0.5 else None
        inventory.write_off(uow, me, at, item, self.random.randint(1, 6), cause="spoilt", lot_id=lot)

    def look(self, uow: UnitOfWork, me: str, at: str, item: str) -> None:
        lots = inventory.lots(uow.session, me, location_id=at, item_id=item)
        if lots and self.random.random() < 0.5:
            inventory.count_lot(uow, me, self.random.choice(lots).id, self.random.randint(0, 9))
        else:
            inventory.count(uow, me, at, item, self.random.randint(0, 12))

    def sell(self, uow: UnitOfWork, me: str, at: str, item: str) -> None:
        until = self.random.choice((None, self.moment + timedelta(minutes=self.random.randint(1, 30))))
        order_id = new_id()
        inventory.reserve(uow, me, at, order_id, {item: self.random.randint(1, 5), "water": 1}, expires_at=until)
        self.orders.append(order_id)

    def settle(self, uow: UnitOfWork, me: str, at: str, item: str) -> None:
        _ = at
        if not self.orders:
            return
        order_id = self.random.choice(self.orders)
        which = self.random.randrange(5)
        if which == 4:
            inventory.take_back(uow, me, order_id, {item: self.random.randint(1, 5)}, reason="returned")
        else:
            (inventory.ship, inventory.release, inventory.expire, inventory.keep)[which](uow, me, order_id)

    def change(self, uow: UnitOfWork, me: str, at: str, item: str) -> None:
        if self.orders:
            demand = {item: self.random.randint(0, 6), "scone": self.random.randint(0, 2)}
            inventory.rearrange(uow, me, at, self.random.choice(self.orders), demand)

    def carry(self, uow: UnitOfWork, me: str, at: str, item: str) -> None:
        other = self.places[at == self.places[0]]
        under_way = [t for t in inventory.transfers(uow.session, me) if t.state == "in_transit"]
        if under_way and self.random.random() < 0.7:
            one = self.random.choice(under_way)
            if self.random.random() < 0.3:
                outcome = self.random.choice(("lost", "returned"))
                inventory.close_transfer(uow, me, one.id, outcome=outcome, reason="closed")  # type: ignore[arg-type]
            else:
                came = {line.id: self.random.randint(0, line.in_transit) for line in one.lines}
                inventory.receive_transfer(uow, me, one.id, came)
        else:
            inventory.send_transfer(uow, me, at, other, {item: self.random.randint(1, 5)})


def _play(database: Database, seed: int) -> _World:
    shop = open_shop(database)
    with database.begin() as uow:
        second = merchants.add_location(uow, shop.merchant_id, name="Quay", tax_rate_basis_points=0)
    world = _World(shop, (shop.location_id, second.id), Random(seed))
    for _ in range(STEPS):
        world.moment += timedelta(minutes=7)
        try:
            with clock.at(world.moment), database.begin() as uow:
                name = world.act(uow)
            world.done[name] += 1
        except ComandaError:
            world.done["refused"] += 1
    return world


def _sums(session: Session, me: str) -> tuple[dict[str, int], dict[str, int]]:
    """Of the suite's own: on hand and reserved of levels and lots, against sums of rows, by a readable key."""
    recorded: dict[str, int] = {}
    added: dict[str, int] = {}
    for level in session.scalars(select(StockLevelRow).where(StockLevelRow.merchant_id == me)):
        key = f"{level.location_id}/{level.stock_item_id}"
        recorded |= {f"{key} on hand": level.on_hand, f"{key} reserved": level.reserved}
        added |= {f"{key} on hand": 0, f"{key} reserved": 0}
    recorded |= {
        f"lot {i}": n for i, n in session.execute(select(LotRow.id, LotRow.on_hand).where(LotRow.merchant_id == me))
    }
    added |= dict.fromkeys((key for key in recorded if key.startswith("lot")), 0)
    for row in session.scalars(select(MovementRow).where(MovementRow.merchant_id == me)):
        added[f"{row.location_id}/{row.stock_item_id} on hand"] += row.quantity
        if row.lot_id:
            added[f"lot {row.lot_id}"] += row.quantity
    mine = (ReservationRow.merchant_id == me, ReservationRow.state == "held")
    for held in session.scalars(select(ReservationRow).where(*mine)):
        added[f"{held.location_id}/{held.stock_item_id} reserved"] += held.quantity
    return recorded, added


@pytest.mark.parametrize("seed", range(2))
def test_after_any_history_everything_adds_up(database: Database, seed: int) -> None:
    world = _play(database, seed)
    me = world.shop.merchant_id
    with database.read() as session:
        recorded, added = _sums(session, me)
        assert recorded == added
        assert len(recorded) > 6
        assert inventory.verify(session, me) == ()
        sent = sum(line.in_transit for t in inventory.transfers(session, me) for line in t.lines)
        lost = sum(line.lost for t in inventory.transfers(session, me) for line in t.lines)
        on_hand = sum(level.on_hand for level in inventory.levels(session, me))
        outside = session.scalar(
            select(func.sum(MovementRow.quantity)).where(
                MovementRow.merchant_id == me, MovementRow.cause.is_distinct_from("transfer")
            )
        )
    # What came in from outside and did not leave again is on a shelf, under way, or lost under way.
    assert on_hand + sent + lost == outside
    assert 0 < world.done["refused"] < STEPS


def test_control_a_level_that_is_changed_past_its_movements_is_found(database: Database) -> None:
    world = _play(database, 0)
    me = world.shop.merchant_id
    with database.begin() as uow:
        uow.session.execute(
            update(StockLevelRow).where(StockLevelRow.merchant_id == me).values(on_hand=StockLevelRow.on_hand + 1)
        )
    with database.read() as session:
        recorded, added = _sums(session, me)
        assert recorded != added
        assert {fault.what for fault in inventory.verify(session, me)} == {"on_hand"}
