"""The cart as the page shows it: names and prices out of the database, amounts written for the shop's locale."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from core import merchants, orders
from core.kernel.clock import now
from core.kernel.errors import InvalidLine, NotFound
from core.kernel.money import Money

if TYPE_CHECKING:
    from core.db.session import Session
    from core.messaging import ConversationView
    from core.orders import CartView, OrderLineView, OrderView, QuotedLine

# How long the page goes on showing what became of the last order, when no new cart is begun.
_SHOWN: Final = timedelta(hours=12)
_OPEN_STATES: Final = frozenset({"new", "accepted", "ready"})


def snapshot(session: Session, merchant_id: str, conversation: ConversationView | None) -> dict[str, Any]:
    """Lines, sums and the order of a conversation.

    `{"lines": [{"text", "details": [...], "quantity", "unit", "total"}], "subtotal", "tax", "total", "currency",
    "order": {"code", "state"} | null}`; amounts are strings as people write them. The lines are the open cart's; when
    nothing is in it, those of the order placed last.
    """
    shop = merchants.merchant(session, merchant_id)
    locale = _locale(shop.locale)
    placed = _last_order(session, conversation) if conversation is not None else None
    cart = orders.find_cart(session, merchant_id, conversation.id) if conversation is not None else None
    if cart is not None and cart.lines:
        shown = _of_cart(session, cart, locale)
        banner = placed if placed is not None and placed.state in _OPEN_STATES else None
    elif placed is not None:
        shown = _of_order(placed, locale)
        banner = placed
    else:
        shown = _sums(Money.zero(shop.currency), Money.zero(shop.currency), Money.zero(shop.currency), locale)
        banner = None
    order = {"code": banner.code, "state": banner.state} if banner is not None else None
    return {"lines": [], **shown, "currency": shop.currency, "order": order}


def _last_order(session: Session, conversation: ConversationView) -> OrderView | None:
    found = orders.latest_order(session, conversation.merchant_id, conversation.customer_id)
    if found is None or (found.placed_at < now() - _SHOWN and found.state not in _OPEN_STATES):
        return None
    return found


def _of_cart(session: Session, cart: CartView, locale: Locale) -> dict[str, Any]:
    try:
        quote = orders.quote_view(session, cart)
    except (InvalidLine, NotFound):
        # The menu has changed under the cart: what cannot be named or priced any more is still shown to be there.
        unpriced = [
            {"text": line.item, "details": [], "quantity": line.quantity, "unit": "", "total": ""}
            for line in cart.lines
        ]
        return {"lines": unpriced, "subtotal": "", "tax": "", "total": ""}
    lines = [_quoted(line, locale) for line in quote.lines]
    return {"lines": lines, **_sums(quote.subtotal, quote.tax, quote.total, locale)}


def _of_order(order: OrderView, locale: Locale) -> dict[str, Any]:
    lines = [_sold(line, locale) for line in order.lines]
    return {"lines": lines, **_sums(order.subtotal, order.tax, order.total, locale)}


def _quoted(quoted: QuotedLine, locale: Locale) -> dict[str, Any]:
    return {
        "text": quoted.parts[0].label,
        "details": [part.label for part in quoted.parts[1:]],
        "quantity": quoted.line.quantity,
        "unit": _written(quoted.unit, locale),
        "total": _written(quoted.total, locale),
    }


def _sold(sold: OrderLineView, locale: Locale) -> dict[str, Any]:
    return {
        "text": sold.name,
        "details": [detail.strip() for detail in sold.description[1:]],
        "quantity": sold.line.quantity,
        "unit": _written(sold.unit, locale),
        "total": _written(sold.total, locale),
    }


def _sums(subtotal: Money, tax: Money, total: Money, locale: Locale) -> dict[str, str]:
    return {
        "subtotal": _written(subtotal, locale),
        "tax": _written(tax, locale) if tax.amount else "",
        "total": _written(total, locale),
    }


# The page shows every amount anew after every turn, and writing one in a locale takes a tenth of a millisecond.
@lru_cache(maxsize=1024)
def _written(money: Money, locale: Locale) -> str:
    return format_currency(money.decimal(), money.currency, locale=locale)


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
