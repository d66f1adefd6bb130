"""People in conversations: one at a time, and never beside the assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires, within
from core.kernel.clock import now
from core.kernel.errors import Conflict
from core.messaging import repository, views
from core.messaging.events import ConversationHandedOver

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.messaging.views import ConversationView


@requires("conversations.answer")
def take_over(
    uow: UnitOfWork, conversation_id: str, staff_id: str, *, instead_of: str | None = None
) -> ConversationView:
    """Let this person answer from now on: the assistant, and everybody else, is silent. Repeats harmlessly.

    `instead_of` names the colleague whose conversation it is, where it is meant to be taken from them.

    Raises:
        Conflict: another person answers, and was not named.
        NotFound: there is no such conversation.
    """
    row = repository.lock(uow.session, conversation_id)
    within(uow, row.merchant_id, row.location_id)
    if row.agent_id == staff_id:
        return repository.view(row)
    if row.agent_id is not None and row.agent_id != instead_of:
        raise Conflict(problem="Somebody else answers this conversation now.")
    row.owner, row.agent_id, row.waiting_since, row.updated_at = "agent", staff_id, None, now()
    uow.record(
        ConversationHandedOver(merchant_id=row.merchant_id, conversation_id=row.id, owner="agent", agent_id=staff_id)
    )
    uow.notify(views.topic(row.id))
    uow.notify(f"conversations:{row.merchant_id}")
    return repository.view(row)


def waiting(session: Session, merchant_id: str, limit: int = 50) -> tuple[ConversationView, ...]:
    """Conversations in which a person was asked for and nobody is yet, the longest waiting first."""
    return repository.waiting(session, merchant_id, limit)
