"""How a location takes orders: when it is closed, for later, changed, cancelled, and which ones a person looks at."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, get_args

from core.kernel.errors import InvalidInput

WhenClosed = Literal["accept", "preorder", "refuse"]
CustomerMay = Literal["before_cooking", "before_acceptance", "never"]
Split = Literal["never", "delivery", "always"]

_MINUTES_OF_A_DAY: Final = 1440
_RANGES: Final = {
    "preparation_minutes": (0, _MINUTES_OF_A_DAY),
    "lead_minutes": (0, 7 * _MINUTES_OF_A_DAY),
    "slot_minutes": (5, 240),
    "slot_orders": (1, 10_000),
    "days_ahead": (0, 365),
    "hold_units": (1, 10_000),
    "hold_amount": (1, 10**12),
    "hold_orders_an_hour": (1, 1_000),
    "hold_minutes": (5, 7 * _MINUTES_OF_A_DAY),
}
_CHOICES: Final = {
    "when_closed": get_args(WhenClosed),
    "customer_cancels": get_args(CustomerMay),
    "customer_changes": get_args(CustomerMay),
    "split": get_args(Split),
}
_OPTIONAL: Final = frozenset({"slot_orders", "hold_units", "hold_amount", "hold_orders_an_hour"})
_MOST_TABLES: Final = 500
_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a location allows. Optional limits are None: no limit.

    `when_closed`: orders for now are taken at any hour ("accept"), only for a later time ("preorder"), or not at all.
    `lead_minutes` lie between ordering and the earliest time asked for; `slot_orders` fit into `slot_minutes`.
    `hold_units`, `hold_amount` (minor units) and `hold_orders_an_hour` (of one customer): beyond them an order waits
    for a person, `hold_minutes` at most: then it is cancelled. `tables` are the names that dine-in may use; none means
    any. Between `quiet_from` and `quiet_until` ("21:00", "08:00", by the clock there) nobody is sent offers; empty:
    at any hour. News of an order always goes out. `split`: what this location has too little of may come from others
    of the shop, for deliveries or always.
    """

    when_closed: WhenClosed = "accept"
    preparation_minutes: int = 15
    lead_minutes: int = 30
    slot_minutes: int = 15
    slot_orders: int | None = None
    days_ahead: int = 7
    customer_cancels: CustomerMay = "before_cooking"
    customer_changes: CustomerMay = "before_cooking"
    hold_units: int | None = None
    hold_amount: int | None = None
    hold_orders_an_hour: int | None = None
    hold_minutes: int = 120
    tables: tuple[str, ...] = ()
    table_required: bool = False
    country: str = ""
    quiet_from: str = ""
    quiet_until: str = ""
    split: Split = "never"

    def to_json(self) -> dict[str, Any]:
        """As stored with the location."""
        return asdict(self) | {"tables": list(self.tables)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Policy:
        """What `to_json` wrote; what is missing has its default."""
        if not data:
            return _DEFAULT
        known = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        return cls(**known | {"tables": tuple(known.get("tables", ()))})


_DEFAULT: Final = Policy()


def check_policy(policy: Policy) -> None:
    """Refuse a policy that cannot be meant.

    Raises:
        InvalidInput: names the field, its range or its choices.
    """
    for name, choices in _CHOICES.items():
        if getattr(policy, name) not in choices:
            problem = f"“{getattr(policy, name)}” is not one of {', '.join(choices)}."
            raise InvalidInput(field=name, problem=problem)
    for name, (least, most) in _RANGES.items():
        value = getattr(policy, name)
        if value is None and name in _OPTIONAL:
            continue
        if type(value) is not int or not least <= value <= most:
            raise InvalidInput(field=name, problem=f"{value} is not a whole number from {least} to {most}.")
    if len(policy.tables) > _MOST_TABLES or len(set(policy.tables)) != len(policy.tables) or "" in policy.tables:
        raise InvalidInput(field="tables", problem=f"name each table once, at most {_MOST_TABLES}.")
    _check_quiet(policy)
    if policy.country and not (len(policy.country) == 2 and policy.country.isascii() and policy.country.isupper()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
        raise InvalidInput(field="country", problem=f"“{policy.country}” is not a country code like IE.")


def _check_quiet(policy: Policy) -> None:
    times = (policy.quiet_from, policy.quiet_until)
    for name, text in zip(("quiet_from", "quiet_until"), times, strict=True):
        if text and not _CLOCK.fullmatch(text):
            raise InvalidInput(field=name, problem=f"“{text}” is not a time like 21:00.")
    if ("" in times) != (times == ("", "")):
        raise InvalidInput(field="quiet_until", problem="quiet hours need a beginning and an end.")
