"""What the kitchen makes: dishes, which station makes them, and what an edit of the order changes. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from core.kernel.errors import InvalidInput
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STATION: Final = "kitchen"  # makes everything that no other station makes
TIMES: Final = "×"
_NAME: Final = 40
_CHECK: Final = 120
_MOST_STATIONS: Final = 50
_MOST_CHECKS: Final = 20
_LONGEST: Final = 24 * 60

Cooking = Literal["waiting", "cooking", "made"]


@dataclass(frozen=True, slots=True)
class Dish:
    """`quantity` equal units. `rows` are spelled for cooks, the name first; equal units have equal keys."""

    key: str
    quantity: int
    rows: tuple[str, ...]
    item: str = ""
    category: str = ""
    modifiers: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As stored with a ticket."""
        return {
            "key": self.key,
            "quantity": self.quantity,
            "rows": list(self.rows),
            "item": self.item,
            "category": self.category,
            "modifiers": list(self.modifiers),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Dish:
        """What `to_json` wrote."""
        return cls(**data | {"rows": tuple(data["rows"]), "modifiers": tuple(data["modifiers"])})

    @property
    def text(self) -> str:
        """How many of what: "2 × Latte, large"."""
        return f"{self.quantity} {TIMES} {self.rows[0]}"


@dataclass(frozen=True, slots=True)
class Station:
    """A place in the kitchen, and what is made there, by ids of the menu.

    `minutes` is what one ticket takes, `parallel` how many tickets are made at once. `checks` are looked at before a
    ticket may be called done.
    """

    name: str
    items: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    minutes: int = 10
    parallel: int = 1
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket of a station that was not cancelled, as `revised` needs it."""

    id: str
    cooking: Cooking
    dishes: tuple[Dish, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """What becomes of a ticket: its dishes, and what cooks must be told. `id` None: a new one."""

    id: str | None
    dishes: tuple[Dish, ...]
    changes: tuple[str, ...]


def merged(dishes: Iterable[Dish]) -> tuple[Dish, ...]:
    """Equal units joined, at the place of the first."""
    kept: dict[str, Dish] = {}
    for dish in dishes:
        seen = kept.get(dish.key)
        kept[dish.key] = replace(seen, quantity=seen.quantity + dish.quantity) if seen else dish
    return tuple(kept.values())


def spelled(dishes: Iterable[Dish]) -> tuple[str, ...]:
    """A ticket's lines: each dish with its quantity, then what is particular about it."""
    return tuple(row for dish in dishes for row in (dish.text, *dish.rows[1:]))


def station_of(stations: Sequence[Station], dish: Dish) -> str:
    """Who makes a dish: the first station named for one of its modifiers, else for it, else for its category."""
    for keys, field in ((dish.modifiers, "modifiers"), ((dish.item,), "items"), ((dish.category,), "categories")):
        for station in stations:
            if any(key in getattr(station, field) for key in keys if key):
                return station.name
    return STATION


def routed(stations: Sequence[Station], dishes: Iterable[Dish]) -> dict[str, tuple[Dish, ...]]:
    """Dishes by station, stations in the shop's order, the one that makes the rest last."""
    order = {station.name: place for place, station in enumerate(stations)}
    found: dict[str, list[Dish]] = {}
    for dish in dishes:
        found.setdefault(station_of(stations, dish), []).append(dish)
    return {name: merged(found[name]) for name in sorted(found, key=lambda n: (order.get(n, len(order)), n))}


def revised(tickets: Sequence[Held], wanted: Iterable[Dish]) -> tuple[Revision, ...]:
    """What becomes of one station's tickets of an order, oldest first, so that `wanted` is made and nothing twice.

    What was made stays made: it counts should the customer want it after all. What is being made is stopped. More of
    anything goes on a ticket nobody has begun, or on a new one.
    """
    target = {dish.key: dish for dish in merged(wanted)}
    have: Counter[str] = Counter()
    for ticket in tickets:
        have.update({dish.key: dish.quantity for dish in ticket.dishes})
    surplus = Counter({key: n - (target[key].quantity if key in target else 0) for key, n in have.items()})
    revisions: dict[str, Revision] = {}
    for ticket in sorted(tickets, key=lambda t: t.cooking == "cooking"):
        if ticket.cooking != "made":
            fewer = _fewer(ticket, surplus)
            if fewer is not None:
                revisions[ticket.id] = fewer
    added = tuple(replace(d, quantity=d.quantity - have[k]) for k, d in target.items() if d.quantity > have[k])
    return _with_added(tickets, revisions, added)


def _fewer(ticket: Held, surplus: Counter[str]) -> Revision | None:
    said, kept = [], []
    for dish in ticket.dishes:
        gone = min(dish.quantity, max(surplus[dish.key], 0))
        surplus[dish.key] -= gone
        if gone:
            word = "STOP" if ticket.cooking == "cooking" else "–"
            said.append(f"{word} {gone} {TIMES} {dish.rows[0]}")
        if dish.quantity > gone:
            kept.append(replace(dish, quantity=dish.quantity - gone))
    return Revision(ticket.id, tuple(kept), tuple(said)) if said else None


def _with_added(
    tickets: Sequence[Held], revisions: dict[str, Revision], added: tuple[Dish, ...]
) -> tuple[Revision, ...]:
    if added:
        said = tuple(f"+ {dish.text}" for dish in added)
        waiting = next((t for t in reversed(tickets) if t.cooking == "waiting"), None)
        if waiting is None:
            return (*revisions.values(), Revision(None, added, said if tickets else ()))
        before = revisions.get(waiting.id, Revision(waiting.id, waiting.dishes, ()))
        whole = merged((*before.dishes, *added))
        revisions[waiting.id] = Revision(waiting.id, whole, (*before.changes, *said))
    return tuple(revisions.values())


def check_stations(stations: Sequence[Station]) -> tuple[Station, ...]:
    """The stations with clean names.

    Raises:
        InvalidInput: names the station, what is wrong and what to do.
    """
    cleaned = tuple(
        replace(s, name=clean(s.name, _NAME), checks=tuple(clean(c, _CHECK) for c in s.checks)) for s in stations
    )
    if len(cleaned) > _MOST_STATIONS or len({s.name.casefold() for s in cleaned}) != len(cleaned):
        raise InvalidInput(field="stations", problem=f"give each a name of its own, at most {_MOST_STATIONS}.")
    for place, station in enumerate(cleaned):
        if not station.name:
            raise InvalidInput(field=f"stations[{place}].name", problem="is empty: write what cooks call it.")
        if not 1 <= station.minutes <= _LONGEST or not 1 <= station.parallel <= _LONGEST:
            raise InvalidInput(field=f"stations[{place}].minutes", problem=f"must be 1 to {_LONGEST}, as `parallel`.")
        if len(station.checks) > _MOST_CHECKS or not all(station.checks):
            raise InvalidInput(field=f"stations[{place}].checks", problem=f"write at most {_MOST_CHECKS}, none empty.")
    return cleaned


def minutes_of(stations: Sequence[Station], waiting: Mapping[str, int], involved: Iterable[str], default: int) -> int:
    """Minutes until all of the stations involved are through, given how many tickets wait at each before this one."""
    by_name = {station.name: station for station in stations}
    longest = 0
    for name in involved:
        station = by_name.get(name) or Station(name, minutes=max(default, 1), parallel=4)
        rounds = waiting.get(name, 0) // station.parallel + 1
        longest = max(longest, rounds * station.minutes)
    return longest or default
