"""One inbound message, whatever channel it came by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

InboundKind = Literal[
    "text", "choice", "location", "media", "order", "reaction", "edit", "delete", "start", "unsupported"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a channel's parser makes of a delivery. Strings from outside are cleaned already.

    `account` is the shop's account on the channel, `external_id` the provider's id of the message: together with the
    channel they are unique. `sender` is the customer's opaque id there; `thread` the conversation if a sender can have
    several (empty: one per sender). `pushes` says that replies have to be sent to a provider; False: the customer's
    own page or terminal fetches them. `sent_at` is the provider's time. `aliases` are other ids of the sender that the
    provider vouches for in this delivery (a phone number beside a user id). `payload` holds what `kind` needs:

    choice    {"choice": id} of a pressed button or list row
    location  {"latitude", "longitude", "name", "address"}; the last two may be empty
    media     {"media": "image" | "audio" | "voice" | "video" | "document" | "sticker", "mime", "ref" (the provider's
              id or address of it)}; a caption is the text
    order     {"items": [{"id" (our item, or item/variation), "quantity", "price" (as the customer saw it, minor
              units, or None), "currency"}], "note"}: a basket filled in the provider's own catalogue; of a
              form also "details" (name, address, note) and "fields", what else was answered
    reaction  {"emoji" (empty: taken back), "to" (external id)}
    edit      {"to" (external id of the message that now says `text`)}
    delete    {"to"}
    start     {"token"}: a deep link was followed
    unsupported  {"type" (the provider's word), "reason"}
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
    aliases: tuple[str, ...] = ()
    pushes: bool = True
