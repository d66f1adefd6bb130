"""What may be proposed, as a JSON schema generated from the commands, and the part of the menu that goes with it.

There is no price in it, no person and no other shop: nothing that a proposal could name by mistake or on purpose.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from assistant import commands
from assistant.commands import AddLine, AnswerTopic, Command, Greet
from assistant.planner.suggestions import near
from assistant.understanding.reading import Part
from core.catalogue.menu import PRE_MODIFIERS
from core.orders.lines import Line

if TYPE_CHECKING:
    from core.catalogue.menu import Item, Menu

# The others of the closed set need the customer's own plain words: what takes something away, ends or places an order.
PROPOSABLE: tuple[type[Command], ...] = (AddLine, AnswerTopic, Greet)
TOPICS = (
    "price",
    "have",
    "menu",
    "contents",
    "allergens",
    "diet",
    "sizes",
    "hours",
    "address",
    "phone",
    "status",
    "help",
)
MOST_ITEMS = 120
_MOST_COMMANDS = 12
_WORDS = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1}


def schema() -> dict[str, Any]:
    """The schema of a proposal: commands, and the words that mean nothing for the order."""
    kinds = [_command(kind) for kind in PROPOSABLE]
    return _object({"commands": {"type": "array", "maxItems": _MOST_COMMANDS, "items": {"anyOf": kinds}}, "filler": {
        "type": "array", "items": {"type": "integer", "minimum": 0},
    }})  # fmt: skip


def excerpt(menu: Menu, words: str) -> dict[str, Any]:
    """The menu without prices: all of it, or of a long one the items that are nearest to the words."""
    items = menu.items
    if len(items) > MOST_ITEMS:
        nearest = {*near(menu, words, limit=MOST_ITEMS)}
        items = tuple(i for i in items if i.id in nearest)
    groups = {g for i in items for g in i.modifier_groups}
    return {
        "items": [_item(i) for i in items if i.available],
        "modifier_groups": [
            {
                "id": g.id,
                "name": g.name,
                "pre_modifiers": list(g.pre_modifiers),
                "modifiers": [{"id": m.id, "name": m.name} for m in g.modifiers if m.available],
            }
            for g in menu.modifier_groups
            if g.id in groups
        ],
        "combos": [
            {"id": c.id, "name": c.name, "slots": [{"id": s.id, "items": list(s.items)} for s in c.slots]}
            for c in menu.combos
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "variations": [{"id": v.id, "name": v.name} for v in item.variations],
        "modifier_groups": list(item.modifier_groups),
    }


def _command(kind: type[Command]) -> dict[str, Any]:
    hints = get_type_hints(kind, vars(commands))
    properties: dict[str, Any] = {"kind": {"const": kind.kind}}
    for field in fields(kind):
        if field.name == "causes":
            properties["causes"] = _causes() if kind is AddLine else _WORDS
        elif kind is AnswerTopic and field.name == "topic":
            properties["topic"] = {"enum": list(TOPICS)}
        elif kind is not AnswerTopic or field.name == "items":
            properties[field.name] = _type(hints[field.name])
    return _object(properties)


def _type(hint: Any) -> dict[str, Any]:  # noqa: ANN401 - a type hint
    if hint is Line:
        return _line()
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    return {"type": {str: "string", int: "integer", bool: "boolean"}[hint]}


def _line() -> dict[str, Any]:
    unit = {
        "item": {"type": "string"},
        "variation": {"type": ["string", "null"]},
        "modifiers": {
            "type": "array",
            "items": _object(
                {
                    "group": {"type": "string"},
                    "modifier": {"type": "string"},
                    "pre_modifier": {"enum": [None, *PRE_MODIFIERS]},
                    "quantity": {"type": "integer", "minimum": 1},
                }
            ),
        },
    }
    slots = {"type": "array", "items": _object({"slot": {"type": "string"}, **unit})}
    return _object({**unit, "quantity": {"type": "integer", "minimum": 1}, "slots": slots})


def _causes() -> dict[str, Any]:
    cause = _object({"part": {"enum": list(get_args(Part))}, "value": {"type": "string"}, "words": _WORDS})
    return {"type": "array", "items": cause, "minItems": 1}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
