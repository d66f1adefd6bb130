"""Asks the best trained model that can run here what a message wants; None is an answer too."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import structlog

from ml.intents.examples import OUTSIDE, fingerprint

if TYPE_CHECKING:
    from ml.intents.features import Features
    from ml.intents.model import Model

_log = structlog.get_logger(__name__)
Size = Literal["off", "small", "large"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic, and how likely it is, from 0 to 1."""

    topic: str
    confidence: float


def ways(embeddings: Size = "large") -> list[Features]:
    """The ways to look at a message that this installation has, the plainest first."""
    from ml.embeddings import english, multilingual  # noqa: PLC0415 - numpy: the program starts without waiting for it
    from ml.intents.features import Embedded, Letters  # noqa: PLC0415 - the same

    if embeddings == "off":
        return [Letters()]
    transformer = english() if embeddings == "large" else None
    return [Letters(), Embedded(multilingual()), *([Embedded(multilingual(), transformer)] if transformer else [])]


def model_file(features: Features, folder: Path | None = None) -> Path:
    """Where the model over these features is kept: in the folder given, or where those that ship are."""
    return (folder or Path(str(files(__package__).joinpath("trained")))) / f"{features.name}.npz"


class Router:
    """Thread-safe. Answers by letters until `warm` has loaded something better."""

    def __init__(self, folder: Path | None = None, *, embeddings: Size = "small") -> None:
        """`folder` may hold models trained by the operator; those that ship stand in for what it lacks."""
        self._folder = folder
        self._embeddings = embeddings
        self._general: tuple[Features, Model] | None = None
        self._english: tuple[Features, Model] | None = None
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Load the embeddings, so that no message waits for them: a second, or several with the extra."""
        self._begin()
        with self._lock:
            for features in ways(self._embeddings)[1:]:
                try:
                    features.rows(["warm"])
                except (OSError, RuntimeError, ImportError) as error:
                    _log.warning("embeddings_not_loaded", features=features.name, why=type(error).__name__)
                    return
                self._take(features)

    @property
    def by(self) -> str:
        """The names of what answers now."""
        self._begin()
        return ", ".join(pair[1].features for pair in (self._general, self._english) if pair is not None)

    def classify(self, text: str, language: str) -> Guess | None:
        """What a message wants; None when that is an order, nothing of ours, or not sure enough."""
        self._begin()
        pair = self._english if language == "en" and self._english else self._general
        if pair is None or not text.strip():
            return None
        features, model = pair
        likely = model.probabilities(features.rows([text]))[0]
        best = int(likely.argmax())
        if likely[best] < model.sure or model.labels[best] in OUTSIDE:
            return None
        return Guess(model.labels[best], float(likely[best]))

    def _begin(self) -> None:
        """Know letters, from the first question on."""
        with self._lock:
            if self._general is None:
                self._take(ways("off")[0])

    def _take(self, features: Features) -> None:
        model = self._trained(features)
        if model is None:
            return
        if "minilm" in features.name:
            self._english = (features, model)
        else:
            self._general = (features, model)

    def _trained(self, features: Features) -> Model | None:
        from ml.intents.model import Model  # noqa: PLC0415 - numpy

        for folder in (self._folder, None):
            file = model_file(features, folder)
            if not file.is_file():
                continue
            try:
                model = Model.load(file)
            except (OSError, ValueError, KeyError) as error:
                _log.warning("model_not_read", file=str(file), why=type(error).__name__, remedy="comanda intents train")
                continue
            if model.fingerprint == fingerprint():
                return model
            _log.warning("model_is_of_other_sentences", file=str(file), remedy="comanda intents train")
        return None
