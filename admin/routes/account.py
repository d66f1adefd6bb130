"""One's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, own_form, signed_in
from admin.errors import status_of
from admin.routing import AdminRoute, see
from core import staff
from core.kernel.errors import InvalidInput

router = APIRouter(route_class=AdminRoute)


@router.get("/account")
def account(visit: Annotated[Visit, Depends(signed_in)]) -> Response:
    """Who is signed in, and the form for another password."""
    return visit.page("account.html", problem="")


@router.post("/account/password")
def change_password(
    visit: Annotated[Visit, Depends(own_form)], old: Annotated[str, Form()] = "", new: Annotated[str, Form()] = ""
) -> Response:
    """Change one's own password; this browser stays signed in, the others do not."""
    try:
        with visit.database.begin(visit.actor) as uow:
            staff.change_password(uow, visit.staff, old=old, new=new, keep_token=visit.token)
    except InvalidInput as error:
        return visit.page("account.html", status=status_of(error), problem=error.text)
    return see("/admin/account?said=password-set")
