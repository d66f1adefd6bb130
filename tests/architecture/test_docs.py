"""The documentation says what is true: made pages are up to date, links lead somewhere, dependencies are justified."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from comanda.reference import PAGES

ROOT = Path(__file__).parents[2]
PAGES_BY_HAND = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_reference_pages_are_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "run scripts/docs"


def test_every_dependency_is_justified() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for group in project["optional-dependencies"].values() for d in group)]
    names = {re.split(r"[\[><=~ ]", d)[0].lower() for d in wanted}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    justified = {n.lower() for n in re.findall(r"^\| `([^`]+)`", page, flags=re.MULTILINE)}
    assert len(names) > 15
    assert names - justified == set()
    assert justified - names == set()


def test_links_between_pages_lead_somewhere() -> None:
    assert len(PAGES_BY_HAND) > 8, "looked at no page"
    links = [
        (page, target)
        for page in PAGES_BY_HAND
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert links != []
    assert [(p.name, t) for p, t in links if not (p.parent / t).exists()] == []


def test_scripts_and_commands_named_in_the_docs_exist() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in PAGES_BY_HAND)
    scripts = set(re.findall(r"scripts/[a-z_]+", text))
    assert len(scripts) >= 4
    assert [s for s in sorted(scripts) if not (ROOT / s).exists()] == []


def test_the_decisions_are_one_page_each_and_whole() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert len(pages) >= 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences", "Alternatives")), page.name
        assert len(text.split()) < 700, page.name
