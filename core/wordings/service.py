"""Use cases of a shop's own words.

Whether a text may stand for a template is the assistant's to say, when it is offered and again whenever it is spoken:
nothing here knows the templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.errors import InvalidInput, NotFound
from core.kernel.text import clean
from core.wordings import repository
from core.wordings.events import ProposalDiscarded, RepliesProposed, ReplyReworded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.db.session import Session
    from core.db.uow import UnitOfWork
    from core.wordings.views import Proposal, Source, Wordings

_LONGEST = 1000


def wordings(session: Session, merchant_id: str) -> Wordings:
    """What the shop says in place of templates."""
    return repository.used(session, merchant_id)


def proposals(session: Session, merchant_id: str) -> tuple[Proposal, ...]:
    """What waits for a person to accept it."""
    return repository.proposed(session, merchant_id)


@requires("wordings.change")
def propose(
    uow: UnitOfWork, merchant_id: str, language: str, texts: Mapping[str, str], *, source: Source = "model"
) -> None:
    """Keep texts for a person to look at, in place of earlier proposals for the same keys. Nothing is said of them yet.

    Raises:
        InvalidInput: a text is empty or longer than 1,000 characters.
    """
    kept = {key: _text(key, text) for key, text in texts.items()}
    repository.replace(uow.session, merchant_id, language, kept, used=False, source=source)
    uow.record(RepliesProposed(merchant_id=merchant_id, language=language, keys=sorted(kept), source=source))


@requires("wordings.change")
def use(uow: UnitOfWork, merchant_id: str, language: str, key: str, text: str, *, source: Source = "person") -> None:
    """Say a text in place of a template from now on; a proposal for the same is done with.

    Raises:
        InvalidInput: the text is empty or longer than 1,000 characters.
    """
    kept = _text(key, text)
    repository.remove(uow.session, merchant_id, language, (key,), used=False)
    repository.replace(uow.session, merchant_id, language, {key: kept}, used=True, source=source)
    uow.record(ReplyReworded(merchant_id=merchant_id, language=language, key=key, text=kept))


@requires("wordings.change")
def accept(uow: UnitOfWork, merchant_id: str, language: str, key: str) -> str:
    """Say what was proposed; answers the text.

    Raises:
        NotFound: nothing is proposed for this key.
    """
    found = next((p for p in proposals(uow.session, merchant_id) if (p.language, p.key) == (language, key)), None)
    if found is None:
        raise NotFound(what="a proposal for", key=f"{language} {key}")
    use(uow, merchant_id, language, key, found.text, source=found.source)
    return found.text


@requires("wordings.change")
def discard(uow: UnitOfWork, merchant_id: str, language: str, key: str) -> None:
    """Forget a proposal; none is fine."""
    if repository.remove(uow.session, merchant_id, language, (key,), used=False):
        uow.record(ProposalDiscarded(merchant_id=merchant_id, language=language, key=key))


@requires("wordings.change")
def say_again(uow: UnitOfWork, merchant_id: str, language: str, key: str) -> None:
    """Say the template itself again; harmless when it is said already."""
    if repository.remove(uow.session, merchant_id, language, (key,), used=True):
        uow.record(ReplyReworded(merchant_id=merchant_id, language=language, key=key, text=""))


def _text(key: str, text: str) -> str:
    kept = clean(text, _LONGEST + 1)
    if not kept or len(kept) > _LONGEST:
        raise InvalidInput(field=key, problem=f"write 1 to {_LONGEST} characters")
    return kept
