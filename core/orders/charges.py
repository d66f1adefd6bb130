"""What lies between the lines and the total: tip, charges, rounding, and how they are stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypedDict

from core.kernel.errors import InvalidInput
from core.kernel.money import Money
from core.orders.discounts import Applied, Discount
from core.orders.taxes import TaxShare

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE: Final = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Tip:
    """What the customer gives on top: an `amount`, or `basis_points` of the discounted lines. Never taxed."""

    amount: Money | None = None
    basis_points: int = 0

    def on(self, goods: Money) -> Money:
        """The tip on lines that come to this much.

        Raises:
            InvalidInput: an amount below zero, or of another currency; a per cent below 0 or above 100.
        """
        if self.amount is None:
            if not 0 <= self.basis_points <= _WHOLE:
                raise InvalidInput(field="tip", problem="must be from 0 to 100 %.")
            return goods.share(self.basis_points, _WHOLE)
        if self.amount.amount < 0 or self.amount.currency != goods.currency:
            raise InvalidInput(field="tip", problem=f"must be an amount of {goods.currency} of zero or more.")
        return self.amount

    def to_json(self) -> dict[str, Any]:
        """As stored with a cart."""
        return {"amount": _stored(self.amount), "basis_points": self.basis_points}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tip:
        """The tip that `to_json` wrote."""
        return cls(_read(data["amount"]), data["basis_points"])


@dataclass(frozen=True, slots=True)
class Charges:
    """Everything but the lines' own prices.

    `discount` is the sum over all lines. `service_tax`, `delivery_tax`: the charges' own shares of the tax, inside
    them where prices include tax and on top where not. `rounding` is what paying in cash added or took off.
    `taxes` has every rate once, `discounts` every discount in the order applied.
    """

    discount: Money
    service_charge: Money
    delivery_fee: Money
    tip: Money
    rounding: Money
    service_tax: Money
    delivery_tax: Money
    service_rate: int = 0
    delivery_rate: int = 0
    taxes: tuple[TaxShare, ...] = ()
    discounts: tuple[Applied, ...] = ()

    @classmethod
    def none(cls, currency: str) -> Charges:
        """Nothing but the lines."""
        zero = Money.zero(currency)
        return cls(zero, zero, zero, zero, zero, zero, zero)

    def to_json(self) -> dict[str, Any]:
        """What an order stores beside its amounts, in minor units of its currency."""
        return {
            "service_tax": self.service_tax.amount,
            "delivery_tax": self.delivery_tax.amount,
            "service_rate": self.service_rate,
            "delivery_rate": self.delivery_rate,
            "taxes": [tax.to_json() for tax in self.taxes],
            "discounts": [discount.to_json() for discount in self.discounts],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], currency: str, **amounts: int) -> Charges:
        """What `to_json` wrote, and the order's own amounts."""
        return cls(
            **{name: Money(amount, currency) for name, amount in amounts.items()},
            service_tax=Money(data.get("service_tax", 0), currency),
            delivery_tax=Money(data.get("delivery_tax", 0), currency),
            service_rate=data.get("service_rate", 0),
            delivery_rate=data.get("delivery_rate", 0),
            taxes=tuple(TaxShare.from_json(tax, currency) for tax in data.get("taxes", ())),
            discounts=tuple(Applied.from_json(one, currency) for one in data.get("discounts", ())),
        )


class Extras(TypedDict):
    """What a cart has beside its lines that costs or saves."""

    tip: Tip | None
    discounts: tuple[Discount, ...]
    delivery_fee: Money | None


def extras_to_json(tip: Tip | None, discounts: Sequence[Discount], delivery_fee: Money | None) -> dict[str, Any]:
    """As stored with a cart: what there is none of is absent."""
    data: dict[str, Any] = {}
    if tip is not None:
        data["tip"] = tip.to_json()
    if discounts:
        data["discounts"] = [discount.to_json() for discount in discounts]
    if delivery_fee is not None:
        data["delivery_fee"] = _stored(delivery_fee)
    return data


def extras_from_json(data: dict[str, Any]) -> Extras:
    """What `extras_to_json` wrote."""
    tip = data.get("tip")
    return Extras(
        tip=None if tip is None else Tip.from_json(tip),
        discounts=tuple(Discount.from_json(one) for one in data.get("discounts", ())),
        delivery_fee=_read(data.get("delivery_fee")),
    )


def _stored(money: Money | None) -> list[object] | None:
    return None if money is None else [money.amount, money.currency]


def _read(data: list[Any] | None) -> Money | None:
    return None if data is None else Money(data[0], data[1])
