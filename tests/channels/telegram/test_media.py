"""Voice notes and pictures are fetched apart from their messages, and the bot's token stays where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from channels.base import Refused
from channels.fetch import NotThere, fetch
from channels.media import FindsMedia
from core.messaging.media import MediaView
from tests.channels.telegram.conftest import ADA

if TYPE_CHECKING:
    from tests.channels.telegram.conftest import Chat


def medium(ref: str) -> MediaView:
    """One that a customer sent."""
    return MediaView("m", "i", "c", "telegram", "7001", "voice", ref, "expected", "audio/ogg", 0, "", "", "")


def test_a_voice_note_is_found_and_fetched(chat: Chat) -> None:
    chat.telegram.files["F1"] = b"OggS" + bytes(100)
    assert isinstance(chat.channel, FindsMedia)
    assert fetch(chat.channel.locate(medium("F1")), limit=1000) == b"OggS" + bytes(100)
    with pytest.raises(Refused):
        fetch(chat.channel.locate(medium("F1")), limit=50)
    with pytest.raises(NotThere):
        chat.channel.locate(medium("F2"))


def test_a_path_that_is_none_is_not_followed(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("", "../../etc/passwd", "a?b", "a\r\nb", "a%2fb", "x" * 300, None, 7):
        monkeypatch.setattr(chat.telegram, "_getFile", lambda _, path=path: {"file_path": path})
        with pytest.raises(Refused):
            chat.channel.locate(medium("F1"))
    monkeypatch.setattr(chat.telegram, "_getFile", lambda _: {"file_path": "//elsewhere.example/x"})
    assert chat.channel.locate(medium("F1")).url.startswith(f"{chat.telegram.url}/file/bot")


def test_what_was_sent_is_expected(chat: Chat) -> None:
    file = {"file_id": "F1", "file_unique_id": "u1", "duration": 2, "mime_type": "audio/ogg", "file_size": 9}
    chat.deliver(chat.telegram.sends(ADA, voice=file))
    assert [kind for kind, _ in chat.shop.kept()] == ["media"]
