"""Handing a mail to a mail server (RFC 5321), and what its refusals mean."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from channels.base import NotAllowed, Refused, SendError, TryLater, Unanswered
from core.kernel.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT: Final = 20.0  # seconds; servers that look for junk while they are spoken to take their time
_SETTING: Final = "COMANDA_SMTP_URL"
_PORTS: Final = {"smtp": 587, "smtps": 465}
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# A server that wants to see whether we come back expects us after five minutes.
_GREYLISTED: Final = timedelta(minutes=5)
# What comes back under the same Message-ID is shown once by mail programs.
_UNANSWERED: Final = timedelta(minutes=2)
_UNTRUSTED: Final = "the server's certificate is not to be trusted"
_NEVER: Final = 500
_GOOD: Final = 400
_AUTH_CODES: Final = frozenset({454, 530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, out of an address like smtps://user:password@mail.example:465."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Server:
        """Read the setting.

        Raises:
            InvalidSetting: it is no such address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise InvalidSetting(setting=_SETTING, problem="must be like smtps://user:password@mail.example:465")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, where nobody listens in between."""
        return self.host in _HERE


def hand_over(
    server: Server,
    sender: str,
    receiver: str,
    message: bytes,
    *,
    timeout: float = TIMEOUT,
    context: ssl.SSLContext | None = None,
) -> str:
    """Give a mail to the server and answer what it said.

    Raises:
        SendError: how it went wrong.
    """
    with _connected(server, timeout, context or ssl.create_default_context()) as line:
        _polite(line.mail(sender), "the sender", account=True)
        _polite(line.rcpt(receiver), "the receiver")
        try:
            code, said = line.data(message)
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, "the mail") from None
        except (smtplib.SMTPException, OSError) as error:
            reason = f"no answer after the mail was sent ({type(error).__name__})"
            raise Unanswered(reason, after=_UNANSWERED) from None
        _polite((code, said), "the mail")
        return said.decode("utf-8", "replace")


@contextmanager
def _connected(server: Server, timeout: float, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """A line to the server, encrypted and signed in."""
    try:
        line = _opened(server, timeout, context)
    except ssl.SSLCertVerificationError:
        raise NotAllowed(_UNTRUSTED) from None
    except smtplib.SMTPConnectError as error:
        raise _refusal(error.smtp_code, "the connection") from None
    except (smtplib.SMTPException, OSError) as error:
        reason = f"no connection ({type(error).__name__})"
        raise TryLater(reason) from None
    try:
        try:
            _secured(line, server, context)
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, "the greeting", account=True) from None
        except ssl.SSLCertVerificationError:
            raise NotAllowed(_UNTRUSTED) from None
        except (smtplib.SMTPException, OSError) as error:
            reason = f"the connection broke ({type(error).__name__})"
            raise TryLater(reason) from None
        yield line
    except (smtplib.SMTPException, OSError) as error:
        reason = f"the connection broke ({type(error).__name__})"
        raise TryLater(reason) from None
    finally:
        _hang_up(line)


def _opened(server: Server, timeout: float, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=timeout)


def _secured(line: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    line.ehlo_or_helo_if_needed()
    if server.scheme == "smtp" and line.has_extn("starttls"):
        line.starttls(context=context)
        line.ehlo()
    elif server.scheme == "smtp" and server.user and not server.is_here:
        raise NotAllowed("the server offers no encryption, and the password is not sent without")
    if server.user:
        try:
            line.login(server.user, server.password)
        except smtplib.SMTPNotSupportedError:
            raise NotAllowed("the server takes no user and password") from None


def _polite(answer: tuple[int, bytes], about: str, *, account: bool = False) -> None:
    code, _ = answer
    if code >= _GOOD:
        raise _refusal(code, about, account=account)


def _refusal(code: int, about: str, *, account: bool = False) -> SendError:
    """What a refusal means. What the server says is not repeated: it often has the address in it."""
    reason = f"{about} was refused with {code}"
    if code in _AUTH_CODES or (account and code >= _NEVER):
        return NotAllowed(reason)
    return Refused(reason) if code >= _NEVER else TryLater(reason, after=_GREYLISTED)


def _hang_up(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except (smtplib.SMTPException, OSError):
        line.close()
