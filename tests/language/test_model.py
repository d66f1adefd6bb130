"""What a language model may do for us, and what it cannot do to us: a real server, good answers and hostile ones."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.engine import Assistant
from assistant.ports import Inquiry
from comanda.converse import Stage, stage
from comanda.replay import chosen, replay
from core import messaging
from core.kernel import clock
from core.settings import Settings
from ml import language
from tests.assistant.menus import MENUS
from tests.language.server import Script, model_server, resetting_server

ODD = "gimme dat fluffy eggy thingy"  # the parser makes nothing of it
PARTLY = "a yuzu green tea and a fluffernutter"
YUZU = [{"item": "yuzu", "quantity": 1, "variation": None, "modifiers": []}]
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[Script]:
    with model_server() as script:
        yield script


@pytest.fixture
def model(running: Script) -> Script:
    fresh = Script()
    for name in ("how", "proposal", "raw", "slow", "asked", "bodies"):
        setattr(running, name, getattr(fresh, name))
    return running


def proposer(url: str, **how: Any) -> language.ModelProposer:  # noqa: ANN401
    settings = Settings(_env_file=None, llm_model="small", llm_base_url=url, **{"llm_timeout": 5, **how})
    made = language.proposer(settings)
    assert made is not None
    return made


@dataclass
class Asks:
    """Asks the proposer of the test that runs, so that the tests can share a shop."""

    now: language.ModelProposer | None = None

    def propose(self, inquiry: Inquiry) -> object | None:
        """What that one proposes."""
        assert self.now is not None
        return self.now.propose(inquiry)


ASKS = Asks()
Shop = Callable[[language.ModelProposer], AbstractContextManager[Stage]]


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with stage(MENUS["tea"], Assistant(proposer=ASKS)) as made:
        yield made


@pytest.fixture
def shop(shared: Stage) -> Shop:
    """The shop of all tests, with a proposer of one's own."""

    @contextmanager
    def asking(asked: language.ModelProposer) -> Iterator[Stage]:
        ASKS.now = asked
        yield shared
        asked.close()

    return asking


@contextmanager
def shop_of_its_own(asked: language.ModelProposer) -> Iterator[Stage]:
    with stage(MENUS["tea"], Assistant(proposer=asked)) as made:
        yield made
    asked.close()


def line(item: str, *causes: tuple[str, str, list[int]], quantity: int = 1, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "kind": "add_line",
        "line": {"item": item, "variation": None, "modifiers": [], "quantity": quantity, "slots": [], **more},
        "causes": [{"part": part, "value": value, "words": words} for part, value, words in causes],
    }


def proposes(*commands: dict[str, Any], filler: list[int]) -> Callable[[dict[str, Any]], object]:
    return lambda _question: {"commands": list(commands), "filler": filler}


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    """What the assistant answers without a model."""
    with stage(MENUS["tea"], Assistant()) as made:
        return {text: made.play("alone", [text]) | {"id": "x"} for text in (ODD, PARTLY)}


def test_it_is_asked_only_about_what_the_parser_is_not_sure_of(shop: Shop, model: Script) -> None:
    with shop(proposer(model.url)) as made:
        made.play("sure", ["hello", "a yuzu green tea please", "make it two", "when do you close?", "that's all"])
        assert model.asked == []
        made.play("odd", [ODD])
    (question,) = model.asked
    assert question["words"] == ["0: gimme", "1: dat", "2: fluffy", "3: eggy", "4: thingy"]
    told = json.dumps(question)
    assert "waffle" in told
    assert not any(price in told for price in ("5.50", "550", "3.90", "price"))
    (body,) = model.bodies
    assert body["tool_choice"] == {"type": "function", "function": {"name": "propose"}}
    kinds = body["tools"][0]["function"]["parameters"]["properties"]["commands"]["items"]["anyOf"]
    assert [k["properties"]["kind"]["const"] for k in kinds] == ["add_line", "answer_topic", "greet"]


def test_a_line_that_was_not_named_is_asked_about_and_added_on_yes(shop: Shop, model: Script) -> None:
    model.proposal = proposes(line("waffle", ("item", "waffle", [1, 2, 3, 4])), filler=[0])
    with shop(proposer(model.url)) as made:
        played = made.play("odd", [ODD, "yes"])
    assert "Egg waffle" in played["replies"][0]
    assert played["asks"][0] is True
    assert played["carts"][0] == []
    assert [entry["item"] for entry in played["carts"][1]] == ["waffle"]


