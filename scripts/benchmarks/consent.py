"""Opt-outs in customers' own words: how many are found, and how many ordinary messages are taken for one."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assistant.privacy.phrases import heard
from scripts.benchmarks.report import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DATA = Path(__file__).parent / "data" / "consent.yaml"
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


def missed(said: dict[str, list[str]]) -> list[str]:
    """Those that are not found."""
    return [text for texts in said.values() for text in texts if not _is_out(text)]


def alarms(said: dict[str, list[str]]) -> list[str]:
    """Ordinary messages that are taken for one."""
    return [text for texts in said.values() for text in texts if _is_out(text)]


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """Recall on parts and on the list that was kept back; false alarms; the time that one message takes."""
    loaded, made = data(), phrasings(_PHRASINGS)
    ordinary = loaded["ordinary"]
    if "--show" in options:
        for name, texts in (
            ("missed", missed(made)),
            ("held out", missed(loaded["held_out"])),
            ("alarm", alarms(ordinary)),
        ):
            for text in texts:
                print(f"{name}: {text}")
    return [
        *_recall("found of phrasings from parts", made, "≥ 99 %"),
        *_recall("found of those written beforehand", loaded["held_out"], "≥ 99 %"),
        *_recall("found of those written later", loaded["later"], "≥ 99 %"),
        Figure(
            "ordinary messages taken for an opt-out",
            f"{len(alarms(ordinary))} of {sum(map(len, ordinary.values()))}",
            "0",
        ),
        Figure("one ordinary message", f"{_microseconds(ordinary):.0f} µs"),
    ]


def _recall(what: str, said: dict[str, list[str]], aim: str) -> Iterator[Figure]:
    total, lost = sum(map(len, said.values())), len(missed(said))
    yield Figure(what, f"{total - lost} of {total} ({100 * (total - lost) / total:.1f} %)", aim)
    shares = (f"{name} {len(texts) - len(missed({name: texts}))}/{len(texts)}" for name, texts in said.items())
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


def _is_out(text: str) -> bool:
    asked = heard(text)
    return asked is not None and asked.act == "opt_out"
