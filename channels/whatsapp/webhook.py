"""/webhooks/whatsapp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool

from channels import inbound
from channels.meta_door import door
from channels.whatsapp.parse import NAME, Delivery, parse
from channels.whatsapp.render import ABILITIES
from core import messaging
from core.access import of_provider
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import APIRouter

    from channels.base import ChannelDeps
    from channels.whatsapp.parse import Notice

log = logger(__name__)


def router(deps: ChannelDeps) -> APIRouter:
    """The webhook."""

    async def take(delivery: Delivery) -> None:
        """Keep all that a delivery says. What is for no shop of ours is left out."""
        if delivery.notices:
            await run_in_threadpool(_noticed, deps, delivery.notices)
        await inbound.take_in(deps.database, delivery.messages, abilities=ABILITIES)
        if delivery.reports:
            await run_in_threadpool(inbound.told, deps.database, deps.shop_of, delivery.reports)

    return door(
        "/webhooks/whatsapp",
        secret=deps.settings.whatsapp_app_secret.get_secret_value(),
        token=deps.settings.whatsapp_verify_token.get_secret_value(),
        read=parse,
        take=take,
    )


def _noticed(deps: ChannelDeps, notices: Sequence[Notice]) -> None:
    for notice in notices:
        _note(notice)
        if notice.kind in ("moved", "marketing") and notice.sender:
            shop = deps.shop_of(NAME, notice.account)
            if shop is None:
                log.warning("news for an account that no shop has connected", channel=NAME, account=notice.account)
            else:
                _follow(deps, shop, notice)


def _follow(deps: ChannelDeps, shop: str, notice: Notice) -> None:
    """Know the customer by the new number; keep what they allow, as they set it at WhatsApp."""
    with deps.database.begin(of_provider(NAME, shop)) as uow:
        if notice.kind == "moved":
            told = {"channel": NAME, "account": notice.account, "sender": notice.sender, "to": notice.moved_to}
            messaging.moved(uow, shop, **told)
        elif notice.kind == "marketing":
            wanted = notice.about == "resume"
            who = {"channel": NAME, "account": notice.account, "sender": notice.sender}
            messaging.set_offers(uow, shop, **who, allowed=wanted)


def _note(notice: Notice) -> None:
    tell = log.error if notice.kind == "alarm" else log.info
    tell(f"whatsapp: {notice.kind}", about=notice.about, account=notice.account, detail=notice.detail)
