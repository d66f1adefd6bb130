"""Sales tax: which rate a thing has, and how much of it there is. Pure; the rounding is core.kernel.money's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from core.catalogue.menu import Menu
    from core.merchants import TaxRate
    from core.orders.lines import Line

Rounding = Literal["order", "line"]
WHOLE: Final = 10_000  # basis points
# Names under which a location can give its charges another rate than goods have.
SERVICE: Final = "service_charge"
DELIVERY: Final = "delivery_fee"


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A location's sales tax. 825 basis points are 8.25 %; `inclusive` when menu prices contain it.

    `rates` are those that differ from the standard one: the first that fits is taken. `rounding` is where a rate's tax
    is rounded: once for the order, or line by line.
    """

    basis_points: int
    inclusive: bool
    rates: tuple[TaxRate, ...] = ()
    rounding: Rounding = "order"

    def rate(self, names: Collection[str], fulfilment: str | None) -> int:
        """The basis points of something with these names, handed over in this way."""
        for rate in self.rates:
            if (not rate.of or rate.of in names) and (not rate.fulfilments or fulfilment in rate.fulfilments):
                return rate.basis_points
        return self.basis_points


@dataclass(frozen=True, slots=True)
class TaxShare:
    """The tax of one rate: `base` is what it was counted on (with the tax in it, where prices include it)."""

    basis_points: int
    base: Money
    tax: Money

    def to_json(self) -> dict[str, Any]:
        """As stored with an order; amounts in minor units of the order's currency."""
        return {"basis_points": self.basis_points, "base": self.base.amount, "tax": self.tax.amount}

    @classmethod
    def from_json(cls, data: dict[str, Any], currency: str) -> TaxShare:
        """What `to_json` wrote."""
        return cls(data["basis_points"], Money(data["base"], currency), Money(data["tax"], currency))


def names(menu: Menu, line: Line) -> frozenset[str]:
    """The names that a rate can know a line by: its item's id, category and tags.

    A combo has its own id, and what everything in it has in common.
    """
    if line.item in menu.combos_by_id:
        inside = [_item_names(menu, slot.item) for slot in line.slots]
        return frozenset({line.item}).union(frozenset.intersection(*inside) if inside else frozenset())
    return _item_names(menu, line.item)


def levy(
    rule: TaxRule, charged: Sequence[tuple[int, Money]], currency: str
) -> tuple[tuple[Money, ...], tuple[TaxShare, ...]]:
    """The tax of each amount at its rate (basis points), and the tax of every rate, lowest rate first.

    Rounded once a rate, the amounts share the rate's tax by largest remainder; rounded line by line, it is their sum.
    """
    zero = Money.zero(currency)
    shares: list[Money] = [zero] * len(charged)
    taxes = []
    for basis_points in sorted({rate for rate, _ in charged}):
        mine = [n for n, (rate, _) in enumerate(charged) if rate == basis_points]
        base = sum((charged[n][1] for n in mine), zero)
        if not base.amount and not any(charged[n][1].amount for n in mine):
            taxes.append(TaxShare(basis_points, zero, zero))
            continue
        if rule.rounding == "line":
            parts: Sequence[Money] = [_tax(rule, charged[n][1], basis_points) for n in mine]
        else:
            parts = _tax(rule, base, basis_points).allocate([charged[n][1].amount for n in mine])
        for n, part in zip(mine, parts, strict=True):
            shares[n] = part
        taxes.append(TaxShare(basis_points, base, sum(parts, zero)))
    return tuple(shares), tuple(taxes)


def _tax(rule: TaxRule, amount: Money, basis_points: int) -> Money:
    return amount.share(basis_points, WHOLE + basis_points if rule.inclusive else WHOLE)


def _item_names(menu: Menu, item_id: str) -> frozenset[str]:
    item = menu.items_by_id.get(item_id)
    return frozenset({item.id, item.category, *item.tags} - {""}) if item else frozenset({item_id})
