"""What a turn saw besides the customer's words, kept in its trace so that it can be run again exactly.

The menu itself is kept by its version; what staff had taken off it, the place, the customer's latest order and the
cart change without one, so they are written down as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.execution import CartValue
    from assistant.replies.compose import Result
    from assistant.shop import Shop
    from core.catalogue.menu import Menu
    from core.merchants import Zone
    from core.merchants.views import LocationView


def seen_of(shop: Shop, before: CartValue, after: CartValue, result: Result) -> dict[str, Any]:
    """The record of one turn: JSON. `placed` and `failure` say what became of the order."""
    order = shop.order
    return {
        "at": shop.at.isoformat(),
        "shop": shop.name,
        "place": place_json(shop.location) if shop.location else None,
        **gone_json(shop.menu),
        "order": {"id": order.id, "code": order.code, "state": order.state} if order else None,
        "before": cart_json(before),
        "after": cart_json(after),
        "policy": shop.location.policy.to_json() if shop.location else {},
        "zones": [zone_json(zone) for zone in shop.zones],
        "placed": result.placed is not None,
        "failure": _failure(result),
    }


def cart_json(cart: CartValue) -> dict[str, Any]:
    """A cart as recorded: lines and details, without the words that caused them."""
    kept: dict[str, Any] = {
        "lines": [line.to_json() for line in cart.lines],
        "fulfilment": cart.fulfilment,
        "name": cart.name,
        "note": cart.note,
    }
    if cart.requested_for is not None:
        kept["requested_for"] = cart.requested_for.isoformat()
    if cart.address is not None:
        kept["address"] = cart.address.to_json()
    if cart.table is not None:
        kept["table"] = cart.table
    if cart.tip is not None:
        kept["tip"] = cart.tip.to_json()
    return kept


def gone_json(menu: Menu) -> dict[str, Any]:
    """What cannot be had now: item ids, and modifiers as (group, modifier)."""
    return {
        "gone": [item.id for item in menu.items if not item.available],
        "gone_modifiers": [[g.id, m.id] for g in menu.modifier_groups for m in g.modifiers if not m.available],
    }


def zone_json(zone: Zone) -> dict[str, Any]:
    """A delivery zone as recorded."""
    return {
        "name": zone.name,
        "kind": zone.area.kind,
        "area": zone.area.to_json(),
        "fee": zone.fee.amount,
        "minimum": zone.minimum.amount,
        "minutes": zone.minutes,
    }


def place_json(place: LocationView) -> dict[str, Any]:
    """A location as recorded."""
    return {
        "name": place.name,
        "address": place.address,
        "phone": place.phone,
        "time_zone": place.time_zone,
        "tax": place.tax_rate_basis_points,
        "tax_included": place.prices_include_tax,
        "hours": [[h.weekday, h.opens, h.closes] for h in place.hours],
        "fulfilments": list(place.fulfilments),
        "facts": dict(place.facts),
    }


def _failure(result: Result) -> dict[str, Any] | None:
    if result.failure is None:
        return None
    code, values = result.failure
    plain = {name: value if isinstance(value, int | str) else str(value) for name, value in values.items()}
    return {"code": code, **plain}
