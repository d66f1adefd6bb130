"""From the bytes of a file to JSON values, with line and column of what is no JSON."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from core.catalogue.validation.findings import Findings

MAX_BYTES: Final = 10_000_000
_OTHER_QUOTES = ("'", "\u2018", "\u2019", "\u201c", "\u201d")


class JsonObject(dict[str, Any]):
    """An object that remembers which keys it was given more than once (JSON keeps only the last)."""

    repeated: tuple[str, ...] = ()


def read_json(raw: bytes, found: Findings) -> object:
    """The JSON value of a file's bytes; None with a problem found where it has none."""
    if len(raw) > MAX_BYTES:
        found.add(
            "too-large",
            "file",
            f"The file has {len(raw):,} bytes; a menu has at most {MAX_BYTES:,}.",
            "Leave out what is not the menu.",
        )
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        place = _place(raw[: wrong.start].decode("utf-8"))
        found.add("not-json", place, "This is not UTF-8 text.", "Save the file with the encoding UTF-8.")
        return None
    return _parse(text, found)


def _parse(text: str, found: Findings) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as wrong:
        place = _place(text[: wrong.pos])
        found.add(
            "not-json",
            place,
            f"This is not JSON: {wrong.msg.removesuffix(' enclosed in double quotes').lower()}.",
            _fix(text, wrong),
        )
    except RecursionError:
        found.add("not-json", "file", "This is nested too deeply.", "Write the menu as its format describes it.")
    except ValueError as wrong:
        found.add("not-json", "file", f"This is not JSON: {wrong}.", "Write quantities as small whole numbers.")
    return None


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    made = JsonObject(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        made.repeated = tuple(sorted({key for key in keys if keys.count(key) > 1}))
    return made


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no number of JSON"
    raise ValueError(message)


def _place(before: str) -> str:
    line = before.count("\n") + 1
    return f"line {line}, column {len(before) - (before.rfind(chr(10)) + 1) + 1}"


def _fix(text: str, wrong: json.JSONDecodeError) -> str:
    rest = text[wrong.pos :].lstrip()
    before = text[: wrong.pos].rstrip()
    after_comma = before.endswith(",") and rest.startswith(("]", "}"))
    fixes = (
        (not text.strip(), "The file is empty: write a menu into it."),
        (not rest, "The file ends too early: close every quote, bracket and brace."),
        (after_comma or "trailing comma" in wrong.msg, "Remove the comma before the closing bracket."),
        (rest.startswith(_OTHER_QUOTES), 'Write text in straight double quotes: "like this".'),
        (rest.startswith(("//", "/*", "#")), "Remove the comment: JSON has none."),
        (rest.startswith(("True", "False", "None")), "Write true, false and null in small letters."),
        ("',' delimiter" in wrong.msg, "Put a comma between this and what stands before it."),
        ("control character" in wrong.msg, "Write a line break inside text as \\n, and close every quote on its line."),
        ("Extra data" in wrong.msg, "Keep one menu in the file: nothing may follow its closing brace."),
    )
    return next((fix for applies, fix in fixes if applies), "Compare the place with the example of the menu format.")
