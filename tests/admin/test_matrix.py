"""Every role on every route: exactly who gets in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute

from admin.router import PARTS
from core import inventory, merchants, messaging, staff
from core.access import SYSTEM
from core.inventory import purchasing
from core.kernel.money import Money
from core.staff import ALLOWED, ROLES, StaffView

if TYPE_CHECKING:
    from tests.admin.shops import Shop

ALL = frozenset(ROLES)
SEES_ORDERS = frozenset({"owner", "manager", "staff", "agent"})
MOVES_ORDERS = frozenset({"owner", "manager", "staff"})
COOKS = frozenset({"owner", "manager", "staff", "kitchen"})
ANSWERS = frozenset({"owner", "manager", "agent"})
RUNS = frozenset({"owner", "manager"})
OWNS = frozenset({"owner"})


@dataclass(frozen=True)
class Door:
    """A route: who may, what they get, and what the other shop's owner gets."""

    method: str
    path: str
    may: frozenset[str]
    status: int = 200
    foreign: int = 200
    form: dict[str, str] = field(default_factory=dict)
    route: str = ""


PRICE = {"item_id": "scone", "pack": "6", "cost": "3.20"}
DELIVERY = {"ref": "1", "line": "x", "quantity": "1", "lot": "-", "expires": "2030-01-01"}
NO_PAYMENT = {"payment_id": "none", "amount": "1", "ref": "r", "reason": "cold"}

