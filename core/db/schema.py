"""Bringing a database to the schema of this version of the program, with Alembic."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from core.db.base import Base

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, MetaData
    from sqlalchemy.orm import Session

    from core.db.session import Database

# Every module with tables; imported so that the metadata is whole.
MODULES = (
    "core.db.outbox",
    "core.db.audit",
    "core.db.lease",
    "core.merchants.models",
    "core.customers.models",
    "core.customers.consent.models",
    "core.customers.linking.models",
    "core.catalogue.models",
    "core.catalogue.recipes.models",
    "core.catalogue.terms.models",
    "core.inventory.models",
    "core.ledger.models",
    "core.orders.models",
    "core.kitchen.models",
    "core.payments.models",
    "core.messaging.models",
    "core.messaging.delivery.models",
    "core.messaging.media.models",
    "core.staff.models",
    "core.wordings.models",
)
# Any number that no other program would lock; two web processes may start on one PostgreSQL at once.
_LOCK = 7_266_262
_MIGRATIONS = Path(__file__).parents[1] / "migrations"


def metadata() -> MetaData:
    """All tables of the program."""
    for module in MODULES:
        import_module(module)
    return Base.metadata


def head() -> str:
    """The revision that this version of the program needs."""
    return max((p.stem.partition("_")[0] for p in (_MIGRATIONS / "versions").glob("[0-9]*.py")), default="")


def revision(session: Session) -> str:
    """The revision that a database is at; empty for a new one."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return ""
    return session.scalar(text("SELECT version_num FROM alembic_version")) or ""


def config(connection: Connection) -> Config:
    """Alembic's configuration, without a file of its own."""
    from alembic.config import Config  # noqa: PLC0415 - takes a quarter of a second, and most starts migrate nothing

    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings


def upgrade(database: Database) -> None:
    """Create or migrate every table; several processes may do so at once."""
    with database.read() as session:
        if revision(session) == head():
            return
    from alembic import command  # noqa: PLC0415 - as above

    with database.begin() as uow:
        connection = uow.session.connection()
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if revision(uow.session) != head():
            command.upgrade(config(connection), "head")
