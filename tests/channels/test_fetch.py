"""Addresses from outside: nobody is called but who we mean, and nobody gets our credentials but who they are for.

A canary listens on this machine. Every form of an address that leads, or is meant to lead, to it must call nobody.
"""

from __future__ import annotations

import gzip
import http.client
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from channels import fetch as guarded
from channels.base import NotAllowed, Refused, TryLater
from channels.fetch import Download, Forbidden, NotThere, Origin, fetch, is_public
from tests.fakes.server import Fake, Reply, Request, served

if TYPE_CHECKING:
    from collections.abc import Iterator

PROVIDER = Origin.of("https://media.provider.example")
LIMIT = 1000


class Canary:
    """Sings when somebody connects."""

    def __init__(self) -> None:
        self.calls = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            line.close()

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.close()


# Hosts that are, or are taken for, this machine, this network or the cloud's own secrets.
_HOSTS = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - to be refused
    "0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost.localdomain",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0177.0x0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "2852039166",
    "metadata.google.internal",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fd00::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "127.0.0.1.nip.example",
    "media.provider.example.evil.example",
    "evil-media.provider.example",
    "media.provider.example.",
    "MEDIA.provider.example",
    "media.provider.exаmple",  # noqa: RUF001 - one letter is Cyrillic
)
_ADDRESSES = (
    *(f"https://{host}:{{port}}/x" for host in _HOSTS),
    "http://media.provider.example:{port}/x",
    "https://media.provider.example:{port}/x",
    "https://media.provider.example@127.0.0.1:{port}/x",
    "https://media.provider.example:443@127.0.0.1:{port}/x",
    "https://127.0.0.1:{port}#@media.provider.example/x",
    "https://127.0.0.1:{port}?@media.provider.example/x",
    "https://127.0.0.1:{port}\\@media.provider.example/x",
    "https://127.0.0.1:{port}%2f@media.provider.example/x",
    "https://media.provider.example\t@127.0.0.1:{port}/x",
    "https:///127.0.0.1:{port}/x",
    "https:127.0.0.1:{port}/x",
    "//127.0.0.1:{port}/x",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_GET%20/",
    "ftp://127.0.0.1:{port}/x",
    "dict://127.0.0.1:{port}/x",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "HTTPS://127.0.0.1:{port}/x",
    "https://127.0.0.1:{port}/x\r\nHost: media.provider.example",
    "https://media.provider.example:99999/x",
    "https://media.provider.example:-1/x",
    "https://[media.provider.example]:{port}/x",
    "",
    "https://",
    "https://" + "a" * 5000,
)


def test_sixty_forms_of_a_forbidden_address_call_nobody(canary: Canary) -> None:
    assert len(_ADDRESSES) > 60
    looked_up: list[str] = []

    def home(host: str, _: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    for address in _ADDRESSES:
        with pytest.raises(Forbidden):
            fetch(Download(address.format(port=canary.port), (PROVIDER,)), limit=LIMIT, lookup=home)
    assert (canary.calls, looked_up) == (0, [])


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])
def test_a_name_that_leads_inside_is_not_called(canary: Canary, inside: str) -> None:
    provider = Origin("http", "media.provider.example", canary.port)
    url = f"http://media.provider.example:{canary.port}/x"
    for found in ([inside], ["93.184.216.34", inside]):
        with pytest.raises(Forbidden):
            fetch(Download(url, (provider,)), limit=LIMIT, lookup=lambda *_, found=found: found)
    assert canary.calls == 0


