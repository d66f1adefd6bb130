"""The channel: what we say, handed to Telegram, and what it makes of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from channels import degrade
from channels.base import Rate, Refused, Rendered, TryLater, Unanswered
from channels.fetch import Download, NotThere, Origin
from channels.telegram import render
from channels.telegram.buttons import Button, Buttons
from channels.telegram.invoices import Invoices
from channels.telegram.parse import NAME
from channels.telegram.render import ABILITIES, NUMBER
from core.logs import logger
from core.messaging import Content, screen

if TYPE_CHECKING:
    from channels.base import Abilities
    from channels.telegram.client import Client
    from core.db.session import Database
    from core.messaging import ConversationView
    from core.messaging.media import MediaView
    from core.settings import Settings

Json = dict[str, Any]
log = logger(__name__)
EVERY: Final = timedelta(seconds=1) / 30  # of one bot
EVERY_CHAT: Final = timedelta(seconds=1)
# A running order is one message in the chat, as long as it is only pressed and not written.
_ANSWERED: Final = ("read_back", "question")
_RUNNING: Final = ("read_back", "question", "text")
_PATH: Final = re.compile(r"[\w./-]{1,255}", re.ASCII)
_GLANCE: Final = 2.0  # seconds: nobody waits longer to be seen typing
_SAME: Final = "message is not modified"


class TelegramChannel:
    """One bot."""

    name: str = NAME

    def __init__(self, settings: Settings, database: Database, client: Client) -> None:
        token = settings.telegram_bot_token.get_secret_value()
        self.account = token.partition(":")[0]
        self.client = client
        self.buttons = Buttons(token)
        self.invoices = Invoices(settings, database)
        self._database = database
        self._print = hashlib.sha256(b"comanda telegram\0" + token.encode()).hexdigest()[:16]

    @property
    def abilities(self) -> Abilities:
        """What its messages can hold."""
        return ABILITIES

    def fingerprint(self, account: str) -> str:  # noqa: ARG002 - one bot, one token
        """Changes with the token."""
        return self._print

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """30 a second for the bot, one a second for each chat. Nothing but private chats is written to."""
        bot = f"{NAME}:{self.account}"
        return (Rate(bot, EVERY, burst=30), Rate(f"{bot}:{conversation.sender}", EVERY_CHAT))

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """The messages that say this. A link to pay by is one of its own: an invoice may take its place."""
        if content.link is None or not self.invoices.are_of(content.link):
            return render.render(content, conversation)
        said = render.render(replace(content, link=None), conversation)
        return (*said, *render.render(Content(content.link.label, link=content.link), conversation))

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Send one message, or let it take the place of the one above; answers “<chat>:<message>”.

        Raises:
            TryLater: not taken now.
            Refused: not taken, ever: the bot is blocked, or there is no such chat.
            NotAllowed: the token is not accepted.
            Unanswered: perhaps taken.
        """
        outbound_id, _, number = ref.rpartition(".")
        body = self._signed(conversation, part, outbound_id)
        if number == "0" and (replaced := self._in_place(conversation, body, outbound_id)) is not None:
            return replaced
        if (sent := self._invoiced(conversation, part)) is not None:
            return sent
        return self._posted(body)

    def typing(self, conversation: ConversationView, external_id: str) -> None:  # noqa: ARG002 - the whole chat sees it
        """Show “typing…” for five seconds, or until we have written."""
        action = {"chat_id": int(conversation.sender), "action": "typing"}
        self.client.call("sendChatAction", action, patience=_GLANCE)

    def locate(self, medium: MediaView) -> Download:
        """Where a picture or recording is for an hour. The address holds the bot's token: it is not to be kept.

        Raises:
            NotThere: Telegram does not have it, or keeps it from bots: larger than 20 MB.
            SendError: Telegram does not tell.
        """
        try:
            found = self.client.call("getFile", {"file_id": medium.ref})
        except Refused as error:
            raise NotThere(str(error)) from None
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or not _PATH.fullmatch(path) or ".." in path:
            raise Refused("Telegram names no file")
        return Download(self.client.file_url(path), (Origin.of(self.client.base, trusted=True),))

    def close(self) -> None:
        """Hang up."""
        self.client.close()

    def _posted(self, body: Json) -> str:
        parameters = {name: value for name, value in body.items() if name != "method"}
        return _name_of(self.client.call(str(body["method"]), parameters))

    def _signed(self, conversation: ConversationView, part: Rendered, outbound_id: str) -> Json:
        """The body with what its buttons say."""
        markup = part.body.get("reply_markup")
        if markup is None or not part.options:
            return dict(part.body)

        def signed(button: Json) -> Json:
            number = int(str(button["callback_data"]).removeprefix(NUMBER))
            data = self.buttons.data(conversation.sender, Button(outbound_id, number))
            return {**button, "callback_data": data}

        rows = [[signed(button) for button in row] for row in markup["inline_keyboard"]]
        return {**part.body, "reply_markup": {"inline_keyboard": rows}}

    def _in_place(self, conversation: ConversationView, body: Json, outbound_id: str) -> str | None:
        """Let the running order be one message; None when this one has to be sent anew.

        The buttons of one that was answered by pressing go then: they are of no use any more.
        """
        with self._database.read() as session:
            above = screen.above(session, conversation.merchant_id, outbound_id)
        message = above.before_ids[-1].rpartition(":")[2] if above is not None else ""
        if above is None or not message.isdigit():
            return None
        where: Json = {"chat_id": body["chat_id"], "message_id": int(message)}
        if not _may_replace(above) or len(self.render(above.content, conversation)) > 1:
            if degrade.answers(above.before):
                self.client.soon("editMessageReplyMarkup", where)
            return None
        new = {name: value for name, value in body.items() if name != "method"}
        try:
            return _name_of(self.client.call("editMessageText", new | where))
        except Unanswered as error:  # once more does no harm
            raise TryLater(str(error)) from error
        except Refused as error:
            # The same words are there already; a message that is gone, or too old to be changed, is sent anew.
            return above.before_ids[0] if _SAME in str(error).lower() else None

    def _invoiced(self, conversation: ConversationView, part: Rendered) -> str | None:
        """Send an invoice where the link is that of one; None when it is not, or Telegram takes no such money."""
        invoice = self.invoices.of_link(conversation, part.link) if part.link is not None else None
        if invoice is None:
            return None
        try:
            return self._posted(invoice)
        except Refused as error:
            log.warning("an invoice became a link", reason=str(error))
            return None


def _may_replace(above: screen.Above) -> bool:
    """Whether a running order takes the place of a running order, each one message of text.

    Not that of our first message: it says who speaks.
    """
    new, old = above.content, above.before
    texts = all(c.image is None and c.place is None and c.link is None for c in (new, old))
    running = new.kind in _RUNNING and old.kind in _ANSWERED
    return texts and running and len(above.before_ids) == 1 and not above.first


def _name_of(sent: object) -> str:
    """How Telegram names a message: by chat and number."""
    if isinstance(sent, dict):
        chat = sent.get("chat")
        return f"{chat.get('id') if isinstance(chat, dict) else ''}:{sent.get('message_id', '')}"
    return ""
