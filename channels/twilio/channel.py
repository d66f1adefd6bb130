"""Sending text messages and WhatsApp messages by Twilio."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from channels.base import Found, Rate, Rendered
from channels.twilio import sms, whatsapp
from channels.twilio.errors import OptedOut, OutsideWindow
from channels.twilio.parse import SMS, WHATSAPP, channel_of, media_kind
from core.access import SYSTEM
from core.customers import IdentityView, consent
from core.kernel.clock import now
from core.kernel.errors import ComandaError
from core.kernel.text import clean
from core.logs import logger
from core.messaging import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from channels.base import Abilities
    from channels.fetch import Download
    from channels.twilio.api import Api, Listed
    from core.db.session import Database
    from core.messaging import Content, ConversationView
    from core.messaging.media import MediaView
    from core.settings import Settings

STATUS: Final = "/webhooks/twilio/status"
# For so long after the customer wrote, we may say anything on WhatsApp.
WINDOW: Final = timedelta(hours=24)
# An ordinary number sends one segment a second; what is more waits at Twilio, in order, for up to ten hours.
_SMS: Final = (timedelta(seconds=1), 10)
# Eighty a second are allowed for a number on WhatsApp: twenty at once and sixty a second are never more than that.
_WHATSAPP: Final = (timedelta(seconds=1 / 60), 20)
# One in six seconds for a pair, and some ahead of time.
_PAIR: Final = (timedelta(seconds=6), 20)
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1", "testserver", ""})

log = logger(__name__)


class _Twilio:
    """What both channels share: sending by REST, asking what was sent, and listing what came in."""

    name: str
    abilities: Abilities

    def __init__(self, settings: Settings, database: Database, api: Api) -> None:
        self.api = api
        self._database = database
        home = settings.public_url.rstrip("/")
        # Twilio refuses a message whose status address cannot be on the internet.
        self._status = "" if (urlsplit(home).hostname or "") in _HERE else home + STATUS

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Hand over one message.

        Raises:
            SendError: how it went wrong.
        """
        try:
            return self._handed(conversation, self._fields(conversation, part), ref)
        except OptedOut:
            self._suppress(conversation, ref)
            raise

    def fingerprint(self, account: str) -> str:
        """Changes with the token, which is the same for all numbers."""
        return self.api.fingerprint(account)

    def locate(self, medium: MediaView) -> Download:
        """Where a file is: at the address that Twilio gave, if it is of a message of our account.

        Our credentials go to messages of our own account only; whatever it redirects to gets none.

        Raises:
            Refused: another address.
        """
        return self.api.download(medium.ref)

    def close(self) -> None:
        """Close the connections that are kept; the next call opens a new one."""
        self.api.close()

    def look_up(self, conversation: ConversationView, part: Rendered, ref: str, since: datetime) -> Found | None:  # noqa: ARG002 - Twilio knows no name of ours
        """The message among the last ones to the customer: the same text, not before `since`.

        Raises:
            SendError: it cannot be asked now.
        """
        whole = since.replace(microsecond=0)  # Twilio's times have no fractions
        wanted = _plain(part.text)
        for listed in reversed(self.api.sent_to(conversation.sender, conversation.account)):
            if listed.inbound or listed.at is None or listed.at < whole:
                continue
            same = wanted in _plain(listed.body) if wanted else listed.files > 0 or part.place is not None
            if same:
                return Found(listed.sid)
        return Found(None)

    def received(self, since: datetime) -> Iterator[Envelope]:
        """What customers sent to this channel's numbers at `since` or later, in the order in which they did.

        Twilio lists texts and files; what a pressed button or a point on the map meant is not in its list.

        Raises:
            SendError: it cannot be asked now.
        """
        ours = [listed for listed in self.api.received(since) if channel_of(listed.receiver) == self.name]
        for listed in reversed(ours):
            yield from self._as_delivered(listed)

    def _fields(self, conversation: ConversationView, part: Rendered) -> dict[str, Any]:  # noqa: ARG002 - WhatsApp does
        return dict(part.body)

    def _handed(self, conversation: ConversationView, fields: dict[str, Any], ref: str) -> str:
        told = {"status_callback": f"{self._status}?ref={quote(ref, safe='.')}"} if self._status else {}
        return self.api.send({"to": conversation.sender, "from_": conversation.account, **fields, **told})

    def _suppress(self, conversation: ConversationView, ref: str) -> None:
        """Write down that the carrier was told to stop: no message of ours is tried again."""
        who = IdentityView(conversation.channel, conversation.account, conversation.sender)
        try:
            with self._database.begin(SYSTEM) as uow:
                consent.record(
                    uow, conversation.merchant_id, who, "stop", words="", how="provider", ref=f"refused:{ref}"
                )
        except ComandaError as error:
            log.warning("an opt-out was not written down", channel=self.name, error=error.code)

    def _as_delivered(self, listed: Listed) -> Iterator[Envelope]:
        text = clean(listed.body)
        files = self.api.files(listed.sid) if listed.files else ()
        for number, file in enumerate(files):
            kind = media_kind(self.name, file.mime)
            payload = {"media": kind, "mime": file.mime, "ref": file.address}
            yield self._envelope(listed, number, "media", text if number == 0 else "", payload)
        if not files and text:
            yield self._envelope(listed, 0, "text", text, {})
        elif not files:
            yield self._envelope(listed, 0, "unsupported", "", {"type": "listed", "reason": "no text in Twilio's list"})

    def _envelope(self, listed: Listed, number: int, kind: Any, text: str, payload: dict[str, Any]) -> Envelope:  # noqa: ANN401 - one of the kinds of messages
        return Envelope(
            channel=self.name,
            account=listed.receiver,
            external_id=listed.sid if number == 0 else f"{listed.sid}/{number}",
            sender=listed.sender,
            kind=kind,
            text=text,
            payload=payload,
            sent_at=listed.at,
        )


