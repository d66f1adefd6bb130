"""Lots: the first to expire goes first, and it is known which order got which."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core import inventory, merchants
from core.inventory import rules
from core.inventory.views import ReceivedLot
from core.kernel import clock
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.money import Money
from core.orders import Line
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database
    from tests.orders.shop import Shop

TODAY = datetime(2026, 3, 10, 12, tzinfo=UTC)
YESTERDAY = TODAY - timedelta(days=1)


def _lot(shop: Shop, code: str, quantity: int, expires: int | None, *, item: str = "roll") -> str:
    known = ReceivedLot(code, date(2026, 3, expires) if expires else None, Money(quantity * 50, "EUR"))
    with clock.at(YESTERDAY), shop.database.begin() as uow:
        inventory.receive(uow, shop.merchant_id, shop.location_id, item, quantity, reason="delivery", lot=known)
        return next(x.id for x in inventory.lots(uow.session, shop.merchant_id, item_id=item) if x.code == code)


def _left(shop: Shop) -> dict[str, int]:
    with shop.database.read() as session:
        return {x.code: x.on_hand for x in inventory.lots(session, shop.merchant_id, left=False)}


def _sell(shop: Shop, order_id: str, quantity: int) -> None:
    with clock.at(TODAY), shop.database.begin() as uow:
        inventory.reserve(uow, shop.merchant_id, shop.location_id, order_id, {"roll": quantity})
        inventory.ship(uow, shop.merchant_id, order_id)


def test_the_first_to_expire_goes_first_then_what_has_no_date_and_the_expired_last(database: Database) -> None:
    shop = open_shop(database)
    _lot(shop, "late", 3, 30)
    _lot(shop, "gone", 2, 9)
    _lot(shop, "soon", 2, 10)
    _lot(shop, "never", 2, None)
    shop.stock("roll", 2)
    seen = []
    sold = dict(zip("abcdef", (1, 2, 3, 1, 3, 1), strict=True))
    with clock.at(YESTERDAY), database.begin() as uow:
        for order, quantity in sold.items():
            inventory.reserve(uow, shop.merchant_id, shop.location_id, order, {"roll": quantity})
    for order in sold:
        with clock.at(TODAY), database.begin() as uow:
            inventory.ship(uow, shop.merchant_id, order)
        seen.append(_left(shop))
    assert seen == [
        {"late": 3, "gone": 2, "soon": 1, "never": 2},
        {"late": 2, "gone": 2, "soon": 0, "never": 2},
        {"late": 0, "gone": 2, "soon": 0, "never": 1},
        {"late": 0, "gone": 2, "soon": 0, "never": 0},
        {"late": 0, "gone": 1, "soon": 0, "never": 0},
        {"late": 0, "gone": 0, "soon": 0, "never": 0},
    ]
    assert shop.level("roll") == (0, 0)


def test_a_lot_names_its_orders_and_an_order_its_lots(database: Database) -> None:
    shop = open_shop(database)
    first, second = _lot(shop, "A", 3, 12), _lot(shop, "B", 5, 20)
    for order, quantity in (("o1", 2), ("o2", 2), ("o3", 3)):
        _sell(shop, order, quantity)
    me = shop.merchant_id
    with database.read() as session:
        of_first = [(u.order_id, u.quantity) for u in inventory.orders_of_lot(session, me, first)]
        of_second = [(u.order_id, u.quantity) for u in inventory.orders_of_lot(session, me, second)]
        of_order = [(u.lot_id, u.quantity) for u in inventory.lots_of_order(session, me, "o2")]
    assert of_first == [("o1", 2), ("o2", 1)]
    assert of_second == [("o2", 1), ("o3", 3)]
    assert of_order == [(first, 1), (second, 1)]


def test_an_order_that_is_placed_and_handed_over_is_traced_through_the_whole_core(database: Database) -> None:
    from core import orders  # noqa: PLC0415

    shop = open_shop(database)
    lot_id = _lot(shop, "crab 7", 4, 28)
    placed = shop.order(Line("roll", 3))
    with database.begin() as uow:
        for step in (orders.accept, orders.mark_ready, orders.complete):
            step(uow, shop.merchant_id, placed.id)
    with database.read() as session:
        (use,) = inventory.orders_of_lot(session, shop.merchant_id, lot_id)
        assert (use.order_id, use.item_id, use.quantity) == (placed.id, "roll", 3)
        assert inventory.lots_of_order(session, shop.merchant_id, placed.id) == (use,)


def test_what_comes_back_is_in_its_lot_again_and_never_more_than_left(database: Database) -> None:
    shop = open_shop(database)
    first, second = _lot(shop, "A", 2, 12), _lot(shop, "B", 5, 20)
    _sell(shop, "o1", 4)
    me = shop.merchant_id
    with database.begin() as uow:
        assert inventory.take_back(uow, me, "o1", {"roll": 3}, reason="not touched") == {"roll": 3}
        assert [(u.lot_id, u.quantity) for u in inventory.lots_of_order(uow.session, me, "o1")] == [(first, 1)]
    assert _left(shop) == {"A": 1, "B": 5}
    with database.begin() as uow:
        assert inventory.take_back(uow, me, "o1", {"roll": 9, "water": 1}, reason="the rest") == {"roll": 1}
        assert inventory.take_back(uow, me, "o1", {"roll": 1}, reason="again") == {}
        assert inventory.lots_of_order(uow.session, me, "o1") == ()
        assert inventory.orders_of_lot(uow.session, me, second) == ()
    assert _left(shop) == {"A": 2, "B": 5}
    assert shop.level("roll") == (7, 0)


def test_a_lot_is_traced_over_a_transfer_and_its_cost_goes_with_it(database: Database) -> None:
    shop = open_shop(database)
    lot_id = _lot(shop, "A", 10, 20)
    me = shop.merchant_id
    with clock.at(YESTERDAY), database.begin() as uow:
        quay = merchants.add_location(uow, me, name="Quay", tax_rate_basis_points=0).id
        sent = inventory.send_transfer(uow, me, shop.location_id, quay, {"roll": 4})
        inventory.receive_transfer(uow, me, sent.id, {sent.lines[0].id: 4})
        inventory.reserve(uow, me, quay, "there", {"roll": 3})
        inventory.ship(uow, me, "there")
        (moved,) = inventory.lots(uow.session, me, location_id=quay)
        uses = inventory.orders_of_lot(uow.session, me, lot_id)
    assert (moved.code, moved.expires_on, moved.origin_id) == ("A", date(2026, 3, 20), lot_id)
    assert moved.cost == Money(200, "EUR")
    assert [(u.order_id, u.location_id, u.quantity) for u in uses] == [("there", quay, 3)]


def test_one_lot_is_counted_or_written_off_and_no_other(database: Database) -> None:
    shop = open_shop(database)
    first = _lot(shop, "A", 5, 12)
    second = _lot(shop, "B", 5, 20)
    me, at = shop.merchant_id, shop.location_id
    with clock.at(YESTERDAY), database.begin() as uow:
        inventory.count_lot(uow, me, second, 3)
        inventory.count_lot(uow, me, first, 6)
        inventory.write_off(uow, me, at, "roll", 2, cause="expired", lot_id=first)
    assert _left(shop) == {"A": 4, "B": 3}
    assert shop.level("roll") == (7, 0)
    with pytest.raises(Conflict, match="fewer than 5 left"), database.begin() as uow:
        inventory.write_off(uow, me, at, "roll", 5, cause="broken", lot_id=first)
    with pytest.raises(NotFound), database.begin() as uow:
        inventory.count_lot(uow, me, "of nobody", 1)
    assert _left(shop) == {"A": 4, "B": 3}


def test_a_lot_of_another_item_or_place_is_not_written_off_instead(database: Database) -> None:
    shop = open_shop(database)
    scones = _lot(shop, "S", 5, 12, item="scone")
    shop.stock("roll", 5)
    with pytest.raises(NotFound), database.begin() as uow:
        inventory.write_off(uow, shop.merchant_id, shop.location_id, "roll", 2, cause="lost", lot_id=scones)
    assert _left(shop) == {"S": 5}
    assert shop.level("roll") == (5, 0)


def test_a_write_off_says_why(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    me, at = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        inventory.write_off(uow, me, at, "roll", 1, cause="staff_meal")
        with pytest.raises(InvalidInput, match="“eaten” is none of expired, spoilt"):
            inventory.write_off(uow, me, at, "roll", 1, cause="eaten")  # type: ignore[arg-type]
        with pytest.raises(InvalidInput, match="say why the stock changes"):
            inventory.write_off(uow, me, at, "roll", 1, cause="other")
        causes = [(m.kind, m.cause, m.quantity) for m in inventory.movements(uow.session, me, at, "roll")]
    assert causes == [("receive", "delivery", 5), ("write_off", "staff_meal", -1)]


def test_lots_are_found_by_code_and_by_their_last_day(database: Database) -> None:
    shop = open_shop(database)
    for code, day in (("A", 12), ("B", 20), ("C", None)):
        _lot(shop, code, 5, day)
    with database.read() as session:
        before = inventory.lots(session, shop.merchant_id, expires_before=date(2026, 3, 20))
        assert [x.code for x in before] == ["A"]
        assert [x.code for x in inventory.lots(session, shop.merchant_id)] == ["A", "B", "C"]
        assert [x.code for x in inventory.lots(session, shop.merchant_id, code="B")] == ["B"]
        assert inventory.lots(session, "another shop") == ()


def test_control_without_the_order_of_lots_the_later_one_goes_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(database)
    _lot(shop, "late", 3, 30)
    _lot(shop, "soon", 2, 11)
    monkeypatch.setattr(rules, "first_out", lambda lots, _: sorted(lots, key=lambda x: x.received_at))
    _sell(shop, "o1", 1)
    assert _left(shop) == {"late": 2, "soon": 2}


def test_what_a_supplier_declares_of_a_lot_is_known_while_some_of_it_is_left(database: Database) -> None:
    shop = open_shop(database)
    me, at = shop.merchant_id, shop.location_id
    known = ReceivedLot("N", contains=("nuts",), may_contain=("sesame",))
    with database.begin() as uow:
        quay = merchants.add_location(uow, me, name="Quay", tax_rate_basis_points=0).id
        inventory.receive(uow, me, at, "roll", 3, reason="delivery", lot=known)
        inventory.receive(uow, me, at, "roll", 3, reason="delivery", lot=ReceivedLot("plain"))
        sent = inventory.send_transfer(uow, me, at, quay, {"roll": 1})
        inventory.receive_transfer(uow, me, sent.id, {sent.lines[0].id: 1})
        with pytest.raises(InvalidInput, match="moonlight is no allergen"):
            inventory.receive(uow, me, at, "roll", 1, reason="x", lot=ReceivedLot("M", contains=("moonlight",)))
        for place in (at, quay):
            (facts,) = inventory.lot_facts(uow.session, me, place)["roll"]
            assert (set(facts.contains), set(facts.may_contain)) == ({"nuts"}, {"sesame"})
        inventory.write_off(uow, me, quay, "roll", 1, cause="broken")
        assert inventory.lot_facts(uow.session, me, quay) == {}
