"""The door: signing in and out, and the first owner's account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from admin import errors, render
from admin.access import Visit, deps_of, own_form
from admin.routing import AdminRoute, see
from admin.security import (
    SESSION_COOKIE,
    VISIT_COOKIE,
    check_csrf,
    csrf_mark,
    drop_cookie,
    session_token,
    set_cookie,
    visit_token,
)
from core import merchants, staff
from core.access import SYSTEM
from core.kernel.errors import ComandaError, Conflict, InvalidInput, NotSignedIn, TooMany, WrongPassword

router = APIRouter(route_class=AdminRoute)

_LINK_USED = "This link has been used or has expired. Start the program again to get a new one."


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/admin") -> Response:  # noqa: A002 - the address's own word
    """The form; whoever is signed in goes on."""
    with deps_of(request).database.read() as session:
        try:
            staff.session_of(session, session_token(request))
        except NotSignedIn:
            return _sign_in_form(request, back=next)
    return see(_inside(next))


@router.post("/sign-in")
def sign_in(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/admin",  # noqa: A002 - the address's own word
) -> Response:
    """Check the password and begin a session, with a token that the browser did not have before."""
    check_csrf(request, request.cookies.get(VISIT_COOKIE, ""), csrf)
    address = request.client.host if request.client else "unknown"
    try:
        signed_in = staff.sign_in(
            deps_of(request).database, login, password, address=address, replaces=session_token(request)
        )
    except (WrongPassword, TooMany) as error:
        return _sign_in_form(request, back=next, login=login, error=error)
    return _begin(request, signed_in, _inside(next))


@router.post("/sign-out")
def sign_out(visit: Annotated[Visit, Depends(own_form)]) -> Response:
    """End the session, here and in the database."""
    with visit.database.begin(visit.actor) as uow:
        staff.sign_out(uow, visit.token)
    response = see("/admin/sign-in")
    drop_cookie(response, SESSION_COOKIE)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@router.get("/first-run")
def first_run_page(request: Request, token: str = "") -> Response:
    """The form by which the first owner makes an account; only with the token that the program printed."""
    try:
        return _first_run_form(request, token=token)
    except NotSignedIn:
        return _link_used()


@router.post("/first-run")
def first_run(  # noqa: PLR0917 - the fields of a form
    request: Request,
    token: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Make the owner's account, use the token up, and sign in."""
    check_csrf(request, request.cookies.get(VISIT_COOKIE, ""), csrf)
    try:
        with deps_of(request).database.begin(SYSTEM) as uow:
            owner = staff.complete_first_run(uow, token, name=name, login=login, password=password)
            signed_in = staff.open_session(uow, owner.merchant_id, owner.id)
    except NotSignedIn:
        return _link_used()
    except (InvalidInput, Conflict) as error:
        return _first_run_form(request, token=token, name=name, login=login, error=error)
    return _begin(request, signed_in, "/admin?said=welcome")


def _begin(request: Request, signed_in: staff.SignedIn, path: str) -> Response:
    response = see(path)
    set_cookie(request, response, SESSION_COOKIE, signed_in.token)
    drop_cookie(response, VISIT_COOKIE)
    return response


def _sign_in_form(request: Request, *, back: str, login: str = "", error: ComandaError | None = None) -> Response:
    values: dict[str, object] = {"next": _inside(back), "login": login}
    return _door(request, "sign_in.html", values, error)


def _first_run_form(
    request: Request, *, token: str, name: str = "", login: str = "", error: ComandaError | None = None
) -> Response:
    with deps_of(request).database.read() as session:
        shop = merchants.merchant(session, staff.first_run_merchant(session, token))
    return _door(request, "first_run.html", {"shop": shop, "token": token, "name": name, "login": login}, error)


def _door(request: Request, template: str, values: dict[str, object], error: ComandaError | None) -> Response:
    token = visit_token(request)
    failure = errors.failure(error) if error else None
    frame = {"csrf": csrf_mark(token), "problem": failure.text if failure else ""}
    status, headers = (failure.status, failure.headers) if failure else (200, None)
    response = render.html(template, values | frame, status=status, headers=headers)
    set_cookie(request, response, VISIT_COOKIE, token)
    return response


def _link_used() -> Response:
    failure = errors.Failure(401, "This link does not work", _LINK_USED, {})
    return render.html("error.html", {"failure": failure}, status=401)


def _inside(path: str) -> str:
    """A path of ours, whatever the address said: nobody is sent to another site."""
    safe = path == "/admin" or (path.startswith("/admin/") and "\\" not in path and "//" not in path)
    return path if safe and path.isprintable() else "/admin"
