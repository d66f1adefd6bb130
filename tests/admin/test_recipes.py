"""The recipes page: what servings take and cost, and a recipe file that is taken whole or not at all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from core import catalogue
from core.inventory import purchasing
from core.kernel.money import Money

if TYPE_CHECKING:
    from tests.admin.shops import Browser, Shop

PAGE = "/admin/menu/recipes"
RECIPES: dict[str, Any] = {
    "ingredients": [
        {"id": "flour", "name": "Flour", "unit": "g"},
        {"id": "butter", "name": "Butter", "unit": "g"},
    ],
    "recipes": [
        {"item": "scone", "uses": [{"of": "flour", "amount": "50 g"}, {"of": "butter", "amount": "10 g"}]},
    ],
}


def _upload(browser: Browser, data: object) -> Any:  # noqa: ANN401 - the client's response
    return browser.post(PAGE, files={"file": ("recipes.json", json.dumps(data).encode(), "application/json")})


def _text(browser: Browser) -> str:
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_serving_shows_what_it_takes_and_what_that_costs(shop: Shop) -> None:
    browser = shop.browser("manager")
    assert "No recipes yet" in _text(browser)
    assert _upload(browser, RECIPES).status_code == 303
    with shop.database.begin() as uow:
        farm, mill = (purchasing.add_supplier(uow, shop.merchant.id, name=name) for name in ("Farm", "Mill"))
        for supplier, cents in ((farm, 2000), (mill, 1500)):  # 5 kg, in milligrams
            price = Money(cents, "EUR")
            purchasing.set_price(uow, shop.merchant.id, supplier.id, "flour", price, pack_size=5_000_000)
    assert "Scone 10 g Butter, 50 g Flour €2.90 €0.15 without Butter –" in _text(browser)
    with shop.database.begin() as uow:
        purchasing.set_price(uow, shop.merchant.id, farm.id, "butter", Money(1000, "EUR"), pack_size=1_000_000)
    assert "Scone 10 g Butter, 50 g Flour €2.90 €0.25 9 %" in _text(browser)
    assert json.loads(browser.get(f"{PAGE}/export").text) == RECIPES


def test_a_file_that_is_wrong_is_named_and_changes_nothing(shop: Shop) -> None:
    browser = shop.browser("manager")
    assert _upload(browser, RECIPES).status_code == 303
    unicorn = {"recipes": [{"item": "unicorn", "uses": []}]}
    wrongs: tuple[object, ...] = (unicorn, [], {"recipes": [{"item": "scone", "uses": 3}]})
    for wrong in wrongs:
        answer = _upload(browser, wrong)
        assert answer.status_code == 422
        assert "wrong in the file" in answer.text
    assert browser.post(PAGE, files={"file": ("x", b"{", "application/json")}).status_code == 422
    assert _upload(shop.browser("staff"), {}).status_code == 403
    with shop.database.read() as session:
        assert catalogue.recipes_as_imported(session, shop.merchant.id) == RECIPES
