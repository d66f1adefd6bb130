"""Use cases of the ledger: posting, reading, and looking whether all is as it was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core import merchants
from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotFound
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger import repository, rules
from core.ledger.views import (
    AccountBalance,
    DayReport,
    Entry,
    LedgerProblem,
    NewPosting,
    Posting,
    TaxTaken,
    TrialBalance,
    Verification,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.ledger.views import PostingKind

_REF_LENGTH = 160


@requires("money.change")
def post(
    uow: UnitOfWork,
    merchant_id: str,
    *,
    ref: str,
    kind: PostingKind,
    entries: Sequence[Entry],
    order_id: str | None = None,
    location_id: str | None = None,
    at: datetime | None = None,
    fresh: bool = False,
) -> Posting:
    """Write down what happened to money, once: posting a `ref` again changes nothing and answers the first posting.

    What a ref that is `fresh` names was made by this transaction: it cannot have been posted before.
    `ref` names what happened within the shop, such as "sale:<order id>" or "refund:<refund id>". Entries of zero are
    left out; those of one account are added up. `at` is now unless told.

    Raises:
        Unbalanced: the entries of a currency do not add up to zero.
        Conflict: the ref was posted before, with other entries.
        InvalidInput: something is no account, or the ref is empty or longer than 160 characters.
    """
    drawn = _drawn(merchant_id, NewPosting(ref, kind, tuple(entries), order_id, location_id, at))
    if repository.add(uow.session, drawn, fresh=fresh):
        return drawn.posting
    return _first(uow.session, drawn.posting)


@requires("money.change")
def post_all(uow: UnitOfWork, merchant_id: str, wanted: Iterable[NewPosting]) -> tuple[Posting, ...]:
    """Post many at once, as `post` does one by one: for books that are taken over from elsewhere.

    Raises:
        Unbalanced, Conflict, InvalidInput: as for `post`; nothing of it should be committed then.
    """
    drawn = [_drawn(merchant_id, new) for new in wanted]
    fresh = repository.add_all(uow.session, drawn)
    return tuple(d.posting if d.posting.id in fresh else _first(uow.session, d.posting) for d in drawn)


@requires("money.change")
def reverse(
    uow: UnitOfWork, merchant_id: str, *, ref: str, of: str, kind: PostingKind, at: datetime | None = None
) -> Posting:
    """Take an earlier posting back, exactly and once: the opposite of all its entries, under a ref of its own.

    Raises:
        NotFound: nothing was posted under the ref `of`.
        Conflict: the ref was posted before, with other entries.
    """
    first = find(uow.session, merchant_id, of)
    if first is None:
        raise NotFound(what="posting", key=of)
    entries = [replace(entry, amount=-entry.amount) for entry in first.entries]
    return post(
        uow,
        merchant_id,
        ref=ref,
        kind=kind,
        entries=entries,
        order_id=first.order_id,
        location_id=first.location_id,
        at=at,
    )


def find(session: Session, merchant_id: str, ref: str) -> Posting | None:
    """The posting of this ref, if there is one."""
    return repository.by_ref(session, merchant_id, ref)


def of_order(session: Session, merchant_id: str, order_id: str) -> tuple[Posting, ...]:
    """Everything that was posted about an order, the earliest first."""
    return repository.of_order(session, merchant_id, order_id)


def order_balances(session: Session, merchant_id: str, order_id: str) -> dict[str, Money]:
    """What an order has on each account now; accounts that are even are left out."""
    rows = _balances(repository.sums(session, merchant_id, order_id=order_id))
    return {row.account: row.balance for row in rows if row.balance.amount}


def by_order(session: Session, merchant_id: str, account: str, kinds: Collection[PostingKind]) -> dict[str, Money]:
    """What postings of these kinds left on an account for each order that they name."""
    found = repository.by_order(session, merchant_id, account, kinds)
    return {order_id: Money(amount, currency) for (order_id, currency), amount in found.items()}


def balance(
    session: Session,
    merchant_id: str,
    account: str,
    *,
    currency: str | None = None,
    order_id: str | None = None,
    location_id: str | None = None,
    until: datetime | None = None,
) -> Money:
    """Debits less credits of an account, with all its details when it is a family ("tax" has "tax:825" in it).

    In the shop's currency unless told; over everything, or what an order, a location or an earlier time has of it.

    Raises:
        NotFound: no such shop.
    """
    unit = currency or merchants.merchant(session, merchant_id).currency
    rows = repository.sums(session, merchant_id, order_id=order_id, location_id=location_id, until=until)
    return TrialBalance(_balances(rows)).balance(account, unit)


def trial_balance(
    session: Session,
    merchant_id: str,
    *,
    location_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> TrialBalance:
    """Every account with its debits and credits, of a place or time if told; `since` is included, `until` is not."""
    found = repository.sums(session, merchant_id, location_id=location_id, since=since, until=until)
    return TrialBalance(_balances(found))


def day_report(session: Session, merchant_id: str, location_id: str, day: date) -> DayReport:
    """What a location took on a day by its own clock, from midnight to midnight.

    Raises:
        NotFound: no such location of this shop.
    """
    zone = ZoneInfo(merchants.location(session, merchant_id, location_id).time_zone)
    since = datetime.combine(day, time(), zone)
    until = datetime.combine(day + timedelta(days=1), time(), zone)
    currency = merchants.merchant(session, merchant_id).currency
    found = trial_balance(session, merchant_id, location_id=location_id, since=since, until=until)
    earned = {
        account: -found.balance(account, currency)
        for account in ("sales", "discounts", "refunds", "tips", "service_charge", "delivery_fees", "rounding")
    }
    mine = [row for row in found.rows if row.debit.currency == currency]
    return DayReport(
        location_id=location_id,
        day=day,
        since=since,
        until=until,
        orders=repository.count_orders(session, merchant_id, location_id, since, until),
        taxes=tuple(_taxes(mine)),
        receivable=found.balance("receivable", currency),
        taken=tuple(row for row in mine if row.account == "cash" or row.account.startswith("clearing:")),
        **earned,
    )


def verify(session: Session, merchant_id: str) -> Verification:
    """Look at every row of a shop's ledger: whether each posting has the rows it was written with, and no others."""
    postings = entries = 0
    problems = []
    for written in repository.stored(session, merchant_id):
        postings += 1
        entries += len(written.rows)
        posting = written.posting
        if len(written.rows) < written.entry_count:
            text = f"“{posting.ref}” has {len(written.rows)} of its {written.entry_count} entries."
            problems.append(LedgerProblem("missing", posting.id, text))
        elif rules.digest(posting, written.rows) != written.digest:
            problems.append(LedgerProblem("changed", posting.id, f"“{posting.ref}” is not as it was posted."))
    for posting_id in repository.strays(session, merchant_id):
        text = f"There are entries of a posting {posting_id} that is not this shop's."
        problems.append(LedgerProblem("stray", posting_id, text))
    return Verification(postings, entries, tuple(problems))


