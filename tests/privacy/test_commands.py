"""The page for downloading, and the commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from comanda import errors, privacy_page
from comanda.cli import app as commands
from core.customers import linking
from core.db.session import Database
from core.settings import settings
from tests.privacy.town import Town

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_code_gives_the_file_once_and_no_other_code_does(sqlite_url: str, tmp_path: Path) -> None:
    town = Town(Database(sqlite_url), tmp_path)
    town.say("telegram", "5", "a kaya toast, my name is Zanzibara")
    code = linking.code_in(town.last(town.say("telegram", "5", "what do you know about me?")))
    move = linking.code_in(town.last(town.say("telegram", "6", "continue on WhatsApp")))
    served = FastAPI()
    errors.install(served)
    served.include_router(privacy_page.router(town.database))
    browser = TestClient(served)

    page = browser.get("/privacy/download")
    wrong = [browser.post("/privacy/download", data={"code": c}).status_code for c in ("", "BCDF-2345", move)]
    first = browser.post("/privacy/download", data={"code": code.lower()})
    again = browser.post("/privacy/download", data={"code": code})

    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert [status for status in wrong if status not in (404, 422)] == []
    assert first.status_code == 200, first.text
    assert first.headers["content-disposition"] == 'attachment; filename="your-data.json"'
    assert json.loads(first.text)["tables"]["customers"][0]["name"] == "Zanzibara"
    assert again.status_code == 404
    # Nor does it let anybody go on with the conversation.
    assert "doesn't hold" in town.last(town.say("whatsapp", "US.7", code))
    town.database.close()


def test_find_export_and_erase_from_the_command_line(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(Database(sqlite_url), tmp_path)
    town.say("sms", "+15550100001", "a kaya toast, my name is Zanzibara")
    monkeypatch.setattr("comanda.wiring.open_database", lambda: town.database)
    monkeypatch.setenv("COMANDA_DATA_PATH", str(tmp_path))
    settings.cache_clear()
    run = CliRunner().invoke
    target = tmp_path / "kept.json"

    found = run(commands, ["privacy", "find", "zanzi"])
    written = run(commands, ["privacy", "export", "+15550100001", "--to", str(target)])
    asked = run(commands, ["privacy", "erase", "+15550100001"], input="n\n")
    erased = run(commands, ["privacy", "erase", "+15550100001", "--yes"])
    gone = run(commands, ["privacy", "export", "+15550100001"])
    settings.cache_clear()

    assert "Zanzibara  sms +15550100001" in found.output
    assert written.exit_code == 0
    assert "a kaya toast" in target.read_text(encoding="utf-8")
    target.unlink()
    assert asked.exit_code == 1
    assert erased.output.startswith("Erased: ")
    assert "customer" in str(gone.exception)
    assert b"zanzibara" not in (tmp_path / "comanda.db").read_bytes().lower()
    town.database.close()