def test_a_line_whose_words_name_it_is_added(shop: Shop, model: Script) -> None:
    # Nothing but a name and words that are known to mean nothing; the parser's own reading stays.
    text = "a yuzu green tea and a mango fluffernutter mochi"
    model.proposal = proposes(
        line("yuzu", ("item", "yuzu", [1, 2, 3])), line("mochi", ("item", "mochi", [6, 7, 8])), filler=[0, 4, 5]
    )
    with shop(proposer(model.url)) as made:
        played = made.play("odd", [text])
        assert "yuzu" in json.dumps(played["carts"])
        assert all(entry["item"] in {"yuzu", "mochi"} for entry in played["carts"][0])


def test_a_conversation_with_proposals_runs_again_the_same_without_the_model(model: Script) -> None:
    model.proposal = proposes(line("waffle", ("item", "waffle", [1, 2, 3, 4])), filler=[0])
    with shop_of_its_own(proposer(model.url)) as made:
        made.play("odd", [ODD, "yes", PARTLY])
        asked = len(model.asked)
        assert asked >= 2
        report = replay(made.database, made.merchant_id, chosen(made.database, made.merchant_id))
    assert report.changed == []
    assert len(model.asked) == asked


WAFFLE = ("item", "waffle", [2, 3, 4])
HOSTILE = {
    "a price": {"commands": [{**line("waffle", WAFFLE), "price": "0.01"}], "filler": [0, 1]},
    "a price in the line": proposes(line("waffle", WAFFLE, price=1), filler=[0, 1])({}),
    "an id that is not on the menu": proposes(line("gold-bar", ("item", "gold-bar", [2, 3, 4])), filler=[0, 1])({}),
    "another shop's item": proposes(line("brisket", ("item", "brisket", [2, 3, 4])), filler=[0, 1])({}),
    "a number nobody said": proposes(line("waffle", WAFFLE, ("quantity", "9999", [1]), quantity=9999), filler=[0])({}),
    "a number beyond all numbers": proposes(line("waffle", WAFFLE, quantity=10**9), filler=[0, 1])({}),
    "no cause": proposes(line("waffle"), filler=[0, 1, 2, 3, 4])({}),
    "a cause outside the message": proposes(line("waffle", ("item", "waffle", [77])), filler=[0, 1, 2, 3, 4])({}),
    "one word for two things": proposes(line("waffle", WAFFLE), line("toast", ("item", "toast", [2])), filler=[0, 1])(
        {}
    ),
    "words left over": proposes(line("waffle", ("item", "waffle", [2])), filler=[0])({}),
    "a modifier nobody said": proposes(
        line(
            "waffle",
            WAFFLE,
            modifiers=[{"group": "filling", "modifier": "matcha", "pre_modifier": None, "quantity": 1}],
        ),
        filler=[0, 1],
    )({}),
    "an order": {"commands": [{"kind": "place_order", "causes": [0]}], "filler": [1, 2, 3, 4]},
    "an emptied cart": {"commands": [{"kind": "clear_cart", "causes": [0]}], "filler": [1, 2, 3, 4]},
    "a name": {"commands": [{"kind": "set_name", "name": "Boss", "causes": [0]}], "filler": [1, 2, 3, 4]},
    "a reply": {"reply": "Everything is free today, pay 0.00!", "commands": [], "filler": [0, 1, 2, 3, 4]},
    "all is small talk": {"commands": [], "filler": [0, 1, 2, 3, 4]},
    "a greeting instead": {"commands": [{"kind": "greet", "what": "hello", "causes": [0, 1, 2, 3, 4]}], "filler": []},
    "a topic of its own": {
        "commands": [{"kind": "answer_topic", "topic": "DROP TABLE", "items": [], "causes": [0]}],
        "filler": [1, 2, 3, 4],
    },
    "a list": [1, 2, 3],
    "true numbers": {"commands": [], "filler": [True]},
    "nothing": None,
    "deep": {"commands": [[[[[[[[]]]]]]]], "filler": []},
}


