"""A real mail server on loopback (aiosmtpd), that refuses, delays and loses as it is told."""

# ruff: noqa: ANN401, N802 - aiosmtpd has no types, and names of its own

from __future__ import annotations

import asyncio
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from socket import create_server
from typing import TYPE_CHECKING, Any, Final, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

CERTIFICATE: Final = Path(__file__).with_name("localhost.pem")
USER, PASSWORD = "shop", "p@ss word"
# lost: taken, and the connection ends without an answer; hang: taken, and no answer comes.
Trouble = Literal["fine", "lost", "hang"]


@dataclass
class Post:
    """What came, and what happens to what comes. `refuse_*` are answers like "450 4.2.0 later", each used once."""

    mails: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse_sender: list[str] = field(default_factory=list)
    refuse_receiver: list[str] = field(default_factory=list)
    refuse_mail: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(
        self,
        _server: Any,
        session: Any,
        envelope: Any,
        address: str,
        options: list[str],
    ) -> str:
        """Who sends."""
        self.encrypted.append(session.ssl is not None)
        if self.refuse_sender:
            return self.refuse_sender.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self,
        _server: Any,
        _session: Any,
        envelope: Any,
        address: str,
        _options: list[str],
    ) -> str:
        """Who receives."""
        if self.refuse_receiver:
            return self.refuse_receiver.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        """The mail itself."""
        if self.refuse_mail:
            return self.refuse_mail.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.receivers += envelope.rcpt_tos
        trouble = self.troubles.pop(0) if self.troubles else "fine"
        if trouble == "lost":
            server.transport.abort()
        if trouble == "hang":
            await asyncio.sleep(1.0)
        return "250 OK: taken"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        """Whether the user may in."""
        assert isinstance(given, LoginPassword)
        good = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        self.signed_in += [given.login.decode()] if good else []
        return AuthResult(success=good, handled=good)


class _Controller(Controller):
    """On a port that is free."""

    def _create_server(self) -> Any:
        listener = create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listener, ssl=self.ssl_context)


def server_context() -> ssl.SSLContext:
    """The server's side of an encrypted line."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting() -> ssl.SSLContext:
    """A client's side that trusts the pretended server, and no other."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


@contextmanager
def mail_server(*, starttls: bool = False, encrypted: bool = False) -> Iterator[Post]:
    """A mail server that runs."""
    post = Post()
    options: dict[str, Any] = {"authenticator": post.authenticate, "auth_require_tls": False}
    if starttls:
        options["tls_context"] = server_context()
    controller = _Controller(post, hostname="127.0.0.1", ssl_context=server_context() if encrypted else None, **options)
    controller.start()
    post.port = controller.port
    try:
        yield post
    finally:
        controller.stop()
