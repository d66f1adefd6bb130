"""Recipe files: reading the format of docs/reference/recipe-format.md. The data has been checked before."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from core.catalogue.recipes.parts import (
    ANY,
    Add,
    Change,
    Effect,
    Ingredient,
    Preparation,
    Recipe,
    Recipes,
    Remove,
    Replace,
    Use,
)
from core.catalogue.recipes.units import STEPS, Amount, NoConversion, Unit, amount, number, steps
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping


def recipes_from_json(data: Mapping[str, Any]) -> Recipes:
    """The content of a recipe file whose data was checked.

    Raises:
        NoAmount, NoConversion: data that was not checked.
    """
    ingredients = tuple(_ingredient(i) for i in data.get("ingredients", ()))
    reading = Reading(data)
    return Recipes(
        ingredients=ingredients,
        preparations=tuple(
            Preparation(
                id=p["id"],
                name=clean(p["name"]),
                unit=base_unit(p),
                yields=yields(p),
                uses=reading.uses(p, f"preparations[{n}]"),
                measures=measures(p),
            )
            for n, p in enumerate(data.get("preparations", ()))
        ),
        recipes=tuple(
            Recipe(r["item"], reading.uses(r, f"recipes[{n}]"), f"recipes[{n}]")
            for n, r in enumerate(data.get("recipes", ()))
        ),
        changes=tuple(reading.change(c, f"changes[{n}]") for n, c in enumerate(data.get("changes", ()))),
        portions=_portions(data),
    )


class Reading:
    """Amounts of a file in steps of what they are amounts of."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._units: dict[str, tuple[Unit, Mapping[str, Amount]]] = {}
        for entry in data.get("ingredients", ()):
            self._units[entry["id"]] = (entry["unit"], measures(entry))
        for entry in data.get("preparations", ()):
            self._units[entry["id"]] = (base_unit(entry), measures(entry))

    def steps(self, of: str, text: str) -> Fraction:
        """An amount in steps; what is neither ingredient nor preparation is an item and comes in pieces."""
        unit, own = self._units.get(of, ("piece", {}))
        return steps(amount(text), unit, own)

    def unit(self, of: str) -> Unit:
        """What it is counted in."""
        return self._units.get(of, ("piece", {}))[0]

    def uses(self, entry: Mapping[str, Any], place: str) -> tuple[Use, ...]:
        """The uses of a recipe or preparation."""
        return tuple(self.use(u["of"], u, f"{place}.uses[{n}]") for n, u in enumerate(entry["uses"]))

    def use(self, of: str, entry: Mapping[str, Any], place: str) -> Use:
        """So much of something; `usable` is the share that is left of what is taken."""
        said = entry["amount"]
        by_variation = said if isinstance(said, dict) else {ANY: said}
        usable = number(entry.get("usable", "1"))
        return Use(of, {key: self.steps(of, text) / usable for key, text in by_variation.items()}, place)

    def ratio(self, old: str, new: str, entry: Mapping[str, Any]) -> Fraction:
        """Steps of `new` for a step of `old`: as much as there was, unless the file says otherwise.

        Raises:
            NoConversion: one is counted in what the other cannot be converted to.
        """
        unit, own = self._units.get(old, ("piece", {}))
        target, others = self._units.get(new, ("piece", {}))
        one = Amount(number(entry.get("ratio", "1")) / STEPS[unit], unit)
        try:
            return steps(one, target, others)
        except NoConversion:
            return steps(one, target, own)

    def change(self, entry: Mapping[str, Any], place: str) -> Change:
        """What a modifier changes."""
        return Change(
            group=entry["group"],
            modifier=entry["modifier"],
            effects=tuple(self._effect(e, f"{place}.effects[{n}]") for n, e in enumerate(entry["effects"])),
            refused=tuple(self._effect(e, f"{place}.no[{n}]") for n, e in enumerate(entry.get("no", ()))),
            items=tuple(entry.get("items", ())),
            portions=_portions(entry),
            place=place,
        )

    def _effect(self, entry: Mapping[str, Any], place: str) -> Effect:
        if "add" in entry:
            return Add(self.use(entry["add"], entry, place), entry.get("follows", False))
        if "replace" in entry:
            old, new = entry["replace"], entry["with"]
            return Replace(old, new, self.ratio(old, new, entry), place)
        return Remove(entry["remove"], place)


def measures(entry: Mapping[str, Any]) -> dict[str, Amount]:
    """What one of an entry's own units is."""
    return {name: amount(text) for name, text in entry.get("measures", {}).items()}


def base_unit(preparation: Mapping[str, Any]) -> Unit:
    """What a preparation is counted in: the kind of unit that it yields."""
    for unit in ("g", "ml", "piece"):
        try:
            steps(amount(preparation["yields"]), unit)
        except NoConversion:
            continue
        return unit
    message = f"“{preparation['yields']}” is neither mass nor volume nor pieces"
    raise NoConversion(message)


def yields(preparation: Mapping[str, Any]) -> Fraction:
    """How many steps a batch makes."""
    return steps(amount(preparation["yields"]), base_unit(preparation), measures(preparation))


def _ingredient(entry: Mapping[str, Any]) -> Ingredient:
    return Ingredient(
        id=entry["id"],
        name=clean(entry["name"]),
        unit=entry["unit"],
        measures=measures(entry),
        contains=tuple(entry.get("allergens") or ()),
        may_contain=tuple(entry.get("may_contain") or ()),
        complete=entry.get("allergens_complete", False),
        suits=tuple(entry.get("diets") or ()),
        not_for=tuple(entry.get("not_for") or ()),
    )


def _portions(entry: Mapping[str, Any]) -> dict[str, Fraction]:
    return {said: number(share) for said, share in entry.get("portions", {}).items()}
