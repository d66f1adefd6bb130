"""What an order costs, to the minor unit. Pure: a menu, lines and rules in; a quote out.

In this order, and each step on what the one before it left:

1. Lines: the unit's price (see pricing_units) times the quantity. Their sum is the `subtotal`.
2. Discounts, first those for certain items, then those for the order, shared out over the lines they are for.
3. The service charge, a per cent of the discounted lines or an amount; then the delivery fee.
4. Tax, by rate, of the discounted lines and of the charges that are taxed: inside their prices, or on top of them.
5. The tip, a per cent of the discounted lines or an amount. It is never taxed.
6. In cash, the nearest amount that there are coins for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from core.kernel.errors import InvalidInput
from core.kernel.money import Money, cash_increment
from core.merchants import ServiceCharge
from core.orders import discounts as reductions
from core.orders.charges import Charges, Tip
from core.orders.discounts import Applied, Discount, LineShare, Target
from core.orders.lines import Line
from core.orders.pricing_reasons import Reason, explain
from core.orders.pricing_refunds import RefundedLine, RefundParts, refund_of, refundable
from core.orders.pricing_units import PricePart, charged_portions, parts_of
from core.orders.remembering import remembered
from core.orders.taxes import DELIVERY, SERVICE, WHOLE, TaxRule, TaxShare, levy, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue.menu import Menu
    from core.merchants import LocationView
    from core.orders.views import CartView

__all__ = [
    "Applied",
    "Charges",
    "Discount",
    "LineShare",
    "PricePart",
    "Quote",
    "QuotedLine",
    "Reason",
    "RefundParts",
    "RefundedLine",
    "ServiceCharge",
    "TaxRule",
    "TaxShare",
    "Tip",
    "charged_portions",
    "in_cash",
    "quote",
    "quote_at",
    "refund_of",
    "refundable",
    "tax_rule",
]


Agreed: TypeAlias = "Mapping[tuple[object, ...], tuple[PricePart, ...]]"  # by `Line.unit`


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line and its price; the parts add up to one unit.

    `discount` is what was taken off `total`, by the discounts in `discounts`; `tax` is the line's own share of the tax
    at `basis_points`, inside what is left (inclusive) or on top of it.
    """

    line: Line
    unit: Money
    total: Money
    parts: tuple[PricePart, ...]
    discount: Money
    tax: Money
    basis_points: int = 0
    discounts: tuple[LineShare, ...] = ()

    @property
    def net(self) -> Money:
        """What is left of the line's price after its discounts."""
        return self.total - self.discount


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs. `subtotal` is the sum of the lines before discounts; `total` is what is paid.

    Exclusive tax comes on top. Inclusive tax is the part of the prices that goes to the state.
    """

    lines: tuple[QuotedLine, ...]
    subtotal: Money
    tax: Money
    total: Money
    charges: Charges
    tax_inclusive: bool = False

    def explain(self) -> tuple[Reason, ...]:
        """Every step from the menu to the total; those that count add up to it."""
        return explain(self.lines, self.charges, tax=self.tax, total=self.total, inclusive=self.tax_inclusive)


def quote(
    menu: Menu,
    lines: Iterable[Line],
    *,
    tax: TaxRule,
    discounts: Sequence[Discount] = (),
    tip: Tip | None = None,
    service_charge: ServiceCharge | None = None,
    delivery_fee: Money | None = None,
    cash: bool | int = False,
    fulfilment: str | None = None,
    agreed: Agreed | None = None,
) -> Quote:
    """The price of lines that `rules.check_lines` accepts.

    `cash` rounds the total to the currency's smallest coin, or to so many minor units. `fulfilment` chooses the rate
    where the tax depends on it, and whether there is a service charge. `agreed` are prices that equal units were sold
    at before: they stay, whatever the menu says by now.

    Raises:
        InvalidLine: an item, variation or modifier is not on the menu.
        InvalidInput: a discount, tip or fee that cannot be meant.
    """
    zero = Money.zero(menu.currency)
    plain = [_plain(menu, line, agreed) for line in lines]
    applied, shares = _reduced(discounts, plain, menu.currency)
    goods = Money(sum(one.total.amount for one in plain) - sum(one.amount.amount for one in applied), menu.currency)
    charges = _Charged(
        discounts=applied,
        goods=goods,
        service_charge=_service(service_charge, goods, fulfilment) if plain else zero,
        service_rate=tax.rate((SERVICE,), fulfilment) if service_charge and service_charge.taxable else 0,
        delivery_fee=_fee(delivery_fee, zero),
        delivery_rate=tax.rate((DELIVERY,), fulfilment),
        tip=tip.on(goods) if tip else zero,
    )
    lowered = [
        _Lowered(one, mine, Money(sum(share.amount.amount for share in mine), menu.currency), rate)
        for one, mine, rate in zip(plain, shares, _rates(menu, plain, tax, fulfilment), strict=True)
    ]
    return _totalled(lowered, charges, tax, _increment(cash, menu.currency))


def quote_at(
    menu: Menu, location: LocationView, cart: CartView, *, cash: bool = False, agreed: Agreed | None = None
) -> Quote:
    """What a cart costs on this menu, charged as its location charges; `agreed` as for `quote`.

    Raises:
        InvalidLine: the menu does not allow a line.
        InvalidInput: a discount, tip or fee that cannot be meant.
    """
    charging = location.charging
    return quote(
        menu,
        cart.lines,
        tax=tax_rule(location),
        discounts=cart.discounts,
        # A tip that was agreed to stays with its order, though the location takes none any more.
        tip=cart.tip if charging.tips or agreed is not None else None,
        service_charge=charging.service_charge,
        delivery_fee=cart.delivery_fee,
        cash=(charging.cash_increment or True) if cash else False,
        fulfilment=cart.fulfilment,
        agreed=agreed,
    )


def tax_rule(location: LocationView) -> TaxRule:
    """How a location taxes."""
    charging = location.charging
    return TaxRule(
        location.tax_rate_basis_points, location.prices_include_tax, charging.tax_rates, charging.tax_rounding
    )


def in_cash(due: Money, location: LocationView) -> Money:
    """What is paid in coins when so much is due: the nearest amount that there are coins for."""
    return due.rounded_to(location.charging.cash_increment or cash_increment(due.currency))


class _Plain(NamedTuple):
    """A line at the menu's prices."""

    line: Line
    parts: tuple[PricePart, ...]
    unit: Money
    total: Money


