"""All SQL over the whole store for one person: rows are found table by table, from the customer outwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, case, delete, func, literal, or_, select, update

from core.customers.linking.models import LinkRow
from core.customers.models import AliasRow, CustomerRow, IdentityRow
from core.db.base import Base
from core.db.outbox import WorkRow
from core.kernel.clock import now
from core.messaging.models import Conversation, InboundMessage
from core.privacy.holdings import GONE, HOLDINGS, LANES, ROW, Holding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

Ids = dict[str, list[str]]
_CHUNK = 500
_NO_WORDS = frozenset({"code", "currency", "kind", "method", "state", "status", "what", "allowed", "purpose", "how"})


def person(session: Session, merchant_id: str, customer_id: str) -> Ids:
    """The ids of everything that is a person's, by what they are. Customers linked to them are the same person."""
    mine = (LinkRow.merchant_id == merchant_id, LinkRow.customer_id == customer_id, LinkRow.parted_at.is_(None))
    linked = session.scalars(select(LinkRow.own_customer_id).where(*mine))
    ids: Ids = {"customer": list(dict.fromkeys([customer_id, *linked]))}
    for holding in HOLDINGS:
        if holding.gives is not None:
            ids[holding.gives] = [row["id"] for row in rows(session, merchant_id, holding, ids, only_ids=True)]
    return ids


def rows(
    session: Session, merchant_id: str, holding: Holding, ids: Ids, *, only_ids: bool = False
) -> Iterator[Mapping[str, Any]]:
    """A person's rows of one table, in the order of their ids."""
    table = _table(holding.table)
    columns = [table.c.id] if only_ids else [c for c in table.c if c.name not in holding.hidden]
    for some in _some(ids[holding.of]):
        found = select(*columns).where(table.c.merchant_id == merchant_id, table.c[holding.key].in_(some))
        yield from (dict(row) for row in session.execute(found.order_by(table.c.id)).mappings())


def wipe(session: Session, merchant_id: str, holding: Holding, ids: Ids) -> int:
    """Let a person's rows of one table say nothing of them any more; how many there were."""
    table, count = _table(holding.table), 0
    for some in _some(ids[holding.of]):
        mine = and_(table.c.merchant_id == merchant_id, table.c[holding.key].in_(some))
        if holding.deleted:
            count += len(session.execute(delete(table).where(mine).returning(table.c.id)).fetchall())
            continue
        values = {name: _value(table, name, value) for name, value in holding.wiped.items()}
        count += len(session.execute(update(table).where(mine).values(values).returning(table.c.id)).fetchall())
    return count


def open_orders(session: Session, merchant_id: str, customer_id: str, states: Sequence[str]) -> tuple[str, ...]:
    """The codes of orders of a person that are in one of these states."""
    table = _table("orders")
    theirs = person(session, merchant_id, customer_id)["order"]
    mine = (table.c.merchant_id == merchant_id, table.c.id.in_(theirs), table.c.state.in_(states))
    return tuple(session.scalars(select(table.c.code).where(*mine).order_by(table.c.placed_at)))


def mark_erased(session: Session, merchant_id: str, customer_ids: Sequence[str]) -> None:
    """Note since when nothing is known of customers."""
    mine = (CustomerRow.merchant_id == merchant_id, CustomerRow.id.in_(customer_ids))
    session.execute(
        update(CustomerRow).where(*mine).values(erased_at=now()).execution_options(synchronize_session=False)
    )


def drop_links(session: Session, merchant_id: str, customer_ids: Sequence[str]) -> None:
    """Forget links that lead to a person from any side, in force or not."""
    either = or_(LinkRow.customer_id.in_(customer_ids), LinkRow.own_customer_id.in_(customer_ids))
    session.execute(
        delete(LinkRow).where(LinkRow.merchant_id == merchant_id, either).execution_options(synchronize_session=False)
    )


def wipe_work(session: Session, merchant_id: str, ids: Ids) -> int:
    """Take the words out of what work and events on a person's things carry along."""
    lanes = [f"{name}:{key}" for owner, names in LANES.items() for name in names for key in ids.get(owner, ())]
    count = 0
    for some in _some(lanes):
        mine = (WorkRow.merchant_id == merchant_id, WorkRow.lane.in_(some))
        for work_id, payload in session.execute(select(WorkRow.id, WorkRow.payload).where(*mine)).all():
            bare = {name: without_words(name, value) for name, value in payload.items()}
            changed = update(WorkRow).where(*mine, WorkRow.id == work_id).values(payload=bare, error=None)
            session.execute(changed.execution_options(synchronize_session=False))
            count += 1
    return count