# {order}, {ticket}, … are the first shop's; where they stand in the path the other shop's owner finds nothing.
DOORS = (
    Door("GET", "/admin", ALL),
    Door("GET", "/admin/", ALL),
    Door("GET", "/admin/today", ALL),
    Door("GET", "/admin/account", ALL),
    Door("POST", "/admin/account/password", ALL, 422, 422, {"old": "wrong", "new": "another long phrase"}),
    Door("GET", "/admin/orders", SEES_ORDERS),
    Door("GET", "/admin/orders/board", SEES_ORDERS),
    Door("GET", "/admin/orders/{order}", SEES_ORDERS, 200, 404),
    Door("POST", "/admin/orders/{order}/accept", MOVES_ORDERS, 303, 404, route="/admin/orders/{order_id}/{step}"),
    Door("POST", "/admin/orders/{order}/ready", MOVES_ORDERS, 303, 404, route="/admin/orders/{order_id}/{step}"),
    Door("POST", "/admin/orders/{order}/complete", MOVES_ORDERS, 303, 404, route="/admin/orders/{order_id}/{step}"),
    Door("GET", "/admin/orders/held", SEES_ORDERS),
    Door("GET", "/admin/orders/held/list", SEES_ORDERS),
    Door("POST", "/admin/orders/{held}/approve", MOVES_ORDERS, 303, 404),
    Door("POST", "/admin/orders/{doomed}/refuse", MOVES_ORDERS, 422, 422),
    Door("POST", "/admin/orders/{order}/eat", MOVES_ORDERS, 404, 404, route="/admin/orders/{order_id}/{step}"),
    Door("POST", "/admin/orders/{doomed}/cancel", MOVES_ORDERS, 303, 404, {"reason": "closed"}),
    Door("GET", "/admin/orders/{order}/change", SEES_ORDERS, 200, 404),
    Door("POST", "/admin/orders/{order}/change", SEES_ORDERS, 422, 404, {"version": "x"}),
    Door("POST", "/admin/orders/{order}/change/save", SEES_ORDERS, 422, 404, {"version": "x", "total": "1"}),
    Door("POST", "/admin/orders/{order}/time", SEES_ORDERS, 422, 404, {"version": "x"}),
    Door("POST", "/admin/orders/{order}/refund", RUNS, 422, 422, {"what": "nothing"}),
    Door("POST", "/admin/returns/none/authorise", RUNS, 404, 404, route="/admin/returns/{return_id}/{step}"),
    Door("GET", "/admin/orders/{order}/payments", SEES_ORDERS, 200, 404),
    Door("POST", "/admin/orders/{order}/payments/link", MOVES_ORDERS, 303, 404),
    Door("POST", "/admin/orders/{order}/payments/take", MOVES_ORDERS, 404, 404, {"payment_id": "none"}),
    Door("POST", "/admin/orders/{order}/payments/refund", RUNS, 404, 404, NO_PAYMENT),
    Door("POST", "/admin/orders/{order}/payments/retry", RUNS, 404, 404, {"refund_id": "none"}),
    Door("GET", "/admin/takings", RUNS),
    Door("GET", "/admin/kitchen", COOKS),
    Door("GET", "/admin/kitchen/tickets", COOKS),
    Door("GET", "/admin/kitchen/pass", COOKS),
    Door("GET", "/admin/kitchen/pass/orders", COOKS),
    Door("POST", "/admin/kitchen/{ticket}/start", COOKS, 303, 404),
    Door("POST", "/admin/kitchen/{ticket}/tick", COOKS, 422, 404, {"place": "0"}),
    Door("POST", "/admin/kitchen/{ticket}/done", COOKS, 303, 404),
    Door("POST", "/admin/kitchen/{ticket}/recall", COOKS, 303, 404),
    Door("GET", "/admin/menu", ALL),
    Door("GET", "/admin/menu/items", ALL),
    Door("GET", "/admin/menu/export", ALL),
    Door("POST", "/admin/menu/items/tea/availability", COOKS, 303, 303, {"available": "no", "until": "hour"}),
    Door("POST", "/admin/menu/items/none/availability", COOKS, 404, 404, {"available": "no"}),
    Door("POST", "/admin/menu/groups/fillings/cheese/availability", COOKS, 303, 303, {"available": "no"}),
    Door("POST", "/admin/menu/groups/fillings/none/availability", COOKS, 404, 404, {"available": "no"}),
    Door("GET", "/admin/menu/import", RUNS),
    Door("POST", "/admin/menu/import/confirm", RUNS, 422, 422, {"menu": "{"}),
    Door("GET", "/admin/menu/recipes", RUNS),
    Door("GET", "/admin/menu/recipes/export", RUNS, 404, 404),
    Door("GET", "/admin/menu/changes", RUNS),
    Door("GET", "/admin/menu/changes/table", RUNS),
    Door("POST", "/admin/menu/changes/rule", RUNS, 200, 200, {"select": "all", "percent": "5"}),
    Door("POST", "/admin/menu/changes/rule", RUNS, 422, 422, {"select": "all"}),
    Door("POST", "/admin/menu/changes/table", RUNS, 422, 422, {"rows": "id,price\nunicorn,1"}),
    Door("POST", "/admin/menu/changes/undo", RUNS),
    Door("GET", "/admin/conversations", SEES_ORDERS),
    Door("GET", "/admin/conversations/list", SEES_ORDERS),
    Door("GET", "/admin/conversations/{talk}", SEES_ORDERS, 200, 404),
    Door("GET", "/admin/conversations/{talk}/talk", SEES_ORDERS, 200, 404),
    Door("POST", "/admin/conversations/{talk}/owner", ANSWERS, 303, 404, {"owner": "agent"}),
    Door("POST", "/admin/conversations/{talk}/say", ANSWERS, 303, 404, {"text": "Soon", "ref": "1"}),
    Door("POST", "/admin/conversations/{talk}/discount", RUNS, 422, 404, {"off": "none", "reason": "sorry"}),
    Door(
        "POST",
        "/admin/conversations/{talk}/discount/none",
        RUNS,
        404,
        404,
        route="/admin/conversations/{conversation_id}/discount/{discount_id}",
    ),
    Door("GET", "/admin/deliveries", SEES_ORDERS),
    Door("POST", "/admin/deliveries/replay", RUNS, 404, 404, {"entry": "message:none"}),
    Door("POST", "/admin/deliveries/try", RUNS, 303, 303, {"channel": "sms", "account": "none"}),
    Door("GET", "/admin/customers", SEES_ORDERS),
    Door("GET", "/admin/customers/{customer}", SEES_ORDERS, 200, 404),
    Door("POST", "/admin/customers/{customer}/unlink", SEES_ORDERS, 404, 404, {"link_id": "none"}),
    Door("POST", "/admin/customers/{customer}/export", RUNS, 200, 404),
    Door("POST", "/admin/customers/{customer}/erase", RUNS, 422, 422, {"sure": ""}),
    Door("GET", "/admin/stock", MOVES_ORDERS),
    Door("POST", "/admin/stock/receive", RUNS, 303, 303, {"item_id": "scone", "quantity": "2"}),
    Door("POST", "/admin/stock/count", RUNS, 303, 303, {"item_id": "scone", "quantity": "9"}),
    Door("POST", "/admin/stock/receive", RUNS, 404, 404, {"item_id": "unicorn", "quantity": "2"}),
    Door("POST", "/admin/stock/receive", RUNS, 422, 422, {"item_id": "scone", "quantity": "-2"}),
    Door("POST", "/admin/stock/receive", RUNS, 422, 422, {"item_id": "scone", "quantity": "two"}),
    Door("POST", "/admin/stock/write-off", RUNS, 303, 303, {"item_id": "scone", "quantity": "1", "cause": "broken"}),
    Door("POST", "/admin/stock/write-off", RUNS, 422, 422, {"item_id": "scone", "quantity": "1", "cause": "eaten"}),
    Door("GET", "/admin/stock/items/scone", MOVES_ORDERS, route="/admin/stock/items/{item_id}"),
    Door("GET", "/admin/stock/items/unicorn", MOVES_ORDERS, 404, 404, route="/admin/stock/items/{item_id}"),
    Door(
        "POST", "/admin/stock/items/tea/reorder", RUNS, 303, 303, {"point": "3"}, "/admin/stock/items/{item_id}/reorder"
    ),
    Door("GET", "/admin/stock/low", MOVES_ORDERS),
    Door("GET", "/admin/stock/lots", MOVES_ORDERS),
    Door("GET", "/admin/stock/lots/{lot}", MOVES_ORDERS, 200, 404),
    Door("POST", "/admin/stock/lots/{lot}/count", RUNS, 303, 404, {"quantity": "6"}),
    Door("GET", "/admin/stock/transfers", MOVES_ORDERS),
    Door("POST", "/admin/stock/transfers", RUNS, 404, 404, {"to": "x", "item_id": "scone", "quantity": "1"}),
    Door("GET", "/admin/stock/transfers/{transfer}", MOVES_ORDERS, 200, 404),
    Door("POST", "/admin/stock/transfers/{transfer}/receive", RUNS, 422, 404, {"line": "x", "quantity": ""}),
    Door("POST", "/admin/stock/transfers/{transfer}/close", RUNS, 422, 422, {"outcome": "eaten"}),
    Door("GET", "/admin/stock/suppliers", MOVES_ORDERS),
    Door("POST", "/admin/stock/suppliers", RUNS, 422, 422, {"name": " "}),
    Door("POST", "/admin/stock/suppliers/{supplier}", RUNS, 422, 404, {"days": "-1"}),
    Door("POST", "/admin/stock/suppliers/{supplier}/price", RUNS, 303, 404, PRICE),
    Door("GET", "/admin/stock/purchases", MOVES_ORDERS),
    Door("POST", "/admin/stock/purchases/draft", RUNS, 303, 303),
    Door("GET", "/admin/stock/purchases/{purchase}", MOVES_ORDERS, 200, 404),
    Door("POST", "/admin/stock/purchases/{purchase}/packs", RUNS, 422, 404, {"line": "x", "count": "1"}),
    Door("POST", "/admin/stock/purchases/{purchase}/receive", RUNS, 404, 404, DELIVERY),
    Door("POST", "/admin/stock/purchases/{purchase}/approve", RUNS, 303, 404),
    Door("POST", "/admin/stock/purchases/{purchase}/cancel", RUNS, 303, 404, {"reason": "closed"}),
    Door("GET", "/admin/settings", RUNS),
    Door("GET", "/admin/settings/hours", RUNS, route="/admin/settings/{part}"),
    Door("GET", "/admin/settings/weather", RUNS, 404, 404, route="/admin/settings/{part}"),
    Door("POST", "/admin/settings/hours", RUNS, 422, 422, {"hours": "8-9"}, route="/admin/settings/{part}"),
    Door("POST", "/admin/settings/weather", RUNS, 404, 404, route="/admin/settings/{part}"),
    Door("POST", "/admin/places", RUNS, 422, 422, {"name": " "}),
    Door("POST", "/admin/shop", RUNS, 422, 422, {"name": "Pies", "locale": "klingon!"}),
    Door("GET", "/admin/staff", OWNS),
    Door("POST", "/admin/staff", OWNS, 422, 422, {"name": "Eve", "login": "eve", "password": "short", "role": "owner"}),
    Door("POST", "/admin/staff/{temp}/deactivate", OWNS, 303, 404),
    Door("POST", "/admin/staff/{temp}/reactivate", OWNS, 303, 404),
    Door("POST", "/admin/staff/{temp}/places", OWNS, 303, 404),
    Door("GET", "/admin/audit", RUNS),
    Door("GET", "/admin/nowhere/at/all", ALL, 404, 404, route="/admin/{path:path}"),
)
NOT_IN_THE_TABLE = {
    "/admin/sign-in",  # for anybody: tests/admin/test_sign_in.py
    "/admin/sign-out",
    "/admin/first-run",
    "/admin/static/{name}",  # for anybody: tests/admin/test_pages.py
    "/admin/events",  # a stream without end: tests/admin/test_live.py
    "/admin/menu/import",  # takes a file: tests/admin/test_menu.py
}


