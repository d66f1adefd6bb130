"""Paying in the chat: an invoice in place of a link, our word before the money moves, and each payment once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from channels.payments.base import Refused
from channels.payments.telegram.provider import TelegramProvider
from core import inventory, merchants, orders, payments
from core.kernel import clock
from core.kernel.money import Money
from core.payments.views import Task
from core.settings import settings
from tests.channels.telegram.conftest import ADA, HEADER, PATH, SECRET, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database
    from core.payments import PaymentView
    from core.settings import Settings
    from tests.channels.fakes.telegram import Telegram
    from tests.channels.telegram.conftest import Chat


@pytest.fixture
def invoice(paying: Chat) -> dict[str, Any]:
    """The invoice of an order that was placed in the chat."""
    for text in ("hello", "a large thai milk tea please", "that's all", "yes"):
        paying.writes(text)
    return paying.telegram.said(ADA)[-1]


def payment(chat: Chat) -> PaymentView:
    """How the order is paid."""
    with chat.shop.database.read() as session:
        found = payments.of_order(session, chat.shop.merchant_id, chat.shop.placed()[0].id)
    assert found is not None
    return found


def asked(chat: Chat, update: dict[str, Any]) -> tuple[bool, str]:
    """Our word on a payment that is about to be made."""
    assert chat.post(update).status_code == 200
    answer = chat.telegram.checkouts[update["pre_checkout_query"]["id"]][0]
    return answer["ok"], answer.get("error_message", "")


def test_an_order_is_paid_in_the_chat_once(paying: Chat, invoice: dict[str, Any]) -> None:
    due = payment(paying)
    assert (due.method, due.state, due.amount) == ("telegram", "pending", Money(470, "GBP"))
    assert invoice["invoice"]["total_amount"] == 470
    assert invoice["_payload"] == due.id
    sent = paying.telegram.made("sendInvoice")
    assert [s["provider_token"] for s in sent] == ["1:TEST:pretended"]
    assert asked(paying, paying.telegram.checks_out(ADA, invoice)) == (True, "")
    update = paying.telegram.pays(ADA, invoice, "charge-1")
    for _ in range(3):  # Telegram delivers at least once
        paying.deliver(update)
    paid = payment(paying)
    assert (paid.state, paid.captured, paid.charge_ref) == ("captured", Money(470, "GBP"), "charge-1")
    assert len([t for t in paying.texts() if "received your payment" in t]) == 1
    again = asked(paying, paying.telegram.checks_out(ADA, invoice))
    assert again == (False, "This order cannot be paid any more. Nothing was charged.")
    # What is paid twice all the same is written down, and is to go back by hand.
    paying.deliver(paying.telegram.pays(ADA, invoice, "charge-2"))
    with paying.shop.database.read() as session:
        rows = payments.all_of_order(session, paying.shop.merchant_id, paid.order_id)
        refunds = payments.refunds_of_order(session, paying.shop.merchant_id, paid.order_id)
    assert sorted(row.state for row in rows) == ["cancelled", "cancelled", "captured"]  # the first was at the counter
    assert [(r.state, "payment provider's own page" in r.problem) for r in refunds] == [("failed", True)]


def test_what_must_not_be_paid_is_held_back(paying: Chat, invoice: dict[str, Any]) -> None:
    telegram = paying.telegram
    telegram.writes(43, "hello")
    assert asked(paying, telegram.checks_out(43, invoice))[1].startswith("This invoice belongs to another customer.")
    for changed in ({"total_amount": 1}, {"currency": "USD"}, {"total_amount": "470"}):
        word = asked(paying, telegram.checks_out(ADA, invoice, **changed))
        assert (word[0], word[1][:38]) == (False, "The order costs another amount now. No")
    for odd in ("", "x" * 128, "../..", payment(paying).order_id):
        assert asked(paying, telegram.checks_out(ADA, invoice, invoice_payload=odd))[0] is False
    order = paying.shop.placed()[0]
    with paying.shop.database.begin() as uow:
        orders.cancel(uow, paying.shop.merchant_id, order.id, reason="closing")
    assert asked(paying, telegram.checks_out(ADA, invoice)) == (
        False,
        "This order cannot be paid any more. Nothing was charged.",
    )
    assert payment(paying).captured == Money(0, "GBP")


def test_what_has_sold_out_meanwhile_is_not_paid(
    database: Database, telegram: Telegram, configured: Callable[..., Settings]
) -> None:
    """An order that is paid in advance, on each database, whose stock was given back when nobody paid for too long."""
    current = configured(TELEGRAM_PAYMENT_TOKEN="1:TEST:pretended", PREPAY="true", TEST_PAYMENTS="on")
    with opened(database, telegram, current) as chat:
        with database.begin() as uow:
            place = merchants.default_location(uow.session, chat.shop.merchant_id).id
            inventory.receive(uow, chat.shop.merchant_id, place, "thai", 1, reason="delivery")
        for text in ("hello", "a large thai milk tea please", "that's all", "yes"):
            chat.writes(text)
        invoice = telegram.said(ADA)[-1]
        assert asked(chat, telegram.checks_out(ADA, invoice)) == (True, "")
        with clock.at(clock.now() + timedelta(hours=2)), database.begin() as uow:
            inventory.expire(uow, chat.shop.merchant_id, chat.shop.placed()[0].id)
        assert asked(chat, telegram.checks_out(ADA, invoice)) == (
            False,
            "Something in this order has sold out. Nothing was charged.",
        )
        chat.moment += timedelta(hours=2)
        chat.work()  # and then the order is cancelled
        assert asked(chat, telegram.checks_out(ADA, invoice))[1].startswith("This order cannot be paid any more.")


def test_our_word_does_not_wait_for_other_updates(
    local: Database, telegram: Telegram, configured: Callable[..., Settings]
) -> None:
    """Everybody else waits for the one writer of the database; whoever pays is answered meanwhile."""
    with opened(local, telegram, configured(TELEGRAM_PAYMENT_TOKEN="1:TEST:pretended")) as chat:
        for text in ("hello", "a large thai milk tea please", "that's all", "yes"):
            chat.writes(text)
        update = telegram.checks_out(ADA, telegram.said(ADA)[-1])
        others = [telegram.writes(100 + n, "hello") for n in range(12)]
        headers = {HEADER: SECRET}
        with TestClient(chat.shop.http.app) as line, ThreadPoolExecutor(len(others)) as queue:
            with local.begin():
                waiting = [queue.submit(line.post, PATH, json=other, headers=headers) for other in others]
                assert line.post(PATH, json=update, headers=headers).status_code == 200
                assert telegram.checkouts[update["pre_checkout_query"]["id"]][0]["ok"] is True
                assert not any(one.done() for one in waiting)  # the control: they do wait
            assert [one.result().status_code for one in waiting] == [200] * len(others)
        assert chat.shop.rows() == 4 + len(others)


def test_our_word_is_given_again_when_it_was_lost(paying: Chat, invoice: dict[str, Any]) -> None:
    paying.telegram.troubles.planned = ["busy"]
    assert asked(paying, paying.telegram.checks_out(ADA, invoice)) == (True, "")
    paying.telegram.troubles.planned = ["down", "down"]
    update = paying.telegram.checks_out(ADA, invoice)
    assert paying.post(update).status_code == 503  # and Telegram asks once more
    assert asked(paying, update) == (True, "")


def test_a_currency_that_telegram_does_not_take_is_paid_by_link(
    paying: Chat, invoice: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoice["invoice"]["currency"] == "GBP"

    def refuse(_: object) -> None:
        from tests.channels.fakes.telegram import _refusal  # noqa: PLC0415 - as Telegram says it

        raise _refusal(400, "Bad Request: CURRENCY_INVALID")

    monkeypatch.setattr(paying.telegram, "_sendInvoice", refuse)
    paying.writes("can I pay by card now?")
    last = paying.telegram.said(ADA)[-1]
    assert last["reply_markup"]["inline_keyboard"][0][0]["url"] == payment(paying).url


def test_a_payment_for_nothing_of_ours_changes_nothing(paying: Chat, invoice: dict[str, Any]) -> None:
    assert payment(paying).provider_url == f"https://t.me/${invoice['_payload']}"  # where our own link leads
    for changed in ({"invoice_payload": "f" * 32}, {"invoice_payload": ""}, {"currency": "?"}, {"total_amount": -5}):
        assert paying.post(paying.telegram.pays(ADA, invoice, "c9", **changed)).status_code == 200
    assert payment(paying).state == "pending"
    assert paying.shop.post(PATH, b'{"pre_checkout_query": []}', {HEADER: SECRET}).status_code == 200
    provider = TelegramProvider(settings())
    with pytest.raises(Refused, match="payment provider's own page"):
        provider.refund(Task("refund", payment(paying)))
    provider.hang_up()
