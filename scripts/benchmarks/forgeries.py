"""Deliveries that the provider did not send: unsigned, wrongly signed, altered, somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

_ZERO_WIDTH: Final = b"\xe2\x80\x8b"


@dataclass(frozen=True, slots=True)
class Door:
    """A webhook. `delivery` makes the genuine body number n; `sign` its headers, with a secret; `header` is the one.

    `others` are secrets that are not this webhook's: another shop's, the access token, none. Where the header says
    nothing of the body (`over_body` False), an altered body is no forgery.
    """

    name: str
    path: str
    settings: dict[str, str]
    delivery: Callable[[int], bytes]
    sign: Callable[[bytes, str], dict[str, str]]
    header: str
    secret: str
    others: tuple[str, ...]
    over_body: bool = True

    def genuine(self, number: int) -> tuple[bytes, dict[str, str]]:
        """A delivery as the provider makes it."""
        body = self.delivery(number)
        return body, self.sign(body, self.secret)


@dataclass(frozen=True, slots=True)
class Forgery:
    """A delivery that must not be believed, and what is wrong with it."""

    what: str
    body: bytes
    headers: dict[str, str]


def forgeries(door: Door, chance: Random, count: int) -> Iterator[Forgery]:
    """So many, of every kind in turn."""
    for number in range(count):
        body, headers = door.genuine(number)
        right = headers[door.header]
        kinds = list(_kinds(door, chance, body, right))
        what, forged, value = kinds[number % len(kinds)]
        others = {name: each for name, each in headers.items() if name != door.header}
        yield Forgery(what, forged, others if value is None else others | {door.header: value})


def _kinds(door: Door, chance: Random, body: bytes, right: str) -> Iterator[tuple[str, bytes, str | None]]:
    place = chance.randrange(len(right))
    other = next(c for c in "0a1bZ" if c != right[place])
    yield "missing", body, None
    yield "empty", body, ""
    yield "truncated", body, right[:place]
    yield "longer", body, right + chance.choice("0aZ=")
    yield "one character changed", body, right[:place] + other + right[place + 1 :]
    yield "another case", body, right.swapcase()
    yield "without its kind", body, right.partition("=")[2] or right[1:]
    yield "another kind", body, right.replace("sha256=", "sha1=") if "sha256=" in right else f"sha1={right}"
    yield "twice", body, f"{right},{right}"
    for secret in door.others:
        yield "another secret's", body, door.sign(body, secret)[door.header]
    if door.over_body:
        spot = chance.randrange(len(body))
        yield "one bit of the body changed", bytes((*body[:spot], body[spot] ^ 1, *body[spot + 1 :])), right
        yield "body longer", body + chance.choice((b" ", b"\n", b"\x00", _ZERO_WIDTH)), right
        yield "body shorter", body[:-1], right
        yield "another body's", body, door.sign(door.delivery(chance.randrange(10**6, 10**7)), door.secret)[door.header]
