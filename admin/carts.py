"""A cart as the staff see it: names, particulars and prices instead of ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import catalogue, orders
from core.kernel.errors import ComandaError

if TYPE_CHECKING:
    from admin.formats import Formats
    from core.db.session import Session
    from core.orders import CartView


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with the customer's words that caused it. `total` is empty when it cannot be priced now."""

    quantity: int
    name: str
    details: tuple[str, ...]
    causes: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class ShownCart:
    """The open cart of a conversation."""

    lines: tuple[ShownLine, ...]
    total: str
    fulfilment: str | None
    customer_name: str | None
    note: str


def shown_cart(session: Session, merchant_id: str, conversation_id: str, formats: Formats) -> ShownCart | None:
    """The conversation's open cart; None without one."""
    cart = orders.find_cart(session, merchant_id, conversation_id)
    if cart is None:
        return None
    try:
        lines, total = _priced(session, merchant_id, cart, formats)
    except (ComandaError, KeyError):
        # The menu changed under the cart: shown as it is stored, until the conversation goes on.
        lines, total = tuple(ShownLine(n.quantity, n.item, (), (), "") for n in cart.lines), ""
    return ShownCart(lines, total, cart.fulfilment, cart.customer_name, cart.note)


def _priced(session: Session, merchant_id: str, cart: CartView, formats: Formats) -> tuple[tuple[ShownLine, ...], str]:
    menu = catalogue.load_menu(session, merchant_id)
    quote = orders.quote_cart(session, merchant_id, cart.id)
    causes = (*cart.causes, *((),) * len(cart.lines))
    lines = tuple(
        ShownLine(
            quoted.line.quantity,
            orders.rules.name_of(menu, quoted.line),
            orders.rules.spelled(menu, quoted.line)[1:],
            causes[index],
            formats.money(quoted.total),
        )
        for index, quoted in enumerate(quote.lines)
    )
    return lines, formats.money(quote.total)
