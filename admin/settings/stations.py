"""The kitchen's stations: what each makes, how long it takes, and what is looked at before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from admin.fields import Fields, whole, words
from core.kitchen import Station

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue import Menu

_LISTS: Final = ("items", "categories", "modifiers")
NEW: Final = 2  # rows for stations that are not there yet


def shown(stations: Sequence[Station]) -> Fields:
    """A block of fields for each station."""
    said: dict[str, list[str]] = {
        "name": [s.name for s in stations],
        "minutes": [str(s.minutes) for s in stations],
        "parallel": [str(s.parallel) for s in stations],
        "checks": ["\n".join(s.checks) for s in stations],
    }
    for number, station in enumerate(stations):
        said |= {f"{name}-{number}": list(getattr(station, name)) for name in _LISTS}
    return Fields(said)


def meant(fields: Fields) -> list[Station]:
    """The stations that a form lists; one without a name is left out.

    Raises:
        InvalidInput: names the station and what cannot be read in it.
    """
    return [
        Station(
            name=name,
            items=fields.all(f"items-{number}"),
            categories=fields.all(f"categories-{number}"),
            modifiers=fields.all(f"modifiers-{number}"),
            minutes=whole(minutes or "10", field=f"{name}, minutes"),
            parallel=whole(parallel or "1", field=f"{name}, at once"),
            checks=words(checks),
        )
        for number, (name, minutes, parallel, checks) in enumerate(fields.rows("name", "minutes", "parallel", "checks"))
        if name
    ]


def choices(menu: Menu | None, stations: Sequence[Station] = ()) -> dict[str, list[tuple[str, str]]]:
    """What a station can be named for: ids and names; what left the menu but is still named stays to be seen."""
    found: dict[str, dict[str, str]] = {name: {} for name in _LISTS}
    if menu is not None:
        found["items"] = {item.id: item.name for item in menu.items}
        found["categories"] = {item.category: item.category for item in menu.items if item.category}
        found["modifiers"] = {m.id: f"{m.name} ({g.name})" for g in menu.modifier_groups for m in g.modifiers}
    for station in stations:
        for name in _LISTS:
            for key in getattr(station, name):
                found[name].setdefault(key, key)
    return {name: list(known.items()) for name, known in found.items()}
