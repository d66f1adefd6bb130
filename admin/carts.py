"""A cart as the staff see it: names, particulars and prices instead of ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from admin import fields
from core import catalogue, orders
from core.kernel.errors import ComandaError

if TYPE_CHECKING:
    from admin.formats import Formats
    from core.catalogue import Menu
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
class ShownDiscount:
    """A discount that somebody gave by hand: `off` is what it takes, `what` the item that it is for, if any."""

    id: str
    name: str
    off: str
    what: str


@dataclass(frozen=True, slots=True)
class ShownCart:
    """The open cart of a conversation. `items` are what its lines are of, id and name."""

    lines: tuple[ShownLine, ...]
    total: str
    fulfilment: str | None
    customer_name: str | None
    note: str
    discounts: tuple[ShownDiscount, ...] = ()
    items: tuple[tuple[str, str], ...] = ()


def shown_cart(session: Session, merchant_id: str, conversation_id: str, formats: Formats) -> ShownCart | None:
    """The conversation's open cart; None without one."""
    cart = orders.find_cart(session, merchant_id, conversation_id)
    if cart is None:
        return None
    try:
        menu = catalogue.load_menu(session, merchant_id)
        lines, total = _priced(session, menu, cart, formats)
        names = {line.item: orders.rules.name_of(menu, line) for line in cart.lines}
    except (ComandaError, KeyError):
        # The menu changed under the cart: shown as it is stored, until the conversation goes on.
        lines, total = tuple(ShownLine(n.quantity, n.item, (), (), "") for n in cart.lines), ""
        names = {line.item: line.item for line in cart.lines}
    given = tuple(
        ShownDiscount(
            one.id,
            one.name,
            f"{fields.percent(one.basis_points)} %" if one.amount is None else formats.money(one.amount),
            ", ".join(names.get(item, item) for item in one.items),
        )
        for one in cart.discounts
    )
    shown = tuple(names.items())
    return ShownCart(lines, total, cart.fulfilment, cart.customer_name, cart.note, given, shown)


def _priced(session: Session, menu: Menu, cart: CartView, formats: Formats) -> tuple[tuple[ShownLine, ...], str]:
    quote = orders.quote_cart(session, cart.merchant_id, cart.id)
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
