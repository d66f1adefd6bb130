"""A trained router: a matrix, a temperature that makes its confidence honest, and where it says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` columns x labels, `bias` labels; `sure` is the least confidence that counts as knowing."""

    features: str
    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float
    sure: float
    fingerprint: str

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """How likely each label is, for each row; a row adds up to 1."""
        scores = (rows @ self.weights + self.bias).astype(np.float64) / self.temperature
        scores -= scores.max(axis=1, keepdims=True)
        grown = np.exp(scores)
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))

    def save(self, file: Path) -> None:
        """Write it down; the weights in half precision, which loses nothing that is seen."""
        file.parent.mkdir(parents=True, exist_ok=True)
        about: dict[str, Any] = {
            "features": self.features,
            "labels": np.array(self.labels),
            "weights": self.weights.astype(np.float16),
            "bias": self.bias,
            "temperature": self.temperature,
            "sure": self.sure,
            "fingerprint": self.fingerprint,
        }
        with file.open("wb") as out:
            np.savez_compressed(out, **about)

    @classmethod
    def load(cls, file: Path) -> Model:
        """The model that `save` wrote. Nothing in the file is ever run.

        Raises:
            ValueError, KeyError, OSError: it is no such file.
        """
        with np.load(file, allow_pickle=False) as found:
            return cls(
                features=str(found["features"]),
                labels=tuple(str(label) for label in found["labels"]),
                weights=found["weights"].astype(np.float32),
                bias=found["bias"].astype(np.float32),
                temperature=float(found["temperature"]),
                sure=float(found["sure"]),
                fingerprint=str(found["fingerprint"]),
            )
