"""The benchmark runs over anybody's gold in the same format, and says what it needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scripts.benchmarks.__main__ import main
from scripts.benchmarks.ordering import measure

if TYPE_CHECKING:
    from pathlib import Path

MENU = {
    "name": "Stall",
    "currency": "EUR",
    "items": [
        {"id": "waffle", "name": "Waffle", "aliases": ["zibble"], "price": "3.00"},
        {"id": "cocoa", "name": "Cocoa", "price": "2.50"},
    ],
}


def line(item: str, quantity: int = 1) -> dict[str, object]:
    return {"item": item, "quantity": quantity, "variation": None, "modifiers": []}


@pytest.fixture
def foreign(tmp_path: Path) -> list[str]:
    """A menu, two orders (one needs its alias) and a dialogue in a folder; the options to score them."""
    (tmp_path / "stall.json").write_text(json.dumps(MENU), "utf-8")
    orders = [
        {"id": "1", "menu": "stall", "text": "two waffles", "lines": [line("waffle", 2)]},
        {"id": "2", "menu": "stall", "text": "one zibble", "lines": [line("waffle")]},
    ]
    talk = {
        "id": "3",
        "menu": "stall",
        "turns": [{"say": "a cocoa", "cart": [line("cocoa")], "asks": False}],
        "placed": False,
    }
    (tmp_path / "orders.jsonl").write_text("".join(json.dumps(o) + "\n" for o in orders), "utf-8")
    (tmp_path / "talks.jsonl").write_text(json.dumps(talk) + "\n", "utf-8")
    files = ["--orders", str(tmp_path / "orders.jsonl"), "--dialogues", str(tmp_path / "talks.jsonl")]
    return [*files, "--menus", str(tmp_path)]


def test_gold_of_others_is_scored(foreign: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    figures = {f.what: f.value for f in measure([*foreign, "--only", "orders", "dialogues", "--failures", "5"])}
    assert figures["orders, all 2: exact"] == "100.0 %"
    assert figures["the same without aliases in the menus"] == "50.0 %"
    assert figures["dialogues, all 1 / 1 English: whole"] == "100.0 / 100.0 %"
    assert "| stall | 2 | 100.0 | 50.0 | 0.0 | 0.0 | 0 | 0 |" in capsys.readouterr().out


def test_menus_are_asked_for(foreign: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        measure(foreign[:2])
    assert stopped.value.code == 2
    assert "--menus" in capsys.readouterr().err


def test_options_go_to_the_benchmark_that_is_named(foreign: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ordering", *foreign, "--only", "orders"]) == 0
    assert "| orders, all 2: exact | 100.0 % |" in capsys.readouterr().out
    assert main(["orderings"]) == 2
