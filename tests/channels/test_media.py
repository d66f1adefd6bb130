"""Pictures and recordings: kept apart from their messages, looked at before they are believed, and patiently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from channels import sniff
from channels.media import Media
from channels.media_files import delete as delete_files
from comanda.drain import Drain
from core.access import SYSTEM
from core.kernel import clock
from core.messaging import media
from core.messaging.media.models import MediaRow
from core.settings import Settings
from tests.channels.fakes.meta import SECRET, TOKEN, FakeMeta, arriving, graph_error, meta_server, webhook
from tests.channels.orders_world import World, world
from tests.fakes.server import HttpError, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.db.session import Database
    from core.messaging.media import MediaView

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50
OGG = b"OggS" + b"\x00" * 50
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Gallery:
    """The tea house with a media worker, and time that tests move."""

    def __init__(self, shop: World, meta: FakeMeta, settings: Settings) -> None:
        self.shop, self.meta, self.settings = shop, meta, settings
        self.moment = NOON
        self.drain = Drain(shop.database, {"media": Media(shop.channels, settings).keep})

    def arrives(self, kind: str = "image", **content: object) -> None:
        """A customer sends something."""
        number = self.shop.rows()
        body = webhook(arriving(kind, {"id": "9001", "mime_type": "image/png", **content}, id=f"wamid.{number}"))
        with clock.at(lambda: self.moment):
            assert self.shop.post("/webhooks/whatsapp", body, self.meta.signed(body)).status_code == 200

    def work(self, *, seconds: float = 0) -> int:
        """Fetch what is due, so much later; how many tries that were."""
        self.moment += timedelta(seconds=seconds)
        with clock.at(lambda: self.moment):
            return sum(self.drain.lane(f"media:{row.inbound_id}") for row in self.all())

    def all(self) -> list[MediaView]:
        """All media of the shop."""
        mine = MediaRow.merchant_id == self.shop.merchant_id
        with self.shop.database.read() as session:
            keys = session.scalars(select(MediaRow.inbound_id).where(mine).order_by(MediaRow.created_at, MediaRow.id))
            found = [media.of_message(session, self.shop.merchant_id, key) for key in keys]
        return [each for each in found if each is not None]

    def only(self) -> MediaView:
        """The only one."""
        (found,) = self.all()
        return found


@pytest.fixture
def gallery(database: Database, tmp_path: Path) -> Iterator[Gallery]:
    """The shop, on each database."""
    with meta_server() as meta:
        values = {"whatsapp_app_secret": SECRET, "whatsapp_access_token": TOKEN, "whatsapp_api_base": meta.base}
        settings = Settings.model_validate(values | {"data_path": str(tmp_path / "data"), "media_megabytes": 1})
        with world(database, settings) as shop:
            yield Gallery(shop, meta, settings)


def test_a_picture_is_kept_as_what_it_is(gallery: Gallery) -> None:
    gallery.meta.media["9001"] = ("image/jpeg", PNG)
    gallery.arrives(mime_type="text/html", caption="look")
    before = gallery.only()
    assert (before.state, before.ref, before.kind) == ("expected", "9001", "image")
    assert gallery.work() == 1
    found = gallery.only()
    assert (found.state, found.mime, found.size) == ("kept", "image/png", len(PNG))
    assert found.sha256 == sha256(PNG).hexdigest()
    file = gallery.settings.data_path / found.path
    assert file.read_bytes() == PNG
    assert [f.name for f in file.parent.iterdir()] == [found.id]
    assert gallery.work() == 0
    with gallery.shop.database.begin(SYSTEM) as uow:
        paths = media.remove(uow, gallery.shop.merchant_id, [found.inbound_id])
    delete_files(gallery.settings, (*paths, "../outside", "media/not-there"))
    assert (gallery.all(), file.exists()) == ([], False)


def test_what_it_is_not_is_not_kept(gallery: Gallery) -> None:
    cases = (
        ("image", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not kept"),
        ("image", b"<!doctype html>GIF89a", "not kept"),
        ("image", b"PK\x03\x04" + b"\x00" * 50, "not kept"),
        ("image", b"MZ\x90\x00", "not kept"),
        ("image", b"", "not kept"),
        ("image", OGG, "audio/ogg"),
        ("audio", PNG, "image/png"),
        ("image", PNG + b"\x00" * 1024 * 1024, "larger"),
    )
    for kind, content, why in cases:
        gallery.meta.media["9001"] = ("image/png", content)
        gallery.arrives(kind)
        assert gallery.work(seconds=1) == 1
        found = gallery.all()[-1]
        assert (found.state, found.path) == ("lost", "")
        assert why in found.error
    assert not (gallery.settings.data_path / "media").exists()
    assert gallery.work(seconds=3600) == 0


def test_what_is_not_there_yet_is_asked_for_twice_more(gallery: Gallery) -> None:
    gallery.arrives()
    assert [gallery.work(seconds=s) for s in (0, 0.9, 0.1, 2.9)] == [1, 0, 1, 0]
    gallery.meta.media["9001"] = ("image/png", PNG)
    assert gallery.work(seconds=0.1) == 1
    assert gallery.only().state == "kept"


def test_what_is_never_there_is_given_up(gallery: Gallery) -> None:
    gallery.arrives()
    assert [gallery.work(seconds=s) for s in (0, 1, 3, 60, 3600)] == [1, 1, 1, 0, 0]
    assert gallery.only().state == "lost"


def test_failures_of_the_provider_are_waited_for(gallery: Gallery) -> None:
    gallery.meta.media["9001"] = ("image/png", PNG)
    gallery.arrives()
    busy = HttpError(429, graph_error(4, "Too many calls"), {"Retry-After": "37"})
    gallery.meta.errors = [busy, HttpError(401, graph_error(190, "Expired"))]
    assert [gallery.work(seconds=s) for s in (0, 36, 1, 299, 1)] == [1, 0, 1, 0, 1]
    assert gallery.only().state == "kept"


def test_before_meta_blocks_us_nothing_is_fetched_for_a_while(gallery: Gallery) -> None:
    for _ in range(16):
        gallery.arrives()
    gallery.meta.errors = [HttpError(500, graph_error(131000, "Broken")) for _ in range(15)]
    gallery.meta.media["9001"] = ("image/png", PNG)
    calls = len(gallery.meta.calls)
    gallery.work()
    assert len(gallery.meta.calls) == calls + 15  # the sixteenth was not asked for
    gallery.work(seconds=3599)
    assert len(gallery.meta.calls) == calls + 15
    gallery.work(seconds=1)
    assert [m.state for m in gallery.all()] == ["kept"] * 16


def test_media_are_asked_for_at_metas_only(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = [
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/whatsapp_business/attachments/?mid=1",
        "https://lookaside.fbsbx.com.evil.example/",
        "",
    ]
    for url in elsewhere:
        gallery.arrives()
        monkeypatch.setattr(gallery.meta, "call", lambda _, url=url: {"url": url})
        gallery.work()
    assert {(m.state, m.error.partition(":")[0]) for m in gallery.all()} == {("lost", "Forbidden")}


def test_the_token_does_not_follow_media_to_another_host(gallery: Gallery) -> None:
    with meta_server() as other:
        gallery.arrives()
        gallery.meta.media["9001"] = ("image/png", PNG)
        download = gallery.meta.call
        location = Reply(302, b"", {"Location": f"{other.url}/whatsapp_business/attachments/?mid=9001"})
        gallery.meta.call = (  # type: ignore[method-assign] # this one redirects
            lambda request: location if "attachments" in request.path else download(request)
        )
        gallery.work()
        assert (gallery.only().state, other.calls) == ("lost", [])


def test_a_customer_who_was_forgotten_meanwhile_leaves_no_file(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.meta.media["9001"] = ("image/png", PNG)
    gallery.arrives()
    lane = f"media:{gallery.only().inbound_id}"
    written = Media._written

    def forgotten(self: Media, merchant_id: str, medium: MediaView, content: bytes) -> Path:
        with gallery.shop.database.begin() as uow:
            uow.session.execute(delete(MediaRow).where(MediaRow.merchant_id == merchant_id))
        return written(self, merchant_id, medium, content)

    monkeypatch.setattr(Media, "_written", forgotten)
    with clock.at(NOON):
        assert gallery.drain.lane(lane) == 1
    assert not [f for f in gallery.settings.data_path.rglob("*") if f.is_file()]


def test_first_bytes_tell_what_it_is() -> None:
    heads = {
        b"\xff\xd8\xff\xe0": "image/jpeg",
        b"GIF89a": "image/gif",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ": "image/webp",
        b"RIFF\x00\x00\x00\x00WAVEfmt ": "audio/wav",
        b"RIFF\x00\x00\x00\x00AVI ": "",
        b"\x00\x00\x00\x18ftypmp42": "video/mp4",
        b"\x00\x00\x00\x18ftypM4A ": "audio/mp4",
        b"ID3\x04": "audio/mpeg",
        b"\xff\xfb\x90": "audio/mpeg",
        b"\xff\xf1\x50": "audio/aac",
        b"#!AMR\n": "audio/amr",
        b"%PDF-1.7": "application/pdf",
        b"\xff": "",
        b"": "",
        b"<svg": "",
    }
    assert {head: sniff.mime_of(head) for head in heads} == heads
