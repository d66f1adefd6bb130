"""The public API under /api/v1: the shop and its menu, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from pydantic import BaseModel

from comanda.wiring import choose_shop
from core import catalogue, merchants
from core.catalogue.format import menu_to_json
from core.catalogue.jsonld import to_schema_org
from core.kernel.clock import now
from core.merchants.rules import opening

if TYPE_CHECKING:
    from comanda.wiring import Program


class Shop(BaseModel):
    """A shop as customers see it. `slug` is its short name in addresses; `open` is about this moment."""

    name: str
    slug: str
    currency: str
    locale: str
    address: str
    phone: str
    time_zone: str
    open: bool
    fulfilments: list[str]


def router(program: Program) -> APIRouter:
    """The routes that need no sign-in: what a shop shows in its window."""
    routes = APIRouter(prefix="/api/v1", tags=["shop"])
    database = program.database

    @routes.get("/shop")
    def shop(shop: str = "") -> Shop:
        """The shop: the only one, or the one named by `?shop=`."""
        merchant = choose_shop(database, shop)
        with database.read() as session:
            place = merchants.default_location(session, merchant.id)
        return Shop(
            name=merchant.name,
            slug=merchant.slug,
            currency=merchant.currency,
            locale=merchant.locale,
            address=place.address,
            phone=place.phone,
            time_zone=place.time_zone,
            open=opening(place, now()).open,
            fulfilments=list(place.fulfilments),
        )

    @routes.get("/menu")
    def menu(shop: str = "") -> dict[str, Any]:
        """The menu as it stands now, in the format that `comanda menu import` reads."""
        merchant = choose_shop(database, shop)
        with database.read() as session:
            return menu_to_json(catalogue.load_menu(session, merchant.id))

    @routes.get("/menu.jsonld")
    def json_ld(shop: str = "") -> dict[str, Any]:
        """The menu as schema.org JSON-LD, for search engines and agents."""
        merchant = choose_shop(database, shop)
        with database.read() as session:
            return to_schema_org(catalogue.load_menu(session, merchant.id))

    return routes
