"""Names that sound alike: a customer on the telephone, or one who types in a hurry, gets the other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from assistant.understanding.spelling import sound
from assistant.understanding.tokens import words_of
from core.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.catalogue.menu import Menu

_SHORTEST = 4  # letters: shorter names are near to many
_ONE_SLIP = 1


def lint_sounds(menu: Menu) -> Iterator[Problem]:
    """Pairs of items, and of choices in one group, that a slip of the tongue or of a finger takes for one another."""
    yield from _pairs([(i.name, f"items[{n}].name") for n, i in enumerate(menu.items)])
    for number, group in enumerate(menu.modifier_groups):
        names = [(m.name, f"modifier_groups[{number}].modifiers[{n}].name") for n, m in enumerate(group.modifiers)]
        yield from _pairs(names)


def _pairs(names: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    alike: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for name, place in names:
        plain = " ".join(words_of(name))
        if len(plain) >= _SHORTEST:
            alike[" ".join(sound(word) for word in plain.split())].append((plain, name, place))
    for group in alike.values():
        for number, (plain, name, place) in enumerate(group):
            for other, other_name, _ in group[:number]:
                if plain != other and OSA.distance(plain, other) <= max(_ONE_SLIP, len(plain) // 5):
                    message = f"“{name}” and “{other_name}” sound alike."
                    fix = "Add a word to one of them that tells it apart."
                    yield Problem(place, message, fix, "warning", "sound-alike")
