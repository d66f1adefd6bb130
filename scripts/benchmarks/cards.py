"""Card numbers in every spelling, sent to a real database; and numbers that only look like them."""

from __future__ import annotations

import random
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core import merchants, messaging
from core.access import of_provider
from core.db.schema import upgrade
from core.db.session import Database
from core.kernel import cards
from core.logs import mask
from core.messaging import Envelope
from scripts.benchmarks.card_numbers import harmless, messages
from scripts.benchmarks.report import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.benchmarks.card_numbers import Spelled

SEED = 20_261
SIZE = 5_000
HARMLESS = 20_000
_A_BATCH = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """`left` are the numbers that are still there: in a row, in the database's files, or in a line of the log."""

    sent: int
    left: tuple[Spelled, ...]
    in_files: int
    in_log: int


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """Send and search; `--seed N` takes others."""
    seed = int(options[1]) if options[:1] == ["--seed"] else SEED
    sample = messages(random.Random(seed), SIZE)
    with (
        tempfile.TemporaryDirectory(prefix="comanda-") as folder,
        shop(f"sqlite:///{folder}/comanda.db") as (db, owner),
    ):
        begun = time.perf_counter()
        outcome = send(db, owner, sample, Path(folder))
        seconds = time.perf_counter() - begun
    alarms = false_alarms(random.Random(seed), HARMLESS)
    split = sum(len(s.messages) > 1 for s in sample)
    return [
        Figure("card numbers sent", f"{outcome.sent}, {split} of them in two messages"),
        Figure("removed before storage", f"{100 * (1 - len(outcome.left) / outcome.sent):.2f} %", "≥ 99.5 %"),
        Figure("whole numbers found in the database's files", str(outcome.in_files), "those not removed"),
        Figure("found in the log", str(outcome.in_log), "those not removed"),
        Figure("spellings with a number not removed", ", ".join(sorted({s.spelling for s in outcome.left})) or "none"),
        Figure(f"false alarms on {HARMLESS} other numbers", f"{alarms} ({100 * alarms / HARMLESS:.3f} %)", "≤ 0.1 %"),
        Figure("time of a message, stored", f"{1000 * seconds / sum(len(s.messages) for s in sample):.2f} ms"),
    ]


@contextmanager
def shop(url: str) -> Iterator[tuple[Database, str]]:
    """A database with a shop."""
    database = Database(url)
    upgrade(database)
    with database.begin() as uow:
        made = merchants.create_merchant(uow, name="Shop", slug="shop", currency="USD", locale="en")
        merchants.add_location(uow, made.id, name="Here")
    yield database, made.id
    database.close()


def send(database: Database, merchant_id: str, sample: Sequence[Spelled], folder: Path | None = None) -> Outcome:
    """Receive every message as a channel does, log it, and look for the numbers afterwards."""
    lines: list[str] = []
    for start in range(0, len(sample), _A_BATCH):
        with database.begin(of_provider("bench", merchant_id)) as uow:
            for number, spelled in enumerate(sample[start : start + _A_BATCH], start):
                for part, text in enumerate(spelled.messages):
                    messaging.receive(uow, merchant_id, _envelope(f"{number}-{part}", str(number), text))
                    lines.append(str(mask(f"a message said {text}")))
    kept = _kept(database, merchant_id, len(sample))
    left = tuple(s for n, s in enumerate(sample) if _is_left(s, kept[n]))
    stored = b"".join(p.read_bytes() for p in folder.glob("comanda.db*")) if folder is not None else b""
    log = "\n".join(lines)
    return Outcome(
        len(sample),
        left,
        sum(s.digits.encode() in stored for s in sample),
        sum(s.digits in log for s in sample),
    )


def false_alarms(rng: random.Random, size: int) -> int:
    """How many messages lose a number that is no card's; each also follows the one before, as if from one person."""
    alarms, before = 0, ""
    for _ in range(size):
        _, text = harmless(rng)
        alarms += bool(cards.find(text) or (before and cards.split([before], text)))
        before = text
    return alarms


def _envelope(external_id: str, sender: str, text: str) -> Envelope:
    return Envelope(
        channel="bench",
        account="shop",
        external_id=external_id,
        sender=sender,
        kind="text",
        text=text,
        payload={"raw": {"body": text}} if "-0" in external_id else {},
    )


def _kept(database: Database, merchant_id: str, size: int) -> list[tuple[str, ...]]:
    """What is stored of each customer's messages."""
    with database.read() as session:
        found = []
        for number in range(size):
            about = messaging.find_conversation(
                session, merchant_id, channel="bench", account="shop", sender=str(number)
            )
            rows = messaging.open_turn(session, about.id) if about is not None else None
            found.append(tuple(f"{m.text} {m.payload}" for m in rows.messages) if rows is not None else ())
    return found


def _is_left(spelled: Spelled, kept: Sequence[str]) -> bool:
    """Whether what is stored still has the number: a message as it was sent, or the number's digits."""
    together = " ".join(kept)
    bare = "".join(c for c in together if c.isalnum())
    return spelled.digits in bare or not all(cards.REMOVED in text for text in kept)
