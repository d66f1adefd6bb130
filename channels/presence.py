"""Being seen: before an answer is thought about, the customer sees that the message was read and that we are writing.

It comes before the answer for certain, because a turn is taken after it; so it may take a moment only, and where the
provider does not take it, it is left alone for a while.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from channels.base import SendError, ShowsTyping
from core import messaging
from core.kernel.clock import now
from core.logs import logger, mask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel
    from core.db.session import Database

_REST: Final = 60.0  # seconds
# Whoever wrote longer ago does not look at the screen any more.
_FRESH: Final = timedelta(minutes=1)
# What is not answered.
_SILENT: Final = frozenset({"reaction", "edit", "delete"})

log = logger(__name__)


class Presence:
    """Shows it on those of the channels that can."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = {name: channel for name, channel in channels.items() if isinstance(channel, ShowsTyping)}
        self._resting: dict[str, float] = {}

    def show(self, database: Database, conversation_id: str) -> None:
        """Show it for what a conversation's next turn answers, if that is fresh and the assistant's to answer."""
        if not self._channels:
            return
        with database.read() as session:
            turn = messaging.open_turn(session, conversation_id)
        if turn is None or turn.conversation.owner != "assistant":
            return
        channel = self._channels.get(turn.conversation.channel)
        heard = [m for m in turn.messages if m.kind not in _SILENT and now() - m.received_at < _FRESH]
        if channel is None or not heard or time.monotonic() < self._resting.get(turn.conversation.channel, 0.0):
            return
        try:
            channel.typing(turn.conversation, heard[-1].external_id)
        except SendError as error:
            self._resting[turn.conversation.channel] = time.monotonic() + _REST
            log.info("nobody sees us writing", channel=turn.conversation.channel, error=str(mask(str(error))))
