"""Says whether a message asks to be written to no more. By letters at first, by embeddings once they are loaded."""

from __future__ import annotations

import threading
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from ml.leaving.examples import fingerprint

if TYPE_CHECKING:
    from ml.intents.features import Features
    from ml.intents.model import Model
    from ml.intents.router import Size

_log = structlog.get_logger(__name__)


def ways(embeddings: Size = "small") -> list[Features]:
    """The ways to look at a message, the plainest first. Meaning beside letters hears more than either alone."""
    from ml.embeddings import multilingual  # noqa: PLC0415 - numpy: the program starts without waiting for it
    from ml.intents.features import Beside, Embedded, Letters  # noqa: PLC0415 - the same

    letters = Letters()
    return [letters] if embeddings == "off" else [letters, Beside(letters, Embedded(multilingual()))]


def model_file(features: Features) -> Path:
    """Where the model over these features is kept."""
    return Path(str(files(__package__).joinpath("trained"))) / f"{features.name}.npz"


class Listener:
    """Thread-safe. Answers by letters until `warm` has loaded something better."""

    def __init__(self, *, embeddings: Size = "small") -> None:
        self._embeddings = embeddings
        self._by: tuple[Features, Model] | None = None
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Load the embeddings, which the router of questions shares, so that no message waits for them."""
        for features in ways(self._embeddings)[1:]:
            try:
                features.rows(["warm"])
            except (OSError, RuntimeError, ImportError) as error:
                _log.warning("embeddings_not_loaded", features=features.name, why=type(error).__name__)
                return
            with self._lock:
                self._by = _trained(features) or self._by

    def leaves(self, text: str) -> bool:
        """Whether a message that nothing else explains says that its sender wants no more messages."""
        with self._lock:
            if self._by is None:
                self._by = _trained(ways("off")[0])
            by = self._by
        if by is None or not text.strip():
            return False
        features, model = by
        likely = model.probabilities(features.rows([text]))[0]
        return bool(likely[model.labels.index("leaving")] >= model.sure)


def _trained(features: Features) -> tuple[Features, Model] | None:
    from ml.intents.model import Model  # noqa: PLC0415 - numpy

    file = model_file(features)
    try:
        model = Model.load(file)
    except (OSError, ValueError, KeyError) as error:
        _log.warning("model_not_read", file=str(file), why=type(error).__name__)
        return None
    if model.fingerprint == fingerprint():
        return features, model
    _log.warning("model_is_of_other_sentences", file=str(file), remedy="comanda intents train --shipped")
    return None
