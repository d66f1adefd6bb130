"""For later, at a table, to an address: what may be asked for, what it takes, and who gets the last place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core import kitchen, merchants, orders
from core.db.session import Database
from core.kernel import clock
from core.kernel.errors import (
    BelowMinimum,
    CartIncomplete,
    InvalidInput,
    OutsideArea,
    ShopClosed,
    SlotTaken,
)
from core.kernel.money import Money
from core.merchants import Address, Holiday, OpeningHours, Policy, Postcodes, Zone
from core.orders import Line, repository_times
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.orders import OrderView
    from tests.orders.shop import Shop

# Thursday noon; the location's clock shows UTC.
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
WEEK = tuple(OpeningHours(day, "10:00", "18:00") for day in range(6))
ROLL = (Line("roll"),)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """One database is enough here: what both must do alike is shown by the random days."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def shop_with(database: Database, **policy: Any) -> Shop:  # noqa: ANN401 - the policy's own fields
    shop = open_shop(database)
    with database.begin() as uow:
        merchants.edit_location(uow, shop.merchant_id, shop.location_id, fulfilments=("pickup", "dine_in", "delivery"))
        merchants.set_hours(uow, shop.merchant_id, shop.location_id, WEEK)
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, Policy(**policy))
    return shop


def _zones(shop: Shop, *zones: Zone) -> None:
    with shop.database.begin() as uow:
        merchants.set_zones(uow, shop.merchant_id, shop.location_id, zones)


def _order(shop: Shop, talk: str = "talk", lines: tuple[Line, ...] = ROLL, **details: Any) -> OrderView:  # noqa: ANN401 - as above
    cart = shop.cart(talk, lines)
    with shop.database.begin() as uow:
        orders.set_details(uow, shop.merchant_id, cart.id, **details)
        return orders.place_order(uow, shop.merchant_id, cart.id)


def test_a_closed_shop_says_when_it_opens_or_offers_later(database: Database) -> None:
    shop = shop_with(database, when_closed="preorder")
    cart = shop.cart("talk", ROLL)
    before = ledger(database)
    with clock.at(NOON.replace(hour=19)):
        with pytest.raises(ShopClosed) as closed:
            shop.place(cart.id)
        assert closed.value.text == (
            "Pier is closed: it opens again on Friday, 20 November at 10:00, or order for later now."
        )
        assert closed.value.values["opens_at"] == "2026-11-20T10:00:00+00:00"
        assert differing(before, ledger(database)) == set()
        placed = _order(shop, requested_for=NOON + timedelta(days=1, minutes=5))
    assert placed.slot_at == NOON + timedelta(days=1)
    assert placed.promised == orders.Interval(NOON + timedelta(days=1, minutes=5), NOON + timedelta(days=1, minutes=20))
    with clock.at(NOON):
        assert _order(shop, "other").slot_at is None


def test_a_shop_that_refuses_while_closed_takes_nothing_for_later(database: Database) -> None:
    shop = shop_with(database, when_closed="refuse")
    with clock.at(NOON.replace(hour=19)), pytest.raises(ShopClosed, match=r"at 10:00\.$"):
        _order(shop, requested_for=NOON + timedelta(days=1))
    with clock.at(NOON):
        assert _order(shop, requested_for=NOON + timedelta(days=1)).slot_at == NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (NOON + timedelta(minutes=29), SlotTaken, "12:29 is too soon: from Thursday 12:30 on."),
        (NOON + timedelta(days=8), SlotTaken, "at most 7 days ahead"),
        (NOON.replace(hour=18), ShopClosed, "closed on Thursday, 19 November at 18:00: it opens on Friday"),
        (NOON + timedelta(days=3), ShopClosed, "closed on Sunday"),
        (NOON + timedelta(days=2), ShopClosed, "closed on Saturday"),
        (datetime(2026, 11, 19, 15), InvalidInput, "no time zone"),  # noqa: DTZ001 - that is the point
    ],
)
def test_a_time_that_cannot_be_had_is_refused(
    sqlite_shop: Shop, wanted: datetime, error: type[Exception], words: str
) -> None:
    shop = sqlite_shop
    with shop.database.begin() as uow:
        merchants.set_hours(uow, shop.merchant_id, shop.location_id, WEEK)
        merchants.set_holidays(uow, shop.merchant_id, shop.location_id, (Holiday("2026-11-21"),))
    cart = shop.cart("talk", ROLL)
    before = ledger(shop.database)
    with clock.at(NOON), pytest.raises(error, match=words), shop.database.begin() as uow:
        orders.set_details(uow, shop.merchant_id, cart.id, requested_for=wanted)
    assert differing(before, ledger(shop.database)) == set()


