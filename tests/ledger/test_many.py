"""A share of the million: many postings drawn at random, against a tally of our own."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from core import ledger, merchants
from core.kernel.errors import Conflict
from core.kernel.money import Money
from core.ledger import Entry, rules
from scripts.benchmarks.ledger import fill

if TYPE_CHECKING:
    from core.db.session import Database

ENTRIES = 3_000


def books(database: Database) -> tuple[str, Counter[tuple[str, str]]]:
    """A shop with many entries, and what its balances should be."""
    with database.begin() as uow:
        mine = merchants.create_merchant(uow, name="Books", slug="books", currency="EUR", locale="en-IE").id
    tally, posted = fill(database, mine, ENTRIES)
    assert posted >= ENTRIES
    return mine, tally


def differing(database: Database, mine: str, tally: Counter[tuple[str, str]]) -> int:
    """Accounts whose balance is not the tally's."""
    with database.read() as session:
        told = {(r.account, r.debit.currency): r.balance.amount for r in ledger.trial_balance(session, mine).rows}
    assert sum(told.values()) == 0
    return sum(told.get(key, 0) != amount for key, amount in tally.items())


def test_thousands_of_random_entries_balance_to_the_cent(database: Database) -> None:
    mine, tally = books(database)
    assert differing(database, mine, tally) == 0
    with database.read() as session:
        assert ledger.verify(session, mine).good
        for account, currency in tally:
            assert ledger.balance(session, mine, account, currency=currency).amount == tally[account, currency]


def test_a_ledger_that_drops_what_is_left_over_is_noticed(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.db.session import Database as Opened  # noqa: PLC0415 - for annotations above only

    whole = rules._met
    monkeypatch.setattr(rules, "_met", lambda entries, currency: whole(entries, currency)[:1])
    opened = Opened(sqlite_url)
    mine, tally = books(opened)
    assert differing(opened, mine, tally) > 0  # and still, what there is balances
    opened.close()


def test_a_day_is_reported_by_the_clock_of_its_place(database: Database) -> None:
    with database.begin() as uow:
        mine = merchants.create_merchant(uow, name="Books", slug="books", currency="EUR", locale="en-IE").id
        place = merchants.add_location(uow, mine, name="Quay", time_zone="America/New_York").id
        other = merchants.add_location(uow, mine, name="Hill", time_zone="America/New_York").id
        moments = {
            "before": datetime(2026, 7, 2, 3, 59, tzinfo=UTC),  # still the first of July over there
            "first": datetime(2026, 7, 2, 4, 0, tzinfo=UTC),
            "last": datetime(2026, 7, 3, 3, 59, tzinfo=UTC),
            "after": datetime(2026, 7, 3, 4, 0, tzinfo=UTC),
        }
        for n, (name, moment) in enumerate(moments.items()):
            amounts = {"receivable": 1190, "sales": -1100, "tax:825": -190, "discounts": 200, "tips": -100}
            entries = [Entry(account, Money(amount * 10**n, "EUR")) for account, amount in amounts.items()]
            ledger.post(uow, mine, ref=name, kind="sale", order_id=name, location_id=place, at=moment, entries=entries)
        paid = [Entry("cash", Money(11_900, "EUR")), Entry("receivable", Money(-11_900, "EUR"))]
        ledger.post(uow, mine, ref="paid", kind="payment", location_id=place, at=moments["first"], entries=paid)
    with database.read() as session:
        report = ledger.day_report(session, mine, place, date(2026, 7, 2))
        assert (report.orders, report.sales.amount, report.discounts.amount) == (2, 121_000, -22_000)
        assert (report.net_sales.amount, report.tips.amount) == (99_000, 11_000)
        assert [(t.basis_points, t.amount.amount) for t in report.taxes] == [(825, 20_900)]
        assert [(r.account, r.balance.amount) for r in report.taken] == [("cash", 11_900)]
        assert report.receivable.amount == 119_000
        assert ledger.day_report(session, mine, other, date(2026, 7, 2)).orders == 0


def test_many_at_once_are_posted_as_one_by_one(database: Database) -> None:
    """What was there is answered and not written again, within the many too; what contradicts it is refused."""
    with database.begin() as uow:
        mine = merchants.create_merchant(uow, name="Books", slug="books", currency="EUR", locale="en-IE").id
    one = (Entry("cash", Money(100, "EUR")), Entry("sales", Money(-100, "EUR")))
    two = (Entry("cash", Money(7, "EUR")), Entry("tips", Money(-7, "EUR")))
    with database.begin() as uow:
        first = ledger.post(uow, mine, ref="a", kind="adjustment", entries=one)
        batch = [ledger.NewPosting(ref, "adjustment", entries) for ref, entries in (("a", one), ("b", two), ("b", two))]
        posted = ledger.post_all(uow, mine, batch)
        assert ledger.post_all(uow, mine, ()) == ()
        with pytest.raises(Conflict), uow.nested():
            ledger.post_all(uow, mine, [ledger.NewPosting("c", "adjustment", two), batch[0], _other("b", one)])
    assert [(p.ref, p.fresh) for p in posted] == [("a", False), ("b", True), ("b", False)]
    assert (posted[0].id, posted[2].id) == (first.id, posted[1].id)
    with database.read() as session:
        assert ledger.verify(session, mine) == ledger.Verification(2, 2, ())
        assert ledger.balance(session, mine, "cash") == Money(107, "EUR")


def _other(ref: str, entries: tuple[Entry, ...]) -> ledger.NewPosting:
    return ledger.NewPosting(ref, "adjustment", entries)
