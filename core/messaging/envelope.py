"""One inbound message, whatever channel it came by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

InboundKind = Literal["text", "choice", "location", "media", "unsupported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a channel's parser makes of a delivery. Strings from outside are cleaned already.

    `account` is the shop's account on the channel, `external_id` the provider's id of the message: together with the
    channel they are unique. `sender` is the customer's opaque id there; `thread` the conversation if a sender can have
    several (empty: one per sender). `payload` holds what `kind` needs: {"choice": id} for a pressed button. `pushes`
    says that replies have to be sent to a provider; False: the customer's own page or terminal fetches them.
    """

    channel: str
    account: str
    external_id: str
    sender: str
    kind: InboundKind
    text: str = ""
    thread: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    sent_at: datetime | None = None
    profile_name: str = ""
    locale: str = ""
    pushes: bool = True
