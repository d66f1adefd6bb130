"""Stripe, driven through the official client against a stateful fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.settings import settings
from tests.payments.fakes.stripe_server import SECRET, stripe_server
from tests.payments.world import configure, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database
    from tests.payments.fakes.stripe_server import FakeStripe
    from tests.payments.world import World


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    with stripe_server() as fake:
        yield fake


@pytest.fixture
def shop(database: Database, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    current = configure(
        monkeypatch, STRIPE_API_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET=SECRET, STRIPE_API_BASE=stripe.url
    )
    with world(database, current, stripe) as made:
        yield made
    settings.cache_clear()


def test_an_order_is_paid_by_link_once(shop: World, stripe: FakeStripe) -> None:
    order = shop.order()
    asked = shop.by_link(order)
    assert (asked.method, asked.state, asked.amount.amount) == ("stripe", "pending", 1100)
    assert asked.url == f"http://testserver/pay/{asked.token}"
    session = stripe.sessions[asked.provider_ref]
    assert (session["amount_total"], session["currency"]) == (1100, "eur")
    assert session["client_reference_id"] == asked.id
    stripe.pay(asked.provider_ref)
    shop.deliver(stripe)
    paid = shop.of(order)
    assert (paid.state, paid.captured.amount, paid.due.amount) == ("captured", 1100, 0)
    assert shop.books("clearing:stripe") == 1100
    assert len(stripe.taken(order.id)) == 1
    assert shop.faults() == []
