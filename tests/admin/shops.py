"""Two real shops with staff, orders and conversations, and browsers that visit their admin."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from shutil import copyfile
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

from fastapi import FastAPI

import admin
from admin.security import SESSION_COOKIE, csrf_mark
from comanda.live import Live
from core import catalogue, inventory, kitchen, merchants, messaging, orders, staff
from core.catalogue.format import menu_from_json
from core.db.schema import metadata
from core.db.session import Database
from core.messaging import Content, Envelope
from core.orders import Choice, Line

with catch_warnings():
    simplefilter("ignore")
    from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "a long enough phrase"
MENU: dict[str, Any] = {
    "name": "Pier",
    "currency": "EUR",
    "locale": "en-IE",
    "items": [
        {"id": "pie", "name": "Leek pie", "price": "6.50", "category": "Pies", "modifier_groups": ["fillings"]},
        {"id": "tea", "name": "Tea", "price": "2.20", "category": "Drinks", "allergens": []},
        {"id": "scone", "name": "Scone", "price": "2.90", "category": "Pies", "allergens": ["gluten", "milk"]},
    ],
    "modifier_groups": [
        {
            "id": "fillings",
            "name": "Fillings",
            "pre_modifiers": ["no", "extra"],
            "modifiers": [{"id": "leek", "name": "leek", "default": True}, {"id": "cheese", "name": "cheese"}],
        }
    ],
}
LINES = (Line("pie", 2, None, (Choice("fillings", "leek", "no"),)), Line("tea"))


@dataclass
class Shop:
    """A shop of the installation: its ids, and a session for each role."""

    database: Database
    app: FastAPI
    live: Live
    merchant: merchants.MerchantView
    location: merchants.LocationView
    people: dict[staff.Role, staff.StaffView] = field(default_factory=dict)
    count: int = 0

    def hire(self, role: staff.Role, login: str = "", *, name: str = "") -> staff.StaffView:
        """Somebody new."""
        login = login or f"{role}-{self.merchant.slug}"
        with self.database.begin() as uow:
            member = staff.add_member(
                uow, self.merchant.id, name=name or role.title(), login=login, password=PASSWORD, role=role
            )
        self.people.setdefault(role, member)
        return member

    def browser(self, role: staff.Role | None = None) -> Browser:
        """A browser; of somebody signed in, unless no role is given."""
        if role is None:
            return Browser(self.app)
        with self.database.begin() as uow:
            signed_in = staff.open_session(uow, self.merchant.id, self.people[role].id)
        return Browser(self.app, signed_in.token)

    def conversation(self, text: str = "two leek pies", name: str = "Una") -> messaging.ConversationView:
        """A customer who wrote and was answered, and has a cart."""
        self.count += 1
        sender = f"guest-{self.merchant.slug}-{self.count}"
        envelope = Envelope(
            channel="web",
            account=self.merchant.slug,
            external_id=sender,
            sender=sender,
            kind="text",
            text=text,
            profile_name=name,
        )
        with self.database.begin() as uow:
            received = messaging.receive(uow, self.merchant.id, envelope)
        with self.database.begin() as uow:
            found = messaging.conversation(uow.session, self.merchant.id, received.conversation_id)
            cart = orders.open_cart(uow, self.merchant.id, self.location.id, found.customer_id, found.id)
            orders.set_lines(uow, self.merchant.id, cart.id, LINES, causes=[("two", "leek", "pies"), ("tea",)])
            orders.set_details(uow, self.merchant.id, cart.id, fulfilment="pickup", customer_name=name)
            turn = messaging.open_turn(uow.session, found.id)
            assert turn is not None
            command = {"kind": "add_line", "causes": ["two", "leek", "pies"], "line": LINES[0].to_json()}
            clause = {"by": "parser", "act": "add", "words": "two leek pies"}
            trace = {"language": "en", "clauses": [clause], "unexplained": ["wobbly"]}
            messaging.close_turn(
                uow, turn, replies=[Content("2 leek pies. Anything else?")], state={}, trace=trace, commands=[command]
            )
        return found

    def order(self, name: str = "Una") -> orders.OrderView:
        """An order just placed."""
        found = self.conversation(name=name)
        with self.database.begin() as uow:
            cart = orders.find_cart(uow.session, self.merchant.id, found.id)
            assert cart is not None
            return orders.place_order(uow, self.merchant.id, cart.id)

    def ticket(self, order: orders.OrderView) -> kitchen.TicketView:
        """The kitchen's ticket of an order, as it is now."""
        with self.database.read() as session:
            (ticket,) = kitchen.tickets_of_order(session, self.merchant.id, order.id)
        return ticket

    def now(self, order: orders.OrderView) -> orders.OrderView:
        """The order as it is now."""
        with self.database.read() as session:
            return orders.order(session, self.merchant.id, order.id)

    def menu(self) -> catalogue.Menu:
        """The menu as it is now."""
        with self.database.read() as session:
            return catalogue.load_menu(session, self.merchant.id)


