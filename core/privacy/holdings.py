"""Where the store holds something of a person, and what becomes of it when they want to be forgotten.

Every table of the program stands here: in `HOLDINGS` if its rows can be a customer's, else in `OTHERS`. Every column
with text or JSON of a holding is either wiped or named as kept. A test fails for a table or a column that is in
neither list, so that nothing new is forgotten here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

# Whose the rows are: the ids that are gathered along the way, table by table.
Owner = Literal["customer", "identity", "conversation", "inbound", "outbound", "cart", "order", "payment"]
ROW = "\0row"  # in a wiped value: the row's own id, where a column has to stay unique
GONE: Final = f"erased:{ROW}"


@dataclass(frozen=True, slots=True)
class Holding:
    """Rows of `table` whose `key` is one of the person's `of`; their own ids are gathered as `gives`.

    `wiped` is what columns become; `kept` are columns of text that say nothing of a person, or that the books need.
    """

    table: str
    key: str
    of: Owner
    wiped: Mapping[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    gives: Owner | None = None
    deleted: bool = False
    hidden: tuple[str, ...] = ()


HOLDINGS: Final[tuple[Holding, ...]] = (
    Holding("customers", "id", "customer", {"name": "", "locale": ""}),
    Holding("identities", "customer_id", "customer", deleted=True, gives="identity"),
    Holding("identity_aliases", "identity_id", "identity", deleted=True),
    Holding("identity_links", "customer_id", "customer", deleted=True),
    Holding("link_codes", "customer_id", "customer", deleted=True, hidden=("digest",)),
    # What was allowed and when stays, without the words and without anybody to whom it leads.
    Holding(
        "consents",
        "identity_id",
        "identity",
        {"words": "", "ref": GONE, "language": ""},
        ("purpose", "allowed", "how", "channel"),
    ),
    Holding(
        "conversations",
        "customer_id",
        "customer",
        {"sender": GONE, "thread": "", "locale": "", "state": {}, "heard_digest": ""},
        ("channel", "account", "owner"),
        "conversation",
    ),
    Holding(
        "inbound_messages",
        "conversation_id",
        "conversation",
        {"external_id": GONE, "text": "", "payload": {}},
        ("channel", "account", "kind"),
        "inbound",
    ),
    # With its file below the data folder.
    Holding("media", "inbound_id", "inbound", deleted=True),
    Holding(
        "turns",
        "conversation_id",
        "conversation",
        {"state_before": {}, "state_after": {}, "commands": [], "trace": {}},
        ("owner", "inbound_seqs", "menu_version"),
    ),
    Holding(
        "outbound_messages",
        "conversation_id",
        "conversation",
        {"content": {"text": "", "kind": "text", "options": [], "bindings": []}, "error": None, "ref": GONE},
        ("state", "purpose"),
        "outbound",
    ),
    Holding(
        "outbound_parts",
        "outbound_id",
        "outbound",
        {"provider_id": None, "also": [], "error": None},
        ("channel", "account", "state"),
    ),
    Holding(
        "carts",
        "customer_id",
        "customer",
        {
            "lines": [],
            "causes": [],
            "customer_name": None,
            "note": "",
            "charges": {},
            "address": None,
            "table_name": None,
        },
        ("status", "fulfilment"),
        "cart",
    ),
    # Codes, amounts, taxes and times are the shop's books.
    Holding(
        "orders",
        "customer_id",
        "customer",
        {"customer_name": None, "note": "", "address": None, "table_name": None, "zone": None, "cancel_reason": ""},
        ("code", "state", "currency", "charges", "fulfilment", "menu_version", "held_for", "split"),
        "order",
    ),
    Holding(
        "order_lines",
        "order_id",
        "order",
        {"causes": []},
        ("item_code", "name", "description", "line", "parts", "discounts", "currency"),
    ),
    Holding(
        "order_returns",
        "order_id",
        "order",
        {"reason": "", "answer": "", "ref": GONE},
        ("state", "wanted", "parts", "currency"),
    ),
    Holding(
        "tickets",
        "order_id",
        "order",
        {"customer_name": None, "note": "", "table_name": None},
        ("code", "station", "state", "lines", "dishes", "changes", "checks", "fulfilment"),
    ),
    Holding(
        "payments",
        "order_id",
        "order",
        {"provider_url": "", "problem": ""},
        ("method", "tender", "state", "currency", "token", "title", "provider_ref", "charge_ref", "dispute"),
        "payment",
        hidden=("token",),
    ),
    Holding(
        "refunds",
        "order_id",
        "order",
        {"reason": "", "problem": ""},
        ("ref", "currency", "state", "provider_ref"),
    ),
)

# Work and events: the lanes of a person's things. Ids and numbers in a payload stay, words go.
LANES: Final[Mapping[Owner, tuple[str, ...]]] = {
    "customer": ("customer",),
    "conversation": ("conversation", "send"),
    "inbound": ("media",),
    "cart": ("cart",),
    "order": ("order",),
    "payment": ("payment",),
}

# Tables without anything of a customer, and why.
OTHERS: Final[Mapping[str, str]] = {
    "work": "wiped by lane, above",
    "send_rates": "deleted by the ids of the person on their channels",
    "audit": "hashes, ids and the names of events: proof that does not say who",
    "audit_heads": "hashes",
    "early_reports": "ids at providers of messages that we have not kept; short-lived",
    "send_gates": "accounts of the shop",
    "media_failures": "accounts of the shop",
    "alarms": "accounts of the shop and ids of ours; problems are masked",
    "leases": "names of our own processes",
    "first_run_tokens": "the shop's people",
    "staff": "the shop's people",
    "staff_sessions": "the shop's people",
    "sign_in_failures": "the shop's people",
    "merchants": "the shop",
    "locations": "the shop",
    "opening_hours": "the shop",
    "delivery_zones": "the shop",
    "channel_accounts": "the shop",
    "reply_wordings": "the shop",
    "stations": "the shop",
    "menus": "the menu",
    "menu_revisions": "the menu",
    "items": "the menu",
    "variations": "the menu",
    "modifier_groups": "the menu",
    "modifiers": "the menu",
    "item_modifier_groups": "the menu",
    "combos": "the menu",
    "combo_slots": "the menu",
    "combo_slot_items": "the menu",
    "price_lists": "the menu",
    "price_entries": "the menu",
    "menu_schedules": "the menu",
    "location_overrides": "the menu",
    "ingredients": "the menu",
    "recipe_books": "the menu",
    "recipe_revisions": "the menu",
    "suppliers": "the shop's suppliers",
    "supplier_prices": "the shop's suppliers",
    "purchase_orders": "the shop's suppliers",
    "purchase_order_lines": "the shop's suppliers",
    "purchase_receipts": "the shop's suppliers",
    "stock_levels": "goods",
    "stock_lots": "goods",
    "stock_movements": "goods; an order's by its id, in words of ours",
    "stock_reservations": "goods",
    "stock_transfers": "goods",
    "stock_transfer_lines": "goods",
    "order_slots": "how many orders a time has",
    "ledger_postings": "the books",
    "ledger_entries": "the books",
    "payment_events": "ids at providers of payments",
}
