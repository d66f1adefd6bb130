"""/webhooks/whatsapp: Meta asks whether it is ours, and delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from channels import inbound, meta
from channels.raw_body import raw_body
from channels.whatsapp.parse import NAME, Delivery, parse
from channels.whatsapp.render import ABILITIES
from core.kernel.errors import NotFound
from core.logs import logger

if TYPE_CHECKING:
    from channels.base import ChannelDeps
    from channels.whatsapp.parse import Notice

_LARGEST: Final = 3 * 1024 * 1024  # bytes, says Meta

log = logger(__name__)


def router(deps: ChannelDeps) -> APIRouter:
    """The webhook. Without an app secret it answers 404, as if there were none."""
    routes = APIRouter(include_in_schema=False)
    secret = deps.settings.whatsapp_app_secret.get_secret_value()
    token = deps.settings.whatsapp_verify_token.get_secret_value()

    @routes.get("/webhooks/whatsapp")
    async def verify(request: Request) -> Response:
        _there(secret, request)
        answer = meta.challenge(request.query_params, token)
        return PlainTextResponse(answer) if answer is not None else PlainTextResponse("no", 403)

    @routes.post("/webhooks/whatsapp")
    async def deliver(request: Request) -> Response:
        _there(secret, request)
        body = await raw_body(request, largest=_LARGEST)
        if not meta.is_genuine(body, request.headers.get("x-hub-signature-256"), secret):
            log.warning("a webhook was refused: its signature is not the app's", channel=NAME)
            return JSONResponse({"error": "wrong signature"}, 403)
        delivery = parse(body)
        if delivery is None:
            return JSONResponse({"error": "no JSON object"}, 400)
        await run_in_threadpool(take, deps, delivery)
        return JSONResponse({"received": True})

    return routes


def take(deps: ChannelDeps, delivery: Delivery) -> None:
    """Keep all that a delivery says. What is for no shop of ours is left out."""
    shops = {account: deps.shop_of(NAME, account) for account in _accounts(delivery)}
    messages = [(shop, m) for m in delivery.messages if (shop := shops[m.account]) is not None]
    reports = [(shop, r) for r in delivery.reports if (shop := shops[r.account]) is not None]
    for account, shop in shops.items():
        if shop is None:
            log.warning("a delivery for a number that no shop has connected", channel=NAME, account=account)
    for notice in delivery.notices:
        _note(notice)
    inbound.accept_all(deps.database, messages, abilities=ABILITIES)
    inbound.reported_all(deps.database, reports)


def _accounts(delivery: Delivery) -> set[str]:
    return {m.account for m in delivery.messages} | {r.account for r in delivery.reports}


def _note(notice: Notice) -> None:
    tell = log.error if notice.kind == "alarm" else log.info
    tell(f"whatsapp: {notice.kind}", about=notice.about, account=notice.account, detail=notice.detail)


def _there(secret: str, request: Request) -> None:
    if not secret:
        raise NotFound(what="page", key=request.url.path)
