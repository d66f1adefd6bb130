"""A small shop for tests: a menu of our own, one location, one customer, and shortcuts to what tests do all day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import catalogue, customers, inventory, merchants, orders
from core.catalogue.format import menu_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue import Menu
    from core.db.session import Database
    from core.orders import CartView, Line, OrderView

MENU: dict[str, Any] = {
    "name": "Harbour Stand",
    "currency": "EUR",
    "locale": "en-IE",
    "items": [
        {
            "id": "flat_white",
            "name": "Flat white",
            "price": "3.50",
            "category": "drinks",
            "variations": [
                {"id": "small", "name": "small", "price": "3.50", "default": True},
                {"id": "big", "name": "big", "price": "4.10"},
            ],
            "modifier_groups": ["milk", "syrup"],
        },
        {
            "id": "chowder",
            "name": "Chowder",
            "price": "6.00",
            "category": "food",
            "variations": [
                {"id": "cup", "name": "cup", "price": "6.00"},
                {"id": "bowl", "name": "bowl", "price": "8.50"},
            ],
            "modifier_groups": ["bread"],
        },
        {"id": "roll", "name": "Crab roll", "price": "9.95", "category": "food", "modifier_groups": ["build", "sauce"]},
        {"id": "scone", "name": "Scone", "price": "2.75", "category": "bakery"},
        {"id": "tart", "name": "Plum tart", "price": "3.33", "category": "bakery", "available": False},
        {"id": "water", "name": "Still water", "price": "1.50", "category": "drinks"},
    ],
    "modifier_groups": [
        {
            "id": "milk",
            "name": "milk",
            "max": 1,
            "modifiers": [
                {"id": "dairy", "name": "dairy milk", "default": True},
                {"id": "oat", "name": "oat milk", "price": "0.45"},
                {"id": "hemp", "name": "hemp milk", "price": "0.55", "available": False},
            ],
        },
        {
            "id": "syrup",
            "name": "syrup",
            "max": 3,
            "pre_modifiers": ["light", "extra"],
            "modifiers": [
                {"id": "maple", "name": "maple syrup", "price": "0.35", "max": 3},
                {"id": "anise", "name": "anise syrup", "price": "0.40", "max": 2},
            ],
        },
        {
            "id": "bread",
            "name": "bread",
            "min": 1,
            "max": 1,
            "modifiers": [{"id": "soda", "name": "soda bread"}, {"id": "rye", "name": "rye bread", "price": "0.30"}],
        },
        {
            "id": "build",
            "name": "build",
            "pre_modifiers": ["no", "light", "extra", "side"],
            "modifiers": [
                {"id": "dill", "name": "dill", "price": "0.20", "default": True},
                {"id": "radish", "name": "radish", "price": "0.60", "default": True},
                {"id": "capers", "name": "capers", "price": "0.80"},
            ],
        },
        {
            "id": "sauce",
            "name": "sauce",
            "min": 1,
            "max": 2,
            "pre_modifiers": ["side"],
            "modifiers": [
                {"id": "aioli", "name": "aioli", "price": "0.50", "default": True},
                {"id": "tartare", "name": "tartare", "price": "0.50"},
            ],
        },
    ],
    "combos": [
        {
            "id": "pier",
            "name": "Pier lunch",
            "price": "12.00",
            "slots": [
                {"id": "main", "name": "main", "items": ["chowder", "roll"]},
                {"id": "sweet", "name": "sweet", "items": ["scone"]},
            ],
        },
        {
            "id": "pair",
            "name": "Two coffees",
            "price": "6.20",
            "slots": [{"id": "coffee", "name": "coffee", "items": ["flat_white"], "quantity": 2}],
        },
    ],
}


def small_menu() -> Menu:
    """The menu as a value."""
    return menu_from_json(MENU)


@dataclass(frozen=True)
class Shop:
    """A shop in a database."""

    database: Database
    merchant_id: str
    location_id: str
    customer_id: str

    def cart(self, conversation_id: str = "talk", lines: Sequence[Line] = ()) -> CartView:
        """The open cart of a conversation, holding these lines."""
        with self.database.begin() as uow:
            opened = orders.open_cart(uow, self.merchant_id, self.location_id, self.customer_id, conversation_id)
            return orders.set_lines(uow, self.merchant_id, opened.id, lines)

    def place(self, cart_id: str) -> OrderView:
        """Order a cart."""
        with self.database.begin() as uow:
            return orders.place_order(uow, self.merchant_id, cart_id)

    def order(self, *lines: Line, conversation_id: str = "talk") -> OrderView:
        """An order of these lines."""
        return self.place(self.cart(conversation_id, lines).id)

    def stock(self, item_id: str, quantity: int) -> None:
        """Receive units."""
        with self.database.begin() as uow:
            inventory.receive(uow, self.merchant_id, self.location_id, item_id, quantity, reason="delivery")

    def level(self, item_id: str) -> tuple[int, int]:
        """Units on hand and reserved."""
        with self.database.read() as session:
            found = inventory.level(session, self.merchant_id, self.location_id, item_id)
            assert found is not None
            return found.on_hand, found.reserved


def open_shop(database: Database, slug: str = "harbour", *, tax: int = 0, inclusive: bool = False) -> Shop:
    """Make a shop with the small menu."""
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name=slug.title(), slug=slug, currency="EUR", locale="en-IE")
        place = merchants.add_location(
            uow,
            shop.id,
            name="Pier",
            tax_rate_basis_points=tax,
            prices_include_tax=inclusive,
            fulfilments=("pickup", "dine_in"),
        )
        catalogue.import_menu(uow, shop.id, small_menu())
        guest = customers.identify(uow, shop.id, "web", "", f"guest-of-{slug}")
    return Shop(database, shop.id, place.id, guest.id)
