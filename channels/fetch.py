"""Fetching from an address that came from outside, so that nobody is called but who we mean.

The address must be of an allowed origin, exactly; where that is a name of the public network, the connection goes to
a public address of it that was looked up once. Redirects are followed by hand, each by the same rules. Credentials go
to the places they are for, and never further. What comes is read no further than allowed, and never unpacked.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from channels.base import NotAllowed, Refused, TryLater
from channels.meta import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Lookup = Callable[[str, int], list[str]]

TIMEOUT: Final = 10.0  # seconds for all of it, redirects too
_REDIRECTS: Final = 3
_PIECE: Final = 64 * 1024
_LONGEST: Final = 4096
_PORTS: Final = {"http": 80, "https": 443}
# Letters, digits, dots and hyphens only: no names of other scripts, no percent signs, no brackets, no final dot.
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_NO: Final = frozenset({401, 403})


class Forbidden(Refused):
    """An address that we do not call."""


class NotThere(TryLater):
    """The provider does not have it, or not yet: what has just been sent may take a moment."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom we may call: like https://lookaside.example.

    `trusted`: our operator named it, it may be on this network. `below`: all names below this one, too.
    """

    scheme: str
    host: str
    port: int
    trusted: bool = False
    below: bool = False

    @classmethod
    def of(cls, url: str, *, trusted: bool = False, below: bool = False) -> Origin:
        """The origin of an address.

        Raises:
            Forbidden: it is no plain address of the web.
        """
        scheme, host, port, _ = _parts(url)
        return cls(scheme, host, port, trusted, below)

    def at(self, scheme: str, host: str, port: int) -> Origin | None:
        """Itself at this host, if that is allowed."""
        named = host == self.host or (self.below and host.endswith(f".{self.host}"))
        return replace(self, host=host) if named and (scheme, port) == (self.scheme, self.port) else None


@dataclass(frozen=True, slots=True)
class Download:
    """What to fetch, from whom it may come, and which headers prove who we are.

    `headers` go only to addresses that begin with one of `only_for`: an origin and a path that ends with a slash.
    """

    url: str
    allowed: tuple[Origin, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    only_for: tuple[str, ...] = ()


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def fetch(what: Download, *, limit: int, timeout: float = TIMEOUT, lookup: Lookup = resolved) -> bytes:
    """The bytes, at most `limit` of them, all within `timeout` seconds.

    Raises:
        Forbidden: the address, or one that it leads to, is not allowed; nobody was called there.
        Refused: too large, packed, or an answer that will not change.
        NotThere: not there, perhaps not yet.
        NotAllowed: our credentials are not accepted.
        TryLater: it could not be fetched now.
    """
    url, until = what.url, time.monotonic() + timeout
    for _ in range(_REDIRECTS + 1):
        origin, target = _checked(url, what.allowed)
        headers = {"Accept-Encoding": "identity", "User-Agent": "Comanda"}
        if any(url.startswith(prefix) for prefix in what.only_for):
            headers |= what.headers
        try:
            with _asked(origin, target, headers, max(until - time.monotonic(), 0.001), lookup) as answer:
                if answer.status not in _MOVED:
                    return _read(answer, limit)
                url = _led(url, answer.getheader("Location") or "")
        except (OSError, HTTPException) as error:
            reason = f"could not be fetched: {type(error).__name__}"
            raise TryLater(reason) from None
    problem = "redirected too often"
    raise Refused(problem)


def _led(url: str, location: str) -> str:
    """Where a redirect leads.

    Raises:
        Forbidden: nowhere.
    """
    try:
        return urljoin(url, location)
    except ValueError:
        problem = "no plain address of the web"
        raise Forbidden(problem) from None


def _checked(url: str, allowed: tuple[Origin, ...]) -> tuple[Origin, str]:
    """Whom to call, and for what.

    Raises:
        Forbidden: nobody we may call.
    """
    scheme, host, port, target = _parts(url)
    for origin in allowed:
        if (found := origin.at(scheme, host, port)) is not None:
            return found, target
    problem = "an address of somebody else"
    raise Forbidden(problem)


def _parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and the rest of an address, in one spelling only."""
    problem = "no plain address of the web"
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Forbidden(problem)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden(problem) from None
    scheme, host = parts.scheme, parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    if scheme not in _PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise Forbidden(problem)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return scheme, host, port if port is not None else _PORTS[scheme], target


