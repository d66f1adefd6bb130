"""All SQL of the ledger. It inserts and reads; no statement here changes or removes a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from core.db.base import Base
from core.db.insert import insert_once, insert_rows
from core.ledger import rules
from core.ledger.models import EntryRow, PostingRow
from core.ledger.rules import Transfer
from core.ledger.views import Posting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

_POSTINGS = PostingRow.__table__.c
_ENTRIES = EntryRow.__table__.c
_SIDES = (_ENTRIES.debit, _ENTRIES.credit, _ENTRIES.amount, _ENTRIES.currency)
_BY_REF = select(*_POSTINGS).where(_POSTINGS.merchant_id == bindparam("mine"), _POSTINGS.ref == bindparam("wanted"))
_BY_ORDER = (
    select(*_POSTINGS)
    .where(_POSTINGS.merchant_id == bindparam("mine"), _POSTINGS.order_id == bindparam("wanted"))
    .order_by(_POSTINGS.at, _POSTINGS.id)
)
_FETCHED = 1000


@dataclass(frozen=True, slots=True)
class Stored:
    """A posting as it is in the database, beside what was written down when it was made."""

    posting: Posting
    rows: tuple[Transfer, ...]
    entry_count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A posting that is to be made."""

    posting: Posting
    rows: tuple[Transfer, ...]
    digest: str


def add(session: Session, drawn: Drawn, *, fresh: bool = False) -> bool:
    """Insert a posting with its rows; False when the shop has one of this ref, and then nothing has changed.

    One of a ref that is `fresh` is not asked for: were there one, the whole transaction would fail.
    """
    columns = _posting_columns(drawn)
    if fresh:
        insert_rows(session, PostingRow, (columns,))
    elif not insert_once(session, PostingRow, **columns):
        return False
    insert_rows(session, EntryRow, [_columns(drawn.posting, n, t) for n, t in enumerate(drawn.rows)])
    return True


def add_all(session: Session, drawn: Sequence[Drawn]) -> frozenset[str]:
    """Insert postings with their rows, as `add` does one; the ids of those that the shop had none of."""
    if not drawn:
        return frozenset()
    table = PostingRow.__table__
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Base.metadata.tables[PostingRow.__tablename__]).on_conflict_do_nothing().returning(table.c.id)
    fresh = frozenset(session.scalars(statement, [_posting_columns(one) for one in drawn]))
    rows = [
        _columns(one.posting, n, transfer)
        for one in drawn
        if one.posting.id in fresh
        for n, transfer in enumerate(one.rows)
    ]
    insert_rows(session, EntryRow, rows)
    return fresh


def by_ref(session: Session, merchant_id: str, ref: str) -> Posting | None:
    """The posting of this ref."""
    return next(iter(_postings(session, merchant_id, _BY_REF, ref)), None)


def of_order(session: Session, merchant_id: str, order_id: str) -> tuple[Posting, ...]:
    """All postings of an order, the earliest first."""
    return _postings(session, merchant_id, _BY_ORDER, order_id)


