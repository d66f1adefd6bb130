"""What is wrong with a menu file: all of it at once, each with place and fix (docs/reference/menu-format.md)."""

from core.catalogue.validation.findings import KINDS
from core.catalogue.validation.menu import check_menu
from core.catalogue.validation.syntax import read_json

__all__ = ["KINDS", "check_menu", "read_json"]
