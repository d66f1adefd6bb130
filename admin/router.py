"""Every page of the admin under /admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request

from admin.access import Visit, signed_in
from admin.routes import (
    account,
    audit,
    conversations,
    customers,
    deliveries,
    discounts,
    events,
    held,
    home,
    kitchen,
    lots,
    low_stock,
    menu,
    menu_changes,
    order_changes,
    orders,
    payments,
    places,
    purchases,
    recipes,
    settings,
    sign_in,
    staff,
    static,
    stock,
    takings,
    transfers,
)
from admin.routing import AdminRoute
from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from admin.ports import Deps

PARTS = (
    static,
    sign_in,
    home,
    payments,
    order_changes,
    held,
    orders,
    kitchen,
    menu,
    menu_changes,
    recipes,
    conversations,
    discounts,
    customers,
    deliveries,
    stock,
    low_stock,
    lots,
    transfers,
    purchases,
    takings,
    places,
    settings,
    staff,
    audit,
    account,
    events,
)


def router(deps: Deps) -> APIRouter:
    """The admin's routes, to be included in an application as they are: they begin with /admin."""

    async def bind(request: Request) -> None:
        request.state.admin = deps

    whole = APIRouter(dependencies=[Depends(bind)], route_class=AdminRoute, include_in_schema=False)
    for part in PARTS:
        whole.include_router(part.router, prefix="/admin")

    @whole.get("/admin/{path:path}")
    def nothing_here(path: str, visit: Visit = Depends(signed_in)) -> None:  # noqa: ARG001, B008, FAST002 - evaluated here
        raise NotFound(what="page", key=f"/admin/{path}")

    return whole
