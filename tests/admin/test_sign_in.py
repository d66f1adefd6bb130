"""The door: who gets in, what the cookie is, and what a guesser meets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from admin.security import SESSION_COOKIE, csrf_mark
from core import staff
from core.kernel import clock
from tests.admin.shops import PASSWORD, Browser, Shop

if TYPE_CHECKING:
    from fastapi import FastAPI

MOMENT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
_MARK = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


def _sign_in(browser: Browser, login: str, password: str = PASSWORD, **form: str) -> Any:  # noqa: ANN401 - the client's response
    mark = _MARK.search(browser.get("/admin/sign-in").text)
    assert mark is not None
    return browser.post("/admin/sign-in", {"login": login, "password": password} | form, mark=mark[1])


def _people(shop: Shop) -> list[str]:
    with shop.database.read() as session:
        return sorted(member.login for member in staff.members(session, shop.merchant.id))


def test_signing_in_leads_on_with_a_cookie_that_scripts_cannot_read(shop: Shop) -> None:
    answer = _sign_in(shop.browser(), "owner-pier", next="/admin/orders")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/orders")
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION_COOKIE)]
    assert "; HttpOnly; Path=/admin; SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "Max-Age" not in cookie


def test_over_https_the_cookie_is_secure(shop: Shop) -> None:
    answer = _sign_in(Browser(shop.app, base="https://shop.example"), "owner-pier")
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie") if "Max-Age=0" not in cookie)


def test_the_session_is_a_new_one_and_the_old_one_ends(shop: Shop) -> None:
    planted = shop.browser("kitchen")
    answer = _sign_in_over(planted, "owner-pier")
    fresh = answer.cookies[SESSION_COOKIE]
    assert fresh != planted.token
    assert Browser(shop.app, planted.token).get("/admin").status_code == 303
    assert Browser(shop.app, fresh).get("/admin").status_code == 200


def _sign_in_over(browser: Browser, login: str) -> Any:  # noqa: ANN401 - the client's response
    """Sign in from a browser that has a session: its form needs a visit of its own."""
    visit = "v" * 43
    browser.client.cookies.set("comanda_visit", visit)
    return browser.post("/admin/sign-in", {"login": login, "password": PASSWORD}, mark=csrf_mark(visit))


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/admin//evil.example", "/admin/\\evil", "javascript:alert(1)", ""],
)
def test_nobody_is_sent_to_another_site(shop: Shop, path: str) -> None:
    assert _sign_in(shop.browser(), "owner-pier", next=path).headers["location"] == "/admin"


def test_a_wrong_password_is_said_and_the_login_kept(shop: Shop) -> None:
    answer = _sign_in(shop.browser(), "owner-pier", "wrong")
    assert answer.status_code == 401
    assert "The login or the password is wrong." in answer.text
    assert 'value="owner-pier"' in answer.text
    assert SESSION_COOKIE not in answer.cookies


def test_after_five_failures_the_page_says_when_to_try_again(shop: Shop) -> None:
    browser = shop.browser()
    with clock.at(MOMENT):
        assert [_sign_in(browser, "owner-pier", "wrong").status_code for _ in range(5)] == [401] * 5
        answer = _sign_in(browser, "owner-pier")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "15")
    assert "Too many failed sign-ins. Try again in 15 seconds." in answer.text
    assert SESSION_COOKIE not in answer.cookies
    with clock.at(MOMENT + timedelta(seconds=15)):
        assert _sign_in(browser, "owner-pier").status_code == 303


def test_a_session_ends_by_itself(shop: Shop) -> None:
    with clock.at(MOMENT):
        browser = shop.browser("owner")
    for minutes, status in ((100, 200), (200, 200), (319, 200), (440, 303)):
        with clock.at(MOMENT + timedelta(minutes=minutes)):
            assert browser.get("/admin").status_code == status


def test_signing_out_ends_the_session_in_the_database_too(shop: Shop) -> None:
    browser = shop.browser("owner")
    answer = browser.post("/admin/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/sign-in")
    assert Browser(shop.app, browser.token).get("/admin").status_code == 303


def test_the_sign_in_form_needs_its_mark(shop: Shop) -> None:
    answer = shop.browser().post("/admin/sign-in", {"login": "owner-pier", "password": PASSWORD}, mark="0" * 64)
    assert answer.status_code == 403
    assert SESSION_COOKIE not in answer.cookies


def _empty_shop(shop: Shop) -> str:
    """A first-run token, as if nobody worked in the shop."""
    with shop.database.begin() as uow:
        for member in staff.members(uow.session, shop.merchant.id):
            member_id = member.id
            uow.session.execute(_delete(member_id))
        token = staff.first_run_token(uow, shop.merchant.id)
    assert token is not None
    return token


def _delete(staff_id: str) -> Any:  # noqa: ANN401 - a statement
    from sqlalchemy import delete  # noqa: PLC0415 - only to undo the fixture

    from core.staff.models import StaffRow  # noqa: PLC0415 - the same

    return delete(StaffRow).where(StaffRow.id == staff_id)


def _first_run(app: FastAPI, token: str, login: str = "una", password: str = PASSWORD) -> Any:  # noqa: ANN401 - the client's response
    browser = Browser(app)
    page = browser.get(f"/admin/first-run?token={token}")
    if page.status_code != 200:
        return page
    mark = _MARK.search(page.text)
    assert mark is not None
    form = {"token": token, "name": "Una", "login": login, "password": password}
    return browser.post("/admin/first-run", form, mark=mark[1])


def test_the_first_run_makes_the_owner_and_signs_in_once(shop: Shop) -> None:
    token = _empty_shop(shop)
    answer = _first_run(shop.app, token)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin?said=welcome")
    assert Browser(shop.app, answer.cookies[SESSION_COOKIE]).get("/admin/staff").status_code == 200
    again = _first_run(shop.app, token, "eve")
    assert again.status_code == 401
    assert "This link has been used or has expired." in again.text
    assert _people(shop) == ["una"]


def test_a_first_run_link_of_yesterday_does_not_work(shop: Shop) -> None:
    with clock.at(MOMENT):
        token = _empty_shop(shop)
    with clock.at(MOMENT + timedelta(hours=24)):
        assert _first_run(shop.app, token).status_code == 401
    assert _people(shop) == []


@pytest.mark.parametrize(
    ("login", "password", "problem"),
    [
        ("una", "short", "password: use at least 8 characters"),
        ("una", "password123", "password: this one is among the first that an attacker tries; choose another"),
        ("una-of-the-pier", "Una-of-the-Pier", "password: it must not be the login"),
        ("owner-mole", PASSWORD, "The login “owner-mole” is taken: choose another."),
    ],
)
def test_a_first_run_with_a_mistake_says_it_and_can_be_repeated(
    shop: Shop, login: str, password: str, problem: str
) -> None:
    token = _empty_shop(shop)
    answer = _first_run(shop.app, token, login, password)
    assert answer.status_code in (409, 422)
    assert problem in answer.text
    assert password not in answer.text.replace("owner-mole", "")
    assert _people(shop) == []
    assert _first_run(shop.app, token).status_code == 303


def test_no_first_run_without_a_token(shop: Shop) -> None:
    _empty_shop(shop)
    for token in ("", "made-up"):
        assert _first_run(shop.app, token).status_code == 401
