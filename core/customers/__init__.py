"""Customers, and how channels know them."""

from core.customers.service import customer, identify, identities, known_identities, known_identity, set_name
from core.customers.views import CustomerView, IdentityView, KnownIdentity

__all__ = [
    "CustomerView",
    "IdentityView",
    "KnownIdentity",
    "customer",
    "identify",
    "identities",
    "known_identities",
    "known_identity",
    "set_name",
]
