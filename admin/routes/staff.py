"""The people of the shop; for owners."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.errors import status_of
from admin.routing import AdminRoute, see
from core import merchants, staff
from core.kernel.errors import Conflict, InvalidInput
from core.staff.rules import normal_role

router = APIRouter(route_class=AdminRoute)

ROLES = (
    ("staff", "Staff: orders, kitchen, sold out"),
    ("kitchen", "Kitchen: tickets, sold out"),
    ("agent", "Agent: answers customers"),
    ("manager", "Manager: everything but staff"),
    ("owner", "Owner: everything"),
)


@router.get("/staff")
def people(visit: Annotated[Visit, Depends(sees("staff.change"))]) -> Response:
    """Everybody, and the form to add somebody."""
    return _page(visit)


@router.post("/staff")
def add(
    visit: Annotated[Visit, Depends(changes("staff.change"))],
    name: Annotated[str, Form()] = "",
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
) -> Response:
    """Add somebody, with a first password that the owner tells them."""
    try:
        with visit.database.begin(visit.actor) as uow:
            staff.add_member(uow, visit.merchant_id, name=name, login=login, password=password, role=normal_role(role))
    except (InvalidInput, Conflict) as error:
        form = {"name": name, "login": login, "role": role}
        return _page(visit, status=status_of(error), problem=error.text, form=form)
    return see("/admin/staff?said=staff-added")


@router.post("/staff/{staff_id}/places")
def places(
    staff_id: str,
    visit: Annotated[Visit, Depends(changes("staff.change"))],
    location_id: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Bind somebody to places; to none means every place."""
    with visit.database.begin(visit.actor) as uow:
        staff.set_locations(uow, visit.merchant_id, staff_id, location_id or ())
    return see("/admin/staff?said=staff-placed")


@router.post("/staff/{staff_id}/deactivate")
def deactivate(staff_id: str, visit: Annotated[Visit, Depends(changes("staff.change"))]) -> Response:
    """Let somebody in no more, from now on."""
    with visit.database.begin(visit.actor) as uow:
        staff.deactivate(uow, visit.merchant_id, staff_id)
    return see("/admin/staff?said=staff-deactivated")


@router.post("/staff/{staff_id}/reactivate")
def reactivate(staff_id: str, visit: Annotated[Visit, Depends(changes("staff.change"))]) -> Response:
    """Let somebody in again."""
    with visit.database.begin(visit.actor) as uow:
        staff.reactivate(uow, visit.merchant_id, staff_id)
    return see("/admin/staff?said=staff-reactivated")


def _page(visit: Visit, *, status: int = 200, problem: str = "", form: dict[str, str] | None = None) -> Response:
    with visit.database.read() as session:
        members = staff.members(session, visit.merchant_id)
        shops = merchants.merchant(session, visit.merchant_id).location_ids
        locations = [merchants.location(session, visit.merchant_id, place) for place in shops]
    form = form or {"name": "", "login": "", "role": "staff"}
    return visit.page(
        "staff.html", status=status, members=members, locations=locations, roles=ROLES, problem=problem, form=form
    )
