"""The shop itself and how many locations it has: its name and language, and another location beside the others."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes
from admin.routes.stock import place_of
from admin.routing import AdminRoute, see
from core import merchants
from core.kernel.errors import NotAllowed

router = APIRouter(route_class=AdminRoute)


@router.post("/places")
def add(
    visit: Annotated[Visit, Depends(changes("shop.change"))],
    name: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
) -> Response:
    """Open another location that has the hours, the rules and the taxes of one that is there, to be changed after.

    Raises:
        NotAllowed: the person is bound to some locations.
    """
    _whole_shop(visit)
    with visit.database.begin(visit.actor) as uow:
        like = place_of(visit, uow.session, at)
        made = merchants.add_location(
            uow,
            visit.merchant_id,
            name=name,
            address=address,
            time_zone=like.time_zone,
            tax_rate_basis_points=like.tax_rate_basis_points,
            prices_include_tax=like.prices_include_tax,
            hours=like.hours,
            fulfilments=like.fulfilments,
        )
        merchants.set_charging(uow, visit.merchant_id, made.id, like.charging)
        merchants.set_policy(uow, visit.merchant_id, made.id, like.policy)
    return see(f"/admin/settings/about?at={made.id}&said=place-added")


@router.post("/shop")
def rename(
    visit: Annotated[Visit, Depends(changes("shop.change"))],
    name: Annotated[str, Form()] = "",
    locale: Annotated[str, Form()] = "",
) -> Response:
    """What the shop is called, and the language that it speaks where a customer's is not known.

    Raises:
        NotAllowed: the person is bound to some locations.
    """
    _whole_shop(visit)
    with visit.database.begin(visit.actor) as uow:
        merchants.edit_merchant(uow, visit.merchant_id, name=name, locale=locale.strip())
    return see("/admin/settings/about?said=saved")


def _whole_shop(visit: Visit) -> None:
    if visit.places is not None:
        raise NotAllowed(action="change what all locations share")
