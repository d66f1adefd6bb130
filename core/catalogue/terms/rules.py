"""What price lists, schedules and places make of a menu at a moment. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from core.kernel.errors import InvalidInput
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue.menu import Item, Menu, Modifier, Variation

PriceKind = Literal["item", "variation", "modifier", "combo"]
Ending = Literal["list", "schedule"]
_DAYS = 7
_TIME = "%H:%M"
_MIDNIGHT = "24:00"  # closes at the end of the day


@dataclass(frozen=True, slots=True)
class Window:
    """Days (0 is Monday) from `opens` to `closes`, "HH:MM" of the place; may cross midnight into the next day."""

    days: tuple[int, ...]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A price that applies from `valid_from` until `valid_until`."""

    id: str
    kind: PriceKind
    target: str
    price: Money
    valid_from: datetime
    valid_until: datetime | None
    recorded_at: datetime
    retracted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PriceList:
    """Other prices than the menu's, at a place (None: at all) in windows of the week (none: always)."""

    id: str
    code: str
    name: str
    location_id: str | None
    priority: int
    windows: tuple[Window, ...]
    entries: tuple[PriceEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Items and categories that are sold in these windows only."""

    id: str
    code: str
    name: str
    location_id: str | None
    windows: tuple[Window, ...]
    items: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """What staff said of an item or modifier at one place."""

    location_id: str
    kind: Literal["item", "modifier"]
    target: str
    available: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that changes a shop's menu by place and time."""

    lists: tuple[PriceList, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    overrides: tuple[Override, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lists or self.schedules or self.overrides)


@dataclass(frozen=True, slots=True)
class InForce:
    """What applies at one place and moment: prices and overrides by kind and target, schedules open and closed."""

    prices: Mapping[tuple[str, str], PriceEntry]
    open: tuple[Schedule, ...]
    closed: tuple[Schedule, ...]
    overrides: Mapping[tuple[str, str], bool]

    @property
    def mark(self) -> str:
        """Another text whenever it makes another menu; empty when it changes nothing."""
        parts = sorted(
            [
                *(f"p{entry.id}" for entry in self.prices.values()),
                *(f"c{schedule.id}" for schedule in self.closed),
                *(f"o{kind}{target}{said}" for (kind, target), said in self.overrides.items()),
            ]
        )
        if self.closed:
            parts += sorted(f"s{schedule.id}" for schedule in self.open)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12] if parts else ""


def is_open(windows: Sequence[Window], at: datetime, zone: str) -> bool:
    """Whether a moment lies in one of the windows, by the clock of the place; without windows it always does."""
    if not windows:
        return True
    local = at.astimezone(ZoneInfo(zone))
    today, time = local.weekday(), local.strftime(_TIME)
    yesterday = (today - 1) % _DAYS
    return any(
        (today in w.days and w.opens <= time < w.closes)
        if w.opens < w.closes
        else (today in w.days and time >= w.opens) or (yesterday in w.days and time < w.closes)
        for w in windows
    )


def in_force(terms: Terms, location_id: str | None, at: datetime, zone: str) -> InForce:
    """What applies at a place (None: what applies everywhere) and moment.

    Of two prices of one thing, the list of the higher priority wins, then the list of that place alone, then what
    began last, then what was recorded last.
    """
    chosen: dict[tuple[str, str], tuple[tuple[object, ...], PriceEntry]] = {}
    for one in terms.lists:
        if one.location_id not in {None, location_id} or not is_open(one.windows, at, zone):
            continue
        for entry in one.entries:
            if entry.valid_from <= at and (entry.valid_until is None or at < entry.valid_until):
                key = (entry.kind, entry.target)
                rank = (one.priority, one.location_id is not None, entry.valid_from, entry.recorded_at, entry.id)
                if key not in chosen or chosen[key][0] < rank:
                    chosen[key] = (rank, entry)
    here = [s for s in terms.schedules if s.location_id in {None, location_id}]
    return InForce(
        {key: entry for key, (_, entry) in chosen.items()},
        tuple(s for s in here if is_open(s.windows, at, zone)),
        tuple(s for s in here if not is_open(s.windows, at, zone)),
        {
            (o.kind, o.target): o.available
            for o in terms.overrides
            if o.location_id == location_id and (o.until is None or at < o.until)
        },
    )


def applied(menu: Menu, terms: InForce) -> Menu:
    """The menu with these prices, and with what cannot be had here and now marked so."""
    if not terms.mark:
        return menu
    return replace(
        menu,
        items=tuple(_item(i, terms) for i in menu.items),
        modifier_groups=tuple(
            replace(g, modifiers=tuple(_modifier(g.id, m, terms) for m in g.modifiers)) for g in menu.modifier_groups
        ),
        combos=tuple(replace(c, price=_price(terms, "combo", c.id, c.price)) for c in menu.combos),
    )


def has(menu: Menu, kind: PriceKind, target: str) -> bool:
    """Whether a menu has the thing that a price is for."""
    owner, _, part = target.partition("/")
    if kind == "item":
        return target in menu.items_by_id
    if kind == "combo":
        return target in menu.combos_by_id
    if kind == "variation":
        return owner in menu.items_by_id and menu.items_by_id[owner].variation(part) is not None
    return owner in menu.groups_by_id and menu.groups_by_id[owner].modifier(part) is not None


def checked_windows(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The windows, if each has days of the week and two different times.

    Raises:
        InvalidInput: names the first that has not.
    """
    kept = tuple(windows)
    for n, window in enumerate(kept):
        place = f"windows[{n}]"
        if not window.days or not set(window.days) <= set(range(_DAYS)):
            raise InvalidInput(field=f"{place}.days", problem="must be days from 0 (Monday) to 6 (Sunday).")
        for name, time in (("opens", window.opens), ("closes", window.closes)):
            if not _is_time(time) and (name, time) != ("closes", _MIDNIGHT):
                raise InvalidInput(field=f"{place}.{name}", problem=f"“{time}” is no time of day: write it like 07:30.")
        if window.opens == window.closes:
            raise InvalidInput(field=place, problem="opens and closes at once: leave the window out for all day.")
    return kept


def _is_time(text: str) -> bool:
    try:
        return datetime.strptime(text, _TIME).strftime(_TIME) == text  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        return False


def _item(item: Item, terms: InForce) -> Item:
    named = [s for s in terms.closed if item.id in s.items or item.category in s.categories]
    shut = bool(named) and not any(item.id in s.items or item.category in s.categories for s in terms.open)
    said = terms.overrides.get(("item", item.id))
    available = item.available if said is None else said
    return replace(
        item,
        price=_price(terms, "item", item.id, item.price),
        variations=tuple(_variation(item.id, v, terms) for v in item.variations),
        available=available and not shut,
    )


def _variation(item_id: str, variation: Variation, terms: InForce) -> Variation:
    return replace(variation, price=_price(terms, "variation", f"{item_id}/{variation.id}", variation.price))


def _modifier(group_id: str, modifier: Modifier, terms: InForce) -> Modifier:
    target = f"{group_id}/{modifier.id}"
    said = terms.overrides.get(("modifier", target))
    available = modifier.available if said is None else said
    return replace(modifier, price=_price(terms, "modifier", target, modifier.price), available=available)


def _price(terms: InForce, kind: PriceKind, target: str, otherwise: Money) -> Money:
    entry = terms.prices.get((kind, target))
    return entry.price if entry else otherwise
