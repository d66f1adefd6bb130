"""A shop whose orders are paid by link, with a clock that tests move."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from channels import payments as channel
from channels.payments import inbox
from channels.payments.base import Delivery, TryLater
from comanda.drain import Drain
from core import ledger, orders, payments
from core.kernel import clock
from core.kernel.money import Money
from core.orders import Line
from core.payments.models import PaymentRow, RefundRow
from core.settings import Settings, settings
from tests.orders.shop import Shop, open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pytest

    from channels.payments import Provider
    from core.db.session import Database
    from core.orders import OrderView
    from core.payments import PaymentView
    from tests.payments.fakes.server import Fake

KEY = b"a key of these tests"
HOME = "http://testserver"


def configure(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    """Settings of this test, read as the program reads them."""
    for name, value in ({"PUBLIC_URL": HOME} | values).items():
        monkeypatch.setenv(f"COMANDA_{name}", value)
    settings.cache_clear()
    return settings()


@dataclass
class World:
    """A shop, its providers, and time."""

    shop: Shop
    providers: Mapping[str, Provider]
    moment: datetime = field(default_factory=lambda: datetime(2026, 5, 4, 12, tzinfo=UTC))

    def __post_init__(self) -> None:
        self.drain = Drain(
            self.shop.database, channel.handlers(self.providers), {"PaymentFailed": (orders.on_payment_failed,)}
        )

    @property
    def database(self) -> Database:
        """Where everything is."""
        return self.shop.database

    @property
    def merchant_id(self) -> str:
        """The shop."""
        return self.shop.merchant_id

    @staticmethod
    def lines() -> tuple[Line, ...]:
        """Eleven euros."""
        return (Line("scone", quantity=4),)

    @staticmethod
    def real() -> datetime:
        """The time outside."""
        return datetime.now(UTC)

    @contextmanager
    def later(self) -> Iterator[None]:
        """A minute from now."""
        with clock.at(self.moment + timedelta(minutes=1)):
            yield

    def order(self, name: str = "talk", lines: Sequence[Line] = (Line("scone", quantity=4),)) -> OrderView:
        """An order of eleven euros, unless told."""
        return self.shop.order(*lines, conversation_id=name)

    def by_link(self, order: OrderView) -> PaymentView:
        """The order's payment by link, its page open at the provider."""
        with self.database.begin() as uow:
            payments.pay_by_link(uow, self.merchant_id, order.id)
        self.work()
        return self.of(order)

    def of(self, order: OrderView) -> PaymentView:
        """How the order is paid now."""
        with self.database.read() as session:
            found = payments.of_order(session, self.merchant_id, order.id)
        assert found is not None
        return found

    def payment(self, payment_id: str) -> PaymentView:
        """A payment as it is now."""
        with self.database.read() as session:
            return payments.payment(session, self.merchant_id, payment_id)

    def all_of(self, order: OrderView) -> tuple[PaymentView, ...]:
        """Every payment of the order."""
        with self.database.read() as session:
            return payments.all_of_order(session, self.merchant_id, order.id)

    def work(self, *, hours: float = 0) -> None:
        """Do what is due; with `hours`, also what comes due until then."""
        end = self.moment + timedelta(hours=hours)
        while True:
            with clock.at(self.moment):
                self.drain.all()
            if self.moment >= end:
                return
            self.moment = min(end, self.moment + timedelta(minutes=5))

    def deliver(self, fake: Fake, seed: int = 1) -> None:
        """Deliver everything that waits, shaken, until the shop has taken all of it."""
        provider = next(p for p in self.providers.values() if p.name in type(fake).__name__.lower())
        for _ in range(6):
            put_off = []
            for body in fake.shaken(seed):
                try:
                    inbox.take(self.database, provider, Delivery(body, fake.signed(body)))
                except TryLater:
                    put_off.append(body)
            self.work()
            fake.deliveries += put_off
            if not fake.deliveries:
                return

    def cancel(self, order: OrderView) -> None:
        """The shop cancels."""
        with self.database.begin() as uow:
            orders.cancel(uow, self.merchant_id, order.id, reason="sold out")

    def refund(self, payment: PaymentView, cents: int, ref: str) -> None:
        """Give a part back."""
        with self.database.begin() as uow:
            amount = Money(cents, payment.amount.currency)
            payments.refund(uow, self.merchant_id, payment.id, amount, reason="cold", ref=ref)

    def books(self, account: str) -> int:
        """The balance of an account."""
        with self.database.read() as session:
            return ledger.balance(session, self.merchant_id, account).amount

    def faults(self) -> list[str]:
        """What must never be; empty when all is well."""
        faults = []
        with self.database.read() as session:
            rows = session.scalars(select(PaymentRow).where(PaymentRow.merchant_id == self.merchant_id)).all()
            done = (
                select(RefundRow.payment_id, func.sum(RefundRow.amount))
                .where(RefundRow.merchant_id == self.merchant_id, RefundRow.state != "failed")
                .group_by(RefundRow.payment_id)
            )
            back = {payment_id: int(amount) for payment_id, amount in session.execute(done)}
            if not ledger.verify(session, self.merchant_id).good:
                faults.append("the ledger was changed")
        for row in rows:
            if row.refunded_amount + row.refunding_amount != back.get(row.id, 0):
                faults.append(f"refunds of {row.id} do not add up")
            if back.get(row.id, 0) > row.captured_amount:
                faults.append(f"more went back by {row.id} than came in")
        live = [(r.order_id, r.part) for r in rows if r.state in ("pending", "authorised", "captured", "disputed")]
        if len(live) != len(set(live)):
            faults.append("two live payments for one part of an order")
        return faults


@contextmanager
def world(database: Database, current: Settings, *fakes: Fake) -> Iterator[World]:
    """A world with the providers of the settings, at a fixed moment."""
    providers = channel.providers(current, KEY)
    made = World(open_shop(database), providers)
    for fake in fakes:
        fake.clock = lambda: made.moment
    with clock.at(lambda: made.moment):
        try:
            yield made
        finally:
            for provider in providers.values():
                provider.hang_up()
