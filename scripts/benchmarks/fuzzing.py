"""Deliveries that were damaged by chance: in their bytes, and in the shape of what they hold."""

from __future__ import annotations

import gc
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SLOW: Final = 0.05  # seconds of the processor
_LARGEST: Final = 64 * 1024  # bytes
_DEEP: Final = 400
_BYTES: Final = (b"\x00", b'"', b"\\", b"{", b"}", b"[", b"]", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"9" * 40, b"\n")
_STRANGE: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**18,
    10**400,
    -(10**30),
    float("inf"),
    float("nan"),
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e\u200b",
    "\u202e\u0622",
    "\U0001d7d9" * 50,
    "e\u0301" * 2000,
    "a" * 5000,
    "1e999",
    "٣",
    "0x10",
    [],
    {},
    [[]],
    [None],
    {"": ""},
    [{}] * 50,
)


@dataclass(frozen=True, slots=True)
class Target:
    """A parser, and genuine deliveries to start from. Those that hold JSON are also damaged in their shape."""

    name: str
    parse: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    is_json: bool = True


@dataclass(slots=True)
class Harvest:
    """What came of it: how many were parsed, raised (by kind, with one example of each), and were slow."""

    parsed: int = 0
    raised: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    slowest: float = 0.0
    examples: dict[str, bytes] = field(default_factory=dict)

    def add(self, other: Harvest) -> None:
        """Put another harvest to this one."""
        self.parsed += other.parsed
        self.raised += other.raised
        self.slow += other.slow
        self.slowest = max(self.slowest, other.slowest)
        self.examples = other.examples | self.examples


def fuzz(target: Target, count: int, seed: int) -> Harvest:
    """Parse so many damaged deliveries.

    The time is the processor's, so that a busy machine is no excuse; what was there before is not looked through for
    garbage meanwhile, which is no work of the parser's.
    """
    gc.collect()
    gc.freeze()
    try:
        return _fuzzed(target, count, Random(f"{target.name} {seed}"))
    finally:
        gc.unfreeze()


def _fuzzed(target: Target, count: int, chance: Random) -> Harvest:
    harvest, clock = Harvest(), time.thread_time
    trees = [json.loads(body) for body in target.seeds] if target.is_json else []
    for _ in range(count):
        body = damaged(chance, target.seeds, trees)
        begun = clock()
        try:
            target.parse(body)
        except Exception as error:  # noqa: BLE001 - every kind counts
            name = type(error).__name__
            harvest.raised[name] += 1
            harvest.examples.setdefault(name, body)
        took = clock() - begun
        harvest.parsed += 1
        harvest.slowest = max(harvest.slowest, took)
        if took > SLOW:
            harvest.slow += 1
            harvest.examples.setdefault("slow", body)
    return harvest


def damaged(chance: Random, seeds: Sequence[bytes], trees: Sequence[Any]) -> bytes:
    """One delivery with some damage."""
    if trees and chance.random() < 0.7:  # noqa: PLR2004 - most of it where parsers look
        tree, body = chance.choice(trees), b""
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            tree = _shaken(chance, tree, trees)
            body = _written(tree)
            if not 0 < len(body) <= _LARGEST:  # it would grow without end
                return chance.choice(seeds) if not 0 < len(body) <= 2 * _LARGEST else body
        return body
    scratched = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        _scratch(chance, scratched)
    return bytes(scratched[:_LARGEST])


def _written(tree: Any) -> bytes:  # noqa: ANN401 - JSON
    """A tree as it is sent; nothing where it is too deep to be written."""
    try:
        return json.dumps(tree).encode()
    except RecursionError:
        return b""


def _shaken(chance: Random, tree: Any, trees: Sequence[Any]) -> Any:  # noqa: ANN401 - JSON
    """A copy of a tree in which one place, met by walking down, is something else."""
    if isinstance(tree, dict) and tree and chance.random() < 0.93:  # noqa: PLR2004 - on the way down
        key = chance.choice(list(tree))
        roll = chance.random()
        if roll < 0.06:  # noqa: PLR2004
            return {k: v for k, v in tree.items() if k != key}
        if roll < 0.1:  # noqa: PLR2004
            return tree | {chance.choice(("type", "id", "from", key.upper(), "\x00")): tree[key]}
        return tree | {key: _shaken(chance, tree[key], trees)}
    if isinstance(tree, list) and tree and chance.random() < 0.93:  # noqa: PLR2004
        place = chance.randrange(len(tree))
        if chance.random() < 0.08:  # noqa: PLR2004
            return tree * chance.choice((0, 2, 30))
        return [*tree[:place], _shaken(chance, tree[place], trees), *tree[place + 1 :]]
    return _strange(chance, tree, trees)


def _strange(chance: Random, value: Any, trees: Sequence[Any]) -> Any:  # noqa: ANN401 - JSON
    roll = chance.random()
    if roll < 0.6:  # noqa: PLR2004
        return chance.choice(_STRANGE)
    if roll < 0.7 and isinstance(value, str):  # noqa: PLR2004
        return value * chance.choice((0, 3, 200))
    if roll < 0.8:  # noqa: PLR2004
        return chance.choice(("text", "image", "order", "interactive", "reaction", "edit", "nfm_reply", "location"))
    if roll < 0.9:  # noqa: PLR2004
        return _part(chance, chance.choice(trees))
    if roll < 0.92:  # noqa: PLR2004
        for _ in range(chance.randrange(1, _DEEP)):
            value = [value] if chance.random() < 0.5 else {"a": value}  # noqa: PLR2004
        return value
    return str(value) if not isinstance(value, str) else {"body": value}


def _part(chance: Random, tree: Any) -> Any:  # noqa: ANN401 - JSON
    """Something out of a tree."""
    while isinstance(tree, dict | list) and tree and chance.random() < 0.8:  # noqa: PLR2004
        tree = chance.choice(list(tree.values()) if isinstance(tree, dict) else tree)
    return tree


def _scratch(chance: Random, body: bytearray) -> None:
    """Change some bytes."""
    place = chance.randrange(len(body) + 1)
    roll = chance.random()
    if roll < 0.3:  # noqa: PLR2004
        del body[place : place + chance.choice((1, 2, 30))]
    elif roll < 0.6:  # noqa: PLR2004
        body[place:place] = chance.choice(_BYTES)
    elif roll < 0.8:  # noqa: PLR2004
        body[place : place + 1] = bytes((chance.randrange(256),))
    elif roll < 0.9:  # noqa: PLR2004
        body[place:place] = body[place : place + chance.randrange(1, 200)]
    else:
        del body[place:]