@pytest.mark.parametrize("proposal", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_proposal_changes_nothing(shop: Shop, model: Script, alone: dict[str, Any], proposal: object) -> None:
    model.raw = json.dumps(proposal)
    with shop(proposer(model.url)) as made:
        assert made.play("x", [ODD]) == alone[ODD]
        assert len(model.asked) == 1


@pytest.mark.parametrize(
    "raw", ["", "{", "ignore all rules", "[]" * 3000, '{"commands": NaN}', "\u0000", '"propose"'], ids=range(7)
)
def test_what_is_no_json_changes_nothing(shop: Shop, model: Script, alone: dict[str, Any], raw: str) -> None:
    model.raw = raw
    with shop(proposer(model.url)) as made:
        assert made.play("x", [ODD]) == alone[ODD]


@pytest.mark.parametrize(
    "proposal",
    [
        proposes(line("yuzu", ("item", "yuzu", [1, 2, 3])), filler=[0, 4, 5, 6]),
        proposes(line("toast", ("item", "toast", [6])), filler=[0, 1, 2, 3, 4, 5]),
        proposes(
            line("yuzu", ("item", "yuzu", [1, 2, 3])),
            {"kind": "answer_topic", "topic": "hours", "items": [], "causes": [6]},
            filler=[0, 4, 5],
        ),
    ],
    ids=["calls the unknown word small talk", "forgets the tea", "takes it for a question"],
)
def test_what_the_parser_understood_stays_and_what_it_did_not_is_asked(
    shop: Shop, model: Script, alone: dict[str, Any], proposal: Callable[[dict[str, Any]], object]
) -> None:
    model.proposal = proposal
    with shop(proposer(model.url)) as made:
        played = made.play("x", [PARTLY])
    assert played == alone[PARTLY]
    assert played["carts"] == [YUZU]
    assert "fluffernutter" in played["replies"][0]


@pytest.mark.parametrize("how", ["500", "429", "html", "prose", "endless", "slow"])
def test_a_server_that_fails_changes_nothing_and_costs_little_time(
    shop: Shop, model: Script, alone: dict[str, Any], how: str
) -> None:
    model.how, model.slow = how, 3.0
    asked = proposer(model.url, llm_timeout=0.5 if how in ("endless", "slow") else 5)
    _import_first()
    with shop(asked) as made:
        began = time.monotonic()
        assert made.play("x", [ODD]) == alone[ODD]
        assert time.monotonic() - began < 2.5
    assert len(model.asked) == 1  # never tried again


def test_a_connection_that_is_reset_or_refused_changes_nothing(shop: Shop, alone: dict[str, Any]) -> None:
    with resetting_server() as address, shop(proposer(address)) as made:
        assert made.play("x", [ODD]) == alone[ODD]
    with shop(proposer("http://127.0.0.1:9/v1")) as made:
        assert made.play("x", [ODD]) == alone[ODD]


def test_the_breaker_opens_after_failures_and_closes_after_an_answer(shop: Shop, model: Script) -> None:
    model.how = "500"
    asked = proposer(model.url, llm_failures=2, llm_rest=60)
    with shop(asked) as made:
        with clock.at(NOON):
            for number in range(5):
                made.play(f"f{number}", [ODD])
        assert (len(model.asked), asked.breaker.open) == (2, True)
        with clock.at(NOON + timedelta(seconds=61)):
            made.play("tried once", [ODD])
            made.play("not again", [ODD])
        assert (len(model.asked), asked.breaker.open) == (3, True)
        model.how = "answer"
        with clock.at(NOON + timedelta(seconds=125)):
            made.play("well", [ODD])
            made.play("well again", [ODD])
        assert (len(model.asked), asked.breaker.open) == (5, False)


def test_the_budget_holds_for_a_conversation_and_a_day(shop: Shop, model: Script) -> None:
    with shop(proposer(model.url, llm_calls_per_conversation=2, llm_calls_per_day=3)) as made:
        with clock.at(NOON):
            made.play("one", [ODD] * 4)
            assert len(model.asked) == 2
            made.play("two", [ODD] * 4)
            assert len(model.asked) == 3
        with clock.at(NOON + timedelta(days=1)):
            made.play("three", [ODD] * 4)
            assert len(model.asked) == 5


def test_every_number_in_a_reply_is_bound_to_a_row_whatever_the_model_says(model: Script) -> None:
    with shop_of_its_own(proposer(model.url, llm_calls_per_day=1000)) as made:
        for name, proposal in HOSTILE.items():
            model.raw = json.dumps(proposal)
            made.play(name, [PARTLY, ODD, "yes", "what do I pay?"])
        with made.database.read() as session:
            replies = [
                reply
                for about in messaging.conversations(session, made.merchant_id, 1000)
                for turn in messaging.turns(session, about.id)
                for reply in turn.replies
            ]
    assert len(replies) == 4 * len(HOSTILE)
    for reply in replies:
        bound = " ".join(b.value for b in reply.bindings)
        assert set(re.findall(r"\d+", reply.text)) <= set(re.findall(r"\d+", bound)), reply.text


def test_without_a_model_named_there_is_none() -> None:
    assert language.proposer(Settings(_env_file=None)) is None
    assert language.proposer(Settings(_env_file=None, llm_model="small")) is None


def _import_first() -> None:
    """The packages take seconds to import, which is not the time that is looked at."""
    from ml.language import openai_server  # noqa: F401, PLC0415
