"""The cart as the page shows it: what was chosen, what it costs, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from channels.web.cart_view import snapshot
from core import catalogue, merchants, messaging, orders
from core.catalogue.format import menu_from_json
from core.kernel import clock
from core.messaging import Envelope
from core.orders import Choice, Line

if TYPE_CHECKING:
    from core.db.session import Database

MENU = {
    "name": "Reed & Rye",
    "currency": "EUR",
    "locale": "de-DE",
    "items": [
        {
            "id": "cocoa",
            "name": "Cocoa",
            "price": "3.00",
            "variations": [
                {"id": "mug", "name": "Mug", "price": "3.00", "default": True},
                {"id": "bowl", "name": "Bowl", "price": "4.50", "default": False},
            ],
            "modifier_groups": ["top"],
        },
        {"id": "roll", "name": "Rye roll", "price": "1200.00"},
    ],
    "modifier_groups": [
        {
            "id": "top",
            "name": "topping",
            "modifiers": [
                {"id": "cream", "name": "cream", "price": "0.50"},
                {"id": "dust", "name": "cinnamon", "price": "0"},
            ],
        }
    ],
}
COCOA = Line("cocoa", 2, "bowl", (Choice("top", "cream"), Choice("top", "dust", "no")))
SHOWN = {
    "text": "Cocoa, Bowl",
    "details": ["cream", "no cinnamon"],
    "quantity": 2,
    "unit": "5,00\xa0€",
    "total": "10,00\xa0€",
}


@dataclass
class Guest:
    """A conversation that may fill its cart."""

    database: Database
    merchant_id: str
    conversation: messaging.ConversationView

    def choose(self, *lines: Line) -> str:
        """Put lines into the open cart; answers the cart's id."""
        here = self.conversation
        with self.database.begin() as uow:
            cart = orders.open_cart(uow, self.merchant_id, here.location_id, here.customer_id, here.id)
            return orders.set_lines(uow, self.merchant_id, cart.id, lines).id

    def place(self, cart_id: str) -> orders.OrderView:
        """Order what is in the cart."""
        with self.database.begin() as uow:
            return orders.place_order(uow, self.merchant_id, cart_id)

    def sees(self) -> dict[str, Any]:
        """What the page shows."""
        with self.database.read() as session:
            return snapshot(session, self.merchant_id, self.conversation)


@pytest.fixture
def guest(database: Database) -> Guest:
    """A guest of a German shop with 19 % tax on top."""
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Reed & Rye", slug="reed", currency="EUR", locale="de-DE")
        merchants.add_location(uow, shop.id, name="Ufer", tax_rate_basis_points=1900)
        catalogue.import_menu(uow, shop.id, menu_from_json(MENU))
        envelope = Envelope(channel="web", account="chat", external_id="1", sender="s", kind="text", text="hi")
        received = messaging.receive(uow, shop.id, envelope)
        return Guest(database, shop.id, messaging.conversation(uow.session, shop.id, received.conversation_id))


def _sums(subtotal: str, tax: str, total: str) -> dict[str, Any]:
    return {"subtotal": subtotal, "tax": tax, "total": total, "currency": "EUR"}


def test_nothing_chosen(guest: Guest) -> None:
    assert guest.sees() == {"lines": [], **_sums("0,00\xa0€", "", "0,00\xa0€"), "order": None}


def test_a_cart_is_written_as_people_there_write(guest: Guest) -> None:
    guest.choose(COCOA, Line("roll"))
    roll = {"text": "Rye roll", "details": [], "quantity": 1, "unit": "1.200,00\xa0€", "total": "1.200,00\xa0€"}
    sums = _sums("1.210,00\xa0€", "229,90\xa0€", "1.439,90\xa0€")
    assert guest.sees() == {"lines": [SHOWN, roll], **sums, "order": None}


def test_an_order_is_shown_until_the_next_cart_begins(guest: Guest) -> None:
    order = guest.place(guest.choose(COCOA))
    placed = {"code": order.code, "state": "new"}
    seen = guest.sees()
    assert (len(seen["lines"]), seen["lines"][0]["total"], seen["order"]) == (1, "10,00\xa0€", placed)
    assert seen["total"] == "11,90\xa0€"
    guest.choose(Line("roll"))
    seen = guest.sees()
    assert ([line["text"] for line in seen["lines"]], seen["order"]) == (["Rye roll"], placed)
    with guest.database.begin() as uow:
        orders.cancel(uow, guest.merchant_id, order.id, reason="test")
    assert guest.sees()["order"] is None


def test_an_old_order_that_is_over_is_not_shown_again(guest: Guest) -> None:
    order = guest.place(guest.choose(COCOA))
    with guest.database.begin() as uow:
        orders.cancel(uow, guest.merchant_id, order.id, reason="test")
    assert guest.sees()["order"] == {"code": order.code, "state": "cancelled"}
    with clock.at(clock.now() + timedelta(hours=13)):
        assert (guest.sees()["lines"], guest.sees()["order"]) == ([], None)


def test_a_cart_whose_item_left_the_menu_is_shown_without_prices(guest: Guest) -> None:
    guest.choose(Line("roll", 3))
    with guest.database.begin() as uow:
        catalogue.import_menu(uow, guest.merchant_id, menu_from_json({**MENU, "items": MENU["items"][:1]}))
    seen = guest.sees()
    assert seen["lines"] == [{"text": "roll", "details": [], "quantity": 3, "unit": "", "total": ""}]
    assert (seen["subtotal"], seen["tax"], seen["total"]) == ("", "", "")
