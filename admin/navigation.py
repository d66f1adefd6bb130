"""The parts of the admin, and what it says after a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.staff import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation. `icon` names a symbol of icons.svg."""

    path: str
    label: str
    icon: str
    current: bool = False


_PARTS: tuple[tuple[str, str, str, Permission], ...] = (
    ("/admin/orders", "Orders", "orders", "orders.read"),
    ("/admin/kitchen", "Kitchen", "kitchen", "kitchen.read"),
    ("/admin/conversations", "Conversations", "talk", "conversations.read"),
    ("/admin/deliveries", "Deliveries", "talk", "conversations.read"),
    ("/admin/customers", "Customers", "staff", "customers.change"),
    ("/admin/menu", "Menu", "menu", "menu.read"),
    ("/admin/stock", "Stock", "stock", "stock.read"),
    ("/admin/takings", "Takings", "orders", "money.read"),
    ("/admin/settings", "Settings", "settings", "shop.change"),
    ("/admin/staff", "Staff", "staff", "staff.change"),
    ("/admin/audit", "Audit log", "staff", "audit.read"),
)

# Said once after a redirect. Texts are looked up, never taken from the address.
NOTICES = {
    "menu-imported": "The menu was imported.",
    "recipes-imported": "The recipes were imported.",
    "menu-changed": "The menu was changed. It can be taken back below.",
    "staff-added": "Added. They can sign in now.",
    "staff-placed": "Saved. It holds from now on.",
    "staff-deactivated": "Deactivated, and signed out everywhere.",
    "staff-reactivated": "They can sign in again.",
    "password-set": "The password was changed, and other browsers were signed out.",
    "stock-received": "Received.",
    "stock-counted": "Counted.",
    "stock-written-off": "Written off.",
    "stock-reorder": "Saved.",
    "transfer-sent": "Sent: it is under way until the other location says that it arrived.",
    "transfer-received": "Taken in.",
    "transfer-closed": "Ended.",
    "supplier-added": "Added. Set what they ask.",
    "supplier-changed": "Saved.",
    "price-set": "The price holds from now on.",
    "purchases-drafted": "Drafted: look through them, then approve.",
    "nothing-to-order": "Nothing needs ordering.",
    "purchase-changed": "Saved.",
    "purchase-approved": "Approved.",
    "purchase-received": "Taken in.",
    "purchase-ended": "Nothing more is expected.",
    "unlinked": "They are two customers again, and both were told.",
    "erased": "Erased. What the books need of the orders stays.",
    "place-added": "Opened, with the hours, rules and taxes of the other one. Look through its settings.",
    "discount-given": "Given. The customer hears the new total when the order is read back.",
    "discount-taken-back": "Taken back.",
    "saved": "Saved. It holds from now on.",
    "said": "Sent to the customer.",
    "order-changed": "The order was changed.",
    "order-retimed": "The order has its new time.",
    "replayed": "It is being done again.",
    "tried": "One message goes first; when it gets through, the others follow.",
    "refunded": "Given back.",
    "refused": "Refused; the reason is kept with the order.",
    "welcome": "Welcome! This is your shop.",
}


def entries(may: Callable[[Permission], bool], path: str) -> tuple[Entry, ...]:
    """The links that a person may follow, with the current one marked."""
    start = Entry("/admin", "Today", "home", path in ("/admin", "/admin/"))
    parts = (
        Entry(to, label, icon, path == to or path.startswith(f"{to}/"))
        for to, label, icon, permission in _PARTS
        if may(permission)
    )
    return (start, *parts)
