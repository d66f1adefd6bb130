"""Tables of prices and availability (CSV): every row is checked before any is used. Pure."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from core.catalogue.bulk.changes import Setting, keys_of
from core.catalogue.validation.shape import did_you_mean
from core.kernel.errors import InvalidAmount
from core.kernel.money import Money
from core.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.catalogue.menu import Menu

COLUMNS: Final = ("id", "price", "available")
_YES: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
MAX_ROWS: Final = 200_000


def read_table(
    text: str, menu: Menu, *, progress: Callable[[], object] | None = None
) -> tuple[dict[str, Setting], list[Problem]]:
    """The settings of a table with the columns id, price and available (either may be missing), and every problem.

    An id is `latte`, `latte/large` (variation) or `milk:oat` (modifier). `progress` is called once a row.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    problems: list[Problem] = []
    header = [cell.strip().casefold() for cell in next(rows, [])]
    if not _check_header(header, problems):
        return {}, problems
    known = {key: has is not None for key, _, _, has in keys_of(menu)}
    found: dict[str, Setting] = {}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if progress:
            progress()
        if number > MAX_ROWS:
            problems.append(Problem(f"line {number}", "The table is too long.", f"Split it at {MAX_ROWS:,} lines."))
            break
        if not any(cell.strip() for cell in row):
            continue
        setting = _setting(f"line {number}", dict(zip(header, row, strict=False)), menu, known, problems)
        if setting is None:
            continue
        if setting.key in seen:
            message = f"“{setting.key}” stands on line {seen[setting.key]} already."
            problems.append(Problem(f"line {number}", message, "Keep one of them.", kind="repeated-row"))
        seen.setdefault(setting.key, number)
        found[setting.key] = setting
    return found, problems


def written_table(menu: Menu) -> str:
    """The table of everything with a price: read again, it changes nothing."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for key, _, price, available in keys_of(menu):
        table.writerow((key, price.decimal(), "" if available is None else "yes" if available else "no"))
    return out.getvalue()


def _check_header(header: list[str], problems: list[Problem]) -> bool:
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or "id" not in header or len(header) < 2 or len(set(header)) < len(header):  # noqa: PLR2004 - id and a value
        message = f"The first line is “{','.join(header)[:80]}”."
        problems.append(
            Problem("line 1", message, "Write the columns “id,price,available”; one of the last two may be left out.")
        )
    return not problems


def _setting(
    place: str, row: Mapping[str, str], menu: Menu, known: Mapping[str, bool], problems: list[Problem]
) -> Setting | None:
    key = row.get("id", "").strip()
    if key not in known:
        fix = did_you_mean(key, list(known), "Write an id of the menu, like “latte”, “latte/large” or “milk:oat”.")
        problems.append(Problem(f"{place}, id", f"“{key[:60]}” is not on the menu.", fix, kind="unknown-row"))
        return None
    price = _price(f"{place}, price", row.get("price", "").strip(), menu.currency, problems)
    available = _available(f"{place}, available", row.get("available", "").strip().casefold(), problems)
    if available is not None and not known[key]:
        message = f"“{key[:60]}” cannot be taken off by itself."
        problems.append(Problem(f"{place}, available", message, "Leave this empty.", kind="not-available"))
    return Setting(key, price, available)


def _price(place: str, text: str, currency: str, problems: list[Problem]) -> Money | None:
    if not text:
        return None
    try:
        price = Money.parse(text, currency)
    except InvalidAmount as wrong:
        problems.append(Problem(place, wrong.text, "Write digits and a point only, like “3.80”.", kind="bad-price"))
        return None
    if price.amount < 0:
        problems.append(Problem(place, f"{text[:40]} is below zero.", "Write 0 or more.", kind="bad-price"))
    return price


def _available(place: str, text: str, problems: list[Problem]) -> bool | None:
    if text and text not in _YES:
        problems.append(Problem(place, f"“{text[:40]}” is neither yes nor no.", "Write yes or no.", kind="bad-flag"))
    return _YES.get(text)
