"""/webhooks/messenger: for pages and for Instagram accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool

from channels import inbound
from channels.messenger.parse import Delivery, parse
from channels.messenger.render import ABILITIES
from channels.meta_door import door
from core.logs import logger

if TYPE_CHECKING:
    from fastapi import APIRouter

    from channels.base import ChannelDeps

log = logger(__name__)


def router(deps: ChannelDeps) -> APIRouter:
    """The webhook."""

    async def take(delivery: Delivery) -> None:
        """Keep all that a delivery says. What is for no shop of ours is left out."""
        for notice in delivery.notices:
            log.info("messenger: ignored", about=notice.about, account=notice.account, detail=notice.detail)
        if delivery.messages:
            abilities = ABILITIES[delivery.messages[0].channel]
            await inbound.take_in(deps.database, delivery.messages, abilities=abilities)
        if delivery.reports:
            await run_in_threadpool(inbound.told, deps.database, deps.shop_of, delivery.reports)

    return door(
        "/webhooks/messenger",
        secret=deps.settings.messenger_app_secret.get_secret_value(),
        token=deps.settings.messenger_verify_token.get_secret_value(),
        read=parse,
        take=take,
    )
