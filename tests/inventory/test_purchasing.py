"""Buying: prices as they were known, drafts from reorder points, a person's approval, deliveries in part, too much."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core import inventory
from core.access import of_staff
from core.inventory import purchasing
from core.inventory.purchasing import Delivered
from core.inventory.views import ReceivedLot
from core.kernel import clock
from core.kernel.errors import Conflict, CurrencyMismatch, InvalidInput, NotAllowed, NotFound
from core.kernel.money import Money
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from core.inventory.purchasing import PurchaseOrderView
    from tests.orders.shop import Shop

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def _supplier(shop: Shop, name: str, asks: dict[str, tuple[int, int]]) -> str:
    """A supplier whose prices are cents by pack size."""
    with shop.database.begin() as uow:
        made = purchasing.add_supplier(uow, shop.merchant_id, name=name, lead_days=3)
        for item, (cents, pack) in asks.items():
            purchasing.set_price(uow, shop.merchant_id, made.id, item, Money(cents, "EUR"), pack_size=pack)
    return made.id


def _low(shop: Shop, item: str, on_hand: int, point: int, up_to: int) -> None:
    with shop.database.begin() as uow:
        inventory.count(uow, shop.merchant_id, shop.location_id, item, on_hand)
        inventory.set_reorder_point(uow, shop.merchant_id, shop.location_id, item, point, up_to=up_to)


def _draft(shop: Shop) -> tuple[PurchaseOrderView, ...]:
    with shop.database.begin() as uow:
        return purchasing.draft_from_levels(uow, shop.merchant_id, shop.location_id)


def _approve(shop: Shop, order_id: str) -> PurchaseOrderView:
    with clock.at(NOW), shop.database.begin(of_staff(shop.merchant_id, "ada", "manager")) as uow:
        return purchasing.approve(uow, shop.merchant_id, order_id)


def test_drafts_fill_what_is_low_in_whole_packs_from_the_cheapest_and_never_twice(database: Database) -> None:
    shop = open_shop(database)
    farm = _supplier(shop, "Farm", {"roll": (600, 6), "scone": (100, 10)})
    mill = _supplier(shop, "Mill", {"roll": (500, 6), "water": (10, 1)})
    _low(shop, "roll", 3, point=4, up_to=20)  # 17 to order: 3 packs of 6
    _low(shop, "scone", 5, point=5, up_to=15)  # 10 to order: 1 pack
    _low(shop, "water", 9, point=5, up_to=15)  # enough
    _low(shop, "tart", 0, point=1, up_to=5)  # nobody has it
    first, second = sorted(_draft(shop), key=lambda order: order.supplier_id != farm)
    assert (first.supplier_id, first.state) == (farm, "draft")
    assert [(line.item_id, line.packs, line.ordered) for line in first.lines] == [("scone", 1, 10)]
    assert second.supplier_id == mill
    assert [(line.item_id, line.packs, line.ordered, line.total) for line in second.lines] == [
        ("roll", 3, 18, Money(1500, "EUR"))
    ]
    assert {first.number, second.number} == {1, 2}
    assert _draft(shop) == ()
    with database.read() as session:
        assert purchasing.short_without_offer(session, shop.merchant_id, shop.location_id) == ("tart",)
    with database.begin() as uow:
        purchasing.cancel(uow, shop.merchant_id, second.id, reason="wait")
    (again,) = _draft(shop)
    assert [line.item_id for line in again.lines] == ["roll"]


def test_only_a_person_who_may_approves(database: Database) -> None:
    shop = open_shop(database)
    me = shop.merchant_id
    farm = _supplier(shop, "Farm", {"roll": (600, 6)})
    with database.begin() as uow:
        made = purchasing.draft(uow, me, shop.location_id, farm, {"roll": 2})
        with pytest.raises(NotAllowed):
            purchasing.approve(uow, me, made.id)
    with pytest.raises(NotAllowed), database.begin(of_staff(me, "sam", "staff")) as uow:
        purchasing.approve(uow, me, made.id)
    with database.read() as session:
        assert purchasing.on_order(session, me, shop.location_id) == ()
    approved = _approve(shop, made.id)
    assert (approved.state, approved.approved_by, approved.approved_at) == ("approved", "ada", NOW)
    assert approved.expected_on == date(2026, 3, 13)
    assert _approve(shop, made.id) == approved
    with database.read() as session:
        (coming,) = purchasing.on_order(session, me, shop.location_id, "roll")
    assert (coming.number, coming.quantity) == (1, 12)


def test_goods_come_in_part_each_with_its_lot_and_once_for_each_delivery_note(database: Database) -> None:
    shop = open_shop(database)
    me = shop.merchant_id
    farm = _supplier(shop, "Farm", {"roll": (600, 6), "scone": (100, 10)})
    with database.begin() as uow:
        made = purchasing.draft(uow, me, shop.location_id, farm, {"roll": 2, "scone": 1})
    rolls, scones = (line.id for line in made.lines)
    came = [Delivered(rolls, 5, ReceivedLot("R1", date(2026, 4, 1))), Delivered(scones, 0)]
    with pytest.raises(Conflict, match="is draft"), database.begin() as uow:
        purchasing.receive_purchase(uow, me, made.id, came, ref="note 1")
    _approve(shop, made.id)
    for _ in range(2):
        with database.begin() as uow:
            part = purchasing.receive_purchase(uow, me, made.id, came, ref="note 1")
    assert (part.state, part.part_received) == ("approved", True)
    assert [(line.received, line.to_come) for line in part.lines] == [(5, 7), (0, 10)]
    assert shop.level("roll") == (5, 0)
    rest = [Delivered(rolls, 7), Delivered(scones, 10)]
    with database.begin() as uow:
        whole = purchasing.receive_purchase(uow, me, made.id, rest, ref="note 2")
        assert purchasing.receive_purchase(uow, me, made.id, rest, ref="note 2") == whole
        lots = inventory.lots(uow.session, me, item_id="roll")
    assert (whole.state, shop.level("roll"), shop.level("scone")) == ("received", (12, 0), (10, 0))
    assert [(x.code, x.received, x.cost, x.supplier_id, x.purchase_order_id) for x in lots] == [
        ("R1", 5, Money(500, "EUR"), farm, made.id),
        ("", 7, Money(700, "EUR"), farm, made.id),
    ]
    with pytest.raises(Conflict, match="is received"), database.begin() as uow:
        purchasing.receive_purchase(uow, me, made.id, rest, ref="note 3")
    assert shop.level("roll") == (12, 0)


def test_more_than_ordered_comes_in_only_when_somebody_says_so(database: Database) -> None:
    shop = open_shop(database)
    me = shop.merchant_id
    farm = _supplier(shop, "Farm", {"roll": (600, 6), "scone": (100, 10)})
    with database.begin() as uow:
        made = purchasing.draft(uow, me, shop.location_id, farm, {"roll": 1, "scone": 1})
    _approve(shop, made.id)
    rolls, scones = (line.id for line in made.lines)
    came = [Delivered(scones, 4), Delivered(rolls, 5), Delivered(rolls, 3)]
    with pytest.raises(Conflict, match="8 of roll came but only 6 were expected"), database.begin() as uow:
        purchasing.receive_purchase(uow, me, made.id, came, ref="n1")
    with database.read() as session:
        assert inventory.levels(session, me) == ()
    with database.begin() as uow:
        after = purchasing.receive_purchase(uow, me, made.id, came, ref="n1", accept_excess=True)
    assert [(line.item_id, line.received, line.to_come, line.excess) for line in after.lines] == [
        ("roll", 8, 0, 2),
        ("scone", 4, 6, 0),
    ]
    assert after.state == "approved"
    with database.begin() as uow:
        closed = purchasing.cancel(uow, me, made.id, reason="the rest is sold out")
        assert purchasing.on_order(uow.session, me, shop.location_id) == ()
    assert closed.state == "closed"
    assert shop.level("roll") == (8, 0)


@pytest.mark.parametrize("quantity", [-1, 1_000_000_001])
def test_a_delivery_that_cannot_be_meant_is_refused(database: Database, quantity: int) -> None:
    shop = open_shop(database)
    me = shop.merchant_id
    farm = _supplier(shop, "Farm", {"roll": (600, 6)})
    with database.begin() as uow:
        made = purchasing.draft(uow, me, shop.location_id, farm, {"roll": 1})
    _approve(shop, made.id)
    cases = (
        ([Delivered(made.lines[0].id, quantity)], "n1"),
        ([Delivered("of another order", 1)], "n1"),
        ([Delivered(made.lines[0].id, 0)], "n1"),
        ([Delivered(made.lines[0].id, 1)], " "),
    )
    for came, ref in cases:
        with pytest.raises(InvalidInput), database.begin() as uow:
            purchasing.receive_purchase(uow, me, made.id, came, ref=ref)
    with database.read() as session:
        assert inventory.levels(session, me) == ()
        assert purchasing.purchase_order(session, me, made.id).lines[0].received == 0


def test_a_draft_is_changed_and_an_order_that_was_approved_is_not(database: Database) -> None:
    shop = open_shop(database)
    me = shop.merchant_id
    farm = _supplier(shop, "Farm", {"roll": (600, 6), "scone": (100, 10)})
    with database.begin() as uow:
        made = purchasing.draft(uow, me, shop.location_id, farm, {"roll": 1, "scone": 1})
        rolls, scones = (line.id for line in made.lines)
        after = purchasing.change_draft(uow, me, made.id, {rolls: 4, scones: 0})
    assert [(line.item_id, line.packs, line.ordered) for line in after.lines] == [("roll", 4, 24)]
    with pytest.raises(Conflict, match="No line would be left"), database.begin() as uow:
        purchasing.change_draft(uow, me, made.id, {rolls: 0})
    _approve(shop, made.id)
    with pytest.raises(Conflict, match="is approved"), database.begin() as uow:
        purchasing.change_draft(uow, me, made.id, {rolls: 9})
    with pytest.raises(InvalidInput, match="Farm has no price for water"), database.begin() as uow:
        purchasing.draft(uow, me, shop.location_id, farm, {"water": 1})


def test_prices_are_kept_as_they_were_known(database: Database) -> None:
    shop = open_shop(database)
    me = shop.merchant_id
    with clock.at(NOW):
        farm = _supplier(shop, "Farm", {"roll": (600, 6)})
    with clock.at(NOW + timedelta(days=1)), database.begin() as uow:
        purchasing.set_price(uow, me, farm, "roll", Money(700, "EUR"), pack_size=6, valid_from=NOW + timedelta(days=5))
    with database.read() as session:
        asked = [
            purchasing.offers(session, me, at=NOW + timedelta(days=days))["roll"][0].price.amount for days in (0, 4, 5)
        ]
        assert asked == [600, 600, 700]
        assert [p.price.amount for p in purchasing.price_history(session, me, item_id="roll")] == [700, 600]
        known = purchasing.price_history(session, me, supplier_id=farm, known_at=NOW)
        assert [p.price.amount for p in known] == [600]
        assert purchasing.offers(session, me, at=NOW - timedelta(days=1)) == {}
    with database.begin() as uow:
        with pytest.raises(CurrencyMismatch):
            purchasing.set_price(uow, me, farm, "roll", Money(1, "USD"))
        with pytest.raises(InvalidInput):
            purchasing.set_price(uow, me, farm, "roll", Money(-1, "EUR"))
        with pytest.raises(Conflict, match="a supplier called Farm already"):
            purchasing.add_supplier(uow, me, name="Farm")
        purchasing.change_supplier(uow, me, farm, active=False)
        assert purchasing.offers(uow.session, me, at=NOW + timedelta(days=9)) == {}


def test_another_shop_sees_nothing_of_it(database: Database) -> None:
    mine, other = open_shop(database, "mine"), open_shop(database, "other")
    farm = _supplier(mine, "Farm", {"roll": (600, 6)})
    with database.begin() as uow:
        made = purchasing.draft(uow, mine.merchant_id, mine.location_id, farm, {"roll": 1})
    them = other.merchant_id
    with database.begin() as uow:
        assert purchasing.suppliers(uow.session, them) == ()
        assert purchasing.purchase_orders(uow.session, them) == ()
        for act in (
            lambda: purchasing.purchase_order(uow.session, them, made.id),
            lambda: purchasing.set_price(uow, them, farm, "roll", Money(1, "EUR")),
            lambda: purchasing.draft(uow, them, other.location_id, farm, {"roll": 1}),
            lambda: purchasing.cancel(uow, them, made.id, reason="theirs"),
        ):
            with pytest.raises(NotFound):
                act()
