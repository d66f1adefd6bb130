"""Stripe, driven through the official client against a stateful fake."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from channels.payments.base import Delivery, NotGenuine
from channels.payments.stripe import provider as stripe_provider
from core import orders, payments
from core.kernel import clock
from core.kernel.money import Money
from core.orders import Line
from core.settings import settings
from tests.payments.fakes.stripe_server import SECRET, stripe_server
from tests.payments.world import configure, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database
    from tests.payments.fakes.server import Json
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


@pytest.fixture
def lite(sqlite_url: str, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The same on one database only, for what does not depend on which."""
    from core.db.session import Database  # noqa: PLC0415 - a name for types elsewhere

    current = configure(
        monkeypatch, STRIPE_API_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET=SECRET, STRIPE_API_BASE=stripe.url
    )
    database = Database(sqlite_url)
    with world(database, current, stripe) as made:
        yield made
    database.close()
    settings.cache_clear()


def _paid(shop: World, stripe: FakeStripe) -> orders.OrderView:
    order = shop.order(uuid4().hex[:8])
    stripe.pay(shop.by_link(order).provider_ref)
    shop.deliver(stripe)
    return order


def test_an_order_is_paid_by_link_once(shop: World, stripe: FakeStripe) -> None:
    order = shop.order()
    asked = shop.by_link(order)
    assert (asked.method, asked.state, asked.amount.amount) == ("stripe", "pending", 1100)
    assert asked.url == f"http://testserver/pay/{asked.token}"
    session = stripe.sessions[asked.provider_ref]
    assert (session["amount_total"], session["currency"]) == (1100, "eur")
    assert session["client_reference_id"] == asked.id
    assert shop.by_link(order) == asked
    stripe.pay(asked.provider_ref)
    shop.deliver(stripe)
    paid = shop.of(order)
    assert (paid.state, paid.captured.amount, paid.due.amount) == ("captured", 1100, 0)
    assert shop.books("clearing:stripe") == 1100
    assert len(stripe.taken(order.id)) == 1
    with pytest.raises(payments.PaymentClosed, match="paid already"):
        shop.by_link(order)
    assert shop.faults() == []


def test_a_lost_answer_makes_no_second_page_and_no_second_refund(lite: World, stripe: FakeStripe) -> None:
    stripe.troubles.planned = ["lost", "busy"]
    order = lite.order()
    lite.by_link(order)
    lite.work(hours=0.2)
    assert len(stripe.sessions) == 1
    assert stripe.calls.count("POST /v1/checkout/sessions") == 3
    stripe.pay(lite.of(order).provider_ref)
    lite.deliver(stripe)
    stripe.troubles.planned = ["lost", "fault", "busy"]
    stripe.deliveries.clear()
    lite.refund(lite.of(order), 300, "a")
    lite.work(hours=0.2)
    # Lost though done: reading found it, and it was not done again.
    assert [r["amount"] for r in stripe.refunds.values()] == [300]
    assert stripe.calls.count("POST /v1/refunds") == 1
    assert lite.of(order).refunded.amount == 300


