"""Mass changes of the menu: a rule or a table is looked at value by value, then done in one, and can be undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, UploadFile
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.errors import status_of
from admin.fields import Fields
from admin.routing import AdminRoute, see
from core import catalogue
from core.catalogue.bulk.changes import MassChange, Selection, differences, mass_changed, percentage, settings_applied
from core.catalogue.bulk.table import read_table, written_table
from core.catalogue.format import menu_to_json
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.money import Money
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.catalogue import Menu
    from core.kernel.problems import Problem

router = APIRouter(route_class=AdminRoute)

LARGEST_TABLE = 900_000  # the confirmation carries it in a form field, which the framework takes up to 1 MiB
SHOWN = 300
_HAD = {"": None, "yes": True, "no": False}
_RULE = ("select", "percent", "round_to", "available")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants of the menu, and the fields that say so again when it is confirmed."""

    source: str
    said: dict[str, str]
    after: Menu
    problems: tuple[Problem, ...] = ()


@router.get("/menu/changes")
def page(visit: Annotated[Visit, Depends(sees("menu.change"))]) -> Response:
    """The forms: a rule, a table, and taking the last change back."""
    return _page(visit)


@router.get("/menu/changes/table")
def table(visit: Annotated[Visit, Depends(sees("menu.change"))]) -> Response:
    """Everything with a price as a table, to be changed and sent back."""
    with visit.database.read() as session:
        text = written_table(catalogue.menu_as_imported(session, visit.merchant_id))
    headers = {"Content-Disposition": f'attachment; filename="prices-{visit.merchant.slug}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/menu/changes/rule")
def by_rule(  # noqa: PLR0917 - the fields of a form
    visit: Annotated[Visit, Depends(changes("menu.change"))],
    select: Annotated[str, Form()],
    percent: Annotated[str, Form()] = "",
    round_to: Annotated[str, Form()] = "",
    available: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
) -> Response:
    """What a rule would change; with `seen`, the mark of the menu that was looked at, it is done."""
    said = dict(zip(_RULE, (select, percent, round_to, available), strict=True))
    return _settle(visit, seen, lambda menu: Proposal("rule", said, _ruled(menu, said)), said)


@router.post("/menu/changes/table")
def by_table(
    visit: Annotated[Visit, Depends(changes("menu.change"))],
    file: UploadFile | None = None,
    rows: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
) -> Response:
    """What a table would change, or every row that is wrong; with `seen` what was looked at is done."""
    name, text = "the table", rows
    if file is not None:
        name = clean(file.filename or name, 120)
        try:
            text = _text(file.file.read(LARGEST_TABLE + 1), name)
        except InvalidInput as wrong:
            return _page(visit, status=422, problem=wrong.text)
    return _settle(visit, seen, lambda menu: _tabled(menu, name, text), {})


@router.post("/menu/changes/undo")
def undo(visit: Annotated[Visit, Depends(changes("menu.change"))], seen: Annotated[str, Form()] = "") -> Response:
    """What taking the last change back would change; with `seen` it is taken back."""

    def earlier(menu: Menu) -> Proposal:
        return Proposal("undo", {}, _earlier(visit) or menu)

    return _settle(visit, seen, earlier, {})


def _settle(visit: Visit, seen: str, propose: Callable[[Menu], Proposal], said: dict[str, str]) -> Response:
    """Show what a proposal would change of the menu of now, or do it if that is the menu that was looked at."""
    with visit.database.read() as session:
        before = catalogue.menu_as_imported(session, visit.merchant_id)
    try:
        wanted = propose(before)
        if wanted.problems:
            return _page(visit, status=422, rows_wrong=wanted.problems, said=said)
        found = differences(before, wanted.after)
        if not seen:
            return _page(visit, proposal=wanted, found=found, seen=_mark(before), said=said)
        _done(visit, before, wanted.after, seen)
    except (InvalidInput, Conflict) as wrong:
        return _page(visit, status=status_of(wrong), problem=wrong.text, said=said)
    return see("/admin/menu/changes?said=menu-changed")


def _done(visit: Visit, before: Menu, after: Menu, seen: str) -> None:
    if seen != _mark(before):
        raise Conflict(problem="The menu was changed by somebody else meanwhile: look at the difference again.")
    with visit.database.begin(visit.actor) as uow:
        catalogue.change_menu(uow, visit.merchant_id, before, after)


def _ruled(menu: Menu, said: dict[str, str]) -> Menu:
    kind, _, name = said["select"].partition(":")
    if said["available"] not in _HAD or kind not in {"all", "category", "tag", "item"}:
        raise InvalidInput(field="select", problem="choose one from the list.")
    selection = Selection(
        items=frozenset({name} if kind == "item" else ()),
        categories=frozenset({name} if kind == "category" else ()),
        tags=frozenset({name} if kind == "tag" else ()),
        everything=kind == "all",
    )
    rounded = said["round_to"].strip().replace(",", ".")
    step = Money.parse(rounded, menu.currency).amount if rounded else 1
    return mass_changed(menu, selection, MassChange(percentage(said["percent"]), step, _HAD[said["available"]]))


def _tabled(menu: Menu, name: str, text: str) -> Proposal:
    settings, problems = read_table(text, menu)
    after = menu if problems else settings_applied(menu, settings)
    return Proposal(name, {"rows": text}, after, tuple(problems))


def _text(content: bytes, name: str) -> str:
    if len(content) > LARGEST_TABLE:
        problem = f"is larger than {LARGEST_TABLE // 1000} kB: use `comanda menu update`."
        raise InvalidInput(field=name, problem=problem)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(field=name, problem="is not UTF-8 text: save it as CSV with that encoding.") from None


def _earlier(visit: Visit) -> Menu | None:
    with visit.database.read() as session:
        return catalogue.earlier_menu(session, visit.merchant_id)


def _mark(menu: Menu) -> str:
    """What tells one state of a menu from another."""
    return sha256(json.dumps(menu_to_json(menu), sort_keys=True).encode()).hexdigest()


def _page(visit: Visit, *, status: int = 200, said: dict[str, str] | None = None, **shown: Any) -> Response:  # noqa: ANN401 - for the template
    with visit.database.read() as session:
        try:
            menu = catalogue.menu_as_imported(session, visit.merchant_id)
        except NotFound:  # no menu yet
            menu = None
        undoable = catalogue.earlier_menu(session, visit.merchant_id) is not None
    nothing: dict[str, Any] = {"problem": "", "rows_wrong": (), "proposal": None, "found": (), "seen": ""}
    v = Fields({name: [value] for name, value in (said or {}).items()})
    return visit.page(
        "menu_changes.html", status=status, menu=menu, undoable=undoable, v=v, most=SHOWN, **(nothing | shown)
    )
