"""Whatever is changed and however far the cooks are: all that is wanted is made, and nothing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kitchen import Dish, Station
from core.kitchen.dishes import Held, Revision, merged, minutes_of, revised, routed, station_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass
class Pass:
    """One station's tickets of an order, with a count of what was really cooked."""

    tickets: dict[str, Held] = field(default_factory=dict)
    cooked: Counter[str] = field(default_factory=Counter)

    def change(
        self, wanted: Sequence[Dish], revise: Callable[[Sequence[Held], Sequence[Dish]], tuple[Revision, ...]]
    ) -> None:
        """The order becomes this."""
        live = [t for t in self.tickets.values() if t.dishes]
        for revision in revise(live, wanted):
            name = revision.id or f"t{len(self.tickets)}"
            before = self.tickets.get(name)
            self.tickets[name] = Held(name, before.cooking if before else "waiting", revision.dishes)

    def step(self, number: int) -> None:
        """A ticket goes on: begun, then made."""
        live = [t for t in self.tickets.values() if t.dishes and t.cooking != "made"]
        if live:
            ticket = live[number % len(live)]
            if ticket.cooking == "cooking":
                self.cooked.update({d.key: d.quantity for d in ticket.dishes})
            self.tickets[ticket.id] = replace(ticket, cooking="made" if ticket.cooking == "cooking" else "cooking")


def _dishes(wanted: dict[str, int]) -> list[Dish]:
    return [Dish(key, n, (key,)) for key, n in wanted.items() if n]


_ORDERS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 4), max_size=3)
_STEPS = st.lists(st.one_of(_ORDERS, st.integers(0, 5)), max_size=14)


@settings(max_examples=120, deadline=None)
@given(first=_ORDERS, steps=_STEPS)
def test_all_that_is_wanted_is_made_and_nothing_twice(first: dict[str, int], steps: list[dict[str, int] | int]) -> None:
    kitchen, wanted, most = Pass(), first, Counter(first)
    kitchen.change(_dishes(first), revised)
    for step in steps:
        if isinstance(step, int):
            kitchen.step(step)
        else:
            wanted = step
            most |= Counter(step)
            kitchen.change(_dishes(step), revised)
        ahead: Counter[str] = Counter()
        for ticket in kitchen.tickets.values():
            if ticket.cooking != "made":
                ahead.update({d.key: d.quantity for d in ticket.dishes})
        for key in "abc":
            assert kitchen.cooked[key] + ahead[key] == max(wanted.get(key, 0), kitchen.cooked[key])
            assert kitchen.cooked[key] <= most[key]


def test_control_a_ticket_for_the_whole_order_again_cooks_twice() -> None:
    def naive(_: Sequence[Held], wanted: Sequence[Dish]) -> tuple[Revision, ...]:
        return (Revision(None, merged(wanted), ()),)

    cooked = []
    for revise in (revised, naive):
        kitchen = Pass()
        kitchen.change(_dishes({"a": 1}), revise)
        kitchen.step(0)
        kitchen.step(0)
        kitchen.change(_dishes({"a": 1, "b": 1}), revise)
        for _ in range(4):
            kitchen.step(0)
        cooked.append(kitchen.cooked)
    assert cooked == [Counter("ab"), Counter("aab")]


def test_what_is_being_made_is_stopped_and_what_waits_is_struck_first() -> None:
    tickets = (
        Held("1", "cooking", (Dish("a", 2, ("Roll",)),)),
        Held("2", "waiting", (Dish("a", 1, ("Roll",)), Dish("b", 1, ("Scone",)))),
    )
    assert revised(tickets, [Dish("a", 1, ("Roll",)), Dish("b", 1, ("Scone",))]) == (
        Revision("2", (Dish("b", 1, ("Scone",)),), ("– 1 × Roll",)),
        Revision("1", (Dish("a", 1, ("Roll",)),), ("STOP 1 × Roll",)),
    )
    assert revised(tickets, [Dish("a", 3, ("Roll",)), Dish("b", 1, ("Scone",))]) == ()


STATIONS = (
    Station("bar", categories=("drinks",), minutes=3, parallel=2),
    Station("grill", items=("roll",), modifiers=("bacon",), minutes=12),
)


@pytest.mark.parametrize(
    ("dish", "station"),
    [
        (Dish("1", 1, ("x",), "latte", "drinks"), "bar"),
        (Dish("1", 1, ("x",), "roll", "drinks"), "grill"),
        (Dish("1", 1, ("x",), "latte", "drinks", ("bacon",)), "grill"),
        (Dish("1", 1, ("x",), "scone", "bakery"), "kitchen"),
        (Dish("1", 1, ("x",)), "kitchen"),
    ],
)
def test_a_modifier_goes_before_an_item_and_an_item_before_its_category(dish: Dish, station: str) -> None:
    assert station_of(STATIONS, dish) == station


def test_the_slowest_station_says_how_long_it_takes() -> None:
    dishes = (Dish("1", 1, ("x",), "latte", "drinks"), Dish("2", 1, ("y",), "scone"))
    assert list(routed(STATIONS, reversed(dishes))) == ["bar", "kitchen"]
    assert minutes_of(STATIONS, {}, ["bar", "grill"], 15) == 12
    assert minutes_of(STATIONS, {"bar": 9}, ["bar", "grill"], 15) == 15
    assert minutes_of((), {"kitchen": 3}, ["kitchen"], 15) == 15
    assert minutes_of((), {"kitchen": 4}, ["kitchen"], 15) == 30
