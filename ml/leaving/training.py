"""Making the second voice anew from its sentences; what it must leave alone is also all that the router learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ml.intents.examples import examples
from ml.intents.model import Model
from ml.leaving.examples import LABELS, fingerprint, sentences

if TYPE_CHECKING:
    from ml.intents.features import Features
    from ml.leaving.examples import Label

_STRENGTH: Final = 30.0  # the inverse of the regularisation
_FOLDS: Final = 5
_SEED: Final = 7
# What only sounds like leaving weighs more than what does not even sound like it.
_NEAR: Final = 3.0
# Of unseen messages that only sound like leaving, this share at most may be taken for it.
_TAKEN_AT_MOST: Final = 0.05


def train(features: Features) -> Model:
    """Logistic regression (scikit-learn), silent where, over five folds, too many would be taken that stay."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import, used for training only
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # noqa: PLC0415 - the same

    leaving, near = (_all(label) for label in LABELS)
    far = [e.text for e in examples()]
    rows = features.rows([*leaving, *near, *far])
    wanted = np.array([1] * len(leaving) + [0] * (len(near) + len(far)))
    weights = np.array([1.0] * len(leaving) + [_NEAR] * len(near) + [1.0] * len(far))
    plain = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    unseen = cross_val_predict(
        plain, rows, wanted, cv=folds, method="predict_proba", params={"sample_weight": weights}
    )[:, 1]
    taken = np.sort(unseen[len(leaving) : len(leaving) + len(near)])[::-1]
    plain.fit(rows, wanted, sample_weight=weights)
    column = plain.coef_.T.astype(np.float32)
    return Model(
        features=features.name,
        labels=LABELS,
        weights=np.hstack([column, np.zeros_like(column)]),
        bias=np.array([plain.intercept_[0], 0.0], dtype=np.float32),
        temperature=1.0,
        sure=float(taken[int(_TAKEN_AT_MOST * len(near))]) + 1e-6,
        fingerprint=fingerprint(),
    )


def _all(label: Label) -> list[str]:
    return [text for texts in sentences(label).values() for text in texts]
