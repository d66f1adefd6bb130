"""What is no order finds its answer without a phrase for it; what is one, or nothing of ours, is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from assistant.engine import Assistant
from assistant.topics.answers import answered
from comanda.converse import stage
from comanda.replay import chosen, replay
from ml.embeddings import english, multilingual
from ml.embeddings.base import WrongWeights, trusted
from ml.embeddings.universal import Universal
from ml.intents import LANGUAGES, OUTSIDE, Router, topics
from ml.intents.examples import examples, fingerprint
from ml.intents.features import Letters
from ml.intents.model import Model
from ml.intents.router import model_file, ways
from ml.intents.training import measure, train
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comanda.converse import Stage

TOPICS = topics()
# Said otherwise by the commands that are no topics.
_ACTS = {"hello", "thanks", "bye", "human", "complaint", "refund", "total", "contents", "allergens", "diet"}


@pytest.fixture(scope="module")
def router() -> Router:
    made = Router()
    made.warm()
    return made


def test_every_language_has_sentences_for_every_topic() -> None:
    for part, least in (("sentences", 3), ("held_out", 1)):
        for language in LANGUAGES:
            for label in (*TOPICS, *OUTSIDE):
                said = [e for e in examples(part) if (e.language, e.label) == (language, label)]
                assert len(said) >= least, (part, language, label)


def test_nothing_is_measured_that_was_learnt_from() -> None:
    assert {e.text.casefold() for e in examples("held_out")} & {e.text.casefold() for e in examples()} == set()


def test_every_topic_has_an_answer() -> None:
    assert set(TOPICS) - _ACTS <= answered()


@pytest.mark.parametrize("features", ways(), ids=lambda f: f.name)
def test_the_models_that_ship_are_of_the_sentences_that_ship(features: Letters) -> None:
    model = Model.load(model_file(features))
    assert model.fingerprint == fingerprint()
    assert set(model.labels) == {*TOPICS, *OUTSIDE}
    assert model.probabilities(features.rows(["when do you close?"])).sum() == pytest.approx(1)


def test_the_models_are_as_good_as_the_documentation_says() -> None:
    """Embeddings answer several times as much as letters do, and neither talks over what is no question."""
    _letters, embedded, *_ = (measure(Model.load(model_file(f)), f)[-1] for f in ways())
    assert embedded.right > 0.45
    assert embedded.wrong < 0.07
    assert embedded.taken < 0.08
    assert _letters.right < embedded.right / 2


def test_a_model_can_be_made_anew(tmp_path: Path) -> None:
    model = train(Letters(), languages=("de", "fr"))
    model.save(model_file(Letters(), tmp_path))
    router = Router(tmp_path, embeddings="off")
    assert router.by == "letters"
    again = Model.load(model_file(Letters(), tmp_path))
    rows = Letters().rows(["c'est ouvert le dimanche"])
    assert np.allclose(again.probabilities(rows), model.probabilities(rows), atol=0.02)
    assert model.labels[int(model.probabilities(rows).argmax())] == "hours"


def test_a_file_that_is_no_model_is_passed_over(tmp_path: Path) -> None:
    model_file(Letters(), tmp_path).write_bytes(b"\x80\x04evil")
    router = Router(tmp_path, embeddings="off")
    assert router.by == "letters"  # the one that ships


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("what number can I reach you on", "en", "phone"),
        ("is somebody able to bring it to my house", "en", "fulfilment"),
        ("which street is the shop in", "en", "address"),
        ("cuánto tiempo falta para mi pedido", "es", "status"),
        ("où puis-je laisser ma voiture", "fr", "parking"),
    ],
)
def test_a_question_in_other_words_is_known(router: Router, text: str, language: str, topic: str) -> None:
    found = router.classify(text, language)
    assert found is not None
    assert found.topic == topic


@pytest.mark.parametrize(
    "text", ["two flat whites and a bun", "who painted the Mona Lisa", "", "asdkjh qwe", "swap the fries for salad"]
)
def test_what_is_no_question_of_ours_is_left_alone(router: Router, text: str) -> None:
    assert router.classify(text, "en") is None


def test_embeddings_of_one_meaning_are_near_in_all_languages() -> None:
    rows = multilingual().encode(["when do you close", "¿a qué hora cierran?", "a pound of butter please"])
    assert rows.shape == (3, 512)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-4)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    assert rows[0] @ rows[1] > 0.5


def test_vectors_of_words_are_read_from_a_file_that_is_made_and_mended(tmp_path: Path) -> None:
    encoder = multilingual()
    said = ["two flat whites and a bun", "¿a qué hora cierran?"]
    rows = encoder.encode(said)
    folder = tmp_path / "new"
    assert encoder.shelve(folder)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    assert len(whole) == 128_010 * 512
    assert (encoder.encode(said) == rows).all()
    assert encoder.shelve(tmp_path / "other")
    file.write_bytes(whole[:-1] + b"?")
    assert not Universal().shelve(folder)  # nothing is loaded, so nothing is written
    assert encoder.shelve(folder)
    assert file.read_bytes() == whole
    assert (encoder.encode(said) == rows).all()
    (tmp_path / "file").touch()
    assert not encoder.shelve(tmp_path / "file")
    assert (encoder.encode(said) == rows).all()
    for shelf in (file, tmp_path / "other" / file.name):
        shelf.unlink()  # what is mapped stays until nobody reads it


def test_the_transformer_is_the_one_that_was_chosen() -> None:
    encoder = english()
    assert encoder is not None
    rows = encoder.encode(["when do you close", "at what time do you shut", "a pound of butter please"])
    assert rows.shape == (3, 384)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.3


def test_weights_that_changed_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"other")
    with pytest.raises(WrongWeights, match="weights is not what it was"):
        trusted(file, "0" * 64)


@dataclass
class _Says:
    """A classifier that says the same about everything."""

    topic: str
    confidence: float = 0.99

    def classify(self, _text: str, _language: str) -> _Says:
        return self


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Stage, _Says]]:
    """A shop, and the classifier it listens to."""
    says = _Says("")
    with stage(MENUS["tea"], Assistant(classifier=says)) as made:
        yield made, says


def _played(shop: tuple[Stage, _Says], topic: str, *said: str, confidence: float = 0.99) -> dict[str, Any]:
    shop[1].topic, shop[1].confidence = topic, confidence
    return shop[0].play("x", list(said))


def test_it_is_heard_only_where_nothing_else_was_understood(shop: tuple[Stage, _Says]) -> None:
    said = ("two yuzu green teas", "make it three", "when do you close?", "what about a fluffernutter")
    with stage(MENUS["tea"], Assistant()) as without:
        alone = without.play("x", list(said))
    beside = _played(shop, "wifi", *said)
    assert beside["carts"] == alone["carts"]
    assert beside["replies"][:3] == alone["replies"][:3]


@pytest.mark.parametrize("topic", [*TOPICS, "nonsense"])
def test_whatever_it_says_nothing_is_ordered(shop: tuple[Stage, _Says], topic: str) -> None:
    played = _played(shop, topic, "mumble mumble grumble")
    assert played["carts"] == [[]]
    assert played["placed"] is False


def test_a_person_is_fetched_only_when_it_is_very_sure(shop: tuple[Stage, _Says]) -> None:
    unsure = _played(shop, "complaint", "mumble mumble grumble", confidence=0.7)
    sure = _played(shop, "complaint", "mumble mumble grumble", confidence=0.9)
    assert "passing you on" not in unsure["replies"][0]
    assert "passing you on" in sure["replies"][0]


def test_a_conversation_with_guesses_runs_again_the_same() -> None:
    with stage(MENUS["tea"], Assistant(classifier=_Says("about_me"))) as made:
        made.play("odd", ["mumble mumble grumble", "a yuzu green tea"])
        report = replay(made.database, made.merchant_id, chosen(made.database, made.merchant_id))
    assert report.changed == []