def test_a_name_is_looked_up_once_and_the_answer_is_where_we_go(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    called: list[str] = []

    def calling(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        called.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(http.client.socket, "create_connection", calling)  # type: ignore[attr-defined] # its own import
    provider = Origin("http", "media.provider.example", canary.port)
    url = f"http://media.provider.example:{canary.port}/x"
    with pytest.raises(TryLater):
        fetch(Download(url, (provider,)), limit=LIMIT, lookup=lambda *_: answers.pop(0))
    assert (called, len(answers), canary.calls) == (["93.184.216.34"], 1, 0)


def test_without_the_guard_the_canary_sings(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "is_public", lambda _: True)
    provider = Origin("http", "media.provider.example", canary.port)
    url = f"http://media.provider.example:{canary.port}/x"
    with pytest.raises(TryLater):
        fetch(Download(url, (provider,)), limit=LIMIT, lookup=lambda *_: ["127.0.0.1"])
    assert canary.calls == 1


def test_which_addresses_are_public() -> None:
    public = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822")
    private = ("0.0.0.0", "100.64.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "::", "fec0::1", "ff02::1")  # noqa: S104
    wrapped = ("::ffff:93.184.216.34", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b::a00:1")
    assert all(is_public(address) for address in public)
    assert not any(is_public(address) for address in (*private, *wrapped, "", "localhost", "fe80::1%eth0"))


class Host(Fake):
    """Gives what `replies` say, by path."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, Reply] = {}

    def call(self, request: Request) -> Reply:
        """What is there."""
        return self.replies.get(request.path, Reply(404, b""))


@contextmanager
def _hosts() -> Iterator[tuple[Host, Host]]:
    with served(Host()) as one, served(Host()) as two:
        yield one, two


def _from(*hosts: Host, path: str = "/a", only_for: tuple[str, ...] = ()) -> Download:
    allowed = tuple(Origin.of(host.url, trusted=True) for host in hosts)
    return Download(hosts[0].url + path, allowed, {"Authorization": "Bearer secret"}, only_for)


def test_credentials_stay_with_the_origin_and_the_path_they_are_for() -> None:
    with _hosts() as (api, cdn):
        api.replies["/media/a"] = Reply(307, b"", {"Location": f"{cdn.url}/media/b"})
        cdn.replies["/media/b"] = Reply(200, b"picture")
        api.replies["/other"] = Reply(302, b"", {"Location": "/media/c"})
        api.replies["/media/c"] = Reply(200, b"another")
        ours = (f"{api.url}/media/",)
        assert fetch(_from(api, cdn, path="/media/a", only_for=ours), limit=LIMIT) == b"picture"
        assert fetch(_from(api, path="/other", only_for=ours), limit=LIMIT) == b"another"
        proofs = {c.request.path: c.request.headers.get("authorization") for c in (*api.log, *cdn.log)}
        assert proofs == {
            "/media/a": "Bearer secret",
            "/media/b": None,
            "/other": None,
            "/media/c": "Bearer secret",
        }


def test_a_redirect_to_somebody_else_is_not_followed(canary: Canary) -> None:
    with _hosts() as (api, _):
        for location in (f"http://127.0.0.1:{canary.port}/x", "file:///etc/passwd", "http://[", "//evil.example/x"):
            api.replies["/a"] = Reply(302, b"", {"Location": location})
            with pytest.raises(Forbidden):
                fetch(_from(api), limit=LIMIT)
        api.replies["/a"] = Reply(302, b"", {"Location": "/a"})
        with pytest.raises(Refused, match="too often"):
            fetch(_from(api), limit=LIMIT)
        assert canary.calls == 0


def test_what_is_too_large_or_packed_is_not_read() -> None:
    with _hosts() as (api, _):
        api.replies["/a"] = Reply(200, b"x" * LIMIT)
        assert len(fetch(_from(api), limit=LIMIT)) == LIMIT
        with pytest.raises(Refused, match="larger"):
            fetch(_from(api), limit=LIMIT - 1)
        api.replies["/a"] = Reply(200, gzip.compress(b"0" * 10**6), {"Content-Encoding": "gzip"})
        with pytest.raises(Refused, match="packed"):
            fetch(_from(api), limit=10**7)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotThere),
        (410, NotThere),
        (401, NotAllowed),
        (403, NotAllowed),
        (429, TryLater),
        (503, TryLater),
        (400, Refused),
    ],
)
def test_answers_that_are_no_file(status: int, error: type[Exception]) -> None:
    with _hosts() as (api, _):
        api.replies["/a"] = Reply(status, b"", {"Retry-After": "7"})
        with pytest.raises(error) as found:
            fetch(_from(api), limit=LIMIT)
        assert type(found.value) is error


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 20000000000\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + b"x" * 2000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3000,
    ],
)
def test_a_size_that_is_announced_wrongly_or_not_is_capped_all_the_same(answer: bytes) -> None:
    with _speaking(answer) as port, pytest.raises(Refused, match="larger"):
        fetch(Download(f"http://127.0.0.1:{port}/a", (Origin("http", "127.0.0.1", port, trusted=True),)), limit=LIMIT)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"]
)
def test_whoever_is_slow_is_cut_off(answer: bytes) -> None:
    with _speaking(answer, then_wait=True) as port, pytest.raises(TryLater):
        fetch(
            Download(f"http://127.0.0.1:{port}/a", (Origin("http", "127.0.0.1", port, trusted=True),)),
            limit=LIMIT,
            timeout=0.2,
        )


@contextmanager
def _speaking(answer: bytes, *, then_wait: bool = False) -> Iterator[int]:
    """A server that says exactly this, once; and then nothing, without hanging up."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def speak() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65536)
            line.sendall(answer)
            if then_wait:
                over.wait(60)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listener.close()
