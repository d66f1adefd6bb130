"""Who may do what, which passwords are accepted, and how failed sign-ins slow down. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.access import ACTIONS, ALLOWED, PERMISSIONS, ROLES, Permission, Role
from core.kernel.errors import InvalidInput, NotAllowed
from core.kernel.text import clean

if TYPE_CHECKING:
    from core.staff.views import StaffView

__all__ = ["ALLOWED", "PERMISSIONS", "Permission", "allows", "require"]

SESSION_LIFE = timedelta(hours=12)
SESSION_IDLE = timedelta(hours=2)
# Activity is written down at most this often, so that reading a page seldom writes.
SESSION_TOUCH = timedelta(minutes=1)
FIRST_RUN_LIFE = timedelta(hours=24)

FREE_FAILURES = 5
FAILURES_FORGOTTEN = timedelta(hours=1)
_FIRST_DELAY = timedelta(seconds=15)
_LONGEST_DELAY = timedelta(minutes=15)

PASSWORD_MIN = 8
PASSWORD_MAX = 128
_LOGIN = re.compile(r"[^\s<>\"']{2,120}")
# Among the most used passwords of eight or more characters in published leaks, and what people make of our name.
_COMMON_WORDS = """
    password password1 password12 password123 passw0rd p@ssw0rd p@ssword pa$$word 12345678 123456789 1234567890
    12345678910 123123123 1234qwer 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 11111111 111111111 1111111111 00000000 000000000
    0987654321 987654321 87654321 88888888 66666666 99999999 12344321 123454321 147258369 159357159 123321123
    qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop qwerty12345 q1w2e3r4 q1w2e3r4t5 asdfghjk asdfghjkl zxcvbnm1
    iloveyou iloveyou1 sunshine princess princess1 football football1 baseball baseball1 superman trustno1 starwars
    welcome1 welcome123 letmein1 letmein123 changeme changeme1 administrator admin123 admin1234 adminadmin
    computer internet whatever michelle jennifer jordan23 dragon12 monkey12 shadow12 master12 abcd1234 abc12345
    abcdefgh abcdefg1 aa123456 a1234567 a12345678 google123 secret123 default1 testtest test1234 comanda1 comanda123
    """
_COMMON = frozenset(_COMMON_WORDS.split())


def allows(role: Role, permission: Permission) -> bool:
    """Whether a role includes a permission."""
    return permission in ALLOWED[role]


def require(staff: StaffView, permission: Permission) -> None:
    """Let active staff with the permission pass.

    Raises:
        NotAllowed: names what the role does not permit.
    """
    if not staff.active or not allows(staff.role, permission):
        raise NotAllowed(action=ACTIONS[permission])


def clean_login(text: str) -> str:
    """A login as it is looked up: one spelling, small letters."""
    return unicodedata.normalize("NFKC", clean(text, 200)).casefold()


def normal_login(text: str) -> str:
    """A login as stored and compared: cleaned, small letters.

    Raises:
        InvalidInput: empty, too long, or with spaces or quotes.
    """
    login = clean_login(text)
    if not _LOGIN.fullmatch(login):
        raise InvalidInput(
            field="login", problem="write 2 to 120 characters without spaces or quotes, such as an e-mail"
        )
    return login


def normal_name(text: str) -> str:
    """A person's name as stored.

    Raises:
        InvalidInput: empty, or longer than 120 characters.
    """
    name = clean(text, 200)
    if not 1 <= len(name) <= 120:  # noqa: PLR2004 - the column's length
        raise InvalidInput(field="name", problem="write a name of 1 to 120 characters")
    return name


def normal_role(text: str) -> Role:
    """A role by its name.

    Raises:
        InvalidInput: there is no such role.
    """
    for role in ROLES:
        if role == text:
            return role
    raise InvalidInput(field="role", problem=f"choose one of {', '.join(ROLES)}")


def normal_password(text: str) -> str:
    """A password as it is hashed: one spelling of each letter (NFKC), whichever keyboard wrote it."""
    return unicodedata.normalize("NFKC", text)


def check_password(password: str, *, login: str) -> None:
    """Accept a new password, as NIST SP 800-63B asks: long enough, not a usual one, not the login.

    Raises:
        InvalidInput: says what is wrong with it.
    """
    normal = normal_password(password)
    if len(normal) < PASSWORD_MIN:
        raise InvalidInput(field="password", problem=f"use at least {PASSWORD_MIN} characters")
    if len(normal) > PASSWORD_MAX:
        raise InvalidInput(field="password", problem=f"use at most {PASSWORD_MAX} characters")
    folded = normal.casefold().strip()
    if folded in _COMMON or len(set(folded)) == 1:
        raise InvalidInput(
            field="password", problem="this one is among the first that an attacker tries; choose another"
        )
    if folded in (login, login.partition("@")[0]):
        raise InvalidInput(field="password", problem="it must not be the login")


def delay_after(failures: int) -> timedelta:
    """How long nobody may try after so many failures in a row: none at first, then 15 s doubling up to 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta()
    doublings: int = min(failures - FREE_FAILURES, 16)
    return min(_FIRST_DELAY * (1 << doublings), _LONGEST_DELAY)


def wait_text(until: datetime, moment: datetime) -> str:
    """How long from `moment` to `until`, for a person: "15 seconds", "4 minutes"."""
    seconds = max(1, math.ceil((until - moment).total_seconds()))
    minute = 60
    if seconds <= minute:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = math.ceil(seconds / minute)
    return f"{minutes} minutes"
