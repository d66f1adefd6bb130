"""/webhooks/whatsapp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels import inbound
from channels.meta_door import door
from channels.whatsapp.parse import NAME, Delivery, parse
from channels.whatsapp.render import ABILITIES
from core import messaging
from core.access import of_provider
from core.logs import logger

if TYPE_CHECKING:
    from fastapi import APIRouter

    from channels.base import ChannelDeps
    from channels.whatsapp.parse import Notice

log = logger(__name__)


def router(deps: ChannelDeps) -> APIRouter:
    """The webhook."""

    def taken(body: bytes) -> bool:
        delivery = parse(body)
        if delivery is not None:
            take(deps, delivery)
        return delivery is not None

    return door(
        "/webhooks/whatsapp",
        secret=deps.settings.whatsapp_app_secret.get_secret_value(),
        token=deps.settings.whatsapp_verify_token.get_secret_value(),
        take=taken,
    )


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
        if (shop := shops.get(notice.account)) is not None:
            _follow(deps, shop, notice)
    inbound.accept_all(deps.database, messages, abilities=ABILITIES)
    inbound.reported_all(deps.database, reports)


def _accounts(delivery: Delivery) -> set[str]:
    told = {n.account for n in delivery.notices if n.kind in ("moved", "marketing") and n.sender}
    return {m.account for m in delivery.messages} | {r.account for r in delivery.reports} | told


def _follow(deps: ChannelDeps, shop: str, notice: Notice) -> None:
    """Know the customer by the new number; keep what they allow, as they set it at WhatsApp."""
    if not notice.sender:
        return
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
