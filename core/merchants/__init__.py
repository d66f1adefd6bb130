"""Shops, their locations and opening hours."""

from core.merchants.rules import FULFILMENTS, opening
from core.merchants.service import (
    add_location,
    by_slug,
    create_merchant,
    default_location,
    every_merchant,
    hold,
    location,
    merchant,
    only_merchant,
    set_hours,
)
from core.merchants.views import LocationView, MerchantView, OpeningHours, OpeningState

__all__ = [
    "FULFILMENTS",
    "LocationView",
    "MerchantView",
    "OpeningHours",
    "OpeningState",
    "add_location",
    "by_slug",
    "create_merchant",
    "default_location",
    "every_merchant",
    "hold",
    "location",
    "merchant",
    "only_merchant",
    "opening",
    "set_hours",
]
