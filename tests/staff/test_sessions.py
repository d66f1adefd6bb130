"""Sessions begin with a proof, end by themselves, and a failed proof slows the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from core import staff
from core.kernel import clock
from core.kernel.errors import Conflict, InvalidInput, NotFound, NotSignedIn, TooMany, WrongPassword
from core.staff import repository
from core.staff.models import StaffSessionRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.session import Database

MOMENT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough phrase"


def _member(
    database: Database, login: str = "ana", role: staff.Role = "owner", merchant_id: str = "m1"
) -> staff.StaffView:
    with database.begin() as uow:
        return staff.add_member(uow, merchant_id, name=login.title(), login=login, password=PASSWORD, role=role)


def _in(database: Database, login: str = "ana", password: str = PASSWORD, address: str = "10.0.0.1") -> staff.SignedIn:
    return staff.sign_in(database, login, password, address=address)


def _who(database: Database, token: str) -> str | None:
    with database.read() as session:
        try:
            return staff.session_of(session, token).staff.login
        except NotSignedIn:
            return None


def _sessions(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(StaffSessionRow)) or 0


def test_signing_in_gives_a_session_whose_token_is_not_stored(database: Database) -> None:
    _member(database)
    signed_in = _in(database, " ANA ")
    assert _who(database, signed_in.token) == "ana"
    assert len(signed_in.token) == 43
    with database.read() as session:
        assert session.scalars(select(StaffSessionRow.token_hash)).one() != signed_in.token
        assert staff.session_of(session, signed_in.token).staff.signed_in_at is not None


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_made_up_tokens_are_nobody(database: Database, token: str) -> None:
    _member(database)
    _in(database)
    assert _who(database, token) is None


def test_wrong_password_unknown_login_and_inactive_read_the_same(database: Database) -> None:
    _member(database)
    gone = _member(database, "gus", "staff")
    with database.begin() as uow:
        staff.deactivate(uow, "m1", gone.id)
    texts = set()
    for login, password in (("ana", "wrong"), ("nobody", PASSWORD), ("gus", PASSWORD), ("ana", "x" * 5000)):
        with pytest.raises(WrongPassword) as refused:
            _in(database, login, password)
        texts.add(refused.value.text)
    assert texts == {"The login or the password is wrong."}
    assert _sessions(database) == 0


def test_a_session_ends_after_two_idle_hours(database: Database) -> None:
    with clock.at(MOMENT):
        _member(database)
        token = _in(database).token
    with clock.at(MOMENT + timedelta(minutes=119)):
        assert _who(database, token) == "ana"
    with clock.at(MOMENT + timedelta(minutes=120)):
        assert _who(database, token) is None


def test_activity_prolongs_it_but_never_beyond_twelve_hours(database: Database) -> None:
    with clock.at(MOMENT):
        _member(database)
        token = _in(database).token
    for hour in range(1, 12):
        with clock.at(MOMENT + timedelta(hours=hour)):
            with database.begin() as uow:
                found = staff.session_of(uow.session, token)
                staff.touch(uow, found.id)
            assert found.stale
            with database.read() as session:
                assert not staff.session_of(session, token).stale
    with clock.at(MOMENT + timedelta(hours=12) - timedelta(seconds=1)):
        assert _who(database, token) == "ana"
    with clock.at(MOMENT + timedelta(hours=12)):
        assert _who(database, token) is None


def test_signing_out_ends_it_for_good(database: Database) -> None:
    _member(database)
    kept, left = _in(database).token, _in(database).token
    with database.begin() as uow:
        staff.sign_out(uow, left)
    assert (_who(database, kept), _who(database, left)) == ("ana", None)


def test_signing_in_again_replaces_the_session_of_the_browser(database: Database) -> None:
    _member(database)
    first = _in(database).token
    second = staff.sign_in(database, "ana", PASSWORD, address="10.0.0.1", replaces=first).token
    assert (_who(database, first), _who(database, second)) == (None, "ana")


def test_deactivating_ends_sessions_and_keeps_the_last_owner(database: Database) -> None:
    owner, cook = _member(database), _member(database, "kim", "kitchen")
    token = _in(database, "kim").token
    with database.begin() as uow:
        assert not staff.deactivate(uow, "m1", cook.id).active
    assert _who(database, token) is None
    with database.begin() as uow:
        staff.reactivate(uow, "m1", cook.id)
    assert _who(database, token) is None
    with pytest.raises(Conflict, match="Ana is the only owner"), database.begin() as uow:
        staff.deactivate(uow, "m1", owner.id)
    with pytest.raises(NotFound), database.begin() as uow:
        staff.deactivate(uow, "m2", owner.id)
    assert _who(database, _in(database).token) == "ana"


def test_two_owners_cannot_deactivate_each_other_at_once(database: Database) -> None:
    first, second = _member(database), _member(database, "bea")
    barrier = Barrier(2)

    def go(staff_id: str) -> bool:
        barrier.wait()
        try:
            with database.begin() as uow:
                staff.deactivate(uow, "m1", staff_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, [first.id, second.id])) == [False, True]
    with database.read() as session:
        assert [m.active for m in staff.members(session, "m1")] == [True, False]


def test_logins_are_unique_in_the_installation(database: Database) -> None:
    _member(database)
    with pytest.raises(Conflict, match="The login “ana” is taken"):
        _member(database, "Ana", merchant_id="m2")
    with database.read() as session:
        assert staff.members(session, "m2") == ()


def test_changing_a_password_asks_for_the_old_and_signs_the_others_out(database: Database) -> None:
    member = _member(database)
    here, there = _in(database).token, _in(database).token
    with pytest.raises(InvalidInput, match="old password: this is not your password now"), database.begin() as uow:
        staff.change_password(uow, member, old="wrong", new="another long phrase", keep_token=here)
    assert (_who(database, here), _who(database, there)) == ("ana", "ana")
    with database.begin() as uow:
        staff.change_password(uow, member, old=PASSWORD, new="another long phrase", keep_token=here)
    assert (_who(database, here), _who(database, there)) == ("ana", None)
    with pytest.raises(WrongPassword):
        _in(database)
    _in(database, password="another long phrase")


def _fail(database: Database, times: int, login: str = "ana", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            _in(database, login, "wrong", address)


def test_five_failures_of_a_login_lock_it_for_a_while_from_everywhere(database: Database) -> None:
    _member(database)
    with clock.at(MOMENT):
        for number in range(5):
            _fail(database, 1, address=f"10.0.0.{number}")
        with pytest.raises(TooMany) as refused:
            _in(database, address="10.9.9.9")
    assert refused.value.text == "Too many failed sign-ins. Try again in 15 seconds."
    assert refused.value.values["retry_after"] == 15
    with clock.at(MOMENT + timedelta(seconds=14)), pytest.raises(TooMany):
        _in(database, address="10.9.9.9")
    with clock.at(MOMENT + timedelta(seconds=15)):
        _in(database, address="10.9.9.9")
    assert _sessions(database) == 1


def test_each_further_failure_doubles_the_wait(database: Database) -> None:
    _member(database)
    moment = MOMENT
    with clock.at(lambda: moment):
        _fail(database, 5)
        waits = []
        for _ in range(4):
            with pytest.raises(TooMany) as refused:
                _in(database)
            waits.append(refused.value.values["retry_after"])
            moment += timedelta(seconds=int(str(waits[-1])))
            _fail(database, 1)
    assert waits == [15, 30, 60, 120]


def test_five_failures_from_an_address_lock_it_for_every_login(database: Database) -> None:
    _member(database)
    with clock.at(MOMENT):
        for number in range(5):
            _fail(database, 1, login=f"guess{number}")
        with pytest.raises(TooMany):
            _in(database)
        _in(database, address="10.0.0.2")


def test_success_clears_the_login_and_an_hour_clears_the_rest(database: Database) -> None:
    _member(database)
    with clock.at(MOMENT):
        _fail(database, 4)
        _in(database)
        _fail(database, 1, login="other")  # the fifth failure of the address
        with pytest.raises(TooMany):
            _in(database)
        _in(database, address="10.0.0.2")
    with clock.at(MOMENT + timedelta(hours=1, seconds=1)):
        _fail(database, 4)
        _in(database)


def test_a_refused_attempt_is_not_counted(database: Database) -> None:
    _member(database)
    with clock.at(MOMENT):
        _fail(database, 5)
        for _ in range(20):
            with pytest.raises(TooMany):
                _in(database)
    with clock.at(MOMENT + timedelta(seconds=15)):
        _in(database)


def _crowd(database: Database) -> int:
    """How many of 24 simultaneous guesses were really tried."""
    barrier = Barrier(8)

    def guess(_: int) -> bool:
        barrier.wait()
        with clock.at(MOMENT):
            try:
                _in(database, password="wrong")
            except TooMany:
                return False
            except WrongPassword:
                return True
        return False

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(guess, range(24)))


def test_a_crowd_of_guesses_gets_five_tries(database: Database) -> None:
    _member(database)
    assert _crowd(database) == 5


def test_control_counting_nothing_lets_the_crowd_through(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def uncounted(_session: Session, _key: str, _moment: datetime, **_: object) -> int:
        return 1

    _member(database)
    monkeypatch.setattr(repository, "count_attempt", uncounted)
    assert _crowd(database) == 24