def test_control_without_a_lasting_key_a_lost_answer_makes_two_pages(
    lite: World, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both pages can be paid: two charges for one order at the provider. Ours then gives one of them back."""
    calls = stripe_provider.StripeProvider.open

    def naive(self: stripe_provider.StripeProvider, task: payments.Task) -> tuple[payments.ProviderFact, ...]:
        from dataclasses import replace  # noqa: PLC0415

        return calls(self, replace(task, payment=replace(task.payment, key=uuid4().int)))

    monkeypatch.setattr(stripe_provider.StripeProvider, "open", naive)
    stripe.troubles.planned = ["lost"]
    order = lite.order()
    lite.by_link(order)
    lite.work(hours=0.1)
    assert len(stripe.sessions) == 2
    for session_id in list(stripe.sessions):
        stripe.pay(session_id)
    assert len(stripe.taken(order.id)) == 2  # what must never be
    lite.deliver(stripe)
    assert stripe.kept_of(order.id) == 1100
    assert lite.books("clearing:stripe") == 1100


def test_a_providers_own_fault_is_not_repeated_for_ever(lite: World, stripe: FakeStripe) -> None:
    """Stripe repeats a failure to the same key for a day: after a fault the key is another, and reading comes first."""
    order = _paid(lite, stripe)
    stripe.troubles.planned = ["fault"]
    stripe.deliveries.clear()
    lite.refund(lite.of(order), 200, "a")
    lite.work(hours=0.1)
    assert [r["amount"] for r in stripe.refunds.values()] == [200]
    assert lite.of(order).refunded.amount == 200
    stripe.troubles.planned = ["fault"]
    other = lite.order("other")
    lite.by_link(other)
    lite.work(hours=0.1)
    assert lite.of(other).provider_url != ""


def test_what_comes_after_a_cancellation_goes_back(shop: World, stripe: FakeStripe) -> None:
    """A checkout that completes while its order is cancelled ends in one of two ways; here: given back, once."""
    order = shop.order()
    asked = shop.by_link(order)
    stripe.pay(asked.provider_ref)
    shop.cancel(order)  # the webhook has not come yet
    shop.work()
    shop.deliver(stripe)
    (late,) = [p for p in shop.all_of(order) if p.method == "stripe"]
    assert (late.state, late.captured.amount, late.refunded.amount) == ("cancelled", 1100, 1100)
    assert stripe.kept_of(order.id) == 0
    assert [r["amount"] for r in stripe.refunds.values()] == [1100]
    assert shop.books("clearing:stripe") == 0
    assert shop.faults() == []


def test_a_cancelled_order_closes_its_page_and_a_paid_one_is_given_back(lite: World, stripe: FakeStripe) -> None:
    order = lite.order()
    asked = lite.by_link(order)
    lite.cancel(order)
    lite.work()
    assert stripe.sessions[asked.provider_ref]["status"] == "expired"
    lite.deliver(stripe)
    assert [p.state for p in lite.all_of(order)] == ["cancelled", "cancelled"]
    paid = _paid(lite, stripe)
    lite.cancel(paid)
    lite.work()
    lite.deliver(stripe)
    assert stripe.kept_of(paid.id) == 0
    assert lite.of(paid).refunded.amount == 1100
    assert lite.faults() == []


def test_a_changed_order_closes_the_old_page(lite: World, stripe: FakeStripe) -> None:
    order = lite.order()
    asked = lite.by_link(order)
    with lite.database.begin() as uow:
        payments.adjust(uow, lite.merchant_id, order.id, Money(1375, "EUR"), ref="edit:2")
    lite.work()
    after = lite.of(order)
    assert stripe.sessions[asked.provider_ref]["status"] == "expired"
    assert (after.state, after.amount.amount, after.method) == ("pending", 1375, "stripe")
    assert stripe.sessions[after.provider_ref]["amount_total"] == 1375
    with lite.database.read() as session:  # the link that the customer has leads to the new page
        assert payments.by_link(session, asked.token).id == after.id
    stripe.pay(after.provider_ref)
    lite.deliver(stripe)
    assert lite.of(order).captured.amount == 1375
    assert lite.faults() == []


def test_paid_on_the_old_page_at_the_moment_of_a_change_goes_back(lite: World, stripe: FakeStripe) -> None:
    order = lite.order()
    asked = lite.by_link(order)
    stripe.pay(asked.provider_ref)
    with lite.database.begin() as uow:
        payments.adjust(uow, lite.merchant_id, order.id, Money(1375, "EUR"), ref="edit:2")
    lite.work()
    lite.deliver(stripe)
    assert stripe.kept_of(order.id) == 0
    stripe.pay(lite.of(order).provider_ref)
    lite.deliver(stripe)
    assert stripe.kept_of(order.id) == 1375
    assert lite.books("clearing:stripe") == 1375


def test_a_paid_order_that_costs_more_asks_for_the_rest_and_less_gives_it_back(lite: World, stripe: FakeStripe) -> None:
    order = _paid(lite, stripe)
    with lite.database.begin() as uow:
        rest = payments.adjust(uow, lite.merchant_id, order.id, Money(1500, "EUR"), ref="edit:2")
    assert (rest.part, rest.amount.amount, rest.method) == (2, 400, "stripe")
    lite.work()
    stripe.pay(lite.of(order).provider_ref)
    lite.deliver(stripe)
    assert stripe.kept_of(order.id) == 1500
    for _ in range(2):  # the same change twice
        with lite.database.begin() as uow:
            payments.adjust(uow, lite.merchant_id, order.id, Money(900, "EUR"), ref="edit:3")
    lite.work()
    lite.deliver(stripe)
    assert stripe.kept_of(order.id) == 900
    assert lite.books("clearing:stripe") == 900
    assert lite.faults() == []


@pytest.mark.parametrize("seconds", [-1, 1])
def test_paid_around_the_end_of_the_time_to_pay(lite: World, stripe: FakeStripe, seconds: int) -> None:
    """Until the counter has taken the money, a payment in the last moment counts; the order is paid once."""
    order = lite.order()
    asked = lite.by_link(order)
    assert asked.expires_at is not None
    lite.moment = asked.expires_at + timedelta(seconds=seconds)
    stripe.pay(asked.provider_ref)
    lite.work()
    lite.deliver(stripe)
    assert [p.state for p in lite.all_of(order) if p.live] == ["captured"]
    assert (lite.of(order).method, stripe.kept_of(order.id)) == ("stripe", 1100)
    assert lite.faults() == []


def test_paid_by_link_after_the_counter_took_the_money_goes_back(lite: World, stripe: FakeStripe) -> None:
    order = lite.order()
    asked = lite.by_link(order)
    stripe.pay(asked.provider_ref)
    with lite.database.begin() as uow:
        taken = payments.take_at_counter(uow, lite.merchant_id, asked.id)
    lite.work()
    lite.deliver(stripe)
    assert lite.of(order) == taken
    assert (taken.method, taken.state, stripe.kept_of(order.id)) == ("counter", "captured", 0)
    assert (lite.books("cash"), lite.books("clearing:stripe")) == (1100, 0)


def test_money_in_advance_or_no_order(lite: World, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    """With payment in advance, an unpaid order is cancelled and its stock sold again; what comes later goes back."""
    configure(monkeypatch, PREPAY="true")
    lite.shop.stock("scone", 8)
    paid, unpaid = lite.order("paid"), lite.order("unpaid")
    lite.work()
    asked = lite.of(unpaid)
    assert (asked.method, asked.prepaid, lite.shop.level("scone")) == ("stripe", True, (8, 8))
    stripe.pay(lite.of(paid).provider_ref)
    lite.deliver(stripe)
    lite.work(hours=1.1)
    with lite.database.read() as session:
        states = [orders.order(session, lite.merchant_id, o.id).state for o in (paid, unpaid)]
    assert (states, lite.shop.level("scone")) == (["new", "cancelled"], (8, 4))
    assert stripe.sessions[asked.provider_ref]["status"] == "expired"
    event = stripe.sessions[asked.provider_ref] | {
        "payment_status": "paid",
        "status": "complete",
        "payment_intent": "pi_late",
    }
    stripe.intents["pi_late"] = {
        "id": "pi_late", "amount": 1100, "amount_received": 1100, "currency": "eur",
        "metadata": event["metadata"], "status": "succeeded",
    }  # fmt: skip
    stripe.send(stripe.event("checkout.session.completed", event))
    lite.deliver(stripe)
    assert stripe.kept_of(unpaid.id) == 0
    assert lite.shop.level("scone") == (8, 4)
    assert lite.faults() == []


def test_a_payment_that_is_confirmed_later(lite: World, stripe: FakeStripe) -> None:
    good, bad = lite.order("good"), lite.order("bad")
    for order in (good, bad):
        stripe.pay(lite.by_link(order).provider_ref, later=True)
    lite.deliver(stripe)
    assert {lite.of(o).state for o in (good, bad)} == {"authorised"}
    with pytest.raises(payments.PaymentClosed, match="being paid"), lite.database.begin() as uow:
        payments.take_at_counter(uow, lite.merchant_id, lite.of(good).id)
    lite.work(hours=2)  # the time to pay by link does not end what is under way
    assert lite.of(good).state == "authorised"
    stripe.confirm(lite.of(good).provider_ref)
    stripe.confirm(lite.of(bad).provider_ref, good=False)
    lite.deliver(stripe)
    assert lite.of(good).state == "captured"
    assert (lite.of(bad).method, lite.of(bad).state) == ("counter", "pending")


def test_another_amount_or_currency_than_ours_is_not_taken_for_payment(lite: World, stripe: FakeStripe) -> None:
    for change in ({"amount_total": 1099}, {"currency": "usd"}):
        order = lite.order(str(change))
        stripe.sessions[lite.by_link(order).provider_ref] |= change
        stripe.pay(next(p for p in lite.all_of(order) if p.method == "stripe").provider_ref)
        lite.deliver(stripe)
        assert (lite.of(order).state, lite.of(order).method) == ("pending", "counter")
        assert stripe.kept_of(order.id) == 0
    assert lite.faults() == []


def test_disputes_in_any_order(lite: World, stripe: FakeStripe) -> None:
    for number, (ending, state, clearing) in enumerate((("won", "captured", 1100), ("lost", "disputed", 0))):
        order = _paid(lite, stripe)
        before = lite.books("clearing:stripe")
        dispute = stripe.dispute(lite.of(order).charge_ref)
        opened = list(stripe.deliveries)
        stripe.decide(dispute, ending)
        stripe.deliveries = [*stripe.deliveries[1:], *opened]
        lite.deliver(stripe, seed=number)
        after = lite.of(order)
        assert (after.state, after.dispute) == (state, ending)
        assert lite.books("clearing:stripe") - before == clearing - 1100
        lite.deliver(stripe)
    assert lite.books("losses") == 1100
    assert lite.faults() == []


def test_a_dispute_that_comes_before_its_payment_is_not_lost(lite: World, stripe: FakeStripe) -> None:
    order = lite.order()
    asked = lite.by_link(order)
    stripe.pay(asked.provider_ref)
    stripe.dispute(stripe.sessions[asked.provider_ref]["payment_intent"])
    stripe.deliveries.reverse()
    for body in list(stripe.deliveries):
        stripe.deliveries = [body]
        lite.deliver(stripe)
    assert (lite.of(order).state, lite.of(order).dispute) == ("disputed", "open")
    with pytest.raises(payments.PaymentClosed, match="in dispute"):
        lite.refund(lite.of(order), 100, "a")


def test_refunds_made_at_the_dashboard_and_sent_back_by_the_bank(lite: World, stripe: FakeStripe) -> None:
    order = _paid(lite, stripe)
    stripe.refund_at_dashboard(lite.of(order).charge_ref, 250)
    lite.deliver(stripe)
    assert lite.of(order).refunded.amount == 250
    refund_id = next(iter(stripe.refunds))
    stripe.refund_fails(refund_id)
    lite.deliver(stripe, seed=3)
    assert lite.of(order).refunded.amount == 0
    assert lite.books("clearing:stripe") == 1100
    assert lite.faults() == []


def test_what_stripe_refuses_leaves_the_order_to_the_counter(lite: World) -> None:
    order = lite.order("small", (Line("water"),))
    with lite.database.begin() as uow:
        payments.adjust(uow, lite.merchant_id, order.id, Money(40, "EUR"), ref="edit:2")
    lite.by_link(order)
    refused = next(p for p in lite.all_of(order) if p.method == "stripe")
    assert (refused.state, refused.problem[:16]) == ("failed", "amount_too_small")
    assert (lite.of(order).method, lite.of(order).state) == ("counter", "pending")


def _genuine(stripe: FakeStripe) -> Delivery:
    thing: Json = {"id": "cs_1", "object": "checkout.session", "metadata": {}, "status": "open"}
    stripe.send(stripe.event("checkout.session.completed", thing))
    body = stripe.deliveries.pop()
    return Delivery(body, stripe.signed(body))


def test_the_official_verifier_and_ours_agree(lite: World, stripe: FakeStripe) -> None:
    import stripe as official  # noqa: PLC0415

    body, provider = _genuine(stripe).body, lite.providers["stripe"]
    header = official.WebhookSignature._compute_signature(f"1777.{body.decode()}", SECRET)
    with clock.at(lite.moment.fromtimestamp(1777 + 299, tz=lite.moment.tzinfo)):
        provider.verify(Delivery(body, {"stripe-signature": f"t=1777,v1=00,v1={header},v0=x"}))
    with (
        clock.at(lite.moment.fromtimestamp(1777 + 301, tz=lite.moment.tzinfo)),
        pytest.raises(NotGenuine, match="too old"),
    ):
        provider.verify(Delivery(body, {"stripe-signature": f"t=1777,v1={header}"}))


def test_no_change_of_a_signed_event_is_taken_in(lite: World, stripe: FakeStripe) -> None:
    delivery, provider = _genuine(stripe), lite.providers["stripe"]
    header = delivery.headers["stripe-signature"]
    provider.verify(delivery)
    changed = [Delivery(delivery.body[:n] + b"?" + delivery.body[n + 1 :], delivery.headers) for n in range(0, 200, 7)]
    moved = header.replace("t=", "t=1")
    wrong = ["", "t=", "v1=x", header[:-1], header.replace("v1", "v0"), moved, header * 40, "t=é,v1=é"]
    for forged in [*changed, *(Delivery(delivery.body, {"stripe-signature": h}) for h in wrong)]:
        with pytest.raises(NotGenuine):
            provider.verify(forged)


def test_events_of_other_programs_accounts_and_modes_change_nothing(lite: World, stripe: FakeStripe) -> None:
    order = lite.order()
    session = stripe.sessions[lite.by_link(order).provider_ref] | {"payment_status": "paid", "payment_intent": "pi_x"}
    strange = session | {"metadata": {"merchant_id": "m", "payment_id": "p"}}
    for event in (
        stripe.event("checkout.session.completed", session, account="acct_of_somebody"),
        stripe.event("checkout.session.completed", session, livemode=True),
        stripe.event("checkout.session.completed", strange),
        stripe.event("customer.created", {"id": "cus_1"}),
    ):
        stripe.send(event)
        lite.deliver(stripe)
    assert lite.of(order).state == "pending"
    assert lite.books("clearing:stripe") == 0
