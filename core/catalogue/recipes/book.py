"""The recipe book of a menu: what a configuration of an item takes from stock, and what that costs. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from core.catalogue.recipes import verdicts
from core.catalogue.recipes.declared import unexplained
from core.catalogue.recipes.parts import Add, Change, Effect, Ingredient, Preparation, Recipe, Recipes, Remove, Replace
from core.catalogue.recipes.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.catalogue.menu import Menu, ModifierGroup
    from core.catalogue.recipes.declared import Declared, LotFacts
    from core.catalogue.recipes.verdicts import DietVerdict, Verdict

# (group id, modifier id, pre-modifier, quantity per unit)
Chosen = tuple[str, str, "str | None", int]
# Like the price: "extra" is a portion more. `no` is no portion at all.
PORTIONS: Final[dict[str, Fraction]] = {
    "light": Fraction(1, 2),
    "regular": Fraction(1),
    "side": Fraction(1),
    "extra": Fraction(2),
}
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class StockItem:
    """Something that stock is kept of: an ingredient, or an item that is sold as it came (one piece a step)."""

    id: str
    name: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Portion:
    """Steps of an ingredient, a preparation or an item in one serving, and where the book says so."""

    of: str
    steps: Fraction
    place: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A choice that counts for a serving: said, or a default that nobody spoke of."""

    group: str
    modifier: str
    pre_modifier: str | None
    quantity: int
    change: Change | None
    portions: Fraction
    said: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What the ingredients of a serving cost, exact, in minor units; `unpriced` have no price and are not in it."""

    amount: Fraction
    parts: tuple[tuple[str, Fraction], ...]
    unpriced: tuple[str, ...]


@dataclass(frozen=True)
class RecipeBook:
    """The recipes of a menu. Frozen: keep it as long as the `version` lasts."""

    menu: Menu
    content: Recipes = field(default_factory=Recipes)
    version: str = ""
    revision: str = ""
    _kept: dict[tuple[object, ...], dict[str, Fraction]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    _keeping: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def ingredients(self) -> Mapping[str, Ingredient]:
        """Ingredients by id."""
        return {i.id: i for i in self.content.ingredients}

    @cached_property
    def preparations(self) -> Mapping[str, Preparation]:
        """Preparations by id."""
        return {p.id: p for p in self.content.preparations}

    @cached_property
    def recipes(self) -> Mapping[str, Recipe]:
        """Recipes by item."""
        return {r.item: r for r in self.content.recipes}

    @cached_property
    def unexplained(self) -> Mapping[str, Declared]:
        """Allergens that the menu declares of an item with a recipe though the recipe does not explain them."""
        found = {i.id: unexplained(self, i) for i in self.menu.items if i.id in self.recipes}
        return {item_id: declared for item_id, declared in found.items() if declared}

    @cached_property
    def stock_items(self) -> Mapping[str, StockItem]:
        """Everything that stock may be kept of, by id: the ingredients, and the items without a recipe."""
        made = self.recipes
        bought = (StockItem(i.id, i.name, "piece") for i in self.menu.items if i.id not in made)
        used = (StockItem(i.id, i.name, i.unit) for i in self.content.ingredients)
        return {s.id: s for s in (*bought, *used)}

    def needs(self, item_id: str, variation_id: str | None, choices: Iterable[Chosen]) -> dict[str, Fraction]:
        """Steps of every stock item that one serving takes, exact; an item without a recipe takes a piece of itself.

        Without a variation it is the item's default one.
        """
        key = (item_id, variation_id, tuple(choices))
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            known = self._kept[key] = self._needs(item_id, variation_id, key[2])
        return dict(known)

    def cost(
        self, item_id: str, variation_id: str | None, choices: Iterable[Chosen], prices: Mapping[str, Fraction]
    ) -> Cost:
        """What one serving costs to make, from `prices` in minor units a step by stock item."""
        needs = self.needs(item_id, variation_id, choices)
        parts = tuple((s, prices[s] * steps) for s, steps in sorted(needs.items()) if s in prices)
        unpriced = tuple(s for s in sorted(needs) if s not in prices)
        return Cost(sum((p for _, p in parts), Fraction()), parts, unpriced)

    def allergens(
        self,
        item_id: str,
        variation_id: str | None,
        choices: Iterable[Chosen],
        lots: Mapping[str, Sequence[LotFacts]] | None = None,
    ) -> dict[str, Verdict]:
        """Whether each allergen is in a serving: contains, free or unknown, with the rows that prove it."""
        return verdicts.allergens(self, item_id, variation_id, choices, lots)

    def diets(
        self,
        item_id: str,
        variation_id: str | None,
        choices: Iterable[Chosen],
        lots: Mapping[str, Sequence[LotFacts]] | None = None,
    ) -> dict[str, DietVerdict]:
        """Whether a serving keeps each diet: yes, no or unknown, with the rows that prove it."""
        return verdicts.diets(self, item_id, variation_id, choices, lots)

    def keeping(self, diet: str) -> frozenset[str]:
        """The items that keep a diet as they come; worked out once a book."""
        known = self._keeping.get(diet)
        if known is None:
            kept = (i.id for i in self.menu.items if self.diets(i.id, None, ())[diet].value == "yes")
            known = self._keeping[diet] = frozenset(kept)
        return known

    def applied(self, item_id: str, choices: Iterable[Chosen]) -> tuple[Applied, ...]:
        """The choices that count: those that were said, refusals among them, and the defaults nobody spoke of.

        In a group of which only one can be had, any other choice takes the default's place.
        """
        said = tuple(choices)
        found = []
        for group in self.menu.groups_of(item_id):
            mine = [c for c in said if c[0] == group.id]
            found += [self._applied(item_id, *c) for c in mine]
            unasked = (self._applied(item_id, group.id, m, None, 1) for m in _unspoken(group, mine))
            found += [replace(one, said=False) for one in unasked]
        return tuple(found)

    def portions(self, item_id: str, variation_id: str | None, applied: Sequence[Applied]) -> list[Portion]:
        """What one serving is made of, modifiers applied: first the recipe's own, then what they add."""
        effects = [e for a in applied for e in _effects(a)]
        own = self._own(item_id, variation_id)
        made = _without(_replaced(own, effects), own, effects)
        for one in applied:
            for effect in _effects(one):
                if isinstance(effect, Add):
                    steps = effect.use.steps(variation_id) * one.portions
                    added = [Portion(effect.use.of, steps, effect.use.place)] if steps else []
                    made += _without(_replaced(added, effects), added, effects) if effect.follows else added
        return made

    def variation(self, item_id: str, variation_id: str | None) -> str | None:
        """The variation that is served: the one named, or the default."""
        item = self.menu.items_by_id.get(item_id)
        if item is None or variation_id is not None:
            return variation_id
        return item.default_variation.id if item.default_variation else None

    @cached_property
    def exploded(self) -> Mapping[str, Mapping[str, Fraction]]:
        """Steps of each ingredient in one step of each preparation, through every sub-recipe."""
        found: dict[str, dict[str, Fraction]] = {}

        def explode(preparation: Preparation) -> dict[str, Fraction]:
            if preparation.id not in found:
                inside: defaultdict[str, Fraction] = defaultdict(Fraction)
                for use in preparation.uses:
                    part = self.preparations.get(use.of)
                    share = use.steps(None) / preparation.yields
                    for stock_id, steps in (explode(part) if part else {use.of: Fraction(1)}).items():
                        inside[stock_id] += steps * share
                found[preparation.id] = dict(inside)
            return found[preparation.id]

        for preparation in self.content.preparations:
            explode(preparation)
        return found

    def _needs(self, item_id: str, variation_id: str | None, choices: tuple[Chosen, ...]) -> dict[str, Fraction]:
        total: defaultdict[str, Fraction] = defaultdict(Fraction)
        served = self.variation(item_id, variation_id)
        for portion in self.portions(item_id, served, self.applied(item_id, choices)):
            for stock_id, steps in self.exploded.get(portion.of, {portion.of: Fraction(1)}).items():
                total[stock_id] += steps * portion.steps
        return dict(total)

    def _own(self, item_id: str, variation_id: str | None) -> list[Portion]:
        recipe = self.recipes.get(item_id)
        if recipe is None:
            return [Portion(item_id, Fraction(1), "")]
        found = [Portion(u.of, u.steps(variation_id), u.place) for u in recipe.uses]
        return [p for p in found if p.steps]

    def _applied(self, item_id: str, group: str, modifier: str, said: str | None, quantity: int) -> Applied:
        known = self._changes.get((group, modifier), ())
        change = next((c for c in known if item_id in c.items), None) or next((c for c in known if not c.items), None)
        if said == "no":
            return Applied(group, modifier, said, quantity, change, Fraction())
        portion = PORTIONS | dict(self.content.portions) | (dict(change.portions) if change else {})
        return Applied(group, modifier, said, quantity, change, quantity - 1 + portion[said or "regular"])

    @cached_property
    def _changes(self) -> Mapping[tuple[str, str], Sequence[Change]]:
        found: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
        for change in self.content.changes:
            found[change.group, change.modifier].append(change)
        return found


