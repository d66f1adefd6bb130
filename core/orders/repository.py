"""All SQL of carts and orders, and their locks: a cart before its order, an order before its stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, select, update

from core.db.base import Base
from core.db.insert import insert_once, insert_or, insert_rows
from core.db.prepared import Prepared
from core.kernel.ids import new_code, new_id
from core.kernel.money import Money
from core.merchants import Address
from core.orders import charges
from core.orders.charges import Charges
from core.orders.discounts import LineShare
from core.orders.lines import Line
from core.orders.models import CartRow, OrderLineRow, OrderRow
from core.orders.pricing_units import PricePart
from core.orders.promise import Interval
from core.orders.splitting import OrderPart
from core.orders.views import CartView, OrderLineView, OrderView

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from core.orders.states import OrderState

_CHARGED = ("discount", "service_charge", "delivery_fee", "tip", "rounding")
# Asked several times a turn, and so built once.
_CARTS = select(*CartRow.__table__.columns).where(CartRow.merchant_id == bindparam("merchant_id"))
_CART = Prepared(_CARTS.where(CartRow.id == bindparam("cart_id")))
_CART_LOCKED = Prepared(_CARTS.where(CartRow.id == bindparam("cart_id")).with_for_update())
_MY_OPEN_CART = update(Base.metadata.tables[CartRow.__tablename__]).where(
    CartRow.merchant_id == bindparam("mine"), CartRow.id == bindparam("cart_id"), CartRow.status == "open"
)
_DETAILS = (
    "status",
    "order_id",
    "version",
    "fulfilment",
    "customer_name",
    "note",
    "charges",
    "requested_for",
    "address",
    "table_name",
    "updated_at",
)
_SAVE_DETAILS = Prepared(_MY_OPEN_CART.values({name: bindparam(name) for name in _DETAILS}))
_SAVE_CART = Prepared(_MY_OPEN_CART.values({name: bindparam(name) for name in (*_DETAILS, "lines", "causes")}))
_OPEN_CART = Prepared(_CARTS.where(CartRow.conversation_id == bindparam("conversation_id"), CartRow.status == "open"))
_ORDERS = OrderRow.__table__.c
_LATEST_ORDER = Prepared(
    select(*_ORDERS)
    .where(_ORDERS.merchant_id == bindparam("mine"), _ORDERS.customer_id == bindparam("customer"))
    .order_by(_ORDERS.placed_at.desc(), _ORDERS.id.desc())
    .limit(1)
)
_SOLD = OrderLineRow.__table__.c
_LINES = Prepared(
    select(*_SOLD)
    .where(_SOLD.merchant_id == bindparam("mine"), _SOLD.order_id == bindparam("order"))
    .order_by(_SOLD.position)
)


def open_cart(session: Session, merchant_id: str, conversation_id: str) -> CartView | None:
    """The open cart of a conversation."""
    return _cart(session, _OPEN_CART, merchant_id=merchant_id, conversation_id=conversation_id)


def cart(session: Session, merchant_id: str, cart_id: str, *, lock: bool = False) -> CartView | None:
    """A cart; with `lock`, held until the transaction ends."""
    return _cart(session, _CART_LOCKED if lock else _CART, merchant_id=merchant_id, cart_id=cart_id)


def add_cart(
    session: Session,
    merchant_id: str,
    *,
    location_id: str,
    customer_id: str,
    conversation_id: str,
    moment: datetime,
) -> bool:
    """Make an empty cart; False when the conversation has an open one."""
    return insert_once(
        session,
        CartRow,
        id=new_id(),
        merchant_id=merchant_id,
        location_id=location_id,
        customer_id=customer_id,
        conversation_id=conversation_id,
        status="open",
        version=1,
        lines=[],
        causes=[],
        note="",
        charges={},
        created_at=moment,
        updated_at=moment,
    )


def save_cart(session: Session, after: CartView, moment: datetime, *, before: CartView | None = None) -> None:
    """Write what an open cart that is held has become; what it was `before` spares what has stayed."""
    values: dict[str, Any] = {
        "mine": after.merchant_id,
        "cart_id": after.id,
        "status": after.status,
        "order_id": after.order_id,
        "version": after.version,
        "fulfilment": after.fulfilment,
        "customer_name": after.customer_name,
        "note": after.note,
        "charges": charges.extras_to_json(after.tip, after.discounts, after.delivery_fee),
        "requested_for": after.requested_for,
        "address": after.address.to_json() if after.address else None,
        "table_name": after.table,
        "updated_at": moment,
    }
    if before is not None and after.lines is before.lines and after.causes is before.causes:
        _SAVE_DETAILS.send(session, (values,))
        return
    values["lines"] = [line.to_json() for line in after.lines]
    values["causes"] = [list(words) for words in after.causes]
    _SAVE_CART.send(session, (values,))


def move_cart(session: Session, merchant_id: str, cart_id: str, *, conversation_id: str, customer_id: str) -> None:
    """A cart is another conversation's from now on."""
    mine = (CartRow.merchant_id == merchant_id, CartRow.id == cart_id)
    moved = update(CartRow).where(*mine).values(conversation_id=conversation_id, customer_id=customer_id)
    session.execute(moved.execution_options(synchronize_session=False))


