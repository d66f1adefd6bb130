"""Pure answers about a line of a menu, worked out once: equal lines are ordered again and again."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.catalogue.menu import Menu
    from core.orders.lines import Line

_MOST = 8192
Answer = TypeVar("Answer")


def remembered(function: Callable[[Menu, Line], Answer]) -> Callable[[Menu, Line], Answer]:
    """Let a pure function of a menu and a line be asked once for each; the menu keeps the answers as long as it lives.

    For lines that were checked: one with `True` for a quantity equals one with 1.
    """

    @wraps(function)
    def once(menu: Menu, line: Line) -> Answer:
        known = menu.known
        key = (function, line)
        try:
            found: Answer = known[key]
        except KeyError:
            found = function(menu, line)
            if len(known) >= _MOST:
                known.clear()
            known[key] = found
        except TypeError:  # something in the line cannot be looked up
            return function(menu, line)
        return found

    return once
