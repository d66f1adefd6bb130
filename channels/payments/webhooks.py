"""Where providers tell us things: /webhooks/stripe and /webhooks/paypal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from channels.payments import inbox
from channels.payments.base import Delivery, NotGenuine, TryLater
from channels.raw_body import raw_body
from core.kernel.errors import NotFound
from core.logs import logger

if TYPE_CHECKING:
    from channels.payments.deps import Deps

log = logger(__name__)


def webhooks(deps: Deps) -> APIRouter:
    """The routes. One whose secret is not set answers 404, as if there were none."""
    routes = APIRouter(include_in_schema=False)

    @routes.post("/webhooks/stripe")
    async def stripe(request: Request) -> Response:
        return await _taken(deps, "stripe", request)

    @routes.post("/webhooks/paypal")
    async def paypal(request: Request) -> Response:
        return await _taken(deps, "paypal", request)

    return routes


async def _taken(deps: Deps, name: str, request: Request) -> Response:
    provider = deps.providers.get(name)
    if provider is None or not provider.listens:
        raise NotFound(what="page", key=request.url.path)
    delivery = Delivery(await raw_body(request), {k.lower(): v for k, v in request.headers.items()})
    try:
        outcome = await run_in_threadpool(inbox.take, deps.database, provider, delivery)
    except NotGenuine as error:
        log.warning("a webhook was refused", provider=name, reason=str(error))
        return JSONResponse({"error": str(error)}, 400)
    except TryLater as error:
        log.warning("a webhook was put off", provider=name, reason=str(error))
        return JSONResponse({"error": str(error)}, 503, {"Retry-After": "30"})
    return JSONResponse({"received": True, "outcome": outcome})
