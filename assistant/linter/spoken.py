"""Saying what a menu sells, each name and alias once, and looking whether the parser hears just that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.understanding import best_lines, doubtful_words, read
from assistant.understanding.knowledge import load, stems_of
from core.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.understanding import Grammar, Reading
    from core.catalogue.menu import Item, Menu, ModifierGroup

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something a customer may say, and what they would mean: an item or combo, perhaps with one choice."""

    text: str
    place: str
    means: Literal["item", "variation", "modifier"]
    item: str
    choice: tuple[str, str] = ("", "")  # (item id, variation id) or (group id, modifier id)
    word: str = ""  # the name or alias that is being tried


def phrases(menu: Menu) -> list[Phrase]:
    """Every name and alias, alone or beside an item that it goes with."""
    found: list[Phrase] = []
    for number, item in enumerate(menu.items):
        place = f"items[{number}]"
        found += [Phrase(word, at, "item", item.id, word=word) for word, at in _words(item.name, item.aliases, place)]
        for index, variation in enumerate(item.variations):
            found += [
                Phrase(f"{word} {item.name}", at, "variation", item.id, (item.id, variation.id), word)
                for word, at in _words(variation.name, variation.aliases, f"{place}.variations[{index}]")
            ]
    for number, combo in enumerate(menu.combos):
        words = _words(combo.name, combo.aliases, f"combos[{number}]")
        found += [Phrase(word, at, "item", combo.id, word=word) for word, at in words]
    for number, group in enumerate(menu.modifier_groups):
        host = next((i for i in menu.items if group.id in i.modifier_groups), None)
        if host is not None:
            found += _with_modifiers(host, group, f"modifier_groups[{number}]")
    return found


def said(grammar: Grammar, menu: Menu, phrase: Phrase) -> Problem | None:
    """What is wrong when somebody says it; None when it is heard as meant."""
    if phrase.means == "item" and _everyday(phrase.word, menu.locale):
        message = f"“{phrase.word}” is a word that customers use for other things in every order."
        return Problem(phrase.place, message, "Remove it, or say it in two words.", "warning", "everyday-word")
    reading = read(grammar, phrase.text)
    lines = best_lines(reading)
    sure = not doubtful_words(reading)
    if len(lines) == 1 and lines[0].item == phrase.item and lines[0].quantity == 1 and sure:
        line = lines[0]
        heard = {(c.group, c.modifier) for c in line.modifiers if c.pre_modifier != "no"}
        if phrase.means == "item":
            return None
        if phrase.means == "variation" and line.variation == phrase.choice[1]:
            return None
        if phrase.means == "modifier" and (phrase.choice in heard or _default(menu, phrase.choice)):
            return None
    return _problem(menu, phrase, reading)


def _everyday(word: str, locale: str) -> bool:
    """Whether it is a word of the frame of an order in the shop's language or English: "please", "with", "two"."""
    spoken = {"en", locale.partition("-")[0]}
    meanings = load().closed.get(stems_of(word), ())
    return any(meaning.kind != "container" and meaning.language in spoken for meaning in meanings)


def _problem(menu: Menu, phrase: Phrase, reading: Reading) -> Problem:
    others = [name for option in _options(reading) if (name := _name(menu, option)) and option not in _meant(phrase)]
    if others:
        shown = ", ".join(f"“{name}”" for name in others[:_SHOWN])
        message = f"“{phrase.word}” may also mean {shown}: customers who say “{phrase.text}” are asked which."
        fix = "Rename one of them, or give it to one only."
        return Problem(phrase.place, message, fix, "warning", f"ambiguous-{phrase.means}")
    heard = "; ".join(_spoken(menu, reading)) or "nothing that is sold"
    unheard = " ".join(reading.tokens[p].text for p in doubtful_words(reading))
    left = f", and “{unheard}” is asked about" if unheard else ""
    message = f"Who says “{phrase.text}” gets {heard}{left}."
    fix = "Give it another name, or an alias in words that nothing else on the menu uses."
    return Problem(phrase.place, message, fix, "warning", f"unreachable-{phrase.means}")


def _options(reading: Reading) -> Iterator[str]:
    for unclear in reading.unclear:
        yield from unclear.options


def _meant(phrase: Phrase) -> set[str]:
    return {phrase.item, phrase.choice[1], "/".join(phrase.choice), ":".join(phrase.choice)}


def _name(menu: Menu, option: str) -> str:
    """What an option of the parser is called; empty for one that has no name of its own."""
    if option in menu.items_by_id:
        return menu.items_by_id[option].name
    if option in menu.combos_by_id:
        return menu.combos_by_id[option].name
    for group in menu.modifier_groups:
        for modifier in group.modifiers:
            if option in {modifier.id, f"{group.id}/{modifier.id}", f"{group.id}:{modifier.id}"}:
                return f"{modifier.name} ({group.name})"
    return ""


def _spoken(menu: Menu, reading: Reading) -> Iterator[str]:
    for line in best_lines(reading):
        name = _name(menu, line.item)
        chosen = [_name(menu, f"{c.group}/{c.modifier}") for c in line.modifiers]
        with_ = f" with {', '.join(chosen)}" if chosen else ""
        yield f"{line.quantity} × {name}{with_}"


def _default(menu: Menu, choice: tuple[str, str]) -> bool:
    """Whether saying it changes nothing, because it comes with the item."""
    group = menu.groups_by_id[choice[0]]
    modifier = group.modifier(choice[1])
    return modifier is not None and modifier.default


def _with_modifiers(host: Item, group: ModifierGroup, place: str) -> Iterator[Phrase]:
    for index, modifier in enumerate(group.modifiers):
        for word, at in _words(modifier.name, modifier.aliases, f"{place}.modifiers[{index}]"):
            yield Phrase(f"{host.name} with {word}", at, "modifier", host.id, (group.id, modifier.id), word)


def _words(name: str, aliases: tuple[str, ...], place: str) -> list[tuple[str, str]]:
    return [(name, f"{place}.name"), *((alias, f"{place}.aliases[{n}]") for n, alias in enumerate(aliases))]
