"""Payments of orders on both databases: the counter, changes, news in any order, and what the database refuses."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core import orders, payments
from core.access import of_staff
from core.kernel.errors import ComandaError, Conflict, InvalidInput, NotAllowed, NotFound
from core.kernel.money import Money
from core.payments import ProviderFact
from core.payments.models import PaymentRow
from core.settings import settings
from tests.payments.world import configure, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.access import Actor
    from core.db.session import Database
    from core.payments import PaymentView
    from core.payments.states import FactKind, RefundState
    from tests.payments.world import World


@pytest.fixture
def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(database, configure(monkeypatch)) as made:
        yield made
    settings.cache_clear()


def _say(shop: World, payment: PaymentView, kind: FactKind, event_id: str, **more: object) -> str:
    charge = more.pop("charge_ref", "ch_1")
    fact = ProviderFact("test", event_id, kind, shop.merchant_id, payment.id, charge_ref=str(charge), **more)  # type: ignore[arg-type]
    with shop.database.begin() as uow:
        return payments.apply(uow, fact).outcome


def test_an_order_is_placed_with_its_payment_and_taken_at_the_counter_once(shop: World) -> None:
    order = shop.order()
    due = shop.of(order)
    assert (due.method, due.state, due.amount, due.url) == ("counter", "pending", order.total, "")
    assert shop.books("cash") == 0
    for _ in range(2):
        with shop.database.begin() as uow:
            assert payments.take_at_counter(uow, shop.merchant_id, due.id).state == "captured"
    assert (shop.of(order).due.amount, shop.books("cash")) == (0, 1100)
    shop.cancel(order)
    shop.cancel(order)
    assert (shop.of(order).refunded.amount, shop.books("cash")) == (1100, 0)
    with pytest.raises(payments.RefundTooLarge, match=r"Only 0\.00 EUR of this payment"):
        shop.refund(due, 1, "more")
    assert shop.faults() == []


def test_no_order_without_its_payment(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that fails leaves neither. The control: a payment in a transaction of its own leaves an orphan."""
    cart = shop.shop.cart("talk", shop.lines())

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no payment today")

    with monkeypatch.context() as patch:
        patch.setattr("core.orders.service.placing.payments.open_payment", broken)
        with pytest.raises(RuntimeError, match="no payment today"):
            shop.shop.place(cart.id)
    with shop.database.read() as session:
        assert orders.list_orders(session, shop.merchant_id) == ()
    placed = shop.shop.place(cart.id)
    assert shop.shop.place(cart.id) == placed
    assert len(shop.all_of(placed)) == 1
    with monkeypatch.context() as patch:
        patch.setattr("core.orders.service.placing.payments.open_payment", lambda *_, **__: None)
        orphan = shop.order("control")
    assert shop.all_of(orphan) == ()  # the control: what the constraint of one transaction prevents


def test_a_payment_is_opened_once_and_for_one_amount(shop: World) -> None:
    order = shop.order()
    with shop.database.begin() as uow:
        again = payments.open_payment(uow, shop.merchant_id, order.id, order.total)
        assert again.id == shop.of(order).id
        with pytest.raises(Conflict, match="another amount"):
            payments.open_payment(uow, shop.merchant_id, order.id, Money(1, "EUR"))
        with pytest.raises(InvalidInput, match="zero or more"):
            payments.open_payment(uow, shop.merchant_id, "other", Money(-1, "EUR"))
        assert payments.open_payment(uow, shop.merchant_id, "gift", Money(0, "EUR")).state == "captured"
        with pytest.raises(NotFound):
            payments.take_at_counter(uow, "another shop", again.id)
    with pytest.raises(NotAllowed), shop.database.begin(_kitchen(shop)) as uow:
        payments.take_at_counter(uow, shop.merchant_id, again.id)


def _kitchen(shop: World) -> Actor:
    return of_staff(shop.merchant_id, "somebody", "kitchen")


def test_the_database_refuses_what_must_never_be(shop: World) -> None:
    order = shop.order()
    for values in (
        {"refunding_amount": 1},
        {"state": "captured"},
        {"captured_amount": 1},
        {"amount": -1},
        {"state": "paid"},
    ):
        with pytest.raises(IntegrityError), shop.database.begin() as uow:
            mine = (PaymentRow.merchant_id == shop.merchant_id, PaymentRow.order_id == order.id)
            uow.session.execute(update(PaymentRow).where(*mine).values(**values))


