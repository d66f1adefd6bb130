"""What a reply shows beside its words: cards to press, where to pay, the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.dialogue.options import item_option
from assistant.replies.describe import item_name, line_text
from assistant.topics.answers import category_named
from core.catalogue.menu import Item
from core.messaging.content import Card, Link, Option, Receipt, ReceiptLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.commands import AnswerTopic
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.orders.lines import Line
    from core.orders.views import OrderView
    from core.payments import PaymentView

_MOST_CARDS: Final = 30


def cards(speaker: Speaker, shop: Shop, topics: Sequence[AnswerTopic]) -> tuple[Card, ...]:
    """What is in the category that was asked about, to press."""
    subject = next((t.subject for t in topics if t.topic in {"menu", "have"} and t.subject and not t.items), ())
    category = category_named(shop, subject)
    items = [item for item in shop.menu.items if category and item.category == category and item.available]
    return tuple(_card(speaker, shop, item) for item in items[:_MOST_CARDS])


def _card(speaker: Speaker, shop: Shop, item: Item) -> Card:
    prices = [variation.price for variation in item.variations] or [item.price]
    price = speaker.money(min(prices, key=lambda p: p.amount), "items", item.id)
    if len(set(prices)) > 1:
        price = speaker.say("from_price", price=price)
    return Card(Option(item_option(item.id), item_name(speaker, shop.menu, item.id)), item.description, price)


def link(speaker: Speaker, payment: PaymentView | None) -> Link | None:
    """Where to pay, to press where a channel has such buttons."""
    if payment is None:
        return None
    amount = speaker.money(payment.due, "payments", payment.id, "amount")
    return Link(speaker.say("pay_label", amount=amount), payment.url)


def receipt(speaker: Speaker, shop: Shop, order: OrderView | None) -> Receipt | None:
    """The lines of an order, each with what it costs."""
    if order is None:
        return None
    lines = tuple(
        ReceiptLine(
            line_text(speaker, shop.menu, line.line, order.id),
            speaker.money(line.total, "order_lines", line.id, "total"),
        )
        for line in order.lines
    )
    return Receipt(order.code, lines, speaker.money(order.total, "orders", order.id, "total"))


def new_price(speaker: Speaker, shop: Shop, line: Line) -> str:
    """What a line costs here, where the customer was shown another price."""
    sold = shop.menu.items_by_id.get(line.item) or shop.menu.combos_by_id[line.item]
    chosen = sold.variation(line.variation) if isinstance(sold, Item) else None
    if chosen is not None:
        price = speaker.money(chosen.price, "variations", f"{line.item}/{chosen.id}")
    else:
        price = speaker.money(sold.price, "items" if isinstance(sold, Item) else "combos", line.item)
    return speaker.say("basket_price", item=item_name(speaker, shop.menu, line.item), price=price)
