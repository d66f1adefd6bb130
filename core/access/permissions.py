"""What can be permitted, and which roles include it."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["owner", "manager", "staff", "kitchen", "agent"]
ROLES: tuple[Role, ...] = ("owner", "manager", "staff", "kitchen", "agent")

Permission = Literal[
    "orders.read",
    "orders.change",
    "orders.place",
    "orders.cancel",
    "orders.refund",
    "carts.change",
    "carts.discount",
    "kitchen.read",
    "kitchen.change",
    "menu.read",
    "menu.availability",
    "menu.change",
    "wordings.change",
    "conversations.read",
    "conversations.answer",
    "conversations.receive",
    "conversations.turn",
    "conversations.send",
    "deliveries.replay",
    "customers.change",
    "customers.erase",
    "stock.read",
    "stock.change",
    "purchases.change",
    "purchases.approve",
    "money.read",
    "money.change",
    "payments.take",
    "payments.report",
    "shop.change",
    "shop.create",
    "staff.change",
    "account.change",
    "sessions.open",
    "audit.read",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

# What only the program itself, customers and providers do: no role includes it.
_NOBODYS: frozenset[Permission] = frozenset(
    {
        "conversations.receive",
        "conversations.turn",
        "conversations.send",
        "payments.report",
        "shop.create",
        "sessions.open",
    }
)
_OWNERS: frozenset[Permission] = frozenset(PERMISSIONS) - _NOBODYS

ALLOWED: dict[Role, frozenset[Permission]] = {
    "owner": _OWNERS,
    "manager": _OWNERS - {"staff.change"},
    "staff": frozenset(
        {
            "orders.read",
            "orders.change",
            "orders.place",
            "orders.cancel",
            "carts.change",
            "kitchen.read",
            "kitchen.change",
            "menu.read",
            "menu.availability",
            "conversations.read",
            "customers.change",
            "stock.read",
            "payments.take",
            "account.change",
        }
    ),
    "kitchen": frozenset({"kitchen.read", "kitchen.change", "menu.read", "menu.availability", "account.change"}),
    "agent": frozenset(
        {
            "orders.read",
            "orders.place",
            "orders.cancel",
            "carts.change",
            "menu.read",
            "conversations.read",
            "conversations.answer",
            "customers.change",
            "account.change",
        }
    ),
}
# A customer acts on what is theirs only: see `mine`.
OF_CUSTOMERS: frozenset[Permission] = frozenset(
    {
        "carts.change",
        "orders.place",
        "orders.cancel",
        "customers.change",
        "customers.erase",
        "conversations.turn",
        "conversations.answer",
    }
)
OF_PROVIDERS: frozenset[Permission] = frozenset({"conversations.receive", "conversations.send", "payments.report"})

ACTIONS: dict[Permission, str] = {
    "orders.read": "see orders",
    "orders.change": "move orders on",
    "orders.place": "place orders",
    "orders.cancel": "cancel orders",
    "orders.refund": "give money back",
    "carts.change": "change carts",
    "carts.discount": "give discounts",
    "kitchen.read": "see the kitchen's tickets",
    "kitchen.change": "finish the kitchen's tickets",
    "menu.read": "see the menu",
    "menu.availability": "mark items as sold out",
    "menu.change": "change the menu",
    "wordings.change": "change what the assistant says",
    "conversations.read": "read conversations",
    "conversations.answer": "answer customers",
    "conversations.receive": "hand in a customer's message",
    "conversations.turn": "take the assistant's turn",
    "conversations.send": "send messages",
    "deliveries.replay": "send again what was given up",
    "customers.change": "change what is known of customers",
    "customers.erase": "hand out or erase what is kept of a customer",
    "stock.read": "see the stock",
    "stock.change": "change the stock",
    "purchases.change": "write purchase orders",
    "purchases.approve": "approve purchase orders",
    "money.read": "see the books",
    "money.change": "write into the books",
    "payments.take": "take payments",
    "payments.report": "report what became of a payment",
    "shop.change": "change the shop's places and hours",
    "shop.create": "open a shop",
    "staff.change": "manage staff",
    "account.change": "change one's own password",
    "sessions.open": "sign somebody in",
    "audit.read": "read the audit log",
}
