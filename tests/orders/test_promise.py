"""When it will be there: an interval from load, distance and the shop's own record, and how it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core import kitchen, orders, payments
from core.kernel import clock
from core.kernel.money import Money
from core.kitchen import Station
from core.orders import Interval, Line
from core.orders.promise import kept, promised
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.db.session import Database

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


def _at(start: int, until: int) -> Interval:
    return Interval(NOON + timedelta(minutes=start), NOON + timedelta(minutes=until))


@pytest.mark.parametrize(
    ("minutes", "travel", "asked", "lateness", "interval"),
    [
        (15, 0, None, (), (15, 20)),
        (30, 0, None, (), (30, 40)),
        (30, 12, None, (), (42, 52)),
        (30, 0, None, (-5, 0, 1, 2, 3), (30, 35)),
        (30, 0, None, (0, 0, 0, 0, 0, 0, 0, 0, 18, 60), (30, 48)),
        (30, 0, None, (60, 60), (30, 40)),
        (15, 0, 60, (), (60, 75)),
        (15, 10, 60, (), (70, 85)),
        (90, 0, 60, (), (90, 120)),
    ],
)
def test_a_promise(
    minutes: int, travel: int, asked: int | None, lateness: Sequence[int], interval: tuple[int, int]
) -> None:
    wanted = NOON + timedelta(minutes=asked) if asked else None
    found = promised(NOON, minutes=minutes, travel=travel, requested_for=wanted, lateness=lateness)
    assert found == _at(*interval)


def test_a_promise_is_a_whole_minute_and_never_over() -> None:
    odd = NOON + timedelta(seconds=1)
    assert promised(odd, minutes=10).start == NOON + timedelta(minutes=11)
    assert kept(_at(10, 15), NOON, ready=False) == _at(10, 15)
    assert kept(_at(10, 15), NOON + timedelta(minutes=12), ready=False) == _at(12, 17)
    assert kept(_at(10, 15), NOON + timedelta(minutes=40), ready=False) == _at(40, 45)
    assert kept(_at(10, 15), NOON + timedelta(minutes=40), ready=True) == _at(10, 15)


def test_an_order_is_tracked_from_placed_to_handed_over(database: Database) -> None:
    shop = open_shop(database)
    with database.begin() as uow:
        grill = Station("grill", items=("roll",), minutes=10)
        kitchen.set_stations(uow, shop.merchant_id, shop.location_id, (grill,))
    with clock.at(NOON):
        first = shop.order(Line("roll"), conversation_id="a")
        second = shop.order(Line("roll"), conversation_id="b")
    assert (first.promised, second.promised) == (_at(10, 15), _at(20, 27))
    with clock.at(NOON + timedelta(minutes=5)), database.begin() as uow:
        orders.accept(uow, shop.merchant_id, first.id)
        orders.mark_ready(uow, shop.merchant_id, first.id)
        # The first one is through: the second is earlier than it seemed.
        moved = orders.accept(uow, shop.merchant_id, second.id)
        (ticket,) = kitchen.tickets_of_order(uow.session, shop.merchant_id, second.id)
    assert (moved.promised, ticket.due_at) == (_at(15, 20), NOON + timedelta(minutes=15))
    with clock.at(NOON + timedelta(minutes=30)), database.begin() as uow:
        track = orders.tracking(uow.session, shop.merchant_id, second.id)
        assert (track.state, track.cooking, track.promised, track.late) == ("accepted", "waiting", _at(30, 35), True)
        assert (track.due, track.paid) == (Money(995, "EUR"), False)
        due = payments.of_order(uow.session, shop.merchant_id, second.id)
        assert due is not None
        payments.take_at_counter(uow, shop.merchant_id, due.id)
        orders.mark_ready(uow, shop.merchant_id, second.id)
        orders.complete(uow, shop.merchant_id, second.id)
        track = orders.tracking(uow.session, shop.merchant_id, second.id)
    assert (track.state, track.promised, track.late, track.paid) == ("completed", None, False, True)
    assert [state for state, _ in track.steps] == ["new", "accepted", "ready", "completed"]
