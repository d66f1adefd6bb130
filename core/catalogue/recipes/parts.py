"""What a recipe book is made of: ingredients, preparations, recipes and what modifiers change. Frozen values.

Every amount is in exact steps of the unit of what is used (core/catalogue/recipes/units.py). `place` is where in the
book's file something stands, such as `recipes[3].uses[1]`: the proof of what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from core.catalogue.recipes.units import Amount, Unit

ANY = "*"  # in amounts: whatever variation is served


@dataclass(frozen=True, slots=True)
class Ingredient:
    """Something that is bought and used up, counted in steps of `unit`.

    `complete`: the merchant says that nothing but `contains` and `may_contain` (traces) is in it.
    """

    id: str
    name: str
    unit: Unit
    measures: Mapping[str, Amount] = field(default_factory=dict)
    contains: tuple[str, ...] = ()
    may_contain: tuple[str, ...] = ()
    complete: bool = False
    suits: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """Some of an ingredient, a preparation or a bought-in item; steps by variation, or of `ANY`."""

    of: str
    amounts: Mapping[str, Fraction]
    place: str

    def steps(self, variation: str | None) -> Fraction:
        """How much a serving of this variation takes."""
        return self.amounts.get(variation or ANY, self.amounts.get(ANY, Fraction()))


@dataclass(frozen=True, slots=True)
class Preparation:
    """A sub-recipe: its uses make `yields` steps of `unit`."""

    id: str
    name: str
    unit: Unit
    yields: Fraction
    uses: tuple[Use, ...]
    measures: Mapping[str, Amount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one serving of an item uses, before its modifiers."""

    item: str
    uses: tuple[Use, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Add:
    """A portion of the modifier takes this much more. `follows`: what other modifiers replace is replaced in it too."""

    use: Use
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Replace:
    """What the recipe uses of `old` is `ratio` times as much (in steps) of `new` instead."""

    old: str
    new: str
    ratio: Fraction
    place: str


@dataclass(frozen=True, slots=True)
class Remove:
    """The recipe's `old` is left out."""

    old: str
    place: str


Effect = Add | Replace | Remove


@dataclass(frozen=True, slots=True)
class Change:
    """What a modifier does to a recipe, and what refusing it ("no") does. `items` empty: of every item."""

    group: str
    modifier: str
    effects: tuple[Effect, ...]
    refused: tuple[Effect, ...] = ()
    items: tuple[str, ...] = ()
    portions: Mapping[str, Fraction] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Recipes:
    """The content of a recipe file. `portions` says how much a pre-modifier takes: light one half, extra two."""

    ingredients: tuple[Ingredient, ...] = ()
    preparations: tuple[Preparation, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    changes: tuple[Change, ...] = ()
    portions: Mapping[str, Fraction] = field(default_factory=dict)
