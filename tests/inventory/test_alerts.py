"""Low stock: one alert a crossing, naming what is on order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core import inventory
from core.access import of_staff
from core.db.outbox import WorkRow
from core.inventory import purchasing, repository
from core.kernel.errors import InvalidInput, OutOfStock
from core.kernel.money import Money
from core.orders import Line
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from tests.orders.shop import Shop


def alerts(database: Database) -> list[dict[str, Any]]:
    """What StockLow said, oldest first."""
    with database.read() as session:
        rows = select(WorkRow.payload).where(WorkRow.kind == "event:StockLow").order_by(WorkRow.id)
        return list(session.scalars(rows))


def _point(shop: Shop, point: int | None, item: str = "roll", up_to: int | None = None) -> None:
    with shop.database.begin() as uow:
        inventory.set_reorder_point(uow, shop.merchant_id, shop.location_id, item, point, up_to=up_to)


def test_an_alert_is_given_once_a_crossing(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 10)
    _point(shop, 4)
    said = []
    steps = (
        lambda uow: inventory.reserve(uow, me, at, "o1", {"roll": 5}),  # 5 left
        lambda uow: inventory.reserve(uow, me, at, "o2", {"roll": 1}),  # 4: low
        lambda uow: inventory.reserve(uow, me, at, "o3", {"roll": 2}),  # 2: still
        lambda uow: inventory.ship(uow, me, "o3"),
        lambda uow: inventory.write_off(uow, me, at, "roll", 1, cause="broken"),  # 1: still
        lambda uow: inventory.release(uow, me, "o1"),  # 6: above
        lambda uow: inventory.count(uow, me, at, "roll", 4),  # 3: low again
        lambda uow: inventory.receive(uow, me, at, "roll", 1, reason="one"),  # 4: still
        lambda uow: inventory.receive(uow, me, at, "roll", 1, reason="one"),  # 5: above
        lambda uow: inventory.rearrange(uow, me, at, "o2", {"roll": 3}),  # 3: low
    )
    for step in steps:
        with database.begin() as uow:
            step(uow)
        said.append([a["available"] for a in alerts(database)])
    assert said == [[], [4], [4], [4], [4], [4], [4, 3], [4, 3], [4, 3], [4, 3, 3]]
    with database.read() as session:
        level = inventory.level(session, me, at, "roll")
    assert level is not None
    assert (level.low, level.reorder_point, level.reorder_up_to) == (True, 4, 9)


def test_an_order_that_fails_leaves_no_alert(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 10)
    shop.stock("scone", 1)
    _point(shop, 4)
    cart = shop.cart("talk", (Line("roll", 8), Line("scone", 2)))
    with pytest.raises(OutOfStock):
        shop.place(cart.id)
    assert alerts(database) == []
    shop.order(Line("roll", 8), conversation_id="another")
    assert [(a["item_id"], a["available"], a["reorder_point"]) for a in alerts(database)] == [("roll", 2, 4)]


def test_the_alert_names_what_is_on_order(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    shop.stock("roll", 10)
    _point(shop, 4)
    with database.begin() as uow:
        farm = purchasing.add_supplier(uow, me, name="Farm", lead_days=2)
        purchasing.set_price(uow, me, farm.id, "roll", Money(500, "EUR"), pack_size=6)
        first = purchasing.draft(uow, me, at, farm.id, {"roll": 2})
        purchasing.draft(uow, me, at, farm.id, {"roll": 5})
    with database.begin(of_staff(me, "boss", "owner")) as uow:
        approved = purchasing.approve(uow, me, first.id)
    with database.begin() as uow:
        inventory.reserve(uow, me, at, "o1", {"roll": 7})
    (alert,) = alerts(database)
    assert approved.expected_on is not None
    assert (alert["available"], alert["on_order"]) == (3, 12)
    assert alert["purchases"] == [
        {"id": first.id, "number": 1, "quantity": 12, "expected_on": approved.expected_on.isoformat()}
    ]


def test_a_point_can_be_set_on_what_is_low_already_and_taken_away(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 3)
    _point(shop, 4)
    _point(shop, 4)
    assert [a["available"] for a in alerts(database)] == [3]
    _point(shop, None)
    _point(shop, 3)
    assert [a["available"] for a in alerts(database)] == [3, 3]
    for point, up_to in ((-1, None), (4, 4)):
        with pytest.raises(InvalidInput):
            _point(shop, point, up_to=up_to)


def test_control_an_alert_that_is_not_remembered_is_repeated(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(database)
    shop.stock("roll", 10)
    _point(shop, 9)
    monkeypatch.setattr(repository, "set_low", lambda *_, **__: None)
    for order in range(3):
        shop.order(Line("roll"), conversation_id=f"talk {order}")
    assert len(alerts(database)) == 3
