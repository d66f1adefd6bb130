"""Bringing a database to the schema of this version of the program, with Alembic."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from core.db.base import Base

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData
    from sqlalchemy.orm import Session

    from core.db.session import Database

# Every module with tables; imported so that the metadata is whole.
MODULES = (
    "core.db.outbox",
    "core.merchants.models",
    "core.customers.models",
    "core.catalogue.models",
    "core.inventory.models",
    "core.orders.models",
    "core.kitchen.models",
    "core.messaging.models",
    "core.staff.models",
)
# Any number that no other program would lock; two web processes may start on one PostgreSQL at once.
_LOCK = 7_266_262


def metadata() -> MetaData:
    """All tables of the program."""
    for module in MODULES:
        import_module(module)
    return Base.metadata


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file of its own."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def revision(session: Session) -> str:
    """The revision that a database is at; empty for a new one."""
    return MigrationContext.configure(session.connection()).get_current_revision() or ""


def upgrade(database: Database) -> None:
    """Create or migrate every table; several processes may do so at once."""
    with database.begin() as uow:
        connection = uow.session.connection()
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if revision(uow.session) != head():
            command.upgrade(config(connection), "head")
