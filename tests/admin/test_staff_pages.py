"""The people of a shop: added, let go, and never the last owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import staff
from tests.admin.shops import PASSWORD, Browser

if TYPE_CHECKING:
    from tests.admin.shops import Shop


def _members(shop: Shop) -> dict[str, tuple[str, bool]]:
    with shop.database.read() as session:
        return {m.login: (m.role, m.active) for m in staff.members(session, shop.merchant.id)}


def test_an_owner_adds_somebody_who_can_sign_in(shop: Shop) -> None:
    form = {"name": "Kim", "login": "Kim@Pier.example", "password": PASSWORD, "role": "kitchen"}
    answer = shop.browser("owner").post("/admin/staff", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/staff?said=staff-added")
    assert _members(shop)["kim@pier.example"] == ("kitchen", True)
    token = staff.sign_in(shop.database, "kim@pier.example", PASSWORD, address="10.0.0.1").token
    assert Browser(shop.app, token).get("/admin/kitchen").status_code == 200


def test_mistakes_are_said_beside_the_form_which_keeps_what_was_typed(shop: Shop) -> None:
    before = _members(shop)
    browser = shop.browser("owner")
    good = {"name": "Kim", "login": "kim", "password": PASSWORD, "role": "kitchen"}
    for wrong, status, text in (
        ({"login": "owner-mole"}, 409, "The login “owner-mole” is taken: choose another."),
        ({"password": "short"}, 422, "password: use at least 8 characters"),
        ({"role": "king"}, 422, "role: choose one of owner, manager, staff, kitchen, agent"),
        ({"name": " "}, 422, "name: write a name of 1 to 120 characters"),
    ):
        answer = browser.post("/admin/staff", good | wrong)
        assert answer.status_code == status
        assert text in answer.text
        assert PASSWORD not in answer.text
        assert f'value="{(good | wrong)["login"]}"' in answer.text
    assert _members(shop) == before


def test_the_last_owner_stays(shop: Shop) -> None:
    browser = shop.browser("owner")
    answer = browser.post(f"/admin/staff/{shop.people['owner'].id}/deactivate")
    assert answer.status_code == 409
    assert "Owner is the only owner: make somebody else an owner first." in answer.text
    assert browser.get("/admin/staff").status_code == 200


def test_letting_somebody_go_and_back(shop: Shop) -> None:
    browser, cook = shop.browser("owner"), shop.browser("kitchen")
    path = f"/admin/staff/{shop.people['kitchen'].id}"
    browser.post(f"{path}/deactivate")
    assert _members(shop)["kitchen-pier"] == ("kitchen", False)
    assert cook.get("/admin/kitchen").status_code == 303
    browser.post(f"{path}/reactivate")
    assert _members(shop)["kitchen-pier"] == ("kitchen", True)
    assert cook.get("/admin/kitchen").status_code == 303


def test_changing_ones_own_password(shop: Shop) -> None:
    here, there = shop.browser("staff"), shop.browser("staff")
    refused = here.post("/admin/account/password", {"old": "wrong", "new": "another long phrase"})
    assert "old password: this is not your password now" in refused.text
    assert there.get("/admin").status_code == 200
    here.post("/admin/account/password", {"old": PASSWORD, "new": "another long phrase"})
    assert (here.get("/admin").status_code, there.get("/admin").status_code) == (200, 303)
