"""What a delivery costs and where it goes, and what may still be changed of an order that was placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.replies.describe import line_text
from core.orders.states import CHANGEABLE

if TYPE_CHECKING:
    from assistant.execution import CartValue
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.merchants import Zone

_MOST_ZONES = 6


def fees(speaker: Speaker, shop: Shop, cart: CartValue) -> str:
    """What the delivery to the cart's address costs, else what each zone costs; empty where nothing is delivered."""
    if shop.location is None or "delivery" not in shop.location.fulfilments:
        return ""
    if not shop.zones:
        return speaker.say("delivery_free")
    stored = shop.stored
    if cart.fulfilment == "delivery" and stored is not None and stored.address == cart.address is not None:
        if stored.delivery_fee is None or not stored.delivery_fee.amount:
            return speaker.say("delivery_free")
        fee = speaker.money(stored.delivery_fee, "carts", shop.cart_id, "delivery_fee")
        return speaker.say("delivery_fee_here", fee=fee)
    return speaker.say("delivery_fees", zones=", ".join(_zone(speaker, zone) for zone in shop.zones[:_MOST_ZONES]))


def _zone(speaker: Speaker, zone: Zone) -> str:
    said = {
        "zone": speaker.bind("name", zone.name, "zones", zone.name, "name"),
        "fee": speaker.money(zone.fee, "zones", zone.name, "fee"),
    }
    if not zone.minimum.amount:
        return speaker.say("delivery_zone", **said)
    minimum = speaker.money(zone.minimum, "zones", zone.name, "minimum")
    return speaker.say("delivery_zone_from", **said, minimum=minimum)


def change(speaker: Speaker, shop: Shop, cart: CartValue) -> str:
    """What of an order is to be changed: of the cart while there is one, else of the order that was placed last."""
    order = shop.order
    if cart.lines:
        return speaker.say("ask_change")
    if order is None:
        return speaker.say("status_none")
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    if order.state not in CHANGEABLE:
        return speaker.say("order_not_changed", code=code)
    lines = "\n".join(line_text(speaker, shop.menu, line.line, order.id) for line in order.lines)
    return speaker.say("ask_change_order", code=code, lines=lines)
