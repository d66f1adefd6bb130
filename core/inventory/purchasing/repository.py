"""All SQL of suppliers and purchase orders. An order is locked before the levels that it fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update

from core.db.base import Base
from core.db.insert import insert_once, insert_rows
from core.inventory.models import (
    PurchaseOrderLineRow,
    PurchaseOrderRow,
    PurchaseReceiptRow,
    SupplierPriceRow,
    SupplierRow,
)
from core.inventory.purchasing.views import PriceView, PurchaseLineView, PurchaseOrderView, SupplierView
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_SUPPLIERS = Base.metadata.tables[SupplierRow.__tablename__]
_S = _SUPPLIERS.c
_SUPPLIER = (_S.id, _S.name, _S.email, _S.phone, _S.note, _S.lead_days, _S.active)
_P = Base.metadata.tables[SupplierPriceRow.__tablename__].c
_ORDERS = Base.metadata.tables[PurchaseOrderRow.__tablename__]
_O = _ORDERS.c
_LINES = Base.metadata.tables[PurchaseOrderLineRow.__tablename__]
_L = _LINES.c


def add_supplier(session: Session, merchant_id: str, supplier: SupplierView) -> bool:
    """Insert a supplier; False when the shop has one of this name."""
    values = {name: getattr(supplier, name) for name in SupplierView.__slots__}
    return insert_once(session, SupplierRow, merchant_id=merchant_id, **values)


def change_supplier(session: Session, merchant_id: str, supplier_id: str, **values: object) -> None:
    """Change a supplier."""
    session.execute(update(_SUPPLIERS).where(_S.merchant_id == merchant_id, _S.id == supplier_id).values(**values))


def suppliers(session: Session, merchant_id: str) -> tuple[SupplierView, ...]:
    """Every supplier, by name."""
    rows = session.execute(select(*_SUPPLIER).where(_S.merchant_id == merchant_id).order_by(_S.name, _S.id))
    return tuple(SupplierView(*row) for row in rows)


def supplier(session: Session, merchant_id: str, supplier_id: str) -> SupplierView | None:
    """The supplier of this id."""
    row = session.execute(select(*_SUPPLIER).where(_S.merchant_id == merchant_id, _S.id == supplier_id)).one_or_none()
    return SupplierView(*row) if row else None


def add_price(session: Session, merchant_id: str, price: PriceView) -> None:
    """Write a price down."""
    row = {
        "merchant_id": merchant_id,
        "supplier_id": price.supplier_id,
        "stock_item_id": price.item_id,
        "pack_size": price.pack_size,
        "price_amount": price.price.amount,
        "currency": price.price.currency,
        "valid_from": price.valid_from,
        "recorded_at": price.recorded_at,
    }
    insert_rows(session, SupplierPriceRow, [row])


def prices(
    session: Session, merchant_id: str, *, supplier_id: str | None = None, item_id: str | None = None
) -> tuple[PriceView, ...]:
    """Every price that was ever written down, the latest first."""
    query = select(*_P).where(_P.merchant_id == merchant_id)
    if supplier_id is not None:
        query = query.where(_P.supplier_id == supplier_id)
    if item_id is not None:
        query = query.where(_P.stock_item_id == item_id)
    rows = session.execute(query.order_by(_P.valid_from.desc(), _P.id.desc()))
    return tuple(
        PriceView(
            row.supplier_id,
            row.stock_item_id,
            row.pack_size,
            Money(row.price_amount, row.currency),
            row.valid_from,
            row.recorded_at,
        )
        for row in rows
    )


def add_order(session: Session, merchant_id: str, order: PurchaseOrderView) -> None:
    """Insert a purchase order and its lines. The shop is held: its number is the next one."""
    row = {
        name: getattr(order, name)
        for name in (
            "id",
            "location_id",
            "supplier_id",
            "number",
            "state",
            "note",
            "currency",
            "created_at",
            "expected_on",
        )
    }
    insert_rows(session, PurchaseOrderRow, [row | {"merchant_id": merchant_id}])
    add_lines(session, merchant_id, order.id, order.lines)


def add_lines(session: Session, merchant_id: str, order_id: str, lines: Iterable[PurchaseLineView]) -> None:
    """Insert lines of a purchase order."""
    insert_rows(
        session,
        PurchaseOrderLineRow,
        [
            {
                "id": line.id,
                "merchant_id": merchant_id,
                "purchase_order_id": order_id,
                "stock_item_id": line.item_id,
                "packs": line.packs,
                "pack_size": line.pack_size,
                "ordered": line.ordered,
                "received": 0,
                "price_amount": line.price.amount,
            }
            for line in lines
        ],
    )


def set_packs(session: Session, merchant_id: str, line: PurchaseLineView, packs: int) -> None:
    """Order another number of packs; none takes the line out. The order is a draft that is held."""
    mine = and_(_L.merchant_id == merchant_id, _L.id == line.id)
    if packs:
        session.execute(update(_LINES).where(mine).values(packs=packs, ordered=packs * line.pack_size))
    else:
        session.execute(_LINES.delete().where(mine))


def add_received(session: Session, merchant_id: str, line_id: str, quantity: int) -> None:
    """Steps of a line came."""
    mine = and_(_L.merchant_id == merchant_id, _L.id == line_id)
    session.execute(update(_LINES).where(mine).values(received=_L.received + quantity))


def add_receipt(session: Session, merchant_id: str, order_id: str, ref: str, by: str | None) -> bool:
    """Write a delivery down; False when there is one of this `ref` already."""
    return insert_once(
        session,
        PurchaseReceiptRow,
        id=new_id(),
        merchant_id=merchant_id,
        purchase_order_id=order_id,
        ref=ref,
        received_at=now(),
        received_by=by,
    )


def change_order(session: Session, merchant_id: str, order_id: str, **values: object) -> None:
    """Change a purchase order that is held."""
    session.execute(update(_ORDERS).where(_O.merchant_id == merchant_id, _O.id == order_id).values(**values))


def next_number(session: Session, merchant_id: str) -> int:
    """The number that no purchase order has yet. The shop is held."""
    return (session.scalar(select(func.max(_O.number)).where(_O.merchant_id == merchant_id)) or 0) + 1


def order(session: Session, merchant_id: str, order_id: str, *, lock: bool = False) -> PurchaseOrderView | None:
    """A purchase order; with `lock`, held until the transaction ends."""
    query = select(*_O).where(_O.merchant_id == merchant_id, _O.id == order_id)
    rows = session.execute(query.with_for_update() if lock else query).all()
    return next(iter(_views(session, merchant_id, rows)), None)


def orders(
    session: Session, merchant_id: str, *, location_id: str | None, states: Collection[str] | None, limit: int
) -> tuple[PurchaseOrderView, ...]:
    """Purchase orders, the latest first."""
    query = select(*_O).where(_O.merchant_id == merchant_id)
    if location_id is not None:
        query = query.where(_O.location_id == location_id)
    if states is not None:
        query = query.where(_O.state.in_(states))
    return _views(session, merchant_id, session.execute(query.order_by(_O.number.desc()).limit(limit)).all())


def _views(session: Session, merchant_id: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[PurchaseOrderView, ...]:
    if not rows:
        return ()
    currency = {row.id: row.currency for row in rows}
    lines: dict[str, list[PurchaseLineView]] = {row.id: [] for row in rows}
    mine = (_L.merchant_id == merchant_id, _L.purchase_order_id.in_(lines))
    for line in session.execute(select(*_L).where(*mine).order_by(_L.stock_item_id)):
        price = Money(line.price_amount, currency[line.purchase_order_id])
        lines[line.purchase_order_id].append(
            PurchaseLineView(
                line.id, line.stock_item_id, line.packs, line.pack_size, line.ordered, line.received, price
            )
        )
    return tuple(_view(row, lines[row.id]) for row in rows)


def _view(row: Row[*tuple[Any, ...]], lines: Sequence[PurchaseLineView]) -> PurchaseOrderView:
    return PurchaseOrderView(
        id=row.id,
        location_id=row.location_id,
        supplier_id=row.supplier_id,
        number=row.number,
        state=row.state,
        note=row.note,
        currency=row.currency,
        created_at=row.created_at,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
        expected_on=row.expected_on,
        ended_at=row.ended_at,
        lines=tuple(lines),
    )
