"""Bringing a database to the schema of this version of the program."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from core.db.base import Base

if TYPE_CHECKING:
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


def upgrade(database: Database) -> None:
    """Create or migrate every table."""
    for module in MODULES:
        import_module(module)
    Base.metadata.create_all(database.engine)
