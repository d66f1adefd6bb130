"""Who says what of an allergen or a diet: the declarations behind one serving, each with its row. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from core.catalogue.recipes.allergens import ALLERGENS, DIETS, FORBIDDEN, FREE_OF_ALONE, IMPLIES, KIND_OF, known_words
from core.catalogue.recipes.parts import Add, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.catalogue.menu import Item, Modifier
    from core.catalogue.recipes.book import Applied, Portion, RecipeBook

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A value that proves something: its table, the row's id there, and the field (a path, in a document)."""

    table: str
    id: str
    field: str


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What a supplier declared of one lot; it can only add to what its ingredient declares."""

    lot_id: str
    contains: frozenset[str] = _NONE
    may_contain: frozenset[str] = _NONE


@dataclass(frozen=True, slots=True)
class Declared:
    """What one row says is in it, may be in it (traces), and is not; `complete`: whatever it does not name is not."""

    rows: tuple[Row, ...]
    contains: frozenset[str] = _NONE
    may_contain: frozenset[str] = _NONE
    free_of: frozenset[str] = _NONE
    complete: bool = False
    suits: frozenset[str] = _NONE
    not_for: frozenset[str] = _NONE

    def of(self, allergen: str) -> str:
        """`contains`, `free` or `unknown`, by this declaration alone."""
        return _reading(self.contains, self.may_contain, self.free_of, self.complete).get(allergen, "unknown")


@lru_cache(maxsize=4096)
def _reading(
    contains: frozenset[str], may_contain: frozenset[str], free_of: frozenset[str], complete: bool
) -> dict[str, str]:
    """What a declaration says of every allergen."""
    found = {}
    for allergen in ALLERGENS:
        whole = KIND_OF.get(allergen)
        vague = whole is not None and (whole in contains or whole in may_contain)
        traces = allergen in _with_kinds(may_contain)
        if allergen in _with_kinds(contains):
            found[allergen] = "contains"
        elif allergen in free_of or (complete and not vague and not traces):
            found[allergen] = "free"
        else:
            found[allergen] = "unknown"
    return found


@dataclass(frozen=True, slots=True)
class Serving:
    """One configuration of an item, as it is asked about."""

    item: Item
    variation: str | None
    applied: tuple[Applied, ...]
    lots: Mapping[str, Sequence[LotFacts]] = field(default_factory=dict)


def declarations(book: RecipeBook, serving: Serving) -> list[Declared]:
    """Everything that is declared of what is in a serving. None that is missing is passed over in silence."""
    found: list[Declared] = []
    recipe = book.recipes.get(serving.item.id)
    if recipe is not None:
        row = Row("recipe_revisions", book.revision, recipe.place)
        found.append(Declared((row,), complete=True, suits=frozenset(DIETS)))
    for portion in book.portions(serving.item.id, serving.variation, serving.applied):
        own = recipe is not None and portion.place.startswith(f"{recipe.place}.")
        tags = _diets_of(serving.item.tags) if own else _NONE
        said = of_portion(book, portion, serving.lots)
        found += (replace(d, suits=d.suits | tags) for d in said) if tags else said
    for one in serving.applied:
        found += _of_choice(book, serving.item, one)
    found += _still_to_choose(book, serving)
    return found


def of_portion(book: RecipeBook, portion: Portion, lots: Mapping[str, Sequence[LotFacts]]) -> Iterator[Declared]:
    """What is declared of an ingredient, of everything in a preparation, or of an item that is bought in."""
    here = (Row("recipe_revisions", book.revision, portion.place),) if portion.place else ()
    yield from _of_thing(book, portion.of, here, lots)


def of_item(book: RecipeBook, item: Item, rows: tuple[Row, ...] = ()) -> Declared:
    """What the menu declares of an item as it comes, its default modifiers included."""
    contains, every = known_words(item.allergens or ())
    return Declared(
        (*rows, Row("items", item.id, "allergens")),
        contains,
        free_of=_free_of(item.tags),
        complete=every and item.allergens is not None and book.menu.allergens_complete,
        suits=_diets_of(item.tags),
    )


def of_modifier(book: RecipeBook, group_id: str, modifier: Modifier) -> Declared:
    """What the menu declares that a modifier adds."""
    contains, every = known_words(modifier.allergens)
    return Declared(
        (Row("modifiers", f"{group_id}/{modifier.id}", "allergens"),),
        contains,
        free_of=_free_of(modifier.tags),
        complete=every and modifier.allergens_declared and book.menu.allergens_complete,
        suits=_diets_of(modifier.tags),
    )


def _of_thing(
    book: RecipeBook, thing: str, rows: tuple[Row, ...], lots: Mapping[str, Sequence[LotFacts]]
) -> Iterator[Declared]:
    preparation = book.preparations.get(thing)
    if preparation is not None:
        for use in preparation.uses:
            yield from _of_thing(book, use.of, (*rows, Row("recipe_revisions", book.revision, use.place)), lots)
        return
    ingredient = book.ingredients.get(thing)
    if ingredient is not None:
        suits = frozenset(ingredient.suits).union(*(IMPLIES.get(d, ()) for d in ingredient.suits))
        yield Declared(
            (*rows, Row("ingredients", thing, "allergens")),
            frozenset(ingredient.contains),
            frozenset(ingredient.may_contain),
            complete=ingredient.complete,
            suits=suits,
            not_for=frozenset(ingredient.not_for),
        )
    elif thing in book.menu.items_by_id:
        yield of_item(book, book.menu.items_by_id[thing], rows)
    else:
        yield Declared(rows)
    for lot in lots.get(thing, ()):
        row = Row("stock_lots", lot.lot_id, "allergens")
        suits = frozenset(DIETS)
        yield Declared((*rows, row), lot.contains, lot.may_contain, complete=True, suits=suits)


def _of_choice(book: RecipeBook, item: Item, applied: Applied) -> Iterator[Declared]:
    """What the menu declares of a modifier, as far as no recipe says what it adds."""
    group = book.menu.groups_by_id[applied.group]
    modifier = group.modifier(applied.modifier)
    if applied.pre_modifier == "no":
        return
    if modifier is None:
        yield Declared(())
        return
    declared = of_modifier(book, group.id, modifier)
    if applied.change is None:
        # What comes along unasked is in the item's own declaration; where that is a recipe, it is not.
        if applied.said or item.id in book.recipes:
            yield declared
        return
    left = declared.contains - _explained(book, applied)
    if left:
        yield replace(declared, contains=left, complete=True, suits=frozenset(DIETS))


def _explained(book: RecipeBook, applied: Applied) -> frozenset[str]:
    """The allergens of what a modifier's recipe adds or puts in place of something."""
    effects = applied.change.effects if applied.change else ()
    things = [e.use.of for e in effects if isinstance(e, Add)] + [e.new for e in effects if isinstance(e, Replace)]
    inside = (d.contains for thing in things for d in _of_thing(book, thing, (), {}))
    return _with_kinds(_NONE.union(*inside))


