"""The demo shop: a cafe with a real menu, hours and stock, made for trying everything out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from core import catalogue, inventory, merchants
from core.catalogue.format import read_menu_file
from core.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from core.db.session import Database
    from core.merchants import MerchantView

FOLDER = Path(__file__).parent
MENU_FILE = FOLDER / "menu.json"
RECIPE_FILE = FOLDER / "recipes.json"
SHOP_FILE = FOLDER / "shop.yaml"


def make_demo_shop(database: Database) -> MerchantView:
    """Make the demo shop with its menu and its first stock; the one that is there already is left as it is."""
    shop = yaml.safe_load(SHOP_FILE.read_text(encoding="utf-8"))
    try:
        with database.read() as session:
            return merchants.by_slug(session, shop["slug"])
    except NotFound:
        pass
    try:
        return _make(database, shop)
    except Conflict:
        # Another process made it in the same moment.
        with database.read() as session:
            return merchants.by_slug(session, shop["slug"])


def _make(database: Database, shop: dict[str, Any]) -> MerchantView:
    menu = read_menu_file(MENU_FILE)
    week = [
        merchants.OpeningHours(day, span["opens"], span["closes"]) for span in shop["hours"] for day in span["days"]
    ]
    with database.begin() as uow:
        made = merchants.create_merchant(
            uow, name=shop["name"], slug=shop["slug"], currency=shop["currency"], locale=shop["locale"]
        )
        place = merchants.add_location(uow, made.id, **shop["location"], hours=week)
        catalogue.import_menu(uow, made.id, menu)
        catalogue.import_recipes(uow, made.id, json.loads(RECIPE_FILE.read_text(encoding="utf-8")))
        for item, quantity in shop["stock"].items():
            inventory.receive(uow, made.id, place.id, item, quantity, reason="first delivery")
        return merchants.merchant(uow.session, made.id)
