"""Our own core with one guard taken out, for each history: the bug as it was, in the place where we prevent it."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core import messaging
from core.access import SYSTEM
from core.db.session import Database
from core.db.uow import UnitOfWork
from core.inventory import repository as stock
from core.inventory.models import StockLevelRow
from core.kernel.errors import InvalidInput
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.orders import repository as order_rows
from core.orders import rules
from core.orders.service import changing
from core.orders.service.carts import menu_now
from core.payments.service import applying
from tests.orders.checkout import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from core.catalogue import Menu, RecipeBook
    from core.db.session import Session
    from core.inventory import StockLevelView
    from core.messaging import Envelope
    from core.messaging.views import Received
    from core.orders import CartView, Line, OrderView, ReturnView
    from core.payments import PaymentView, ProviderFact


@dataclass
class Saw:
    """Takes a guard out, and counts how often what stands in its place was used."""

    patch: pytest.MonkeyPatch
    used: list[str] = field(default_factory=list)

    def put(self, home: object, name: str, instead: Callable[..., Any]) -> None:
        """Let `instead` stand for a function of a module or class."""

        def used(*given: object, **named: object) -> Any:  # noqa: ANN401 - whatever it stands for
            self.used.append(name)
            return instead(*given, **named)

        self.patch.setattr(home, name, used, raising=False)


def nobody_holds_what_is_sold(saw: Saw) -> None:
    """What is left is not held while it is sold."""
    saw.put(stock, "take_all", lambda *_: ())


def the_largest_line_is_the_demand(saw: Saw) -> None:
    """Each line is compared with the whole stock, not their sum."""

    def largest(_: Menu, lines: Iterable[Line], __: RecipeBook) -> Mapping[str, int]:
        return {"roll": max(line.quantity for line in lines)}

    saw.put(rules, "demand", largest)


def what_is_left_is_read_before_the_lock(saw: Saw) -> None:
    """The number that was read first is what everybody decides on, and writes."""
    seen: dict[str, StockLevelView] = {}

    def stale(session: Session, merchant_id: str, location_id: str, item_id: str, quantity: int) -> object:
        if item_id not in seen:
            level = stock.level(session, merchant_id, location_id, item_id)
            assert level is not None
            seen[item_id] = level
        before = seen[item_id]
        if before.available < quantity:
            return None
        mine = update(StockLevelRow).where(StockLevelRow.merchant_id == merchant_id)
        session.execute(mine.values(reserved=before.reserved + quantity))
        return replace(before, reserved=before.reserved + quantity)

    saw.put(stock, "take", stale)


def every_step_keeps_what_it_did(saw: Saw) -> None:
    """Steps beside each other: one that fails leaves the work of those before it."""
    whole = Database.begin

    @contextmanager
    def careless(self: Database, actor: Any = SYSTEM) -> Iterator[UnitOfWork]:  # noqa: ANN401 - an actor
        broke = None
        with whole(self, actor) as uow:
            try:
                yield uow
            except Broken as error:
                broke = error
        if broke is not None:
            raise broke

    saw.put(Database, "begin", careless)
    saw.put(UnitOfWork, "nested", lambda _: nullcontext())


def what_is_promised_is_not_counted_again(saw: Saw) -> None:
    """A repair that does not know what orders hold."""
    saw.put(stock, "sums_of_reservations", lambda *_: {})


def a_discount_has_no_bound(saw: Saw) -> None:
    """More can be taken off than there is."""
    saw.put(import_module("core.orders.discounts"), "min", lambda *amounts: amounts[1])


def every_share_is_rounded_by_itself(saw: Saw) -> None:
    """Shares that do not add up to what is shared."""

    def rounded(self: Money, weights: Sequence[int]) -> tuple[Money, ...]:
        whole = sum(weights) or 1
        return tuple(Money(-(-self.amount * weight // whole) + 1, self.currency) for weight in weights)

    saw.put(Money, "allocate", rounded)


def what_remains_is_priced_anew(saw: Saw) -> None:
    """A refund takes the line out of the order, whose discount falls to the lines that are left."""
    returns: Any = import_module("core.orders.service.returns")  # a function there has the same name
    whole = returns._settle

    def settle(uow: UnitOfWork, order: OrderView, asked: ReturnView, *, restock: bool) -> ReturnView:
        done: ReturnView = whole(uow, order, asked, restock=restock)
        assert done.parts is not None
        gone = {line.line_id for line in done.parts.lines}
        left = [line.line for line in order.lines if line.id not in gone]
        menu = menu_now(uow.session, order.merchant_id, order.location_id)
        order_rows.rewrite_order(uow.session, changing._priced(uow, menu, order, left))
        return done

    saw.put(returns, "_settle", settle)


def every_message_about_money_is_believed(saw: Saw) -> None:
    """A message that comes again counts again."""
    saw.put(import_module("core.payments.repository"), "keep_event", lambda *_: True)
    whole = applying._captured

    def believed(uow: UnitOfWork, found: PaymentView, fact: ProviderFact) -> None:
        if found.captured.amount:
            applying._surplus(uow, found, replace(fact, charge_ref=new_id()), found.amount, "again")
        else:
            whole(uow, found, fact)

    saw.patch.setitem(applying._HANDLERS, "captured", believed)


def money_beside_what_was_asked_is_kept(saw: Saw) -> None:
    """Whatever comes in too much stays."""
    saw.put(applying, "start", lambda *_, **__: None)


def a_message_is_not_known_again(saw: Saw) -> None:
    """Who sends twice is heard twice."""
    whole = messaging.receive

    def receive(uow: UnitOfWork, merchant_id: str, envelope: Envelope) -> Received:
        return whole(uow, merchant_id, replace(envelope, external_id=new_id()))

    saw.put(messaging, "receive", receive)


def lines_are_known_by_their_item(saw: Saw) -> None:
    """A cart in which the second of two lines takes the place of the first."""
    whole = order_rows.save_cart

    def save(session: Session, after: CartView, *more: Any, **named: Any) -> None:  # noqa: ANN401 - passed on
        lines = tuple({line.item: line for line in after.lines}.values())
        whole(session, replace(after, lines=lines, causes=()), *more, **named)

    saw.put(order_rows, "save_cart", save)


def nobody_looks_at_a_quantity(saw: Saw) -> None:
    """A receipt takes what is written on it."""
    saw.put(import_module("core.inventory.service.levels"), "check_quantity", lambda *_, **__: None)


@dataclass(frozen=True)
class History:
    """A history by the test that lives through it, with what of our core is broken for its control.

    `given` are the values of the test's own parameters. `fails` is how the test ends then: by an assertion, or by a
    guard behind the one that is gone.
    """

    test: str
    broken: Callable[[Saw], None]
    given: Mapping[str, object] = field(default_factory=dict)
    fails: tuple[type[BaseException], ...] = (AssertionError, pytest.fail.Exception)


_FIRST: Final = "tests.orders.test_museum"
_MONEY: Final = "tests.museum.test_money"
_GOODS: Final = "tests.museum.test_goods"
_LAST_UNIT: Final = f"{_FIRST}:test_the_last_unit_is_sold_once_and_nobody_pays_for_nothing"

HISTORIES: Final[dict[str, History]] = {
    "vendure 3508, concurrent checkout of the last unit": History(_LAST_UNIT, nobody_holds_what_is_sold),
    "vendure 3065, paid without goods": History(_LAST_UNIT, nobody_holds_what_is_sold),
    "vendure 4811, an order discount moved onto the remaining lines by a refund": History(
        f"{_FIRST}:test_a_refund_leaves_the_discount_of_what_remains", what_remains_is_priced_anew
    ),
    "vendure 2385, a price below zero after a discount": History(
        f"{_MONEY}:test_a_discount_never_takes_more_than_there_is",
        a_discount_has_no_bound,
        {"items": ("roll",)},
        (IntegrityError, InvalidInput),  # whichever comes first: the order's constraint, or the payment's own check
    ),
    "vendure 2995, a fixed line discount that does not divide": History(
        f"{_MONEY}:test_a_discount_that_does_not_divide_is_given_to_the_cent",
        every_share_is_rounded_by_itself,
        {"units": 3},
    ),
    "medusa 16502, two lines of one stock item": History(
        f"{_FIRST}:test_two_lines_of_one_item_are_one_demand", the_largest_line_is_the_demand
    ),
    "medusa 16569, reservations outside the lock": History(
        f"{_GOODS}:test_what_is_reserved_is_counted_where_it_is_locked", what_is_left_is_read_before_the_lock
    ),
    "medusa 16825, an order left without stock or payment when a parallel step fails": History(
        f"{_FIRST}:test_no_order_is_left_without_stock_or_payment",
        every_step_keeps_what_it_did,
        {"step": "open_payment"},
    ),
    "medusa 12401, a negative reserved quantity that cannot be repaired": History(
        "tests.inventory.test_repair:test_a_negative_reserved_quantity_is_refused_and_if_forced_in_can_be_repaired",
        what_is_promised_is_not_counted_again,
    ),
    "saleor 12652, completing a checkout against its payment webhook": History(
        f"{_FIRST}:test_a_webhook_beside_the_change_of_its_order_charges_once", every_message_about_money_is_believed
    ),
    "openfoodnetwork 3925, three cards charged for one order": History(
        f"{_MONEY}:test_of_three_cards_one_pays_and_the_others_get_their_money_back",
        money_beside_what_was_asked_is_kept,
    ),
    "odoo 152259, offline orders synchronised twice": History(
        f"{_GOODS}:test_an_order_that_a_till_took_offline_is_one_however_often_it_is_sent",
        a_message_is_not_known_again,
    ),
    "wallacepos 83, the same item with and without a modifier in one order": History(
        f"{_FIRST}:test_the_same_item_with_and_without_a_modifier_stays_two_lines", lines_are_known_by_their_item
    ),
    "brot74 61, a negative quantity that raises stock": History(
        f"{_FIRST}:test_a_negative_quantity_raises_no_stock_and_pays_nothing_out",
        nobody_looks_at_a_quantity,
        {"units": -1},
    ),
}
