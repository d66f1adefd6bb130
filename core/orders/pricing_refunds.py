"""What giving back a part of an order comes to. Pure, from what the order stored: nothing is priced anew.

A line has its own share of every discount and of the tax since it was sold. Giving a line back gives exactly that, and
what the other lines have stays as it was. The units of a line share what it has by `Money.first`, so that giving them
back one by one or all at once comes to the same. Tip and charges are given back with the whole order only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.kernel.errors import InvalidInput, NotFound
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.orders.views import OrderLineView, OrderView


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """What is given back of a line: `quantity` units (0 for a mere amount). Exclusive `tax` comes on top of `amount`.

    `discount` is the units' share of the line's discounts: their price is `amount` and `discount` together.
    """

    line_id: str
    quantity: int
    amount: Money
    tax: Money
    discount: Money


@dataclass(frozen=True, slots=True)
class RefundParts:
    """A refund, taken apart. `total` is what the customer gets; the rest says what it is made of."""

    lines: tuple[RefundedLine, ...]
    service_charge: Money
    service_tax: Money
    delivery_fee: Money
    delivery_tax: Money
    tip: Money
    rounding: Money
    total: Money

    def taxes(self, order: OrderView) -> Iterator[tuple[int, Money]]:
        """(basis points, tax) that goes back with it, by rate."""
        rates = {line.id: line.basis_points for line in order.lines}
        found: Counter[int] = Counter()
        for line in self.lines:
            found[rates[line.line_id]] += line.tax.amount
        found[order.charges.service_rate] += self.service_tax.amount
        found[order.charges.delivery_rate] += self.delivery_tax.amount
        for basis_points, amount in sorted(found.items()):
            if amount:
                yield basis_points, Money(amount, self.total.currency)

    def to_json(self) -> dict[str, Any]:
        """As stored with a refund; amounts in minor units of the order's currency."""
        return {name: getattr(self, name).amount for name in _AMOUNTS} | {
            "lines": [[x.line_id, x.quantity, x.amount.amount, x.tax.amount, x.discount.amount] for x in self.lines]
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], currency: str) -> RefundParts:
        """The refund that `to_json` wrote."""
        lines = tuple(
            RefundedLine(line_id, quantity, *(Money(amount, currency) for amount in amounts))
            for line_id, quantity, *amounts in data["lines"]
        )
        return cls(lines, **{name: Money(data[name], currency) for name in _AMOUNTS})


_CHARGED = ("service", "delivery", "tip")
_AMOUNTS = ("service_charge", "service_tax", "delivery_fee", "delivery_tax", "tip", "rounding", "total")


@dataclass(frozen=True, slots=True)
class _Left:
    """What a line or charge still has: `units` that were not given back, an amount and its tax."""

    units: int
    amount: Money
    tax: Money


def refund_of(
    order: OrderView,
    *,
    lines: Mapping[str, int] | None = None,
    amount: Money | None = None,
    already: Sequence[RefundParts] = (),
) -> RefundParts:
    """What to give back: `lines` (line id to units), an `amount` of money, or, with neither, all that is left.

    `already` are the refunds of the order that count (those that failed do not). An amount is taken from what the lines
    and charges still have, in proportion; from the tip last.

    Raises:
        InvalidInput: both lines and an amount; nothing, or more than is left of a line or of the order.
        NotFound: the order has no such line.
    """
    if lines is not None and amount is not None:
        raise InvalidInput(field="refund", problem="is either of lines or of an amount: give one of them.")
    left = _left(order, already)
    if lines is not None:
        return _of_lines(order, lines, left, already)
    if amount is not None:
        return _of_amount(order, amount, left, already)
    whole = tuple(
        RefundedLine(line.id, left[line.id].units, left[line.id].amount, left[line.id].tax, _discount(line, left))
        for line in order.lines
        if left[line.id].units or left[line.id].amount.amount or left[line.id].tax.amount
    )
    return _parts(order, whole, left, already, last=True)


def refundable(order: OrderView, already: Sequence[RefundParts] = ()) -> Money:
    """What has not been given back yet."""
    return order.total - sum((parts.total for parts in already), Money.zero(order.total.currency))


def _left(order: OrderView, already: Sequence[RefundParts]) -> dict[str, _Left]:
    charges = order.charges
    zero = Money.zero(order.total.currency)
    left = {line.id: _Left(line.line.quantity, line.net, line.tax) for line in order.lines}
    left["service"] = _Left(0, charges.service_charge, charges.service_tax)
    left["delivery"] = _Left(0, charges.delivery_fee, charges.delivery_tax)
    left["tip"] = _Left(0, charges.tip, zero)
    for parts in already:
        for gone in parts.lines:
            left[gone.line_id] = _less(left[gone.line_id], gone.quantity, gone.amount, gone.tax)
        left["service"] = _less(left["service"], 0, parts.service_charge, parts.service_tax)
        left["delivery"] = _less(left["delivery"], 0, parts.delivery_fee, parts.delivery_tax)
        left["tip"] = _less(left["tip"], 0, parts.tip, zero)
    return left


