"""Customers: one for each identity that a channel shows, whoever else is looking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import customers
from core.customers import IdentityView
from core.kernel.errors import InvalidInput, NotFound
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from core.db.session import Database


def test_the_same_identity_is_the_same_customer(database: Database) -> None:
    shop = open_shop(database)
    with database.begin() as uow:
        first = customers.identify(uow, shop.merchant_id, "sms", "+35310000", "+353871234567", profile_name="Ava")
    with database.begin() as uow:
        again = customers.identify(uow, shop.merchant_id, "sms", "+35310000", "+353871234567")
        assert again == first
        assert customers.customer(uow.session, shop.merchant_id, first.id) == first
        assert customers.identities(uow.session, shop.merchant_id, first.id) == (
            IdentityView("sms", "+35310000", "+353871234567"),
        )
    assert (first.name, first.locale) == ("Ava", "")


def test_another_channel_account_sender_or_shop_is_another_customer(database: Database) -> None:
    mine, theirs = open_shop(database, "mine"), open_shop(database, "theirs")
    with database.begin() as uow:
        seen = {
            customers.identify(uow, merchant, channel, account, sender).id
            for merchant in (mine.merchant_id, theirs.merchant_id)
            for channel in ("sms", "chat")
            for account in ("", "a", "A")
            for sender in ("1", "01")
        }
    assert len(seen) == 24


def test_a_profile_fills_what_is_not_known_and_changes_nothing_that_is(database: Database) -> None:
    shop = open_shop(database)

    def seen(name: str, locale: str) -> tuple[str, str]:
        with database.begin() as uow:
            found = customers.identify(uow, shop.merchant_id, "chat", "", "x", profile_name=name, locale=locale)
            assert customers.customer(uow.session, shop.merchant_id, found.id) == found
            return found.name, found.locale

    assert seen("", "") == ("", "")
    assert seen("Ava", "") == ("Ava", "")
    assert seen("Eve", "ga-IE") == ("Ava", "ga-IE")
    assert seen("Eve", "de") == ("Ava", "ga-IE")


def test_a_name_is_cleaned_and_never_empty(database: Database) -> None:
    shop = open_shop(database)
    with database.begin() as uow:
        assert customers.set_name(uow, shop.merchant_id, shop.customer_id, " A\u200bva\x00 ").name == "Ava"
        for empty in ("", " ", "\u200b"):
            with pytest.raises(InvalidInput, match="say what to call the customer"):
                customers.set_name(uow, shop.merchant_id, shop.customer_id, empty)
        assert customers.customer(uow.session, shop.merchant_id, shop.customer_id).name == "Ava"


@pytest.mark.parametrize(
    ("channel", "account", "external_id", "field"),
    [
        ("", "a", "x", "channel"),
        ("c" * 33, "a", "x", "channel"),
        ("chat", "a", "", "external_id"),
        ("chat", "a", "x" * 201, "external_id"),
        ("chat", "a" * 201, "x", "account"),
        ("chat", "a", "x\x00", "external_id"),
    ],
)
def test_an_identity_that_cannot_be_kept_is_refused(
    database: Database, channel: str, account: str, external_id: str, field: str
) -> None:
    shop = open_shop(database)
    with database.begin() as uow, pytest.raises(InvalidInput) as refused:
        customers.identify(uow, shop.merchant_id, channel, account, external_id)
    assert refused.value.values["field"] == field


def test_an_unknown_shop_has_no_customers(database: Database) -> None:
    with database.begin() as uow, pytest.raises(NotFound):
        customers.identify(uow, "0" * 32, "chat", "", "x")
