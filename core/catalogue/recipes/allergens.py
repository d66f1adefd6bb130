"""The words for what people cannot or will not eat. Pure."""

from __future__ import annotations

from typing import Final

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
