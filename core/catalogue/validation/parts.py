"""Walking over a menu file that may be wrong anywhere: only what has the right kind is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def objects(parent: Mapping[str, Any], key: str, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a list with their places."""
    prefix = f"{place}.{key}" if place else key
    for index, value in enumerate(_list(parent, key)):
        if isinstance(value, dict):
            yield f"{prefix}[{index}]", value


def texts(parent: Mapping[str, Any], key: str, place: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a list with their places."""
    prefix = f"{place}.{key}" if place else key
    for index, value in enumerate(_list(parent, key)):
        if isinstance(value, str):
            yield f"{prefix}[{index}]", value


def text(parent: Mapping[str, Any], key: str) -> str:
    """A text, empty where there is none."""
    value = parent.get(key)
    return value if isinstance(value, str) else ""


def count(parent: Mapping[str, Any], key: str, default: int | None) -> int | None:
    """A whole number or null; the default where neither stands."""
    value = parent.get(key, default)
    return value if value is None or (isinstance(value, int) and not isinstance(value, bool)) else default


def _list(parent: Mapping[str, Any], key: str) -> list[Any]:
    value = parent.get(key)
    return value if isinstance(value, list) else []