def without_words(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    """A value of a payload; empty when it could be somebody's words."""
    if name.endswith(("_id", "_ids")) or name in _NO_WORDS or value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return {key: without_words(key, inner) for key, inner in value.items()}
    return [] if isinstance(value, list) else ""


def drop_rates(session: Session, senders: Iterable[str]) -> None:
    """Forget how often somebody was written to of late: those keys have their ids in them."""
    rates = Base.metadata.tables.get("send_rates")
    if rates is None:
        return
    for sender in senders:
        session.execute(delete(rates).where(rates.c.key.endswith(f":{sender}", autoescape=True)))


def senders(session: Session, merchant_id: str, ids: Ids) -> list[str]:
    """Every id that a person has, or has had, on any channel."""
    found: list[str] = []
    for row, of, key in (
        (IdentityRow, IdentityRow.id, "identity"),
        (AliasRow, AliasRow.identity_id, "identity"),
    ):
        for some in _some(ids[key]):
            found += session.scalars(select(row.external_id).where(row.merchant_id == merchant_id, of.in_(some)))
    for some in _some(ids["conversation"]):
        mine = (Conversation.merchant_id == merchant_id, Conversation.id.in_(some))
        found += session.scalars(select(Conversation.sender).where(*mine))
    return list(dict.fromkeys(found))


def lock_conversations(session: Session, merchant_id: str, conversation_ids: Iterable[str]) -> dict[str, Conversation]:
    """Conversations by id, held until the transaction ends; always in one order, so that nobody waits in a circle."""
    held = {}
    for conversation_id in sorted(set(conversation_ids)):
        query = select(Conversation).where(Conversation.merchant_id == merchant_id, Conversation.id == conversation_id)
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        if (row := session.scalars(query).one_or_none()) is not None:
            held[conversation_id] = row
    return held


def conversations_of(session: Session, merchant_id: str, identity_id: str) -> list[str]:
    """The conversations that an identity has under any of its ids, in order."""
    names = select(IdentityRow.channel, IdentityRow.account, IdentityRow.external_id)
    mine = (IdentityRow.merchant_id == merchant_id, IdentityRow.id == identity_id)
    own = [*session.execute(names.where(*mine))]
    others = select(AliasRow.channel, AliasRow.account, AliasRow.external_id)
    own += session.execute(others.where(AliasRow.merchant_id == merchant_id, AliasRow.identity_id == identity_id))
    found: list[str] = []
    for channel, account, sender in own:
        theirs = (
            Conversation.merchant_id == merchant_id,
            Conversation.channel == channel,
            Conversation.account == account,
            Conversation.sender == sender,
            Conversation.thread.not_like("ended:%"),
        )
        found += session.scalars(select(Conversation.id).where(*theirs).order_by(Conversation.id))
    return list(dict.fromkeys(found))


def messages(session: Session, merchant_id: str, conversation_ids: Sequence[str]) -> int:
    """How many messages of theirs are kept."""
    count = 0
    for some in _some(conversation_ids):
        mine = (InboundMessage.merchant_id == merchant_id, InboundMessage.conversation_id.in_(some))
        count += session.scalar(select(func.count()).select_from(InboundMessage).where(*mine)) or 0
    return count


def find(session: Session, merchant_id: str, words: str, limit: int) -> tuple[str, ...]:
    """Customers whose id, name or id on a channel has these words, the latest first."""
    part = words.casefold()
    by_name = func.lower(CustomerRow.name).contains(part, autoescape=True)
    named = or_(CustomerRow.id == words, by_name, _known_by(part))
    query = select(CustomerRow.id).where(CustomerRow.merchant_id == merchant_id)
    if words:
        query = query.where(named)
    return tuple(session.scalars(query.order_by(CustomerRow.created_at.desc(), CustomerRow.id.desc()).limit(limit)))


def _known_by(part: str) -> Any:  # noqa: ANN401 - a condition
    known = select(IdentityRow.customer_id).where(
        IdentityRow.merchant_id == CustomerRow.merchant_id,
        func.lower(IdentityRow.external_id).contains(part, autoescape=True),
    )
    return CustomerRow.id.in_(known)


def _value(table: Table, name: str, value: Any) -> Any:  # noqa: ANN401 - what a column takes
    if value != GONE:
        return value
    gone = literal(GONE.removesuffix(ROW), String).concat(table.c.id)
    # What is empty stays empty: one may be missing where another must be unique.
    return case((table.c[name].is_(None), None), else_=gone)


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
