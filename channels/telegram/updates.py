"""What an update of Telegram's can be to us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.messaging import Envelope

# Named at every subscription: a list that is left out keeps an older one, and payments would time out unheard.
ALLOWED = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "pre_checkout_query",
    "shipping_query",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's message."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, by what it says of itself. `query_id` is answered in any case, or the customer's client spins."""

    query_id: str
    sender: str
    data: str
    profile_name: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A customer is about to pay, and waits for our word. `amount` in minor units; `invoice` is what we called it."""

    query_id: str
    sender: str
    invoice: str
    amount: int
    currency: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """Money came in. `charge` is Telegram's name for it, `provider_charge` that of the provider behind it."""

    sender: str
    invoice: str
    amount: int
    currency: str
    charge: str
    provider_charge: str = ""


@dataclass(frozen=True, slots=True)
class Shipping:
    """An address for an invoice; ours never ask for one."""

    query_id: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Reachable:
    """A customer has blocked the bot, or lets it write again. `ref` names this change."""

    sender: str
    blocked: bool
    ref: str


@dataclass(frozen=True, slots=True)
class Group:
    """Something happened in a group: no place to order."""

    chat: int
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for us. `why` is for the log."""

    why: str


Update = Said | Pressed | Checkout | Paid | Shipping | Reachable | Group | Ignored
