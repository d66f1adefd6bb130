"""Price lists and schedules for the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from comanda.mass_changes import text_of
from comanda.menu_files import chosen_shop
from comanda.wiring import open_database
from core import catalogue, merchants
from core.catalogue.bulk.table import read_table
from core.kernel.clock import now
from core.kernel.errors import InvalidInput, InvalidMenu, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from core.catalogue import Menu, Window
    from core.catalogue.terms.rules import PriceKind
    from core.db.session import Database
    from core.merchants import LocationView


def windows(opens: str, closes: str, days: str) -> tuple[Window, ...]:
    """One window of these days; none at all without times on every day.

    Raises:
        InvalidInput: only one of the times, or something that is no day.
    """
    if not set(days) <= set("0123456") or not days:
        raise InvalidInput(field="days", problem=f"“{days}” are no days: write digits from 0 (Monday) to 6 (Sunday).")
    if bool(opens) != bool(closes):
        raise InvalidInput(field="until" if opens else "from", problem="is missing: give both times, or neither.")
    week = tuple(sorted(map(int, set(days))))
    if not opens:
        whole = len(week) == 7  # noqa: PLR2004 - days of the week
        return () if whole else (catalogue.Window(week, "00:00", "24:00"),)
    return (catalogue.Window(week, opens, closes),)


def make(code: str, name: str, when: Sequence[Window], place: str, priority: int, shop: str) -> None:  # noqa: PLR0917 - the options of the command
    """Make a price list, or change the one of this code."""
    database = open_database()
    merchant, ids = _shop(database, shop)
    with database.begin() as uow:
        where = _chosen([merchants.location(uow.session, merchant, i) for i in ids], place)
        catalogue.set_price_list(uow, merchant, code, name=name, windows=when, location_id=where, priority=priority)


def fill(code: str, file: Path, start: str, end: str, shop: str) -> int:
    """Put the prices of a table into a list; answers how many.

    Raises:
        InvalidMenu: a row is wrong; carries every problem.
    """
    text = text_of(file)
    database = open_database()
    merchant = chosen_shop(database, shop).id
    with database.begin() as uow:
        menu = catalogue.menu_as_imported(uow.session, merchant)
        settings, problems = read_table(text, menu)
        if problems:
            raise InvalidMenu(problems, source=file.name)
        begins, ends = _moment(start, "from"), _moment(end, "until")
        prices = [
            catalogue.NewPrice(_kind(menu, s.key), s.key.replace(":", "/"), s.price, begins, ends)
            for s in settings.values()
            if s.price is not None
        ]
        catalogue.set_prices(uow, merchant, code, prices)
    return len(prices)


def schedule(
    code: str,
    name: str,
    when: Sequence[Window],
    items: Sequence[str],
    categories: Sequence[str],
    *,
    place: str,
    shop: str,
) -> None:
    """Sell items or categories at certain times only."""
    database = open_database()
    merchant, ids = _shop(database, shop)
    with database.begin() as uow:
        where = _chosen([merchants.location(uow.session, merchant, i) for i in ids], place)
        catalogue.set_schedule(
            uow, merchant, code, name=name, windows=when, items=items, categories=categories, location_id=where
        )


def end(code: str, shop: str) -> Literal["price list", "schedule"]:
    """End the price list of this code, or else the schedule.

    Raises:
        NotFound: there is neither.
    """
    database = open_database()
    merchant = chosen_shop(database, shop).id
    with database.begin() as uow:
        try:
            catalogue.end_price_list(uow, merchant, code)
        except NotFound:
            catalogue.end_schedule(uow, merchant, code)
            return "schedule"
    return "price list"


def lines(known: str, shop: str) -> Iterator[str]:
    """Every price list and schedule, as known at a moment."""
    database = open_database()
    merchant = chosen_shop(database, shop).id
    with database.read() as session:
        terms = catalogue.terms_known(session, merchant, _moment(known, "known") or now())
    for one in terms.lists:
        yield f"{one.code}: {one.name}{_times(one.windows)}, priority {one.priority}"
        for entry in one.entries:
            until = f" until {entry.valid_until.isoformat()}" if entry.valid_until else ""
            yield f"  {entry.kind} {entry.target}: {entry.price} from {entry.valid_from.isoformat()}{until}"
    for made in terms.schedules:
        yield f"{made.code}: {made.name}{_times(made.windows)}, sells {', '.join((*made.categories, *made.items))}"


def _times(when: Sequence[Window]) -> str:
    return "".join(f", days {''.join(map(str, w.days))} {w.opens}-{w.closes}" for w in when)


def _kind(menu: Menu, key: str) -> PriceKind:
    if ":" in key:
        return "modifier"
    if "/" in key:
        return "variation"
    return "item" if key in menu.items_by_id else "combo"


def _shop(database: Database, slug: str) -> tuple[str, tuple[str, ...]]:
    found = chosen_shop(database, slug)
    return found.id, found.location_ids


def _chosen(places: Sequence[LocationView], name: str) -> str | None:
    if not name:
        return None
    found = next((p.id for p in places if p.name.casefold() == name.casefold()), None)
    if found is None:
        raise InvalidInput(field="place", problem=f"“{name}” is none: there is {', '.join(p.name for p in places)}.")
    return found


def _moment(text: str, field: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(field=field, problem=f"“{text}” is no moment: write it like 2030-05-01T06:00+02:00.")
    return moment
