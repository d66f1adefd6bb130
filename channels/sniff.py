"""What a file is by its first bytes, whatever its sender says."""

from __future__ import annotations

from typing import Final

# At this place, these bytes.
_MARKS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_AUDIO_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
_FRAMES: Final = {0xFB: "audio/mpeg", 0xF3: "audio/mpeg", 0xF2: "audio/mpeg", 0xF1: "audio/aac", 0xF9: "audio/aac"}
_HEAD: Final = 12
# What messages of each kind may be.
_FAMILIES: Final = {
    "image": ("image/",),
    "sticker": ("image/", "video/"),
    "audio": ("audio/", "video/mp4", "video/webm"),
    "voice": ("audio/", "video/mp4", "video/webm"),
    "video": ("video/",),
    "document": ("application/pdf", "image/", "audio/", "video/"),
}


def mime_of(content: bytes) -> str:
    """The type of a picture, recording, film or PDF; empty for everything else."""
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:_HEAD], "")
    if content[4:8] == b"ftyp":
        return "audio/mp4" if content[8:_HEAD] in _AUDIO_BRANDS else "video/mp4"
    for place, mark, mime in _MARKS:
        if content[place : place + len(mark)] == mark:
            return mime
    return _FRAMES.get(content[1], "") if content[:1] == b"\xff" and len(content) > 1 else ""


def fits(kind: str, mime: str) -> bool:
    """Whether a message of this kind may hold such a file."""
    return bool(mime) and mime.startswith(_FAMILIES.get(kind, ("image/", "audio/", "video/", "application/pdf")))
