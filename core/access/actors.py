"""Who is acting: a person of the shop, a customer, somebody else's system, or the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.access.permissions import ALLOWED, OF_CUSTOMERS, OF_PROVIDERS, PERMISSIONS, Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.access.permissions import Role

ActorKind = Literal["system", "customer", "staff", "provider"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does what a unit of work does. `merchant_id` None: any shop; `location_ids` None: every place of it.

    `id` is a customer's or staff member's id, a provider's name (“stripe”, “web”), or empty for the program.
    """

    kind: ActorKind
    id: str = ""
    merchant_id: str | None = None
    permissions: frozenset[Permission] = frozenset()
    location_ids: frozenset[str] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the actor has a permission."""
        return permission in self.permissions


SYSTEM = Actor("system", permissions=frozenset(PERMISSIONS))


def of_customer(merchant_id: str, customer_id: str) -> Actor:
    """A customer of a shop, who changes what is theirs."""
    return Actor("customer", customer_id, merchant_id, OF_CUSTOMERS)


def of_staff(merchant_id: str, staff_id: str, role: Role, location_ids: Iterable[str] = ()) -> Actor:
    """Somebody who works in a shop; with `location_ids`, at these places of it only."""
    places = frozenset(location_ids)
    return Actor("staff", staff_id, merchant_id, ALLOWED[role], places or None)


def of_provider(name: str, merchant_id: str | None = None) -> Actor:
    """A system outside that reports something: a channel, or a provider of payments."""
    return Actor("provider", name, merchant_id, OF_PROVIDERS)
