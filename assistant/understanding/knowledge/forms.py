"""The forms that a phrase of a language's file stands for: "(quita|quite) la", "reif~"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def inflected(value: Any, endings: tuple[str, ...]) -> Any:  # noqa: ANN401  # any part of a language's file
    """The file with "reif~" and "(quita|quite) la" written out: each form that is said."""
    if isinstance(value, dict):
        written: dict[str, Any] = {}
        for k, v in value.items():
            for form in _forms_of(k, endings):
                known = written.get(form)
                if known is None or isinstance(v, dict):
                    written[form] = inflected(v, endings)
                else:
                    written[form] = [*listed(known), *listed(v)]
        return written
    if isinstance(value, list):
        return [form for v in value for form in _forms_of(v, endings)]
    return value


def listed(value: str | list[str]) -> list[str]:
    """The phrases of an entry that may be a single one."""
    return [value] if isinstance(value, str) else value


def _forms_of(phrase: str, endings: tuple[str, ...]) -> list[str]:
    """The phrases that one stands for: "(quita|quite) la"; "reif~" with each ending; "(|bitte) weg"."""
    written = [" ".join(f.split()) for f in _either(phrase)] if "(" in phrase else [phrase]
    return [f.replace("~", ending) for f in written for ending in (endings if "~" in f else ("",))]


def _either(phrase: str) -> Iterator[str]:
    """The phrase with each of the choices in its first brackets, and so on with the next."""
    before, opened, rest = phrase.partition("(")
    if not opened:
        yield phrase
        return
    choices, _, after = rest.partition(")")
    for choice in choices.split("|"):
        for tail in _either(after):
            yield f"{before}{choice}{tail}"
