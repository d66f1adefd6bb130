"""A shop's day as a state machine: whatever happens in whatever order, nothing comes to a state that cannot be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core import inventory, kitchen, ledger, orders, payments
from core.kernel.errors import ComandaError
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.orders import Line
from core.orders.states import ARROWS, STATES
from core.payments import ProviderFact
from tests.orders.checkout import faults
from tests.orders.shop import open_shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database
    from core.db.uow import UnitOfWork

ITEMS = ("roll", "scone", "water")
STOCK = 6
STEPS: dict[str, Callable[[UnitOfWork, str, str], Any]] = {
    "release": orders.release,
    "accept": orders.accept,
    "start": orders.start_preparing,
    "ready": orders.mark_ready,
    "complete": orders.complete,
}


@dataclass
class Day:
    """A shop with little stock, three conversations, and all that was placed. Refusals are counted, not raised."""

    database: Database
    placed: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    facts: list[ProviderFact] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self.shop = open_shop(self.database, f"day-{new_id()}", tax=825)
        for item in ITEMS[:2]:
            self.shop.stock(item, STOCK)

    def add(self, talk: int, item: int, units: int) -> None:
        """More of something in a conversation's cart; fewer with a negative number."""
        with self.database.begin() as uow:
            me, place, guest = self.shop.merchant_id, self.shop.location_id, self.shop.customer_id
            cart = orders.open_cart(uow, me, place, guest, f"talk{talk}")
            had = {line.item: line.quantity for line in cart.lines}
            had[ITEMS[item]] = had.get(ITEMS[item], 0) + units
            lines = [Line(name, n) for name, n in had.items() if n > 0]
            orders.set_lines(uow, me, cart.id, lines)

    def checkout(self, talk: int) -> None:
        """Order the conversation's cart."""

        def place(uow: UnitOfWork) -> None:
            cart = orders.find_cart(uow.session, self.shop.merchant_id, f"talk{talk}")
            if cart is not None:
                self.placed.append(orders.place_order(uow, self.shop.merchant_id, cart.id).id)

        self.attempt(place)

    def act(self, number: int, kind: str, units: int = 1) -> None:
        """Something happens to one of the orders."""
        if self.placed:
            order_id = self.placed[number % len(self.placed)]
            self.attempt(lambda uow: self._do(uow, order_id, kind, units))

    def webhook(self, number: int, *, again: bool) -> None:
        """A provider says that one of the orders was paid; or says again what it has said before."""
        if again and self.facts:
            fact = self.facts[number % len(self.facts)]
            self.attempt(lambda uow: payments.apply(uow, fact))
        elif self.placed:
            order_id = self.placed[number % len(self.placed)]
            self.attempt(lambda uow: self._pay(uow, order_id))

    def attempt(self, action: Callable[[UnitOfWork], object]) -> None:
        """Do it in a transaction of its own; a refusal is an answer."""
        try:
            with self.database.begin() as uow:
                action(uow)
        except ComandaError:
            self.refused += 1

    def _do(self, uow: UnitOfWork, order_id: str, kind: str, units: int) -> None:
        me = self.shop.merchant_id
        found = orders.order(uow.session, me, order_id)
        if kind in STEPS:
            STEPS[kind](uow, me, order_id)
        elif kind == "cancel":
            orders.cancel(uow, me, order_id, reason="so it goes")
        elif kind == "change":
            lines = (Line("roll", units), Line("water"))
            orders.change_order(uow, me, order_id, lines, expected_version=found.version)
        elif kind == "refund":
            line = found.lines[units % len(found.lines)]
            back = {line.id: min(units, line.line.quantity)}
            ref = f"{line.id}:{units}"
            orders.refund_order(uow, me, order_id, lines=back, reason="cold", ref=ref, restock=units > 1)
        elif kind == "amount":
            amount = Money(100 * units, "EUR")
            orders.refund_order(uow, me, order_id, amount=amount, reason="late", ref=f"amount:{units}")
        elif kind == "counter":
            due = payments.of_order(uow.session, me, order_id)
            if due is not None:
                payments.take_at_counter(uow, me, due.id)

    def _pay(self, uow: UnitOfWork, order_id: str) -> None:
        asked = payments.pay_by_link(uow, self.shop.merchant_id, order_id)
        name = new_id()
        fact = ProviderFact(
            "test", name, "captured", self.shop.merchant_id, asked.id, charge_ref=f"ch_{name}", amount=asked.amount
        )
        self.facts.append(fact)
        if len(self.facts) % 3:  # some come late, or never
            payments.apply(uow, fact)

    def wrong(self) -> list[str]:
        """Everything that cannot be."""
        found = faults(self.database, self.shop.merchant_id)
        with self.database.read() as session:
            me = self.shop.merchant_id
            for view in orders.list_orders(session, me, states=STATES):
                before = self.seen.get(view.id, "new")
                if not _reachable(before, view.state):
                    found.append(f"order went from {before} to {view.state}")
                self.seen[view.id] = view.state
                found += self._money(session, view)
            for item in ITEMS[:2]:
                level = inventory.level(session, me, self.shop.location_id, item)
                if level is None or not 0 <= level.reserved <= level.on_hand <= STOCK:
                    found.append(f"level {level}")
        return found

    def wrong_at_the_end(self) -> list[str]:
        """What the books, the stock and the kitchen say when the day is over."""
        me = self.shop.merchant_id
        with self.database.read() as session:
            found = [str(problem) for problem in orders.check_books(session, me)]
            found += [str(problem) for problem in inventory.verify(session, me)]
            found += [str(problem) for problem in ledger.verify(session, me).problems]
            for view in orders.list_orders(session, me, states=STATES):
                open_now = [t for t in kitchen.tickets_of_order(session, me, view.id) if t.state == "open"]
                if open_now and view.state in {"ready", "completed", "cancelled"}:
                    found.append(f"order is {view.state} and still in the kitchen")
        return found

    def _money(self, session: Any, view: orders.OrderView) -> list[str]:  # noqa: ANN401 - a session
        found = [
            f"more given back than came in by {paid.id}"
            for paid in payments.all_of_order(session, view.merchant_id, view.id)
            if paid.refunded.amount + paid.refunding.amount > paid.captured.amount
        ]
        back = [r for r in orders.returns_of(session, view.merchant_id, view.id) if r.total is not None]
        if sum(r.total.amount for r in back if r.total) > view.total.amount:
            found.append("more refunded than the order cost")
        return found


