"""Orders that are not certain yet: held ones, and those that are made for money in advance only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from channels import payments as channel
from comanda.drain import Drain
from comanda.upkeep import UPKEEP
from core import access, inventory, kitchen, ledger, merchants, orders, payments
from core.db import audit
from core.kernel import clock
from core.kernel.errors import Conflict, NotAllowed, NotFound
from core.kernel.money import Money
from core.merchants import Charging, Policy
from core.orders import Line
from core.payments import ProviderFact
from core.payments.service import refunding
from core.settings import settings
from tests.orders.shop import open_shop
from tests.payments.world import KEY, configure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from core.orders import OrderView
    from core.payments import PaymentView, RefundView
    from tests.orders.shop import Shop

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
LISTENING = {
    "PaymentCaptured": (orders.on_payment_captured,),
    "PaymentFailed": (orders.on_payment_failed,),
    "ReservationExpired": (orders.on_reservation_expired,),
}


@pytest.fixture
def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop with five rolls that may take money by the test page."""
    configure(monkeypatch)
    made = open_shop(database)
    made.stock("roll", 5)
    yield made
    settings.cache_clear()


def _work(shop: Shop, at: datetime, listening: bool = True) -> None:
    handlers = {**channel.handlers(channel.providers(settings(), KEY)), **UPKEEP}
    with clock.at(at):
        Drain(shop.database, handlers, LISTENING if listening else {}).all()


def _held(shop: Shop) -> OrderView:
    with shop.database.begin() as uow:
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, Policy(hold_units=1, hold_minutes=30))
    with clock.at(NOON):
        return shop.order(Line("roll", 2))


def _unpaid(shop: Shop, monkeypatch: pytest.MonkeyPatch, units: int = 2) -> OrderView:
    configure(monkeypatch, PREPAY="true")
    with clock.at(NOON):
        return shop.order(Line("roll", units))


def _now(shop: Shop, order: OrderView) -> tuple[str, int]:
    """The order's state, and how many tickets the kitchen has of it."""
    with shop.database.read() as session:
        tickets = kitchen.tickets_of_order(session, shop.merchant_id, order.id)
        state = orders.order(session, shop.merchant_id, order.id).state
        return state, sum(ticket.state != "cancelled" for ticket in tickets)


def _of(shop: Shop, order: OrderView) -> PaymentView:
    with shop.database.read() as session:
        found = payments.of_order(session, shop.merchant_id, order.id)
    assert found is not None
    return found


def _pay(shop: Shop, order: OrderView) -> None:
    asked = _of(shop, order)
    said = ProviderFact("test", "evt", "captured", shop.merchant_id, asked.id, charge_ref="ch", amount=asked.amount)
    with clock.at(NOON + timedelta(minutes=5)), shop.database.begin() as uow:
        payments.apply(uow, said)


def test_a_held_order_that_nobody_looks_at_is_cancelled_and_its_stock_sold_again(shop: Shop) -> None:
    held = _held(shop)
    _work(shop, NOON + timedelta(minutes=29))
    assert (_now(shop, held), shop.level("roll")) == (("held", 0), (5, 2))
    _work(shop, NOON + timedelta(minutes=31))
    assert (_now(shop, held), shop.level("roll")) == (("cancelled", 0), (5, 0))


def test_control_without_listening_a_held_order_stays_without_its_stock(shop: Shop) -> None:
    held = _held(shop)
    _work(shop, NOON + timedelta(minutes=31), listening=False)
    assert (_now(shop, held), shop.level("roll")) == (("held", 0), (5, 0))


def test_a_held_order_of_uncounted_items_is_cancelled_in_time_too(shop: Shop) -> None:
    with shop.database.begin() as uow:
        merchants.set_policy(uow, shop.merchant_id, shop.location_id, Policy(hold_units=1, hold_minutes=30))
    with clock.at(NOON):
        held, other = (shop.order(Line("scone", 2), conversation_id=talk) for talk in "ab")
    with clock.at(NOON + timedelta(minutes=5)), shop.database.begin() as uow:
        orders.release(uow, shop.merchant_id, other.id)
    _work(shop, NOON + timedelta(minutes=29))
    assert _now(shop, held) == ("held", 0)
    _work(shop, NOON + timedelta(minutes=31))
    assert (_now(shop, held), _now(shop, other)) == (("cancelled", 0), ("new", 1))
    with shop.database.read() as session:
        told = [row.event for row in audit.entries(session, shop.merchant_id)]
    assert "ReservationExpired" not in told


