"""PayPal's Orders v2 against a stateful fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from channels.payments.base import Delivery, NotGenuine, TryLater
from channels.payments.paypal.amounts import from_paypal, to_paypal
from core.db.session import Database
from core.kernel.money import Money
from core.settings import settings
from tests.payments.fakes.paypal_server import WEBHOOK_ID, paypal_server
from tests.payments.fakes.server import HttpError
from tests.payments.world import configure, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.orders import OrderView
    from tests.payments.fakes.paypal_server import FakePayPal
    from tests.payments.fakes.server import Json, Request
    from tests.payments.world import World


@pytest.fixture
def paypal() -> Iterator[FakePayPal]:
    with paypal_server() as fake:
        yield fake


@pytest.fixture
def shop(sqlite_url: str, paypal: FakePayPal, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    current = configure(
        monkeypatch,
        PAYPAL_CLIENT_ID="client",
        PAYPAL_CLIENT_SECRET="secret",
        PAYPAL_WEBHOOK_ID=WEBHOOK_ID,
        PAYPAL_API_BASE=paypal.url,
    )
    database = Database(sqlite_url)
    with world(database, current, paypal) as made:
        yield made
    database.close()
    settings.cache_clear()


def _paid(shop: World, paypal: FakePayPal) -> OrderView:
    order = shop.order()
    paypal.approve(shop.by_link(order).provider_ref)
    shop.deliver(paypal)
    return order


def test_an_order_is_agreed_to_and_captured_once(shop: World, paypal: FakePayPal) -> None:
    order = _paid(shop, paypal)
    paid = shop.of(order)
    assert (paid.method, paid.state, paid.captured.amount) == ("paypal", "captured", 1100)
    assert paid.provider_url == f"https://paypal.example/{paid.provider_ref}"
    assert paypal.balance() == shop.books("clearing:paypal") == 1100
    shop.refund(paid, 250, "a")
    shop.work()
    shop.deliver(paypal, seed=2)
    assert (shop.of(order).refunded.amount, paypal.balance(), shop.books("clearing:paypal")) == (250, 850, 850)
    assert shop.faults() == []


@pytest.mark.parametrize("trouble", ["lost", "fault", "busy"])
def test_trouble_at_each_step_happens_once_in_the_end(shop: World, paypal: FakePayPal, trouble: str) -> None:
    paypal.troubles.planned = [trouble]  # type: ignore[list-item] # one of the words
    order = shop.order()
    shop.by_link(order)
    shop.work(hours=0.1)
    paypal.troubles.planned = [trouble]  # type: ignore[list-item] # as above
    paypal.approve(shop.of(order).provider_ref)
    shop.deliver(paypal)
    shop.work(hours=0.1)
    assert shop.of(order).state == "captured"
    assert paypal.balance() == 1100
    paypal.troubles.planned = [trouble]  # type: ignore[list-item] # as above
    shop.refund(shop.of(order), 300, "a")
    shop.work(hours=0.1)
    shop.deliver(paypal)
    assert paypal.balance() == shop.books("clearing:paypal") == 800
    assert shop.of(order).refundable.amount == 800


def test_what_is_agreed_to_after_a_cancellation_is_never_taken(shop: World, paypal: FakePayPal) -> None:
    order = shop.order()
    asked = shop.by_link(order)
    paypal.approve(asked.provider_ref)
    shop.cancel(order)
    shop.deliver(paypal)
    shop.work()
    assert paypal.captures(asked.provider_ref) == []
    assert [p.state for p in shop.all_of(order)] == ["cancelled", "cancelled"]


def test_cancelled_while_it_is_captured_goes_back(shop: World, paypal: FakePayPal) -> None:
    order = shop.order()
    asked = shop.by_link(order)
    paypal.approve(asked.provider_ref)
    paypal.troubles.planned = ["lost"]  # captured, and we do not know
    shop.deliver(paypal)
    shop.cancel(order)
    shop.work(hours=0.1)
    shop.deliver(paypal)
    assert (paypal.balance(), shop.books("clearing:paypal")) == (0, 0)
    assert shop.faults() == []


def test_a_capture_that_is_decided_later(shop: World, paypal: FakePayPal) -> None:
    for good in (True, False):
        order = shop.order(str(good))
        asked = shop.by_link(order)
        paypal.orders[asked.provider_ref]["purchase_units"][0]["description"] = "later"
        paypal.approve(asked.provider_ref)
        shop.deliver(paypal)
        assert shop.of(order).state == "authorised"
        paypal.complete(asked.provider_ref, good=good)
        shop.deliver(paypal)
        assert shop.of(order).method == ("paypal" if good else "counter")
    assert paypal.balance() == shop.books("clearing:paypal") == 1100


def test_disputes_are_opened_and_decided(shop: World, paypal: FakePayPal) -> None:
    order = _paid(shop, paypal)
    provider_ref = shop.of(order).provider_ref
    paypal.dispute(provider_ref)
    shop.deliver(paypal)
    assert (shop.of(order).state, shop.books("clearing:paypal")) == ("disputed", 0)
    paypal.dispute(provider_ref, "RESOLVED_SELLER_FAVOUR")
    shop.deliver(paypal)
    assert (shop.of(order).state, shop.books("clearing:paypal")) == ("captured", 1100)


def _away(_: Request) -> Json:
    raise HttpError(503, {})


def test_only_what_paypal_sent_byte_for_byte_is_genuine(
    shop: World, paypal: FakePayPal, monkeypatch: pytest.MonkeyPatch
) -> None:
    paypal.approve(shop.by_link(shop.order()).provider_ref)
    body, provider = paypal.deliveries[0], shop.providers["paypal"]
    headers = paypal.signed(body)
    provider.verify(Delivery(body, headers))
    forged = [
        Delivery(body.replace(b"APPROVED", b"REJECTED"), headers),
        Delivery(body + b" ", headers),
        Delivery(b"not json", headers),
        Delivery(body, {}),
        Delivery(body, headers | {"paypal-transmission-time": "2026-01-01"}),
        Delivery(body, headers | {"paypal-cert-url": "x" * 3000}),
    ]
    for delivery in forged:
        with pytest.raises(NotGenuine):
            provider.verify(delivery)
    monkeypatch.setattr(paypal, "call", _away)
    with pytest.raises(TryLater):
        provider.verify(Delivery(body, headers))


def test_amounts_of_currencies_with_and_without_fractions() -> None:
    for money, value in ((Money(1100, "EUR"), "11.00"), (Money(1100, "JPY"), "1100"), (Money(50_000, "HUF"), "500")):
        assert to_paypal(money) == {"currency_code": money.currency, "value": value}
        assert from_paypal(to_paypal(money)) == money
    with pytest.raises(NotGenuine):
        from_paypal({"currency_code": "EUR", "value": "1.001"})
