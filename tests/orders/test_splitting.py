"""Orders that no single location has everything for: made by several where the policy allows it, or refused."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from core import catalogue, inventory, kitchen, merchants, orders
from core.access import of_customer, of_staff
from core.db.session import Database
from core.kernel import clock
from core.kernel.errors import Conflict, NotAllowed, OutOfStock, ShopClosed
from core.merchants import OpeningHours, Policy
from core.orders import Choice, Line, splitting
from core.orders.service import splitting as parts_of_orders
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop, small_menu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.access import Actor
    from core.orders import OrderView
    from tests.orders.shop import Shop


@dataclass
class Pair:
    """A shop with two locations, whose first one lets the other add what it lacks."""

    shop: Shop
    quay: str

    def level(self, place: str, item: str) -> tuple[int, int]:
        """Units on hand and reserved at a location."""
        with self.shop.database.read() as session:
            found = inventory.level(session, self.shop.merchant_id, place, item)
        assert found is not None
        return found.on_hand, found.reserved

    def levels(self, item: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """Both locations."""
        return self.level(self.shop.location_id, item), self.level(self.quay, item)

    def tickets(self, order: OrderView) -> dict[str, tuple[str, ...]]:
        """What each location makes."""
        with self.shop.database.read() as session:
            found = kitchen.tickets_of_order(session, self.shop.merchant_id, order.id)
        return {t.location_id: t.lines for t in found if t.state != "cancelled"}

    def now(self, order: OrderView) -> OrderView:
        """As it is stored."""
        with self.shop.database.read() as session:
            return orders.order(session, self.shop.merchant_id, order.id)


def _stock(database: Database, shop: Shop, place: str, **units: int) -> None:
    with database.begin() as uow:
        for item, count in units.items():
            inventory.receive(uow, shop.merchant_id, place, item, count, reason="delivery")


def _pair(database: Database) -> Pair:
    """Two rolls and one scone here, three rolls and no scone at the quay."""
    shop = open_shop(database)
    with database.begin() as uow:
        quay = merchants.add_location(uow, shop.merchant_id, name="Quay", fulfilments=("pickup",)).id
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, Policy(split="always"))
    _stock(database, shop, shop.location_id, roll=2, scone=1)
    _stock(database, shop, quay, roll=3)
    return Pair(shop, quay)


@pytest.fixture
def pair(database: Database) -> Pair:
    return _pair(database)


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Pair]:
    """One database is enough for what decides before anything is written."""
    opened = Database(sqlite_url)
    yield _pair(opened)
    opened.close()


def test_each_location_makes_what_it_has_and_the_order_shows_it(pair: Pair) -> None:
    shop = pair.shop
    order = shop.order(Line("roll", 4), Line("scone"), Line("water"))
    roll, scone, water = (line.id for line in order.lines)
    assert [(part.location_id, dict(part.units)) for part in order.split] == [
        (shop.location_id, {roll: 2, scone: 1, water: 1}),
        (pair.quay, {roll: 2}),
    ]
    assert pair.now(order) == order
    assert pair.levels("roll") == ((2, 2), (3, 2))
    assert pair.tickets(order) == {
        shop.location_id: ("2 × Crab roll", "1 × Scone", "1 × Still water"),
        pair.quay: ("2 × Crab roll",),
    }
    assert (order.location_id, order.total.amount) == (shop.location_id, 4 * 995 + 275 + 150)
    with shop.database.read() as session:
        assert orders.check_books(session, shop.merchant_id) == ()
        assert inventory.verify(session, shop.merchant_id) == ()


def test_what_one_location_has_whole_is_made_there_as_ever(lite: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("nobody asks other locations while this one has everything")

    monkeypatch.setattr(parts_of_orders, "plan", never)
    order = lite.shop.order(Line("roll", 2), Line("scone"))
    assert order.split == ()
    assert lite.levels("roll") == ((2, 2), (3, 0))
    assert list(lite.tickets(order)) == [lite.shop.location_id]


@pytest.mark.parametrize("how", ["never", "delivery"])
def test_where_the_policy_does_not_allow_it_it_has_run_out(lite: Pair, how: str) -> None:
    shop = lite.shop
    with shop.database.begin() as uow:
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, Policy(split=how))  # type: ignore[arg-type]
    cart = shop.cart("talk", (Line("roll", 4),))
    before = ledger(shop.database)
    with pytest.raises(OutOfStock, match="Only 2 of Crab roll left, 4 asked for"):
        shop.place(cart.id)
    assert differing(before, ledger(shop.database)) == set()


@pytest.mark.parametrize("why", ["too much", "closed", "another way", "off the menu"])
def test_what_the_others_cannot_add_has_run_out(lite: Pair, why: str) -> None:
    shop, units = lite.shop, 6 if why == "too much" else 4
    with shop.database.begin() as uow:
        if why == "closed":
            merchants.set_hours(uow, shop.merchant_id, lite.quay, [OpeningHours(0, "00:00", "00:01")])
            merchants.set_policy(uow, shop.merchant_id, lite.quay, Policy(when_closed="refuse"))
        elif why == "another way":
            merchants.edit_location(uow, shop.merchant_id, lite.quay, fulfilments=("dine_in",))
        elif why == "off the menu":
            catalogue.set_available(uow, shop.merchant_id, "roll", available=False, location_id=lite.quay)
        cart = orders.open_cart(uow, shop.merchant_id, shop.location_id, shop.customer_id, "talk")
        orders.set_lines(uow, shop.merchant_id, cart.id, (Line("roll", units),))
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="pickup")
    before = ledger(shop.database)
    with pytest.raises(OutOfStock, match="Only 2 of Crab roll left"):
        shop.place(cart.id)
    assert differing(before, ledger(shop.database)) == set()


def test_cancelling_gives_back_at_every_location(pair: Pair) -> None:
    shop = pair.shop
    order = shop.order(Line("roll", 5))
    assert pair.levels("roll") == ((2, 2), (3, 3))
    with shop.database.begin() as uow:
        for _ in range(2):
            orders.cancel(uow, shop.merchant_id, order.id, reason="gone")
    assert pair.levels("roll") == ((2, 0), (3, 0))
    assert pair.tickets(order) == {}


def test_handing_over_takes_it_off_both_shelves_and_a_return_puts_it_back(pair: Pair) -> None:
    shop = pair.shop
    order = shop.order(Line("roll", 5))
    with shop.database.begin() as uow:
        for step in (orders.accept, orders.mark_ready, orders.complete):
            step(uow, shop.merchant_id, order.id)
    assert pair.levels("roll") == ((0, 0), (0, 0))
    with shop.database.begin() as uow:
        orders.refund_order(uow, shop.merchant_id, order.id, reason="not touched", ref="a", restock=True)
    assert pair.levels("roll") == ((2, 0), (3, 0))
    with shop.database.read() as session:
        assert orders.check_books(session, shop.merchant_id) == ()
        assert inventory.verify(session, shop.merchant_id) == ()


def test_units_given_back_before_it_is_made_come_off_the_last_part(pair: Pair) -> None:
    shop = pair.shop
    order = shop.order(Line("roll", 5))
    with shop.database.begin() as uow:
        orders.refund_order(
            uow, shop.merchant_id, order.id, lines={order.lines[0].id: 2}, reason="too many", ref="a", restock=True
        )
    assert pair.levels("roll") == ((2, 2), (3, 1))
    with shop.database.begin() as uow:
        orders.refund_order(
            uow, shop.merchant_id, order.id, lines={order.lines[0].id: 2}, reason="too many", ref="b", restock=True
        )
    assert pair.levels("roll") == ((2, 1), (3, 0))


def _change(pair: Pair, order: OrderView, *lines: Line, by: Actor | None = None) -> OrderView:
    begun = pair.shop.database.begin(by) if by else pair.shop.database.begin()
    with begun as uow:
        return orders.change_order(uow, pair.shop.merchant_id, order.id, lines, expected_version=order.version)


def _sound(pair: Pair) -> None:
    with pair.shop.database.read() as session:
        assert orders.check_books(session, pair.shop.merchant_id) == ()
        assert inventory.verify(session, pair.shop.merchant_id) == ()


def test_a_customer_changes_an_order_of_several_locations_until_one_of_them_begins(pair: Pair) -> None:
    shop = pair.shop
    order = shop.order(Line("roll", 4))
    assert order.customer_id
    more = _change(pair, order, Line("roll", 5), Line("scone"), by=of_customer(shop.merchant_id, order.customer_id))
    roll, scone = (line.id for line in more.lines)
    assert [(part.location_id, dict(part.units)) for part in more.split] == [
        (shop.location_id, {roll: 2, scone: 1}),
        (pair.quay, {roll: 3}),
    ]
    assert (more.version, more.total.amount, pair.now(order)) == (2, 5 * 995 + 275, more)
    assert (pair.levels("roll"), pair.level(shop.location_id, "scone")) == (((2, 2), (3, 3)), (1, 1))
    assert pair.tickets(order) == {shop.location_id: ("2 × Crab roll", "1 × Scone"), pair.quay: ("3 × Crab roll",)}
    less = _change(pair, more, Line("roll", 2))
    assert (less.split, pair.levels("roll"), pair.now(order)) == ((), ((2, 2), (3, 0)), less)
    assert pair.tickets(order) == {shop.location_id: ("2 × Crab roll",)}
    _sound(pair)


def test_another_time_is_had_where_each_location_hands_over_then(lite: Pair) -> None:
    shop, noon = lite.shop, datetime(2031, 3, 3, 12, tzinfo=UTC)
    week = [OpeningHours(day, "09:00", "15:00") for day in range(7)]
    with shop.database.begin() as uow:
        merchants.set_hours(uow, shop.merchant_id, lite.quay, week)
        merchants.set_policy(uow, shop.merchant_id, lite.quay, Policy(when_closed="refuse"))
    with clock.at(noon):
        order = shop.order(Line("roll", 4))
        for wanted, version in ((noon.replace(hour=14), 2), (noon.replace(hour=17), 2)):
            with suppress(ShopClosed), shop.database.begin() as uow:
                orders.change_time(uow, shop.merchant_id, order.id, wanted, expected_version=lite.now(order).version)
            found = lite.now(order)
            assert (found.version, found.requested_for) == (version, noon.replace(hour=14))
    assert (found.split, lite.levels("roll")) == (order.split, ((2, 2), (3, 2)))


def test_more_than_all_locations_have_leaves_the_order_as_it_was(lite: Pair) -> None:
    order = lite.shop.order(Line("roll", 4))
    before = ledger(lite.shop.database)
    with pytest.raises(OutOfStock):
        _change(lite, order, Line("roll", 6))
    assert differing(before, ledger(lite.shop.database)) == set()


def test_an_order_of_several_locations_of_which_one_has_begun_is_placed_anew(lite: Pair) -> None:
    shop = lite.shop
    order = shop.order(Line("roll", 4))
    with shop.database.begin() as uow:
        ticket = next(
            t for t in kitchen.tickets_of_order(uow.session, shop.merchant_id, order.id) if t.location_id == lite.quay
        )
        kitchen.start(uow, shop.merchant_id, ticket.id)
    before = ledger(shop.database)
    with pytest.raises(Conflict, match="made at several locations"):
        _change(lite, lite.now(order), Line("roll"))
    assert differing(before, ledger(shop.database)) == set()


def test_control_tickets_that_are_not_told_apart_by_their_location_are_lost(
    lite: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = lite.shop.order(Line("roll", 4))
    monkeypatch.setattr("core.orders.service.tickets._tell_place", lambda *_: None)
    _change(lite, order, Line("roll", 5))
    assert lite.tickets(order) == {lite.shop.location_id: ("2 × Crab roll",), lite.quay: ("2 × Crab roll",)}


def test_a_held_order_keeps_its_parts_and_each_kitchen_hears_of_its_own_when_it_is_approved(lite: Pair) -> None:
    shop = lite.shop
    with shop.database.begin() as uow:
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, Policy(split="always", hold_units=3))
    order = shop.order(Line("roll", 4))
    assert (order.state, lite.tickets(order)) == ("held", {})
    assert lite.levels("roll") == ((2, 2), (3, 2))
    with shop.database.begin() as uow:
        orders.release(uow, shop.merchant_id, order.id)
    assert lite.tickets(order) == {shop.location_id: ("2 × Crab roll",), lite.quay: ("2 × Crab roll",)}


def test_whoever_works_at_the_other_location_begins_its_part_and_no_other(lite: Pair) -> None:
    shop = lite.shop
    order = shop.order(Line("roll", 4))
    cook = of_staff(shop.merchant_id, "cook", "kitchen", (lite.quay,))
    with shop.database.begin() as uow:
        orders.accept(uow, shop.merchant_id, order.id)
        here, there = sorted(
            kitchen.tickets_of_order(uow.session, shop.merchant_id, order.id), key=lambda t: t.location_id == lite.quay
        )
    with shop.database.begin(cook) as uow:
        orders.start_ticket(uow, shop.merchant_id, there.id)
    assert lite.now(order).state == "preparing"
    with pytest.raises(NotAllowed), shop.database.begin(cook) as uow:
        orders.start_ticket(uow, shop.merchant_id, here.id)


def test_a_unit_is_made_in_one_place_with_all_that_goes_into_it(lite: Pair) -> None:
    shop, quay = lite.shop, lite.quay
    recipes = {
        "ingredients": [{"id": "crab", "name": "Crab", "unit": "g"}, {"id": "bun", "name": "Bun", "unit": "piece"}],
        "recipes": [{"item": "roll", "uses": [{"of": "crab", "amount": "100 g"}, {"of": "bun", "amount": "1"}]}],
    }
    with shop.database.begin() as uow:
        catalogue.import_recipes(uow, shop.merchant_id, recipes)
    # Crab for five here but buns for two; buns for nine there but crab for one: three rolls, not five.
    _stock(shop.database, shop, shop.location_id, crab=500_000, bun=2)
    _stock(shop.database, shop, quay, crab=100_000, bun=9)
    with pytest.raises(OutOfStock):
        shop.order(Line("roll", 4))
    order = shop.order(Line("roll", 3))
    assert [list(part.units.values()) for part in order.split] == [[2], [1]]
    assert (lite.levels("crab"), lite.levels("bun")) == (((500_000, 200_000), (100_000, 100_000)), ((2, 2), (9, 1)))


def _rush(pair: Pair, customers: int) -> list[int]:
    """So many customers at once want four rolls each, of five that both have together; units that each got."""
    carts = [pair.shop.cart(f"talk{n}", (Line("roll", 4),)).id for n in range(customers)]

    def place(cart_id: str) -> int:
        try:
            order = pair.shop.place(cart_id)
        except OutOfStock:
            return 0
        return sum(units for part in order.split for units in part.units.values())

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(place, carts))


def test_at_once_nothing_is_promised_twice(pair: Pair) -> None:
    assert _rush(pair, 4) == [0, 0, 0, 4]
    assert pair.levels("roll") == ((2, 2), (3, 2))
    with pair.shop.database.read() as session:
        assert inventory.verify(session, pair.shop.merchant_id) == ()


def test_control_without_reserving_the_parts_everybody_gets_them(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_of_orders, "reserve", lambda *_: None)
    assert _rush(pair, 4) == [4, 4, 4, 4]


def test_shares_are_whole_and_within_what_each_place_has() -> None:
    menu = small_menu()
    book = catalogue.RecipeBook(menu)
    chance = Random(11)
    lines = [Line("roll", 5), Line("scone", 4), Line("roll", 3, modifiers=(Choice("build", "dill", "no"),))]
    split = 0
    for _ in range(300):
        stock = [{"roll": chance.randint(0, 8), "scone": chance.randint(0, 5)} for _ in range(chance.randint(1, 3))]
        places = [splitting.Place(f"{n}", menu, have, own=not n) for n, have in enumerate(stock)]
        found = splitting.shared_out(lines, places, book)
        total = {item: sum(have[item] for have in stock) for item in ("roll", "scone")}
        assert (found is not None) == (total["roll"] >= 8 and total["scone"] >= 4)
        if found is None:
            continue
        given: Counter[int] = Counter()
        for place, share in zip(places, found, strict=True):
            given.update(share)
            assert place.has(splitting.demand(lines, share, menu, book))
        assert given == {0: 5, 1: 4, 2: 3}
        split += sum(bool(share) for share in found) > 1
    assert split > 50
