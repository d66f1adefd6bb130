"""Frozen answers about media."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

# The kind of work that fetches one.
KIND: Final = "media"

MediaState = Literal["expected", "kept", "lost"]


@dataclass(frozen=True, slots=True)
class MediaView:
    """A picture, recording or document. `ref` is the provider's id or address of it; `size` in bytes.

    `path` is where it is below the data folder, once it is kept.
    """

    id: str
    inbound_id: str
    conversation_id: str
    channel: str
    account: str
    kind: str
    ref: str
    state: MediaState
    mime: str
    size: int
    sha256: str
    path: str
    error: str


def lane(inbound_id: str) -> str:
    """Each is fetched by itself: a slow one holds nobody up."""
    return f"media:{inbound_id}"
