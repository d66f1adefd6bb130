"""The program without the extra `llm`, and without a model: it runs, and imports none of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from comanda.doctor import examine
from core.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import json, sys
for name in json.loads(sys.argv[2]):
    sys.modules[name] = None
from comanda.converse import stage
from comanda.wiring import build
from core.settings import Settings
from tests.assistant.menus import MENUS
program = build(Settings(_env_file=None, database_url=sys.argv[1], **json.loads(sys.argv[3])))
with stage(MENUS["tea"], program.assistant) as shop:
    played = shop.play("x", ["a yuzu green tea please", "gimme dat fluffy eggy thingy"])
heavy = [name for name in ("langchain", "openai", "httpx") if sys.modules.get(name) is not None]
print(json.dumps({"items": [line["item"] for line in played["carts"][1]], "asks": played["asks"], "heavy": heavy}))
"""
EXTRA = ["langchain", "langchain_core", "langchain_openai", "openai", "httpx"]
MODEL = {"llm_model": "small", "llm_base_url": "http://127.0.0.1:9/v1"}


@pytest.mark.parametrize(("missing", "settings"), [(EXTRA, MODEL), (EXTRA, {}), ([], {})])
def test_it_runs_and_imports_none_of_it(tmp_path: Path, missing: list[str], settings: dict[str, str]) -> None:
    address = f"sqlite:///{tmp_path / 'shop.db'}"
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, address, json.dumps(missing), json.dumps(settings)],
        capture_output=True,
        text=True,
        check=True,
    )
    outcome: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    assert outcome == {"items": ["yuzu"], "asks": [False, True], "heavy": []}
    assert ("language_model_not_installed" in ran.stdout + ran.stderr) is bool(missing and settings)


@pytest.mark.parametrize(
    ("settings", "state"),
    [({}, "off"), ({"llm_model": "small"}, "off"), (MODEL, "on"), ({"llm_model": "m", "llm_api_key": "k"}, "on")],
)
def test_the_doctor_says_whether_there_is_a_model(tmp_path: Path, settings: dict[str, Any], state: str) -> None:
    current = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path / 'none.db'}", data_path=tmp_path, **settings)
    (found,) = [f for f in examine(current) if f.what == "language model"]
    assert found.state == state
    assert "k" not in found.detail.split()
