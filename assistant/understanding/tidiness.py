"""Work that makes many small values and leaves next to no garbage: nothing is collected while it lasts."""

from __future__ import annotations

import gc
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def untidied(work: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    """The same work, without a look through all that lives again and again meanwhile, which may take as long.

    Several threads may be at it: each that found the collector on leaves it on.
    """

    @wraps(work)
    def undisturbed(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        tidied = gc.isenabled()
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            if tidied:
                gc.enable()

    return undisturbed