class Browser:
    """A browser that follows no redirect, and knows the mark of its session's forms."""

    def __init__(self, app: FastAPI, token: str = "", base: str = "http://shop.example") -> None:
        self.client = TestClient(app, base_url=base, follow_redirects=False, raise_server_exceptions=False)
        self.token = token
        if token:
            self.client.cookies.set(SESSION_COOKIE, token)

    def get(self, path: str, **headers: str) -> Any:  # noqa: ANN401 - the client's own response
        """GET; header names with _ for -."""
        return self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path: str, data: dict[str, Any] | None = None, *, mark: str | None = None, **more: Any) -> Any:  # noqa: ANN401 - passed to the client
        """POST a form, with the session's mark unless another is given."""
        mark = csrf_mark(self.token) if mark is None else mark
        return self.client.post(path, data={"csrf": mark} | (data or {}), **more)


def open_shop(database: Database, app: FastAPI, live: Live, slug: str) -> Shop:
    """A shop with a menu, a location and somebody of each role."""
    with database.begin() as uow:
        merchant = merchants.create_merchant(uow, name=slug.title(), slug=slug, currency="EUR", locale="en-IE")
        location = merchants.add_location(uow, merchant.id, name="Quay 1", time_zone="Pacific/Auckland")
        catalogue.import_menu(uow, merchant.id, menu_from_json(MENU))
        inventory.receive(uow, merchant.id, location.id, "scone", 12, reason="baked")
    return Shop(database, app, live, merchant, location)


def furnish(file: Path) -> None:
    """Make a database with two shops; copies of the file are quicker than shops made anew."""
    with _opened(file) as (database, app, live):
        metadata().create_all(database.engine)
        first, second = (open_shop(database, app, live, slug) for slug in ("pier", "mole"))
        for role in staff.ROLES:
            first.hire(role)
        second.hire("owner")


@contextmanager
def two_shops(furnished: Path, file: Path) -> Iterator[tuple[Shop, Shop]]:
    """An installation with two shops and its admin, in a copy of a furnished database."""
    copyfile(furnished, file)
    with _opened(file) as (database, app, live), database.read() as session:
        found = [merchants.by_slug(session, slug) for slug in ("pier", "mole")]
        places = [merchants.default_location(session, merchant.id) for merchant in found]
        people = [{m.role: m for m in staff.members(session, merchant.id)} for merchant in found]
        first, second = (Shop(database, app, live, *shop) for shop in zip(found, places, people, strict=True))
        session.close()
        yield first, second


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Database, FastAPI, Live]]:
    database, live = Database(f"sqlite:///{file}"), Live()
    database.on_commit(lambda committed: live.publish(committed.topics))
    app = FastAPI()
    app.include_router(admin.router(admin.Deps(database=database, live=live)))
    yield database, app, live
    database.close()
