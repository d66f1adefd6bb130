"""Allergens and diets of a serving in three values, with the rows that prove them; unknown is never free. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.catalogue.recipes.allergens import ALLERGENS, DIETS, FORBIDDEN, FREE_OF_ALONE
from core.catalogue.recipes.declared import Declared, LotFacts, Row, Serving, declarations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue.recipes.book import Chosen, RecipeBook

Presence = Literal["contains", "free", "unknown"]
Keeping = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an allergen is in it. `because` has the rows that say so: for `free`, every row that was looked at."""

    value: Presence
    because: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class DietVerdict:
    """Whether it keeps a diet, with the rows that say so."""

    value: Keeping
    because: tuple[Row, ...]


def allergens(
    book: RecipeBook,
    item_id: str,
    variation_id: str | None,
    choices: Iterable[Chosen],
    lots: Mapping[str, Sequence[LotFacts]] | None = None,
) -> dict[str, Verdict]:
    """The verdict on every allergen of the European and the American list, and on the kinds of gluten and nuts.

    Without a variation where none is the default, it holds for all of them. `lots` are those in use, by stock item.
    """
    said = _declared(book, item_id, variation_id, choices, lots)
    return {allergen: _verdict(said, allergen) for allergen in ALLERGENS}


def diets(
    book: RecipeBook,
    item_id: str,
    variation_id: str | None,
    choices: Iterable[Chosen],
    lots: Mapping[str, Sequence[LotFacts]] | None = None,
) -> dict[str, DietVerdict]:
    """The verdict on every diet that we know; otherwise as `allergens`."""
    said = _declared(book, item_id, variation_id, choices, lots)
    return {diet: _diet(said, diet) for diet in DIETS}


def _declared(
    book: RecipeBook,
    item_id: str,
    variation_id: str | None,
    choices: Iterable[Chosen],
    lots: Mapping[str, Sequence[LotFacts]] | None,
) -> list[Declared]:
    item = book.menu.items_by_id.get(item_id)
    if item is None:
        return [Declared(())]
    applied = book.applied(item_id, choices)
    served = book.variation(item_id, variation_id)
    every = [served] if served or not item.variations else [v.id for v in item.variations]
    found: list[Declared] = []
    for variation in every:
        found += declarations(book, Serving(item, variation, applied, lots or {}))
    left = book.unexplained.get(item_id)
    found += [left] if left else []
    return found


def _verdict(said: Sequence[Declared], allergen: str) -> Verdict:
    each = [one.of(allergen) for one in said]
    value: Presence = "contains" if "contains" in each else "unknown" if "unknown" in each or not each else "free"
    rows = (row for one, found in zip(said, each, strict=True) if found == value for row in one.rows)
    return Verdict(value, tuple(dict.fromkeys(rows)))


def _diet(said: Sequence[Declared], diet: str) -> DietVerdict:
    verdicts = [_verdict(said, a) for a in sorted(FORBIDDEN[diet])]
    against = [row for v in verdicts if v.value == "contains" for row in v.because]
    against += [row for d in said if diet in d.not_for for row in d.rows]
    if against:
        return DietVerdict("no", tuple(dict.fromkeys(against)))
    if diet in FREE_OF_ALONE and all(v.value == "free" for v in verdicts):
        return DietVerdict("yes", tuple(dict.fromkeys(row for v in verdicts for row in v.because)))
    silent = [row for d in said if diet not in d.suits for row in d.rows]
    if silent or diet in FREE_OF_ALONE or not said:
        return DietVerdict("unknown", tuple(dict.fromkeys(silent)))
    return DietVerdict("yes", tuple(dict.fromkeys(row for d in said for row in d.rows)))
