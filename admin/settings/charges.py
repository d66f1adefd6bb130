"""What a location adds to prices: tax, service charge, coins, tips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from admin.fields import Fields, basis_points, money, percent
from core.kernel.errors import InvalidInput
from core.kernel.money import Money
from core.merchants import FULFILMENTS, Charging, ServiceCharge, TaxRate

if TYPE_CHECKING:
    from core.merchants import LocationView

WAYS: Final = (("pickup", "Pick-up"), ("dine_in", "Dine in"), ("delivery", "Delivery"))


def shown(location: LocationView, currency: str) -> Fields:
    """The charging as a form has it."""
    charging, charge = location.charging, location.charging.service_charge
    said: dict[str, list[str]] = {
        "tax": [percent(location.tax_rate_basis_points)],
        "inclusive": ["yes"] if location.prices_include_tax else [],
        "tax_rounding": [charging.tax_rounding],
        "of": [rate.of for rate in charging.tax_rates],
        "rate": [percent(rate.basis_points) for rate in charging.tax_rates],
        "tips": ["yes"] if charging.tips else [],
        "coin": [] if charging.cash_increment is None else [str(Money(charging.cash_increment, currency).decimal())],
    }
    for number, rate in enumerate(charging.tax_rates):
        said[f"rate-for-{number}"] = list(rate.fulfilments)
    if charge is not None:
        much = f"{percent(charge.basis_points)} %" if charge.basis_points else str(Money(charge.amount, currency))
        said |= {"service": [much.removesuffix(f" {currency}")], "service-for": list(charge.fulfilments)}
    said["taxable"] = ["yes"] if charge is None or charge.taxable else []
    return Fields(said)


def meant(fields: Fields, currency: str) -> tuple[Charging, dict[str, Any]]:
    """The charging that a form describes, with the location's own rate and whether prices include it.

    Raises:
        InvalidInput: names the field that cannot be read.
    """
    rates = [
        TaxRate(of, basis_points(rate, field=f"tax of {of or 'everything'}"), _ways(fields, f"rate-for-{number}"))
        for number, (of, rate) in enumerate(fields.rows("of", "rate"))
        if of or rate
    ]
    coin = fields.one("coin")
    rounding = fields.one("tax_rounding")
    if rounding not in ("order", "line"):
        raise InvalidInput(field="tax_rounding", problem="choose once an order, or line by line.")
    charging = Charging(
        tax_rates=tuple(rates),
        tax_rounding="line" if rounding == "line" else "order",
        service_charge=_service(fields, currency),
        cash_increment=money(coin, currency, field="coin").amount if coin else None,
        tips=fields.on("tips"),
    )
    own = {
        "tax_rate_basis_points": basis_points(fields.one("tax"), field="tax"),
        "prices_include_tax": fields.on("inclusive"),
    }
    return charging, own


def _service(fields: Fields, currency: str) -> ServiceCharge | None:
    text = fields.one("service")
    if not text:
        return None
    more = {"taxable": fields.on("taxable"), "fulfilments": _ways(fields, "service-for")}
    if text.endswith("%"):
        return ServiceCharge(basis_points=basis_points(text, field="service"), **more)  # type: ignore[arg-type]
    return ServiceCharge(amount=money(text, currency, field="service").amount, **more)  # type: ignore[arg-type]


def _ways(fields: Fields, name: str) -> tuple[str, ...]:
    """Fulfilments in their usual order; all of them ticked is as good as none: it always holds."""
    ticked = tuple(way for way in FULFILMENTS if way in fields.all(name))
    return () if len(ticked) == len(FULFILMENTS) else ticked
