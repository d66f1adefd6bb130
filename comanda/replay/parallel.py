"""Replays on several cores: conversations do not touch one another, so each process runs some in its own world."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from typing import TYPE_CHECKING

from comanda.replay import Report, replay
from core import messaging
from core.db.session import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from core.catalogue.menu import Menu
    from core.messaging.views import ConversationView

_SHARE = 400  # turns of one share: a few seconds' work, so that a bar moves and a new world is worth its making


def replay_parallel(
    address: str,
    merchant_id: str,
    conversations: Sequence[ConversationView],
    *,
    jobs: int,
    menu: Menu | None = None,
    progress: Callable[[int], object] | None = None,
) -> Report:
    """The same report as `replay` of all conversations, made by `jobs` processes; `progress` is told turns done."""
    report, began = Report(), time.monotonic()
    work = partial(_share, address, merchant_id, menu)
    order = {about.id: place for place, about in enumerate(conversations)}
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        shares = [pool.submit(work, ids) for ids in _shares(conversations, jobs)]
        for share in as_completed(shares):
            done = share.result()
            report.conversations += done.conversations
            report.turns += done.turns
            report.changed += done.changed
            if progress is not None:
                progress(done.turns)
    report.changed.sort(key=lambda changed: order[changed.conversation_id])
    report.seconds = time.monotonic() - began
    return report


def _share(address: str, merchant_id: str, menu: Menu | None, ids: tuple[str, ...]) -> Report:
    database = Database(address)
    try:
        with database.read() as session:
            picked = [messaging.conversation(session, merchant_id, one) for one in ids]
        return replay(database, merchant_id, picked, menu=menu)
    finally:
        database.close()


def _shares(conversations: Sequence[ConversationView], jobs: int) -> Iterator[tuple[str, ...]]:
    """Conversations in their order, in shares of about equally many turns, at least one for each process."""
    most = min(_SHARE, -(-sum(about.turns for about in conversations) // jobs))
    share: list[str] = []
    turns = 0
    for about in conversations:
        share.append(about.id)
        turns += about.turns
        if turns >= most:
            yield tuple(share)
            share, turns = [], 0
    if share:
        yield tuple(share)
