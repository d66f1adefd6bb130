"""Who is asking: the session behind a request, its shop and its permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.responses import Response

from admin import render
from admin.formats import Formats
from admin.navigation import NOTICES, entries
from admin.ports import Deps
from admin.security import check_csrf, csrf_mark, session_token
from core import merchants, staff
from core.access import Actor
from core.kernel.errors import NotAllowed
from core.staff import Permission, StaffView

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in."""

    request: Request
    deps: Deps
    token: str
    staff: StaffView
    merchant: merchants.MerchantView
    location: merchants.LocationView
    formats: Formats

    @property
    def database(self) -> Database:
        """Where everything is."""
        return self.deps.database

    @property
    def actor(self) -> Actor:
        """Who changes what this request changes."""
        return self.staff.actor

    @property
    def merchant_id(self) -> str:
        """The only shop whose rows may be seen."""
        return self.merchant.id

    @property
    def places(self) -> frozenset[str] | None:
        """The only locations whose orders and tickets may be seen; None: all of the shop."""
        return self.actor.location_ids

    def check_place(self, location_id: str) -> None:
        """Go on only if the person works at this location.

        Raises:
            NotAllowed: it is not among theirs.
        """
        if self.places is not None and location_id not in self.places:
            raise NotAllowed(action="see what another location does")

    def may(self, permission: Permission) -> bool:
        """Whether the person has a permission."""
        return staff.allows(self.staff.role, permission)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:  # noqa: ANN401 - for the template
        """A page, or part of one, with what every page needs."""
        said = NOTICES.get(self.request.query_params.get("said", ""), "")
        frame = {
            "me": self.staff,
            "shop": self.merchant,
            "location": self.location,
            "f": self.formats,
            "csrf": csrf_mark(self.token),
            "may": self.may,
            "said": said,
            "navigation": entries(self.may, self.request.url.path),
        }
        return render.html(template, frame | context, status=status)


def deps_of(request: Request) -> Deps:
    """What the router was made with."""
    deps: Deps = request.state.admin
    return deps


def signed_in(request: Request) -> Visit:
    """The visit of whoever is signed in.

    Raises:
        NotSignedIn: nobody is.
    """
    deps, token = deps_of(request), session_token(request)
    with deps.database.read() as session:
        found = staff.session_of(session, token)
        merchant = merchants.merchant(session, found.staff.merchant_id)
        bound = found.staff.location_ids
        location = (
            merchants.location(session, merchant.id, bound[0])
            if bound
            else merchants.default_location(session, merchant.id)
        )
    if found.stale:
        with deps.database.begin(found.staff.actor) as uow:
            staff.touch(uow, found.id)
    formats = Formats.of(merchant.locale, location.time_zone)
    return Visit(request, deps, token, found.staff, merchant, location, formats)


def sees(permission: Permission) -> Callable[[Visit], Visit]:
    """A dependency: signed in, with the permission to look."""

    def check(visit: Annotated[Visit, Depends(signed_in)]) -> Visit:
        staff.require(visit.staff, permission)
        return visit

    return check


def changes(permission: Permission) -> Callable[[Visit], Visit]:
    """A dependency: signed in, with the permission to change, by a form of this very session."""

    def check(visit: Annotated[Visit, Depends(own_form)]) -> Visit:
        staff.require(visit.staff, permission)
        return visit

    return check


def own_form(visit: Annotated[Visit, Depends(signed_in)], csrf: Annotated[str, Form()] = "") -> Visit:
    """A dependency: signed in, and the form was given to this session.

    Raises:
        StaleForm: it was not.
    """
    check_csrf(visit.request, visit.token, csrf)
    return visit
