"""Use cases of consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import mine, requires
from core.customers import repository as people
from core.customers import service as customers
from core.customers.consent import repository, rules
from core.customers.consent.views import ConsentView, Standing
from core.customers.events import ConsentChanged
from core.customers.views import IdentityView
from core.kernel import cards
from core.kernel.clock import now
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from core.customers.consent.views import Choice, How, Purpose
    from core.customers.views import KnownIdentity
    from core.db.uow import UnitOfWork

_WORDS = 2000
_REF = 300


def may_send(  # noqa: PLR0917 - whose it is, in the order of a conversation
    session: Session,
    merchant_id: str,
    channel: str,
    account: str,
    external_id: str,
    purpose: Purpose,
    *,
    in_answer: bool = False,
) -> bool:
    """Whether a message of ours may go out now: ask before each one, also before one that was queued long ago.

    `in_answer`: it answers a message of theirs. The one confirmation of an opt-out does not ask.
    """
    found = people.known(session, merchant_id, IdentityView(channel, account, external_id))
    of = standing(session, merchant_id, found.id) if found is not None else Standing()
    return rules.allows(of, purpose, in_answer=in_answer)


def standing(session: Session, merchant_id: str, identity_id: str) -> Standing:
    """What may be sent to an identity."""
    return rules.standing_of(repository.entries(session, merchant_id, identity_id))


def is_out(session: Session, merchant_id: str, channel: str, account: str, external_id: str) -> bool:
    """Whether whoever has this id has told us to stop."""
    found = people.known(session, merchant_id, IdentityView(channel, account, external_id))
    return found is not None and standing(session, merchant_id, found.id).is_out


def history(session: Session, merchant_id: str, customer_id: str) -> tuple[ConsentView, ...]:
    """Everything in the ledger about a customer, by identity, the oldest first."""
    return tuple(
        entry
        for identity in people.known_of(session, merchant_id, customer_id)
        for entry in repository.entries(session, merchant_id, identity.id)
    )


@requires("customers.change")
def record(
    uow: UnitOfWork,
    merchant_id: str,
    identity: IdentityView,
    choice: Choice,
    *,
    words: str,
    how: How,
    ref: str,
    language: str = "",
) -> bool:
    """Write down what a customer has chosen, in their own words; False when it changes nothing.

    The same `ref` counts once. Whoever is not known yet is from now on.

    Raises:
        InvalidInput: an identity that no channel gives.
        Conflict: their consent is being changed at this moment.
    """
    found = _held(uow, merchant_id, identity)
    ref = ref[:_REF]
    entries = repository.entries(uow.session, merchant_id, found.id)
    if repository.is_recorded(uow.session, merchant_id, found.id, ref):
        return False
    changes: Mapping[str, str] = rules.meaning(choice, entries)
    _write(uow, merchant_id, found, changes, words=words, how=how, ref=ref, language=language, after=len(entries))
    return bool(changes)


@requires("customers.change")
def disclose(uow: UnitOfWork, merchant_id: str, identity: IdentityView, *, words: str, language: str) -> bool:
    """Note that they were told that a machine speaks, and how; False when they had been told already.

    Raises:
        InvalidInput: an identity that no channel gives.
        Conflict: their consent is being changed at this moment.
    """
    found = _held(uow, merchant_id, identity)
    entries = repository.entries(uow.session, merchant_id, found.id)
    if any(entry.purpose == "disclosure" for entry in entries):
        return False
    told = {"disclosure": "told"}
    _write(
        uow,
        merchant_id,
        found,
        told,
        words=words,
        how="disclosure",
        ref="disclosure",
        language=language,
        after=len(entries),
    )
    return True


def is_disclosed(session: Session, merchant_id: str, identity: IdentityView) -> bool:
    """Whether they were told that a machine speaks."""
    found = people.known(session, merchant_id, identity)
    if found is None:
        return False
    return any(e.purpose == "disclosure" for e in repository.entries(session, merchant_id, found.id))


def _held(uow: UnitOfWork, merchant_id: str, identity: IdentityView) -> KnownIdentity:
    found = people.known(uow.session, merchant_id, identity)
    if found is None:
        customers.identify(uow, merchant_id, identity.channel, identity.account, identity.external_id)
        found = people.known(uow.session, merchant_id, identity)
    assert found is not None  # noqa: S101 - it has just been made
    mine(uow, found.customer_id)
    return found


def _write(
    uow: UnitOfWork,
    merchant_id: str,
    of: KnownIdentity,
    changes: Mapping[str, str],
    *,
    words: str,
    how: How,
    ref: str,
    language: str,
    after: int,
) -> None:
    said = cards.redacted(clean(words, _WORDS))[:_WORDS]
    for number, (purpose, allowed) in enumerate(sorted(changes.items()), start=after + 1):
        entry = ConsentView(of.id, number, purpose, allowed, how, said, of.channel, language[:35], now())
        repository.add(uow.session, merchant_id, of, entry, ref)
        uow.record(
            ConsentChanged(
                merchant_id=merchant_id,
                customer_id=of.customer_id,
                identity_id=of.id,
                purpose=purpose,
                allowed=allowed,
                how=how,
            )
        )