@pytest.fixture(scope="module")
def rows(same_shops: tuple[Shop, Shop]) -> dict[str, str]:
    shop, _ = same_shops
    order, doomed = shop.order(), shop.order()
    with shop.database.begin() as uow:
        merchants.set_policy(uow, shop.merchant.id, shop.location.id, merchants.Policy(hold_units=1))
    held = shop.order()
    with shop.database.begin() as uow:
        merchants.set_policy(uow, shop.merchant.id, shop.location.id, merchants.Policy())
    talk = shop.conversation()
    temp = shop.hire("staff", "temp", name="Temp")
    with shop.database.begin() as uow:
        messaging.set_owner(uow, talk.id, "agent")
    with shop.database.begin() as uow:
        me, here = shop.merchant.id, shop.location.id
        inventory.receive(uow, me, here, "scone", 50, reason="delivery", lot=inventory.ReceivedLot("L1"))
        there = merchants.add_location(uow, me, name="Quay", tax_rate_basis_points=0).id
        transfer = inventory.send_transfer(uow, me, here, there, {"scone": 2})
        supplier = purchasing.add_supplier(uow, me, name="Farm")
        purchasing.set_price(uow, me, supplier.id, "scone", Money(300, "EUR"))
        purchase = purchasing.draft(uow, me, here, supplier.id, {"scone": 6})
        (lot,) = inventory.lots(uow.session, me, location_id=here)
    return {
        "lot": lot.id,
        "transfer": transfer.id,
        "supplier": supplier.id,
        "purchase": purchase.id,
        "order": order.id,
        "doomed": doomed.id,
        "held": held.id,
        "ticket": shop.ticket(order).id,
        "talk": talk.id,
        "customer": talk.customer_id,
        "temp": temp.id,
    }


