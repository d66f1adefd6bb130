"""What a message must have before it is kept. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from core.messaging.envelope import Envelope

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
