"""Refunds, webhooks, cancellations and customers at the same moment."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from channels.payments import inbox
from channels.payments.base import Delivery
from core import orders, payments
from core.kernel import clock
from core.kernel.errors import ComandaError
from core.kernel.money import Money
from core.payments import ProviderFact, repository
from core.payments.models import PaymentRow
from core.settings import settings
from tests.payments.fakes.server import Troubles
from tests.payments.fakes.stripe_server import SECRET, stripe_server
from tests.payments.world import configure, world
from tests.races.crowd import rush

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from core.db.session import Database
    from core.payments import PaymentView, RefundView
    from tests.payments.fakes.stripe_server import FakeStripe
    from tests.payments.world import World

REFUNDS = 200
CENTS = 13  # 84 of them go into eleven euros, and 8 cents stay


@pytest.fixture
def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(database, configure(monkeypatch)) as made:
        yield made
    settings.cache_clear()


def _paid(shop: World) -> PaymentView:
    order = shop.order()
    asked = shop.by_link(order)
    said = ProviderFact("test", "evt_1", "captured", shop.merchant_id, asked.id, charge_ref="ch_1", amount=asked.amount)
    with shop.database.begin() as uow:
        assert payments.apply(uow, said).outcome == "applied"
    return shop.of(order)


def _ask(shop: World, payment: PaymentView, number: int) -> RefundView:
    with clock.at(shop.moment), shop.database.begin() as uow:
        cents = Money(CENTS, payment.amount.currency)
        return payments.refund(uow, shop.merchant_id, payment.id, cents, reason="cold", ref=f"r{number}")


def _said(shop: World, payment: PaymentView, refund: RefundView, event_id: str) -> str:
    fact = ProviderFact(
        "test",
        event_id,
        "refund",
        shop.merchant_id,
        payment.id,
        charge_ref="ch_1",
        amount=refund.amount,
        refund_id=refund.id,
        refund_ref=f"re_{refund.id}",
        refund_state="succeeded",
    )
    with clock.at(shop.moment), shop.database.begin() as uow:
        return payments.apply(uow, fact).outcome


def test_two_hundred_refunds_at_once_with_doubled_webhooks_give_back_no_more_than_came_in(shop: World) -> None:
    payment = _paid(shop)
    made, refused = rush(list(range(REFUNDS)), lambda number: _ask(shop, payment, number))
    assert (len(made), len(refused)) == (84, REFUNDS - 84)
    assert {type(r) for r in refused} == {payments.RefundTooLarge}
    news = [(r, f"evt_{r.id}") for r in made for _ in range(2)]
    random.Random(5).shuffle(news)
    outcomes, errors = rush(news, lambda n: _said(shop, payment, *n))
    assert errors == []
    assert (outcomes.count("applied"), outcomes.count("duplicate")) == (84, 84)
    shop.work()  # the provider's own answers say the same once more
    after = shop.payment(payment.id)
    assert (after.captured.amount, after.refunded.amount, after.refunding.amount) == (1100, 84 * CENTS, 0)
    assert shop.books("clearing:test") == 1100 - 84 * CENTS
    assert shop.faults() == []


def test_control_a_guard_that_forgets_what_is_under_way_is_stopped_by_the_database(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def naive(session: Session, merchant_id: str, payment_id: str, amount: int) -> bool:
        mine = (PaymentRow.merchant_id == merchant_id, PaymentRow.id == payment_id)
        left = PaymentRow.captured_amount - PaymentRow.refunded_amount  # and refunding?
        held = update(PaymentRow).where(*mine, left >= amount).returning(PaymentRow.id)
        return session.execute(held.values(refunding_amount=PaymentRow.refunding_amount + amount)).first() is not None

    payment = _paid(shop)
    monkeypatch.setattr(repository, "hold_back", naive)
    for ref in ("a", "b"):
        shop.refund(payment, 550, ref)
    with pytest.raises(IntegrityError, match="ck_payments_refunds"):
        shop.refund(payment, 1, "c")
    assert shop.payment(payment.id).refunding.amount == 1100


def test_a_repeated_refund_is_the_first_one(shop: World) -> None:
    payment = _paid(shop)
    made, refused = rush([0] * 12, lambda number: _ask(shop, payment, number))
    assert (len({r.id for r in made}), refused) == (1, [])
    assert shop.payment(payment.id).refunding.amount == CENTS
    with pytest.raises(ComandaError, match="was asked for before"):
        shop.refund(payment, 14, "r0")


def test_a_webhook_against_a_cancellation_and_the_counter(shop: World) -> None:
    """Whoever comes first, the order ends paid once, or not at all; what came beside goes back."""
    for number in range(4):
        order = shop.order(f"talk {number}")
        asked = shop.by_link(order)
        said = ProviderFact(
            "test", f"e{number}", "captured", shop.merchant_id, asked.id, charge_ref=f"c{number}", amount=asked.amount
        )

        def act(who: str, order: orders.OrderView = order, said: ProviderFact = said) -> None:
            with clock.at(shop.moment), shop.database.begin() as uow:
                if who == "webhook":
                    payments.apply(uow, said)
                elif who == "cancel":
                    orders.cancel(uow, shop.merchant_id, order.id, reason="sold out")
                else:
                    payments.take_at_counter(uow, shop.merchant_id, said.payment_id)

        rush(["webhook", "webhook", "cancel" if number % 2 else "counter"], act)
        shop.work()
        kept = sum(p.captured.amount - p.refunded.amount for p in shop.all_of(order))
        assert kept == (0 if number % 2 else 1100)
    assert shop.books("clearing:test") + shop.books("cash") == 2 * 1100
    assert shop.faults() == []


def test_one_link_however_many_ask_for_it(shop: World) -> None:
    order = shop.order()

    def ask(_: int) -> str:
        with clock.at(shop.moment), shop.database.begin() as uow:
            return payments.pay_by_link(uow, shop.merchant_id, order.id).id

    made, refused = rush(list(range(12)), ask)
    assert (len(set(made)), refused) == (1, [])
    assert [p.state for p in shop.all_of(order)] == ["cancelled", "pending"]


def test_any_history_with_a_troubled_provider_ends_with_the_same_money_on_both_sides(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers lost, faults, refusals for speed; webhooks doubled and shuffled; customers who change their minds."""
    seed = 1 if database.sqlite else 2
    with stripe_server(Troubles(seed, lost=0.25, fault=0.1, busy=0.1)) as stripe:
        current = configure(
            monkeypatch, STRIPE_API_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET=SECRET, STRIPE_API_BASE=stripe.url
        )
        with world(database, current, stripe) as shop:
            placed = _live(shop, stripe, random.Random(seed))
            shop.work(hours=2)
            for last in range(3):
                shop.deliver(stripe, seed + last)
                shop.work(hours=0.5)
            for order in placed:
                ours = sum(p.captured.amount - p.refunded.amount for p in shop.all_of(order) if p.method == "stripe")
                assert ours == stripe.kept_of(order.id)
                assert len([p for p in shop.all_of(order) if p.paid]) <= 1
            assert shop.books("clearing:stripe") == sum(stripe.kept_of(o.id) for o in placed)
            assert shop.faults() == []
            assert len([o for o in placed if stripe.taken(o.id)]) > 2
    settings.cache_clear()


