"""All SQL of staff, their sessions and their failed sign-ins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.kernel.errors import NotFound
from core.staff.models import FirstRunTokenRow, SignInFailuresRow, StaffRow, StaffSessionRow
from core.staff.views import Role, StaffView

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def view(row: StaffRow) -> StaffView:
    """The row as an answer."""
    return StaffView(
        row.id,
        row.merchant_id,
        row.name,
        row.login,
        cast("Role", row.role),
        row.active,
        row.created_at,
        row.signed_in_at,
        tuple(row.location_ids),
    )


def members(session: Session, merchant_id: str) -> tuple[StaffView, ...]:
    """Everybody of a shop: active first, then by name."""
    rows = select(StaffRow).where(StaffRow.merchant_id == merchant_id)
    return tuple(map(view, session.scalars(rows.order_by(StaffRow.active.desc(), func.lower(StaffRow.name)))))


def member(session: Session, merchant_id: str, staff_id: str) -> StaffRow:
    """One person of a shop.

    Raises:
        NotFound: nobody of this shop has that id.
    """
    row = session.scalar(select(StaffRow).where(StaffRow.merchant_id == merchant_id, StaffRow.id == staff_id))
    if row is None:
        raise NotFound(what="staff member", key=staff_id)
    return row


def lock_members(session: Session, merchant_id: str) -> tuple[StaffRow, ...]:
    """Everybody of a shop, locked in id order, so that two changes cannot remove the last owner together."""
    rows = select(StaffRow).where(StaffRow.merchant_id == merchant_id).order_by(StaffRow.id).with_for_update()
    return tuple(session.scalars(rows.execution_options(populate_existing=True)))


def by_login(session: Session, login: str) -> StaffRow | None:
    """Whoever signs in with this login, of any shop: before signing in nobody belongs to one."""
    return session.scalar(select(StaffRow).where(StaffRow.login == login))


def has_staff(session: Session, merchant_id: str) -> bool:
    """Whether the shop has anybody who can sign in."""
    rows = select(StaffRow.id).where(StaffRow.merchant_id == merchant_id, StaffRow.active).limit(1)
    return session.scalar(rows) is not None


def session_of(session: Session, token_hash: str) -> tuple[StaffSessionRow, StaffRow] | None:
    """A session with its person, whatever its age."""
    rows = (
        select(StaffSessionRow, StaffRow)
        .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
        .where(StaffSessionRow.token_hash == token_hash, StaffRow.merchant_id == StaffSessionRow.merchant_id)
    )
    found = session.execute(rows).one_or_none()
    return (found[0], found[1]) if found else None


def touch(session: Session, session_id: str, moment: datetime) -> None:
    """Note activity; never backwards."""
    mine = (StaffSessionRow.id == session_id) & (StaffSessionRow.seen_at < moment)
    session.execute(update(StaffSessionRow).where(mine).values(seen_at=moment))


def end_session(session: Session, token_hash: str) -> None:
    """Forget one session."""
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash))


def end_sessions_of(session: Session, merchant_id: str, staff_id: str, *, but: str = "") -> None:
    """Forget every session of a person, but the one of this token hash."""
    session.execute(
        delete(StaffSessionRow).where(
            StaffSessionRow.merchant_id == merchant_id,
            StaffSessionRow.staff_id == staff_id,
            StaffSessionRow.token_hash != but,
        )
    )


def end_old_sessions(session: Session, *, created_before: datetime, seen_before: datetime) -> None:
    """Forget the sessions that hold no more, of every shop."""
    old = or_(StaffSessionRow.created_at <= created_before, StaffSessionRow.seen_at <= seen_before)
    session.execute(delete(StaffSessionRow).where(old))


def drop_first_run_tokens(session: Session, merchant_id: str) -> None:
    """Forget the unused first-run tokens of a shop."""
    unused = (FirstRunTokenRow.merchant_id == merchant_id) & FirstRunTokenRow.used_at.is_(None)
    session.execute(delete(FirstRunTokenRow).where(unused))


def first_run_merchant(session: Session, token_hash: str, moment: datetime) -> str | None:
    """The shop that a first-run token opens, while it is unused and young enough."""
    return session.scalar(select(FirstRunTokenRow.merchant_id).where(_usable(token_hash, moment)))


def use_first_run_token(session: Session, token_hash: str, moment: datetime) -> str | None:
    """Use the token up, in one guarded statement; the shop, or None when it cannot be used (any more)."""
    used = update(FirstRunTokenRow).where(_usable(token_hash, moment)).values(used_at=moment)
    return session.scalar(used.returning(FirstRunTokenRow.merchant_id))


def _usable(token_hash: str, moment: datetime) -> ColumnElement[bool]:
    return (
        (FirstRunTokenRow.token_hash == token_hash)
        & FirstRunTokenRow.used_at.is_(None)
        & (FirstRunTokenRow.expires_at > moment)
    )


def count_attempt(session: Session, key: str, moment: datetime, *, forgotten_before: datetime) -> int | None:
    """Count a sign-in as failed before it is tried, in one guarded statement; None while the key is locked.

    Counting first leaves no moment in which many can be tried at once.
    """
    rows = SignInFailuresRow
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(rows).values(key=key, failures=1, last_at=moment, locked_until=None)
    again = case((rows.last_at < forgotten_before, 1), else_=rows.failures + 1)
    counted = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"failures": again, "last_at": moment, "locked_until": None},
        where=or_(rows.locked_until.is_(None), rows.locked_until <= moment),
    )
    return session.scalar(counted.returning(rows.failures).execution_options(populate_existing=True))


def lock_key(session: Session, key: str, until: datetime) -> None:
    """Refuse the key until then."""
    session.execute(update(SignInFailuresRow).where(SignInFailuresRow.key == key).values(locked_until=until))


def locked_until(session: Session, key: str) -> datetime | None:
    """Until when the key is refused, if it is."""
    return session.scalar(select(SignInFailuresRow.locked_until).where(SignInFailuresRow.key == key))


def forget_failures(session: Session, key: str) -> None:
    """The key has proved itself."""
    session.execute(delete(SignInFailuresRow).where(SignInFailuresRow.key == key))


def forgive_one(session: Session, key: str) -> None:
    """Take back the failure that `count_attempt` counted in advance, with the lock it brought."""
    mine = (SignInFailuresRow.key == key) & (SignInFailuresRow.failures > 0)
    values = {"failures": SignInFailuresRow.failures - 1, "locked_until": None}
    session.execute(update(SignInFailuresRow).where(mine).values(values))


def forget_old_failures(session: Session, before: datetime) -> None:
    """Drop the counts that would start again from one anyway."""
    session.execute(delete(SignInFailuresRow).where(SignInFailuresRow.last_at < before))
