"""Carts drawn at random, and a second opinion on their price: exact fractions over the menu file, no code of ours."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

Json = dict[str, Any]
_DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
_WORDS = ("no", "light", "regular", "extra", "side")


def random_menu(random: Random) -> Json:
    """A menu file of a few items, groups and combos, in a currency of zero, two or three digits."""
    currency = random.choice(sorted(_DIGITS))
    groups = [_group(random, f"g{n}", currency) for n in range(3)]
    items = [_item(random, f"i{n}", currency, [g["id"] for g in groups]) for n in range(5)]
    combos = [_combo(random, f"c{n}", currency, [i["id"] for i in items]) for n in range(2)]
    return {
        "name": "Drawn",
        "currency": currency,
        "locale": "en-IE",
        "items": items,
        "modifier_groups": groups,
        "combos": combos,
    }


def random_cart(random: Random, menu: Json) -> list[Json]:
    """Up to six lines that the menu allows and that lack nothing."""
    return [_line(random, menu) for _ in range(random.randint(1, 6))]


def exact_total(menu: Json, cart: list[Json], basis_points: int, *, inclusive: bool) -> tuple[int, int, int]:
    """Subtotal, tax and total in minor units, rounded half up once, at the end."""
    scale = 10 ** _DIGITS[menu["currency"]]
    subtotal = sum((line["quantity"] * _unit(menu, line) for line in cart), Fraction())
    rate = Fraction(basis_points, 10_000)
    tax = subtotal - subtotal / (1 + rate) if inclusive else subtotal * rate
    cents = floor(tax * scale + Fraction(1, 2))
    whole = subtotal * scale
    assert whole.denominator == 1
    return int(whole), cents, int(whole) if inclusive else int(whole) + cents


def _unit(menu: Json, line: Json) -> Fraction:
    combo = next((c for c in menu["combos"] if c["id"] == line["item"]), None)
    if combo is None:
        return _plain(menu, line) + _extras(menu, line)
    price = Fraction(combo["price"])
    for slot in line["slots"]:
        item = next(i for i in menu["items"] if i["id"] == slot["item"])
        if item["variations"]:
            defaults = [v for v in item["variations"] if v["default"]]
            base = Fraction(defaults[0]["price"]) if defaults else min(Fraction(v["price"]) for v in item["variations"])
            price += max(Fraction(0), _plain(menu, slot) - base)
        price += _extras(menu, slot)
    return price


def _plain(menu: Json, line: Json) -> Fraction:
    item = next(i for i in menu["items"] if i["id"] == line["item"])
    for variation in item["variations"]:
        if variation["id"] == line["variation"] or (line["variation"] is None and variation["default"]):
            return Fraction(variation["price"])
    return Fraction(item["price"])


def _extras(menu: Json, line: Json) -> Fraction:
    total = Fraction()
    for choice in line["modifiers"]:
        group = next(g for g in menu["modifier_groups"] if g["id"] == choice["group"])
        modifier = next(m for m in group["modifiers"] if m["id"] == choice["modifier"])
        times = choice["quantity"]
        if choice["pre_modifier"] == "no":
            times = 0
        elif modifier["default"] and choice["pre_modifier"] != "extra":
            times -= 1  # one comes with the item
        elif not modifier["default"] and choice["pre_modifier"] == "extra":
            times += 1
        total += times * Fraction(modifier["price"])
    return total


def _price(random: Random, currency: str) -> str:
    digits = _DIGITS[currency]
    amount = random.randint(0, 2000)
    return str(amount) if digits == 0 else f"{amount // 10**digits}.{amount % 10**digits:0{digits}d}"


def _group(random: Random, group_id: str, currency: str) -> Json:
    modifiers = [
        {
            "id": f"{group_id}m{n}",
            "name": f"{group_id} m{n}",
            "price": _price(random, currency),
            "default": random.random() < 0.4,
            "max": random.choice([1, 2, None]),
        }
        for n in range(4)
    ]
    return {
        "id": group_id,
        "name": group_id,
        "min": 0,
        "max": None,
        "pre_modifiers": list(_WORDS),
        "modifiers": modifiers,
    }


def _item(random: Random, item_id: str, currency: str, groups: list[str]) -> Json:
    count = random.choice([0, 0, 2, 3])
    default = random.choice([None, *range(count)]) if count else None
    variations = [
        {"id": f"v{n}", "name": f"v{n}", "price": _price(random, currency), "default": n == default}
        for n in range(count)
    ]
    chosen = random.sample(groups, random.randint(0, len(groups)))
    return {
        "id": item_id,
        "name": item_id,
        "price": _price(random, currency),
        "variations": variations,
        "modifier_groups": chosen,
    }


def _combo(random: Random, combo_id: str, currency: str, items: list[str]) -> Json:
    slots = [
        {"id": f"s{n}", "name": f"s{n}", "items": random.sample(items, 2), "quantity": random.randint(1, 2)}
        for n in range(2)
    ]
    return {"id": combo_id, "name": combo_id, "price": _price(random, currency), "slots": slots}


def _line(random: Random, menu: Json) -> Json:
    quantity = random.randint(1, 9)
    if random.random() < 0.7:
        return {"quantity": quantity, **_serving(random, menu, random.choice(menu["items"]))}
    combo = random.choice(menu["combos"])
    slots = [
        {"slot": slot["id"], **_serving(random, menu, next(i for i in menu["items"] if i["id"] == item))}
        for slot in combo["slots"]
        for item in random.choices(slot["items"], k=slot["quantity"])
    ]
    return {"item": combo["id"], "quantity": quantity, "variation": None, "modifiers": [], "slots": slots}


def _serving(random: Random, menu: Json, item: Json) -> Json:
    ids = [v["id"] for v in item["variations"]]
    may_omit = not ids or any(v["default"] for v in item["variations"])
    variation = random.choice([None, *ids]) if may_omit else random.choice(ids)
    choices = []
    for group in (g for g in menu["modifier_groups"] if g["id"] in item["modifier_groups"]):
        for modifier in random.sample(group["modifiers"], random.randint(0, 3)):
            most = modifier["max"] or 4
            choices.append(
                {
                    "group": group["id"],
                    "modifier": modifier["id"],
                    "pre_modifier": random.choice([None, None, *_WORDS]),
                    "quantity": random.randint(1, most),
                }
            )
    return {"item": item["id"], "variation": variation, "modifiers": choices}
