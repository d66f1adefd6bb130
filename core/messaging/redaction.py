"""Taking card numbers out of what customers write, before anything of it is stored.

A number that is sent in parts is known only when its last part comes: its first parts are stored by then, and go out
of every row of the conversation in the transaction that stores the last.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.kernel import cards
from core.messaging import repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.messaging.envelope import Envelope
    from core.messaging.repository_inbound import Held

# Parts of one number: so many messages before this one, and not older.
PARTS = 3
PATIENCE = timedelta(minutes=15)
# In a message's payload: how many numbers were taken out of it.
MARK = "redacted"
_WORD = re.compile(r"\w+")


def cleaned(session: Session, held: Held, envelope: Envelope, moment: datetime) -> Envelope:
    """The message without card numbers; the held conversation's earlier messages without the parts of this one's."""
    text, taken = cards.redact(envelope.text)
    payload, more = cards.redact_all(envelope.payload)
    if not taken and cards.could_end(text):
        text, taken = _split(session, held, envelope, moment)
    if not taken + more:
        return envelope
    return replace(envelope, text=text, payload={**payload, MARK: taken + more})


def _split(session: Session, held: Held, envelope: Envelope, moment: datetime) -> tuple[str, int]:
    text = envelope.text
    earlier = repository.last_heard(session, held.merchant_id, held.id, since=moment - PATIENCE, limit=PARTS)
    places = cards.split([message.text for message in earlier], text)
    if not places:
        return text, 0
    parts: set[str] = set()
    for message, found in zip(earlier, places[:-1], strict=True):
        if found:
            parts |= {message.text[f.start : f.end] for f in found}
            kept = cards.without(message.text, found)
            repository.rewrite(session, message, text=kept, payload={**message.payload, MARK: len(found)})
    said = [message.seq for message, found in zip(earlier, places[:-1], strict=True) if found]
    row = repository.lock(session, held.id)
    repository.rewrite_since(session, row, min(said), lambda value: forgotten(value, parts))
    return cards.without(text, places[-1]), 1


def forgotten(value: Any, parts: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    """A JSON value without these parts of a number: as they were written, and their words and digits one by one."""
    whole = sorted(parts, key=len, reverse=True)
    words = {w.casefold() for part in whole for w in _WORD.findall(part)}
    return _forgotten(value, whole, words)


def _forgotten(value: Any, whole: Sequence[str], words: set[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        for part in whole:
            value = value.replace(part, cards.REMOVED)
        return cards.REMOVED if value.casefold() in words and len(value) > 1 else value
    if isinstance(value, dict):
        return {key: _forgotten(item, whole, words) for key, item in value.items()}
    if isinstance(value, list):
        return [_forgotten(item, whole, words) for item in value]
    return value