class TwilioSms(_Twilio):
    """Text messages, with pictures where MMS goes."""

    name = SMS
    abilities = sms.ABILITIES

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """So many a second for our number."""
        return (Rate(f"{SMS}:{conversation.account}", *_SMS),)

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """The messages that say this."""
        pictures = sms.takes_pictures(conversation.account, conversation.sender)
        return sms.render(content, pictures=pictures)


class TwilioWhatsApp(_Twilio):
    """WhatsApp, where Twilio is the shop's way to it."""

    name = WHATSAPP

    def __init__(self, settings: Settings, database: Database, api: Api) -> None:
        super().__init__(settings, database, api)
        self._contents = settings.twilio_contents
        self._template = settings.twilio_template
        self.abilities = whatsapp.abilities(self._contents)

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """So many a second for our number, and so many for the pair of it and the customer."""
        number = f"{WHATSAPP}:{conversation.account}"
        return (Rate(number, *_WHATSAPP), Rate(f"{number}:{conversation.sender}", *_PAIR))

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """The messages that say this."""
        return whatsapp.render(content, conversation.locale, self._contents)

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Hand over one message; when the customer wrote too long ago, as the approved template.

        Raises:
            SendError: how it went wrong.
        """
        try:
            return super().send(conversation, part, ref)
        except OutsideWindow as error:
            if now() - conversation.heard_at >= WINDOW:
                raise
            return self._handed(conversation, self._late(part, str(error)), ref)

    def typing(self, conversation: ConversationView, external_id: str) -> None:  # noqa: ARG002 - the message names it
        """Show two ticks and that we are writing.

        Raises:
            SendError: it was not shown.
        """
        self.api.typing(external_id.partition("/")[0])

    def _fields(self, conversation: ConversationView, part: Rendered) -> dict[str, Any]:
        if now() - conversation.heard_at < WINDOW:
            return dict(part.body)
        return self._late(part, "the customer wrote more than 24 hours ago")

    def _late(self, part: Rendered, reason: str) -> dict[str, Any]:
        if not whatsapp.is_template(self._template):
            problem = f"{reason}, and no template is set (COMANDA_TWILIO_TEMPLATE)"
            raise OutsideWindow(problem)
        said = " / ".join([part.text, *(option.label for option in part.options)])
        place = f"{part.place.name} {part.place.address}" if part.place is not None else ""
        picture = part.image.url if part.image is not None else ""
        return whatsapp.as_template(" ".join(filter(None, (said, place, picture))), self._template)


def _plain(text: str) -> str:
    """A text as it is compared: Twilio may fold white space."""
    return " ".join(text.split())
