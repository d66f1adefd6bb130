"""All SQL of media."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from core.db.insert import insert_rows
from core.kernel.ids import new_id
from core.messaging.media.models import MediaFailure, MediaRow
from core.messaging.media.views import MediaView

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


def lock(session: Session, merchant_id: str, inbound_id: str) -> MediaRow | None:
    """The medium of a message, held."""
    mine = (MediaRow.merchant_id == merchant_id, MediaRow.inbound_id == inbound_id)
    query = select(MediaRow).where(*mine).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def of_message(session: Session, merchant_id: str, inbound_id: str) -> MediaView | None:
    """The medium of a message."""
    mine = (MediaRow.merchant_id == merchant_id, MediaRow.inbound_id == inbound_id)
    row = session.scalars(select(MediaRow).where(*mine)).one_or_none()
    return view(row) if row is not None else None


def of_conversation(session: Session, merchant_id: str, conversation_id: str) -> tuple[MediaView, ...]:
    """All of a conversation, the oldest first."""
    mine = (MediaRow.merchant_id == merchant_id, MediaRow.conversation_id == conversation_id)
    rows = session.scalars(select(MediaRow).where(*mine).order_by(MediaRow.created_at, MediaRow.id))
    return tuple(view(row) for row in rows)


def remove(session: Session, merchant_id: str, inbound_ids: Collection[str]) -> list[str]:
    """Forget the media of messages; answers the paths of those that were kept."""
    mine = (MediaRow.merchant_id == merchant_id, MediaRow.inbound_id.in_(inbound_ids))
    paths = list(session.scalars(select(MediaRow.path).where(*mine, MediaRow.path != "")))
    session.execute(delete(MediaRow).where(*mine))
    return paths


def add_failure(session: Session, row: MediaRow, at: datetime) -> None:
    """Note that a provider answered a fetch with an error."""
    failure = {"id": new_id(), "merchant_id": row.merchant_id, "channel": row.channel, "account": row.account, "at": at}
    insert_rows(session, MediaFailure, [failure])


def failures(session: Session, merchant_id: str, channel: str, account: str, since: datetime) -> list[datetime]:
    """When fetches failed since a moment, the oldest first."""
    mine = (MediaFailure.merchant_id == merchant_id, MediaFailure.channel == channel, MediaFailure.account == account)
    return list(
        session.scalars(select(MediaFailure.at).where(*mine, MediaFailure.at > since).order_by(MediaFailure.at))
    )


def forget_failures(session: Session, merchant_id: str, before: datetime) -> None:
    """Drop what does not count any more."""
    session.execute(delete(MediaFailure).where(MediaFailure.merchant_id == merchant_id, MediaFailure.at <= before))


def size(session: Session, merchant_id: str) -> int:
    """How many bytes of a shop are kept."""
    query = select(func.coalesce(func.sum(MediaRow.size), 0)).where(MediaRow.merchant_id == merchant_id)
    return int(session.scalar(query) or 0)


def view(row: MediaRow) -> MediaView:
    """A row as others see it."""
    return MediaView(
        id=row.id,
        inbound_id=row.inbound_id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        account=row.account,
        kind=row.kind,
        ref=row.ref,
        state=row.state,  # type: ignore[arg-type] # the table checks it
        mime=row.mime,
        size=row.size,
        sha256=row.sha256,
        path=row.path,
        error=row.error,
    )
