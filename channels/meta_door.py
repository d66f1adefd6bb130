"""A webhook of Meta's: asked whether it is ours, and delivered to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from channels import meta
from channels.raw_body import raw_body
from core.kernel.errors import NotFound
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_LARGEST: Final = 3 * 1024 * 1024  # bytes, says Meta
_SMALL: Final = 32 * 1024  # bytes: read in less time than another thread would need to begin

D = TypeVar("D")

log = logger(__name__)


def door(
    path: str, *, secret: str, token: str, read: Callable[[bytes], D | None], take: Callable[[D], Awaitable[None]]
) -> APIRouter:
    """The routes. `read` gets what Meta has signed; what can be read is kept by `take`.

    Without an app secret they answer 404, as if there were none.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get(path)
    async def verify(request: Request) -> Response:
        _there(secret, request)
        answer = meta.challenge(request.query_params, token)
        return PlainTextResponse(answer) if answer is not None else PlainTextResponse("no", 403)

    @routes.post(path)
    async def deliver(request: Request) -> Response:
        _there(secret, request)
        body = await raw_body(request, largest=_LARGEST)
        if not meta.is_genuine(body, request.headers.get("x-hub-signature-256"), secret):
            log.warning("a webhook was refused: its signature is not the app's", path=path)
            return JSONResponse({"error": "wrong signature"}, 403)
        delivery = read(body) if len(body) <= _SMALL else await run_in_threadpool(read, body)
        if delivery is None:
            return JSONResponse({"error": "no JSON object"}, 400)
        await take(delivery)
        return JSONResponse({"received": True})

    return routes


def _there(secret: str, request: Request) -> None:
    if not secret:
        raise NotFound(what="page", key=request.url.path)
