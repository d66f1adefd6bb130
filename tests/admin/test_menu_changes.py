"""Mass changes by forms: looked at, applied, taken back; a wrong row changes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from core import catalogue
from core.catalogue.bulk.changes import MassChange, Selection, mass_changed, percentage
from core.db import audit
from tests.admin.forms import form_to

if TYPE_CHECKING:
    from tests.admin.shops import Browser, Shop

RULE = "/admin/menu/changes/rule"
TABLE = "/admin/menu/changes/table"
UNDO = "/admin/menu/changes/undo"


def _prices(shop: Shop) -> dict[str, str]:
    with shop.database.read() as session:
        menu = catalogue.menu_as_imported(session, shop.merchant.id)
    return {item.id: f"{item.price.decimal()}{'' if item.available else ' off'}" for item in menu.items}


def _text(answer: Any) -> str:  # noqa: ANN401 - the client's response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def _upload(browser: Browser, text: str | bytes) -> Any:  # noqa: ANN401 - the client's response
    content = text.encode() if isinstance(text, str) else text
    return browser.post(TABLE, files={"file": ("prices.csv", content, "text/csv")})


def _confirm(browser: Browser, answer: Any, action: str) -> Any:  # noqa: ANN401 - the client's responses
    """Press the button below what was looked at, which comes before the forms of the page."""
    return browser.client.post(
        action, data=form_to(answer.text.split('id="rule"')[0].rsplit("<form", 1)[0], action).values
    )


BEFORE = {"pie": "6.50", "tea": "2.20", "scone": "2.90"}


def test_a_rule_is_looked_at_done_and_taken_back(shop: Shop) -> None:
    browser = shop.browser("manager")
    rule = {"select": "category:Pies", "percent": "10", "round_to": "0,05", "available": ""}
    looked = browser.post(RULE, rule)
    assert looked.status_code == 200
    assert "This rule would change 2 values" in _text(looked)
    assert "Leek pie pie price 6.50 EUR 7.15 EUR" in _text(looked)
    assert _prices(shop) == BEFORE
    done = _confirm(browser, looked, RULE)
    assert (done.status_code, done.headers["location"]) == (303, "/admin/menu/changes?said=menu-changed")
    assert _prices(shop) == BEFORE | {"pie": "7.15", "scone": "3.20"}
    with shop.database.read() as session:
        (told,) = audit.entries(session, shop.merchant.id, limit=1)
    assert (told.event, told.actor_id) == ("MenuImported", shop.people["manager"].id)
    back = browser.post(UNDO)
    assert "Taking the last change back would change 2 values" in _text(back)
    assert _confirm(browser, back, UNDO).status_code == 303
    assert _prices(shop) == BEFORE


def test_the_table_of_now_changes_nothing_and_a_changed_one_does(shop: Shop) -> None:
    browser = shop.browser("owner")
    table = browser.get(TABLE)
    assert table.headers["content-disposition"] == 'attachment; filename="prices-pier.csv"'
    assert table.text.splitlines()[:3] == ["id,price,available", "pie,6.50,yes", "tea,2.20,yes"]
    assert "Nothing would change" in _upload(browser, table.text).text
    looked = _upload(browser, table.text.replace("tea,2.20,yes", "tea,2.40,no"))
    assert "prices.csv would change 2 values" in _text(looked)
    assert _confirm(browser, looked, TABLE).status_code == 303
    assert _prices(shop) == BEFORE | {"tea": "2.40 off"}


def test_every_wrong_row_is_named_and_none_is_used(shop: Shop) -> None:
    browser = shop.browser("owner")
    answer = _upload(browser, "id,price\ntea,2.40\ntee,1\npie,free\n")
    assert answer.status_code == 422
    assert "2 rows are wrong." in answer.text
    assert "line 3, id “tee” is not on the menu. Did you mean" in _text(answer)
    assert "line 4, price" in answer.text
    assert _prices(shop) == BEFORE
    # Whoever sends it as if it had been looked at gets no further.
    form = {"rows": "id,price\ntea,2.40\ntee,1\n", "seen": "x"}
    assert browser.post(TABLE, form).status_code == 422
    assert _prices(shop) == BEFORE


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe1", "is not UTF-8"), (b"id,price\n" + b"tea,1\n" * 160_000, "is larger than 900 kB")],
)
def test_a_file_that_cannot_be_read_is_refused(shop: Shop, content: bytes, says: str) -> None:
    answer = _upload(shop.browser("owner"), content)
    assert answer.status_code == 422
    assert says in answer.text
    assert _prices(shop) == BEFORE


def test_a_large_table_passes_whole(shop: Shop) -> None:
    rows = "".join(f"item-{n:05},{n}.00,yes\n" for n in range(10_000))
    answer = _upload(shop.browser("owner"), "id,price,available\n" + rows)
    assert "10000 rows are wrong" in answer.text
    assert "and 9,700 more." in answer.text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"select": "all"}, "says nothing"),
        ({"select": "all", "percent": "a lot"}, "is no percentage"),
        ({"select": "all", "percent": "-101"}, "more than the whole price"),
        ({"select": "all", "percent": "5", "round_to": "0"}, "at least one smallest coin"),
        ({"select": "all", "percent": "5", "round_to": "x"}, "is not an amount"),
        ({"select": "category:Soups", "percent": "5"}, "names no item of the menu"),
        ({"select": "some", "percent": "5"}, "choose one from the list"),
        ({"select": "all", "available": "perhaps"}, "choose one from the list"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_in_words(shop: Shop, form: dict[str, str], says: str) -> None:
    answer = shop.browser("owner").post(RULE, form)
    assert answer.status_code == 422
    assert says in answer.text
    assert _prices(shop) == BEFORE


def test_what_was_looked_at_is_what_is_done_or_nothing(shop: Shop) -> None:
    browser = shop.browser("owner")
    looked = browser.post(RULE, {"select": "all", "percent": "10"})
    with shop.database.begin() as uow:
        menu = catalogue.menu_as_imported(uow.session, shop.merchant.id)
        theirs = mass_changed(menu, Selection(everything=True), MassChange(percentage("100")))
        catalogue.change_menu(uow, shop.merchant.id, menu, theirs)
    answer = _confirm(browser, looked, RULE)
    assert answer.status_code == 409
    assert "look at the difference again" in answer.text
    assert _prices(shop) == {"pie": "13.00", "tea": "4.40", "scone": "5.80"}


def test_control_without_the_mark_the_change_of_another_is_changed_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.browser("owner")
    monkeypatch.setattr("admin.routes.menu_changes._mark", lambda _menu: "same")
    looked = browser.post(RULE, {"select": "all", "percent": "10"})
    with shop.database.begin() as uow:
        menu = catalogue.menu_as_imported(uow.session, shop.merchant.id)
        theirs = mass_changed(menu, Selection(everything=True), MassChange(percentage("100")))
        catalogue.change_menu(uow, shop.merchant.id, menu, theirs)
    assert _confirm(browser, looked, RULE).status_code == 303
    assert _prices(shop)["pie"] == "14.30"
