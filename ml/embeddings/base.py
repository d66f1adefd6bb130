"""What an embedder is, and how the weights of one are trusted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def name(self) -> str:
        """Which weights these are: vectors of different names cannot be compared."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text; the columns are the embedder's own."""


class WrongWeights(RuntimeError):
    """A package does not hold the weights that it held when it was chosen."""


def trusted(file: Path, sha256: str) -> Path:
    """The file, if its contents are those that were looked at when the package was chosen.

    Raises:
        WrongWeights: they are not, or there is no such file.
    """
    found = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "nothing"
    if found != sha256:
        message = f"{file.name} is not what it was: {found}"
        raise WrongWeights(message)
    return file