def test_a_held_order_that_is_released_keeps_its_stock_for_good(shop: Shop) -> None:
    held = _held(shop)
    with clock.at(NOON + timedelta(minutes=10)), shop.database.begin() as uow:
        orders.release(uow, shop.merchant_id, held.id)
    _work(shop, NOON + timedelta(days=1))
    assert (_now(shop, held), shop.level("roll")) == (("new", 1), (5, 2))
    with shop.database.read() as session:
        told = [row.event for row in audit.entries(session, shop.merchant_id)]
    assert [event for event in told if event in ("OrderReleased", "KitchenTold")] == ["OrderReleased", "KitchenTold"]


def test_a_held_order_that_is_changed_is_still_let_go_in_time(shop: Shop) -> None:
    held = _held(shop)
    with clock.at(NOON), shop.database.begin() as uow:
        orders.change_order(uow, shop.merchant_id, held.id, (Line("roll", 3),), expected_version=1)
    assert shop.level("roll") == (5, 3)
    _work(shop, NOON + timedelta(minutes=31))
    assert (_now(shop, held), shop.level("roll")) == (("cancelled", 0), (5, 0))


def test_money_in_advance_comes_before_the_kitchen_hears_of_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = _unpaid(shop, monkeypatch)
    with clock.at(NOON), shop.database.begin() as uow:
        orders.accept(uow, shop.merchant_id, order.id)
        orders.change_order(uow, shop.merchant_id, order.id, (Line("roll", 3),), expected_version=1)
    _work(shop, NOON)
    assert (_now(shop, order), shop.level("roll")) == (("accepted", 0), (5, 3))
    _pay(shop, order)
    for _ in range(2):
        _work(shop, NOON + timedelta(minutes=5))
    assert _now(shop, order) == ("accepted", 1)
    _work(shop, NOON + timedelta(days=1))
    assert (_now(shop, order), shop.level("roll")) == (("accepted", 1), (5, 3))


