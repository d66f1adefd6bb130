"""How the parts of a menu fit together: ids, references, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.catalogue.validation.parts import count, objects, text, texts
from core.catalogue.validation.shape import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.catalogue.validation.findings import Findings


def check_structure(found: Findings, data: Mapping[str, Any]) -> None:
    """Find what is wrong between values."""
    if data.get("items") == []:
        found.add("no-items", "items", "The menu has no items.", "Add what the shop sells.")
    _unique(found, [*objects(data, "items"), *objects(data, "combos")], "item or combo")
    _unique(found, objects(data, "modifier_groups"), "modifier group")
    _items(found, data)
    for place, group in objects(data, "modifier_groups"):
        _group(found, place, group)
    _combos(found, data)


def _unique(found: Findings, entries: Iterable[tuple[str, dict[str, Any]]], what: str) -> None:
    first: dict[str, str] = {}
    for place, entry in entries:
        identifier = text(entry, "id")
        if identifier and identifier in first:
            _duplicate(found, place, first[identifier], identifier, what)
        first.setdefault(identifier, place)


def _unique_parts(found: Findings, entries: Iterable[tuple[str, dict[str, Any]]], what: str) -> None:
    """As `_unique`, but the same variation or modifier written twice, perhaps with other aliases, is read as one."""
    first: dict[str, tuple[str, dict[str, Any]]] = {}
    for place, entry in entries:
        identifier = text(entry, "id")
        where, earlier = first.setdefault(identifier, (place, entry))
        if not identifier or where == place:
            continue
        if _without_aliases(earlier) == _without_aliases(entry):
            message = (
                f"“{identifier}” stands here twice: at {where} too. They are read as one, with the aliases of both."
            )
            found.add("repeated-entry", f"{place}.id", message, "Keep one of them.")
        else:
            _duplicate(found, place, where, identifier, what)


def _duplicate(found: Findings, place: str, first: str, identifier: str, what: str) -> None:
    message = f"The id “{identifier}” belongs to another {what} already: {first}."
    found.add("duplicate-id", f"{place}.id", message, "Give each its own id.")


def _without_aliases(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "aliases"}


def _items(found: Findings, data: Mapping[str, Any]) -> None:
    groups = [text(g, "id") for _, g in objects(data, "modifier_groups")]
    used = set()
    for place, item in objects(data, "items"):
        _unique_parts(found, objects(item, "variations", place), "variation of this item")
        _defaults(found, place, item)
        named = set()
        for where, wanted in texts(item, "modifier_groups", place):
            if wanted not in groups:
                fix = did_you_mean(wanted, groups, "Define it under modifier_groups, or remove it here.")
                found.add("unknown-group", where, f"There is no modifier group “{wanted[:40]}”.", fix)
            elif wanted in named:
                found.add("repeated-group", where, f"The group “{wanted}” is named twice.", "Keep one of them.")
            named.add(wanted)
        used |= named
    for place, group in objects(data, "modifier_groups"):
        name = text(group, "id")
        if name and name not in used:
            fix = "Name it in an item's modifier_groups, or remove it."
            found.add("unused-group", place, f"No item uses the modifier group “{name}”.", fix)


def _defaults(found: Findings, place: str, item: dict[str, Any]) -> None:
    marked = [where for where, v in objects(item, "variations", place) if v.get("default") is True]
    for where in marked[1:]:
        message = f"Another variation is the default already: {marked[0]}."
        found.add("several-defaults", f"{where}.default", message, "Mark one variation as the default, or none.")


def _group(found: Findings, place: str, group: dict[str, Any]) -> None:
    modifiers = list(objects(group, "modifiers", place))
    _unique_parts(found, modifiers, "modifier of this group")
    least, most = count(group, "min", 0) or 0, count(group, "max", None)
    if most is not None and least > most:
        message = f"At least {least} must be chosen, but at most {most} may be."
        found.add("min-over-max", f"{place}.min", message, f"Lower min to {most} or raise max to {least}.")
    if not modifiers:
        _no_modifiers(found, place, least)
        return
    limits = [count(m, "max", 1) for _, m in modifiers]
    choices = sum(limit for limit in limits if limit is not None)
    if None not in limits and least > choices:
        message = f"{least} must be chosen, but there are only {choices} to choose."
        found.add("min-over-choices", f"{place}.min", message, f"Lower min to {choices}, or add modifiers.")
    defaults = sum(m.get("default") is True for _, m in modifiers)
    if most is not None and defaults > most:
        message = f"{defaults} modifiers are marked as default, but at most {most} may be chosen."
        found.add("defaults-over-max", f"{place}.max", message, f"Raise max to {defaults}, or mark fewer as default.")


def _no_modifiers(found: Findings, place: str, least: int) -> None:
    where = f"{place}.modifiers"
    if least:
        message = "The group must be chosen from, but has no modifiers: its items could never be ordered."
        found.add("required-empty-group", where, message, "Add modifiers, or set min to 0.")
    else:
        found.add("empty-group", where, "The group has no modifiers.", "Add modifiers, or remove the group.")


def _combos(found: Findings, data: Mapping[str, Any]) -> None:
    items = [text(i, "id") for _, i in objects(data, "items")]
    combos = {text(c, "id") for _, c in objects(data, "combos")}
    for place, combo in objects(data, "combos"):
        if not combo.get("slots"):
            message = "The combo has no slots: nothing would be in it."
            found.add("combo-without-slots", f"{place}.slots", message, 'Add "slots": [ … ].')
        _unique(found, objects(combo, "slots", place), "slot of this combo")
        for where, slot in objects(combo, "slots", place):
            if not slot.get("items"):
                message = "Nothing can fill this slot."
                found.add("slot-without-items", f"{where}.items", message, "List the items that can be chosen for it.")
            for at, item in texts(slot, "items", where):
                if item not in items:
                    other = "A combo cannot hold a combo: list its items."
                    fix = (
                        other if item in combos else did_you_mean(item, items, "Add it under items, or remove it here.")
                    )
                    found.add("unknown-slot-item", at, f"There is no item “{item[:40]}”.", fix)
