"""The audit log: who did what and when, each row chained to the one before by a hash, one chain a shop.

Rows are written in the transaction of what they tell of, numbered from 1 without gaps. The head of a chain knows its
last number and hash, and is locked as the very last act of a transaction, so that nobody waits in a circle for it.
A row holds no payload, only its hash: names, texts and addresses never get here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Index, String, Text, bindparam, cast, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Ref
from core.db.insert import insert_once, insert_rows
from core.db.prepared import Prepared
from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Insert
    from sqlalchemy.orm import Session

    from core.access import Actor
    from core.kernel.events import Event

_HASH = String(64)  # SHA-256 in hexadecimal
GENESIS = "0" * 64
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


class AuditRow(Base):
    """One thing that somebody did."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_actor", "merchant_id", "actor_id", "seq"),)

    merchant_id: Mapped[Ref] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    payload_hash: Mapped[str] = mapped_column(_HASH)
    previous: Mapped[str] = mapped_column(_HASH)
    hash: Mapped[str] = mapped_column(_HASH)


class AuditHead(Base):
    """The end of a shop's chain: how many rows it has, and the hashes of the last two."""

    __tablename__ = "audit_heads"

    merchant_id: Mapped[Ref] = mapped_column(primary_key=True)
    seq: Mapped[int]
    # Of the row before the last, which the last one names.
    previous: Mapped[str] = mapped_column(_HASH)
    hash: Mapped[str] = mapped_column(_HASH)


_ROWS = Base.metadata.tables[AuditRow.__tablename__]
_HEADS = Base.metadata.tables[AuditHead.__tablename__]
_OF: ColumnElement[str] = bindparam("of", type_=String)
# The head of a chain moves on by one row and by its own hash. PostgreSQL can do that by itself, so nobody waits for an
# answer while others wait for the head; SQLite has one writer at a time, and no hashes.
_END = Prepared(select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.merchant_id == _OF))
_MOVED = Prepared(
    update(_HEADS)
    .where(_HEADS.c.merchant_id == _OF)
    .values({name: bindparam(f"to_{name}") for name in ("seq", "previous", "hash")})
)

FaultKind = Literal["changed", "missing", "reordered", "added", "cut", "anchor"]


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be written down: the event's name, what it is about, and the hash of its payload."""

    merchant_id: str
    event: str
    subject: str
    payload_hash: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row of the log. `subject` is the lane of the event, such as "order:<id>"."""

    seq: int
    at: datetime
    actor_kind: str
    actor_id: str
    event: str
    subject: str
    payload_hash: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain; kept elsewhere it proves later that nothing before it was changed."""

    merchant_id: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the rows `first` to `last`."""

    kind: FaultKind
    first: int
    last: int
    text: str


def fact_of(event: Event, payload: dict[str, Any]) -> Fact:
    """What the log keeps of an event."""
    return Fact(event.merchant_id, type(event).__name__, event.lane[:120], payload_hash(payload))


def payload_hash(payload: dict[str, Any]) -> str:
    """SHA-256 of a payload's canonical JSON."""
    return hashlib.sha256(_canonical(payload).encode()).hexdigest()


def append(session: Session, actor: Actor, facts: Sequence[Fact]) -> None:
    """Write the facts of a transaction at the ends of their chains; nothing may be locked after.

    The caller has flushed: the heads are held from here to the commit.
    """
    moment = now()
    write = _append_there if session.get_bind().dialect.name == "postgresql" else append_here
    for merchant_id in sorted({fact.merchant_id for fact in facts}):
        rows = [
            {
                "merchant_id": merchant_id,
                "at": moment,
                "actor_kind": actor.kind,
                "actor_id": actor.id[:64],
                "event": fact.event,
                "subject": fact.subject,
                "payload_hash": fact.payload_hash,
            }
            for fact in facts
            if fact.merchant_id == merchant_id
        ]
        write(session, merchant_id, rows)


