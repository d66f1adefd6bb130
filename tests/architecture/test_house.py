"""The house stands as docs/architecture.md draws it: imports, commits, clocks and names."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from importlinter.cli import lint_imports

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROOMS = ("admin", "assistant", "channels", "comanda", "core", "ml")
LONGEST_FILE = 400


def _sources(*rooms: str) -> list[Path]:
    found = [p for room in rooms for p in sorted((ROOT / room).rglob("*.py")) if "versions" not in p.parts]
    assert len(found) >= len(rooms), "looked at no file"
    return found


def _calls(path: Path) -> Iterator[str]:
    """Every call in a file, as dotted text: "session.commit", "datetime.now"."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def _callers(pattern: str, *rooms: str) -> set[str]:
    wanted = re.compile(pattern)
    return {str(p.relative_to(ROOT)) for p in _sources(*rooms) if any(wanted.fullmatch(c) for c in _calls(p))}


def test_every_contract_of_the_house_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "pyproject.toml"
    contracts = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    status = lint_imports(config_filename=str(path), no_cache=True)
    report = capsys.readouterr().out
    looked_at = re.search(r"Analyzed (\d+) files", report)
    assert looked_at is not None
    assert int(looked_at[1]) > 50, "looked at no module"
    assert status == 0, report
    assert f"Contracts: {len(contracts)} kept, 0 broken." in report


def test_only_the_unit_of_work_commits() -> None:
    assert _callers(r".*\.commit", *ROOMS) == {"core/db/uow.py"}


def test_only_the_clock_asks_the_time() -> None:
    assert _callers(r"(datetime\.)?datetime\.(now|utcnow|today)|(datetime\.)?date\.today", *ROOMS) == {
        "core/kernel/clock.py"
    }


def test_no_file_is_too_long_to_read_at_once() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in _sources(*ROOMS)
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_every_folder_of_code_is_a_package() -> None:
    folders = {p.parent for p in [*_sources(*ROOMS), *sorted((ROOT / "tests").rglob("*.py"))]}
    assert [str(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_modules_of_core_use_the_names_that_everybody_knows() -> None:
    known = {"__init__", "models", "rules", "pricing", "states", "repository", "service", "events", "views"}
    own = {  # what one module has beside the common files, because the idea has a name of its own
        "catalogue": {"menu", "format", "jsonld"},
        "orders": {
            "charges",
            "discounts",
            "lines",
            "making",
            "postings",
            "pricing_reasons",
            "pricing_refunds",
            "pricing_units",
            "promise",
            "remembering",
            "repository_books",
            "repository_returns",
            "repository_times",
            "splitting",
            "taxes",
            "timing",
        },
        "merchants": {"accounts", "addresses", "charging", "policies", "zones"},
        "kitchen": {"dishes"},
        "payments": {"books", "errors", "links"},
        "messaging": {
            "arriving",
            "content",
            "elsewhere",
            "envelope",
            "handoff",
            "loops",
            "receiving",
            "redaction",
            "repository_inbound",
        },
    }
    modules = [p.parent for p in sorted((ROOT / "core").glob("*/models.py"))]
    assert len(modules) >= 8, "looked at no module"
    strangers = {
        m.name: extra
        for m in modules
        if (extra := {p.stem for p in m.glob("*.py")} - known - own.get(m.name, set())) and m.name != "db"
    }
    assert strangers == {}


@pytest.mark.parametrize("room", ROOMS)
def test_our_names_resolve_to_us(room: str) -> None:
    found = importlib.import_module(room).__file__
    assert found is not None
    assert Path(found).is_relative_to(ROOT)


@pytest.mark.parametrize("name", ["utils", "helpers", "manager", "base2", "common", "misc"])
def test_no_file_is_named_after_nothing(name: str) -> None:
    assert [str(p) for p in _sources(*ROOMS) if p.stem == name] == []
