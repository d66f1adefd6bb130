"""`comanda replay`: stored conversations run again, and everything that would go another way now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from comanda.replay.compare import Difference, differences
from comanda.replay.report import Changed, Report
from comanda.replay.world import Stumbled, read_stored, shop_now, world
from core import catalogue, messaging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from comanda.replay.world import Stored, World
    from core.catalogue.menu import Menu
    from core.db.session import Database
    from core.messaging.views import ConversationView

__all__ = ["Changed", "Difference", "Report", "chosen", "replay"]

_ALL = 10_000_000


def chosen(
    database: Database,
    merchant_id: str,
    *,
    conversation_id: str = "",
    since: datetime | None = None,
    limit: int | None = None,
) -> tuple[ConversationView, ...]:
    """The conversations to run again, the oldest first: one, those with news since a moment, or the latest `limit`.

    Raises:
        NotFound: the shop has no such conversation.
    """
    with database.read() as session:
        if conversation_id:
            return (messaging.conversation(session, merchant_id, conversation_id),)
        latest = messaging.conversations(session, merchant_id, limit if limit is not None else _ALL)
    return tuple(reversed([c for c in latest if c.turns and (since is None or c.updated_at >= since)]))


def replay(
    database: Database,
    merchant_id: str,
    conversations: Iterable[ConversationView],
    *,
    menu: Menu | None = None,
    progress: Callable[[Stored], object] | None = None,
) -> Report:
    """Run conversations again on a temporary database and compare; nothing of the shop is touched.

    `menu` stands in for the menus of their day. `progress` is called after each conversation.
    """
    report, began = Report(), time.monotonic()
    menus = _Menus(database, merchant_id, menu)
    with database.read() as session:
        now = shop_now(session, merchant_id)
    with world(menus.of, now) as again:
        for about in conversations:
            with database.read() as session:
                stored = read_stored(session, about)
            if changed := _changed(again, stored):
                report.changed.append(changed)
            report.conversations += 1
            report.turns += len(stored.turns)
            if progress is not None:
                progress(stored)
    report.seconds = time.monotonic() - began
    return report


class _Menus:
    """The menus that the shop ever had, each read once; or one menu in the place of all."""

    def __init__(self, database: Database, merchant_id: str, instead: Menu | None) -> None:
        self._database = database
        self._merchant_id = merchant_id
        self._instead = instead
        self._read: dict[str, Menu] = {}

    def of(self, version: str, location_id: str | None, at: datetime | None) -> Menu:
        """The menu of a version, as a place had it at a moment; the menu in force when a turn has none."""
        if self._instead is not None:
            return self._instead
        # A version names everything that applied, prices and times of the place with it: one is never read twice.
        if version not in self._read:
            with self._database.read() as session:
                self._read[version] = (
                    catalogue.menu_of_version(session, self._merchant_id, version, location_id=location_id, at=at)
                    if version
                    else catalogue.menu_as_imported(session, self._merchant_id)
                )
        return self._read[version]


def _changed(again: World, stored: Stored) -> Changed | None:
    try:
        found = differences(stored.turns, again.run(stored))
    except Stumbled as stumbled:
        found = (Difference(stumbled.turn, "turn", ("answered",), (f"failed: {stumbled.why}",)),)
    if not found:
        return None
    texts = {message.seq: message.text or f"[{message.kind}]" for message in stored.said}
    said = {turn.number: " / ".join(texts.get(seq, "") for seq in turn.inbound_seqs) for turn in stored.turns}
    return Changed(stored.about.id, stored.about.created_at, said, found)