def test_slots_follow_hours_lead_time_and_what_is_taken(database: Database) -> None:
    shop = shop_with(database, slot_minutes=120, slot_orders=2, lead_minutes=60)
    today = date(2026, 11, 19)
    with clock.at(NOON):
        _order(shop, requested_for=NOON.replace(hour=14, minute=30))
        with database.read() as session:
            found = orders.slots(session, shop.merchant_id, shop.location_id, ROLL, today)
            tomorrow = orders.slots(session, shop.merchant_id, shop.location_id, ROLL, today + timedelta(days=1))
            assert orders.slots(session, shop.merchant_id, shop.location_id, ROLL, today - timedelta(days=1)) == ()
    assert [(s.start.hour, s.end.hour, s.left) for s in found] == [(14, 16, 1), (16, 18, 2)]
    assert [s.start.hour for s in tomorrow] == [10, 12, 14, 16]


def test_a_full_slot_is_refused_with_the_nearest_free_ones_and_a_cancelled_order_frees_it(database: Database) -> None:
    shop = shop_with(database, slot_minutes=60, slot_orders=1)
    three = NOON.replace(hour=15)
    with clock.at(NOON):
        first = _order(shop, requested_for=three)
        cart = shop.cart("second", ROLL)
        with database.begin() as uow:
            orders.set_details(uow, shop.merchant_id, cart.id, requested_for=three)
        before = ledger(database)
        with pytest.raises(SlotTaken) as full:
            shop.place(cart.id)
        assert full.value.text == "Pier has no place left at 15:00. Free: 13:00, 14:00, 16:00."
        assert differing(before, ledger(database)) == set()
        with database.begin() as uow:
            for _ in range(2):
                orders.cancel(uow, shop.merchant_id, first.id, reason="gone")
        assert shop.place(cart.id).slot_at == three
        with database.read() as session:
            taken = repository_times.taken_slots(
                session, shop.merchant_id, shop.location_id, NOON, NOON.replace(hour=23)
            )
        assert taken == {three: 1}


def test_delivery_takes_an_address_a_fee_and_a_minimum(database: Database) -> None:
    shop = shop_with(database, country="IE")
    near = Zone("near", Postcodes(("D02*",)), Money(250, "EUR"), Money(1500, "EUR"), 12)
    _zones(shop, near)
    home = Address("12 Mill Road", "d02 x285", instructions="second bell")
    cart = shop.cart("talk", ROLL)
    with clock.at(NOON), database.begin() as uow:
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="delivery")
        with pytest.raises(CartIncomplete, match="address is missing") as lacking:
            orders.place_order(uow, shop.merchant_id, cart.id)
        assert lacking.value.values["detail"] == "address"
        with pytest.raises(OutsideArea, match="does not deliver to 12 Mill Road, D03 X285"):
            orders.set_details(uow, shop.merchant_id, cart.id, address=replace(home, postcode="D03 X285"))
        kept = orders.set_details(uow, shop.merchant_id, cart.id, address=home)
        assert kept.delivery_fee == Money(250, "EUR")
        with pytest.raises(BelowMinimum, match=r"near starts at 15.00 EUR; this order comes to 9.95 EUR"):
            orders.place_order(uow, shop.merchant_id, cart.id)
        orders.set_lines(uow, shop.merchant_id, cart.id, (Line("roll", 2),))
        placed = orders.place_order(uow, shop.merchant_id, cart.id)
        assert (placed.zone, placed.travel_minutes, placed.total) == ("near", 12, Money(2240, "EUR"))
        assert placed.address == replace(home, postcode="D02 X285", country="IE")
        (ticket,) = kitchen.tickets_of_order(uow.session, shop.merchant_id, placed.id)
        assert placed.promised is not None
        assert ticket.due_at == placed.promised.start - timedelta(minutes=12)


