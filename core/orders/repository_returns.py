"""All SQL of returns. The order is locked before its returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from core.db.insert import insert_rows
from core.kernel.money import Money
from core.orders.models import ReturnRow
from core.orders.pricing_refunds import RefundParts
from core.orders.views import ReturnView

if TYPE_CHECKING:
    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from core.orders.views import ReturnState

_RETURNS = ReturnRow.__table__.c


def add(session: Session, asked: ReturnView, currency: str) -> None:
    """Insert what was asked for."""
    row = {
        "id": asked.id,
        "merchant_id": asked.merchant_id,
        "order_id": asked.order_id,
        "ref": asked.ref,
        "reason": asked.reason,
        "wanted": {"lines": asked.lines, "amount": asked.amount.amount if asked.amount else None},
        "currency": currency,
        "requested_at": asked.requested_at,
        **_decided(asked),
    }
    insert_rows(session, ReturnRow, [row])


def save(session: Session, after: ReturnView) -> None:
    """Write what became of it."""
    mine = update(ReturnRow).where(_RETURNS.merchant_id == after.merchant_id, _RETURNS.id == after.id)
    values = _decided(after) | {"settled_at": after.settled_at}
    session.execute(mine.values(**values).execution_options(synchronize_session=False))


def by_id(session: Session, merchant_id: str, return_id: str) -> ReturnView | None:
    """The return of this id."""
    rows = select(*_RETURNS).where(_RETURNS.merchant_id == merchant_id, _RETURNS.id == return_id)
    return next(iter(_views(session, rows)), None)


def of_order(
    session: Session, merchant_id: str, order_id: str, *, state: ReturnState | None = None
) -> tuple[ReturnView, ...]:
    """An order's returns, in this state if named, the earliest first."""
    rows = select(*_RETURNS).where(_RETURNS.merchant_id == merchant_id, _RETURNS.order_id == order_id)
    if state is not None:
        rows = rows.where(_RETURNS.state == state)
    return _views(session, rows.order_by(_RETURNS.requested_at, _RETURNS.id))


def in_state(session: Session, merchant_id: str, *, state: ReturnState, limit: int) -> tuple[ReturnView, ...]:
    """A shop's returns in this state, the earliest first."""
    mine = (_RETURNS.merchant_id == merchant_id, _RETURNS.state == state)
    return _views(session, select(*_RETURNS).where(*mine).order_by(_RETURNS.requested_at, _RETURNS.id).limit(limit))


def _decided(view: ReturnView) -> dict[str, Any]:
    return {
        "state": view.state,
        "parts": view.parts.to_json() if view.parts else None,
        "restocked": view.restocked,
        "total_amount": view.parts.total.amount if view.parts else None,
        "answer": view.answer,
    }


def _views(session: Session, rows: Select[*tuple[Any, ...]]) -> tuple[ReturnView, ...]:
    return tuple(_view(row) for row in session.execute(rows))


def _view(row: Row[*tuple[Any, ...]]) -> ReturnView:
    amount = row.wanted["amount"]
    return ReturnView(
        id=row.id,
        merchant_id=row.merchant_id,
        order_id=row.order_id,
        ref=row.ref,
        state=row.state,
        reason=row.reason,
        lines=row.wanted["lines"],
        amount=None if amount is None else Money(amount, row.currency),
        parts=RefundParts.from_json(row.parts, row.currency) if row.parts else None,
        restocked=row.restocked,
        answer=row.answer,
        requested_at=row.requested_at,
        settled_at=row.settled_at,
    )
