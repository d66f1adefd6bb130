"""Use cases of media: expected with the message, kept or lost later, removed with the customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core.access import requires
from core.db.insert import insert_rows
from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.kernel.ids import new_id
from core.messaging.media import repository
from core.messaging.media.models import MediaRow
from core.messaging.media.views import KIND, lane

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.messaging.envelope import Envelope
    from core.messaging.media.views import MediaView

# Meta answers no fetch for half an hour after twenty errors in an hour: we stop well before.
_MOST_FAILURES: Final = 15
_HOUR: Final = timedelta(hours=1)
_LONGEST_REF: Final = 2000
_LONGEST_ERROR: Final = 500


@requires("conversations.receive")
def expect(uow: UnitOfWork, merchant_id: str, conversation_id: str, inbound_id: str, envelope: Envelope) -> None:
    """Note what belongs to a message, and the work of fetching it; together with the message itself."""
    ref = str(envelope.payload.get("ref", ""))[:_LONGEST_REF]
    if not ref:
        return
    row = {
        "id": new_id(),
        "merchant_id": merchant_id,
        "inbound_id": inbound_id,
        "conversation_id": conversation_id,
        "channel": envelope.channel,
        "account": envelope.account,
        "kind": str(envelope.payload.get("media", ""))[:16],
        "ref": ref,
        "state": "expected",
        "mime": "",
        "size": 0,
        "sha256": "",
        "path": "",
        "error": "",
        "created_at": now(),
    }
    insert_rows(uow.session, MediaRow, [row])
    uow.enqueue(lane(inbound_id), KIND, {"inbound_id": inbound_id}, merchant_id=merchant_id)


@requires("conversations.receive")
def kept(
    uow: UnitOfWork, merchant_id: str, inbound_id: str, *, mime: str, size: int, sha256: str, path: str
) -> MediaView:
    """Note that it is there, in this file below the data folder.

    Raises:
        NotFound: nothing belongs to this message, or not any more.
    """
    row = _held(uow, merchant_id, inbound_id)
    row.state, row.mime, row.size, row.sha256, row.path = "kept", mime, size, sha256, path
    row.error, row.fetched_at = "", now()
    return repository.view(row)


@requires("conversations.receive")
def not_kept(uow: UnitOfWork, merchant_id: str, inbound_id: str, error: str, *, theirs: bool, over: bool) -> MediaView:
    """Note that fetching failed; `theirs`: with an error of the provider's, which counts; `over`: for good.

    Raises:
        NotFound: nothing belongs to this message, or not any more.
    """
    row = _held(uow, merchant_id, inbound_id)
    row.error = error[:_LONGEST_ERROR]
    if over:
        row.state = "lost"
    if theirs:
        repository.forget_failures(uow.session, merchant_id, now() - _HOUR)
        repository.add_failure(uow.session, row, now())
    return repository.view(row)


@requires("customers.erase")
def remove(uow: UnitOfWork, merchant_id: str, inbound_ids: Collection[str]) -> tuple[str, ...]:
    """Forget the media of messages; answers the files below the data folder that are to be deleted after the commit."""
    return tuple(repository.remove(uow.session, merchant_id, inbound_ids))


def resting_until(session: Session, merchant_id: str, channel: str, account: str) -> datetime | None:
    """Until when nothing is fetched by an account, because too much failed within an hour; None: go on."""
    failed = repository.failures(session, merchant_id, channel, account, now() - _HOUR)
    return failed[-_MOST_FAILURES] + _HOUR if len(failed) >= _MOST_FAILURES else None


def of_message(session: Session, merchant_id: str, inbound_id: str) -> MediaView | None:
    """The picture, recording or document of a message."""
    return repository.of_message(session, merchant_id, inbound_id)


def of_conversation(session: Session, merchant_id: str, conversation_id: str) -> tuple[MediaView, ...]:
    """All of a conversation, the oldest first."""
    return repository.of_conversation(session, merchant_id, conversation_id)


def _held(uow: UnitOfWork, merchant_id: str, inbound_id: str) -> MediaRow:
    row = repository.lock(uow.session, merchant_id, inbound_id)
    if row is None:
        raise NotFound(what="medium of message", key=inbound_id)
    return row
