"""The tea house on WhatsApp, with a pretended Meta."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.settings import Settings
from tests.channels.fakes.meta import SECRET, TOKEN, VERIFY, FakeMeta, meta_server
from tests.channels.orders_world import World, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Database


def settings_for(meta: FakeMeta, **more: str) -> Settings:
    """The settings of a shop whose number is Meta's."""
    values = {
        "whatsapp_app_secret": SECRET,
        "whatsapp_verify_token": VERIFY,
        "whatsapp_access_token": TOKEN,
        "whatsapp_api_base": meta.base,
    }
    return Settings.model_validate(values | more)


@pytest.fixture
def meta() -> Iterator[FakeMeta]:
    """The pretended Meta."""
    with meta_server() as fake:
        yield fake


@pytest.fixture
def shop(database: Database, meta: FakeMeta) -> Iterator[World]:
    """The tea house, on each database."""
    with world(database, settings_for(meta)) as made:
        yield made
