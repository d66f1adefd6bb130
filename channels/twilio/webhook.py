"""/webhooks/twilio/messages and /webhooks/twilio/status: what customers sent, and what became of what we sent.

Twilio tries a delivery once more at most, and only if it was not answered at all; so it is kept before it is answered,
and what was lost all the same is found by asking (`received`). It is never answered 429, which it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from channels import inbound
from channels.raw_body import raw_body
from channels.twilio import parse
from channels.twilio.errors import OPTED_OUT
from channels.twilio.form import LARGEST, Form
from channels.twilio.signature import Gate
from core.access import SYSTEM
from core.customers import IdentityView, consent
from core.kernel.errors import ComandaError, NotFound, TooMany
from core.logs import logger

if TYPE_CHECKING:
    from channels.base import ChannelDeps

_TOKEN: Final = "i-twilio-idempotency-token"  # noqa: S105 - the name of a header

log = logger(__name__)


def router(deps: ChannelDeps) -> APIRouter:
    """The webhooks. Without an account and a token they answer 404, as if there were none."""
    routes = APIRouter(include_in_schema=False)
    gate = Gate(deps.settings)

    @routes.post("/webhooks/twilio/messages")
    async def messages(request: Request) -> Response:
        form = await _checked(gate, request)
        if isinstance(form, Response):
            return form
        token = request.headers.get(_TOKEN, "")
        kept = await take_message(deps, form, token)
        return _answered() if kept else _refused(404, "no shop has connected this number")

    @routes.post("/webhooks/twilio/status")
    async def status(request: Request) -> Response:
        form = await _checked(gate, request)
        if isinstance(form, Response):
            return form
        await run_in_threadpool(take_status, deps, form, request.query_params.get("ref", ""))
        return Response(status_code=204)

    return routes


async def _checked(gate: Gate, request: Request) -> Form | Response:
    """The form, once it is certain that it is Twilio's and for our account; else the answer to it."""
    if gate.is_closed:
        raise NotFound(what="page", key=request.url.path)
    try:
        form = Form.read(await raw_body(request, largest=LARGEST))
    except TooMany:
        return _refused(413, "larger than any of Twilio's forms")
    if form is None:
        return _refused(400, "no form of Twilio's")
    if not gate.is_genuine(request, form):
        return _refused(403, "the signature is wrong: is COMANDA_PUBLIC_URL the address that Twilio calls?")
    return form if gate.is_ours(form) else _refused(403, "another account's")


async def take_message(deps: ChannelDeps, form: Form, token: str) -> bool:
    """Keep what a customer sent; False when the number is no shop's of ours."""
    envelopes = parse.message(form, token)
    connected = deps.channels.get(envelopes[0].channel)
    abilities = connected.abilities if connected is not None else None
    return await inbound.take_in(deps.database, envelopes, abilities=abilities)


def take_status(deps: ChannelDeps, form: Form, ref: str) -> None:
    """Note what became of a message of ours."""
    report = parse.report(form, ref)
    if report is None or (shop := deps.shop_of(report.channel, report.account)) is None:
        return
    inbound.reported(deps.database, shop, report)
    if report.error.partition(":")[0] == OPTED_OUT and (customer := form.key("To")):
        who = IdentityView(report.channel, report.account, customer)
        try:
            with deps.database.begin(SYSTEM) as uow:
                consent.record(uow, shop, who, "stop", words="", how="provider", ref=f"refused:{report.provider_id}")
        except ComandaError as error:
            log.warning("an opt-out was not written down", channel=report.channel, error=error.code)


def _answered() -> Response:
    """Nothing to say here: replies are sent by REST, so that none is lost when this answer is late."""
    return Response('<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml")


def _refused(status: int, reason: str) -> Response:
    log.warning("a webhook of Twilio's was refused", reason=reason)
    return Response(reason, status, media_type="text/plain")
