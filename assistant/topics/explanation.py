"""Why it costs what it costs: every step from the menu to the total, in words, each amount bound to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.numbers import format_percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.commands import AnswerTopic
    from assistant.execution import CartValue
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.orders.pricing import Reason

_PLAIN = frozenset({"service_charge", "delivery_fee", "tip", "cash_rounding"})


def explain(speaker: Speaker, shop: Shop, cart: CartValue, _topic: AnswerTopic) -> str:
    """The price of the cart, or of the last order when there is no cart, step by step."""
    if cart.lines:
        quote = shop.quote(cart.lines, cart.fulfilment)
        return _steps(speaker, quote.explain(), "carts", shop.cart_id)
    if shop.order is not None:
        return _steps(speaker, shop.order.explain(), "orders", shop.order.id)
    return speaker.say("total_empty")


def _steps(speaker: Speaker, reasons: Iterable[Reason], table: str, row: str) -> str:
    listed = list(reasons)
    parts = [
        _line(speaker, r, [p for p in listed if p.kind == "part" and p.line == r.line], table, row) for r in listed
    ]
    return "\n".join(part for part in parts if part)


def _line(speaker: Speaker, reason: Reason, inside: list[Reason], table: str, row: str) -> str:
    amount = speaker.money(reason.amount, table, row, reason.kind)
    if reason.kind == "line":
        name = speaker.bind("name", reason.label, table, row, "line")
        number = speaker.number(reason.quantity, table, row)
        costs = [
            f"{speaker.bind('name', p.label, table, row, 'part')} {speaker.money(p.amount, table, row, 'part')}"
            for p in inside
            if p.amount.amount
        ]
        more = speaker.say("why_parts", parts=" + ".join(costs)) if len(costs) > 1 or reason.quantity > 1 else ""
        return speaker.say("why_line", number=number, name=name, amount=amount, parts=more)
    if reason.kind in {"item_discount", "order_discount"}:
        return speaker.say(
            "why_discount", name=speaker.bind("name", reason.label, table, row, "discount"), amount=amount
        )
    if reason.kind in {"tax_added", "tax_included"}:
        rate = speaker.bind("rate", _rate(speaker, reason), table, row, "tax")
        return speaker.say(f"why_{reason.kind}", rate=rate, amount=amount)
    if reason.kind in _PLAIN or reason.kind == "total":
        return speaker.say(f"why_{reason.kind}", amount=amount)
    return ""


def _rate(speaker: Speaker, reason: Reason) -> str:
    return format_percent(reason.basis_points / 10_000, format="#,##0.##%", locale=speaker.locale)
