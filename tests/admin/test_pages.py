"""What every page has: its headers, its escaping, its errors; and forms that other sites cannot send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from admin import access, assets, render
from admin.routes.settings import PARTS
from admin.security import csrf_mark
from core import messaging, staff
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from tests.admin.shops import Shop

PAGES = (
    "/admin",
    "/admin/orders",
    "/admin/kitchen",
    "/admin/menu",
    "/admin/menu/import",
    "/admin/menu/changes",
    "/admin/conversations",
    "/admin/stock",
    "/admin/stock/low",
    "/admin/orders/held",
    *(f"/admin/settings/{part}" for part in PARTS),
    "/admin/staff",
    "/admin/account",
    "/admin/sign-in",
    "/admin/nowhere",
)
EVIL = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_not_kept_and_run_no_foreign_script(same_shops: tuple[Shop, Shop], path: str) -> None:
    headers = same_shops[0].browser("owner").get(path).headers
    assert headers["cache-control"] == "no-store"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_nothing_that_the_policy_would_block(same_shops: tuple[Shop, Shop], path: str) -> None:
    text = same_shops[0].browser("owner").get(path).text
    assert re.findall(r"<script(?![^>]* src=)", text) == []
    assert re.findall(r"\s(?:on\w+|style)=", text) == []
    assert re.findall(r"(?:src|href)=\"(?!/admin|#)", text) == []


@pytest.mark.parametrize("path", PAGES[:-2])
def test_pages_can_be_used_without_seeing_them(same_shops: tuple[Shop, Shop], path: str) -> None:
    text = same_shops[0].browser("owner").get(path).text
    assert '<html lang="en">' in text
    assert 'href="#main"' in text
    assert text.count("<main") == text.count("<h1") == 1
    assert '<nav class="parts" aria-label=' in text
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", text)
    visible = [f for f in fields if 'type="hidden"' not in f and " hidden" not in f]
    assert {re.search(r'id="([^"]+)"', f)[1] for f in visible} <= labelled  # type: ignore[index]
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_names_from_outside_are_text(shop: Shop) -> None:
    order = shop.order(EVIL)
    talk = shop.conversation(text=EVIL, name=EVIL)
    shop.hire("agent", "evil", name=EVIL)
    browser = shop.browser("owner")
    paths = (
        "/admin/orders",
        f"/admin/orders/{order.id}",
        "/admin/kitchen",
        "/admin/conversations",
        "/admin",
        "/admin/staff",
    )
    for path in (*paths, f"/admin/conversations/{talk.id}"):
        text = browser.get(path).text
        assert ESCAPED in text, path
        assert EVIL not in text, path
    assert EVIL not in browser.get(f"/admin/{EVIL}").text


def test_control_without_escaping_the_name_is_a_script(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.order(EVIL)
    environment = render._environment().overlay(autoescape=False)
    monkeypatch.setattr(render, "_environment", lambda: environment)
    assert EVIL in shop.browser("owner").get("/admin/orders").text


FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/admin/orders/{order}/accept", {}),
    ("/admin/orders/{order}/cancel", {"reason": "mine"}),
    ("/admin/kitchen/{ticket}/done", {}),
    ("/admin/menu/items/tea/availability", {"available": "no"}),
    ("/admin/conversations/{talk}/owner", {"owner": "agent"}),
    ("/admin/stock/count", {"item_id": "scone", "quantity": "1"}),
    ("/admin/staff", {"name": "Eve", "login": "eve", "password": "a very long phrase", "role": "owner"}),
    ("/admin/sign-out", {}),
)


def _state(shop: Shop) -> object:
    with shop.database.read() as session:
        people = [m.login for m in staff.members(session, shop.merchant.id)]
        owners = [c.owner for c in messaging.conversations(session, shop.merchant.id)]
    return people, owners, [i.available for i in shop.menu().items]


@pytest.mark.parametrize("mark", ["", "0" * 64, "é", "other"], ids=["none", "made up", "odd", "of another session"])
def test_a_form_without_the_sessions_mark_changes_nothing(shop: Shop, mark: str) -> None:
    order = shop.order()
    ids = {"order": order.id, "ticket": shop.ticket(order).id, "talk": order.conversation_id}
    before = _state(shop)
    browser = shop.browser("owner")
    mark = csrf_mark(shop.browser("owner").token) if mark == "other" else mark
    for path, form in FORMS:
        answer = browser.post(path.format(**ids), form, mark=mark)
        assert (path, answer.status_code) == (path, 403)
        assert "This form is out of date: reload the page and try again. Nothing was changed." in answer.text
    assert _state(shop) == before
    assert shop.now(order) == order
    assert shop.ticket(order).state == "open"
    assert browser.get("/admin").status_code == 200


def test_a_form_that_another_site_sends_is_refused_though_marked(shop: Shop) -> None:
    order = shop.order()
    browser = shop.browser("owner")
    path = f"/admin/orders/{order.id}/accept"
    assert browser.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert shop.now(order).state == "new"
    assert browser.post(path, headers={"sec-fetch-site": "same-origin"}).status_code == 303
    assert shop.now(order).state == "accepted"


def test_control_without_the_check_the_foreign_form_works(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = shop.order()
    monkeypatch.setattr(access, "check_csrf", lambda *_: None)
    assert shop.browser("owner").post(f"/admin/orders/{order.id}/accept", mark="").status_code == 303
    assert shop.now(order).state == "accepted"


def test_unforeseen_errors_show_no_trace(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        message = "secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr(staff, "members", broken)
    answer = shop.browser("owner").get("/admin/staff")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_our_script_gets_errors_as_notices(shop: Shop) -> None:
    browser = shop.browser("owner")
    fragment = {"x-comanda-fragment": "1"}
    answer = browser.post(f"/admin/orders/{new_id()}/accept", headers=fragment)
    assert answer.status_code == 404
    assert answer.text.startswith('<div class="notice bad" role="alert">')
    assert shop.browser().get("/admin/orders/board", **fragment).status_code == 401
    assert shop.browser().get("/admin/events", accept="text/event-stream").status_code == 401


def test_notices_are_looked_up_never_taken_from_the_address(shop: Shop) -> None:
    browser = shop.browser("owner")
    assert "The menu was imported." in browser.get("/admin/menu?said=menu-imported").text
    assert "free coffee" not in browser.get("/admin/menu?said=free coffee").text


def test_files_are_kept_by_their_content(shop: Shop) -> None:
    browser = shop.browser()
    kept = browser.get(assets.url("admin.css"))
    assert (kept.status_code, kept.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    assert browser.get("/admin/static/admin.css?v=old").headers["cache-control"] == "no-cache"
    for name in ("../security.py", "..%2fsecurity.py", "nothing.css", "%2e%2e%2frouter.py"):
        assert browser.get(f"/admin/static/{name}").status_code in (303, 404)


def test_a_path_without_a_form_is_not_found_there(shop: Shop) -> None:
    assert shop.browser("owner").client.put("/admin/orders").status_code == 405
