"""The kinds of problems a menu file can have, and the list that collects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.kernel.problems import Problem

if TYPE_CHECKING:
    from core.kernel.problems import Severity

# Every kind with its severity; docs/reference/menu-format.md explains each.
KINDS: Final[dict[str, Severity]] = {
    "unreadable": "error",
    "too-large": "error",
    "not-json": "error",
    "not-an-object": "error",
    "repeated-key": "error",
    "unknown-key": "error",
    "missing-key": "error",
    "wrong-type": "error",
    "empty-text": "error",
    "long-text": "error",
    "bad-id": "error",
    "duplicate-id": "error",
    "number-out-of-range": "error",
    "price-not-text": "error",
    "price-not-decimal": "error",
    "price-negative": "error",
    "price-too-fine": "error",
    "price-too-large": "error",
    "unknown-currency": "error",
    "bad-locale": "error",
    "no-items": "error",
    "unknown-group": "error",
    "repeated-group": "error",
    "unknown-pre-modifier": "error",
    "min-over-max": "error",
    "defaults-over-max": "error",
    "min-over-choices": "error",
    "required-empty-group": "error",
    "several-defaults": "error",
    "combo-without-slots": "error",
    "slot-without-items": "error",
    "unknown-slot-item": "error",
    "other-currency": "error",
    "unclean-text": "warning",
    "empty-group": "warning",
    "unused-group": "warning",
    "repeated-entry": "warning",
    "repeated-value": "warning",
    "repeated-alias": "warning",
    "alias-is-a-name": "warning",
    "same-name": "warning",
    "unknown-allergen": "warning",
    "unknown-tag": "warning",
    "undeclared-allergens": "warning",
    "contradicting-diet": "warning",
    "unused-price": "warning",
}

# What only recipe files can have wrong; docs/reference/recipe-format.md explains each.
RECIPE_KINDS: Final[dict[str, Severity]] = {
    "bad-amount": "error",
    "bad-number": "error",
    "unknown-unit": "error",
    "unknown-allergen-word": "error",
    "unknown-diet": "error",
    "no-effect": "error",
    "no-uses": "error",
    "no-conversion": "error",
    "taken-id": "error",
    "other-unit": "error",
    "recipe-circle": "error",
    "unknown-use": "error",
    "unknown-entry": "error",
    "unknown-variation": "error",
    "missing-variation": "error",
    "idle-effect": "warning",
    "contradicting-allergens": "warning",
}
_SEVERITIES: Final = {**KINDS, **RECIPE_KINDS}


class Findings:
    """Problems in the order they were found."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, kind: str, place: str, message: str, fix: str) -> None:
        """Note a problem; its kind decides how severe it is."""
        self.problems.append(Problem(place, message, fix, _SEVERITIES[kind], kind))
