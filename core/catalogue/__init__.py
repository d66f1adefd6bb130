"""What the shop sells."""

from core.catalogue.menu import Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, PreModifier, Variation
from core.catalogue.service import (
    import_menu,
    load_menu,
    menu_as_imported,
    menu_of_version,
    menu_version,
    set_available,
    set_modifier_available,
)
from core.catalogue.views import ImportReport, MenuEntry

__all__ = [
    "Combo",
    "ComboSlot",
    "ImportReport",
    "Item",
    "Menu",
    "MenuEntry",
    "Modifier",
    "ModifierGroup",
    "PreModifier",
    "Variation",
    "import_menu",
    "load_menu",
    "menu_as_imported",
    "menu_of_version",
    "menu_version",
    "set_available",
    "set_modifier_available",
]