class _Lowered(NamedTuple):
    """A line with what is taken off it, and the rate of its tax."""

    plain: _Plain
    discounts: tuple[LineShare, ...]
    discount: Money
    rate: int

    @property
    def net(self) -> Money:
        return self.plain.total - self.discount


class _Charged(NamedTuple):
    """What comes on top of the lines, `goods` being what their discounts left of them."""

    discounts: tuple[Applied, ...]
    goods: Money
    service_charge: Money
    service_rate: int
    delivery_fee: Money
    delivery_rate: int
    tip: Money


def _plain(menu: Menu, line: Line, agreed: Agreed | None) -> _Plain:
    parts = agreed.get(line.unit) if agreed else None
    if parts:
        unit = sum((part.amount for part in parts), Money.zero(menu.currency))
    else:
        parts, unit = _unit(menu, line)
    return _Plain(line, parts, unit, unit * line.quantity)


@remembered
def _unit(menu: Menu, line: Line) -> tuple[tuple[PricePart, ...], Money]:
    parts = parts_of(menu, line)
    return parts, sum((part.amount for part in parts), Money.zero(menu.currency))


def _reduced(
    discounts: Sequence[Discount], plain: Sequence[_Plain], currency: str
) -> tuple[tuple[Applied, ...], tuple[tuple[LineShare, ...], ...]]:
    if not discounts:
        return (), ((),) * len(plain)
    targets = [Target(one.line.item, one.line.quantity, one.total) for one in plain]
    return reductions.apply(discounts, targets, currency)


def _rates(menu: Menu, lines: Sequence[_Plain], tax: TaxRule, fulfilment: str | None) -> list[int]:
    if not tax.rates:
        return [tax.basis_points] * len(lines)
    return [tax.rate(names(menu, one.line), fulfilment) for one in lines]


def _service(charge: ServiceCharge | None, goods: Money, fulfilment: str | None) -> Money:
    if charge is None or (charge.fulfilments and fulfilment not in charge.fulfilments):
        return Money.zero(goods.currency)
    return Money(charge.amount, goods.currency) if charge.amount else goods.share(charge.basis_points, WHOLE)


def _fee(fee: Money | None, zero: Money) -> Money:
    if fee is None:
        return zero
    if fee.amount < 0 or fee.currency != zero.currency:
        raise InvalidInput(field="delivery_fee", problem=f"must be an amount of {zero.currency} of zero or more.")
    return fee


def _increment(cash: bool | int, currency: str) -> int:
    if cash is False:
        return 1
    return cash_increment(currency) if cash is True else cash


def _totalled(lines: Sequence[_Lowered], charged: _Charged, tax: TaxRule, increment: int) -> Quote:
    goods = charged.goods
    currency = goods.currency
    taxed = [(one.rate, one.net) for one in lines]
    taxed += [(charged.service_rate, charged.service_charge), (charged.delivery_rate, charged.delivery_fee)]
    levied, by_rate = levy(tax, taxed, currency)
    whole = sum(share.amount for share in levied)
    on_top = charged.service_charge.amount + charged.delivery_fee.amount + charged.tip.amount
    due = Money(goods.amount + on_top + (0 if tax.inclusive else whole), currency)
    total = due.rounded_to(increment) if increment > 1 else due
    subtotal = sum(one.plain.total.amount for one in lines)
    charges = Charges(
        discount=Money(subtotal - goods.amount, currency),
        service_charge=charged.service_charge,
        delivery_fee=charged.delivery_fee,
        tip=charged.tip,
        rounding=total - due,
        service_tax=levied[-2],
        delivery_tax=levied[-1],
        service_rate=charged.service_rate,
        delivery_rate=charged.delivery_rate,
        taxes=tuple(share for share in by_rate if share.base.amount),
        discounts=charged.discounts,
    )
    priced = tuple(
        QuotedLine(
            line=one.plain.line,
            unit=one.plain.unit,
            total=one.plain.total,
            parts=one.plain.parts,
            discount=one.discount,
            tax=mine,
            basis_points=one.rate,
            discounts=one.discounts,
        )
        for one, mine in zip(lines, levied, strict=False)
    )
    return Quote(priced, Money(subtotal, currency), Money(whole, currency), total, charges, tax_inclusive=tax.inclusive)
