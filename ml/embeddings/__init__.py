"""Sentence embeddings: texts of any of our languages as vectors that are near where the meanings are.

`multilingual` needs numpy only and ships its weights in a package. `english` is a transformer, better at English, and
there only where the extra `transformers` is installed.
"""

from ml.embeddings.base import Embedder
from ml.embeddings.minilm import english, english_installed
from ml.embeddings.universal import multilingual

__all__ = ["Embedder", "english", "english_installed", "multilingual"]
