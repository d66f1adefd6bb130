"""What the shop sells."""

from core.catalogue.bulk.service import change_menu, earlier_menu, undo_menu
from core.catalogue.menu import Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, PreModifier, Variation
from core.catalogue.recipes.allergens import DIETS
from core.catalogue.recipes.allergens import EU as EU_ALLERGENS
from core.catalogue.recipes.allergens import US as US_ALLERGENS
from core.catalogue.recipes.book import RecipeBook, StockItem
from core.catalogue.recipes.declared import LotFacts
from core.catalogue.recipes.declared import Row as ProofRow
from core.catalogue.recipes.service import (
    RecipeReport,
    import_recipes,
    recipe_book,
    recipes_as_imported,
    stock_items,
)
from core.catalogue.recipes.verdicts import DietVerdict
from core.catalogue.recipes.verdicts import Verdict as AllergenVerdict
from core.catalogue.service import (
    import_menu,
    load_menu,
    menu_as_imported,
    menu_of_version,
    menu_version,
    questions,
    set_available,
    set_modifier_available,
)
from core.catalogue.terms.rules import Window
from core.catalogue.terms.service import (
    NewPrice,
    end_price_list,
    end_schedule,
    set_price_list,
    set_prices,
    set_schedule,
    terms_known,
    withdraw_price,
)
from core.catalogue.views import ImportReport, MenuEntry

__all__ = [
    "DIETS",
    "EU_ALLERGENS",
    "US_ALLERGENS",
    "AllergenVerdict",
    "Combo",
    "ComboSlot",
    "DietVerdict",
    "ImportReport",
    "Item",
    "LotFacts",
    "Menu",
    "MenuEntry",
    "Modifier",
    "ModifierGroup",
    "NewPrice",
    "PreModifier",
    "ProofRow",
    "RecipeBook",
    "RecipeReport",
    "StockItem",
    "Variation",
    "Window",
    "change_menu",
    "earlier_menu",
    "end_price_list",
    "end_schedule",
    "import_menu",
    "import_recipes",
    "load_menu",
    "menu_as_imported",
    "menu_of_version",
    "menu_version",
    "questions",
    "recipe_book",
    "recipes_as_imported",
    "set_available",
    "set_modifier_available",
    "set_price_list",
    "set_prices",
    "set_schedule",
    "stock_items",
    "terms_known",
    "undo_menu",
    "withdraw_price",
]
