"""What many do at once happens once: one customer, one cart, one order, one step."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from core import customers, orders
from core.customers.models import CustomerRow, IdentityRow
from core.db.outbox import WorkRow
from core.kernel.errors import CartClosed
from core.kitchen.models import TicketRow
from core.orders import Line
from core.orders.models import CartRow, OrderRow
from tests.orders.shop import open_shop
from tests.races.crowd import rush

if TYPE_CHECKING:
    import pytest
    from sqlalchemy.orm import Session

    from core.db.base import Base
    from core.db.session import Database

EVERYBODY = range(48)


def _count(database: Database, table: type[Base], **equal: str) -> int:
    with database.read() as session:
        columns = table.__table__.c
        rows = select(func.count()).select_from(table).where(*(columns[k] == v for k, v in equal.items()))
        return int(session.scalar(rows) or 0)


def test_a_cart_placed_by_many_at_once_is_one_order(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 100)
    cart = shop.cart("talk", (Line("roll", 2),))
    placed, refused = rush(EVERYBODY, lambda _: shop.place(cart.id))
    assert refused == []
    assert len(placed) == len(EVERYBODY)
    assert len({o.id for o in placed}) == 1
    assert {o == placed[0] for o in placed} == {True}
    assert shop.level("roll") == (100, 2)
    assert _count(database, OrderRow, merchant_id=shop.merchant_id) == 1
    assert _count(database, TicketRow, merchant_id=shop.merchant_id) == 1
    assert _count(database, WorkRow, lane=f"order:{placed[0].id}") == 1


def test_control_without_the_lock_on_the_cart_a_second_placing_fails(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the transaction is the lock; on PostgreSQL it is the row's, and only the constraint is left without.

    Nor does it look again, as it does when the constraint refuses an order because of its code.
    """
    from core.db.session import Database as Opened  # noqa: PLC0415
    from core.orders import repository  # noqa: PLC0415

    locked = repository.cart

    def unlocked(session: Session, merchant_id: str, cart_id: str, *, lock: bool = False) -> orders.CartView | None:
        _ = lock
        return locked(session, merchant_id, cart_id, lock=False)

    monkeypatch.setattr(repository, "cart", unlocked)
    monkeypatch.setattr("core.orders.service.placing._CODE_TRIES", 1)
    database = Opened(postgres_url, pool_size=24)
    shop = open_shop(database)
    shop.stock("roll", 100)
    cart = shop.cart("talk", (Line("roll", 2),))
    placed, refused = rush(EVERYBODY, lambda _: shop.place(cart.id))
    assert refused != []
    assert len({o.id for o in placed}) == 1, "the constraint is the second line of defence"
    database.close()


def test_the_first_sight_of_a_customer_makes_one(database: Database) -> None:
    shop = open_shop(database)

    def look(n: int) -> str:
        with database.begin() as uow:
            return customers.identify(uow, shop.merchant_id, "sms", "a", f"sender {n % 4}", profile_name="Ava").id

    before = _count(database, CustomerRow, merchant_id=shop.merchant_id)
    seen, refused = rush(EVERYBODY, look)
    assert refused == []
    assert len(set(seen)) == 4
    assert _count(database, CustomerRow, merchant_id=shop.merchant_id) == before + 4
    assert _count(database, IdentityRow, merchant_id=shop.merchant_id, channel="sms") == 4


def test_a_conversation_opened_by_many_at_once_has_one_cart(database: Database) -> None:
    shop = open_shop(database)

    def look(_: int) -> str:
        with database.begin() as uow:
            return orders.open_cart(uow, shop.merchant_id, shop.location_id, shop.customer_id, "talk").id

    seen, refused = rush(EVERYBODY, look)
    assert (len(set(seen)), refused) == (1, [])
    assert _count(database, CartRow, merchant_id=shop.merchant_id) == 1


def test_a_step_pressed_by_many_at_once_is_taken_once(database: Database) -> None:
    shop = open_shop(database)
    shop.stock("roll", 5)
    placed = shop.order(Line("roll", 2))

    def press(_: int) -> str:
        with database.begin() as uow:
            return orders.cancel(uow, shop.merchant_id, placed.id, reason="gone").state

    states, refused = rush(EVERYBODY, press)
    assert (set(states), refused) == ({"cancelled"}, [])
    assert shop.level("roll") == (5, 0)
    assert _count(database, WorkRow, lane=f"order:{placed.id}", kind="event:OrderCancelled") == 1


def test_an_order_is_what_the_cart_was_when_it_closed(database: Database) -> None:
    """One places while the others still change the cart: whoever comes too late is told so, and nobody is lost."""
    shop = open_shop(database)
    cart = shop.cart("talk", (Line("scone", 99),))

    def press(n: int) -> str:
        if n == len(EVERYBODY) // 2:
            return shop.place(cart.id).id
        with database.begin() as uow:
            orders.set_lines(uow, shop.merchant_id, cart.id, (Line("scone", n + 1),))
        return ""

    seen, refused = rush(EVERYBODY, press)
    (order_id,) = (answer for answer in seen if answer)
    with database.read() as session:
        closed = orders.cart(session, shop.merchant_id, cart.id)
        placed = orders.order(session, shop.merchant_id, order_id)
    assert {type(r) for r in refused} <= {CartClosed}
    assert closed.version == cart.version + len(seen)
    assert tuple(line.line for line in placed.lines) == closed.lines


def test_an_insert_waits_for_another_of_its_like_and_goes_ahead_when_that_is_undone(database: Database) -> None:
    shop = open_shop(database)
    holds = threading.Event()

    def hold_and_undo() -> None:
        with contextlib.suppress(ZeroDivisionError), database.begin() as uow:
            customers.identify(uow, shop.merchant_id, "sms", "a", "x", profile_name="Undone")
            holds.set()
            time.sleep(0.2)
            _ = 1 // 0

    first = threading.Thread(target=hold_and_undo)
    first.start()
    assert holds.wait(60)
    with database.begin() as uow:
        second = customers.identify(uow, shop.merchant_id, "sms", "a", "x", profile_name="Ava")
    first.join()
    assert second.name == "Ava"
    assert _count(database, IdentityRow, merchant_id=shop.merchant_id, channel="sms") == 1
    assert _count(database, CustomerRow, merchant_id=shop.merchant_id, name="Undone") == 0
