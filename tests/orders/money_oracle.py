"""A second opinion on whole orders: exact fractions over plain data, with no code of ours.

Everything is written down anew: which lines a discount is for, how cents left over are dealt out, what is taxed at
which rate, where amounts are rounded. Amounts are fractions of minor units until the one place where a rule rounds.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from tests.orders.oracle import _unit, random_cart, random_menu

if TYPE_CHECKING:
    from random import Random

Json = dict[str, Any]
_DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
FULFILMENTS = ("pickup", "dine_in", "delivery")


def random_case(random: Random) -> Json:
    """A menu, a cart, and everything that a location, a customer and a cashier can add to it."""
    menu = random_menu(random)
    for item in menu["items"]:
        item["category"] = random.choice(["food", "drinks", ""])
    return {
        "menu": menu,
        "cart": random_cart(random, menu),
        "basis_points": random.choice([0, 500, 825, 1900, random.randint(0, 3000)]),
        "inclusive": random.random() < 0.5,
        "by_line": random.random() < 0.3,
        "rates": [_rate(random, menu) for _ in range(random.randint(0, 4))],
        "discounts": [_discount(random, menu, n) for n in range(random.randint(0, 3))],
        "tip": random.choice([None, {"amount": random.randint(0, 900)}, {"basis_points": random.randint(0, 3000)}]),
        "service": _service(random),
        "delivery_fee": random.choice([None, random.randint(0, 700)]),
        "coin": random.choice([1, 5, 10, 50, 100]),
        "fulfilment": random.choice([None, *FULFILMENTS]),
    }


def exact(case: Json) -> Json:
    """What the order costs: amounts in whole minor units, and what each line has of discount and tax."""
    menu, lines = case["menu"], case["cart"]
    scale = 10 ** _DIGITS[menu["currency"]]
    prices = [_whole(line["quantity"] * _unit(menu, line) * scale) for line in lines]
    given = _discounts(case["discounts"], lines, prices)
    nets = [price - less for price, less in zip(prices, given, strict=True)]
    goods = sum(nets)
    service, service_rate = _service_charge(case, goods)
    fee = case["delivery_fee"] or 0
    things = [(_rate_of(case, _known_by(menu, line)), net) for line, net in zip(lines, nets, strict=True)]
    things += [(service_rate, service), (_rate_of(case, {"delivery_fee"}), fee)]
    taxes = _taxes(case, things)
    tip = _tip(case["tip"], goods)
    due = goods + service + fee + tip + (0 if case["inclusive"] else sum(taxes))
    total = case["coin"] * _nearest(Fraction(due, case["coin"]))
    return {
        "subtotal": sum(prices),
        "discount": sum(given),
        "service_charge": service,
        "delivery_fee": fee,
        "tip": tip,
        "tax": sum(taxes),
        "rounding": total - due,
        "total": total,
        "line_discounts": given,
        "line_taxes": taxes[: len(lines)],
    }


def _discounts(discounts: list[Json], lines: list[Json], prices: list[int]) -> list[int]:
    remaining = list(prices)
    for discount in [d for d in discounts if d["items"]] + [d for d in discounts if not d["items"]]:
        mine = [n for n, line in enumerate(lines) if not discount["items"] or line["item"] in discount["items"]]
        pool = sum(remaining[n] for n in mine)
        if discount["amount"] is None:
            wanted = _nearest(Fraction(pool) * discount["basis_points"] / 10_000)
        else:
            wanted = discount["amount"] * (sum(lines[n]["quantity"] for n in mine) if discount["each"] else 1)
        if discount["limit"] is not None:
            wanted = min(wanted, discount["limit"])
        for n, share in zip(mine, _dealt(min(wanted, pool), [remaining[n] for n in mine]), strict=True):
            remaining[n] -= share
    return [price - left for price, left in zip(prices, remaining, strict=True)]


def _dealt(amount: int, weights: list[int]) -> list[int]:
    """Whole shares: everybody's exact share cut off, then one more to whoever lost most, earliest first."""
    if not weights:
        return []
    if not sum(weights):
        weights = [1 for _ in weights]
    wishes = [Fraction(amount) * weight / sum(weights) for weight in weights]
    shares = [floor(wish) for wish in wishes]
    while sum(shares) < amount:
        losses = [wish - share for wish, share in zip(wishes, shares, strict=True)]
        shares[losses.index(max(losses))] += 1
    return shares


