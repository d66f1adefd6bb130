"""The menu: what is sold, what is sold out, and importing another."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, UploadFile
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see, wants_fragment
from core import catalogue
from core.catalogue.format import check_menu, menu_from_json, menu_to_json
from core.catalogue.validation import read_json
from core.catalogue.validation.findings import Findings
from core.kernel.clock import now
from core.kernel.errors import InvalidInput, InvalidMenu, NotFound
from core.kernel.text import clean

if TYPE_CHECKING:
    from datetime import datetime

    from core.catalogue import ImportReport, Item, Menu
    from core.db.session import Session
    from core.kernel.problems import Problem

router = APIRouter(route_class=AdminRoute)

# The confirmation carries the menu in a form field, which the framework takes up to 1 MiB.
LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Category:
    """A part of the menu."""

    name: str
    items: tuple[Item, ...]


@router.get("/menu")
def menu_page(visit: Annotated[Visit, Depends(sees("menu.read"))]) -> Response:
    """The menu as customers have it now."""
    return visit.page("menu.html", **_shown(visit))


@router.get("/menu/items")
def items(visit: Annotated[Visit, Depends(sees("menu.read"))]) -> Response:
    """The items alone, for our script."""
    shown = _shown(visit)
    if shown["menu"] is None:
        raise NotFound(what="menu", key="yet")
    return visit.page("_menu_items.html", **shown)


@router.post("/menu/items/{item_id}/availability")
def availability(
    item_id: str,
    visit: Annotated[Visit, Depends(changes("menu.availability"))],
    available: Annotated[str, Form()],
    until: Annotated[str, Form()] = "open",
) -> Response:
    """Mark an item sold out, for a while or until further notice, or sell it again."""
    sold, ends = _said(visit, available, until)
    with visit.database.begin(visit.actor) as uow:
        catalogue.set_available(uow, visit.merchant_id, item_id, available=sold, until=ends)
    return _changed(visit)


@router.post("/menu/groups/{group_id}/{modifier_id}/availability")
def modifier_availability(
    group_id: str,
    modifier_id: str,
    visit: Annotated[Visit, Depends(changes("menu.availability"))],
    available: Annotated[str, Form()],
    until: Annotated[str, Form()] = "open",
) -> Response:
    """Mark a choice sold out in its group, or sell it again."""
    sold, ends = _said(visit, available, until)
    with visit.database.begin(visit.actor) as uow:
        catalogue.set_modifier_available(uow, visit.merchant_id, group_id, modifier_id, available=sold, until=ends)
    return _changed(visit)


@router.get("/menu/export")
def export(visit: Annotated[Visit, Depends(sees("menu.read"))]) -> Response:
    """The menu file: importing it again changes nothing."""
    with visit.database.read() as session:
        menu = catalogue.menu_as_imported(session, visit.merchant_id)
    text = json.dumps(menu_to_json(menu), ensure_ascii=False, indent=2) + "\n"
    headers = {"Content-Disposition": f'attachment; filename="menu-{visit.merchant.slug}.json"'}
    return Response(text, media_type="application/json", headers=headers)


@router.get("/menu/import")
def import_page(visit: Annotated[Visit, Depends(sees("menu.change"))]) -> Response:
    """The form for a menu file."""
    return _import_page(visit)


@router.post("/menu/import")
def check(visit: Annotated[Visit, Depends(changes("menu.change"))], file: UploadFile) -> Response:
    """Check a file and show what importing it would change; nothing is changed yet."""
    name = clean(file.filename or "the file", 120)
    content = file.file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        problem = f"{name} is larger than {LARGEST_FILE // 1000} kB: import it with `comanda menu import`."
        return _import_page(visit, status=413, problem=problem)
    return _checked(visit, content, name, apply=False)


@router.post("/menu/import/confirm")
def confirm(
    visit: Annotated[Visit, Depends(changes("menu.change"))],
    menu: Annotated[str, Form()],
    filename: Annotated[str, Form()] = "",
) -> Response:
    """Import the file that was checked; it is checked again."""
    return _checked(visit, menu.encode(), clean(filename, 120) or "the file", apply=True)


class _OnlyLooking(Exception):
    """Takes back what was done inside a unit of work, once its report is known."""


def _checked(visit: Visit, content: bytes, filename: str, *, apply: bool) -> Response:
    menu, problems = _read(content)
    report: ImportReport | None = None
    if menu is not None:
        try:
            report = _import(visit, menu, apply=apply)
        except InvalidMenu as refused:
            problems = list(refused.problems)
    if report is not None and apply:
        return see("/admin/menu?said=menu-imported")
    errors = [p for p in problems if p.severity == "error"]
    text = json.dumps(json.loads(content), ensure_ascii=False, separators=(",", ":")) if report else ""
    return _import_page(
        visit,
        status=422 if errors else 200,
        filename=filename,
        errors=errors,
        warnings=[p for p in problems if p.severity == "warning"],
        report=report,
        text=text,
    )


def _read(content: bytes) -> tuple[Menu | None, list[Problem]]:
    """The menu in a file, unless something is wrong with it, and everything that was noticed."""
    found = Findings()
    data = read_json(content, found)
    problems = found.problems or check_menu(data)
    if not isinstance(data, dict) or any(p.severity == "error" for p in problems):
        return None, problems
    return menu_from_json(data), problems


def _import(visit: Visit, menu: Menu, *, apply: bool) -> ImportReport:
    report: ImportReport | None = None
    with suppress(_OnlyLooking), visit.database.begin(visit.actor) as uow:
        report = catalogue.import_menu(uow, visit.merchant_id, menu)
        if not apply:
            raise _OnlyLooking
    if report is None:  # pragma: no cover - the block either sets it or raises
        raise NotFound(what="report of the import", key=menu.name)
    return report


def _import_page(visit: Visit, *, status: int = 200, **shown: object) -> Response:
    nothing = {"problem": "", "errors": (), "warnings": (), "report": None, "text": "", "filename": ""}
    return visit.page("menu_import.html", status=status, **(nothing | shown))


def _shown(visit: Visit) -> dict[str, Any]:
    with visit.database.read() as session:
        menu = _menu(session, visit.merchant_id)
    if menu is None:
        return {"menu": None, "categories": (), "off": 0}
    off = sum(not item.available for item in menu.items)
    return {"menu": menu, "categories": categories(menu), "off": off}


def categories(menu: Menu) -> tuple[Category, ...]:
    """The items by category, in the order in which the menu first names each."""
    names = dict.fromkeys(item.category for item in menu.items)
    return tuple(
        Category(name or "Everything else", tuple(i for i in menu.items if i.category == name)) for name in names
    )


def _menu(session: Session, merchant_id: str) -> Menu | None:
    try:
        return catalogue.load_menu(session, merchant_id)
    except NotFound:  # no menu yet
        return None


def _changed(visit: Visit) -> Response:
    if wants_fragment(visit.request):
        return visit.page("_menu_items.html", **_shown(visit))
    return see("/admin/menu")


def _said(visit: Visit, available: str, until: str) -> tuple[bool, datetime | None]:
    if available not in ("yes", "no"):
        raise InvalidInput(field="available", problem="write yes or no")
    return available == "yes", _until(visit, until) if available == "no" else None


def _until(visit: Visit, choice: str) -> datetime | None:
    ends = {"open": None, "hour": now() + timedelta(hours=1), "today": visit.formats.midnight(days=1)}
    if choice not in ends:
        raise InvalidInput(field="until", problem="choose open, hour or today")
    return ends[choice]
