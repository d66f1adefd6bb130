"""The whole review of a menu, in the order in which a merchant would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.linter.sounds import lint_sounds
from assistant.linter.spoken import phrases, said
from assistant.linter.texts import lint_texts
from assistant.understanding import compile_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.catalogue.menu import Menu
    from core.kernel.problems import Problem


def review(menu: Menu, progress: Callable[[int, int], None] = lambda _done, _all: None) -> list[Problem]:
    """Everything that may keep customers from being understood; `progress` hears how many phrases were tried of all."""
    grammar = compile_menu(menu)
    found: list[Problem] = []
    tried = phrases(menu)
    for number, phrase in enumerate(tried, 1):
        problem = said(grammar, menu, phrase)
        if problem is not None:
            found.append(problem)
        progress(number, len(tried))
    return [*found, *lint_sounds(menu), *lint_texts(menu)]