def give_to(session: Session, merchant_id: str, conversation_id: str, customer_id: str) -> None:
    """The carts and orders of a conversation are this customer's from now on."""
    for row in (CartRow, OrderRow):
        mine = (row.merchant_id == merchant_id, row.conversation_id == conversation_id)
        given = update(row).where(*mine).values(customer_id=customer_id)
        session.execute(given.execution_options(synchronize_session=False))


class CodeTaken(Exception):
    """An open order of the location has the code that was drawn."""


def add_order(session: Session, placed: OrderView) -> str:
    """Insert an order and its lines under a code that no open order of the location has; answers it.

    Raises:
        CodeTaken: one has it; now or soon, `settle` waits for it. The caller goes back to before it and tries again.
    """
    code = new_code()
    insert_or(session, OrderRow, CodeTaken, code=code, **_order_columns(placed))
    insert_rows(session, OrderLineRow, [_line_columns(placed, n) for n in range(len(placed.lines))])
    return code


def order(session: Session, merchant_id: str, order_id: str, *, lock: bool = False) -> OrderView | None:
    """An order; with `lock`, held until the transaction ends."""
    query = select(OrderRow).where(OrderRow.merchant_id == merchant_id, OrderRow.id == order_id)
    return next(iter(_orders(session, merchant_id, query.with_for_update() if lock else query)), None)


def latest_order(session: Session, merchant_id: str, customer_id: str) -> OrderView | None:
    """The order that a customer placed last."""
    key = {"mine": merchant_id, "customer": customer_id}
    row = _LATEST_ORDER.first(session, key)
    if row is None:
        return None
    sold = _LINES.all(session, {"mine": merchant_id, "order": row.id})
    return _order_view(row, [_line_view(line) for line in sold])


def orders(
    session: Session,
    merchant_id: str,
    *,
    states: Collection[OrderState],
    limit: int,
    location_ids: Collection[str] | None = None,
) -> tuple[OrderView, ...]:
    """Orders in these states, of these places if named, the latest first."""
    query = select(OrderRow).where(OrderRow.merchant_id == merchant_id, OrderRow.state.in_(states))
    if location_ids is not None:
        query = query.where(OrderRow.location_id.in_(location_ids))
    return _orders(session, merchant_id, query.order_by(OrderRow.placed_at.desc(), OrderRow.id.desc()).limit(limit))


def change_order(session: Session, merchant_id: str, order_id: str, **values: object) -> None:
    """Write some columns of an order."""
    mine = and_(OrderRow.merchant_id == merchant_id, OrderRow.id == order_id)
    changed = update(OrderRow).where(mine).values(**values)
    session.execute(changed.execution_options(synchronize_session=False))


def rewrite_order(session: Session, after: OrderView, *, parted: bool = False) -> None:
    """Write an order that is held anew, and replace its lines. `parted`: several locations have made it so far."""
    columns = _order_columns(after)
    if parted:
        columns["split"] = [part.to_json() for part in after.split]
    kept = {name: value for name, value in columns.items() if name not in {"id", "merchant_id"}}
    change_order(session, after.merchant_id, after.id, **kept)
    mine = (OrderLineRow.merchant_id == after.merchant_id, OrderLineRow.order_id == after.id)
    session.execute(delete(OrderLineRow).where(*mine).execution_options(synchronize_session=False))
    insert_rows(session, OrderLineRow, [_line_columns(after, n) for n in range(len(after.lines))])


def _order_columns(placed: OrderView) -> dict[str, Any]:
    return {
        "id": placed.id,
        "merchant_id": placed.merchant_id,
        "location_id": placed.location_id,
        "customer_id": placed.customer_id,
        "conversation_id": placed.conversation_id,
        "cart_id": placed.cart_id,
        "state": placed.state,
        "currency": placed.total.currency,
        "subtotal_amount": placed.subtotal.amount,
        "tax_amount": placed.tax.amount,
        "total_amount": placed.total.amount,
        **{f"{name}_amount": getattr(placed.charges, name).amount for name in _CHARGED},
        "charges": placed.charges.to_json(),
        "tax_inclusive": placed.tax_inclusive,
        "fulfilment": placed.fulfilment,
        "customer_name": placed.customer_name,
        "note": placed.note,
        "menu_version": placed.menu_version,
        "version": placed.version,
        "requested_for": placed.requested_for,
        "slot_at": placed.slot_at,
        "address": placed.address.to_json() if placed.address else None,
        "table_name": placed.table,
        "zone": placed.zone,
        "travel_minutes": placed.travel_minutes,
        "promised_from": placed.promised.start if placed.promised else None,
        "promised_until": placed.promised.until if placed.promised else None,
        "held_for": list(placed.held_for),
        "placed_at": placed.placed_at,
        "cancel_reason": "",
        # Most orders are whole, and their rows are written by one statement that does not know of parts.
        **({"split": [part.to_json() for part in placed.split]} if placed.split else {}),
    }


