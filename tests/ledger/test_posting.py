"""Posting: once, in balance, and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from core import ledger, merchants
from core.kernel.errors import Conflict, InvalidInput, NotFound, Unbalanced
from core.kernel.money import Money
from core.ledger import Entry
from core.ledger.models import EntryRow

if TYPE_CHECKING:
    from core.db.session import Database


def shop(database: Database, slug: str = "till") -> str:
    with database.begin() as uow:
        return merchants.create_merchant(uow, name=slug, slug=slug, currency="EUR", locale="en-IE").id


def eur(**accounts: int) -> list[Entry]:
    return [Entry(name.replace("__", ":"), Money(amount, "EUR")) for name, amount in accounts.items()]


SALE = eur(receivable=1190, sales=-1100, tax__825=-190, discounts=200, tips=-100)


def test_a_posting_says_what_it_was_given_and_balances_are_its_sums(database: Database) -> None:
    mine = shop(database)
    with database.begin() as uow:
        posted = ledger.post(uow, mine, ref="sale:1", kind="sale", order_id="o1", entries=SALE)
    assert posted.fresh
    assert {e.account: e.amount.amount for e in posted.entries} == {
        "receivable": 1190,
        "sales": -1100,
        "tax:825": -190,
        "discounts": 200,
        "tips": -100,
    }
    with database.read() as session:
        assert ledger.find(session, mine, "sale:1").entries == posted.entries  # type: ignore[union-attr]
        assert ledger.balance(session, mine, "tax") == Money(-190, "EUR")
        assert ledger.balance(session, mine, "receivable", order_id="o1") == Money(1190, "EUR")
        assert ledger.balance(session, mine, "receivable", order_id="o2") == Money(0, "EUR")
        assert sum(r.balance.amount for r in ledger.trial_balance(session, mine).rows) == 0
        assert ledger.verify(session, mine) == ledger.Verification(1, 4, ())


def test_a_ref_is_posted_once_and_a_different_story_under_it_is_refused(database: Database) -> None:
    mine, other = shop(database), shop(database, "other")
    with database.begin() as uow:
        first = ledger.post(uow, mine, ref="sale:1", kind="sale", entries=SALE)
        again = ledger.post(uow, mine, ref="sale:1", kind="sale", entries=list(reversed(SALE)))
        with pytest.raises(Conflict, match="posted before"):
            ledger.post(uow, mine, ref="sale:1", kind="sale", entries=eur(cash=1, sales=-1))
        ledger.post(uow, other, ref="sale:1", kind="sale", entries=eur(cash=5, sales=-5))
    assert (again.id, again.fresh) == (first.id, False)
    with database.read() as session:
        assert ledger.balance(session, mine, "sales") == Money(-1100, "EUR")
        assert ledger.balance(session, other, "sales") == Money(-5, "EUR")
        assert ledger.balance(session, mine, "cash") == Money(0, "EUR")


def test_what_does_not_add_up_is_refused_currency_by_currency(database: Database) -> None:
    mine = shop(database)
    with database.begin() as uow:
        with pytest.raises(Unbalanced, match=r"0\.01 EUR"):
            ledger.post(uow, mine, ref="a", kind="sale", entries=eur(cash=10, sales=-9))
        mixed = [Entry("cash", Money(10, "EUR")), Entry("sales", Money(-10, "USD"))]
        with pytest.raises(Unbalanced):
            ledger.post(uow, mine, ref="b", kind="sale", entries=mixed)
        for account in ("till", "clearing", "sales:food", "tax:"):
            with pytest.raises(InvalidInput, match="is no account"):
                ledger.post(uow, mine, ref="c", kind="sale", entries=[Entry(account, Money(1, "EUR"))])
        with pytest.raises(InvalidInput, match="ref"):
            ledger.post(uow, mine, ref="", kind="sale", entries=SALE)
    with database.read() as session:
        assert ledger.verify(session, mine) == ledger.Verification(0, 0, ())


def test_a_reversal_leaves_nothing_on_any_account(database: Database) -> None:
    mine = shop(database)
    with database.begin() as uow:
        ledger.post(uow, mine, ref="sale:1", kind="sale", order_id="o1", entries=SALE)
        back = ledger.reverse(uow, mine, ref="cancel:1", of="sale:1", kind="cancellation")
        assert ledger.reverse(uow, mine, ref="cancel:1", of="sale:1", kind="cancellation").id == back.id
        with pytest.raises(NotFound):
            ledger.reverse(uow, mine, ref="cancel:2", of="sale:2", kind="cancellation")
    with database.read() as session:
        assert [p.ref for p in ledger.of_order(session, mine, "o1")] == ["sale:1", "cancel:1"]
        assert ledger.order_balances(session, mine, "o1") == {}


def test_verify_finds_a_changed_a_missing_and_a_stray_row(database: Database) -> None:
    mine = shop(database)
    with database.begin() as uow:
        ids = [
            ledger.post(uow, mine, ref=f"sale:{n}", kind="sale", entries=SALE, order_id=f"o{n}").id for n in range(4)
        ]
    ours = EntryRow.merchant_id == mine
    with database.begin() as uow:
        uow.session.execute(
            update(EntryRow).where(ours, EntryRow.posting_id == ids[0], EntryRow.position == 0).values(amount=1)
        )
        uow.session.execute(delete(EntryRow).where(ours, EntryRow.posting_id == ids[1], EntryRow.position == 2))
        row = {"position": 9, "merchant_id": mine, "debit": "cash", "credit": "sales", "amount": 1, "currency": "EUR"}
        uow.session.execute(insert(EntryRow).values(posting_id=ids[2], **row))
    with database.read() as session:
        found = ledger.verify(session, mine)
        assert {(p.code, p.posting_id) for p in found.problems} == {
            ("changed", ids[0]),
            ("missing", ids[1]),
            ("changed", ids[2]),
        }
        # Even so nothing is out of balance: a row has both of its sides.
        assert sum(r.balance.amount for r in ledger.trial_balance(session, mine).rows) == 0


def test_the_database_itself_refuses_a_row_that_moves_nothing(database: Database) -> None:
    mine = shop(database)
    with database.begin() as uow:
        posted = ledger.post(uow, mine, ref="sale:1", kind="sale", entries=SALE).id
    row: dict[str, object] = {"posting_id": posted, "position": 9, "merchant_id": mine, "currency": "EUR"}
    row |= {"debit": "cash", "credit": "sales", "amount": 5}
    wrongs: list[dict[str, object]] = [{"amount": 0}, {"amount": -5}, {"debit": "sales"}, {"posting_id": "f" * 32}]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), database.begin() as uow:
            uow.session.execute(insert(EntryRow).values(**(row | wrong)))
    with database.begin() as uow:  # the control
        uow.session.execute(insert(EntryRow).values(**row))
