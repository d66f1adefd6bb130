"""Opt-outs in customers' own words: how many are found, and how many ordinary messages are taken for one."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assistant.arrivals import Heard
from assistant.dialogue.state import State
from assistant.engine import Assistant
from assistant.execution import CartValue
from assistant.privacy.phrases import heard
from assistant.shop import Shop
from core.catalogue.format import read_menu_file
from ml.leaving import Listener
from ml.leaving.examples import sentences
from scripts.benchmarks.report import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml.leaving.examples import Label

_DATA = Path(__file__).parent / "data" / "consent.yaml"
_MENU = Path(__file__).parents[2] / "comanda" / "demo" / "menu.json"
_PHRASINGS = 1000


def phrasings(count: int, seed: int = 24) -> dict[str, list[str]]:
    """So many different ways of saying it, by language, put together from parts by chance."""
    rng = random.Random(seed)
    parts = data()["parts"]
    found: dict[str, set[str]] = {language: set() for language in parts}
    languages = sorted(parts)
    while sum(map(len, found.values())) < count:
        language = languages[sum(map(len, found.values())) % len(languages)]
        found[language].add(_phrase(rng, parts[language]))
    return {language: sorted(said) for language, said in found.items()}


def data() -> dict[str, Any]:
    """The file of phrases."""
    loaded: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return loaded


def learnt(label: Label) -> dict[str, list[str]]:
    """What the rules were written for and the model was made from, by language."""
    return {language: list(said) for language, said in sentences(label).items()}


class Ears:
    """Hears as the assistant does: the rules first, and the model where nothing else explains a message."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self._assistant = Assistant()
        self._menu = read_menu_file(_MENU)

    def is_out(self, text: str) -> bool:
        """Whether a message opts out; asking for everything to be deleted does more."""
        asked = heard(text)
        if asked is not None:
            return asked.act in ("opt_out", "erase")
        if self._listener is None:
            return False
        thought = self._assistant.think(Shop(self._menu, "shop", "Shop"), CartValue(), State(), [Heard(text)])
        return thought.unexplained and self._listener.leaves(text)

    def missed(self, said: dict[str, list[str]]) -> list[str]:
        """Those that are not found."""
        return [text for texts in said.values() for text in texts if not self.is_out(text)]

    def alarms(self, said: dict[str, list[str]]) -> list[str]:
        """Ordinary messages that are taken for one."""
        return [text for texts in said.values() for text in texts if self.is_out(text)]


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """What is found of each set, and the false alarms: by rules alone, with the model by letters, and by embeddings."""
    loaded = data()
    figures: list[Figure] = []
    said = {"from parts": phrasings(_PHRASINGS), "unseen": loaded["unseen"], "learnt from": learnt("leaving")}
    ordinary = {"unseen": loaded["unseen_ordinary"], "learnt from": learnt("staying")}
    for name, ears in _all_ears():
        for what, texts in said.items():
            figures += _recall(f"{name}: found, {what}", texts, ears)
        for what, texts in ordinary.items():
            count, total = len(ears.alarms(texts)), sum(map(len, texts.values()))
            figures.append(
                Figure(f"{name}: ordinary messages taken for an opt-out, {what}", f"{count} of {total}", "0")
            )
        if "--show" in options:
            _show(name, ears, said, ordinary)
    return [*figures, Figure("the rules, one ordinary message", f"{_microseconds(ordinary['unseen']):.0f} µs")]


def _all_ears() -> Iterator[tuple[str, Ears]]:
    yield "rules", Ears(None)
    yield "and letters", Ears(Listener(embeddings="off"))
    warm = Listener()
    warm.warm()
    yield "and embeddings", Ears(warm)


def _show(
    name: str, ears: Ears, said: dict[str, dict[str, list[str]]], ordinary: dict[str, dict[str, list[str]]]
) -> None:
    for what, texts in said.items():
        for text in ears.missed(texts):
            print(f"{name}: missed, {what}: {text}")
    for what, texts in ordinary.items():
        for text in ears.alarms(texts):
            print(f"{name}: alarm, {what}: {text}")


def _recall(what: str, said: dict[str, list[str]], ears: Ears) -> Iterator[Figure]:
    lost = {name: len(ears.missed({name: texts})) for name, texts in said.items()}
    total, found = sum(map(len, said.values())), sum(map(len, said.values())) - sum(lost.values())
    yield Figure(what, f"{found} of {total} ({100 * found / total:.1f} %)", "≥ 99 %")
    shares = (f"{name} {len(texts) - lost[name]}/{len(texts)}" for name, texts in said.items())
    yield Figure(f"{what}, by language", ", ".join(shares))


def _microseconds(said: dict[str, list[str]]) -> float:
    texts = [text for of in said.values() for text in of]
    started = time.perf_counter()
    for text in texts:
        heard(text)
    return (time.perf_counter() - started) / len(texts) * 1e6


def _phrase(rng: random.Random, parts: dict[str, Any]) -> str:
    said = "".join(rng.choice(choices) for choices in rng.choice(parts["say"]))
    text = f"{rng.choice(parts['before'])}{said}{rng.choice(parts['after'])}"
    return rng.choice((text, text, text.capitalize(), text.upper(), text.replace("'", "\u2019")))
