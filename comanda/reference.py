"""The reference pages that are made from the code itself, so that they cannot lie. `scripts/docs` writes them."""

from __future__ import annotations

import dataclasses
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import commands
from core.db.schema import MODULES
from core.kernel import errors, events
from core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MADE = "<!-- Made by scripts/docs from the code; change the code, not this page. -->\n\n"


def settings_page() -> str:
    """Every setting, with its default and what it does."""
    rows = ["| setting | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        variable = field.alias or f"COMANDA_{name.upper()}"
        default = field.get_default(call_default_factory=True)
        shown = "" if name == "secret_key" else str(default)
        rows.append(
            f"| `{variable}` | `{shown}` | {field.description} |"
            if shown
            else f"| `{variable}` | | {field.description} |"
        )
    intro = "# Settings\n\nRead from the environment or from a file `.env` in the working folder.\n\n"
    return MADE + intro + "\n".join(rows) + "\n"


def errors_page() -> str:
    """Every error code, with its message."""
    rows = ["| code | error | message |", "|---|---|---|"]
    rows += [f"| `{e.code}` | {e.__name__} | {e.message} |" for e in _tree(errors.ComandaError)]
    intro = "# Error codes\n\nThe `title` of a problem document of the API, and what `comanda` says.\n\n"
    return MADE + intro + "\n".join(rows) + "\n"


def events_page() -> str:
    """Every event, with its fields."""
    for module in MODULES:
        _import_if_there(module.replace(".models", ".events"))
    rows = ["| event | fields | what happened |", "|---|---|---|"]
    ours = {n: k for n, k in events.known().items() if k.__module__.startswith("core.")}
    for name, kind in sorted(ours.items()):
        fields = ", ".join(f"`{f.name}`" for f in dataclasses.fields(kind))
        rows.append(f"| `{name}` | {fields} | {_first_line(kind)} |")
    intro = "# Events\n\nFacts recorded in the outbox in the transaction that made them true.\n\n"
    return MADE + intro + "\n".join(rows) + "\n"


def commands_page() -> str:
    """Every command that understanding may propose."""
    rows = ["| command | fields | what it does |", "|---|---|---|"]
    for kind in commands.KINDS.values():
        fields = ", ".join(f"`{f.name}`" for f in dataclasses.fields(kind))
        rows.append(f"| `{kind.__name__}` | {fields} | {_first_line(kind)} |")
    intro = (
        "# Commands of the assistant\n\nThe closed set: understanding, of whatever kind, can propose these and nothing "
        "else. Prices, stock and permission are never part of a command.\n\n"
    )
    return MADE + intro + "\n".join(rows) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "commands.md": commands_page,
}


def write(folder: Path = Path("docs/reference")) -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


def _tree(root: type[errors.ComandaError]) -> Iterator[type[errors.ComandaError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _tree(kind)


def _import_if_there(module: str) -> None:
    try:
        import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name != module:
            raise


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


if __name__ == "__main__":
    write()
