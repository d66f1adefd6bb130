"""Named tuples of which a message makes hundreds, each a little different from the one before."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

_Record = TypeVar("_Record", bound=NamedTuple)


def often_replaced(cls: type[_Record]) -> type[_Record]:
    """A named tuple whose `_replace` touches only what changes: the stock one looks at every field.

    Raises KeyError for a field that is none.
    """
    places = {name: at for at, name in enumerate(cls._fields)}
    made = tuple.__new__

    def _replace(self: _Record, /, **changes: Any) -> _Record:  # noqa: ANN401 - of the fields' own types
        values = list(self)
        for name, value in changes.items():
            values[places[name]] = value
        return made(cls, values)

    cls._replace = _replace  # type: ignore[misc, assignment]
    return cls