def test_picking_it_up_after_all_costs_no_fee(database: Database) -> None:
    shop = shop_with(database)
    _zones(shop, Zone("near", Postcodes(("D02*",)), Money(250, "EUR"), Money(0, "EUR")))
    cart = shop.cart("talk", ROLL)
    with clock.at(NOON), database.begin() as uow:
        home = Address("12 Mill Road", "D02 X285")
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="delivery", address=home)
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="pickup")
        placed = orders.place_order(uow, shop.merchant_id, cart.id)
    assert (placed.total, placed.address, placed.zone) == (Money(995, "EUR"), None, None)


def test_dine_in_is_at_a_table_that_exists(database: Database) -> None:
    shop = shop_with(database, tables=("Window 1", "2"), table_required=True)
    cart = shop.cart("talk", ROLL)
    with clock.at(NOON), database.begin() as uow:
        orders.set_details(uow, shop.merchant_id, cart.id, fulfilment="dine_in")
        with pytest.raises(CartIncomplete, match="table is missing"):
            orders.place_order(uow, shop.merchant_id, cart.id)
        with pytest.raises(InvalidInput, match="no table “7” at Pier"):
            orders.set_details(uow, shop.merchant_id, cart.id, table="7")
        orders.set_details(uow, shop.merchant_id, cart.id, table=" window 1 ", note="nut allergy at the table")
        placed = orders.place_order(uow, shop.merchant_id, cart.id)
        (ticket,) = kitchen.tickets_of_order(uow.session, shop.merchant_id, placed.id)
    assert (placed.table, ticket.table, ticket.note) == ("Window 1", "Window 1", "nut allergy at the table")


def test_orders_beyond_the_limits_wait_for_a_person_who_releases_or_refuses_them(database: Database) -> None:
    shop = shop_with(database, hold_units=5, hold_amount=5000, hold_orders_an_hour=2)
    shop.stock("roll", 100)
    with clock.at(NOON):
        held = _order(shop, "one", (Line("roll", 6),))
        plain = _order(shop, "two")
        third = _order(shop, "three")
    assert (held.state, held.held_for) == (
        "held",
        ("6 units, more than 5", "59.70 EUR in all, a large amount"),
    )
    assert (plain.state, third.held_for) == ("new", ("3 orders of one customer within an hour",))
    assert shop.level("roll") == (100, 8)
    with database.begin() as uow:
        assert {t.order_id for t in kitchen.tickets(uow.session, shop.merchant_id)} == {plain.id}
        for _ in range(2):
            assert orders.release(uow, shop.merchant_id, held.id).state == "new"
        assert {t.order_id for t in kitchen.tickets(uow.session, shop.merchant_id)} == {plain.id, held.id}
        orders.cancel(uow, shop.merchant_id, third.id, reason="not meant")
    assert shop.level("roll") == (100, 7)


def test_a_list_of_orders_is_of_one_place_if_asked(database: Database) -> None:
    shop = shop_with(database)
    with database.begin() as uow:
        market = merchants.add_location(uow, shop.merchant_id, name="Market")
    with clock.at(NOON):
        here = _order(shop)
    there = replace(shop, location_id=market.id).order(Line("scone"), conversation_id="there")
    with database.read() as session:
        for place, placed in ((shop.location_id, here), (market.id, there)):
            found = orders.list_orders(session, shop.merchant_id, location_id=place)
            assert [o.id for o in found] == [placed.id]
            tickets = kitchen.tickets(session, shop.merchant_id, location_id=place)
            assert [t.order_id for t in tickets] == [placed.id]
