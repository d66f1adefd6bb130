"""Amounts of stock as people write and read them: in the item's unit, while the core counts whole steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core import catalogue
from core.catalogue.recipes.units import NoAmount, NoConversion, amount, steps, written
from core.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalogue import StockItem
    from core.db.session import Session


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that a shop may keep stock of, by id."""

    items: Mapping[str, StockItem]
    names: Mapping[str, str]

    @classmethod
    def of(cls, session: Session, merchant_id: str) -> Shelf:
        """The shop's; empty while it has no menu."""
        try:
            found = catalogue.stock_items(session, merchant_id)
            menu = catalogue.load_menu(session, merchant_id)
        except NotFound:
            return cls({}, {})
        sold = {item.id: item.name for item in menu.items}
        return cls({item.id: item for item in found}, sold | {item.id: item.name for item in found})

    @property
    def by_name(self) -> list[StockItem]:
        """For a list to choose from."""
        return sorted(self.items.values(), key=lambda item: (item.name.casefold(), item.id))

    def name(self, item_id: str) -> str:
        """Its name; the id of what is not on the menu any more."""
        return self.names.get(item_id, item_id)

    def unit(self, item_id: str) -> str:
        """What it is counted in: piece, g or ml."""
        return self.items[item_id].unit if item_id in self.items else "piece"

    def say(self, item_id: str, count: int) -> str:
        """Steps for people: "12", "1.5 kg"."""
        return written(count, self.items[item_id].unit if item_id in self.items else "piece")

    def steps(self, item_id: str, text: str, *, field: str = "quantity") -> int:
        """What somebody wrote in steps: "3", "2.5 kg", "250" of an item that is counted in grams.

        Raises:
            NotFound: the shop has no such item.
            InvalidInput: it is no amount, of another unit, or finer than a step.
        """
        if item_id not in self.items:
            raise NotFound(what="item", key=item_id)
        unit = self.items[item_id].unit
        try:
            bare = text.strip().replace(",", ".")
            said = amount(bare if any(c.isalpha() for c in bare) or unit == "piece" else f"{bare} {unit}")
            exact = steps(said, unit)
        except (NoAmount, NoConversion):
            example = {"piece": "12", "g": "2.5 kg or 250 g", "ml": "2 l or 500 ml"}[unit]
            raise InvalidInput(field=field, problem=f"“{text[:40]}” is no amount of it: write {example}.") from None
        if exact.denominator != 1:
            raise InvalidInput(field=field, problem=f"“{text[:40]}” is finer than it is counted: write it rounded.")
        return int(exact)


def day(text: str, *, field: str) -> date | None:
    """A date of a form; None when it is left empty.

    Raises:
        InvalidInput: it is no date.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(field=field, problem=f"“{text[:20]}” is no date: write it like 2026-05-31.") from None
