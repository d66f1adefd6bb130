"""The example sentences: how people say that they want to be written to no more, and what only sounds like it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, Literal

import yaml

from ml.intents.examples import LANGUAGES, digest

Label = Literal["leaving", "staying"]
LABELS: Final[tuple[Label, ...]] = ("leaving", "staying")


@cache
def sentences(label: Label) -> dict[str, tuple[str, ...]]:
    """The sentences that are learnt from, by language."""
    folder = files(__package__).joinpath("sentences")
    loaded = {name: yaml.safe_load(folder.joinpath(f"{name}.yaml").read_text("utf-8")) for name in LANGUAGES}
    return {name: tuple(str(text) for text in data[label]) for name, data in loaded.items()}


@cache
def fingerprint() -> str:
    """Changes whenever a sentence does. Reads no sentence: the program asks this when it starts."""
    return digest(files(__package__).joinpath("sentences"))
