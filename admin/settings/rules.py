"""How a location takes orders: one field for each rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from admin.fields import Fields, money, words
from core.kernel.money import Money

if TYPE_CHECKING:
    from core.merchants import LocationView, Policy

CLOSED: Final = (
    ("accept", "Take them all the same"),
    ("preorder", "Take orders for later only"),
    ("refuse", "Take none"),
)
CUSTOMER: Final = (
    ("before_cooking", "until the kitchen begins"),
    ("before_acceptance", "until the order is accepted"),
    ("never", "never"),
)
SPLIT: Final = (
    ("never", "Say that it has run out"),
    ("delivery", "Let other locations add theirs to deliveries"),
    ("always", "Let other locations add theirs to any order"),
)
_WHOLE: Final = ("preparation_minutes", "lead_minutes", "slot_minutes", "days_ahead", "hold_minutes")
_LIMITS: Final = ("slot_orders", "hold_units", "hold_orders_an_hour")
_CHOICES: Final = ("when_closed", "customer_cancels", "customer_changes", "split")


def shown(location: LocationView, currency: str) -> Fields:
    """The policy as a form has it."""
    policy = location.policy
    said: dict[str, object] = {name: getattr(policy, name) for name in (*_WHOLE, *_LIMITS, *_CHOICES)}
    said["hold_amount"] = None if policy.hold_amount is None else Money(policy.hold_amount, currency).decimal()
    said |= {"tables": ", ".join(policy.tables), "country": policy.country}
    said |= {"quiet_from": policy.quiet_from, "quiet_until": policy.quiet_until}
    said["table_required"] = "yes" if policy.table_required else None
    return Fields({name: [] if value is None else [str(value)] for name, value in said.items()})


def meant(fields: Fields, before: Policy, currency: str) -> Policy:
    """The policy that a form describes; what the form does not name stays as it was.

    Raises:
        InvalidInput: names the field that cannot be read. What it may be is for the core to say.
    """
    said: dict[str, Any] = {name: fields.one(name) for name in _CHOICES}
    said |= {name: fields.whole(name) for name in _WHOLE}
    said |= {name: fields.whole_or_none(name) for name in _LIMITS}
    large = fields.one("hold_amount")
    return replace(
        before,
        **said,
        hold_amount=money(large, currency, field="hold_amount").amount if large else None,
        tables=words(fields.one("tables")),
        table_required=fields.on("table_required"),
        country=fields.one("country").upper(),
        quiet_from=fields.one("quiet_from"),
        quiet_until=fields.one("quiet_until"),
    )
