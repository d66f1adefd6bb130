"""A pretended Twilio, and settings for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.settings import Settings
from tests.channels.fakes.twilio import ACCOUNT, TOKEN, Twilio
from tests.fakes.server import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOME = "https://shop.example"
OURS = "+15550100"
THEIRS = "+15550199"


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    """A pretended Twilio."""
    with served(Twilio()) as fake:
        yield fake


@pytest.fixture
def configured(twilio: Twilio) -> Callable[..., Settings]:
    """Settings for the pretended Twilio, with whatever else is given."""

    def made(**more: Any) -> Settings:  # noqa: ANN401 - the values of settings
        known = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_api_base": twilio.url}
        return Settings.model_validate({"public_url": HOME, **known, **more})

    return made
