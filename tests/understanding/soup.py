"""Random menus and random messages for fuzzing; everything is drawn from one seeded generator."""

from __future__ import annotations

import random
from pathlib import Path

import yaml

from core.catalogue.menu import Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, PreModifier, Variation
from core.kernel.money import Money

_WORDS = {k: v.split() for k, v in yaml.safe_load((Path(__file__).parent / "soup.yaml").read_text("utf-8")).items()}
FOODS, QUALITIES, CLOSED = _WORDS["foods"], _WORDS["qualities"], _WORDS["closed"]
PRES: tuple[PreModifier, ...] = ("no", "light", "regular", "extra", "side")


def name(rng: random.Random) -> str:
    """A made-up name of one to four words."""
    parts = [rng.choice(QUALITIES) for _ in range(rng.randint(0, 2))] + rng.sample(FOODS, rng.randint(1, 2))
    return (" & " if rng.random() < 0.1 else " ").join(parts)


def menu(rng: random.Random) -> Menu:
    """A valid menu of random names, groups and combos."""
    free = Money.parse("0", "USD")
    groups = tuple(
        ModifierGroup(
            f"g{i}",
            name(rng),
            tuple(
                Modifier(f"m{j}", name(rng), free, default=rng.random() < 0.2, max=rng.choice([1, 2, None]))
                for j in range(rng.randint(1, 7))
            ),
            max=rng.choice([1, 2, None]),
            pre_modifiers=tuple(rng.sample(PRES, rng.randint(0, 5))),
        )
        for i in range(rng.randint(0, 5))
    )
    items = tuple(
        Item(
            f"i{i}",
            name(rng),
            free,
            aliases=tuple(name(rng) for _ in range(rng.randint(0, 2))),
            category=rng.choice(["Mains", "Drinks", "Soups & salads", "Cakes", ""]),
            variations=tuple(
                Variation(v, v, free) for v in rng.sample(["small", "medium", "large", "6 pieces"], rng.randint(0, 3))
            ),
            modifier_groups=tuple(g.id for g in rng.sample(groups, rng.randint(0, len(groups)))),
        )
        for i in range(rng.randint(1, 14))
    )
    combos = tuple(
        Combo(
            f"c{i}",
            f"{name(rng)} deal",
            free,
            tuple(
                ComboSlot(
                    f"s{j}",
                    name(rng),
                    tuple(x.id for x in rng.sample(items, rng.randint(1, len(items)))),
                    rng.randint(1, 2),
                )
                for j in range(rng.randint(1, 3))
            ),
        )
        for i in range(rng.randint(0, 2))
    )
    return Menu("Fuzz", "USD", rng.choice(["en-US", "es-MX"]), items, groups, combos)


def message(rng: random.Random, shop: Menu) -> str:
    """Words of the menu and of the language in any order, some of them broken."""
    names = [n for i in shop.items for n in (i.name, *i.aliases)]
    names += [m.name for g in shop.modifier_groups for m in g.modifiers] + [c.name for c in shop.combos]
    words: list[str] = []
    for _ in range(rng.randint(0, 14)):
        draw = rng.random()
        if draw < 0.45:
            words.append(rng.choice(names))
        elif draw < 0.9:
            words.append(rng.choice(CLOSED))
        else:
            words.append(
                "".join(chr(rng.choice([rng.randint(33, 126), rng.randint(160, 0x2FF), 0x1F355])) for _ in range(4))
            )
    return " ".join(words)
