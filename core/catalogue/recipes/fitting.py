"""Whether the parts of a recipe file fit one another, and the menu. The shape of the data is good already."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from core.catalogue.recipes.format import Reading, base_unit, measures
from core.catalogue.recipes.parts import ANY
from core.catalogue.recipes.units import KNOWN_UNITS, NoConversion, amount
from core.catalogue.validation.parts import objects
from core.catalogue.validation.shape import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.catalogue.menu import Item, Menu
    from core.catalogue.validation.findings import Findings


def check_fit(found: Findings, data: Mapping[str, Any], menu: Menu | None) -> None:
    """Find ids that name nothing or two things, units that do not convert, circles, and what the menu does not have."""
    if not _preparations_yield(found, data):
        return
    _unique(found, data)
    fitting = _Fitting(found, data, menu)
    for place, preparation in objects(data, "preparations"):
        fitting.uses(preparation, place, None)
    _circles(found, data)
    for place, recipe in objects(data, "recipes"):
        fitting.recipe(recipe, place)
    for place, change in objects(data, "changes"):
        fitting.change(change, place)
    if menu:
        _taken(found, data, menu)


def _preparations_yield(found: Findings, data: Mapping[str, Any]) -> bool:
    good = True
    for place, preparation in objects(data, "preparations"):
        try:
            base_unit(preparation)
        except NoConversion:
            good = False
            message = f"“{preparation['yields']}” is neither a mass nor a volume nor a number of pieces."
            found.add("no-conversion", f"{place}.yields", message, f"Use one of {', '.join(KNOWN_UNITS)}.")
    return good


def _unique(found: Findings, data: Mapping[str, Any]) -> None:
    seen: dict[str, str] = {}
    for key in ("ingredients", "preparations"):
        for place, entry in objects(data, key):
            if entry["id"] in seen:
                message = f"The id “{entry['id']}” is that of {seen[entry['id']]} already."
                found.add("duplicate-id", f"{place}.id", message, "Give each an id of its own.")
            seen.setdefault(entry["id"], place)
    recipes = Counter(r["item"] for _, r in objects(data, "recipes"))
    for place, recipe in objects(data, "recipes"):
        if recipes.pop(recipe["item"], 0) > 1:
            message = f"“{recipe['item']}” has more than one recipe."
            found.add("duplicate-id", f"{place}.item", message, "Keep one of them.")
    taken: set[tuple[str, str, str | None]] = set()
    for place, change in objects(data, "changes"):
        for item in change.get("items") or [None]:
            key3 = (change["group"], change["modifier"], item)
            if key3 in taken:
                message = f"What “{change['modifier']}” changes is said more than once."
                found.add("duplicate-id", place, message, "Put it all into one entry.")
            taken.add(key3)


def _taken(found: Findings, data: Mapping[str, Any], menu: Menu) -> None:
    for key in ("ingredients", "preparations"):
        for place, entry in objects(data, key):
            if entry["id"] in menu.items_by_id:
                message = f"“{entry['id']}” is an item of the menu: their stock could not be told apart."
                found.add("taken-id", f"{place}.id", message, f"Use another id, like “{entry['id']}_raw”.")


def _circles(found: Findings, data: Mapping[str, Any]) -> None:
    """Preparations that need themselves, each circle once."""
    uses = {p["id"]: [u["of"] for _, u in objects(p, "uses")] for _, p in objects(data, "preparations")}
    places = {p["id"]: place for place, p in objects(data, "preparations")}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = (*path[path.index(name) :], name)
            message = f"This needs itself: {' → '.join(circle)}."
            found.add("recipe-circle", f"{places[name]}.uses", message, "Take one of them out of the circle.")
            return
        if name in uses and name not in done:
            for inner in uses[name]:
                visit(inner, (*path, name))
            done.add(name)

    for name in uses:
        visit(name, ())


class _Fitting:
    """Looks at everything that names something else."""

    def __init__(self, found: Findings, data: Mapping[str, Any], menu: Menu | None) -> None:
        self.found, self.menu = found, menu
        self.reading = Reading(data)
        self.own = {e["id"] for key in ("ingredients", "preparations") for _, e in objects(data, key)}
        self.made = {r["item"] for _, r in objects(data, "recipes")}
        self.measures = {e["id"]: measures(e) for key in ("ingredients", "preparations") for _, e in objects(data, key)}
        self.served = set(self._used(data))

    def _used(self, data: Mapping[str, Any]) -> Iterator[str]:
        for _, recipe in objects(data, "recipes"):
            yield from (u["of"] for _, u in objects(recipe, "uses"))
        for _, change in objects(data, "changes"):
            yield from (e["add"] for _, e in objects(change, "effects") if "add" in e)

    def recipe(self, recipe: Mapping[str, Any], place: str) -> None:
        """An item's recipe."""
        item = self.menu.items_by_id.get(recipe["item"]) if self.menu else None
        if self.menu and item is None:
            self._unknown(f"{place}.item", recipe["item"], "item", list(self.menu.items_by_id))
        self.uses(recipe, place, item, vary=True)

    def uses(self, entry: Mapping[str, Any], place: str, item: Item | None, *, vary: bool = False) -> None:
        """The uses of a recipe or preparation."""
        if not entry["uses"]:
            self.found.add("no-uses", f"{place}.uses", "Nothing is used.", "Say what it is made of.")
        for where, use in objects(entry, "uses", place):
            self._use(where, "of", use)
            if isinstance(use["amount"], dict):
                self._variations(f"{where}.amount", use["amount"], item, vary=vary)

    def change(self, change: Mapping[str, Any], place: str) -> None:
        """What a modifier changes."""
        self._modifier(change, place)
        for key in ("effects", "no"):
            for where, effect in objects(change, key, place):
                if "add" in effect:
                    self._use(where, "add", effect)
                elif "replace" in effect:
                    self._replace(where, effect)
                else:
                    self._target(f"{where}.remove", effect["remove"])

    def _modifier(self, change: Mapping[str, Any], place: str) -> None:
        if self.menu is None:
            return
        group = self.menu.groups_by_id.get(change["group"])
        if group is None:
            self._unknown(f"{place}.group", change["group"], "modifier group", list(self.menu.groups_by_id))
        elif group.modifier(change["modifier"]) is None:
            self._unknown(f"{place}.modifier", change["modifier"], "modifier", [m.id for m in group.modifiers])
        for n, item in enumerate(change.get("items", ())):
            if item not in self.menu.items_by_id:
                self._unknown(f"{place}.items[{n}]", item, "item", list(self.menu.items_by_id))

    def _variations(self, place: str, amounts: Mapping[str, str], item: Item | None, *, vary: bool) -> None:
        if not vary:
            self.found.add(
                "unknown-variation", place, "A preparation has no variations.", "Write one amount, like “18 g”."
            )
            return
        if item is None:
            return
        known = [v.id for v in item.variations]
        for key in amounts:
            if key not in known and key != ANY:
                self._unknown(f"{place}.{key}", key, "variation", known, kind="unknown-variation")
        lacking = [v for v in known if v not in amounts]
        if lacking and ANY not in amounts:
            message = f"Nothing is said of {', '.join(lacking)}."
            self.found.add("missing-variation", place, message, f"Add each of them, or “{ANY}” for the others.")

    def _use(self, place: str, key: str, use: Mapping[str, Any]) -> None:
        if not self._known(f"{place}.{key}", use[key]):
            return
        said = use["amount"]
        pairs = said.items() if isinstance(said, dict) else [("", said)]
        for variation, text in pairs:
            where = f"{place}.amount.{variation}" if variation else f"{place}.amount"
            try:
                self.reading.steps(use[key], text)
            except NoConversion:
                self._no_conversion(where, use[key], amount(text).unit)

    def _replace(self, place: str, effect: Mapping[str, Any]) -> None:
        self._target(f"{place}.replace", effect["replace"])
        if not self._known(f"{place}.with", effect["with"]):
            return
        try:
            self.reading.ratio(effect["replace"], effect["with"], effect)
        except NoConversion:
            self._no_conversion(f"{place}.with", effect["with"], self.reading.unit(effect["replace"]))

    def _target(self, place: str, name: str) -> None:
        if self._known(place, name) and name not in self.served:
            message = f"No recipe uses “{name}” itself: this changes nothing."
            self.found.add("idle-effect", place, message, "Name what the recipes use, or remove this.")

    def _known(self, place: str, name: str) -> bool:
        if name in self.own:
            return True
        if self.menu is None or (name in self.menu.items_by_id and name not in self.made):
            return True
        if name in self.made:
            message = f"“{name}” is an item that has a recipe: it cannot be a part of another."
            self.found.add("unknown-use", place, message, "Make a preparation of it, and let both use that.")
        else:
            known = [*self.own, *self.menu.items_by_id]
            self._unknown(place, name, "ingredient, preparation or item", known, kind="unknown-use")
        return False

    def _no_conversion(self, place: str, name: str, unit: str) -> None:
        counted = self.reading.unit(name)
        known = unit in KNOWN_UNITS or unit in self.measures.get(name, {})
        message = (
            f"{name} is counted in {counted}, and nothing says how much of that one {unit} is."
            if known
            else f"There is no unit “{unit[:40]}”."
        )
        near = "" if known else did_you_mean(unit, list(KNOWN_UNITS), "") + " "
        fix = f'{near}Add "measures": {{"{unit[:40]}": "… {counted}"}} to {name}, or use another unit.'.strip()
        self.found.add("no-conversion", place, message, fix)

    def _unknown(self, place: str, name: str, what: str, known: list[str], *, kind: str = "unknown-entry") -> None:
        fix = did_you_mean(name, known, f"Choose one that there is, or add it. There is {', '.join(known[:8])}.")
        self.found.add(kind, place, f"There is no {what} “{name[:40]}”.", fix)
