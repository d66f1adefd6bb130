"""What a message wants that is no order: a router of topics, trained on the example sentences beside it.

Two models ship trained: one over letters, which needs nothing but numpy, and one over multilingual embeddings. With
the extra `transformers` a third knows English better. `comanda intents train` makes them anew and measures them.
"""

from ml.intents.examples import LANGUAGES, OUTSIDE, topics
from ml.intents.router import Guess, Router

__all__ = ["LANGUAGES", "OUTSIDE", "Guess", "Router", "topics"]
