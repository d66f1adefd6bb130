"""Files for the pages."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from admin import assets
from admin.routing import AdminRoute

router = APIRouter(route_class=AdminRoute)


@router.get("/static/{name}")
def static(name: str, v: str = "") -> Response:
    """A file; kept by the browser when asked for by its fingerprint."""
    content, media_type, fingerprint = assets.load(name)
    keep = "public, max-age=31536000, immutable" if v == fingerprint else "no-cache"
    return Response(content, media_type=media_type, headers={"Cache-Control": keep})