def _live(shop: World, stripe: FakeStripe, chance: random.Random) -> list[orders.OrderView]:
    placed = [shop.order(f"talk {n}") for n in range(5)]
    for order in placed:
        with shop.database.begin() as uow:
            payments.pay_by_link(uow, shop.merchant_id, order.id)
    for step in range(20):
        shop.work(hours=0.05)
        order = chance.choice(placed)
        _act(shop, stripe, order, chance, step)
        if chance.random() < 0.3:
            shop.deliver(stripe, step)
    return placed


def _act(shop: World, stripe: FakeStripe, order: orders.OrderView, chance: random.Random, step: int) -> None:
    mine = [s for s in stripe.sessions.values() if s["metadata"]["order_id"] == order.id and s["status"] == "open"]
    known = {p.provider_ref for p in shop.all_of(order)}
    action = chance.choice(["pay", "pay", "decline", "cancel", "refund", "change"])
    try:
        if action in ("pay", "decline") and mine and mine[0]["id"] in known:
            (stripe.pay if action == "pay" else stripe.decline)(mine[0]["id"])
        elif action == "cancel" and step % 3 == 0:
            shop.cancel(order)
        elif action == "refund" and shop.of(order).captured.amount:
            shop.refund(shop.of(order), chance.randrange(1, 700), f"r{step}")
        elif action == "change":
            with shop.database.begin() as uow:
                amount = Money(chance.randrange(500, 1500), "EUR")
                payments.adjust(uow, shop.merchant_id, order.id, amount, ref=f"edit:{step}")
    except ComandaError:
        pass  # refused: nothing happened


def test_a_delivery_is_applied_once_though_it_comes_many_times_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(database, configure(monkeypatch)) as shop:
        order = shop.order()
        asked = shop.by_link(order)
        provider = shop.providers["test"]
        body = (
            f'{{"id":"e","kind":"captured","merchant_id":"{shop.merchant_id}","payment_id":"{asked.id}",'
            '"amount":1100,"currency":"EUR"}'
        ).encode()

        headers = provider.delivery(body).headers  # type: ignore[attr-defined] # the test page's own

        def come(_: int) -> str:
            with clock.at(shop.moment):
                return inbox.take(shop.database, provider, Delivery(body, headers))

        outcomes, errors = rush(list(range(12)), come)
        assert (sorted(outcomes), errors) == (["applied", *["duplicate"] * 11], [])
        assert shop.books("clearing:test") == 1100
    settings.cache_clear()