@contextmanager
def _asked(
    origin: Origin, target: str, headers: Mapping[str, str], timeout: float, lookup: Lookup
) -> Iterator[HTTPResponse]:
    """The answer to a call, whose connection ends after `timeout` seconds whatever the other side does."""
    address = _address(origin, lookup)
    connection: HTTPConnection
    if origin.scheme == "https":
        connection = _Pinned(address, origin, timeout)
    else:
        connection = HTTPConnection(address, origin.port, timeout=timeout)
    late = threading.Event()
    watch = threading.Timer(timeout, _cut, [connection, late])
    watch.daemon = True
    watch.start()
    try:
        default = origin.port == _PORTS[origin.scheme]
        host = origin.host if default else f"{origin.host}:{origin.port}"
        connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        yield connection.getresponse()
        if late.is_set():  # what was cut off looks whole where no size was announced
            raise TimeoutError
    finally:
        watch.cancel()
        connection.close()


class _Pinned(HTTPSConnection):
    """TLS with a host, at an address that was looked up before."""

    def __init__(self, address: str, origin: Origin, timeout: float) -> None:
        self._name = origin.host
        self._tls = ssl.create_default_context()
        super().__init__(address, origin.port, timeout=timeout, context=self._tls)

    def connect(self) -> None:
        """Connect to the address, and speak with whoever proves to be the host."""
        plain = socket.create_connection((self.host, self.port), self.timeout)
        # Known to whoever cuts it off before it is waited for.
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._name, do_handshake_on_connect=False)
        self.sock.do_handshake()


def _address(origin: Origin, lookup: Lookup) -> str:
    """Where a host is. Of a name that is not the operator's own, every address must be public.

    Raises:
        Forbidden: one of them is on this network, or on none.
    """
    found = lookup(origin.host, origin.port)
    if not origin.trusted and not all(is_public(address) for address in found):
        problem = "a name that leads into this network"
        raise Forbidden(problem)
    if not found:
        raise OSError
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the public network, also if it is an old one written as a new one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None or found.is_site_local:
            return False
        if found in _NAT64:  # how an old address is called from networks that have new ones only
            return is_public(str(ipaddress.IPv4Address(found.packed[-4:])))
    return found.is_global and not found.is_multicast and not found.is_reserved


_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def _cut(connection: HTTPConnection, late: threading.Event) -> None:
    """End a connection that takes too long, in whatever it waits."""
    late.set()
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _read(answer: HTTPResponse, limit: int) -> bytes:
    """The body of a good answer.

    Raises:
        SendError: it is none, or too much.
    """
    _check_status(answer.status, answer.getheader("Retry-After"))
    packed = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    announced = answer.getheader("Content-Length") or "0"
    if packed != "identity":
        problem = "it is packed"
        raise Refused(problem)
    if announced.isdigit() and int(announced[:15]) > limit:
        problem = f"it is larger than {limit} bytes"
        raise Refused(problem)
    content = bytearray()
    while piece := answer.read1(_PIECE):
        content += piece
        if len(content) > limit:
            problem = f"it is larger than {limit} bytes"
            raise Refused(problem)
    if announced.isdigit() and len(content) < int(announced[:15]):
        raise HTTPException
    return bytes(content)


def _check_status(status: int, retry_after: str | None) -> None:
    good, reason = 200, f"HTTP {status}"
    if status == good:
        return
    if status in _GONE:
        raise NotThere(reason)
    if status in _NO:
        raise NotAllowed(reason)
    if status == 429 or status // 100 == 5:  # noqa: PLR2004 - too fast, or failing
        raise TryLater(reason, after=waiting(retry_after))
    raise Refused(reason)