def _taxes(case: Json, things: list[tuple[int, int]]) -> list[int]:
    def tax(rate: int, amount: int) -> Fraction:
        return Fraction(amount * rate, 10_000 + rate if case["inclusive"] else 10_000)

    if case["by_line"]:
        return [_nearest(tax(rate, amount)) for rate, amount in things]
    taxes = [0] * len(things)
    for rate in {rate for rate, _ in things}:
        mine = [n for n, thing in enumerate(things) if thing[0] == rate]
        whole = _nearest(sum((tax(rate, things[n][1]) for n in mine), Fraction(0)))
        for n, share in zip(mine, _dealt(whole, [things[n][1] for n in mine]), strict=True):
            taxes[n] = share
    return taxes


def _service_charge(case: Json, goods: int) -> tuple[int, int]:
    charge = case["service"]
    if charge is None or (charge["fulfilments"] and case["fulfilment"] not in charge["fulfilments"]):
        return 0, 0
    amount = charge["amount"] or _nearest(Fraction(goods * charge["basis_points"], 10_000))
    return amount, _rate_of(case, {"service_charge"}) if charge["taxable"] else 0


def _tip(tip: Json | None, goods: int) -> int:
    if tip is None:
        return 0
    return int(tip["amount"]) if "amount" in tip else _nearest(Fraction(goods * tip["basis_points"], 10_000))


def _rate_of(case: Json, known_by: set[str]) -> int:
    for rate in case["rates"]:
        if rate["of"] and rate["of"] not in known_by:
            continue
        if rate["fulfilments"] and case["fulfilment"] not in rate["fulfilments"]:
            continue
        return int(rate["basis_points"])
    return int(case["basis_points"])


def _known_by(menu: Json, line: Json) -> set[str]:
    def one(item_id: str) -> set[str]:
        return {item_id, next(i["category"] for i in menu["items"] if i["id"] == item_id)} - {""}

    if not line.get("slots"):
        return one(line["item"])
    common = one(line["slots"][0]["item"])
    for slot in line["slots"]:
        common &= one(slot["item"])
    return {line["item"]} | common


def _nearest(exact_amount: Fraction) -> int:
    return ceil(exact_amount - Fraction(1, 2)) if exact_amount % 1 != Fraction(1, 2) else ceil(exact_amount)


def _whole(exact_amount: Fraction) -> int:
    assert exact_amount.denominator == 1
    return int(exact_amount)


def _rate(random: Random, menu: Json) -> Json:
    names = ["food", "drinks", "", "service_charge", "delivery_fee", *(i["id"] for i in menu["items"]), "c0"]
    return {
        "of": random.choice(names),
        "basis_points": random.choice([0, 700, random.randint(0, 2500)]),
        "fulfilments": random.sample(FULFILMENTS, random.choice([0, 0, 1, 2])),
    }


def _discount(random: Random, menu: Json, number: int) -> Json:
    fixed = random.random() < 0.5
    items = [i["id"] for i in menu["items"]] + ["c0"]
    return {
        "id": f"d{number}",
        "amount": random.randint(0, 6000) if fixed else None,
        "basis_points": 0 if fixed else random.randint(1, 10_000),
        "items": random.sample(items, random.choice([0, 1, 3])),
        "each": fixed and random.random() < 0.3,
        "limit": random.choice([None, random.randint(0, 3000)]),
    }


def _service(random: Random) -> Json | None:
    if random.random() < 0.4:
        return None
    fixed = random.random() < 0.3
    return {
        "amount": random.randint(1, 500) if fixed else 0,
        "basis_points": 0 if fixed else random.randint(1, 2500),
        "taxable": random.random() < 0.6,
        "fulfilments": random.sample(FULFILMENTS, random.choice([0, 0, 1, 2])),
    }
