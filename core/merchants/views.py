"""Frozen answers about shops and where they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.merchants.charging import Charging
from core.merchants.policies import Policy


@dataclass(frozen=True, slots=True)
class MerchantView:
    """A shop: the tenant that every row belongs to."""

    id: str
    name: str
    slug: str
    currency: str
    locale: str
    location_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One span of a week. `weekday` 0 is Monday; times are "HH:MM" on the location's clock.

    A span that closes at or before it opens ends on the next day: 18:00 to 02:00 crosses midnight,
    00:00 to 00:00 is all day.
    """

    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date on which the week does not hold. `spans` are ("HH:MM", "HH:MM"); none: closed all day.

    What the day before opened, past midnight too, stays open until its own end.
    """

    day: str
    name: str = ""
    spans: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LocationView:
    """A place where the shop sells. `tax_rate_basis_points`: 825 is 8.25 %."""

    id: str
    merchant_id: str
    name: str
    address: str
    phone: str
    time_zone: str
    tax_rate_basis_points: int
    prices_include_tax: bool
    hours: tuple[OpeningHours, ...] = ()
    fulfilments: tuple[str, ...] = ("pickup",)
    facts: dict[str, str] = field(default_factory=dict)
    holidays: tuple[Holiday, ...] = ()
    policy: Policy = field(default_factory=Policy)
    charging: Charging = field(default_factory=Charging)


@dataclass(frozen=True, slots=True)
class OpeningState:
    """Whether a location is open at a moment. Moments carry the location's zone.

    `closes_at` is set while open (None: it never closes), `opens_at` while closed (None: it never opens).
    `known` is False where nobody has declared hours; such a location counts as open.
    """

    open: bool
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    known: bool = True

    def closes_in(self, at: datetime) -> timedelta | None:
        """Time left until closing; None when closed or never closing."""
        return self.closes_at - at if self.closes_at else None

    def opens_in(self, at: datetime) -> timedelta | None:
        """Time left until opening; None when open or never opening."""
        return self.opens_at - at if self.opens_at else None


@dataclass(frozen=True, slots=True)
class ChannelAccount:
    """An account at a provider and whose it is; without `location_id` what it hears is for the shop's first place."""

    merchant_id: str
    channel: str
    account: str
    location_id: str | None = None
