"""Orders that several locations fill together: as few as possible, none asked for what it has not."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import pytest

from core import inventory, merchants
from core.inventory import rules
from core.inventory.views import Part
from core.kernel.errors import OutOfStock
from tests.orders.ledger import differing, ledger
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.db.session import Database
    from core.inventory import Allocation


def _given(found: Allocation) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in found.parts:
        total.update(part.units)
    return total


def test_one_location_is_better_than_two_and_the_preferred_one_is_first() -> None:
    stock = {"a": {"x": 1, "y": 9}, "b": {"x": 5, "y": 5}, "c": {"x": 5, "y": 5}}
    assert rules.allocate(stock, {"x": 2, "y": 2}, "abc").parts == (Part("b", {"x": 2, "y": 2}),)
    assert rules.allocate(stock, {"x": 2, "y": 2}, "cab").parts == (Part("c", {"x": 2, "y": 2}),)
    assert rules.allocate(stock, {"x": 6, "y": 9}, "abc").parts == (
        Part("a", {"x": 1, "y": 9}),
        Part("b", {"x": 5}),
    )
    assert rules.allocate(stock, {"x": 12}, "abc").short == {"x": 1}
    assert rules.allocate(stock, {"z": 99}, "bca").parts == (Part("b", {"z": 99}),), "not tracked: never runs out"
    assert rules.allocate(stock, {}, "abc").parts == ()


def _fewest(stock: Mapping[str, Mapping[str, int]], demand: Mapping[str, int]) -> int | None:
    """An oracle: the smallest number of locations that together have it all; None when even all have not."""
    for size in range(1, len(stock) + 1):
        for some in combinations(stock, size):
            if all(sum(stock[place].get(item, 0) for place in some) >= n for item, n in demand.items()):
                return size
    return None


def test_against_an_oracle_nothing_is_given_twice_and_no_location_is_asked_in_vain() -> None:
    chance = Random(7)
    shorts = splits = 0
    for _ in range(600):
        stock = {p: {i: chance.randint(0, 4) for i in "xyz"} for p in "abcd"[: chance.randint(1, 4)]}
        demand = {i: chance.randint(0, 7) for i in "xyz"}
        order = chance.sample(sorted(stock), len(stock))
        found = rules.allocate(stock, demand, order)
        given = _given(found)
        assert all(stock[p.location_id][i] >= n > 0 for p in found.parts for i, n in p.units.items())
        assert all(given[i] + found.short.get(i, 0) == n for i, n in demand.items())
        fewest = _fewest(stock, {i: n for i, n in demand.items() if n})
        if fewest is None:
            shorts += 1
            assert all(given[i] == sum(s[i] for s in stock.values()) for i in found.short)
        elif any(demand.values()):
            splits += fewest > 1
            assert found.short == {}
            assert len(found.parts) <= fewest
    assert shorts > 50
    assert splits > 50


def test_beyond_the_number_of_locations_that_are_tried_it_is_still_all_there() -> None:
    stock = {f"p{n:02}": {"x": n % 3, "y": (n + 1) % 3} for n in range(rules.MOST_LOCATIONS_TRIED + 5)}
    found = rules.allocate(stock, {"x": 9, "y": 9}, sorted(stock))
    assert found.short == {}
    assert _given(found) == {"x": 9, "y": 9}


def test_an_order_is_split_reserved_and_shipped_from_each_side(database: Database) -> None:
    shop = open_shop(database)
    me, pier = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        quay = merchants.add_location(uow, me, name="Quay", tax_rate_basis_points=0).id
        inventory.receive(uow, me, pier, "roll", 3, reason="delivery")
        inventory.receive(uow, me, quay, "roll", 4, reason="delivery")
        inventory.receive(uow, me, quay, "scone", 4, reason="delivery")
    with database.begin() as uow:
        found = inventory.allocate(uow.session, me, {"roll": 6, "water": 1}, quay)
        assert found.parts == (Part(quay, {"roll": 4, "water": 1}), Part(pier, {"roll": 2}))
        inventory.reserve_parts(uow, me, "o1", found.parts)
        only = inventory.allocate(uow.session, me, {"scone": 1}, pier)
        assert only.parts == (Part(quay, {"scone": 1}),), "tracked at the quay, so not to be had at the pier"
    with database.begin() as uow:
        inventory.ship(uow, me, "o1", location_id=quay)
    with database.read() as session:
        levels = {(v.location_id, v.item_id): (v.on_hand, v.reserved) for v in inventory.levels(session, me)}
    assert levels == {(pier, "roll"): (3, 2), (quay, "roll"): (0, 0), (quay, "scone"): (4, 0)}
    with database.begin() as uow:
        inventory.release(uow, me, "o1")
    assert shop.level("roll") == (3, 0)


def test_when_one_location_was_emptied_meanwhile_no_other_holds_anything(database: Database) -> None:
    shop = open_shop(database)
    me, pier = shop.merchant_id, shop.location_id
    with database.begin() as uow:
        quay = merchants.add_location(uow, me, name="Quay", tax_rate_basis_points=0).id
        for place in (pier, quay):
            inventory.receive(uow, me, place, "roll", 3, reason="delivery")
        found = inventory.allocate(uow.session, me, {"roll": 5}, pier)
    with database.begin() as uow:
        inventory.write_off(uow, me, max(pier, quay), "roll", 2, cause="broken")
    before = ledger(database)
    with database.begin() as uow, pytest.raises(OutOfStock):
        inventory.reserve_parts(uow, me, "o1", found.parts)
    assert differing(before, ledger(database)) == set()
