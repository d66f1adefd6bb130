"""The words for what people cannot or will not eat. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# The fourteen of Annex II, Regulation (EU) 1169/2011.
EU: Final = (
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
# The nine of the United States (FALCPA, FASTER Act): wheat in place of gluten, of the shellfish crustaceans alone.
US: Final = ("milk", "eggs", "fish", "crustaceans", "nuts", "peanuts", "wheat", "soybeans", "sesame")
# What says more than a word of the European list: who contains one contains the other.
KIND_OF: Final = {
    "wheat": "gluten",
    "rye": "gluten",
    "barley": "gluten",
    "oats": "gluten",
    "almonds": "nuts",
    "hazelnuts": "nuts",
    "walnuts": "nuts",
    "cashews": "nuts",
    "pecans": "nuts",
    "pistachios": "nuts",
}
ALLERGENS: Final = (*EU, *KIND_OF)

_FROM_ANIMALS: Final = frozenset({"eggs", "milk", "fish", "crustaceans", "molluscs"})
# What a diet never allows.
FORBIDDEN: Final[dict[str, frozenset[str]]] = {
    "vegan": _FROM_ANIMALS,
    "vegetarian": frozenset({"fish", "crustaceans", "molluscs"}),
    "gluten-free": frozenset({"gluten"}),
    "dairy-free": frozenset({"milk"}),
    "nut-free": frozenset({"nuts", "peanuts"}),
    "halal": frozenset(),
    "kosher": frozenset({"crustaceans", "molluscs"}),
}
# Diets that are nothing but being free of something.
FREE_OF_ALONE: Final = frozenset({"gluten-free", "dairy-free", "nut-free"})
DIETS: Final = tuple(FORBIDDEN)
# Who keeps one keeps the other.
IMPLIES: Final = {"vegan": ("vegetarian",)}

# Other words that menus use. Who writes "shellfish" may mean either.
_OTHER_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "egg": ("eggs",),
    "soy": ("soybeans",),
    "soya": ("soybeans",),
    "soybean": ("soybeans",),
    "dairy": ("milk",),
    "lactose": ("milk",),
    "peanut": ("peanuts",),
    "nut": ("nuts",),
    "tree nuts": ("nuts",),
    "shellfish": ("crustaceans", "molluscs"),
    "crustacean": ("crustaceans",),
    "mollusc": ("molluscs",),
    "mollusks": ("molluscs",),
    "sulfites": ("sulphites",),
    "sulphite": ("sulphites",),
}


def known_words(words: Iterable[str]) -> tuple[frozenset[str], bool]:
    """Declared words as ours, and whether we know every one of them."""
    found: set[str] = set()
    every = True
    for word in words:
        plain = word.casefold().strip()
        ours = (plain,) if plain in ALLERGENS else _OTHER_WORDS.get(plain, ())
        found.update(ours)
        every = every and bool(ours)
    return frozenset(found), every
