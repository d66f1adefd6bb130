"""Failures at every step of a checkout, and what must be true whatever happens: orders, stock and payments agree."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.inventory.models import ReservationRow, StockLevelRow
from core.ledger.models import PostingRow
from core.orders.models import CartRow, OrderLineRow, OrderRow
from core.payments.models import PaymentRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database

# Every step of placing an order, in its order: where it is, and what it is called there.
STEPS = (
    ("core.orders.service.placing", "locked"),
    ("core.orders.service.placing", "check_complete"),
    ("core.orders.service.handover", "agreed"),
    ("core.orders.service.placing", "quoted"),
    ("core.orders.service.handover", "promise"),
    ("core.orders.repository", "add_order"),
    ("core.orders.service.handover", "take_slot"),
    ("core.inventory", "reserve"),
    ("core.orders.service.books", "sold"),
    ("core.payments", "open_payment"),
    ("core.orders.repository", "save_cart"),
    ("core.orders.service.placing", "announce"),
    ("core.orders.service.placing", "tell_kitchen"),
    ("core.db.outbox", "add"),
)


class Broken(RuntimeError):
    """The failure that was injected."""


@contextmanager
def breaking(module: str, name: str, *, before: bool = False) -> Iterator[None]:
    """Let a step fail: right after it was done, or before anything of it."""
    from importlib import import_module  # noqa: PLC0415 - one use

    home: Any = import_module(module)
    whole = getattr(home, name)

    def break_it(*arguments: object, **named: object) -> None:
        if not before:
            whole(*arguments, **named)
        message = f"broke at {name}"
        raise Broken(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, name, break_it)
        yield


def faults(database: Database, merchant_id: str | None = None) -> list[str]:
    """Everything that does not agree: an order without its parts, a part without its order. Of one shop if named."""
    with database.read() as session:

        def every(model: Any, *columns: str) -> list[Any]:  # noqa: ANN401 - a table
            table = model.__table__
            mine = table.c.merchant_id == merchant_id if merchant_id else table.c.merchant_id != ""
            return list(session.execute(select(*(table.c[name] for name in columns)).where(mine)))

        orders = {row.id: row for row in every(OrderRow, "id", "state", "cart_id", "total_amount")}
        paid = {row.order_id for row in every(PaymentRow, "order_id")}
        posted = {row.order_id for row in every(PostingRow, "order_id", "kind") if row.kind == "sale"}
        sold = every(OrderLineRow, "order_id", "item_code")
        carts = {row.id: row.order_id for row in every(CartRow, "id", "order_id")}
        holds = every(ReservationRow, "order_id", "stock_item_id", "quantity", "state")
        levels = every(StockLevelRow, "stock_item_id", "on_hand", "reserved")
    held: dict[str, int] = {}
    for row in holds:
        if row.state == "held":
            held[row.stock_item_id] = held.get(row.stock_item_id, 0) + row.quantity
    tracked = {row.stock_item_id for row in levels}
    taking = {row.order_id for row in sold if row.item_code in tracked}
    parts = {
        "payment": (paid, orders.keys()),
        "posting": (posted, orders.keys()),
        "lines": ({row.order_id for row in sold}, orders.keys()),
        "reservation": ({row.order_id for row in holds}, taking),
    }
    found = [f"order {i} without {name}" for name, (there, needed) in parts.items() for i in needed if i not in there]
    found += [f"{name} without order {i}" for name, (there, _) in parts.items() for i in there if i not in orders]
    found += [f"order {i} without its cart" for i, row in orders.items() if carts.get(row.cart_id) != i]
    found += [f"cart of no order {i}" for i in carts.values() if i is not None and i not in orders]
    found += [f"level of {r.stock_item_id}" for r in levels if r.reserved != held.get(r.stock_item_id, 0)]
    over = {i for i, row in orders.items() if row.state in {"completed", "cancelled"}}
    found += [f"stock held for {r.order_id}, which is over" for r in holds if r.state == "held" and r.order_id in over]
    return found
