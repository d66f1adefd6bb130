"""Signing in, staying signed in, signing out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.clock import now
from core.kernel.errors import NotSignedIn, TooMany, WrongPassword
from core.kernel.ids import new_id, new_token
from core.staff import repository, rules
from core.staff.events import StaffSignedIn
from core.staff.models import StaffSessionRow
from core.staff.service import secrets
from core.staff.service.secrets import digest
from core.staff.views import SignedIn, StaffSession

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from core.staff.models import StaffRow


def sign_in(database: Database, login: str, password: str, *, address: str, replaces: str = "") -> SignedIn:
    """Check a password and open a session; `replaces` is the token that the browser had, which ends.

    Takes the database, not a unit of work: the slow check of the password holds no transaction. The attempt is counted
    as failed before, and taken back after, so that no crowd of simultaneous attempts gets past the limit.

    Raises:
        WrongPassword: no such login, wrong password or inactive: the same answer for each.
        TooMany: too many failures of this login or address; says when to try again (`retry_after`, seconds).
    """
    keys = _keys(login, address)
    with database.begin() as uow:
        for key in keys:
            _count(uow.session, key)
    with database.read() as session:
        row = repository.by_login(session, rules.clean_login(login))
        known = row.password_hash if row is not None and row.active else None
    if not secrets.matches(known, password) or row is None:
        raise WrongPassword
    stronger = secrets.hash_password(password) if secrets.outdated(row.password_hash) else None
    with database.begin() as uow:
        return _admit(uow, row.merchant_id, row.id, keys, stronger=stronger, replaces=replaces)


def session_of(session: Session, token: str) -> StaffSession:
    """The session of a token, while it holds: 12 hours at most, 2 hours without activity.

    Raises:
        NotSignedIn: no such session, or it has ended, or its person is no longer active.
    """
    found = repository.session_of(session, digest(token)) if token else None
    if found is None:
        raise NotSignedIn
    row, staff = found
    moment = now()
    ends_at = min(row.created_at + rules.SESSION_LIFE, row.seen_at + rules.SESSION_IDLE)
    if moment >= ends_at or not staff.active:
        raise NotSignedIn
    return StaffSession(row.id, repository.view(staff), ends_at, stale=moment - row.seen_at >= rules.SESSION_TOUCH)


@requires("account.change")
def touch(uow: UnitOfWork, session_id: str) -> None:
    """Note that the session is in use."""
    repository.touch(uow.session, session_id, now())


@requires("sessions.open")
def open_session(uow: UnitOfWork, merchant_id: str, staff_id: str, *, replaces: str = "") -> SignedIn:
    """A session with a token never used before, for somebody who has just proved who they are."""
    moment = now()
    row = repository.member(uow.session, merchant_id, staff_id)
    if not row.active:
        raise WrongPassword
    if replaces:
        repository.end_session(uow.session, digest(replaces))
    repository.end_old_sessions(
        uow.session, created_before=moment - rules.SESSION_LIFE, seen_before=moment - rules.SESSION_IDLE
    )
    token = new_token()
    uow.session.add(_session_row(row, token, moment))
    row.signed_in_at = moment
    uow.record(StaffSignedIn(merchant_id=merchant_id, staff_id=staff_id))
    uow.session.flush()
    return SignedIn(token, repository.view(row), moment + rules.SESSION_LIFE)


def sign_out(uow: UnitOfWork, token: str) -> None:
    """End the session of a token; a token of none does no harm."""
    repository.end_session(uow.session, digest(token))


def _session_row(row: StaffRow, token: str, moment: datetime) -> StaffSessionRow:
    return StaffSessionRow(
        id=new_id(),
        merchant_id=row.merchant_id,
        staff_id=row.id,
        token_hash=digest(token),
        created_at=moment,
        seen_at=moment,
    )


def _admit(
    uow: UnitOfWork, merchant_id: str, staff_id: str, keys: tuple[str, str], *, stronger: str | None, replaces: str
) -> SignedIn:
    login_key, address_key = keys
    repository.forget_failures(uow.session, login_key)
    # An address is shared: one colleague's success does not clear what somebody else tries from there.
    repository.forgive_one(uow.session, address_key)
    repository.forget_old_failures(uow.session, now() - rules.FAILURES_FORGOTTEN - timedelta(days=1))
    if stronger:
        repository.member(uow.session, merchant_id, staff_id).password_hash = stronger
    return open_session(uow, merchant_id, staff_id, replaces=replaces)


def _count(session: Session, key: str) -> None:
    moment = now()
    failures = repository.count_attempt(session, key, moment, forgotten_before=moment - rules.FAILURES_FORGOTTEN)
    if failures is None:
        until = repository.locked_until(session, key) or moment
        wait = rules.wait_text(until, moment)
        seconds = max(1, round((until - moment).total_seconds()))
        raise TooMany(problem=f"Too many failed sign-ins. Try again in {wait}.", retry_after=seconds)
    pause = rules.delay_after(failures)
    if pause:
        repository.lock_key(session, key, moment + pause)


def _keys(login: str, address: str) -> tuple[str, str]:
    # Hashed, because people type passwords into the wrong field.
    return digest(f"login:{rules.clean_login(login)}"), digest(f"address:{address}")
