"""Inserting a row unless its like exists: the database's own constraint decides, so two at once make one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.base import Base


def insert_once(session: Session, table: type[Base], **values: object) -> bool:
    """Insert a row; False when a unique constraint has its like already, and then nothing has changed.

    Waits for another transaction that is inserting the same, and inserts after all should that one roll back.
    """
    session.flush()
    key: Any = inspect(table).primary_key[0]
    if session.get_bind().dialect.name == "sqlite":
        in_sqlite = sqlite.insert(table).values(**values).on_conflict_do_nothing().returning(key)
        return session.execute(in_sqlite).first() is not None
    in_postgres = postgresql.insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return session.execute(in_postgres).first() is not None
