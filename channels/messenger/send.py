"""Sending by the Send API: one token, which is a page's, for its Messenger and for the Instagram account beside it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from channels.base import Rate, Refused, Rendered, Unanswered
from channels.fetch import Download, Origin
from channels.loose import Json, string
from channels.messenger.parse import MESSENGER
from channels.messenger.render import ABILITIES, render
from channels.meta import ANSWER, Graph
from core.kernel.clock import now

if TYPE_CHECKING:
    from core.messaging import Content, ConversationView
    from core.messaging.media import MediaView

# For so long after the customer wrote, we may say anything; a person may, for a week.
WINDOW: Final = timedelta(hours=24)
PERSONS_WINDOW: Final = timedelta(days=7)
# Three hundred a second are allowed for a page: a hundred at once and two hundred a second are never more than that.
_PAGE: Final = (timedelta(seconds=1 / 200), 100)
_PAIR: Final = (timedelta(seconds=1), 10)
# How long an answer may be held up so that we are seen writing it, in seconds.
_MOMENT: Final = 2.0
# Meta's places for what people send; the addresses themselves prove that we may have it.
_PLACES: Final = (
    Origin.of("https://lookaside.fbsbx.com"),
    Origin.of("https://cdn.fbsbx.com"),
    Origin.of("https://fbcdn.net", below=True),
)


class Messenger:
    """Messenger, or Instagram, by `name`."""

    def __init__(self, name: str, base: str, token: str, *, answer: float = ANSWER) -> None:
        self.name = name
        self.abilities = ABILITIES[name]
        self.graph = Graph(base, token, answer=answer)
        self._aside = Graph(base, token, answer=_MOMENT, connect=_MOMENT)

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """So many a second for the page, and so many for a conversation."""
        page = f"{self.name}:{conversation.account}"
        return (Rate(page, *_PAGE), Rate(f"{page}:{conversation.sender}", *_PAIR))

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """The messages that say this."""
        assert conversation.channel == self.name  # noqa: S101 - conversations are given to their own channel
        return render(content, self.name)

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Hand over one message.

        Raises:
            SendError: how it went wrong.
        """
        message = dict(part.body)
        if self.name == MESSENGER:
            message["metadata"] = ref  # comes back with the echo of it
        whole = {"recipient": {"id": conversation.sender}, **_manner(conversation), "message": message}
        taken = string(self.graph.post("me", "messages", body=whole), "message_id", 255)
        if not taken:
            raise Unanswered("an answer without the message's id", after=timedelta(seconds=30))
        return taken

    def typing(self, conversation: ConversationView, external_id: str) -> None:
        """Show that we have seen it, and are writing.

        Raises:
            SendError: it was not shown.
        """
        assert external_id  # noqa: S101 - Meta marks everything as seen, not one message
        for action in ("mark_seen", "typing_on"):
            self.graph.post("me", "messages", body={"recipient": {"id": conversation.sender}, "sender_action": action})

    def fingerprint(self, account: str) -> str:
        """Changes with the token."""
        return sha256(f"{account} {self.graph.token}".encode()).hexdigest()[:16]

    def locate(self, medium: MediaView) -> Download:
        """Where a picture or recording is: its address came with the message."""
        return Download(medium.ref, (*_PLACES, Origin.of(self.graph.base, trusted=True)))

    def close(self) -> None:
        """Close the connections that are kept."""
        self.graph.close()
        self._aside.close()


def _manner(conversation: ConversationView) -> Json:
    """Why we may write.

    Raises:
        Refused: we may not, the customer wrote too long ago.
    """
    silence = now() - conversation.heard_at
    if silence < WINDOW:
        return {"messaging_type": "RESPONSE"}
    if conversation.owner == "agent" and silence < PERSONS_WINDOW:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    problem = "the customer wrote more than 24 hours ago"
    raise Refused(problem)
