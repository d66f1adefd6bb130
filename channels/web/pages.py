"""The chat page, its scripts and the widget: read once, served with a strict policy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    type: str
    etag: str


def pages(embedders: Sequence[str]) -> APIRouter:
    """The routes of the page. `embedders` are other sites' origins that may show it in a frame."""
    routes = APIRouter(include_in_schema=False)
    files = {path.name: _read(path) for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}
    headers = _headers(embedders)

    @routes.get("/")
    def page(request: Request) -> Response:
        return _answer(request, files, "chat.html", headers)

    @routes.get("/widget.js")
    def widget(request: Request) -> Response:
        # Other sites' pages load it: they may, whatever their own policy asks of resources.
        return _answer(request, files, "widget.js", {**headers, "Cross-Origin-Resource-Policy": "cross-origin"})

    @routes.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        return _answer(request, files, name, headers)

    return routes


def _read(path: Path) -> _File:
    body = path.read_bytes()
    return _File(body, _TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _answer(request: Request, files: dict[str, _File], name: str, headers: dict[str, str]) -> Response:
    file = files.get(name)
    if file is None:
        raise NotFound(what="file", key=name)
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    headers = {**headers, "ETag": file.etag}
    if file.etag in known:
        return Response(status_code=304, headers=headers)
    return Response(file.body, media_type=file.type, headers=headers)


def _headers(embedders: Sequence[str]) -> dict[str, str]:
    frames = " ".join(["'self'", *embedders])
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}"
    )
    return {
        # The browser keeps the files but asks each time whether they are still the same: an upgrade is seen at once.
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
