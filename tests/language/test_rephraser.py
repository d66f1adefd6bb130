"""Replies in another tone: proposed by a model, kept only where they say the same, said only once accepted."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from assistant.engine import Assistant
from comanda.cli import main
from comanda.converse import stage
from core import wordings
from core.settings import settings
from ml.language.rephraser import ModelRephraser
from tests.assistant.menus import MENUS
from tests.language.server import Script, model_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def running() -> Iterator[Script]:
    with model_server() as script:
        yield script


@pytest.fixture
def model(running: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Script]:
    """A server that the settings name, for somebody at the command line."""
    monkeypatch.chdir(tmp_path)
    for name, value in (
        ("DATABASE_URL", "sqlite:///comanda.db"),
        ("LLM_MODEL", "small"),
        ("LLM_BASE_URL", running.url),
    ):
        monkeypatch.setenv(f"COMANDA_{name}", value)
    settings.cache_clear()
    running.how, running.raw, running.asked = "answer", None, []
    yield running
    settings.cache_clear()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def comanda(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["comanda", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return comanda


def _replies(**texts: str) -> Callable[[dict[str, Any]], object]:
    """Answers these for what was asked, and echoes the rest."""
    return lambda asked: {"replies": [{"key": k, "text": texts.get(k, t)} for k, t in asked["replies"].items()]}


def test_another_tone_is_proposed_accepted_and_said(model: Script, run: Callable[..., tuple[int, str]]) -> None:
    assert run("shop", "create", "tea", "--name", "Tea", "--currency", "USD")[0] == 0
    model.proposal = _replies(
        thanks="Any time, friend!", placed="All yours: {code}! Only {total}, half price today 50% off"
    )
    status, said = run("wording", "propose", "--tone", "chummy")
    assert status == 0
    assert "1 of" in said
    assert "1 answers were of no use" not in said  # the echoes are of no use either
    assert {q["tone"] for q in model.asked} == {"chummy"}
    assert all("about_me" not in q["replies"] and "contains_no" not in q["replies"] for q in model.asked)
    assert "? 'Any time, friend!'" in run("wording", "list")[1]
    assert run("wording", "accept", "--all") == (0, "1 taken.\n")
    assert "= 'Any time, friend!'" in run("wording", "list")[1]
    assert "half price" not in run("wording", "list")[1]


@pytest.mark.parametrize("how", ["500", "429", "html", "prose"])
def test_a_server_that_fails_changes_nothing(how: str, model: Script, run: Callable[..., tuple[int, str]]) -> None:
    assert run("shop", "create", "tea", "--name", "Tea", "--currency", "USD")[0] == 0
    model.how = how
    status, said = run("wording", "propose", "--tone", "chummy")
    assert status == 0
    assert "0 of" in said


def test_without_a_model_it_says_what_to_set(
    run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMANDA_DATABASE_URL", "sqlite:///comanda.db")
    settings.cache_clear()
    assert run("wording", "propose", "--tone", "chummy") == (
        1,
        "comanda: COMANDA_LLM_MODEL: names no language model; see docs/guides/language-model.md\n",
    )
    settings.cache_clear()


def test_a_reply_in_other_words_has_the_same_values() -> None:
    said = ["two yuzu green teas", "that's all, for pickup", "yes"]
    with stage(MENUS["tea"], Assistant()) as plain:
        before = plain.play("plain", said)["replies"]
    with stage(MENUS["tea"], Assistant()) as made:
        with made.database.begin() as uow:
            wordings.use(uow, made.merchant_id, "en", "placed", "Hooray for {code}! We get {total} from you.")
            # Kept before our templates changed, say: it is not said.
            wordings.use(uow, made.merchant_id, "en", "added", "Added {lines} and a free scone for 2.")
        after = made.play("own", said)["replies"]
    assert after[:2] == before[:2]
    code, total = re.findall(r"number is (\w+), (\S+) in total", before[2])[0]
    assert total == "\u00a37.80"
    ours = f"Your order is placed. Your number is {code}, {total} in total. Thank you!"
    assert ours in before[2]
    before[2], after[2] = (re.sub(r"\S+/pay/\S+", "LINK", text) for text in (before[2], after[2]))
    said_code = after[2].partition("Hooray for ")[2].partition("!")[0]
    assert after[2] == before[2].replace(ours, f"Hooray for {said_code}! We get {total} from you.")


def test_answers_of_another_shape_are_no_answers() -> None:
    class Odd:
        def __init__(self, answer: object) -> None:
            self._answer = answer

        def ask(self, *_: object) -> object:
            return self._answer

        def close(self) -> None:
            pass

    from ml.language import Breaker, Budget  # noqa: PLC0415

    odd: list[object] = [
        None,
        [],
        {"replies": "x"},
        {"replies": [1, {"key": 1, "text": "x"}, {"key": "zzz", "text": "x"}]},
    ]
    for answer in odd:
        model = ModelRephraser(
            lambda answer=answer: Odd(answer),  # type: ignore[misc] # bound now
            breaker=Breaker(failures=3, rest=1),
            budget=Budget(per_conversation=9, per_day=9),
        )
        assert list(model.rephrase("en", "calm", {"bye": "Goodbye!"})) == [(1, {})]
