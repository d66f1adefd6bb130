"""All SQL of payments. A payment is locked before anything about it changes; sums change by guarded statements only."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update

from core.db.insert import insert_once, insert_rows
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.payments.links import url_of
from core.payments.models import PaymentRow, ProviderEventRow, RefundRow
from core.payments.states import LIVE
from core.payments.views import PaymentView, RefundView

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

    from core.payments.states import PaymentState
    from core.payments.views import ProviderFact

_PAYMENTS = PaymentRow.__table__.c
_REFUNDS = RefundRow.__table__.c


def add(session: Session, *, fresh: bool = False, **columns: object) -> PaymentView | None:
    """Insert a payment; None when its part of the order has a live one, which one that is `fresh` cannot have."""
    row = {**columns, "updated_at": now()}
    if fresh:
        insert_rows(session, PaymentRow, (row,))
    elif not insert_once(session, PaymentRow, **row):
        return None
    return _view(SimpleNamespace(**columns))  # what was written: reading it back would cost every order a query


def payment(session: Session, merchant_id: str, payment_id: str, *, lock: bool = False) -> PaymentView | None:
    """A payment; with `lock`, held until the transaction ends."""
    query = select(*_PAYMENTS).where(_PAYMENTS.merchant_id == merchant_id, _PAYMENTS.id == payment_id)
    return next(iter(_views(session, query, lock=lock)), None)


def of_order(
    session: Session, merchant_id: str, order_id: str, *, states: Collection[PaymentState] = (), lock: bool = False
) -> tuple[PaymentView, ...]:
    """Payments of an order, by part and age; with `lock`, all of them are held until the transaction ends.

    They are held first and read then: somebody for whom this waited may have put another one in a payment's place.
    """
    if lock:
        mine = (_PAYMENTS.merchant_id == merchant_id, _PAYMENTS.order_id == order_id)
        session.flush()
        session.execute(
            select(_PAYMENTS.id).where(*mine).order_by(_PAYMENTS.created_at, _PAYMENTS.id).with_for_update()
        )
    query = select(*_PAYMENTS).where(_PAYMENTS.merchant_id == merchant_id, _PAYMENTS.order_id == order_id)
    if states:
        query = query.where(_PAYMENTS.state.in_(states))
    return _views(session, query.order_by(_PAYMENTS.part, _PAYMENTS.created_at, _PAYMENTS.id), lock=lock)


def live_part(session: Session, merchant_id: str, order_id: str, part: int) -> PaymentView | None:
    """The payment that a part of an order has now."""
    mine = (_PAYMENTS.merchant_id == merchant_id, _PAYMENTS.order_id == order_id, _PAYMENTS.part == part)
    query = select(*_PAYMENTS).where(*mine, _PAYMENTS.state.in_(LIVE))
    return next(iter(_views(session, query, lock=True)), None)


def last_part(session: Session, merchant_id: str, order_id: str) -> int:
    """The highest part of an order; 0 without any."""
    mine = (_PAYMENTS.merchant_id == merchant_id, _PAYMENTS.order_id == order_id)
    return int(session.scalar(select(func.max(_PAYMENTS.part)).where(*mine)) or 0)


def by_charge(session: Session, method: str, charge_ref: str) -> tuple[str, str] | None:
    """Shop and id of the payment that a charge of a provider belongs to."""
    found = select(_PAYMENTS.merchant_id, _PAYMENTS.id).where(
        _PAYMENTS.method == method, _PAYMENTS.charge_ref == charge_ref, _PAYMENTS.charge_ref != ""
    )
    row = session.execute(found.limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def by_token(session: Session, token: str) -> PaymentView | None:
    """The payment of a link."""
    return next(iter(_views(session, select(*_PAYMENTS).where(_PAYMENTS.token == token), lock=False)), None)


def change(session: Session, merchant_id: str, payment_id: str, **values: object) -> None:
    """Write what a payment that is held has become."""
    mine = and_(PaymentRow.merchant_id == merchant_id, PaymentRow.id == payment_id)
    changed = update(PaymentRow).where(mine).values(updated_at=now(), **values)
    session.execute(changed.execution_options(synchronize_session=False))


def hold_back(session: Session, merchant_id: str, payment_id: str, amount: int) -> bool:
    """Set an amount aside for a refund if as much is left: the check and the change are one statement."""
    left = PaymentRow.captured_amount - PaymentRow.refunded_amount - PaymentRow.refunding_amount
    mine = and_(PaymentRow.merchant_id == merchant_id, PaymentRow.id == payment_id)
    held = (
        update(PaymentRow)
        .where(mine, left >= amount)
        .values(refunding_amount=PaymentRow.refunding_amount + amount, updated_at=now())
        .returning(PaymentRow.id)
    )
    return session.execute(held.execution_options(synchronize_session=False)).first() is not None


def shift(session: Session, merchant_id: str, payment_id: str, *, refunding: int, refunded: int) -> None:
    """Move an amount between what is on its way back and what is back."""
    mine = and_(PaymentRow.merchant_id == merchant_id, PaymentRow.id == payment_id)
    moved = update(PaymentRow).where(mine)
    session.execute(
        moved.values(
            refunding_amount=PaymentRow.refunding_amount + refunding,
            refunded_amount=PaymentRow.refunded_amount + refunded,
            updated_at=now(),
        ).execution_options(synchronize_session=False)
    )


def add_refund(session: Session, payment: PaymentView, *, ref: str, amount: Money, reason: str) -> bool:
    """Insert a refund; False when the payment has one of this ref."""
    return insert_once(
        session,
        RefundRow,
        id=new_id(),
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        order_id=payment.order_id,
        ref=ref,
        currency=amount.currency,
        amount=amount.amount,
        reason=reason,
        state="pending",
        provider_ref="",
        problem="",
        tries=0,
        key=0,
        created_at=now(),
    )


def refund_of(session: Session, merchant_id: str, payment_id: str, ref: str) -> RefundView | None:
    """The refund of this ref."""
    mine = (_REFUNDS.merchant_id == merchant_id, _REFUNDS.payment_id == payment_id)
    return _refund(session, select(*_REFUNDS).where(*mine, _REFUNDS.ref == ref))


def refund_by_provider(session: Session, merchant_id: str, payment_id: str, provider_ref: str) -> RefundView | None:
    """The refund that a provider calls this."""
    mine = (_REFUNDS.merchant_id == merchant_id, _REFUNDS.payment_id == payment_id)
    return _refund(session, select(*_REFUNDS).where(*mine, _REFUNDS.provider_ref == provider_ref))


def refund(session: Session, merchant_id: str, refund_id: str) -> RefundView | None:
    """The refund of this id."""
    return _refund(session, select(*_REFUNDS).where(_REFUNDS.merchant_id == merchant_id, _REFUNDS.id == refund_id))


def refunds_of_order(session: Session, merchant_id: str, order_id: str) -> tuple[RefundView, ...]:
    """Every refund of an order, the earliest first."""
    mine = (_REFUNDS.merchant_id == merchant_id, _REFUNDS.order_id == order_id)
    rows = session.execute(select(*_REFUNDS).where(*mine).order_by(_REFUNDS.created_at, _REFUNDS.id))
    return tuple(_refund_view(row) for row in rows)


def change_refund(session: Session, merchant_id: str, refund_id: str, **values: object) -> None:
    """Write what a refund has become; its payment is held."""
    mine: ColumnElement[bool] = and_(RefundRow.merchant_id == merchant_id, RefundRow.id == refund_id)
    changed = update(RefundRow).where(mine).values(**values)
    session.execute(changed.execution_options(synchronize_session=False))


def keep_event(session: Session, payment: PaymentView, fact: ProviderFact) -> bool:
    """Note that a provider said this; False when it has said so before."""
    return insert_once(
        session,
        ProviderEventRow,
        id=new_id(),
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        provider=fact.provider,
        event_id=fact.event_id,
        kind=fact.kind,
        received_at=now(),
    )


def _views(session: Session, query: Select[*tuple[Any, ...]], *, lock: bool) -> tuple[PaymentView, ...]:
    session.flush()
    return tuple(_view(row) for row in session.execute(query.with_for_update() if lock else query))


def _refund(session: Session, query: Select[*tuple[Any, ...]]) -> RefundView | None:
    row = session.execute(query).one_or_none()
    return _refund_view(row) if row else None


def _view(row: Any) -> PaymentView:  # noqa: ANN401 - a row of all columns
    return PaymentView(
        id=row.id,
        merchant_id=row.merchant_id,
        location_id=row.location_id,
        order_id=row.order_id,
        part=row.part,
        method=row.method,
        state=row.state,
        amount=Money(row.amount, row.currency),
        captured=Money(row.captured_amount, row.currency),
        refunded=Money(row.refunded_amount, row.currency),
        refunding=Money(row.refunding_amount, row.currency),
        url="" if row.method == "counter" else url_of(row.token),
        token=row.token,
        provider_ref=row.provider_ref,
        provider_url=row.provider_url,
        charge_ref=row.charge_ref,
        dispute=row.dispute,
        problem=row.problem,
        title=row.title,
        prepaid=row.prepaid,
        tries=row.tries,
        key=row.key,
        expires_at=row.expires_at,
        created_at=row.created_at,
        captured_at=row.captured_at,
        looked_at=row.looked_at,
        tender=row.tender,
    )


def _refund_view(row: Any) -> RefundView:  # noqa: ANN401 - a row of all columns
    return RefundView(
        id=row.id,
        merchant_id=row.merchant_id,
        payment_id=row.payment_id,
        order_id=row.order_id,
        ref=row.ref,
        amount=Money(row.amount, row.currency),
        reason=row.reason,
        state=row.state,
        provider_ref=row.provider_ref,
        problem=row.problem,
        tries=row.tries,
        key=row.key,
        created_at=row.created_at,
        settled_at=row.settled_at,
        coins=None if row.coins_amount is None else Money(row.coins_amount, row.currency),
    )
