"""What a location adds to prices: tax rates of its own for some things, a service charge, rounding in cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from core.kernel.errors import InvalidInput

TaxRounding = Literal["order", "line"]

_WHOLE: Final = 10_000  # basis points
_MOST_RATES: Final = 100
_NAME_LENGTH: Final = 64
_LARGEST_COIN: Final = 100_000


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate that differs from the location's own. 700 basis points are 7 %.

    `of` is what it is for: an item's or combo's id, a category, a tag, "service_charge" or "delivery_fee"; "" is
    everything. With `fulfilments` it holds only for those, such as ("pickup", "delivery") where taking away is taxed
    otherwise than eating in.
    """

    of: str
    basis_points: int
    fulfilments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceCharge:
    """A charge on every order: `basis_points` of the lines after discounts, or `amount` minor units.

    With `fulfilments` only for those.
    """

    basis_points: int = 0
    amount: int = 0
    taxable: bool = True
    fulfilments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Charging:
    """How a location charges. The first of `tax_rates` that fits is taken; if none does, the location's own rate.

    `tax_rounding`: a rate's tax is rounded once an order, or line by line. `cash_increment` is the smallest amount in
    minor units that is paid in coins; None is what the currency has. Without `tips` nothing can be given on top.
    """

    tax_rates: tuple[TaxRate, ...] = ()
    tax_rounding: TaxRounding = "order"
    service_charge: ServiceCharge | None = None
    cash_increment: int | None = None
    tips: bool = True

    def to_json(self) -> dict[str, Any]:
        """As stored with the location."""
        charge = self.service_charge
        return {
            "tax_rates": [
                {"of": r.of, "basis_points": r.basis_points, "fulfilments": list(r.fulfilments)} for r in self.tax_rates
            ],
            "tax_rounding": self.tax_rounding,
            "service_charge": None
            if charge is None
            else {
                "basis_points": charge.basis_points,
                "amount": charge.amount,
                "taxable": charge.taxable,
                "fulfilments": list(charge.fulfilments),
            },
            "cash_increment": self.cash_increment,
            "tips": self.tips,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Charging:
        """What `to_json` wrote; nothing is the default."""
        if not data:
            return DEFAULT
        charge = data["service_charge"]
        return cls(
            tax_rates=tuple(TaxRate(r["of"], r["basis_points"], tuple(r["fulfilments"])) for r in data["tax_rates"]),
            tax_rounding=data["tax_rounding"],
            service_charge=ServiceCharge(**charge | {"fulfilments": tuple(charge["fulfilments"])}) if charge else None,
            cash_increment=data["cash_increment"],
            tips=data.get("tips", True),
        )


DEFAULT: Final = Charging()


def check_charging(charging: Charging, fulfilments: tuple[str, ...]) -> None:
    """Refuse charging that cannot be meant. `fulfilments` are those that there are at all.

    Raises:
        InvalidInput: names the field, its range or its choices.
    """
    if charging.tax_rounding not in get_args(TaxRounding):
        problem = f"“{charging.tax_rounding}” is not one of {', '.join(get_args(TaxRounding))}."
        raise InvalidInput(field="tax_rounding", problem=problem)
    if len(charging.tax_rates) > _MOST_RATES:
        raise InvalidInput(field="tax_rates", problem=f"are more than {_MOST_RATES}: give a category one rate.")
    for n, rate in enumerate(charging.tax_rates):
        _check_share(f"tax_rates[{n}].basis_points", rate.basis_points)
        _check_fulfilments(f"tax_rates[{n}].fulfilments", rate.fulfilments, fulfilments)
        if len(rate.of) > _NAME_LENGTH:
            raise InvalidInput(field=f"tax_rates[{n}].of", problem=f"has more than {_NAME_LENGTH} characters.")
    if charging.service_charge:
        _check_service(charging.service_charge, fulfilments)
    coin = charging.cash_increment
    if coin is not None and (type(coin) is not int or not 1 <= coin <= _LARGEST_COIN):
        raise InvalidInput(field="cash_increment", problem=f"{coin} is not from 1 to {_LARGEST_COIN} minor units.")


def _check_service(charge: ServiceCharge, fulfilments: tuple[str, ...]) -> None:
    _check_share("service_charge.basis_points", charge.basis_points)
    if type(charge.amount) is not int or charge.amount < 0:
        raise InvalidInput(field="service_charge.amount", problem="must be zero or more minor units.")
    if bool(charge.amount) == bool(charge.basis_points):
        raise InvalidInput(field="service_charge", problem="needs either a per cent or an amount: give one of them.")
    _check_fulfilments("service_charge.fulfilments", charge.fulfilments, fulfilments)


def _check_share(field: str, basis_points: object) -> None:
    if type(basis_points) is not int or not 0 <= basis_points <= _WHOLE:
        raise InvalidInput(field=field, problem=f"{basis_points} is not from 0 to {_WHOLE}; 825 are 8.25 %.")


def _check_fulfilments(field: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InvalidInput(field=field, problem=f"“{unknown[0]}” is not one of {', '.join(known)}.")
