"""A watch over every statement of the suite: rows that belong to a shop are asked for by their shop.

Knows three exceptions, each because the key cannot be guessed or comes from a row that was asked for rightly.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sqlalchemy import Delete, Select, Subquery, Table, Update
from sqlalchemy.sql.visitors import iterate

if TYPE_CHECKING:
    from collections.abc import Iterator

# The queue serves all shops; a claimed row carries its shop.
ALL_SHOPS = frozenset({"work"})
# Asked for by a secret, by the login that finds the shop, or by an id out of a claimed row or a signed session.
OTHER_KEYS = frozenset(
    {
        ("conversations", "id"),
        ("staff", "login"),
        ("staff", "id"),
        ("staff_sessions", "token_hash"),
        ("staff_sessions", "id"),
        ("staff_sessions", "staff_id"),
        ("staff_sessions", "seen_at"),
        ("first_run_tokens", "token_hash"),
        ("channel_accounts", "account"),  # what a signed webhook names: it finds the shop
        ("payments", "token"),
        ("payments", "charge_ref"),  # a provider's own id, out of a signed message or its answer
    }
)


# Statements found good, by SQLAlchemy's own key of their shape: the watch must not slow the suite down.
_checked: set[tuple[object, ...]] = set()


class UnscopedQuery(AssertionError):
    """A statement that could reach another shop's rows."""


def check(_connection: object, statement: Any, *_: object) -> None:  # noqa: ANN401 - whatever SQLAlchemy executes
    """Raise for a statement of core that neither names the shop nor one of the other keys."""
    if not isinstance(statement, Select | Update | Delete):
        return
    known = statement._generate_cache_key()
    if known is not None and known.key in _checked:
        return
    for table in _tables(statement):
        columns = set(_columns(statement, table))
        own = statement.is_dml and columns == {"id"}  # a flush of a row that was loaded before
        if "merchant_id" in columns or own or any((table.name, c) in OTHER_KEYS for c in columns):
            continue
        if not _from_core():
            return
        message = f"{table.name} without merchant_id: {statement}"
        raise UnscopedQuery(message)
    if known is not None:
        _checked.add(known.key)


def _tables(statement: Any) -> list[Table]:  # noqa: ANN401 - three classes without a common base
    froms = statement.get_final_froms() if isinstance(statement, Select) else [statement.table]
    tables = {t for f in froms for t in iterate(f) if isinstance(t, Table)}
    return [t for t in tables if "merchant_id" in t.columns and t.name not in ALL_SHOPS]


def _columns(statement: Any, table: Table) -> Iterator[str]:  # noqa: ANN401 - as above
    clauses = [c for c in (statement.whereclause, *_joins(statement)) if c is not None]
    for clause in clauses:
        for element in iterate(clause):
            if (origin := getattr(element, "table", None)) is not None and _is(origin, table):
                yield str(getattr(element, "name", ""))
    for origin in statement.get_final_froms() if isinstance(statement, Select) else ():
        if isinstance(origin, Subquery) and isinstance(origin.element, Select):
            yield from _columns(origin.element, table)


def _joins(statement: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    for origin in statement.get_final_froms() if isinstance(statement, Select) else ():
        for element in iterate(origin):
            if (clause := getattr(element, "onclause", None)) is not None:
                yield clause


def _is(origin: object, table: Table) -> bool:
    # Annotated copies and aliases are other objects, so names are compared.
    return table.name in (getattr(origin, "name", None), getattr(getattr(origin, "element", None), "name", None))


def _from_core() -> bool:
    frame = sys._getframe(2)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("core."):
            return True
        if name.startswith("tests."):
            return False
        frame = frame.f_back  # type: ignore[assignment] # None ends the loop
    return False
