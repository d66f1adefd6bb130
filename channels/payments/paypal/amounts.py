"""PayPal's amounts: decimal strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from channels.payments.base import NotGenuine, Refused
from core.kernel.errors import InvalidAmount
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

# PayPal takes whole units only of these.
_WHOLE: Final = frozenset({"HUF", "JPY", "TWD"})


def to_paypal(money: Money) -> dict[str, str]:
    """The amount object that PayPal is told.

    Raises:
        Refused: a fraction of a currency of which PayPal takes none.
    """
    value = money.decimal()
    if money.currency in _WHOLE:
        if value != value.to_integral_value():
            problem = f"PayPal takes whole {money.currency} only, not {value}"
            raise Refused(problem)
        value = value.to_integral_value()
    return {"currency_code": money.currency, "value": f"{value:f}"}


def from_paypal(amount: Mapping[str, Any]) -> Money:
    """The amount that PayPal tells.

    Raises:
        NotGenuine: it is none.
    """
    try:
        return Money.parse(str(amount["value"]), str(amount["currency_code"]))
    except (InvalidAmount, KeyError) as error:
        problem = f"not an amount: {error}"
        raise NotGenuine(problem) from None
