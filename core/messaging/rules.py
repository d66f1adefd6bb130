"""What a message must have before it is kept, and how a conversation begins. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import datetime

    from core.messaging.envelope import Envelope

# In the payload of a message that reached us late: how many minutes after it was sent.
LATE: Final = "late"
_KEY_LENGTHS = {"channel": 32, "account": 255, "external_id": 255, "sender": 255, "thread": 255}


def check_keys(envelope: Envelope) -> None:
    """Accept the ids of a message.

    Raises:
        InvalidInput: one is empty, or longer than any provider's.
    """
    for name, limit in _KEY_LENGTHS.items():
        value = getattr(envelope, name)
        if len(value) > limit or (not value and name != "thread"):
            problem = f"has {len(value)} characters; between 1 and {limit} are possible"
            raise InvalidInput(field=name, problem=problem)


def stamped(envelope: Envelope, moment: datetime, late_minutes: int) -> Envelope:
    """The message, with how late it is if that is more than so many minutes. What a provider says of it is its own."""
    payload = {key: value for key, value in envelope.payload.items() if key != LATE}
    minutes = int((moment - envelope.sent_at).total_seconds() // 60) if envelope.sent_at is not None else 0
    if minutes >= late_minutes:
        payload[LATE] = minutes
    return replace(envelope, payload=payload) if payload != envelope.payload else envelope


def begun(moment: datetime) -> dict[str, Any]:
    """The columns of a conversation in which nothing was said yet."""
    return {
        "owner": "assistant",
        "state": {},
        "last_seq": 0,
        "turns": 0,
        "created_at": moment,
        "heard_at": moment,
        "updated_at": moment,
    }
