"""Shops, their locations and opening hours."""

from core.merchants.accounts import account_of, accounts, connect_account, disconnect_account, is_reached
from core.merchants.addresses import Address
from core.merchants.charging import Charging, ServiceCharge, TaxRate
from core.merchants.policies import Policy
from core.merchants.repository import owner_of
from core.merchants.rules import FULFILMENTS, day_spans, opening, quiet_until
from core.merchants.service import (
    add_location,
    by_slug,
    create_merchant,
    default_location,
    edit_location,
    edit_merchant,
    every_merchant,
    hold,
    location,
    merchant,
    only_merchant,
    question,
    set_charging,
    set_holidays,
    set_hours,
    set_policy,
    set_zones,
    zones,
)
from core.merchants.views import ChannelAccount, Holiday, LocationView, MerchantView, OpeningHours, OpeningState
from core.merchants.zones import Polygon, Postcodes, Radius, Zone

__all__ = [
    "FULFILMENTS",
    "Address",
    "ChannelAccount",
    "Charging",
    "Holiday",
    "LocationView",
    "MerchantView",
    "OpeningHours",
    "OpeningState",
    "Policy",
    "Polygon",
    "Postcodes",
    "Radius",
    "ServiceCharge",
    "TaxRate",
    "Zone",
    "account_of",
    "accounts",
    "add_location",
    "by_slug",
    "connect_account",
    "create_merchant",
    "day_spans",
    "default_location",
    "disconnect_account",
    "edit_location",
    "edit_merchant",
    "every_merchant",
    "hold",
    "is_reached",
    "location",
    "merchant",
    "only_merchant",
    "opening",
    "owner_of",
    "question",
    "quiet_until",
    "set_charging",
    "set_holidays",
    "set_hours",
    "set_policy",
    "set_zones",
    "zones",
]