def _less(left: _Left, units: int, amount: Money, tax: Money) -> _Left:
    return _Left(left.units - units, left.amount - amount, left.tax - tax)


def _of_lines(
    order: OrderView, wanted: Mapping[str, int], left: Mapping[str, _Left], already: Sequence[RefundParts]
) -> RefundParts:
    by_id = {line.id: line for line in order.lines}
    for line_id, units in wanted.items():
        if line_id not in by_id:
            raise NotFound(what="order line", key=line_id)
        if not 0 < units <= left[line_id].units:
            problem = f"{units} of “{by_id[line_id].name}” cannot be given back: {left[line_id].units} are left."
            raise InvalidInput(field="lines", problem=problem)
    if not wanted:
        raise InvalidInput(field="lines", problem="name at least one line.")
    given = tuple(_units(line, wanted[line.id], left[line.id]) for line in order.lines if line.id in wanted)
    none = _Left(0, Money.zero(order.total.currency), Money.zero(order.total.currency))
    return _parts(order, given, dict.fromkeys(_CHARGED, none), already)


def _units(line: OrderLineView, units: int, left: _Left) -> RefundedLine:
    before = line.line.quantity - left.units
    discount = _between(line.discount, before, units, line.line.quantity)
    if units == left.units:  # the last ones: all that is left, also after an amount was given back
        return RefundedLine(line.id, units, left.amount, left.tax, discount)
    # An amount that was given back before may have left less than the units' own share.
    amount = min(_between(line.net, before, units, line.line.quantity), left.amount, key=lambda m: m.amount)
    tax = min(_between(line.tax, before, units, line.line.quantity), left.tax, key=lambda m: m.amount)
    return RefundedLine(line.id, units, amount, tax, discount)


def _between(money: Money, before: int, units: int, of: int) -> Money:
    return money.first(before + units, of) - money.first(before, of)


def _discount(line: OrderLineView, left: Mapping[str, _Left]) -> Money:
    quantity = line.line.quantity
    return _between(line.discount, quantity - left[line.id].units, left[line.id].units, quantity)


def _of_amount(
    order: OrderView, amount: Money, left: Mapping[str, _Left], already: Sequence[RefundParts]
) -> RefundParts:
    most = refundable(order, already)
    if not 0 < amount.amount <= most.amount or amount.currency != most.currency:
        raise InvalidInput(field="amount", problem=f"{amount} cannot be given back: {most} is left.")
    keys = [*(line.id for line in order.lines), "service", "delivery"]
    payable = {key: _payable(order, left[key]).amount for key in keys}
    goods = min(amount.amount, sum(payable.values()))
    tip = min(amount.amount - goods, left["tip"].amount.amount)
    shares = dict(zip(keys, Money(goods, amount.currency).allocate(list(payable.values())), strict=True))
    taken = {key: _taken(order, left[key], shares[key], payable[key]) for key in keys}
    given = tuple(
        RefundedLine(line.id, 0, taken[line.id].amount, taken[line.id].tax, Money.zero(amount.currency))
        for line in order.lines
        if shares[line.id].amount
    )
    taken["tip"] = _Left(0, Money(tip, amount.currency), Money.zero(amount.currency))
    return _parts(order, given, taken, already, asked=amount)


def _payable(order: OrderView, left: _Left) -> Money:
    return left.amount if order.tax_inclusive else left.amount + left.tax


def _taken(order: OrderView, left: _Left, share: Money, payable: int) -> _Left:
    tax = left.tax.share(share.amount, payable) if payable else Money.zero(share.currency)
    return _Left(0, share if order.tax_inclusive else share - tax, tax)


def _parts(
    order: OrderView,
    lines: tuple[RefundedLine, ...],
    charged: Mapping[str, _Left],
    already: Sequence[RefundParts],
    *,
    last: bool = False,
    asked: Money | None = None,
) -> RefundParts:
    """The refund whose parts these are; cash rounding goes with what completes or would exceed the order's total."""
    zero = Money.zero(order.total.currency)
    service, delivery, tip = (charged[name] for name in _CHARGED)
    taxes = sum((line.tax for line in lines), zero) + service.tax + delivery.tax
    goods = sum((line.amount for line in lines), zero) + service.amount + delivery.amount + tip.amount
    exact = goods if order.tax_inclusive else goods + taxes
    most = refundable(order, already)
    total = most if last else min(asked or exact, most, key=lambda money: money.amount)
    return RefundParts(
        lines, service.amount, service.tax, delivery.amount, delivery.tax, tip.amount, total - exact, total
    )
