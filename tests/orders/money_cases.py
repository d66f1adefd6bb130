"""Cases of the money oracle, handed to the product: menu file in, quote out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.catalogue.format import menu_from_json
from core.kernel.money import Money
from core.merchants import ServiceCharge, TaxRate
from core.orders import Discount, Line, Tip, pricing
from core.orders.pricing import TaxRule

if TYPE_CHECKING:
    from core.orders import Quote

Json = dict[str, Any]


def quoted(case: Json) -> Quote:
    """What the product says a case costs."""
    menu = menu_from_json(case["menu"])
    currency = menu.currency

    def money(amount: int | None) -> Money | None:
        return None if amount is None else Money(amount, currency)

    tip, service = case["tip"], case["service"]
    return pricing.quote(
        menu,
        [Line.from_json(line) for line in case["cart"]],
        tax=TaxRule(
            case["basis_points"],
            case["inclusive"],
            tuple(TaxRate(r["of"], r["basis_points"], tuple(r["fulfilments"])) for r in case["rates"]),
            "line" if case["by_line"] else "order",
        ),
        discounts=[
            Discount(
                d["id"], d["id"], money(d["amount"]), d["basis_points"], tuple(d["items"]), d["each"], money(d["limit"])
            )
            for d in case["discounts"]
        ],
        tip=None if tip is None else Tip(money(tip.get("amount")), tip.get("basis_points", 0)),
        service_charge=None
        if service is None
        else ServiceCharge(**service | {"fulfilments": tuple(service["fulfilments"])}),
        delivery_fee=money(case["delivery_fee"]),
        cash=case["coin"],
        fulfilment=case["fulfilment"],
    )


def plain(quote: Quote) -> Json:
    """A quote in the oracle's words."""
    charges = quote.charges
    return {
        "subtotal": quote.subtotal.amount,
        "discount": charges.discount.amount,
        "service_charge": charges.service_charge.amount,
        "delivery_fee": charges.delivery_fee.amount,
        "tip": charges.tip.amount,
        "tax": quote.tax.amount,
        "rounding": charges.rounding.amount,
        "total": quote.total.amount,
        "line_discounts": [line.discount.amount for line in quote.lines],
        "line_taxes": [
            *(line.tax.amount for line in quote.lines),
            charges.service_tax.amount,
            charges.delivery_tax.amount,
        ][: len(quote.lines)],
    }
