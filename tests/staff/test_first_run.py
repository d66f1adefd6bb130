"""The first owner: a token that works once, for a day, and only while nobody runs the shop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core import staff
from core.kernel import clock
from core.kernel.errors import InvalidInput, NotSignedIn
from core.staff import repository
from core.staff.models import FirstRunTokenRow, StaffRow

if TYPE_CHECKING:
    from core.db.session import Database

MOMENT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough phrase"


def _token(database: Database, merchant_id: str = "m1") -> str:
    with database.begin() as uow:
        token = staff.first_run_token(uow, merchant_id)
    assert token is not None
    return token


def _complete(database: Database, token: str, login: str = "ana", password: str = PASSWORD) -> staff.StaffView:
    with database.begin() as uow:
        return staff.complete_first_run(uow, token, name="Ana", login=login, password=password)


def _logins(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(StaffRow.login).order_by(StaffRow.login)))


def test_the_token_makes_one_owner_of_its_shop(database: Database) -> None:
    token = _token(database)
    owner = _complete(database, token)
    assert (owner.merchant_id, owner.login, owner.role, owner.active) == ("m1", "ana", "owner", True)
    with database.read() as session:
        row = session.scalars(select(StaffRow)).one()
        stored = session.scalars(select(FirstRunTokenRow.token_hash)).one()
    assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert token not in stored


def test_the_token_works_once(database: Database) -> None:
    token = _token(database)
    _complete(database, token)
    with pytest.raises(NotSignedIn):
        _complete(database, token, login="eve")
    with database.read() as session, pytest.raises(NotSignedIn):
        staff.first_run_merchant(session, token)
    assert _logins(database) == ["ana"]


def test_two_who_use_it_at_once_make_one_owner(database: Database) -> None:
    token = _token(database)
    barrier = Barrier(2)

    def take(login: str) -> bool:
        barrier.wait()
        try:
            _complete(database, token, login=login)
        except NotSignedIn:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, ["ana", "eve"])) == [False, True]
    assert len(_logins(database)) == 1


def test_the_token_ends_after_a_day(database: Database) -> None:
    with clock.at(MOMENT):
        token = _token(database)
    with clock.at(MOMENT + timedelta(hours=24)), pytest.raises(NotSignedIn):
        _complete(database, token)
    assert _logins(database) == []
    with clock.at(MOMENT + timedelta(hours=24) - timedelta(seconds=1)):
        _complete(database, token)
    assert _logins(database) == ["ana"]


def test_a_newer_token_replaces_the_older(database: Database) -> None:
    older, newer = _token(database), _token(database)
    with pytest.raises(NotSignedIn):
        _complete(database, older)
    _complete(database, newer)
    assert _logins(database) == ["ana"]


def test_a_refused_password_leaves_the_token_usable(database: Database) -> None:
    token = _token(database)
    with pytest.raises(InvalidInput):
        _complete(database, token, password="short")
    assert _logins(database) == []
    _complete(database, token)
    assert _logins(database) == ["ana"]


def test_a_shop_with_staff_gets_no_token(database: Database) -> None:
    _complete(database, _token(database))
    with database.begin() as uow:
        assert staff.first_run_token(uow, "m1") is None
        assert staff.first_run_token(uow, "m2") is not None


def test_made_up_tokens_open_nothing(database: Database) -> None:
    _token(database)
    for token in ("", "x", "0" * 64):
        with pytest.raises(NotSignedIn):
            _complete(database, token)
    assert _logins(database) == []


def test_control_a_token_that_is_not_used_up_makes_two_owners(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _token(database)
    monkeypatch.setattr(repository, "use_first_run_token", repository.first_run_merchant)
    monkeypatch.setattr(repository, "has_staff", lambda *_: False)
    _complete(database, token)
    _complete(database, token, login="eve")
    assert _logins(database) == ["ana", "eve"]
