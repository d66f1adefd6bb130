"""Customers, and how channels know them."""

from core.customers.service import customer, identify, identities, set_name
from core.customers.views import CustomerView, IdentityView

__all__ = ["CustomerView", "IdentityView", "customer", "identify", "identities", "set_name"]
