"""What is wrong with a recipe file: all of it at once, each with place and fix (docs/reference/recipe-format.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from core.catalogue.menu import PRE_MODIFIERS
from core.catalogue.recipes.allergens import ALLERGENS, DIETS, EU, known_words
from core.catalogue.recipes.book import RecipeBook
from core.catalogue.recipes.fitting import check_fit
from core.catalogue.recipes.format import recipes_from_json
from core.catalogue.recipes.units import KNOWN_UNITS, UNITS, NoAmount, amount, number
from core.catalogue.validation.findings import Findings
from core.catalogue.validation.parts import objects
from core.catalogue.validation.shape import (
    NAME_LENGTH,
    Shape,
    check_object,
    did_you_mean,
    flag,
    id_of,
    kind_of,
    objects_of,
    text_of,
    texts_of,
    wrong_type,
)
from core.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.catalogue.menu import Menu
    from core.catalogue.validation.shape import Check

_OWN_UNIT = re.compile(r"[^\W\d][\w-]*\Z")


def check_recipes(data: object, menu: Menu | None = None) -> list[Problem]:
    """Every problem of a recipe file; with the menu, also what does not fit it."""
    found = Findings()
    if not isinstance(data, dict):
        found.add("not-an-object", "file", f"This is {kind_of(data)}.", 'Write an object: { "ingredients": [ … ] }.')
        return found.problems
    check_object(found, "", data, "", BOOK)
    if _good(found):
        check_fit(found, data, menu)
    if _good(found) and menu is not None:
        _compare(found, data, menu)
    return found.problems


def _good(found: Findings) -> bool:
    return not any(p.severity == "error" for p in found.problems)


def _compare(found: Findings, data: dict[str, Any], menu: Menu) -> None:
    """Where the recipe of an item and the allergens that the menu declares of it say different things."""
    book = RecipeBook(menu, recipes_from_json(data))
    for place, recipe in objects(data, "recipes"):
        item = menu.items_by_id[recipe["item"]]
        left = book.unexplained.get(item.id)
        verdicts = book.allergens(item.id, None, ())
        declared = known_words(item.allergens or ())[0]
        more = [a for a in EU if verdicts[a].value == "contains" and a not in declared]
        if left:
            message = f"The menu declares {', '.join(sorted(left.contains))} in it, which no ingredient explains."
            found.add(
                "contradicting-allergens", place, message, "Correct the ingredient, or the menu; until then it counts."
            )
        if more and item.allergens is not None:
            message = f"Its ingredients contain {', '.join(more)}, which the menu does not declare."
            found.add("contradicting-allergens", place, message, "Correct the menu, or the ingredient.")


def _word(known: Sequence[str], kind: str, what: str) -> Check:
    def check(found: Findings, place: str, value: object, _currency: str) -> None:
        if not isinstance(value, str):
            wrong_type(found, place, value, f"one of {', '.join(known)}, in double quotes")
        elif value not in known:
            fix = did_you_mean(value, list(known), f"Use one of {', '.join(known)}.")
            found.add(kind, place, f"“{value[:40]}” is no {what}.", fix)

    return check


def _amount(found: Findings, place: str, value: object, _currency: str) -> None:
    if not isinstance(value, str):
        wrong_type(found, place, value, 'an amount in double quotes, like "18 g"')
        return
    try:
        amount(value)
    except NoAmount:
        message = f"“{value[:40]}” is no amount."
        found.add("bad-amount", place, message, 'Write a number and a unit, like "18 g", "0.5 l" or "1/2 cup".')


def _positive_amount(found: Findings, place: str, value: object, currency: str) -> None:
    _amount(found, place, value, currency)
    if isinstance(value, str) and not _is_above_zero(value):
        found.add("bad-amount", place, f"“{value[:40]}” is nothing.", "Write an amount above zero.")


def _is_above_zero(value: str) -> bool:
    try:
        return amount(value).quantity > 0
    except NoAmount:
        return True


def _amounts(found: Findings, place: str, value: object, currency: str) -> None:
    """One amount, or one for each variation (none of it is allowed there)."""
    if not isinstance(value, dict):
        _positive_amount(found, place, value, currency)
        return
    for variation, text in value.items():
        _amount(found, f"{place}.{variation[:40]}", text, currency)
    if not value:
        found.add("bad-amount", place, "There is no amount.", 'Write one, like "18 g", or one for each variation.')


def _number(found: Findings, place: str, value: object, _currency: str) -> None:
    if not isinstance(value, str):
        wrong_type(found, place, value, 'a number in double quotes, like "0.85" or "1/2"')
        return
    try:
        good = number(value) > 0
    except NoAmount:
        good = False
    if not good:
        found.add("bad-number", place, f"“{value[:40]}” is no number above zero.", 'Write it like "0.85" or "1/2".')


def _share(found: Findings, place: str, value: object, currency: str) -> None:
    before = len(found.problems)
    _number(found, place, value, currency)
    if len(found.problems) == before and isinstance(value, str) and number(value) > 1:
        found.add("bad-number", place, f"{value[:40]} is more than the whole.", "Write a share of 1, like “0.85”.")


def _measures(found: Findings, place: str, value: object, currency: str) -> None:
    if not isinstance(value, dict):
        wrong_type(found, place, value, 'an object: { "slice": "40 g" }')
        return
    for name, worth in value.items():
        where = f"{place}.{name[:40]}"
        if not _OWN_UNIT.match(name):
            found.add("unknown-unit", where, f"“{name[:40]}” cannot be a unit.", "Write a word, like “slice”.")
        _positive_amount(found, where, worth, currency)


def _portions(found: Findings, place: str, value: object, currency: str) -> None:
    if not isinstance(value, dict):
        wrong_type(found, place, value, 'an object: { "light": "1/2" }')
        return
    known = [p for p in PRE_MODIFIERS if p != "no"]
    for said, share in value.items():
        _word(known, "unknown-pre-modifier", "pre-modifier that takes a portion")(
            found, f"{place}.{said[:40]}", said, currency
        )
        _number(found, f"{place}.{said[:40]}", share, currency)


def _effect(found: Findings, place: str, value: object, currency: str) -> None:
    if not isinstance(value, dict):
        wrong_type(found, place, value, 'an object: { "add": "beans", "amount": "9 g" }')
        return
    kinds = [kind for kind in _EFFECTS if kind in value]
    if len(kinds) == 1:
        check_object(found, place, value, currency, _EFFECTS[kinds[0]])
    else:
        message = "This says more than one thing." if kinds else "This does not say what happens."
        found.add("no-effect", place, message, "Write one of “add”, “replace” and “remove”.")


def _list_of(each: Check) -> Check:
    def check(found: Findings, place: str, value: object, currency: str) -> None:
        if not isinstance(value, list):
            wrong_type(found, place, value, "a list: [ … ]")
            return
        for index, inner in enumerate(value):
            each(found, f"{place}[{index}]", inner, currency)

    return check


_NAME: Final = text_of(NAME_LENGTH)
_ALLERGENS: Final = texts_of(_word(ALLERGENS, "unknown-allergen-word", "allergen that we know"))
_DIETS: Final = texts_of(_word(DIETS, "unknown-diet", "diet that we know"))
_USE: Final = Shape({"of": id_of, "amount": _amounts, "usable": _share}, frozenset({"of", "amount"}))
_EFFECTS: Final = {
    "add": Shape({"add": id_of, "amount": _amounts, "usable": _share, "follows": flag}, frozenset({"add", "amount"})),
    "replace": Shape({"replace": id_of, "with": id_of, "ratio": _number}, frozenset({"replace", "with"})),
    "remove": Shape({"remove": id_of}, frozenset({"remove"})),
}
_INGREDIENT: Final = Shape(
    {
        "id": id_of,
        "name": _NAME,
        "unit": _word(UNITS, "unknown-unit", "unit that stock is counted in"),
        "measures": _measures,
        "allergens": _ALLERGENS,
        "may_contain": _ALLERGENS,
        "allergens_complete": flag,
        "diets": _DIETS,
        "not_for": _DIETS,
    },
    frozenset({"id", "name", "unit"}),
)
_PREPARATION: Final = Shape(
    {"id": id_of, "name": _NAME, "yields": _positive_amount, "measures": _measures, "uses": objects_of(_USE)},
    frozenset({"id", "name", "yields", "uses"}),
)
_RECIPE: Final = Shape({"item": id_of, "uses": objects_of(_USE)}, frozenset({"item", "uses"}))
_CHANGE: Final = Shape(
    {
        "group": id_of,
        "modifier": id_of,
        "items": texts_of(id_of),
        "effects": _list_of(_effect),
        "no": _list_of(_effect),
        "portions": _portions,
    },
    frozenset({"group", "modifier", "effects"}),
)
BOOK: Final = Shape(
    {
        "ingredients": objects_of(_INGREDIENT),
        "preparations": objects_of(_PREPARATION),
        "recipes": objects_of(_RECIPE),
        "changes": objects_of(_CHANGE),
        "portions": _portions,
    },
    frozenset(),
)
__all__ = ["BOOK", "KNOWN_UNITS", "check_recipes"]
