"""Sending mails: receipts, to the address that a customer gave."""

from __future__ import annotations

from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from channels.base import Rate, Refused, Rendered
from channels.email import render, smtp
from channels.email.address import sender, usable
from core.kernel.clock import now
from core.kernel.errors import InvalidSetting

if TYPE_CHECKING:
    import ssl

    from channels.base import Abilities
    from core.messaging import Content, ConversationView
    from core.settings import Settings

NAME: Final = "email"
# Not every server takes more than seven bits.
_POLICY: Final = SMTP.clone(cte_type="7bit")
# Mail servers have limits of their own and tell them; this is to look like no flood.
_ALL: Final = (timedelta(seconds=1), 10)
_PAIR: Final = (timedelta(seconds=10), 3)


class Email:
    """Every shop's receipts, by one mail server and from one address."""

    name = NAME
    abilities: Abilities = render.ABILITIES

    def __init__(
        self, settings: Settings, *, timeout: float = smtp.TIMEOUT, context: ssl.SSLContext | None = None
    ) -> None:
        """Read the settings.

        Raises:
            InvalidSetting: the server's address, or the sender's, cannot be used.
        """
        self._server = smtp.Server.of(settings.smtp_url.get_secret_value())
        found = sender(settings.mail_from)
        if found is None:
            raise InvalidSetting(setting="COMANDA_MAIL_FROM", problem="must be like Corner Cafe <orders@shop.example>")
        self._name, self._from = found
        self._timeout, self._context = timeout, context

    def rates(self, conversation: ConversationView) -> tuple[Rate, ...]:
        """Few at a time, and fewer to one address."""
        return (Rate(NAME, *_ALL), Rate(f"{NAME}:{conversation.sender}", *_PAIR))

    def render(self, content: Content, conversation: ConversationView) -> tuple[Rendered, ...]:
        """The mail that says this."""
        return render.render(content, conversation.locale)

    def send(self, conversation: ConversationView, part: Rendered, ref: str) -> str:
        """Hand the mail to the server and answer its Message-ID, which is the same when it is sent again.

        Raises:
            SendError: how it went wrong.
        """
        receiver = usable(conversation.sender)
        if receiver is None:
            raise Refused("this is no address of mail")
        message = self.written(receiver, part, ref)
        smtp.hand_over(
            self._server,
            self._from,
            receiver,
            message.as_bytes(),
            timeout=self._timeout,
            context=self._context,
        )
        return str(message["Message-ID"])

    def fingerprint(self, account: str) -> str:  # noqa: ARG002 - one server for all
        """Changes with the server, its password, and the sender."""
        server = self._server
        known = f"{server.host}:{server.port} {server.user} {server.password} {self._from}"
        return sha256(known.encode()).hexdigest()[:16]

    def written(self, receiver: str, part: Rendered, ref: str) -> EmailMessage:
        """The whole mail."""
        message = EmailMessage(policy=_POLICY)
        local, _, domain = self._from.rpartition("@")
        message["From"] = Address(self._name, local, domain)
        message["To"] = receiver
        message["Subject"] = " ".join(str(part.body["subject"]).split())
        message["Date"] = format_datetime(now())
        message["Message-ID"] = f"<{ref}@{domain}>"
        # Out-of-office programs do not answer those.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(str(part.body["text"]))
        message.add_alternative(str(part.body["html"]), subtype="html")
        message["Content-Language"] = str(part.body["language"])
        return message
