"""From placed to handed over: each step once, with its stock, its tickets and its event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core import inventory, kitchen, orders
from core.db.outbox import WorkRow
from core.kernel.errors import IllegalTransition, NotFound
from core.orders import Line
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from core.orders import OrderView
    from tests.orders.shop import Shop


def _cancel(uow: UnitOfWork, merchant_id: str, order_id: str) -> OrderView:
    return orders.cancel(uow, merchant_id, order_id, reason="closing early")


STEPS: dict[str, Callable[[UnitOfWork, str, str], OrderView]] = {
    "accepted": orders.accept,
    "ready": orders.mark_ready,
    "completed": orders.complete,
    "cancelled": _cancel,
}
PATHS = {
    "new": (),
    "accepted": ("accepted",),
    "ready": ("accepted", "ready"),
    "completed": ("accepted", "ready", "completed"),
    "cancelled": ("accepted", "cancelled"),
}


def _events(database: Database, order_id: str) -> list[str]:
    with database.read() as session:
        kinds = select(WorkRow.kind).where(WorkRow.lane == f"order:{order_id}").order_by(WorkRow.id)
        return [kind.removeprefix("event:") for kind in session.scalars(kinds)]


def _do(shop: Shop, order_id: str, *targets: str) -> OrderView:
    with shop.database.begin() as uow:
        view = orders.order(uow.session, shop.merchant_id, order_id)
        for target in targets:
            view = STEPS[target](uow, shop.merchant_id, order_id)
        return view


def test_an_order_is_accepted_made_and_handed_over(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 7)
    placed = shop.order(Line("roll", 3))
    assert shop.level("roll") == (7, 3)
    accepted = _do(shop, placed.id, "accepted")
    ready = _do(shop, placed.id, "ready")
    assert shop.level("roll") == (7, 3)
    done = _do(shop, placed.id, "completed")
    assert shop.level("roll") == (4, 0)
    assert [v.state for v in (placed, accepted, ready, done)] == ["new", "accepted", "ready", "completed"]
    moments = [done.placed_at, done.accepted_at, done.ready_at, done.completed_at]
    assert None not in moments
    assert moments == sorted(m for m in moments if m)
    assert done.cancelled_at is None
    assert _events(database, placed.id) == ["OrderPlaced", "OrderAccepted", "OrderReady", "OrderCompleted"]
    with database.read() as session:
        moved = inventory.movements(session, shop.merchant_id, shop.location_id, "roll")
        assert [(m.kind, m.quantity, m.order_id) for m in moved] == [("receive", 7, None), ("ship", -3, placed.id)]
        assert [t.state for t in kitchen.tickets_of_order(session, shop.merchant_id, placed.id)] == ["done"]


@pytest.mark.parametrize("path", [("cancelled",), ("accepted", "cancelled")])
def test_cancelling_gives_the_stock_back_and_clears_the_kitchen(database: Database, path: tuple[str, ...]) -> None:
    shop = open_shop(database)
    shop.stock("roll", 7)
    placed = shop.order(Line("roll", 3))
    cancelled = _do(shop, placed.id, *path)
    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", "closing early")
    assert cancelled.cancelled_at is not None
    assert shop.level("roll") == (7, 0)
    assert _events(database, placed.id)[-1] == "OrderCancelled"
    with database.read() as session:
        assert kitchen.tickets(session, shop.merchant_id) == ()
        assert len(kitchen.tickets(session, shop.merchant_id, state="cancelled")) == 1
        assert len(inventory.movements(session, shop.merchant_id, shop.location_id, "roll")) == 1


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("target", STEPS)
def test_every_step_from_every_state(sqlite_shop: Shop, state: str, target: str) -> None:
    shop = sqlite_shop
    shop.stock("roll", 7)
    placed = shop.order(Line("roll", 3))
    before = _do(shop, placed.id, *PATHS[state])
    rows = ledger(shop.database)
    if state == target:
        assert _do(shop, placed.id, target) == before
        assert differing(rows, ledger(shop.database)) == set()
    elif (state, target) in orders.states.ARROWS:
        assert _do(shop, placed.id, target).state == target
    else:
        with pytest.raises(IllegalTransition):
            _do(shop, placed.id, target)
        assert differing(rows, ledger(shop.database)) == set()


def test_a_step_tells_the_board_and_the_conversation(database: Database) -> None:
    shop = open_shop(database)
    placed = shop.order(Line("scone"))
    told: list[frozenset[str]] = []
    database.on_commit(lambda committed: told.append(committed.topics))
    _do(shop, placed.id, "accepted")
    _do(shop, placed.id, "accepted")
    assert told == [frozenset({"conversation:talk", f"orders:{shop.merchant_id}"})]


def test_there_is_no_order_of_an_unknown_id(database: Database) -> None:
    shop = open_shop(database)
    for step in STEPS.values():
        with database.begin() as uow, pytest.raises(NotFound):
            step(uow, shop.merchant_id, "0" * 32)