def _unspoken(group: ModifierGroup, said: Sequence[Chosen]) -> list[str]:
    """The defaults of a group that come along though nobody named them."""
    named = {c[1] for c in said}
    instead = group.max == 1 and any(c[2] != "no" for c in said)
    return [] if instead else [m.id for m in group.modifiers if m.default and m.id not in named]


def _effects(applied: Applied) -> tuple[Effect, ...]:
    if applied.change is None:
        return ()
    return applied.change.refused if applied.pre_modifier == "no" else applied.change.effects


def _replaced(portions: Sequence[Portion], effects: Sequence[Effect]) -> list[Portion]:
    """The portions with what is replaced in them; several replacements of one thing share it equally."""
    made = []
    for portion in portions:
        instead = [e for e in effects if isinstance(e, Replace) and e.old == portion.of]
        share = portion.steps / len(instead) if instead else portion.steps
        made += [Portion(e.new, share * e.ratio, e.place) for e in instead] or [portion]
    return made


def _without(made: list[Portion], own: Sequence[Portion], effects: Sequence[Effect]) -> list[Portion]:
    """The recipe's own portions but for those that were refused; what came in their place stays."""
    gone = {e.old for e in effects if isinstance(e, Remove)}
    return [p for p in made if not (p.of in gone and p in own)]