def _put_back(shop: Shop, talk: str) -> None:
    """Nobody has the conversation: whoever took it before keeps it from the next one."""
    with shop.database.begin() as uow:
        for owner in ("assistant", "agent"):
            messaging.set_owner(uow, talk, owner)


def _status(shop: Shop, role: staff.Role | None, door: Door, rows: dict[str, str]) -> int:
    browser = shop.browser(role)
    path = door.path.format(**rows)
    if door.method == "POST" and "{talk}" in door.path:
        _put_back(shop, rows["talk"])
        if door.path.endswith("/say"):  # only whoever has taken it over speaks
            browser.post(f"/admin/conversations/{rows['talk']}/owner", {"owner": "agent"})
    answer = browser.get(path) if door.method == "GET" else browser.post(path, door.form)
    if answer.status_code == 303 and answer.headers["location"].startswith("/admin/sign-in"):
        return 401
    return int(answer.status_code)


@pytest.mark.parametrize("door", DOORS, ids=lambda d: f"{d.method} {d.path} {d.status}")
def test_exactly_the_permitted_get_in(door: Door, same_shops: tuple[Shop, Shop], rows: dict[str, str]) -> None:
    shop, other = same_shops
    expected = {role: door.status if role in door.may else 403 for role in ROLES}
    # The last to change something is whoever may, so that the others meet the state as it was.
    order = sorted(ROLES, key=lambda role: role in door.may)
    assert {role: _status(shop, role, door, rows) for role in order} == {role: expected[role] for role in order}
    assert _status(shop, None, door, rows) == 401
    assert _status(other, "owner", door, rows) == door.foreign


