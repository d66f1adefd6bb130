"""What one unit of a line costs, before any discount or tax. Pure, in integer minor units; nothing is rounded.

The rules, for one unit of a line:

- An item costs its price; with variations, the price of the chosen one (or of the default). A variation still to be
  chosen is counted at the item's own price: such a cart can be shown but not ordered.
- A modifier costs its price for each portion beyond what the item includes. A default includes one portion of itself.
  "extra" is one portion more. "light", "regular" and "side" change no price. "no" costs nothing and gives nothing back.
  So with quantity q: default 0 for one, extra default 1 x price; other q x price, extra (q + 1) x price.
- A combo costs its price, and for what is in its slots: the modifiers as above, and for a variation the difference to
  the item's default variation (without a default: to its cheapest), when that is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.kernel.errors import InvalidLine
from core.kernel.money import Money
from core.orders import rules
from core.orders.remembering import remembered

if TYPE_CHECKING:
    from core.catalogue.menu import Combo, Item, Menu, Modifier, Variation
    from core.orders.lines import Choice, Line


@dataclass(frozen=True, slots=True)
class PricePart:
    """One reason why a unit costs what it costs. `id` is the menu's id; `of` is what that id belongs to.

    `of` is the item of a variation, the group of a modifier, the slot of an item in a combo; "" for what stands alone.
    """

    label: str
    id: str
    amount: Money
    kind: Literal["item", "variation", "modifier", "combo"] = "item"
    of: str = ""
    slot_index: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As stored with an order's line; the amount in minor units of the order's currency."""
        return {
            "label": self.label,
            "id": self.id,
            "amount": self.amount.amount,
            "kind": self.kind,
            "of": self.of,
            "slot_index": self.slot_index,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], currency: str) -> PricePart:
        """The part that `to_json` wrote."""
        amount = Money(data["amount"], currency)
        return cls(data["label"], data["id"], amount, data["kind"], data["of"], data["slot_index"])


@remembered
def parts_of(menu: Menu, line: Line) -> tuple[PricePart, ...]:
    """The parts that add up to one unit of a line that `rules.check_lines` accepts.

    Raises:
        InvalidLine: an item, variation or modifier is not on the menu.
    """
    combo = menu.combos_by_id.get(line.item)
    return tuple(_combo_parts(menu, combo, line) if combo else _item_parts(menu, line))


def _item_parts(menu: Menu, line: Line) -> list[PricePart]:
    (serving,) = rules.servings(line)
    item = _item(menu, serving.item)
    variation = _variation(item, serving.variation)
    if variation is None:
        base = PricePart(item.name, item.id, item.price)
    else:
        base = PricePart(f"{item.name}, {variation.name}", variation.id, variation.price, "variation", item.id)
    return [base, *(_modifier_part(menu, choice, None) for choice in serving.modifiers)]


def _combo_parts(menu: Menu, combo: Combo, line: Line) -> list[PricePart]:
    parts = [PricePart(combo.name, combo.id, combo.price, "combo")]
    full = rules.filled(menu, line)
    for serving, slot in zip(rules.servings(full) if full.slots else (), full.slots, strict=True):
        item = _item(menu, serving.item)
        index = serving.slot_index
        parts.append(PricePart(item.name, item.id, Money.zero(menu.currency), "item", slot.slot, index))
        variation = _variation(item, serving.variation)
        if variation is not None:
            surcharge = max(variation.price.amount - _included(item).amount, 0)
            charge = Money(surcharge, menu.currency)
            parts.append(PricePart(variation.name, variation.id, charge, "variation", item.id, index))
        parts += [_modifier_part(menu, choice, index) for choice in serving.modifiers]
    return parts


def _included(item: Item) -> Money:
    """The price of an item that a combo covers."""
    if item.default_variation:
        return item.default_variation.price
    return min(v.price for v in item.variations)


def _modifier_part(menu: Menu, choice: Choice, slot_index: int | None) -> PricePart:
    group = menu.groups_by_id.get(choice.group)
    modifier = group.modifier(choice.modifier) if group else None
    if modifier is None:
        raise InvalidLine(place=choice.group, problem=f"“{choice.modifier}” is not on the menu.", kind="unknown")
    amount = modifier.price * charged_portions(modifier, choice)
    said = f"{choice.pre_modifier} {modifier.name}" if choice.pre_modifier else modifier.name
    label = said if choice.quantity == 1 else f"{choice.quantity} {rules.TIMES} {said}"
    return PricePart(label, modifier.id, amount, "modifier", choice.group, slot_index)


def charged_portions(modifier: Modifier, choice: Choice) -> int:
    """How many times a modifier's price is charged, per unit."""
    if choice.pre_modifier == "no":
        return 0
    portions = choice.quantity + (choice.pre_modifier == "extra") - modifier.default
    return max(portions, 0)


def _item(menu: Menu, item_id: str) -> Item:
    item = menu.items_by_id.get(item_id)
    if item is None:
        raise InvalidLine(place=item_id, problem="is not on the menu: choose an item that is.", kind="unknown")
    return item


def _variation(item: Item, variation_id: str | None) -> Variation | None:
    found = rules.chosen_variation(item, variation_id)
    if variation_id is not None and found is None:
        raise InvalidLine(place=item.id, problem=f"has no variation “{variation_id}”.", kind="unknown")
    return found