def append_here(session: Session, merchant_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Read the end of a chain, and write what follows it: right only where nobody else writes meanwhile."""
    held = _END.first(session, {"of": merchant_id})
    if held is None:
        insert_once(session, AuditHead, merchant_id=merchant_id, seq=0, previous=GENESIS, hash=GENESIS)
    seq, last = held or (0, GENESIS)
    previous = last
    for row in rows:
        seq, previous = seq + 1, last
        row.update(seq=seq, previous=previous)
        row["hash"] = last = _hash(row)
    insert_rows(session, AuditRow, rows)
    _MOVED.send(session, ({"of": merchant_id, "to_seq": seq, "to_previous": previous, "to_hash": last},))


def _append_there(session: Session, merchant_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Let PostgreSQL move the head on by each row, and write the row as the head then says."""
    for row in rows:
        first = {**row, "seq": 1, "previous": GENESIS}
        # What is hashed, around the row's number and the hash before it.
        shop, _, *rest, _ = _sealed(first)
        texts = {"before": f"[{_canonical(shop)},", "between": f',{_canonical(rest)[1:-1]},"', "after": '"]'}
        _FOLLOWING.send(session, ({"of": merchant_id, "first": _hash(first), **texts, **row},))


def head(session: Session, merchant_id: str) -> Head:
    """The end of a shop's chain; sequence 0 when nothing was written yet."""
    found = session.execute(
        select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.merchant_id == merchant_id)
    ).one_or_none()
    return Head(merchant_id, *(found or (0, GENESIS)))


