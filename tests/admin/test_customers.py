"""The page of a customer: who they are on which channel, what they allow; unlinking, handing out, erasing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core import customers, messaging, privacy
from core.access import SYSTEM
from core.customers import IdentityView, consent, linking

if TYPE_CHECKING:
    from core.messaging import ConversationView
    from tests.admin.shops import Shop


def _linked(shop: Shop) -> tuple[ConversationView, ConversationView]:
    """Somebody who wrote by text message and was proved to be the one on Telegram."""
    talks = []
    for channel, sender in (("telegram", "tg-ava"), ("sms", "+15550100001")):
        envelope = messaging.Envelope(
            channel=channel, account="shop", external_id=f"{channel}-1", sender=sender, kind="text", text="hello"
        )
        with shop.database.begin() as uow:
            received = messaging.receive(uow, shop.merchant.id, envelope)
            talks.append(messaging.conversation(uow.session, shop.merchant.id, received.conversation_id))
    first, second = talks
    with shop.database.begin(SYSTEM) as uow:
        made = linking.make_code(uow, shop.merchant.id, first.customer_id, first.id, channel="sms")
        offer = linking.known_code(uow.session, shop.merchant.id, made.code, channel="sms")
        assert offer is not None
        assert privacy.take_over(uow, shop.merchant.id, offer, second.id) is not None
        who = IdentityView("sms", "shop", "+15550100001")
        consent.record(uow, shop.merchant.id, who, "out", words="please no more texts", how="words", ref="m1")
    return first, second


def test_a_customer_is_found_by_an_id_and_shown_with_what_they_said(shop: Shop) -> None:
    first, _ = _linked(shop)
    browser = shop.browser("owner")

    found = browser.get("/admin/customers?q=15550100001").text
    page = browser.get(f"/admin/customers/{first.customer_id}").text

    assert f"/admin/customers/{first.customer_id}" in found
    assert "telegram tg-ava" in found
    for text in ("+15550100001", "tg-ava", "please no more texts", "only in answer to theirs", "Unlink"):
        assert text in page
    assert "Nobody" in browser.get("/admin/customers?q=%25").text


def test_unlinking_gives_two_customers_again(shop: Shop) -> None:
    first, second = _linked(shop)
    with shop.database.read() as session:
        (link,) = linking.links_of(session, shop.merchant.id, first.customer_id)
    answer = shop.browser("agent").post(f"/admin/customers/{first.customer_id}/unlink", {"link_id": link.id})

    assert answer.status_code == 303
    with shop.database.read() as session:
        known = customers.identities(session, shop.merchant.id, first.customer_id)
        again = customers.known_identity(session, shop.merchant.id, "sms", "shop", "+15550100001")
    assert [k.channel for k in known] == ["telegram"]
    assert again.customer_id == second.customer_id


def test_everything_is_handed_out_and_then_erased(shop: Shop) -> None:
    first, _ = _linked(shop)
    browser = shop.browser("manager")
    path = f"/admin/customers/{first.customer_id}"

    kept = browser.post(f"{path}/export", {})
    refused = browser.post(f"{path}/erase", {})
    erased = browser.post(f"{path}/erase", {"sure": "yes"})

    assert kept.headers["content-disposition"] == f'attachment; filename="customer-{first.customer_id}.json"'
    rows = json.loads(kept.text)["tables"]
    assert {row["external_id"] for row in rows["identities"]} == {"tg-ava", "+15550100001"}
    assert (refused.status_code, erased.status_code) == (422, 303)
    assert "Nobody any more" in browser.get(path).text
    with shop.database.read() as session:
        assert customers.identities(session, shop.merchant.id, first.customer_id) == ()