def test_money_in_advance_that_does_not_come_ends_the_order(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = _unpaid(shop, monkeypatch)
    _work(shop, NOON + timedelta(hours=2))
    assert (_now(shop, order), shop.level("roll")) == (("cancelled", 0), (5, 0))
    assert _of(shop, order).state in ("failed", "cancelled")


def test_money_that_comes_when_the_goods_are_gone_goes_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it held was given back while the payment was under way, and somebody else has it now."""
    order = _unpaid(shop, monkeypatch)
    with clock.at(NOON + timedelta(days=1)), shop.database.begin() as uow:
        inventory.expire(uow, shop.merchant_id, order.id)
        inventory.reserve(uow, shop.merchant_id, shop.location_id, "other", {"roll": 4})
    _pay(shop, order)
    _work(shop, NOON + timedelta(days=1))
    assert (_now(shop, order), shop.level("roll")) == (("cancelled", 0), (5, 4))
    paid = _of(shop, order)
    assert paid.refunding + paid.refunded == paid.captured == order.total


def test_only_whose_order_it_is_may_pay_it_by_link(shop: Shop) -> None:
    order = shop.order(Line("roll"))
    stranger = access.of_customer(shop.merchant_id, "somebody else")
    with pytest.raises(NotAllowed), shop.database.begin(stranger) as uow:
        orders.pay_by_link(uow, shop.merchant_id, order.id)
    with pytest.raises(NotAllowed), shop.database.begin(stranger) as uow:
        payments.pay_by_link(uow, shop.merchant_id, order.id)
    assert _of(shop, order).method == "counter"
    with shop.database.begin(access.of_customer(shop.merchant_id, shop.customer_id)) as uow:
        assert orders.pay_by_link(uow, shop.merchant_id, order.id).method == "test"


@pytest.mark.parametrize(("cash", "till", "came"), [(True, "cash", 1000), (False, "clearing:card", 995)])
def test_coins_pay_what_there_are_coins_for_and_a_card_is_not_in_the_till(
    shop: Shop, cash: bool, till: str, came: int
) -> None:
    with shop.database.begin() as uow:
        merchants.set_charging(uow, shop.merchant_id, shop.location_id, Charging(cash_increment=10))
    order = shop.order(Line("roll"))
    due = _of(shop, order)
    with shop.database.begin() as uow:
        with pytest.raises(NotFound):
            orders.take_at_counter(uow, shop.merchant_id, "0" * 32, due.id)
        for _ in range(2):
            orders.take_at_counter(uow, shop.merchant_id, order.id, due.id, cash=cash)

        def balance(account: str) -> Money:
            return ledger.balance(uow.session, shop.merchant_id, account)

        assert {name: balance(name).amount for name in ("cash", "clearing:card")} == {
            "cash": 0,
            "clearing:card": 0,
        } | {till: came}
        assert balance("rounding") == Money(995 - came, "EUR")
        assert balance("receivable") == Money(0, "EUR")
        assert orders.check_books(uow.session, shop.merchant_id) == ()


def _given_back(shop: Shop, *, cash: bool) -> tuple[list[int | None], dict[str, int]]:
    """An order of 9.95 in a shop whose smallest coin is ten cents, given back in three parts: coins, and the books."""
    with shop.database.begin() as uow:
        merchants.set_charging(uow, shop.merchant_id, shop.location_id, Charging(cash_increment=10))
    order = shop.order(Line("roll"))
    with shop.database.begin() as uow:
        orders.take_at_counter(uow, shop.merchant_id, order.id, _of(shop, order).id, cash=cash)
        for number, part in enumerate((333, 333, 329)):
            for _ in range(2):  # asked for again, it is the first one
                orders.refund_order(
                    uow, shop.merchant_id, order.id, amount=Money(part, "EUR"), reason="cold", ref=f"{number}"
                )
        backs = payments.refunds_of_order(uow.session, shop.merchant_id, order.id)
        names = ("cash", "clearing:card", "rounding", "receivable")
        books = {name: ledger.balance(uow.session, shop.merchant_id, name).amount for name in names}
        assert orders.check_books(uow.session, shop.merchant_id) == ()
    return [back.coins.amount if back.coins else None for back in backs], books


def test_what_goes_back_in_coins_comes_to_what_was_taken_in_coins(shop: Shop) -> None:
    coins, books = _given_back(shop, cash=True)
    # 10.00 were taken for 9.95: 3.30, 3.40 and 3.30 go back.
    assert coins == [330, 340, 330]
    assert books == {"cash": 0, "clearing:card": 0, "rounding": 0, "receivable": 0}


def test_what_was_paid_by_card_goes_back_to_the_cent(shop: Shop) -> None:
    coins, books = _given_back(shop, cash=False)
    assert coins == [None, None, None]
    assert books == {"cash": 0, "clearing:card": 0, "rounding": 0, "receivable": 0}


def test_control_rounding_each_refund_for_itself_leaves_the_till_wrong(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alone(_uow: UnitOfWork, _payment: PaymentView, begun: RefundView) -> RefundView:
        return replace(begun, coins=begun.amount.rounded_to(10))

    monkeypatch.setattr(refunding, "_in_coins", alone)
    _, books = _given_back(shop, cash=True)
    assert books["cash"] == 10


def test_a_refund_that_failed_is_tried_again_once(shop: Shop) -> None:
    order = shop.order(Line("roll"))
    with shop.database.begin() as uow:
        orders.pay_by_link(uow, shop.merchant_id, order.id)
    _pay(shop, order)
    paid = _of(shop, order)
    with shop.database.begin() as uow:
        orders.refund_order(uow, shop.merchant_id, order.id, reason="cold", ref="one")
        (first,) = payments.refunds_of_order(uow.session, shop.merchant_id, order.id)
        with pytest.raises(Conflict, match="nothing to try again"):
            payments.retry_refund(uow, shop.merchant_id, first.id)
        task = payments.begin_task(uow, shop.merchant_id, paid.id, "refund", refund_id=first.id)
        assert task is not None
        payments.task_refused(uow, task, "The card is closed.")
        again = {payments.retry_refund(uow, shop.merchant_id, first.id).id for _ in range(2)}
        refunds = payments.refunds_of_order(uow.session, shop.merchant_id, order.id)
    assert [(r.state, r.amount) for r in refunds] == [("failed", order.total), ("pending", order.total)]
    assert again == {refunds[1].id}
    assert _of(shop, order).refunding == order.total


def _alerts(shop: Shop) -> int:
    with shop.database.read() as session:
        return sum(row.event == "StockLow" for row in audit.entries(session, shop.merchant_id))


def test_an_alert_of_an_order_that_was_taken_back_is_never_sent(shop: Shop) -> None:
    with shop.database.begin() as uow:
        inventory.set_reorder_point(uow, shop.merchant_id, shop.location_id, "roll", 3)
    cart = shop.cart("talk", (Line("roll", 2),))
    with shop.database.begin() as uow:
        with pytest.raises(KeyError), uow.nested():
            orders.place_order(uow, shop.merchant_id, cart.id)
            raise KeyError
        level = inventory.level(uow.session, shop.merchant_id, shop.location_id, "roll")
    assert level is not None
    assert (level.available, level.low, _alerts(shop)) == (5, False, 0)
    shop.place(cart.id)
    assert _alerts(shop) == 1
