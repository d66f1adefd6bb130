"""What will mislead customers though the menu works: names, aliases, tags, allergens."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from core.catalogue.validation.parts import objects, text, texts
from core.catalogue.validation.shape import did_you_mean
from core.kernel.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.catalogue.validation.findings import Findings

# The fourteen of Annex II, Regulation (EU) 1169/2011, and the words of the US list that differ from them.
ALLERGENS: Final = (
    "gluten",
    "crustaceans",
    "eggs",
    "fish",
    "peanuts",
    "soybeans",
    "milk",
    "nuts",
    "celery",
    "mustard",
    "sesame",
    "sulphites",
    "lupin",
    "molluscs",
)
_OTHER_WORDS: Final = {
    "egg": "eggs",
    "soy": "soybeans",
    "soya": "soybeans",
    "soybean": "soybeans",
    "dairy": "milk",
    "lactose": "milk",
    "wheat": "gluten",
    "barley": "gluten",
    "rye": "gluten",
    "oats": "gluten",
    "peanut": "peanuts",
    "nut": "nuts",
    "tree nuts": "nuts",
    "shellfish": "crustaceans",
    "sulfites": "sulphites",
    "mollusks": "molluscs",
}
_FROM_ANIMALS: Final = frozenset({"eggs", "milk", "fish", "crustaceans", "molluscs"})
_FORBIDDEN: Final = {
    "vegan": _FROM_ANIMALS,
    "vegetarian": frozenset({"fish", "crustaceans", "molluscs"}),
    "gluten-free": frozenset({"gluten"}),
    "dairy-free": frozenset({"milk"}),
    "nut-free": frozenset({"nuts", "peanuts"}),
}
TAGS: Final = (
    *_FORBIDDEN,
    "halal",
    "kosher",
    "organic",
    "spicy",
    "low-calorie",
    "low-fat",
    "low-salt",
    "low-sugar",
    "decaf",
    "caffeine-free",
    "alcohol",
    "kids",
    "seasonal",
    "new",
    "popular",
)


def check_wording(found: Findings, data: Mapping[str, Any]) -> None:
    """Find what should be looked at, though nothing stops."""
    _names(found, data)
    undeclared = []
    for place, item in objects(data, "items"):
        _declarations(found, place, item)
        _variations(found, place, item)
        if item.get("allergens") is None:
            undeclared.append(place)
    for place, group in objects(data, "modifier_groups"):
        _repeated(found, group, "pre_modifiers", place)
        for where, modifier in objects(group, "modifiers", place):
            _declarations(found, where, modifier)
            _repeated(found, modifier, "aliases", where, kind="repeated-alias")
    for place, combo in objects(data, "combos"):
        for where, slot in objects(combo, "slots", place):
            _repeated(found, slot, "items", where)
    if undeclared:
        message = f"{len(undeclared)} items declare no allergens; the first is {undeclared[0]}."
        found.add(
            "undeclared-allergens",
            "items",
            message,
            'Add "allergens" to each; an empty list says that nothing is known to be in it.',
        )


def _names(found: Findings, data: Mapping[str, Any]) -> None:
    """Names and aliases of what can be ordered by name: items and combos."""
    entries = [*objects(data, "items"), *objects(data, "combos")]
    names: dict[str, str] = {}
    for place, entry in entries:
        name = fold(text(entry, "name"))
        if name and name in names:
            message = f"{names[name]} has the same name: customers cannot tell them apart."
            found.add("same-name", f"{place}.name", message, "Give each a name of its own.")
        names.setdefault(name, place)
    for place, entry in entries:
        _repeated(found, entry, "aliases", place, kind="repeated-alias")
        for where, alias in texts(entry, "aliases", place):
            owner = names.get(fold(alias))
            if owner is not None and owner != place:
                fix = "Remove the alias, or rename one of them."
                found.add("alias-is-a-name", where, f"“{alias[:40]}” is the name of another: {owner}.", fix)


def _variations(found: Findings, place: str, item: dict[str, Any]) -> None:
    names: dict[str, str] = {}
    for where, variation in objects(item, "variations", place):
        name = fold(text(variation, "name"))
        if name and names.get(name, text(variation, "id")) != text(variation, "id"):
            message = f"Another variation of this item, “{names[name]}”, has the same name."
            found.add("same-name", f"{where}.name", message, "Give each a name of its own.")
        names.setdefault(name, text(variation, "id"))
        _repeated(found, variation, "aliases", where, kind="repeated-alias")
    own = _amount(item)
    prices = [_amount(v, item) for _, v in objects(item, "variations", place)]
    if prices and own is not None and None not in prices and own not in prices:
        message = f"The price {item['price'][:40]} is never charged: each variation has its own."
        found.add("unused-price", f"{place}.price", message, "Write the price of one of the variations.")


def _amount(entry: dict[str, Any], otherwise: dict[str, Any] | None = None) -> Decimal | None:
    """A price as a number; None where it is none."""
    if otherwise is not None and "price" not in entry:
        return _amount(otherwise)
    try:
        return Decimal(text(entry, "price"))
    except InvalidOperation:
        return None


def _declarations(found: Findings, place: str, entry: dict[str, Any]) -> None:
    _repeated(found, entry, "tags", place)
    _repeated(found, entry, "allergens", place)
    contains = set()
    for where, word in texts(entry, "allergens", place):
        contains.add(_OTHER_WORDS.get(word, word))
        if word not in ALLERGENS:
            _unknown_allergen(found, where, word)
    for where, tag in texts(entry, "tags", place):
        if tag not in TAGS:
            fix = did_you_mean(tag, TAGS, f"Use {', '.join(TAGS)}, if one of them says it.")
            found.add("unknown-tag", where, f"“{tag[:40]}” is no tag that we can explain to customers.", fix)
        against = sorted(_FORBIDDEN.get(tag, frozenset()) & contains)
        if against:
            message = f"“{tag}” contradicts the allergens: {', '.join(against)}."
            found.add("contradicting-diet", where, message, "Correct the tag or the allergens.")


def _unknown_allergen(found: Findings, place: str, word: str) -> None:
    known = _OTHER_WORDS.get(word.casefold())
    others = f"Use the words of the EU list: {', '.join(ALLERGENS)}."
    fix = f"Write “{known}”." if known else did_you_mean(word, ALLERGENS, others)
    found.add("unknown-allergen", place, f"“{word[:40]}” is no allergen that we can name to customers.", fix)


def _repeated(found: Findings, entry: dict[str, Any], key: str, place: str, *, kind: str = "repeated-value") -> None:
    for where, word in _again(texts(entry, key, place)):
        found.add(kind, where, f"“{word[:40]}” stands here already.", "Keep one of them.")


def _again(words: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen = set()
    for place, word in words:
        if fold(word) in seen:
            yield place, word
        seen.add(fold(word))
