"""A shop and messages to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import merchants

if TYPE_CHECKING:
    from core.db.session import Database


@pytest.fixture
def shop(database: Database) -> str:
    """The id of a shop with one location."""
    with database.begin() as uow:
        merchant = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="USD", locale="en-US")
        merchants.add_location(uow, merchant.id, name="Main Street")
    return merchant.id