def sums(
    session: Session,
    merchant_id: str,
    *,
    order_id: str | None = None,
    location_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[tuple[str, str, str, int]]:
    """(debit account, credit account, currency, amount moved) over all entries, or those of an order, place or time.

    `since` is included, `until` is not.
    """
    moved = func.sum(_ENTRIES.amount)
    query = select(_ENTRIES.debit, _ENTRIES.credit, _ENTRIES.currency, moved).where(_ENTRIES.merchant_id == merchant_id)
    narrowed = list(_narrowed(order_id, location_id, since, until))
    if narrowed:
        query = query.join(PostingRow, _POSTINGS.id == _ENTRIES.posting_id)
        query = query.where(_POSTINGS.merchant_id == merchant_id, *narrowed)
    grouped = query.group_by(_ENTRIES.debit, _ENTRIES.credit, _ENTRIES.currency)
    return [(debit, credit, currency, int(amount)) for debit, credit, currency, amount in session.execute(grouped)]


def by_order(session: Session, merchant_id: str, account: str, kinds: Collection[str]) -> dict[tuple[str, str], int]:
    """What postings of these kinds left on an account, by (order id, currency)."""
    came = case((_ENTRIES.debit == account, _ENTRIES.amount), else_=-_ENTRIES.amount)
    query = (
        select(_POSTINGS.order_id, _ENTRIES.currency, func.sum(came))
        .join(EntryRow, _ENTRIES.posting_id == _POSTINGS.id)
        .where(
            _POSTINGS.merchant_id == merchant_id,
            _ENTRIES.merchant_id == merchant_id,
            _POSTINGS.order_id.is_not(None),
            _POSTINGS.kind.in_(kinds),
            or_(_ENTRIES.debit == account, _ENTRIES.credit == account),
        )
        .group_by(_POSTINGS.order_id, _ENTRIES.currency)
    )
    return {(order_id or "", currency): int(amount) for order_id, currency, amount in session.execute(query)}


def count_orders(session: Session, merchant_id: str, location_id: str, since: datetime, until: datetime) -> int:
    """Orders whose sale was posted for a location in a time, less those whose sale was taken back in it."""
    kinds = select(_POSTINGS.kind, func.count()).where(
        _POSTINGS.merchant_id == merchant_id,
        _POSTINGS.kind.in_(("sale", "cancellation")),
        *_narrowed(None, location_id, since, until),
    )
    found = {str(row[0]): row[1] for row in session.execute(kinds.group_by(_POSTINGS.kind))}
    return int(found.get("sale", 0)) - int(found.get("cancellation", 0))


def stored(session: Session, merchant_id: str) -> Iterator[Stored]:
    """Every posting of a shop as it is in the database, a thousand at a time."""
    last = ""
    while True:
        page = select(*_POSTINGS).where(_POSTINGS.merchant_id == merchant_id, _POSTINGS.id > last)
        found = session.execute(page.order_by(_POSTINGS.id).limit(_FETCHED)).all()
        if not found:
            return
        rows = _rows(session, merchant_id, found)
        for row in found:
            yield Stored(_posting(row, rows[row.id]), tuple(rows[row.id]), row.entry_count, row.digest)
        last = found[-1].id


def strays(session: Session, merchant_id: str) -> list[str]:
    """Ids of postings that entries of a shop name, and that the shop does not have."""
    owner = select(_POSTINGS.id).where(_POSTINGS.merchant_id == merchant_id, _POSTINGS.id == _ENTRIES.posting_id)
    alone = select(_ENTRIES.posting_id).distinct().where(_ENTRIES.merchant_id == merchant_id, ~owner.exists())
    return sorted(session.scalars(alone))


def _narrowed(
    order_id: str | None, location_id: str | None, since: datetime | None, until: datetime | None
) -> Iterator[ColumnElement[bool]]:
    if order_id is not None:
        yield _POSTINGS.order_id == order_id
    if location_id is not None:
        yield _POSTINGS.location_id == location_id
    if since is not None:
        yield _POSTINGS.at >= since
    if until is not None:
        yield _POSTINGS.at < until


def _posting_columns(drawn: Drawn) -> dict[str, Any]:
    posting = drawn.posting
    return {
        "id": posting.id,
        "merchant_id": posting.merchant_id,
        "ref": posting.ref,
        "kind": posting.kind,
        "order_id": posting.order_id,
        "location_id": posting.location_id,
        "at": posting.at,
        "entry_count": len(drawn.rows),
        "digest": drawn.digest,
    }


def _columns(posting: Posting, position: int, transfer: Transfer) -> dict[str, Any]:
    return {
        "posting_id": posting.id,
        "position": position,
        "merchant_id": posting.merchant_id,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "amount": transfer.amount,
        "currency": transfer.currency,
    }


def _rows(session: Session, merchant_id: str, postings: Iterable[Row[*tuple[Any, ...]]]) -> dict[str, list[Transfer]]:
    rows: dict[str, list[Transfer]] = {row.id: [] for row in postings}
    # Not the bare column: SQLite would take the index of the shop, and read every entry that it has.
    mine = (_ENTRIES.merchant_id.concat("") == merchant_id, _ENTRIES.posting_id.in_(rows))
    query = select(_ENTRIES.posting_id, *_SIDES).where(*mine).order_by(_ENTRIES.posting_id, _ENTRIES.position)
    for posting_id, *sides in session.execute(query):
        rows[posting_id].append(Transfer(*sides))
    return rows


def _postings(session: Session, merchant_id: str, query: Select[*tuple[Any, ...]], wanted: str) -> tuple[Posting, ...]:
    found = session.execute(query, {"mine": merchant_id, "wanted": wanted}).all()
    rows = _rows(session, merchant_id, found) if found else {}
    return tuple(_posting(row, rows[row.id]) for row in found)


def _posting(row: Row[*tuple[Any, ...]], rows: Iterable[Transfer]) -> Posting:
    return Posting(
        id=row.id,
        merchant_id=row.merchant_id,
        ref=row.ref,
        kind=row.kind,
        order_id=row.order_id,
        location_id=row.location_id,
        at=row.at,
        entries=rules.entries_of(rows),
    )
