"""Staff members: the first owner, adding, deactivating, secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import merchants
from core.access import requires, self_only, within
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidInput, NotSignedIn
from core.kernel.ids import new_id, new_token
from core.staff import repository, rules
from core.staff.events import (
    MemberAdded,
    MemberDeactivated,
    MemberPlaced,
    MemberReactivated,
    OwnerInvited,
    PasswordChanged,
)
from core.staff.models import FirstRunTokenRow, StaffRow
from core.staff.service import secrets
from core.staff.service.secrets import digest
from core.staff.views import StaffView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.staff.views import Role


def anyone(session: Session, merchant_id: str) -> bool:
    """Whether the shop has anybody who can sign in."""
    return repository.has_staff(session, merchant_id)


@requires("staff.change")
def first_run_token(uow: UnitOfWork, merchant_id: str) -> str | None:
    """A new one-time token (24 h) to become the shop's first owner; None when the shop has staff already.

    Earlier unused tokens of the shop stop working. The token itself is stored nowhere.
    """
    if repository.has_staff(uow.session, merchant_id):
        return None
    repository.drop_first_run_tokens(uow.session, merchant_id)
    token, moment = new_token(), now()
    uow.session.add(
        FirstRunTokenRow(
            id=new_id(),
            merchant_id=merchant_id,
            token_hash=digest(token),
            created_at=moment,
            expires_at=moment + rules.FIRST_RUN_LIFE,
        )
    )
    uow.record(OwnerInvited(merchant_id=merchant_id))
    return token


def first_run_merchant(session: Session, token: str) -> str:
    """The shop that a first-run token opens.

    Raises:
        NotSignedIn: unknown, used, expired, or the shop has staff by now.
    """
    merchant_id = repository.first_run_merchant(session, digest(token), now())
    if merchant_id is None or repository.has_staff(session, merchant_id):
        raise NotSignedIn
    return merchant_id


def complete_first_run(uow: UnitOfWork, token: str, *, name: str, login: str, password: str) -> StaffView:
    """Make the shop's first owner and use the token up; one of two who try at once succeeds.

    Raises:
        NotSignedIn: the token is unknown, used or expired.
        InvalidInput: a name, login or password that is not accepted; the token stays usable.
    """
    merchant_id = repository.use_first_run_token(uow.session, digest(token), now())
    if merchant_id is None or repository.has_staff(uow.session, merchant_id):
        raise NotSignedIn
    return add_member(uow, merchant_id, name=name, login=login, password=password, role="owner")


@requires("staff.change")
def add_member(
    uow: UnitOfWork,
    merchant_id: str,
    *,
    name: str,
    login: str,
    password: str,
    role: Role,
    location_ids: Iterable[str] = (),
) -> StaffView:
    """Add somebody to a shop; with `location_ids`, they may act at these places of it only.

    Raises:
        InvalidInput: a name, login, password or role that is not accepted; names the field.
        NotFound: the shop has no such place.
        Conflict: the login is taken, or an owner is bound to places.
    """
    login = rules.normal_login(login)
    rules.check_password(password, login=login)
    row = StaffRow(
        id=new_id(),
        merchant_id=merchant_id,
        name=rules.normal_name(name),
        login=login,
        password_hash=secrets.hash_password(password),
        role=rules.normal_role(role),
        active=True,
        created_at=now(),
        location_ids=_places(uow, merchant_id, location_ids),
    )
    if repository.by_login(uow.session, login) is not None:
        raise Conflict(problem=f"The login “{login}” is taken: choose another.")
    if row.role == "owner" and row.location_ids:
        raise Conflict(problem="Owners are not bound to places.")
    uow.session.add(row)
    uow.session.flush()
    uow.record(MemberAdded(merchant_id=merchant_id, staff_id=row.id, role=row.role))
    return repository.view(row)


def members(session: Session, merchant_id: str) -> tuple[StaffView, ...]:
    """Everybody of a shop: active first, then by name."""
    return repository.members(session, merchant_id)


@requires("staff.change")
def deactivate(uow: UnitOfWork, merchant_id: str, staff_id: str) -> StaffView:
    """Let somebody sign in no more, and end their sessions now. Doing it again changes nothing.

    Raises:
        NotFound: nobody of this shop has that id.
        Conflict: they are the last owner.
    """
    everybody = repository.lock_members(uow.session, merchant_id)
    row = repository.member(uow.session, merchant_id, staff_id)
    owners = [o for o in everybody if o.active and o.role == "owner"]
    if owners == [row]:
        raise Conflict(problem=f"{row.name} is the only owner: make somebody else an owner first.")
    if row.active:
        uow.record(MemberDeactivated(merchant_id=merchant_id, staff_id=staff_id))
    row.active = False
    repository.end_sessions_of(uow.session, merchant_id, staff_id)
    return repository.view(row)


@requires("staff.change")
def reactivate(uow: UnitOfWork, merchant_id: str, staff_id: str) -> StaffView:
    """Let somebody sign in again.

    Raises:
        NotFound: nobody of this shop has that id.
    """
    row = repository.member(uow.session, merchant_id, staff_id)
    if not row.active:
        uow.record(MemberReactivated(merchant_id=merchant_id, staff_id=staff_id))
    row.active = True
    return repository.view(row)


@requires("staff.change")
def set_locations(uow: UnitOfWork, merchant_id: str, staff_id: str, location_ids: Iterable[str]) -> StaffView:
    """Let somebody act at these places only; at every place of the shop when there are none.

    Raises:
        NotFound: nobody of this shop has that id, or the shop has no such place.
        Conflict: they are an owner, who is not bound to places.
    """
    row = repository.member(uow.session, merchant_id, staff_id)
    places = _places(uow, merchant_id, location_ids)
    if places and row.role == "owner":
        raise Conflict(problem=f"{row.name} is an owner: owners are not bound to places.")
    if places != row.location_ids:
        row.location_ids = places
        uow.record(MemberPlaced(merchant_id=merchant_id, staff_id=staff_id, location_ids=places))
    return repository.view(row)


@requires("staff.change")
def set_password(uow: UnitOfWork, merchant_id: str, staff_id: str, password: str, *, keep_token: str = "") -> StaffView:
    """Give somebody a new password and end their sessions, but the one of `keep_token`.

    Raises:
        NotFound: nobody of this shop has that id.
        InvalidInput: a password that is not accepted.
    """
    row = repository.member(uow.session, merchant_id, staff_id)
    rules.check_password(password, login=row.login)
    row.password_hash = secrets.hash_password(password)
    uow.record(PasswordChanged(merchant_id=merchant_id, staff_id=staff_id))
    repository.end_sessions_of(uow.session, merchant_id, staff_id, but=digest(keep_token) if keep_token else "")
    return repository.view(row)


@requires("account.change")
def change_password(uow: UnitOfWork, staff: StaffView, *, old: str, new: str, keep_token: str) -> StaffView:
    """Change one's own password, proving the old one; other browsers are signed out.

    Raises:
        InvalidInput: the old one is wrong, or the new one is not accepted.
    """
    within(uow, staff.merchant_id)
    self_only(uow, staff.id)
    row = repository.member(uow.session, staff.merchant_id, staff.id)
    if not secrets.matches(row.password_hash, old):
        raise InvalidInput(field="old password", problem="this is not your password now")
    return set_password(uow, staff.merchant_id, staff.id, new, keep_token=keep_token)


def _places(uow: UnitOfWork, merchant_id: str, location_ids: Iterable[str]) -> list[str]:
    return [merchants.location(uow.session, merchant_id, place).id for place in dict.fromkeys(location_ids)]
