"""/webhooks/telegram: the secret first, then the rows, then 2xx. Who is paying is answered past everybody else."""

from __future__ import annotations

import asyncio
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from channels.base import SendError
from channels.raw_body import raw_body
from core.kernel.errors import NotFound
from core.logs import logger

if TYPE_CHECKING:
    from channels.telegram.desk import Desk

log = logger(__name__)
PATH: Final = "/webhooks/telegram"
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_CHECKOUT: Final = "pre_checkout_query"


def webhook(desk: Desk | None, secret: str) -> APIRouter:
    """The route. Without a desk or a secret it answers 404, as if there were none."""
    routes = APIRouter(include_in_schema=False)

    @routes.post(PATH)
    async def receive(request: Request) -> Response:
        if desk is None or not secret:
            raise NotFound(what="page", key=request.url.path)
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            log.warning("a webhook was refused", channel="telegram", reason="wrong secret")
            return JSONResponse({"error": "This is not Telegram's secret."}, 403)
        update = read_body(await raw_body(request))
        if update is None:
            return JSONResponse({"error": "The body is no JSON object."}, 400)
        try:
            if _CHECKOUT in update:
                await asyncio.get_running_loop().run_in_executor(desk.counter, desk.answer_checkout, update)
            else:
                await run_in_threadpool(desk.take, [update])
        except SendError as error:  # delivered again, it is tried again
            log.warning("a webhook was put off", channel="telegram", reason=str(error))
            return JSONResponse({"error": "Telegram was not reached."}, 503)
        return JSONResponse({"ok": True})

    return routes


def read_body(body: bytes) -> dict[str, Any] | None:
    """The update that a body holds; None for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
