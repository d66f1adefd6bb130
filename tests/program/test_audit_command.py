"""`comanda audit`: the chain is checked and its end noted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from comanda.wiring import open_database
from tests.program.test_command_line import run

if TYPE_CHECKING:
    from pathlib import Path

SHOP = ("shop", "create", "blue-door", "--name", "Blue Door", "--currency", "usd")


@pytest.mark.usefixtures("operator")
def test_a_changed_row_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *SHOP) == 0
    assert run(monkeypatch, "shop", "invite", "blue-door") == 0
    capsys.readouterr()
    assert run(monkeypatch, "audit", "head") == 0
    heads = tmp_path / "heads.jsonl"
    heads.write_text(capsys.readouterr().out, encoding="utf-8")
    noted = json.loads(heads.read_text(encoding="utf-8"))
    assert noted["seq"] >= 1
    assert run(monkeypatch, "audit", "verify", "--merchant", "blue-door", "--against", str(heads)) == 0
    assert capsys.readouterr().out == f"blue-door: {noted['seq']} rows, all in order\n"
    with open_database().begin() as uow:
        uow.session.execute(text("UPDATE audit SET actor_id = 'eve' WHERE seq = 1"))
    assert run(monkeypatch, "audit", "verify") == 1
    assert "row 1 was changed" in capsys.readouterr().out


@pytest.mark.usefixtures("operator")
def test_refusals_say_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "heads.jsonl"
    wrong.write_text("hello\n", encoding="utf-8")
    assert run(monkeypatch, "audit", "verify", "--against", str(wrong)) == 1
    assert "is not what `comanda audit head` prints" in capsys.readouterr().err
    assert run(monkeypatch, "audit", "verify", "--merchant", "nowhere") == 1
    assert "there is no shop “nowhere”" in capsys.readouterr().err
