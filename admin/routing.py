"""The frame around every admin request: errors become pages, and every answer carries the security headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from admin import errors, render
from admin.security import HEADERS
from core.kernel.errors import ComandaError, NotSignedIn, WrongPassword
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request

# Sent by our scripts: the answer is a part of a page, and signing in cannot be answered by a redirect.
FRAGMENT = "x-comanda-fragment"


class AdminRoute(APIRoute):
    """A route whose failures are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler, framed."""
        handler = super().get_route_handler()

        async def framed(request: Request) -> Response:
            try:
                response = await handler(request)
            except NotSignedIn as error:
                response = _sign_in_first(request, error)
            except ComandaError as error:
                response = show(request, errors.failure(error))
            except HTTPException as error:
                response = show(request, errors.refused(error))
            except RequestValidationError as error:
                response = show(request, errors.malformed(tuple(str(e["loc"][-1]) for e in error.errors())))
            except Exception:  # noqa: BLE001 - the last resort: a page that says so, and the log
                logger(__name__).exception("admin request failed", path=request.url.path)
                response = show(request, errors.UNFORESEEN)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return framed


def wants_fragment(request: Request) -> bool:
    """Whether our script asks, for a part of a page."""
    return FRAGMENT in request.headers


def show(request: Request, failure: errors.Failure) -> Response:
    """An error as a page, or as a notice for our script."""
    template = "_notice.html" if wants_fragment(request) else "error.html"
    return render.html(template, {"failure": failure}, status=failure.status, headers=failure.headers)


def see(path: str) -> RedirectResponse:
    """After a change: load that page with GET."""
    return RedirectResponse(path, 303)


def _sign_in_first(request: Request, error: NotSignedIn) -> Response:
    streams = "text/event-stream" in request.headers.get("accept", "")
    if isinstance(error, WrongPassword) or streams or wants_fragment(request):
        return show(request, errors.failure(error))
    back = request.url.path if request.method == "GET" else "/admin"
    return see(f"/admin/sign-in?next={quote(back, safe='/')}")
