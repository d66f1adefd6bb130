"""Making the models anew from the example sentences, and measuring them on sentences that they have not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ml.intents.examples import LANGUAGES, OUTSIDE, examples, fingerprint
from ml.intents.model import Model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ml.intents.examples import Example
    from ml.intents.features import Features

_STRENGTH: Final = 30.0  # the inverse of the regularisation
_FOLDS: Final = 5
_SEED: Final = 7
# Of the messages that want nothing we have a topic for, this share at most may be taken for one that does.
_TAKEN_AT_MOST: Final = 0.03


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of held-out sentences.

    `right`, `wrong`: of those with a topic, said rightly or wrongly; the others were left to be asked about. `taken`:
    of those without one, given a topic all the same.
    """

    language: str
    sentences: int
    right: float
    wrong: float
    taken: float


def train(features: Features, languages: Sequence[str] = LANGUAGES) -> Model:
    """Logistic regression whose confidence is calibrated by temperature over five folds (scikit-learn)."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import, used for training only
    from sklearn.calibration import CalibratedClassifierCV  # noqa: PLC0415 - the same
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the same
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415 - the same

    known = [e for e in examples() if e.language in languages]
    dense = features.rows([e.text for e in known])
    rows = csr_matrix(dense) if np.count_nonzero(dense) < dense.size / 10 else dense  # letters: many times faster
    wanted = np.array([e.label for e in known])
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    plain = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
    calibrated = CalibratedClassifierCV(plain, method="temperature", cv=folds, ensemble=False)
    calibrated.fit(rows, wanted)
    (inner,) = calibrated.calibrated_classifiers_
    model = Model(
        features=features.name,
        labels=tuple(str(label) for label in calibrated.classes_),
        weights=inner.estimator.coef_.T.astype(np.float32),
        bias=inner.estimator.intercept_.astype(np.float32),
        temperature=1 / float(inner.calibrators[0].beta_),
        sure=0.0,
        fingerprint=fingerprint(),
    )
    unseen = cross_val_predict(plain, rows, wanted, cv=folds, method="decision_function")
    return _with_doubt(model, _softmax(unseen / model.temperature), wanted)


def measure(model: Model, features: Features) -> tuple[Score, ...]:
    """How the model does on the held-out sentences of each language, and of all."""
    known = examples("held_out")
    likely = model.probabilities(features.rows([e.text for e in known]))
    scores = [_score(model, language, known, likely) for language in LANGUAGES]
    return (*scores, _score(model, "all", known, likely))


def _with_doubt(model: Model, likely: NDArray[np.float64], wanted: NDArray[np.str_]) -> Model:
    """The same model, saying nothing where too many that want nothing would be answered."""
    labels = np.array(model.labels)
    guesses, confidence = labels[likely.argmax(axis=1)], likely.max(axis=1)
    outside = np.isin(wanted, list(OUTSIDE))
    taken = np.sort(confidence[outside & ~np.isin(guesses, list(OUTSIDE))])[::-1]
    allowed = int(_TAKEN_AT_MOST * outside.sum())
    sure = float(taken[allowed]) + 1e-6 if len(taken) > allowed else 0.0
    return Model(model.features, model.labels, model.weights, model.bias, model.temperature, sure, model.fingerprint)


def _score(model: Model, language: str, known: Sequence[Example], likely: NDArray[np.float64]) -> Score:
    chosen = [(e, p) for e, p in zip(known, likely, strict=True) if language in (e.language, "all")]
    right = wrong = taken = inside = 0
    for example, row in chosen:
        best = int(row.argmax())
        said = model.labels[best] if row[best] >= model.sure and model.labels[best] not in OUTSIDE else ""
        if example.label in OUTSIDE:
            taken += bool(said)
        else:
            inside += 1
            right += said == example.label
            wrong += said not in ("", example.label)
    outside = len(chosen) - inside
    return Score(language, len(chosen), right / inside, wrong / inside, taken / outside)


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))
