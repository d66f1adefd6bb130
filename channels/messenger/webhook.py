"""/webhooks/messenger: for pages and for Instagram accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    def taken(body: bytes) -> bool:
        delivery = parse(body)
        if delivery is not None:
            take(deps, delivery)
        return delivery is not None

    return door(
        "/webhooks/messenger",
        secret=deps.settings.messenger_app_secret.get_secret_value(),
        token=deps.settings.messenger_verify_token.get_secret_value(),
        take=taken,
    )


def take(deps: ChannelDeps, delivery: Delivery) -> None:
    """Keep all that a delivery says. What is for no shop of ours is left out."""
    accounts = {(m.channel, m.account) for m in delivery.messages}
    accounts |= {(r.channel, r.account) for r in delivery.reports}
    shops = {account: deps.shop_of(*account) for account in accounts}
    messages = [(shop, m) for m in delivery.messages if (shop := shops[m.channel, m.account]) is not None]
    reports = [(shop, r) for r in delivery.reports if (shop := shops[r.channel, r.account]) is not None]
    for (channel, account), shop in shops.items():
        if shop is None:
            log.warning("a delivery for an account that no shop has connected", channel=channel, account=account)
    for notice in delivery.notices:
        log.info("messenger: ignored", about=notice.about, account=notice.account, detail=notice.detail)
    if messages:
        inbound.accept_all(deps.database, messages, abilities=ABILITIES[messages[0][1].channel])
    inbound.reported_all(deps.database, reports)
