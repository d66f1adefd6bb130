"""The menu page: sold out, export, and importing all or nothing."""

from __future__ import annotations

import copy
import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from admin.routes.menu import LARGEST_FILE
from core.kernel import clock
from tests.admin.shops import MENU

if TYPE_CHECKING:
    from tests.admin.shops import Browser, Shop

# 21:00 in Auckland.
EVENING = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)


def _upload(browser: Browser, content: bytes, name: str = "menu.json") -> Any:  # noqa: ANN401 - the client's response
    return browser.post("/admin/menu/import", files={"file": (name, content, "application/json")})


def _changed_menu() -> dict[str, Any]:
    menu = copy.deepcopy(MENU)
    menu["items"][1]["price"] = "2.40"
    menu["items"][2] = {"id": "soup", "name": "Chowder", "price": "7.00", "category": "Pies"}
    return menu


def _sold_out(shop: Shop) -> list[str]:
    return [item.id for item in shop.menu().items if not item.available]


@pytest.mark.parametrize(("until", "ends"), [("hour", 60), ("today", 180), ("open", None)])
def test_an_item_is_sold_out_for_as_long_as_said(shop: Shop, until: str, ends: int | None) -> None:
    with clock.at(EVENING):
        form = {"available": "no", "until": until}
        assert shop.browser("kitchen").post("/admin/menu/items/tea/availability", form).status_code == 303
        assert _sold_out(shop) == ["tea"]
    for minutes in (59, 60, 179, 180, 60 * 24 * 30):
        with clock.at(EVENING + timedelta(minutes=minutes)):
            assert _sold_out(shop) == ([] if ends is not None and minutes >= ends else ["tea"])


def test_a_choice_is_sold_out_in_its_group_and_sold_again(shop: Shop) -> None:
    browser = shop.browser("kitchen")
    for said, available in (("no", False), ("yes", True)):
        browser.post("/admin/menu/groups/fillings/cheese/availability", {"available": said})
        cheese = shop.menu().groups_by_id["fillings"].modifier("cheese")
        assert cheese is not None
        assert cheese.available is available
    assert _sold_out(shop) == []


def test_it_is_sold_again(shop: Shop) -> None:
    browser = shop.browser("staff")
    browser.post("/admin/menu/items/tea/availability", {"available": "no"})
    assert "Sold out</span>" in browser.get("/admin/menu").text
    browser.post("/admin/menu/items/tea/availability", {"available": "yes"})
    assert _sold_out(shop) == []


@pytest.mark.parametrize("form", [{"available": "maybe"}, {"available": "no", "until": "noon"}, {}])
def test_odd_answers_change_nothing(shop: Shop, form: dict[str, str]) -> None:
    assert shop.browser("staff").post("/admin/menu/items/tea/availability", form).status_code == 422
    assert _sold_out(shop) == []


def test_undeclared_allergens_are_not_called_free(shop: Shop) -> None:
    rows = re.split(r'<tr[^>]* id="item-', shop.browser("staff").get("/admin/menu").text)
    by_id = {row.split('"', 1)[0]: row for row in rows[1:]}
    assert "Not declared" in by_id["pie"]
    assert "gluten, milk" in by_id["scone"]
    assert '<span class="soft">None</span>' in by_id["tea"]


def test_the_export_imports_as_itself(shop: Shop) -> None:
    browser = shop.browser("owner")
    browser.post("/admin/menu/items/tea/availability", {"available": "no"})
    answer = browser.get("/admin/menu/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="menu-pier.json"'
    assert [item["id"] for item in answer.json()["items"]] == ["pie", "tea", "scone"]
    assert "Nothing: the shop has this very menu already." in _upload(browser, answer.content).text


def test_a_file_is_shown_first_and_imported_when_confirmed(shop: Shop) -> None:
    browser = shop.browser("manager")
    before = shop.menu()
    page = _upload(browser, json.dumps(_changed_menu()).encode()).text
    assert [re.sub(r"\s+", " ", label) for label in re.findall(r'class="chip \w+">([A-Z][^<]+)<', page)] == [
        "New: 1",
        "Changed: 1",
        "Taken off: 1",
    ]
    assert page.index("Chowder") < page.index("<li>Tea") < page.index("<li>Scone")
    assert shop.menu() == before
    assert shop.menu().version == before.version
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert text is not None
    form = {"menu": html.unescape(text[1]), "filename": "menu.json"}
    answer = browser.post("/admin/menu/import/confirm", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/menu?said=menu-imported")
    assert [item.id for item in shop.menu().items] == ["pie", "tea", "soup"]


def test_every_mistake_is_listed_with_place_and_fix_and_nothing_imported(shop: Shop) -> None:
    menu = _changed_menu()
    menu["items"][0]["price"] = "six"
    menu["items"][0]["modifier_groups"] = ["toppings"]
    menu["items"][1]["id"] = "pie"
    before = shop.menu()
    answer = _upload(shop.browser("owner"), json.dumps(menu).encode(), "<b>.json")
    assert answer.status_code == 422
    problems = answer.text.split('<ol class="card problems">', 1)[1].split("</ol>", 1)[0]
    places = re.findall(r"<code>([^<]+)</code>", problems)
    assert {"items[0].price", "items[0].modifier_groups[0]", "items[1].id"} <= set(places)
    assert "things are wrong in &lt;b&gt;.json." in answer.text
    assert "Nothing was imported." in answer.text
    assert "/admin/menu/import/confirm" not in answer.text
    assert shop.menu() == before


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"name": 1}', b"null", b"\x00" * 100, b"[" * 5000],
    ids=["empty", "broken", "a list", "not UTF-8", "no menu", "null", "zeros", "deep"],
)
def test_what_is_no_menu_is_refused_with_a_reason(shop: Shop, content: bytes) -> None:
    before = shop.menu()
    answer = _upload(shop.browser("owner"), content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert shop.menu() == before


def test_a_menu_in_another_currency_is_refused(shop: Shop) -> None:
    answer = _upload(shop.browser("owner"), json.dumps(MENU | {"currency": "USD"}).encode())
    assert answer.status_code == 422
    assert "The menu is in USD, but the shop sells in EUR." in answer.text
    assert shop.menu().currency == "EUR"


def test_a_file_beyond_the_limit_is_refused(shop: Shop) -> None:
    answer = _upload(shop.browser("owner"), b" " * (LARGEST_FILE + 1))
    assert answer.status_code == 413
    assert "import it with `comanda menu import`" in html.unescape(answer.text)


def test_a_confirmation_is_checked_again(shop: Shop) -> None:
    before = shop.menu()
    menu = _changed_menu()
    menu["items"][0]["price"] = "-1"
    answer = shop.browser("owner").post("/admin/menu/import/confirm", {"menu": json.dumps(menu)})
    assert answer.status_code == 422
    assert shop.menu() == before


def test_who_may_not_change_the_menu_sees_no_form_and_sends_none(shop: Shop) -> None:
    browser = shop.browser("staff")
    assert "/admin/menu/import" not in browser.get("/admin/menu").text
    assert _upload(browser, json.dumps(_changed_menu()).encode()).status_code == 403
    assert _upload(shop.browser(), json.dumps(_changed_menu()).encode()).status_code == 303
    assert [item.id for item in shop.menu().items] == ["pie", "tea", "scone"]
