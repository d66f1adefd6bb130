"""Stations: each its own ticket, what must be looked at, and the pass where it all comes together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from core import kitchen, orders
from core.db.session import Database
from core.kernel.errors import Conflict, InvalidInput
from core.kitchen import Station
from core.orders import Choice, Line, Slot
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.orders.shop import Shop

BAR = Station("bar", categories=("drinks",), minutes=4, parallel=2)
GRILL = Station("grill", items=("roll",), minutes=10, checks=("Core at 75 °C", "No dill where none is wanted"))


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """One database is enough here: what both must do alike is shown by the random days."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def _shop(database: Database, *stations: Station) -> Shop:
    shop = open_shop(database)
    with database.begin() as uow:
        assert kitchen.set_stations(uow, shop.merchant_id, shop.location_id, stations) == stations
    return shop


def _tickets(shop: Shop, order_id: str) -> dict[str, kitchen.TicketView]:
    with shop.database.read() as session:
        return {t.station: t for t in kitchen.tickets_of_order(session, shop.merchant_id, order_id)}


def test_each_station_gets_its_part_and_all_get_the_note(database: Database) -> None:
    shop = _shop(database, BAR, GRILL)
    pier = Line("pier", 2, slots=(Slot("main", "roll", modifiers=(Choice("build", "dill", "no"),)),))
    cart = shop.cart("talk", (Line("flat_white", 2), pier, Line("roll"), Line("scone")))
    with database.begin() as uow:
        orders.set_details(uow, shop.merchant_id, cart.id, note="nut allergy at the table")
    placed = shop.place(cart.id)
    found = _tickets(shop, placed.id)
    assert {name: ticket.lines for name, ticket in found.items()} == {
        "bar": ("2 × Flat white, small",),
        "grill": ("2 × Crab roll (Pier lunch)", "  NO dill", "1 × Crab roll"),
        "kitchen": ("2 × Scone (Pier lunch)", "1 × Scone"),
    }
    assert {ticket.note for ticket in found.values()} == {"nut allergy at the table"}


def test_a_combo_that_one_station_makes_stays_together(database: Database) -> None:
    shop = _shop(database, Station("all", categories=("food", "bakery")))
    placed = shop.order(Line("pier", 1, slots=(Slot("main", "roll"),)))
    assert _tickets(shop, placed.id)["all"].lines == ("1 × Pier lunch", "  Crab roll", "  Scone")


def test_a_ticket_is_done_when_all_was_looked_at(database: Database) -> None:
    shop = _shop(database, GRILL)
    placed = shop.order(Line("roll"))
    ticket = _tickets(shop, placed.id)["grill"]
    with database.begin() as uow:
        orders.accept(uow, shop.merchant_id, placed.id)
        kitchen.tick(uow, shop.merchant_id, ticket.id, 0)
        for refused in (
            lambda: kitchen.bump(uow, shop.merchant_id, ticket.id),
            lambda: orders.mark_ready(uow, shop.merchant_id, placed.id),
        ):
            with (
                pytest.raises(Conflict, match="grill: tick “No dill where none is wanted” first"),
                uow.session.begin_nested(),
            ):
                refused()
        with pytest.raises(InvalidInput, match="2 is not one of the 2 checkpoints"):
            kitchen.tick(uow, shop.merchant_id, ticket.id, 2)
        kitchen.tick(uow, shop.merchant_id, ticket.id, 1)
        kitchen.tick(uow, shop.merchant_id, ticket.id, 1, ticked=False)
        assert kitchen.tick(uow, shop.merchant_id, ticket.id, 1).unticked == ()
        assert kitchen.bump(uow, shop.merchant_id, ticket.id).state == "done"
        with pytest.raises(Conflict, match="is done: recall it first"):
            kitchen.tick(uow, shop.merchant_id, ticket.id, 0, ticked=False)
        assert orders.mark_ready(uow, shop.merchant_id, placed.id).state == "ready"


def test_what_was_looked_at_before_a_change_is_looked_at_again(database: Database) -> None:
    shop = _shop(database, GRILL)
    placed = shop.order(Line("roll"))
    with database.begin() as uow:
        kitchen.tick(uow, shop.merchant_id, _tickets(shop, placed.id)["grill"].id, 0)
    with database.begin() as uow:
        orders.change_order(uow, shop.merchant_id, placed.id, (Line("roll", 2),), expected_version=1)
    assert _tickets(shop, placed.id)["grill"].unticked == GRILL.checks


def test_a_change_reaches_the_stations_it_concerns_only(database: Database) -> None:
    shop = _shop(database, BAR, GRILL)
    placed = shop.order(Line("roll"), Line("water"))
    before = _tickets(shop, placed.id)
    with database.begin() as uow:
        kitchen.start(uow, shop.merchant_id, before["grill"].id)
        # The shop is arranged anew meanwhile: what a station has on a ticket stays its own.
        kitchen.set_stations(uow, shop.merchant_id, shop.location_id, (Station("counter", categories=("drinks",)),))
    lines = (Line("roll"), Line("water", 2), Line("scone"))
    with database.begin() as uow:
        orders.change_order(uow, shop.merchant_id, placed.id, lines, expected_version=1)
    after = _tickets(shop, placed.id)
    assert {name: (t.lines, t.changes) for name, t in after.items()} == {
        "bar": (("2 × Still water",), ("+ 1 × Still water",)),
        "grill": (("1 × Crab roll",), ()),
        "kitchen": (("1 × Scone",), ()),
    }
    assert after["grill"].started_at is not None


def test_what_was_promised_first_is_made_first(database: Database) -> None:
    shop = _shop(database, BAR, GRILL)
    rolls, water = shop.order(Line("roll"), conversation_id="a"), shop.order(Line("water"), conversation_id="b")
    with database.read() as session:
        assert [t.order_id for t in kitchen.tickets(session, shop.merchant_id)] == [water.id, rolls.id]
        assert [t.order_id for t in kitchen.tickets(session, shop.merchant_id, station="grill")] == [rolls.id]
    assert rolls.promised is not None
    assert water.promised is not None
    assert rolls.promised.start - water.promised.start == timedelta(minutes=6)


def test_the_pass_shows_every_part_of_what_is_not_done(database: Database) -> None:
    shop = _shop(database, BAR, GRILL)
    placed = shop.order(Line("roll"), Line("water"))
    with database.begin() as uow:
        kitchen.bump(uow, shop.merchant_id, _tickets(shop, placed.id)["bar"].id)
    with database.read() as session:
        (order,) = kitchen.expo(session, shop.merchant_id)
        assert kitchen.cooking(session, shop.merchant_id, placed.id) == "cooking"
        assert kitchen.expo(session, shop.merchant_id, location_ids=["0" * 32]) == ()
    assert [(part.station, part.cooking) for part in order.parts] == [("bar", "made"), ("grill", "waiting")]
    assert order.ready is False


@pytest.mark.parametrize(
    "stations",
    [
        (Station(" "),),
        (Station("bar"), Station("Bar")),
        (Station("bar", minutes=0),),
        (Station("bar", parallel=0),),
        (Station("bar", checks=("",)),),
    ],
)
def test_stations_that_cannot_be_meant_are_refused(database: Database, stations: tuple[Station, ...]) -> None:
    shop = open_shop(database)
    with database.begin() as uow:
        with pytest.raises(InvalidInput, match=r"^stations"):
            kitchen.set_stations(uow, shop.merchant_id, shop.location_id, stations)
        assert kitchen.stations(uow.session, shop.merchant_id, shop.location_id) == ()
