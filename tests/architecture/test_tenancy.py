"""The watch over tenants sees what it should see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.orders import repository
from core.orders.models import OrderRow as Order
from tests.tenancy import UnscopedQuery

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.session import Database


def test_a_query_that_forgets_the_shop_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(session: Session, order_id: str) -> Order | None:
        return session.scalars(select(Order).where(Order.id == order_id)).one_or_none()

    # The function says that it lives in core, as a real slip would.
    monkeypatch.setitem(forgetful.__globals__, "__name__", repository.__name__)
    with database.read() as session, pytest.raises(UnscopedQuery, match="orders without merchant_id"):
        forgetful(session, "x")
    with database.read() as session:
        assert session.scalars(select(Order).where(Order.id == "x", Order.merchant_id == "m")).one_or_none() is None
