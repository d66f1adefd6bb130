"""Stock in the admin: amounts in the item's unit, lots, transfers, suppliers and purchase orders, by their forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from core import catalogue, inventory, merchants
from core.inventory import purchasing
from core.kernel.money import Money
from tests.admin.forms import form_to

if TYPE_CHECKING:
    from core.inventory import StockLevelView
    from tests.admin.shops import Browser, Shop

RECIPES: dict[str, Any] = {
    "ingredients": [{"id": "flour", "name": "Flour", "unit": "g"}],
    "recipes": [{"item": "scone", "uses": [{"of": "flour", "amount": "50 g"}]}],
}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    with shop.database.begin() as uow:
        catalogue.import_recipes(uow, shop.merchant.id, RECIPES)
        merchants.add_location(uow, shop.merchant.id, name="Quay", tax_rate_basis_points=0)
    return shop


def _level(shop: Shop, item: str, at: str = "") -> StockLevelView | None:
    with shop.database.read() as session:
        return inventory.level(session, shop.merchant.id, at or shop.location.id, item)


def _text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def _post(browser: Browser, path: str, **form: Any) -> str:  # noqa: ANN401 - texts, or lists of them
    answer = browser.post(path, form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_amounts_are_written_and_read_in_the_items_unit(stocked: Shop) -> None:
    browser = stocked.browser("manager")
    _post(
        browser, "/admin/stock/receive", item_id="flour", quantity="2.5 kg", lot="F1", expires="2031-05-01", cost="4.20"
    )
    _post(browser, "/admin/stock/receive", item_id="flour", quantity="250")
    _post(browser, "/admin/stock/write-off", item_id="flour", quantity="0,5 kg", cause="spoilt")
    flour = _level(stocked, "flour")
    assert flour is not None
    assert flour.on_hand == 2_250_000
    assert "Flour 2.25 kg – 2.25 kg" in _text(browser, "/admin/stock")
    page = _text(browser, "/admin/stock/items/flour")
    assert "-500 g write off, spoilt" in page
    assert "+2.5 kg receive" in page
    assert "Flour F1 2031-05-01 2 kg 2.5 kg €4.20" in _text(browser, "/admin/stock/lots")


@pytest.mark.parametrize(
    "form",
    [
        {"item_id": "flour", "quantity": "-1"},
        {"item_id": "flour", "quantity": "two"},
        {"item_id": "flour", "quantity": "1 l"},
        {"item_id": "flour", "quantity": "0.00001"},
        {"item_id": "tea", "quantity": "1.5"},
        {"item_id": "tea", "quantity": "1 kg"},
        {"item_id": "tea", "quantity": "1", "expires": "soon"},
        {"item_id": "tea", "quantity": "1", "cost": "-1"},
        {"item_id": "tea", "quantity": "1", "cost": "a lot"},
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(stocked: Shop, form: dict[str, str]) -> None:
    answer = stocked.browser("manager").post("/admin/stock/receive", form)
    assert answer.status_code == 422
    assert "Something needs another look" in answer.text
    assert (_level(stocked, "flour"), _level(stocked, "tea")) == (None, None)


def test_an_order_is_drafted_approved_and_received_in_part_by_forms(stocked: Shop) -> None:
    browser = stocked.browser("manager")
    _post(browser, "/admin/stock/count", item_id="flour", quantity="1 kg")
    _post(browser, "/admin/stock/items/flour/reorder", point="2 kg", up_to="10 kg")
    assert "low" in _text(browser, "/admin/stock/items/flour")
    assert "Low, but no supplier has a price: Flour." in _text(browser, "/admin/stock/purchases")
    _post(browser, "/admin/stock/suppliers", name="Mill", lead_days="2")
    with stocked.database.read() as session:
        (mill,) = purchasing.suppliers(session, stocked.merchant.id)
    _post(browser, f"/admin/stock/suppliers/{mill.id}/price", item_id="flour", pack="5 kg", cost="7.50")
    assert "Flour 5 kg €7.50" in _text(browser, "/admin/stock/suppliers")
    _post(browser, "/admin/stock/purchases/draft")
    with stocked.database.read() as session:
        (order,) = purchasing.purchase_orders(session, stocked.merchant.id)
    path, line = f"/admin/stock/purchases/{order.id}", order.lines[0].id
    assert "Total €15.00" in _text(browser, path)
    assert stocked.browser("staff").post(f"{path}/approve").status_code == 403
    _post(browser, f"{path}/approve")
    assert "Approved" in _text(browser, path)
    part = {"ref": "n1", "line": line, "quantity": "4 kg", "lot": "M7", "expires": "2031-01-31"}
    for _ in range(2):
        _post(browser, f"{path}/receive", **part)
    assert "received in part" in _text(browser, "/admin/stock/purchases")
    more = part | {"ref": "n2", "quantity": "7 kg", "lot": "", "expires": ""}
    answer = browser.post(f"{path}/receive", more)
    assert answer.status_code == 409
    assert "accept the excess" in answer.text
    _post(browser, f"{path}/receive", **more, excess="yes")
    flour = _level(stocked, "flour")
    assert flour is not None
    assert (flour.on_hand, flour.low) == (12_000_000, False)
    assert "1 kg more than ordered" in _text(browser, path)


def test_stock_is_sent_and_arrives_by_forms(stocked: Shop) -> None:
    browser = stocked.browser("manager")
    with stocked.database.read() as session:
        places = merchants.merchant(session, stocked.merchant.id).location_ids
    (quay,) = set(places) - {stocked.location.id}
    _post(browser, "/admin/stock/receive", item_id="tea", quantity="9")
    form = {"to": quay, "item_id": ["tea", "", ""], "quantity": ["4", "", ""]}
    path = _post(browser, "/admin/stock/transfers", **form).partition("?")[0]
    with stocked.database.read() as session:
        (sent,) = inventory.transfers(session, stocked.merchant.id)
    assert path == f"/admin/stock/transfers/{sent.id}"
    assert _level(stocked, "tea", quay) is None
    _post(browser, f"{path}/receive", line=sent.lines[0].id, quantity="3")
    _post(browser, f"{path}/close", outcome="lost", reason="broken on the way")
    here, there = _level(stocked, "tea"), _level(stocked, "tea", quay)
    assert here is not None
    assert there is not None
    assert (here.on_hand, there.on_hand) == (5, 3)
    assert "1 lost" in _text(browser, path)
    assert "Tea 3" in _text(browser, f"/admin/stock?at={quay}")


def test_a_recall_finds_the_orders_of_a_lot(stocked: Shop) -> None:
    from core import orders  # noqa: PLC0415

    browser = stocked.browser("owner")
    _post(browser, "/admin/stock/receive", item_id="tea", quantity="9", lot="T-44")
    order = stocked.order()
    with stocked.database.begin() as uow:
        for step in (orders.accept, orders.mark_ready, orders.complete):
            step(uow, stocked.merchant.id, order.id)
        (lot,) = inventory.lots(uow.session, stocked.merchant.id, code="T-44")
    assert f'href="/admin/stock/lots/{lot.id}"' in browser.get("/admin/stock/lots?code=T-44").text
    assert f"{order.code} 1" in _text(browser, f"/admin/stock/lots/{lot.id}")


def test_nothing_is_bought_any_more_from_a_supplier_that_is_left(stocked: Shop) -> None:
    browser = stocked.browser("manager")
    with stocked.database.begin() as uow:
        farm = purchasing.add_supplier(uow, stocked.merchant.id, name="Farm")
        purchasing.set_price(uow, stocked.merchant.id, farm.id, "scone", Money(300, "EUR"))
    page = f"/admin/stock/suppliers/{farm.id}"
    assert form_to(browser.get("/admin/stock/suppliers").text, page).values["active"] == ["yes"]
    _post(browser, page, days="4")
    with stocked.database.read() as session:
        left = purchasing.supplier(session, stocked.merchant.id, farm.id)
        assert (left.lead_days, left.active) == (4, False)
        assert purchasing.offers(session, stocked.merchant.id) == {}
    assert "Farm nothing is bought here" in _text(browser, "/admin/stock/suppliers")
    _post(browser, page, days="2", active="yes")
    with stocked.database.read() as session:
        assert list(purchasing.offers(session, stocked.merchant.id)) == ["scone"]
