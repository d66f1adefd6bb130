"""Why an order costs what it costs: typed reasons, one after another, that say every cent. Pure; no language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.orders.charges import Charges
    from core.orders.discounts import LineShare
    from core.orders.lines import Line
    from core.orders.pricing_units import PricePart

ReasonKind = Literal[
    "part",
    "line",
    "item_discount",
    "order_discount",
    "discount_limited",
    "service_charge",
    "delivery_fee",
    "tax_added",
    "tax_included",
    "tip",
    "cash_rounding",
    "total",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """One step. The amounts of those that `count` add up to the order's total; the others say what is inside a step.

    - `part`: what one unit of line `line` costs for `label` (an item, a size, a modifier).
    - `line`: `quantity` units of `label`.
    - `item_discount`, `order_discount`: what the discount `label` took off line `line` (negative): its share of the
      discount's `whole`, which was counted as `basis_points` of `base` unless it is a fixed amount.
    - `discount_limited`: the discount `label` would have been `whole`, and was `amount`.
    - `service_charge`, `delivery_fee`, `tip`: added; the service charge and tip were counted on `base`.
    - `tax_added`, `tax_included`: the tax at `basis_points` on, or inside, `base`.
    - `cash_rounding`: to the nearest amount that there are coins for.
    - `total`: what is paid.
    """

    kind: ReasonKind
    amount: Money
    label: str = ""
    line: int | None = None
    quantity: int = 1
    basis_points: int = 0
    base: Money | None = None
    whole: Money | None = None

    @property
    def counts(self) -> bool:
        """Whether the amount is one of those that add up to the total."""
        return self.kind not in {"part", "discount_limited", "tax_included", "total"}


class Priced(Protocol):
    """A line with its price: of a quote, or as it was sold."""

    @property
    def line(self) -> Line:
        """What was ordered."""

    @property
    def total(self) -> Money:
        """All units, before discounts."""

    @property
    def parts(self) -> tuple[PricePart, ...]:
        """What adds up to one unit."""

    @property
    def discounts(self) -> tuple[LineShare, ...]:
        """What each discount took off."""


def explain(
    lines: Sequence[Priced], charges: Charges, *, tax: Money, total: Money, inclusive: bool
) -> tuple[Reason, ...]:
    """Every step from the menu to the total."""
    steps = [*_lines(lines), *_discounts(lines, charges), *_charges(lines, charges)]
    kind: Literal["tax_included", "tax_added"] = "tax_included" if inclusive else "tax_added"
    steps += [Reason(kind, t.tax, basis_points=t.basis_points, base=t.base) for t in charges.taxes if t.tax.amount]
    if not charges.taxes and tax.amount:  # an order from before rates were kept
        steps.append(Reason(kind, tax))
    if charges.tip.amount:
        steps.append(Reason("tip", charges.tip, base=_goods(lines, charges)))
    if charges.rounding.amount:
        steps.append(Reason("cash_rounding", charges.rounding))
    return (*steps, Reason("total", total))


def _lines(lines: Sequence[Priced]) -> Iterator[Reason]:
    for n, priced in enumerate(lines):
        label = priced.parts[0].label if priced.parts else priced.line.item
        yield Reason("line", priced.total, label, n, priced.line.quantity)
        yield from (Reason("part", part.amount, part.label, n) for part in priced.parts)


def _discounts(lines: Sequence[Priced], charges: Charges) -> Iterator[Reason]:
    for discount in charges.discounts:
        kind: ReasonKind = "item_discount" if discount.items else "order_discount"
        for n, share in _shares(lines, discount.id):
            yield Reason(
                kind,
                -share.amount,
                discount.name,
                n,
                basis_points=discount.basis_points,
                base=discount.base,
                whole=discount.amount,
            )
        if discount.limited:
            yield Reason("discount_limited", discount.amount, discount.name, whole=discount.asked)


def _shares(lines: Sequence[Priced], discount_id: str) -> Iterable[tuple[int, LineShare]]:
    return ((n, s) for n, priced in enumerate(lines) for s in priced.discounts if s.id == discount_id)


def _charges(lines: Sequence[Priced], charges: Charges) -> Iterator[Reason]:
    if charges.service_charge.amount:
        yield Reason("service_charge", charges.service_charge, base=_goods(lines, charges))
    if charges.delivery_fee.amount:
        yield Reason("delivery_fee", charges.delivery_fee)


def _goods(lines: Sequence[Priced], charges: Charges) -> Money:
    return sum((priced.total for priced in lines), Money.zero(charges.discount.currency)) - charges.discount