def _line_columns(placed: OrderView, position: int) -> dict[str, Any]:
    view = placed.lines[position]
    return {
        "id": view.id,
        "merchant_id": placed.merchant_id,
        "order_id": placed.id,
        "position": position,
        "item_code": view.line.item,
        "quantity": view.line.quantity,
        "name": view.name,
        "description": list(view.description),
        "line": view.line.to_json(),
        "parts": [p.to_json() for p in view.parts],
        "causes": list(view.causes),
        "unit_amount": view.unit.amount,
        "total_amount": view.total.amount,
        "discount_amount": view.discount.amount,
        "discounts": [[share.id, share.amount.amount] for share in view.discounts],
        "tax_amount": view.tax.amount,
        "tax_basis_points": view.basis_points,
        "currency": view.unit.currency,
    }


def _cart(session: Session, query: Prepared, **key: str) -> CartView | None:
    row = query.first(session, key)
    if row is None:
        return None
    return CartView(
        id=row.id,
        merchant_id=row.merchant_id,
        location_id=row.location_id,
        customer_id=row.customer_id,
        conversation_id=row.conversation_id,
        status=row.status,
        order_id=row.order_id,
        version=row.version,
        lines=tuple(Line.from_json(line) for line in row.lines),
        causes=tuple(tuple(str(word) for word in words) for words in row.causes),
        fulfilment=row.fulfilment,
        customer_name=row.customer_name,
        note=row.note,
        **charges.extras_from_json(row.charges),
        requested_for=row.requested_for,
        address=Address.from_json(row.address) if row.address else None,
        table=row.table_name,
    )


def _orders(session: Session, merchant_id: str, query: Select[OrderRow]) -> tuple[OrderView, ...]:
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    if not rows:
        return ()
    lines: dict[str, list[OrderLineView]] = {row.id: [] for row in rows}
    mine = (OrderLineRow.merchant_id == merchant_id, OrderLineRow.order_id.in_(lines))
    sold = session.scalars(select(OrderLineRow).where(*mine).order_by(OrderLineRow.order_id, OrderLineRow.position))
    for line in sold:
        lines[line.order_id].append(_line_view(line))
    return tuple(_order_view(row, lines[row.id]) for row in rows)


def _line_view(row: OrderLineRow | Row[*tuple[Any, ...]]) -> OrderLineView:
    return OrderLineView(
        id=row.id,
        line=Line.from_json(row.line),
        name=row.name,
        description=tuple(str(text) for text in row.description),
        unit=Money(row.unit_amount, row.currency),
        total=Money(row.total_amount, row.currency),
        discount=Money(row.discount_amount, row.currency),
        tax=Money(row.tax_amount, row.currency),
        basis_points=row.tax_basis_points,
        discounts=tuple(LineShare(name, Money(amount, row.currency)) for name, amount in row.discounts),
        parts=tuple(PricePart.from_json(part, row.currency) for part in row.parts),
        causes=tuple(str(word) for word in row.causes),
    )


def _order_view(row: OrderRow | Row[*tuple[Any, ...]], lines: Iterable[OrderLineView]) -> OrderView:
    return OrderView(
        id=row.id,
        merchant_id=row.merchant_id,
        location_id=row.location_id,
        customer_id=row.customer_id,
        conversation_id=row.conversation_id,
        cart_id=row.cart_id,
        code=row.code,
        state=row.state,
        lines=tuple(lines),
        subtotal=Money(row.subtotal_amount, row.currency),
        tax=Money(row.tax_amount, row.currency),
        total=Money(row.total_amount, row.currency),
        charges=Charges.from_json(
            row.charges, row.currency, **{name: getattr(row, f"{name}_amount") for name in _CHARGED}
        ),
        tax_inclusive=row.tax_inclusive,
        fulfilment=row.fulfilment,
        customer_name=row.customer_name,
        note=row.note,
        menu_version=row.menu_version,
        placed_at=row.placed_at,
        accepted_at=row.accepted_at,
        ready_at=row.ready_at,
        completed_at=row.completed_at,
        cancelled_at=row.cancelled_at,
        cancel_reason=row.cancel_reason,
        version=row.version,
        requested_for=row.requested_for,
        slot_at=row.slot_at,
        address=Address.from_json(row.address) if row.address else None,
        table=row.table_name,
        zone=row.zone,
        travel_minutes=row.travel_minutes,
        promised=Interval(row.promised_from, row.promised_until) if row.promised_from and row.promised_until else None,
        held_for=tuple(str(reason) for reason in row.held_for),
        split=tuple(OrderPart.from_json(part) for part in row.split),
        new_at=row.new_at,
        preparing_at=row.preparing_at,
        out_for_delivery_at=row.out_for_delivery_at,
    )
