"""What is in something and whom it suits: by the recipe book, in three values, with the rows that prove it.

What is not known is never said to be free of anything. A configuration that lies in the cart counts as well: who asks
about their latte gets the answer for the one with hazelnut syrup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.dialogue.options import roots
from assistant.dialogue.phrases import load
from assistant.replies.describe import item_name
from core.catalogue import DIETS, EU_ALLERGENS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.commands import AnswerTopic
    from assistant.execution import CartValue
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.catalogue import AllergenVerdict, DietVerdict, ProofRow
    from core.catalogue.menu import Item
    from core.orders.lines import Choice, Line, Slot

_MOST_ITEMS: Final = 12
# What customers ask about by one word may be several words of the lists: who fears nuts fears peanuts until told.
_ASKED: Final = {
    "nuts": ("nuts", "peanuts"),
    "egg": ("eggs",),
    "soy": ("soybeans",),
    "shellfish": ("crustaceans", "molluscs"),
}
_WORST_PRESENCE: Final = ("contains", "unknown", "free")
_WORST_DIET: Final = ("no", "unknown", "yes")
_Configuration = tuple[str | None, tuple[tuple[str, str, str | None, int], ...]]


def asked_allergens(speaker: Speaker, topic: AnswerTopic) -> list[str]:
    """The allergens that the customer named, by our words."""
    known = load(speaker.language).allergens
    words = set(topic.subject)
    return [name for name, said in known.items() if words & {w for s in said for w in (*s.split(), *roots(s))}]


def about_allergens(speaker: Speaker, shop: Shop, cart: CartValue, topic: AnswerTopic, items: Sequence[Item]) -> str:
    """Whether items contain what was named; without a name, all that they contain."""
    asked = asked_allergens(speaker, topic)
    said = []
    for item in items:
        verdicts = list(_presences(shop, cart, topic, item))
        said += [_one(speaker, shop, item, allergen, verdicts) for allergen in asked]
        if not asked:
            said.append(_all(speaker, shop, item, verdicts))
    return " ".join(said)


def about_diet(speaker: Speaker, shop: Shop, cart: CartValue, topic: AnswerTopic, items: Sequence[Item]) -> str:
    """Whether items keep a diet; without items, which ones do."""
    known = load(speaker.language).diets
    words = set(topic.subject)
    tag = next(
        (t for t, said in known.items() if any(set(s.replace("-", " ").split()) <= words or s in words for s in said)),
        None,
    )
    if tag is None:
        return speaker.say("unknown_fact")
    label = speaker.word("diet_names", tag)
    if items and tag not in DIETS:
        return " ".join(_tagged(speaker, shop, i, tag, label) for i in items)
    if items:
        return " ".join(_diet(speaker, shop, i, label, list(_keepings(shop, cart, topic, i, tag))) for i in items)
    suited = shop.recipes.keeping(tag) if tag in DIETS else {i.id for i in shop.menu.items if tag in i.tags}
    keeping = [i for i in shop.menu.items if i.available and i.id in suited and _kept_by_lots(shop, i, tag)]
    if not keeping:
        return speaker.say("diet_none", diet=label)
    names = [item_name(speaker, shop.menu, i.id) for i in keeping[:_MOST_ITEMS]]
    return speaker.say("diet_list", diet=label, items=speaker.listed(names))


def _kept_by_lots(shop: Shop, item: Item, tag: str) -> bool:
    """Whether what suppliers declared of the lots that are there leaves the item what it is said to be."""
    return not shop.lots or tag not in DIETS or shop.recipes.diets(item.id, None, (), shop.lots)[tag].value == "yes"


def _one(
    speaker: Speaker, shop: Shop, item: Item, allergen: str, verdicts: Iterable[dict[str, AllergenVerdict]]
) -> str:
    name = item_name(speaker, shop.menu, item.id)
    each = [(a, v[a]) for v in verdicts for a in _ASKED.get(allergen, (allergen,))]
    word, worst = min(each, key=lambda pair: _WORST_PRESENCE.index(pair[1].value))
    found = [(w, v) for w, v in each if v.value == worst.value]
    rows = [row for _, v in found for row in v.because]
    if worst.value == "contains":
        label = speaker.word("allergen_names", word)
        return speaker.say("contains_yes", item=name, allergen=_proved(speaker, "allergen", label, rows))
    label = speaker.word("allergen_names", allergen)
    if worst.value == "free":
        return speaker.say("contains_free", item=name, allergen=_proved(speaker, "free of", label, rows))
    _proved(speaker, "unknown", label, rows)
    declared = item.allergens is not None
    return speaker.say("contains_no", item=name, allergen=label) if declared else _silent(speaker, name)


def _all(speaker: Speaker, shop: Shop, item: Item, verdicts: Sequence[dict[str, AllergenVerdict]]) -> str:
    name = item_name(speaker, shop.menu, item.id)
    inside = [
        _proved(speaker, "allergen", speaker.word("allergen_names", allergen), rows)
        for allergen in EU_ALLERGENS
        if (rows := [r for v in verdicts if v[allergen].value == "contains" for r in v[allergen].because])
    ]
    if inside:
        return speaker.say("contains_declared", item=name, allergens=speaker.listed(inside))
    known = all(v[a].value == "free" for v in verdicts for a in EU_ALLERGENS)
    return speaker.say("allergens_none", item=name) if known or item.allergens is not None else _silent(speaker, name)


def _diet(speaker: Speaker, shop: Shop, item: Item, label: str, verdicts: Sequence[DietVerdict]) -> str:
    worst = min(verdicts, key=lambda v: _WORST_DIET.index(v.value))
    name = item_name(speaker, shop.menu, item.id)
    rows = [row for v in verdicts if v.value == worst.value for row in v.because]
    key = {"yes": "diet_yes", "no": "diet_against", "unknown": "diet_no"}[worst.value]
    return speaker.say(key, item=name, diet=_proved(speaker, f"diet {worst.value}", label, rows))


def _tagged(speaker: Speaker, shop: Shop, item: Item, tag: str, label: str) -> str:
    key = "diet_yes" if tag in item.tags else "diet_no"
    return speaker.say(key, item=item_name(speaker, shop.menu, item.id), diet=label)


def _silent(speaker: Speaker, name: str) -> str:
    return speaker.say("allergens_unknown", item=name)


def _proved(speaker: Speaker, name: str, label: str, rows: Iterable[ProofRow]) -> str:
    """The label as it is printed, remembered with every row that proves what is said of it."""
    printed = label
    for row in rows:
        printed = speaker.bind(name, label, row.table, row.id, row.field)
    return printed


def _presences(shop: Shop, cart: CartValue, topic: AnswerTopic, item: Item) -> Iterator[dict[str, AllergenVerdict]]:
    for variation, choices in _configurations(cart, topic, item):
        yield shop.recipes.allergens(item.id, variation, choices, shop.lots)


def _keepings(shop: Shop, cart: CartValue, topic: AnswerTopic, item: Item, tag: str) -> Iterator[DietVerdict]:
    for variation, choices in _configurations(cart, topic, item):
        yield shop.recipes.diets(item.id, variation, choices, shop.lots)[tag]


def _configurations(cart: CartValue, topic: AnswerTopic, item: Item) -> Iterator[_Configuration]:
    """The item as it was asked about, and each way in which it lies in the cart."""
    groups = set(item.modifier_groups)
    named = tuple((g, m, None, 1) for g, m in topic.modifiers if g in groups)
    yield (topic.variation if item.variation(topic.variation) else None), named
    if named:
        return
    for line in cart.lines:
        parts: tuple[Line | Slot, ...] = (line, *line.slots)
        for part in parts:
            if part.item == item.id:
                yield part.variation, tuple(_chosen(c) for c in part.modifiers)


def _chosen(choice: Choice) -> tuple[str, str, str | None, int]:
    return choice.group, choice.modifier, choice.pre_modifier, choice.quantity
