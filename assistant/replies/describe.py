"""Lines of an order in words: quantity, name, size and what is particular, every value bound to its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dialogue.fitting import serving_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.replies.speaker import Speaker
    from core.catalogue.menu import Menu
    from core.orders.lines import Choice, Line

_TIMES = "\u00d7"


def item_name(speaker: Speaker, menu: Menu, item_id: str) -> str:
    """The name of an item or a combo."""
    combo = menu.combos_by_id.get(item_id)
    if combo is not None:
        return speaker.bind("name", combo.name, "combos", combo.id, "name")
    item = menu.items_by_id.get(item_id)
    return speaker.bind("name", item.name, "items", item.id, "name") if item else ""


def variation_name(speaker: Speaker, menu: Menu, item_id: str, variation_id: str | None) -> str:
    """The name of a size or the like; empty when there is none."""
    item = menu.items_by_id.get(item_id)
    variation = item.variation(variation_id) if item else None
    return speaker.bind("name", variation.name, "variations", f"{item_id}/{variation.id}", "name") if variation else ""


def modifier_name(speaker: Speaker, menu: Menu, group_id: str, modifier_id: str) -> str:
    """The name of a modifier."""
    group = menu.groups_by_id.get(group_id)
    modifier = group.modifier(modifier_id) if group else None
    return speaker.bind("name", modifier.name, "modifiers", f"{group_id}/{modifier.id}", "name") if modifier else ""


def option_name(speaker: Speaker, menu: Menu, subject: str, kind: str, option: str) -> str:
    """The name of an answer to a question of a kind."""
    if kind == "variation":
        return variation_name(speaker, menu, subject, option)
    if kind == "modifier":
        return modifier_name(speaker, menu, subject, option)
    return item_name(speaker, menu, option)


def line_text(speaker: Speaker, menu: Menu, line: Line, row: str = "") -> str:
    """A line in words: how many, the name, the size, what is particular."""
    row = row or line.item
    number = speaker.number(line.quantity, "carts", row)
    head = f"{number} {_TIMES} {_serving(speaker, menu, line)}"
    inside = [_serving(speaker, menu, serving_of(line, index)) for index in range(len(line.slots))]
    return f"{head} ({', '.join(inside)})" if inside else head


def lines_text(speaker: Speaker, menu: Menu, lines: Iterable[Line]) -> str:
    """Lines in words, one after the other."""
    return "; ".join(line_text(speaker, menu, line) for line in lines)


def _serving(speaker: Speaker, menu: Menu, serving: Line) -> str:
    said = item_name(speaker, menu, serving.item)
    variation = variation_name(speaker, menu, serving.item, serving.variation)
    if variation:
        said = f"{said}, {variation}"
    choices = [_choice(speaker, menu, c) for c in serving.modifiers]
    return f"{said}, {', '.join(choices)}" if choices else said


def _choice(speaker: Speaker, menu: Menu, choice: Choice) -> str:
    name = modifier_name(speaker, menu, choice.group, choice.modifier)
    said = speaker.word("pre", choice.pre_modifier).format(modifier=name) if choice.pre_modifier else name
    if choice.quantity > 1 and choice.pre_modifier != "no":
        return f"{speaker.number(choice.quantity, 'carts', choice.modifier)} {_TIMES} {said}"
    return said
