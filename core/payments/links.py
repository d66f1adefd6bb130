"""The link that a customer pays by: ours, so that it holds before the provider's page exists and after it changed."""

from __future__ import annotations

from core.settings import settings

PATH = "/pay/"


def url_of(token: str) -> str:
    """The whole address of a payment's link."""
    return settings().public_url.rstrip("/") + PATH + token
