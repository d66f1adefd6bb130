"""Sending by the Cloud API."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from channels.base import Rate, Refused, Rendered, Unanswered
from channels.fetch import Download, NotThere, Origin
from channels.loose import string, things
from channels.meta import Graph, OutsideWindow
from channels.whatsapp import render
from channels.whatsapp.parse import NAME
from core.kernel.clock import now
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Abilities
    from channels.loose import Json
    from core.messaging import Content, ConversationView
    from core.messaging.media import MediaView
    from core.settings import Settings

# For so long after the customer wrote, we may say anything.
WINDOW: Final = timedelta(hours=24)
# Eighty a second are allowed for a number: twenty at once and sixty a second are never more than that.
_NUMBER: Final = (timedelta(seconds=1 / 60), 20)
# One in six seconds for a pair, and up to forty-five ahead of time; we stay well below.
_PAIR: Final = (timedelta(seconds=6), 20)
# How long an answer may be held up so that we are seen writing it, in seconds.
_MOMENT: Final = 2.0
# Phone numbers and groups are digits; a business-scoped user id begins with its country.
_USER_ID: Final = re.compile(r"[A-Za-z]{2}\.[A-Za-z0-9.]{1,160}")
# Media are at another host of Meta's, which wants the token too.
_MEDIA_HOST: Final = "https://lookaside.fbsbx.com"
_MEDIA_PATH: Final = "/whatsapp_business/attachments/"
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:_[A-Z]{2})?")

log = logger(__name__)


class WhatsApp:
    """Every number of the installation; which one sends is the conversation's account."""

    name = NAME
    abilities: Abilities = render.ABILITIES

    def __init__(self, settings: Settings, *, answer: float | None = None) -> None:
        token = settings.whatsapp_access_token.get_secret_value()
        options = {} if answer is None else {"answer": answer}
        self.graph = Graph(settings.whatsapp_api_base, token, **options)
        self._aside = Graph(settings.whatsapp_api_base, token, answer=_MOMENT, connect=_MOMENT)
        self._catalog_id = settings.whatsapp_catalog_id
        self._template, _, language = settings.whatsapp_template.partition(":")
        self._language = language if _LANGUAGE.fullmatch(language) else "en"

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """So many a second for our number, and so many for the pair of it and the customer."""
        number = f"{NAME}:{conversation.account}"
        return (Rate(number, *_NUMBER), Rate(f"{number}:{conversation.sender}", *_PAIR))

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """The messages that say this."""
        return render.render(content, conversation.locale, self._catalog_id)

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Hand over one message; when the customer wrote too long ago, as the approved template.

        Raises:
            SendError: how it went wrong.
        """
        if now() - conversation.heard_at >= WINDOW:
            return self._as_template(conversation, part, ref, "the customer wrote more than 24 hours ago")
        try:
            return self._post(conversation, part.body, ref)
        except OutsideWindow as error:
            return self._as_template(conversation, part, ref, str(error))
        except Refused as error:
            if part.body.get("interactive", {}).get("type") != "product_list":
                raise
            log.warning("the catalogue does not have these products", account=conversation.account, error=str(error))
            said = render.in_words(part)
            return self._post(conversation, render.as_text(said[: self.abilities.text]), ref)

    def typing(self, conversation: ConversationView, external_id: str) -> None:
        """Show two ticks and that we are writing; it ends with our message, or after 25 seconds.

        Raises:
            SendError: it was not shown.
        """
        shown = {"status": "read", "message_id": external_id, "typing_indicator": {"type": "text"}}
        self._aside.post(conversation.account, "messages", body={"messaging_product": "whatsapp", **shown})

    def fingerprint(self, account: str) -> str:
        """Changes with the token, which is the same for all numbers."""
        return sha256(f"{account} {self.graph.token}".encode()).hexdigest()[:16]

    def locate(self, medium: MediaView) -> Download:
        """Where a picture or recording is for the next five minutes.

        Raises:
            SendError: Meta does not tell.
        """
        try:
            found = self.graph.get(medium.ref, phone_number_id=medium.account)
        except Refused as error:
            raise NotThere(str(error)) from None
        ours = Origin.of(self.graph.base, trusted=True)
        places = tuple(f"{origin}{_MEDIA_PATH}" for origin in (_MEDIA_HOST, self.graph.origin))
        headers = {"Authorization": f"Bearer {self.graph.token}"}
        return Download(string(found, "url", 2000), (Origin.of(_MEDIA_HOST), ours), headers, places)

    def close(self) -> None:
        """Close the connections that are kept."""
        self.graph.close()
        self._aside.close()

    def _as_template(self, conversation: ConversationView, part: Rendered, ref: str, reason: str) -> str:
        if not self._template:
            problem = f"{reason}, and no template is set (COMANDA_WHATSAPP_TEMPLATE)"
            raise Refused(problem)
        words = render.in_words(part)
        return self._post(conversation, render.as_template(words, self._template, self._language), ref)

    def _post(self, conversation: ConversationView, body: Mapping[str, Any], ref: str) -> str:
        whole = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **receiver(conversation.sender),
            **body,
            "biz_opaque_callback_data": ref,
        }
        answer = self.graph.post(conversation.account, "messages", body=whole)
        taken = next((string(message, "id", 255) for message in things(answer, "messages")), "")
        if not taken:
            raise Unanswered("an answer without the message's id", after=timedelta(seconds=30))
        return taken


def receiver(sender: str) -> Json:
    """How the API is told whom to send to: a user id has a field of its own."""
    return {"recipient": sender} if _USER_ID.fullmatch(sender) else {"to": sender}
