"""How long reading one message takes on a large menu, on one core, beside the cheapest thing to do with a message."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from assistant.understanding import compile_menu, read
from scripts.benchmarks.generated import generated_menu

if TYPE_CHECKING:
    from core.catalogue.menu import Item, Menu

_ITEMS = 300
_MESSAGES = 400
_COUNTS = ("", "a ", "two ", "3 ", "a couple of ")
_OPENINGS = ("", "hi, can i get ", "I'd like ", "uh let me have ", "could you please add ")


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of the processor: to compile the menu, and for each message to read it and to split it."""

    compiling: float
    reading: tuple[float, ...]
    splitting: tuple[float, ...]


def measure_speed() -> Speed:
    """Read messages of one to four lines over a made-up menu of 300 items; the first fifty are not counted."""
    chance = Random(300)
    menu = generated_menu(chance, items=_ITEMS, groups=20, combos=6)
    begun = time.process_time()
    grammar = compile_menu(menu)
    compiling = time.process_time() - begun
    messages = [_message(chance, menu) for _ in range(_MESSAGES)]
    reading: list[float] = []
    splitting: list[float] = []
    for text in messages[:50]:
        read(grammar, text)
    gc.collect()
    for text in messages:
        begun = time.process_time()
        read(grammar, text)
        reading.append(time.process_time() - begun)
        begun = time.process_time()
        text.casefold().split()
        splitting.append(time.process_time() - begun)
    return Speed(compiling, tuple(reading), tuple(splitting))


def _message(chance: Random, menu: Menu) -> str:
    lines = [_line(chance, menu, chance.choice(menu.items)) for _ in range(chance.choice((1, 1, 2, 2, 3, 4)))]
    said = chance.choice(_OPENINGS) + chance.choice((" and ", ", ")).join(lines)
    return said if chance.random() < 0.8 else f"{said} thanks"  # noqa: PLR2004 - one in five is polite


def _line(chance: Random, menu: Menu, item: Item) -> str:
    size = f"{chance.choice(item.variations).name} " if item.variations and chance.random() < 0.5 else ""  # noqa: PLR2004
    said = f"{chance.choice(_COUNTS)}{size}{item.name}"
    for group in menu.groups_of(item.id)[:2]:
        if chance.random() < 0.5:  # noqa: PLR2004 - every other group
            said += f" {chance.choice(('with', 'no', 'without'))} {chance.choice(group.modifiers).name}"
    return said.lower() if chance.random() < 0.7 else said  # noqa: PLR2004 - most people do not use capitals
