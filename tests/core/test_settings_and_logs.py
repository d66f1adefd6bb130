"""Settings name what is wrong; logs mask what is personal."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from core import logs
from core.kernel.errors import InvalidSetting
from core.settings import Settings, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_settings_come_from_the_environment_and_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COMANDA_PUBLIC_URL=https://shop.example\n", encoding="utf-8")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://broker/1")
    assert settings().public_url == "https://shop.example"
    assert settings().broker_url == "redis://broker/1"
    assert settings().sqlite


@pytest.mark.usefixtures("fresh")
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_WORKER_THREADS", "many")
    with pytest.raises(InvalidSetting) as refused:
        settings()
    assert "COMANDA_WORKER_THREADS" in refused.value.text
    assert "integer" in refused.value.text


@pytest.fixture
def logged() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    config = structlog.get_config()
    yield
    root.handlers[:], root.level = before
    structlog.configure(**config)


@pytest.mark.usefixtures("logged")
def test_logs_are_one_json_line_without_personal_data(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Settings(log_format="json"))
    logs.logger("test").warning(
        "call +1 (415) 555-0100 or mail ana@example.com\nnow",
        text="two lattes for Ana",
        card="4111 1111 1111 1111",
        order="K7QF",
        id="019a0c1e5b7c7f0e8a1b2c3d4e5f6071",
    )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    entry = json.loads(lines[0])
    assert entry["event"] == "call [number] or mail [email]\nnow"
    assert entry["text"] == "[18 chars]"
    assert entry["card"] == "[card number removed]"
    assert entry["order"] == "K7QF"
    assert entry["id"] == "019a0c1e5b7c7f0e8a1b2c3d4e5f6071"