def _reachable(before: str, after: str) -> bool:
    """One action is at most one arrow; an order may be placed in between."""
    return before == after or (before, after) in ARROWS


class DayMachine(RuleBasedStateMachine):
    """Adds, removals, checkouts, changes, steps, cancellations, refunds and webhooks in any order."""

    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.day = Day(self.database)

    @rule(talk=st.integers(0, 2), item=st.integers(0, 2), units=st.integers(1, 3))
    def add(self, talk: int, item: int, units: int) -> None:
        """More in a cart."""
        self.day.add(talk, item, units)

    @rule(talk=st.integers(0, 2), item=st.integers(0, 2))
    def remove(self, talk: int, item: int) -> None:
        """Fewer in a cart."""
        self.day.add(talk, item, -1)

    @rule(talk=st.integers(0, 2))
    def checkout(self, talk: int) -> None:
        """A cart is ordered."""
        self.day.checkout(talk)

    @rule(number=st.integers(0, 3), kind=st.sampled_from([*STEPS, "cancel", "counter"]))
    def step(self, number: int, kind: str) -> None:
        """An order goes on, or not."""
        self.day.act(number, kind)

    @rule(number=st.integers(0, 3), kind=st.sampled_from(["change", "refund", "amount"]), units=st.integers(1, 4))
    def alter(self, number: int, kind: str, units: int) -> None:
        """An order becomes another one, or less of one."""
        self.day.act(number, kind, units)

    @rule(number=st.integers(0, 3), again=st.booleans())
    def webhook(self, number: int, *, again: bool) -> None:
        """A provider says something."""
        self.day.webhook(number, again=again)

    @invariant()
    def nothing_is_wrong(self) -> None:
        """After every action."""
        assert self.day.wrong() == []

    def teardown(self) -> None:
        """When the day is over."""
        assert self.day.wrong_at_the_end() == []
