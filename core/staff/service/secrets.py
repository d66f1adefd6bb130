"""How secrets are kept: passwords by Argon2id, tokens by SHA-256.

Argon2id has the parameters of OWASP's password storage sheet: 19 MiB, two passes, one lane.
"""

from __future__ import annotations

import threading
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.staff.rules import PASSWORD_MAX, normal_password

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each hash takes 19 MiB while it runs: a crowd at the door waits instead of filling the memory.
_turnstile = threading.BoundedSemaphore(4)
# Checked when there is no such login, so that the answer takes as long; the hash of a random value nobody kept.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$jjeTOUXOE3AniTAcFKkAEg$mR9VQCDCGs4PrXhC811FuwZJW1NZCrLRXbzeY8IiVEg"


def hash_password(password: str) -> str:
    """The Argon2id hash in its standard text form; takes some 20 ms on purpose."""
    with _turnstile:
        return _hasher.hash(normal_password(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hashed one; None takes as long and is never right."""
    if len(password) > PASSWORD_MAX:
        return False
    with _turnstile:
        try:
            right = _hasher.verify(password_hash or _NOBODY, normal_password(password))
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than ours today."""
    return _hasher.check_needs_rehash(password_hash)


def digest(token: str) -> str:
    """How a token is kept: SHA-256 in hexadecimal. Tokens have 256 random bits, so that needs no salt."""
    return sha256(token.encode()).hexdigest()
