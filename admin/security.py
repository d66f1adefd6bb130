"""Cookies, the mark that ties a form to its session, and the headers of every answer."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from core.kernel.errors import StaleForm
from core.kernel.ids import new_token

if TYPE_CHECKING:
    from fastapi import Request, Response

SESSION_COOKIE = "comanda_staff"
# Ties the forms before signing in to the browser that got them.
VISIT_COOKIE = "comanda_visit"
_PATH = "/admin"
_TOKEN_LENGTH = 43

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def csrf_mark(token: str) -> str:
    """The mark that forms of a session carry; made from its secret token, which no other site can read."""
    return hmac.new(token.encode(), b"comanda admin form", sha256).hexdigest()


def check_csrf(request: Request, token: str, mark: str) -> None:
    """Refuse a form that was not given to this session, or that another site sent.

    Raises:
        StaleForm: nothing may be changed.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise StaleForm
    if not token or not hmac.compare_digest(csrf_mark(token).encode(), mark.encode()):
        raise StaleForm


def session_token(request: Request) -> str:
    """The session token that the browser sent; empty without one."""
    return request.cookies.get(SESSION_COOKIE, "")


def visit_token(request: Request) -> str:
    """The token of a browser that is not signed in; a new one when it has none."""
    sent = request.cookies.get(VISIT_COOKIE, "")
    return sent if len(sent) == _TOKEN_LENGTH else new_token()


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Give the browser a cookie that no script can read and no other site's form sends; it ends with the browser."""
    response.set_cookie(name, value, path=_PATH, httponly=True, samesite="lax", secure=request.url.scheme == "https")


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path=_PATH)
