"""Messages as rows of numbers: of their letters, or of their embeddings."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ml.embeddings import Embedder

_COLUMNS: Final = 4096
_LONGEST_GRAM: Final = 4
_MOST_CHARACTERS: Final = 400


class Features(Protocol):
    """A way to turn texts into rows of numbers."""

    @property
    def name(self) -> str:
        """Which way: a model knows one."""

    def rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text."""


class Letters:
    """Runs of one to four letters inside words, hashed into 4,096 columns; length 1."""

    name = "letters"

    def rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text."""
        found = np.zeros((len(texts), _COLUMNS), dtype=np.float32)
        for row, text in zip(found, texts, strict=True):
            for word in text[:_MOST_CHARACTERS].casefold().split():
                padded = f" {word} "
                for size in range(1, _LONGEST_GRAM + 1):
                    for start in range(len(padded) - size + 1):
                        row[zlib.crc32(padded[start : start + size].encode()) % _COLUMNS] += 1
        found = np.log1p(found)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(lengths, 1e-9), dtype=np.float32)


class Embedded:
    """The vectors of one embedder, or of several beside one another."""

    def __init__(self, *embedders: Embedder) -> None:
        self._embedders = embedders
        self.name = "-".join(e.name for e in embedders)

    def rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text."""
        return np.hstack([e.encode(texts) for e in self._embedders])


class Beside:
    """What several ways see, beside one another."""

    def __init__(self, *ways: Features) -> None:
        self._ways = ways
        self.name = "-".join(way.name for way in ways)

    def rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text."""
        return np.hstack([way.rows(texts) for way in self._ways])