def test_news_of_a_refund_in_any_order_ends_the_same(shop: World) -> None:
    """Pending, succeeded, then sent back by the bank: however they arrive, it has failed and nothing is gone."""
    news: tuple[RefundState, ...] = ("pending", "succeeded", "failed")
    order, amount = shop.order(), Money(100, "EUR")
    asked = shop.by_link(order)
    _say(shop, asked, "captured", "paid", amount=asked.amount)
    for number, order_of_news in enumerate([*permutations(news), ("succeeded", "pending"), ("failed",)]):
        with shop.database.begin() as uow:
            refund = payments.refund(uow, shop.merchant_id, asked.id, amount, reason="x", ref=f"{number}")
        before = shop.of(order).refunded.amount
        for state in order_of_news:
            more = {"refund_id": refund.id, "refund_ref": f"re {number}", "refund_state": state, "amount": amount}
            _say(shop, asked, "refund", f"{number} {state}", **more)
        after, gone = shop.of(order), 0 if "failed" in order_of_news else 100
        assert (after.refunded.amount - before, after.refunding.amount) == (gone, 0)
    assert shop.books("clearing:test") == 1100 - 100
    assert shop.faults() == []


def test_news_of_a_payment_in_any_order_is_counted_once(shop: World) -> None:
    """Confirmed, on its way, expired: whatever comes when, money that came in is there once."""
    kinds: tuple[FactKind, ...] = ("authorised", "captured", "expired")
    for number, kinds_now in enumerate(permutations(kinds)):
        order = shop.order(f"talk {number}")
        asked = shop.by_link(order)
        for kind in (*kinds_now, kinds_now[0]):
            _say(shop, asked, kind, f"{number} {kind}", charge_ref=f"ch {number}", amount=asked.amount)
        assert (shop.of(order).state, shop.of(order).captured.amount) == ("captured", 1100)
        assert [p.state for p in shop.all_of(order) if p.live] == ["captured"]
    assert shop.books("clearing:test") == 6 * 1100
    assert shop.faults() == []


def test_a_second_charge_of_one_payment_goes_back(shop: World) -> None:
    order = shop.order()
    asked = shop.by_link(order)
    for charge in ("ch 1", "ch 2", "ch 3", "ch 2"):
        _say(shop, asked, "captured", f"evt {charge}", charge_ref=charge, amount=asked.amount)
    _say(shop, asked, "captured", "evt ch 2 again", charge_ref="ch 2", amount=asked.amount)
    shop.work()
    kept = [(p.state, p.captured.amount - p.refunded.amount) for p in shop.all_of(order) if p.method == "test"]
    assert sorted(kept) == [("cancelled", 0), ("cancelled", 0), ("captured", 1100)]
    assert shop.books("clearing:test") == 1100


def test_refunds_that_make_no_sense_are_refused(shop: World) -> None:
    order = shop.order()
    due = shop.of(order)
    with pytest.raises(payments.PaymentClosed, match="Nothing was paid"):
        shop.refund(due, 100, "a")
    with shop.database.begin() as uow:
        payments.take_at_counter(uow, shop.merchant_id, due.id)
    refused: list[tuple[Money, str]] = [(Money(0, "EUR"), "a"), (Money(-5, "EUR"), "a"), (Money(5, "USD"), "a")]
    for amount, ref in [*refused, (Money(5, "EUR"), ""), (Money(5, "EUR"), "x" * 161)]:
        with pytest.raises(ComandaError), shop.database.begin() as uow:
            payments.refund(uow, shop.merchant_id, due.id, amount, reason="x", ref=ref)
    assert shop.of(order).refunded.amount == 0


def test_another_shop_sees_and_changes_nothing(shop: World) -> None:
    order = shop.order()
    asked = shop.by_link(order)
    with shop.database.read() as session:
        assert payments.of_order(session, "another shop", order.id) is None
    fact = ProviderFact("test", "e", "captured", "another shop", asked.id, charge_ref="c", amount=asked.amount)
    with shop.database.begin() as uow:
        assert payments.apply(uow, fact).outcome == "unknown"
        assert payments.apply(uow, ProviderFact("stripe", "e", "captured", shop.merchant_id, asked.id)).payment is None
    assert shop.of(order).state == "pending"
