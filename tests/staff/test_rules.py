"""Permissions, passwords and back-off, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.kernel.errors import InvalidInput, NotAllowed
from core.staff import PERMISSIONS, ROLES, StaffView, allows, require, rules

MOMENT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SOMEBODY = StaffView("s1", "m1", "Ana", "ana", "owner", active=True, created_at=MOMENT)

TABLE = {
    # permission:         owner manager staff kitchen agent
    "orders.read": (True, True, True, False, True),
    "orders.change": (True, True, True, False, False),
    "orders.place": (True, True, True, False, True),
    "orders.cancel": (True, True, True, False, True),
    "orders.refund": (True, True, False, False, False),
    "carts.change": (True, True, True, False, True),
    "carts.discount": (True, True, False, False, False),
    "kitchen.read": (True, True, True, True, False),
    "kitchen.change": (True, True, True, True, False),
    "menu.read": (True, True, True, True, True),
    "menu.availability": (True, True, True, True, False),
    "menu.change": (True, True, False, False, False),
    "wordings.change": (True, True, False, False, False),
    "conversations.read": (True, True, True, False, True),
    "conversations.answer": (True, True, False, False, True),
    "conversations.receive": (False, False, False, False, False),
    "conversations.turn": (False, False, False, False, False),
    "conversations.send": (False, False, False, False, False),
    "deliveries.replay": (True, True, False, False, False),
    "customers.change": (True, True, True, False, True),
    "customers.erase": (True, True, False, False, False),
    "stock.read": (True, True, True, False, False),
    "stock.change": (True, True, False, False, False),
    "purchases.change": (True, True, False, False, False),
    "purchases.approve": (True, True, False, False, False),
    "money.read": (True, True, False, False, False),
    "money.change": (True, True, False, False, False),
    "payments.take": (True, True, True, False, False),
    "payments.report": (False, False, False, False, False),
    "shop.change": (True, True, False, False, False),
    "shop.create": (False, False, False, False, False),
    "staff.change": (True, False, False, False, False),
    "account.change": (True, True, True, True, True),
    "sessions.open": (False, False, False, False, False),
    "audit.read": (True, True, False, False, False),
}


def test_the_table_names_every_permission() -> None:
    assert tuple(TABLE) == PERMISSIONS


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_each_role_is_allowed_exactly_what_the_table_says(permission: rules.Permission) -> None:
    assert tuple(allows(role, permission) for role in ROLES) == TABLE[permission]


def test_require_names_what_is_missing() -> None:
    with pytest.raises(NotAllowed) as refused:
        require(replace(SOMEBODY, role="kitchen"), "orders.change")
    assert refused.value.text == "This needs the permission to move orders on."
    require(SOMEBODY, "orders.change")


def test_nobody_inactive_may_do_anything() -> None:
    for permission in PERMISSIONS:
        with pytest.raises(NotAllowed):
            require(replace(SOMEBODY, active=False), permission)


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "use at least 8 characters"),
        ("sevenes", "use at least 8 characters"),
        ("x1" * 65, "use at most 128 characters"),
        ("Password123", "this one is among the first that an attacker tries; choose another"),
        ("zzzzzzzzzzzz", "this one is among the first that an attacker tries; choose another"),
        ("barista-ana", "it must not be the login"),
        ("BARISTA-ANA@shop.example", "it must not be the login"),
    ],
)
def test_bad_passwords_are_refused_with_the_reason(password: str, problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.check_password(password, login="barista-ana@shop.example")
    assert refused.value.text == f"password: {problem}"


@pytest.mark.parametrize("password", ["8letters", "correct horse battery", "密码很长的一个词语", "x1" * 64])
def test_good_passwords_pass(password: str) -> None:
    rules.check_password(password, login="ana")


@pytest.mark.parametrize(("login", "normal"), [(" Ana@Shop.Example ", "ana@shop.example"), ("MARÍA", "maría")])
def test_logins_have_one_spelling(login: str, normal: str) -> None:
    assert rules.normal_login(login) == normal


@pytest.mark.parametrize("login", ["", "a", "two words", "<script>", "x" * 121])
def test_logins_that_are_refused(login: str) -> None:
    with pytest.raises(InvalidInput, match=r"^login: write 2 to 120 characters"):
        rules.normal_login(login)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (10, 480), (11, 900), (12, 900), (10_000, 900)],
)
def test_the_delay_grows_and_stays_bearable(failures: int, seconds: int) -> None:
    assert rules.delay_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 second"), (15, "15 seconds"), (60, "60 seconds"), (61, "2 minutes"), (900, "15 minutes")],
)
def test_waiting_is_told_in_words(seconds: float, text: str) -> None:
    assert rules.wait_text(MOMENT + timedelta(seconds=seconds), MOMENT) == text