def entries(
    session: Session,
    merchant_id: str,
    *,
    actor: str = "",
    event: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[AuditEntry, ...]:
    """Rows of a shop, latest first; of an actor (an id, or a kind), an event, a time, and `before` a sequence."""
    rows = select(*_COLUMNS).where(_ROWS.c.merchant_id == merchant_id)
    if actor:
        rows = rows.where(
            (_ROWS.c.actor_id == actor) | ((_ROWS.c.actor_kind == actor) & (_ROWS.c.actor_kind != "staff"))
        )
    if event:
        rows = rows.where(_ROWS.c.event == event)
    if since:
        rows = rows.where(_ROWS.c.at >= since)
    if until:
        rows = rows.where(_ROWS.c.at < until)
    if before:
        rows = rows.where(_ROWS.c.seq < before)
    found = session.execute(rows.order_by(_ROWS.c.seq.desc()).limit(limit))
    return tuple(AuditEntry(*row) for row in found)


def event_names(session: Session, merchant_id: str) -> tuple[str, ...]:
    """The names of events that are in a shop's log."""
    return tuple(
        session.scalars(
            select(_ROWS.c.event).where(_ROWS.c.merchant_id == merchant_id).distinct().order_by(_ROWS.c.event)
        )
    )


def count(session: Session, merchant_id: str) -> int:
    """How many rows a shop's log has."""
    return session.scalar(select(func.count()).select_from(_ROWS).where(_ROWS.c.merchant_id == merchant_id)) or 0


def verify(session: Session, merchant_id: str, anchors: Sequence[Head] = ()) -> tuple[Fault, ...]:
    """Go along a shop's chain and tell every row that is not what was written; empty when all is well.

    `anchors` are heads kept elsewhere: the chain must go through each of them.
    """
    faults: list[Fault] = []
    wanted = {anchor.seq: anchor.hash for anchor in anchors if anchor.merchant_id == merchant_id and anchor.seq}
    seq, previous, sound = 0, GENESIS, True
    for row in _walk(session, merchant_id):
        if row.seq != seq + 1:
            faults.append(_missing(seq + 1, row.seq - 1))
        elif row.previous != previous and sound:
            text = f"row {row.seq} does not follow row {seq}: one of them was replaced or moved"
            faults.append(Fault("reordered", row.seq, row.seq, text))
        sound = _hash(_row_of(merchant_id, row)) == row.hash
        if not sound:
            faults.append(Fault("changed", row.seq, row.seq, f"row {row.seq} was changed"))
        if row.seq in wanted and wanted.pop(row.seq) != row.hash:
            faults.append(Fault("anchor", row.seq, row.seq, f"row {row.seq} is not the one that was noted elsewhere"))
        seq, previous = row.seq, row.hash
    faults += _end(head(session, merchant_id), seq, previous, sound=sound)
    faults += [
        Fault("anchor", s, s, f"row {s}, which was noted elsewhere, is missing") for s in sorted(wanted) if s > seq
    ]
    return tuple(faults)


def _end(end: Head, seq: int, previous: str, *, sound: bool) -> list[Fault]:
    if end.seq > seq:
        return [Fault("cut", seq + 1, end.seq, f"{_rows(seq + 1, end.seq)} missing at the end")]
    if end.seq < seq:
        text = f"{_rows(end.seq + 1, seq)} not known to the head of the chain: added, or the head was set back"
        return [Fault("added", end.seq + 1, seq, text)]
    if end.hash != previous and sound:
        return [Fault("changed", seq, seq, f"row {seq}, the last, is not the one that the head of the chain knows")]
    return []


def _missing(first: int, last: int) -> Fault:
    return Fault("missing", first, last, f"{_rows(first, last)} missing")


def _rows(first: int, last: int) -> str:
    return f"row {first} is" if first == last else f"rows {first} to {last} are"


def _walk(session: Session, merchant_id: str) -> Iterator[AuditEntry]:
    rows = select(*_COLUMNS).where(_ROWS.c.merchant_id == merchant_id).order_by(_ROWS.c.seq)
    for row in session.execute(rows.execution_options(yield_per=1000)):
        yield AuditEntry(*row)


_COLUMNS = (
    _ROWS.c.seq,
    _ROWS.c.at,
    _ROWS.c.actor_kind,
    _ROWS.c.actor_id,
    _ROWS.c.event,
    _ROWS.c.subject,
    _ROWS.c.payload_hash,
    _ROWS.c.previous,
    _ROWS.c.hash,
)
_SEALED = ("merchant_id", "seq", "at", "actor_kind", "actor_id", "event", "subject", "payload_hash", "previous")
_AT = _SEALED.index("at")


def _row_of(merchant_id: str, entry: AuditEntry) -> dict[str, Any]:
    return {"merchant_id": merchant_id} | {name: getattr(entry, name) for name in _SEALED[1:]}


def _hash(row: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(_sealed(row)).encode()).hexdigest()


def _sealed(row: dict[str, Any]) -> list[Any]:
    values = [row[name] for name in _SEALED]
    values[_AT] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return values


def _canonical(value: object) -> str:
    return _CANONICAL.encode(value)


def _following() -> Insert:
    """A row that follows the end of its chain, which it becomes; the first one's hash is known beforehand."""
    told: list[ColumnElement[str]] = [bindparam(name, type_=Text) for name in ("before", "between", "after")]
    before, between, after = told
    number = _HEADS.c.seq + literal_column("1")
    hashed = before + cast(number, Text) + between + _HEADS.c.hash + after
    sha = func.encode(func.sha256(func.convert_to(hashed, literal_column("'UTF8'"))), literal_column("'hex'"))
    moved = {"seq": number, "previous": _HEADS.c.hash, "hash": sha}
    beginning = {"merchant_id": _OF, "seq": 1, "previous": GENESIS, "hash": bindparam("first", type_=_HASH)}
    end = (
        postgresql.insert(_HEADS)
        .values(beginning)
        .on_conflict_do_update(index_elements=[_HEADS.c.merchant_id], set_=moved)
        .returning(_HEADS.c.seq, _HEADS.c.previous, _HEADS.c.hash)
        .cte("end_of_chain")
    )
    given = [name for name in _SEALED if name not in {"merchant_id", "seq", "previous"}]
    values = select(_OF, *(bindparam(name, type_=_ROWS.c[name].type) for name in given), *end.c)
    return insert(_ROWS).from_select(["merchant_id", *given, *end.c.keys()], values, include_defaults=False)


_FOLLOWING = Prepared(_following())