def unexplained(book: RecipeBook, item: Item) -> Declared | None:
    """What the menu declares of an item with a recipe though nothing in it as it comes says so: it stays declared."""
    applied = book.applied(item.id, ())
    inside = _NONE
    variations: list[str | None] = [v.id for v in item.variations]
    for variation in variations or [None]:
        for portion in book.portions(item.id, variation, applied):
            inside = inside.union(*(d.contains for d in of_portion(book, portion, {})))
    for one in applied:
        inside = inside.union(*(d.contains for d in _of_choice(book, item, one)))
    left = known_words(item.allergens or ())[0] - _with_kinds(inside)
    row = (Row("items", item.id, "allergens"),)
    return Declared(row, left, complete=True, suits=frozenset(DIETS)) if left else None


def _still_to_choose(book: RecipeBook, serving: Serving) -> Iterator[Declared]:
    """Whatever a required choice that nobody has made yet may bring."""
    for group in book.menu.groups_of(serving.item.id):
        count = sum(a.quantity for a in serving.applied if a.group == group.id and a.pre_modifier != "no")
        if count >= group.min:
            continue
        for modifier in group.modifiers:
            for one in book.applied(serving.item.id, [(group.id, modifier.id, None, 1)]):
                if (one.group, one.modifier) == (group.id, modifier.id):
                    yield from (_perhaps(d) for d in _brought(book, serving, one))


def _brought(book: RecipeBook, serving: Serving, one: Applied) -> Iterator[Declared]:
    yield from _of_choice(book, serving.item, one)
    if one.change is None:
        return
    row = Row("recipe_revisions", book.revision, one.change.place)
    for effect in one.change.effects:
        if isinstance(effect, Add | Replace):
            thing = effect.use.of if isinstance(effect, Add) else effect.new
            yield from _of_thing(book, thing, (row,), serving.lots)


def _perhaps(declared: Declared) -> Declared:
    return replace(
        declared,
        contains=_NONE,
        may_contain=declared.may_contain | declared.contains,
        suits=frozenset(d for d in DIETS if not FORBIDDEN[d] & _with_kinds(declared.contains)) - declared.not_for,
    )


def _with_kinds(allergens: frozenset[str]) -> frozenset[str]:
    return allergens | {KIND_OF[a] for a in allergens if a in KIND_OF}


def _free_of(tags: Sequence[str]) -> frozenset[str]:
    """What tags such as gluten-free say that it is free of, kinds of it included."""
    whole = _NONE.union(*(FORBIDDEN[t] for t in tags if t in FREE_OF_ALONE))
    return whole | {kind for kind, of in KIND_OF.items() if of in whole}


def _diets_of(tags: Sequence[str]) -> frozenset[str]:
    kept = frozenset(t for t in tags if t in FORBIDDEN)
    return kept.union(*(IMPLIES.get(t, ()) for t in kept))
