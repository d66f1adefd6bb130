"""Checking a whole menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue.validation.findings import Findings
from core.catalogue.validation.shape import check_shape, kind_of
from core.catalogue.validation.structure import check_structure
from core.catalogue.validation.wording import check_wording

if TYPE_CHECKING:
    from core.kernel.problems import Problem


def check_menu(data: object) -> list[Problem]:
    """Every problem of a menu's JSON, errors before warnings; empty when all is well. Imports nothing."""
    found = Findings()
    if not isinstance(data, dict):
        message = f"The menu is {kind_of(data)}."
        found.add("not-an-object", "menu", message, 'Write an object: { "name": …, "currency": …, "items": [ … ] }')
        return found.problems
    check_shape(found, data)
    check_structure(found, data)
    check_wording(found, data)
    return sorted(found.problems, key=lambda p: p.severity == "warning")
