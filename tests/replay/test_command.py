"""`comanda replay` as an operator runs it: what it prints, and its exit status."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from assistant.engine import Assistant
from comanda.cli import main
from comanda.converse import stage
from core.catalogue.format import menu_to_json
from core.settings import settings
from tests.assistant.menus import MENUS
from tests.replay.test_replay import dearer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with stage(MENUS["tea"], Assistant()) as shop:
        shop.play("a", ["hello", "a yuzu green tea please"])
        shop.play("b", ["how much is the kaya toast?"])
        yield str(shop.database.url)


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def comanda(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Ran]]:
    """Runs `comanda replay` in this process, which has imported it already."""
    monkeypatch.setenv("COMANDA_DATABASE_URL", address)
    root, config = logging.getLogger(), structlog.get_config()
    before = (root.handlers[:], root.level)

    def run(*words: str) -> Ran:
        settings.cache_clear()
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["comanda", "replay", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return Ran(int(end.value.code or 0), *capsys.readouterr())

    yield run
    settings.cache_clear()
    root.handlers[:], root.level = before
    structlog.configure(**config)


def process(address: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "comanda", "replay", *words],
        env={**os.environ, "COMANDA_DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )


def test_identical_is_said_with_status_0(address: str) -> None:
    ran = process(address)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("identical: 2 conversations, 3 turns")


def test_with_another_menu_the_changes_are_listed_with_status_1(comanda: Callable[..., Ran], tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(menu_to_json(dearer(MENUS["tea"], "toast", 444))), "utf-8")
    told = comanda("--menu", str(other))
    assert told.returncode == 1
    assert "turn 1: 'how much is the kaya toast?'" in told.stdout
    assert "4.44" in told.stdout
    assert "changed: 1 turns of 1 conversations (2 conversations, 3 turns" in told.stdout
    ran = comanda("--menu", str(other), "--json")
    report: dict[str, Any] = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert (report["identical"], report["turns"], report["changed_turns"]) == (False, 3, 1)
    (changed,) = report["changed"]
    assert [(d["turn"], d["what"], d["said"]) for d in changed["differences"]] == [
        (1, "reply", "how much is the kaya toast?")
    ]
    one = comanda("--menu", str(other), "--conversation", changed["conversation"])
    assert "(1 conversations, 1 turns" in one.stdout


def test_several_processes_report_the_same(comanda: Callable[..., Ran], tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(menu_to_json(dearer(MENUS["tea"], "toast", 444))), "utf-8")
    one, two = (comanda("--menu", str(other), "--json", "--jobs", jobs) for jobs in ("1", "2"))
    assert (one.returncode, two.returncode) == (1, 1)
    assert json.loads(two.stdout) == json.loads(one.stdout)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "yesterday"), "“yesterday” is no moment: write 2026-05-31 or 2026-05-31T18:00."),
        (("--conversation", "nobody"), "nobody"),
        (("--menu", "no-such-file.json"), "no-such-file.json"),
    ],
)
def test_what_cannot_be_run_is_said_plainly(comanda: Callable[..., Ran], words: tuple[str, ...], said: str) -> None:
    ran = comanda(*words)
    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""
