"""Our own style sheet, scripts and pictures; nothing comes from another site."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from core.kernel.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@lru_cache(maxsize=32)
def load(name: str) -> tuple[bytes, str, str]:
    """Content, media type and fingerprint of a file that lies in our folder.

    Raises:
        NotFound: no such file.
    """
    if name not in {path.name for path in _FOLDER.iterdir() if path.suffix in _TYPES}:
        raise NotFound(what="file", key=name)
    content = (_FOLDER / name).read_bytes()
    return content, _TYPES[Path(name).suffix], sha256(content).hexdigest()[:12]


def url(name: str) -> str:
    """The address of a file, changing with its content, so that browsers may keep it for a year."""
    return f"/admin/static/{name}?v={load(name)[2]}"
