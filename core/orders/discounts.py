"""Discounts: what is taken off which lines, to the minor unit. Pure.

The order in which they apply is always the same: first those for certain items, then those for the whole order; inside
each, as given. Each one is counted on what those before it have left, and never takes more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.kernel.errors import InvalidInput
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WHOLE: Final = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Discount:
    """What shall be taken off: an `amount`, or `basis_points` of what it is counted on (1000 are 10 %).

    `items` are the ids of the items it is for; none means the whole order. With `each`, an amount is for every unit.
    `limit` is the most that it takes. `reason` and `by` say why and who gave it, for one given by hand.
    """

    id: str
    name: str
    amount: Money | None = None
    basis_points: int = 0
    items: tuple[str, ...] = ()
    each: bool = False
    limit: Money | None = None
    reason: str = ""
    by: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored with a cart."""
        return {
            "id": self.id,
            "name": self.name,
            "amount": None if self.amount is None else self.amount.amount,
            "basis_points": self.basis_points,
            "items": list(self.items),
            "each": self.each,
            "limit": None if self.limit is None else self.limit.amount,
            "currency": (self.amount or self.limit or Money(0, "")).currency,
            "reason": self.reason,
            "by": self.by,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Discount:
        """The discount that `to_json` wrote."""
        amount, limit, currency = data["amount"], data["limit"], data["currency"]
        return cls(
            id=data["id"],
            name=data["name"],
            amount=None if amount is None else Money(amount, currency),
            basis_points=data["basis_points"],
            items=tuple(data["items"]),
            each=data["each"],
            limit=None if limit is None else Money(limit, currency),
            reason=data["reason"],
            by=data["by"],
        )


@dataclass(frozen=True, slots=True)
class Applied:
    """What a discount came to: `base` is what it was counted on, `asked` what it would take, `amount` what it took."""

    id: str
    name: str
    amount: Money
    asked: Money
    base: Money
    basis_points: int = 0
    items: tuple[str, ...] = ()

    @property
    def limited(self) -> bool:
        """Whether it took less than it would, because of its limit or because no more was left to take."""
        return self.amount < self.asked

    def to_json(self) -> dict[str, Any]:
        """As stored with an order; amounts in minor units of the order's currency."""
        return {
            "id": self.id,
            "name": self.name,
            "amount": self.amount.amount,
            "asked": self.asked.amount,
            "base": self.base.amount,
            "basis_points": self.basis_points,
            "items": list(self.items),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], currency: str) -> Applied:
        """What `to_json` wrote."""
        amounts = {name: Money(data[name], currency) for name in ("amount", "asked", "base")}
        return cls(data["id"], data["name"], **amounts, basis_points=data["basis_points"], items=tuple(data["items"]))


@dataclass(frozen=True, slots=True)
class LineShare:
    """What one discount took off one line."""

    id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Target:
    """A line as a discount sees it: `total` is its price for all its units."""

    item: str
    quantity: int
    total: Money


def check(discount: Discount, currency: str) -> None:
    """Refuse a discount that says nothing, too much, or the opposite.

    Raises:
        InvalidInput: names the field and the fix.
    """
    if (discount.amount is None) == (discount.basis_points == 0):
        raise InvalidInput(field="discount", problem="needs either an amount or a per cent: give one of them.")
    if not 0 <= discount.basis_points <= _WHOLE:
        raise InvalidInput(field="basis_points", problem="must be from 1 to 10000, which is 100 %.")
    if discount.each and discount.amount is None:
        raise InvalidInput(field="each", problem="goes with an amount: a per cent is for every unit anyway.")
    for name, money in (("amount", discount.amount), ("limit", discount.limit)):
        if money is not None and (money.amount < 0 or money.currency != currency):
            raise InvalidInput(field=name, problem=f"must be an amount of {currency} of zero or more.")


def apply(
    discounts: Iterable[Discount], targets: Sequence[Target], currency: str
) -> tuple[tuple[Applied, ...], tuple[tuple[LineShare, ...], ...]]:
    """What every discount came to, in the order applied, and what each took off each line.

    Raises:
        InvalidInput: a discount that says nothing, too much, or the opposite.
    """
    left = [target.total for target in targets]
    shares: list[list[LineShare]] = [[] for _ in targets]
    applied = []
    for discount in sorted(discounts, key=lambda d: not d.items):
        check(discount, currency)
        meant = [n for n, target in enumerate(targets) if not discount.items or target.item in discount.items]
        base = sum((left[n] for n in meant), Money.zero(currency))
        asked = _asked(discount, base, sum(targets[n].quantity for n in meant))
        most = min(base.amount, asked.amount, base.amount if discount.limit is None else discount.limit.amount)
        taken = Money(most, currency)
        applied.append(Applied(discount.id, discount.name, taken, asked, base, discount.basis_points, discount.items))
        for n, share in zip(meant, taken.allocate([left[n].amount for n in meant]), strict=True):
            left[n] -= share
            if share.amount:
                shares[n].append(LineShare(discount.id, share))
    return tuple(applied), tuple(tuple(mine) for mine in shares)


def _asked(discount: Discount, base: Money, units: int) -> Money:
    if discount.amount is None:
        return base.share(discount.basis_points, _WHOLE)
    return discount.amount * units if discount.each else discount.amount
