"""Accounts at providers: whose they are, and that nobody gets another's messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import merchants, messaging
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.merchants import ChannelAccount, MerchantView
from core.messaging import Envelope

if TYPE_CHECKING:
    from core.db.session import Database


def _shop(database: Database, slug: str) -> MerchantView:
    with database.begin() as uow:
        made = merchants.create_merchant(uow, slug=slug, name=slug.title(), currency="EUR", locale="en-IE")
        merchants.add_location(uow, made.id, name="First")
        merchants.add_location(uow, made.id, name="Second")
        return merchants.merchant(uow.session, made.id)


def _connect(database: Database, shop: str, channel: str, account: str, place: str | None = None) -> ChannelAccount:
    with database.begin() as uow:
        return merchants.connect_account(uow, shop, channel, account, location_id=place)


def _owner(database: Database, channel: str, account: str) -> ChannelAccount | None:
    with database.read() as session:
        return merchants.account_of(session, channel, account)


def test_the_only_shop_has_every_account_until_there_are_two(database: Database) -> None:
    first = _shop(database, "quay")
    assert _owner(database, "sms", "+100") == ChannelAccount(first.id, "sms", "+100")
    _shop(database, "hill")
    assert _owner(database, "sms", "+100") is None
    _connect(database, first.id, "sms", "+100")
    assert _owner(database, "sms", "+100") == ChannelAccount(first.id, "sms", "+100")
    assert _owner(database, "whatsapp", "+100") is None


def test_an_account_belongs_to_one_shop_and_can_be_given_up(database: Database) -> None:
    quay, hill = _shop(database, "quay"), _shop(database, "hill")
    for _ in range(2):
        _connect(database, quay.id, "sms", "+100")
    with pytest.raises(Conflict, match="belongs to another shop"):
        _connect(database, hill.id, "sms", "+100")
    with database.begin() as uow:
        merchants.disconnect_account(uow, hill.id, "sms", "+100")
    assert _owner(database, "sms", "+100") == ChannelAccount(quay.id, "sms", "+100")
    with database.begin() as uow:
        merchants.disconnect_account(uow, quay.id, "sms", "+100")
    _connect(database, hill.id, "sms", "+100")
    with database.read() as session:
        assert merchants.accounts(session, quay.id) == ()
        assert merchants.accounts(session, hill.id) == (ChannelAccount(hill.id, "sms", "+100"),)


def test_what_comes_in_on_an_account_is_for_its_place(database: Database) -> None:
    shop = _shop(database, "quay")
    _connect(database, shop.id, "sms", "+200", shop.location_ids[1])
    placed = {}
    for account in ("+100", "+200"):
        envelope = Envelope(channel="sms", account=account, external_id=account, sender="ana", kind="text", text="hi")
        with database.begin() as uow:
            received = messaging.receive(uow, shop.id, envelope)
            about = messaging.conversation(uow.session, shop.id, received.conversation_id)
            placed[account] = about.location_id
    assert placed == {"+100": shop.location_ids[0], "+200": shop.location_ids[1]}


def test_accounts_and_places_that_cannot_be_are_refused(database: Database) -> None:
    quay, hill = _shop(database, "quay"), _shop(database, "hill")
    with pytest.raises(NotFound):
        _connect(database, quay.id, "sms", "+100", hill.location_ids[0])
    with pytest.raises(NotFound):
        _connect(database, "nobody", "sms", "+100")
    for account in ("", "x" * 256):
        with pytest.raises(InvalidInput):
            _connect(database, quay.id, "sms", account)
    with database.read() as session:
        assert merchants.accounts(session, quay.id) == ()
