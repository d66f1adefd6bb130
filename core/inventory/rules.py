"""Which lots go first, and which locations give what. Pure."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from core.inventory.views import Allocation, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.inventory.views import LotView

# Every set of locations is tried up to this many; beyond, the location that gives most goes next.
MOST_LOCATIONS_TRIED = 10
_NEVER = date.max


def is_low(available: int, reorder_point: int | None) -> bool:
    """Whether so few can be promised that more should be ordered."""
    return reorder_point is not None and available <= reorder_point


def first_out(lots: Iterable[LotView], today: date) -> list[LotView]:
    """Lots in the order in which they leave: the first to expire first, then the first received; expired ones last."""
    return sorted(
        (lot for lot in lots if lot.on_hand > 0),
        key=lambda lot: (is_expired(lot, today), lot.expires_on or _NEVER, lot.received_at, lot.id),
    )


def is_expired(lot: LotView, today: date) -> bool:
    """Whether its last day has passed."""
    return lot.expires_on is not None and lot.expires_on < today


def taken(lots: Sequence[LotView], on_hand: int, quantity: int, today: date) -> list[tuple[str | None, int]]:
    """Where `quantity` of `on_hand` units come from: (lot id, units); None for units that came in without a lot.

    Units without a lot go after the lots that are good and before those that have expired.
    """
    loose = on_hand - sum(lot.on_hand for lot in lots)
    good = [lot for lot in first_out(lots, today) if not is_expired(lot, today)]
    bad = [lot for lot in first_out(lots, today) if is_expired(lot, today)]
    offers = [
        *((lot.id, lot.on_hand) for lot in good),
        (None, max(loose, 0)),
        *((lot.id, lot.on_hand) for lot in bad),
    ]
    parts: list[tuple[str | None, int]] = []
    for lot_id, units in offers:
        part = min(units, quantity)
        if part > 0:
            parts.append((lot_id, part))
            quantity -= part
    return parts


def allocate(available: Mapping[str, Mapping[str, int]], demand: Mapping[str, int], order: Sequence[str]) -> Allocation:
    """Which locations give what: as few as possible, and of equally many those that stand first in `order`.

    `available` has units by location and item; an item that no location names is not tracked and never runs out.
    A set of locations is as good as another when it has the whole demand; when none has, everything there is goes in
    and `short` names the rest.
    """
    places = list(dict.fromkeys(order)) or sorted(available)
    tracked = {item for levels in available.values() for item in levels}
    wanted = {item: units for item, units in sorted(demand.items()) if units > 0}
    counted = {item: units for item, units in wanted.items() if item in tracked}
    chosen = _chosen(available, counted, places)
    left = dict(wanted)
    parts = []
    for place in chosen:
        units = {item: _given(available, place, item, left[item], tracked) for item in left}
        given = {item: n for item, n in units.items() if n > 0}
        left = {item: n - given.get(item, 0) for item, n in left.items()}
        if given:
            parts.append(Part(place, given))
    return Allocation(tuple(parts), {item: n for item, n in left.items() if n > 0})


def _given(available: Mapping[str, Mapping[str, int]], place: str, item: str, wanted: int, tracked: set[str]) -> int:
    return min(wanted, max(available.get(place, {}).get(item, 0), 0)) if item in tracked else wanted


def _chosen(
    available: Mapping[str, Mapping[str, int]], wanted: Mapping[str, int], places: Sequence[str]
) -> Sequence[str]:
    """The fewest locations that together have it all; all of them when none do."""

    def enough(some: Iterable[str]) -> bool:
        some = tuple(some)
        return all(sum(max(available.get(p, {}).get(i, 0), 0) for p in some) >= n for i, n in wanted.items())

    if not enough(places):
        return places
    if len(places) <= MOST_LOCATIONS_TRIED:
        sizes = range(1, len(places) + 1)
        return next((s for size in sizes for s in combinations(places, size) if enough(s)), places)
    picked: list[str] = []
    while not enough(picked):
        left = {i: n - sum(max(available.get(p, {}).get(i, 0), 0) for p in picked) for i, n in wanted.items()}
        rest = [p for p in places if p not in picked]
        picked.append(max(rest, key=lambda p: _helps(available.get(p, {}), left)))
    return picked or places[:1]


def _helps(levels: Mapping[str, int], left: Mapping[str, int]) -> float:
    """How much of what is still wanted a location has: the shares of the items added up."""
    return sum(min(max(levels.get(i, 0), 0), n) / n for i, n in left.items() if n > 0)