def test_the_table_names_every_route() -> None:
    routes = [route for part in PARTS for route in part.router.routes if isinstance(route, APIRoute)]
    served = {f"/admin{route.path}" for route in routes} | {"/admin/{path:path}"}
    assert len(served) > 30
    stand_ins = {
        "order": "order_id",
        "doomed": "order_id",
        "held": "order_id",
        "ticket": "ticket_id",
        "talk": "conversation_id",
    }
    stand_ins |= {key: f"{key}_id" for key in ("lot", "transfer", "supplier", "purchase", "customer")}
    names = {key: f"{{{value}}}" for key, value in stand_ins.items()} | {"temp": "{staff_id}"}
    listed = {door.route or door.path.format(**names) for door in DOORS}
    for known, name in (("/items/tea/", "/items/{item_id}/"), ("/items/none/", "/items/{item_id}/")):
        listed = {path.replace(known, name) for path in listed}
    for known in ("/groups/fillings/cheese/", "/groups/fillings/none/"):
        listed = {path.replace(known, "/groups/{group_id}/{modifier_id}/") for path in listed}
    assert served == listed | NOT_IN_THE_TABLE


def test_the_refused_changed_nothing(shops: tuple[Shop, Shop]) -> None:
    shop, other = shops
    order = shop.order()
    for browser in (shop.browser("kitchen"), shop.browser("agent"), shop.browser(), other.browser("owner")):
        browser.post(f"/admin/orders/{order.id}/accept")
        browser.post(f"/admin/orders/{order.id}/cancel", {"reason": "mine"})
    assert shop.now(order).state == "new"
    shop.browser("agent").post("/admin/menu/items/tea/availability", {"available": "no"})
    assert all(item.available for item in shop.menu().items)
    other.browser("owner").post("/admin/menu/items/tea/availability", {"available": "no"})
    assert all(item.available for item in shop.menu().items)
    assert [item.id for item in other.menu().items if not item.available] == ["tea"]


def test_a_page_that_forgot_to_ask_is_refused_by_the_service(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = shop.order()
    monkeypatch.setattr(staff, "require", lambda *_: None)
    assert shop.browser("kitchen").post(f"/admin/orders/{order.id}/accept").status_code == 403
    assert shop.now(order).state == "new"


def test_control_without_both_checks_a_cook_moves_orders(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = shop.order()
    monkeypatch.setattr(staff, "require", lambda *_: None)
    monkeypatch.setattr(StaffView, "actor", SYSTEM)
    assert shop.browser("kitchen").post(f"/admin/orders/{order.id}/accept").status_code == 303
    assert shop.now(order).state == "accepted"


def test_somebody_deactivated_is_out_at_once(shop: Shop) -> None:
    browser = shop.browser("kitchen")
    assert browser.get("/admin/kitchen").status_code == 200
    with shop.database.begin() as uow:
        staff.deactivate(uow, shop.merchant.id, shop.people["kitchen"].id)
    assert browser.get("/admin/kitchen").headers["location"] == "/admin/sign-in?next=/admin/kitchen"
    assert set(ALLOWED) == set(ROLES)