def _drawn(merchant_id: str, new: NewPosting) -> repository.Drawn:
    if not 0 < len(new.ref) <= _REF_LENGTH:
        raise InvalidInput(field="ref", problem=f"must have 1 to {_REF_LENGTH} characters.")
    rows = rules.transfers(new.ref, rules.netted(new.entries))
    posting = Posting(
        id=new_id(),
        merchant_id=merchant_id,
        ref=new.ref,
        kind=new.kind,
        order_id=new.order_id,
        location_id=new.location_id,
        at=new.at or now(),
        entries=rules.entries_of(rows),
        fresh=True,
    )
    return repository.Drawn(posting, rows, rules.digest(posting, rows))


def _first(session: Session, again: Posting) -> Posting:
    first = find(session, again.merchant_id, again.ref)
    said = (again.kind, again.order_id, again.entries)
    if first is None or (first.kind, first.order_id, first.entries) != said:
        ref = again.ref
        raise Conflict(problem=f"“{ref}” was posted before, with other entries: post a correction under its own ref.")
    return first


def _balances(sums: Iterable[tuple[str, str, str, int]]) -> tuple[AccountBalance, ...]:
    sides: dict[tuple[str, str], list[int]] = {}
    for debit, credit, currency, amount in sums:
        sides.setdefault((debit, currency), [0, 0])[0] += amount
        sides.setdefault((credit, currency), [0, 0])[1] += amount
    return tuple(
        AccountBalance(account, Money(came, currency), Money(left, currency))
        for (account, currency), (came, left) in sorted(sides.items())
    )


def _taxes(rows: Iterable[AccountBalance]) -> Iterable[TaxTaken]:
    for row in rows:
        family, _, detail = row.account.partition(":")
        if family == "tax":
            yield TaxTaken(int(detail or 0), -row.balance)
