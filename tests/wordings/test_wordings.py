"""A shop's own words are kept: what is said, what waits, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from core import merchants, wordings
from core.db.outbox import WorkRow
from core.kernel.errors import InvalidInput, NotFound
from core.wordings import Proposal

if TYPE_CHECKING:
    from core.db.session import Database


@pytest.fixture
def shops(database: Database) -> tuple[str, str]:
    """The ids of two shops."""
    with database.begin() as uow:
        made = [
            merchants.create_merchant(uow, name=name, slug=name.casefold(), currency="USD", locale="en-US").id
            for name in ("Juniper", "Alder")
        ]
    return made[0], made[1]


def _events(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(WorkRow.kind == "event:ReplyReworded")) or 0


def test_what_is_proposed_is_said_once_somebody_accepts_it(database: Database, shops: tuple[str, str]) -> None:
    ours, others = shops
    with database.begin() as uow:
        wordings.propose(uow, ours, "en", {"thanks": "Any time!", "bye": "See you!"})
        wordings.propose(uow, ours, "en", {"thanks": "You bet!"})
    with database.read() as session:
        assert wordings.wordings(session, ours) == {}
        assert wordings.proposals(session, ours) == (
            Proposal("en", "bye", "See you!", "model"),
            Proposal("en", "thanks", "You bet!", "model"),
        )
        assert wordings.proposals(session, others) == ()
    assert _events(database) == 0
    with database.begin() as uow:
        assert wordings.accept(uow, ours, "en", "thanks") == "You bet!"
        wordings.discard(uow, ours, "en", "bye")
    with database.read() as session:
        assert wordings.wordings(session, ours) == {"en": {"thanks": "You bet!"}}
        assert wordings.wordings(session, others) == {}
        assert wordings.proposals(session, ours) == ()
    assert _events(database) == 1


def test_the_last_word_counts_and_can_be_taken_back(database: Database, shops: tuple[str, str]) -> None:
    ours, _ = shops
    with database.begin() as uow:
        wordings.use(uow, ours, "fr", "bye", "À bientôt !")
        wordings.use(uow, ours, "fr", "bye", "  À demain !\u200b ")
        wordings.use(uow, ours, "en", "bye", "Bye!")
    with database.begin() as uow:
        assert wordings.wordings(uow.session, ours) == {"fr": {"bye": "À demain !"}, "en": {"bye": "Bye!"}}
        wordings.say_again(uow, ours, "fr", "bye")
        wordings.say_again(uow, ours, "fr", "bye")
    with database.read() as session:
        assert wordings.wordings(session, ours) == {"en": {"bye": "Bye!"}}
    assert _events(database) == 4


def test_what_cannot_be_kept_is_refused_and_changes_nothing(database: Database, shops: tuple[str, str]) -> None:
    ours, _ = shops
    for text in ("", " \u200b", "x" * 1001):
        with pytest.raises(InvalidInput, match="1 to 1000 characters"), database.begin() as uow:
            wordings.use(uow, ours, "en", "bye", text)
    with pytest.raises(NotFound), database.begin() as uow:
        wordings.accept(uow, ours, "en", "bye")
    with database.read() as session:
        assert wordings.wordings(session, ours) == {}
    assert _events(database) == 0
