"""What a delivery says besides its message: who its sender is now, and the words that allow or forbid us to write.

Called before a message is kept. A delivery that comes again changes nothing again: what it says of consent is written
down under its own id, and ids are what they are already.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.access import requires
from core.customers import IdentityView, consent, linking
from core.customers.consent import rules as words
from core.customers.rules import SILENCE, is_number
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.messaging import repository
from core.messaging import repository_inbound as rows

if TYPE_CHECKING:
    from datetime import datetime

    from core.customers.consent import Choice, Word
    from core.customers.linking import Met
    from core.db.uow import UnitOfWork
    from core.messaging.envelope import Envelope

# In a message's payload: what it was to the network or to the provider; and that the provider has answered it itself.
CONSENT = "consent"
ANSWERED = "consent_answered"
# Begins the ref of the one confirmation, which goes out whatever is allowed.
CONSENT_REF = "consent:"
_CHOICES: dict[Word, Choice] = {"stop": "stop", "start": "in"}


def says_more(envelope: Envelope) -> bool:
    """Whether a delivery names other ids of its sender, or is a word about what we may send: then it is `heard`."""
    return bool(envelope.aliases) or words.by_provider(envelope.payload) is not None or _keyword(envelope) is not None


def heard(uow: UnitOfWork, merchant_id: str, envelope: Envelope) -> Envelope:
    """The message with what it means for consent noted in its payload; that is in the ledger then."""
    meet(uow, merchant_id, envelope)
    by_provider = words.by_provider(envelope.payload)
    said = by_provider or _keyword(envelope)
    if by_provider is None and said == "start" and consent.keyword("sms", envelope.text, out=False) is None:
        # Whether they are out matters for this word only: nobody is looked up for the others.
        key = (merchant_id, envelope.channel, envelope.account, envelope.sender)
        said = "start" if consent.is_out(uow.session, *key) else None
    if said is None:
        return envelope
    noted = {**envelope.payload, CONSENT: said}
    if by_provider is not None:
        noted[ANSWERED] = True
    if said in _CHOICES:
        noted["changed"] = consent.record(
            uow,
            merchant_id,
            IdentityView(envelope.channel, envelope.account, envelope.sender),
            _CHOICES[said],
            words=envelope.text or str(said).upper(),
            how="provider" if by_provider is not None else "keyword",
            ref=f"{envelope.channel}:{envelope.external_id}",
            language=envelope.locale,
        )
    return replace(envelope, payload=noted)


def _keyword(envelope: Envelope) -> Word | None:
    """The network's word that a message may be, if it comes from somebody who is out."""
    if envelope.channel != "sms" or envelope.kind not in ("text", "choice"):
        return None
    return consent.keyword("sms", envelope.text, out=True)


@requires("conversations.receive")
def set_offers(uow: UnitOfWork, merchant_id: str, *, channel: str, account: str, sender: str, allowed: bool) -> None:
    """A provider says whether a customer wants offers: they have set it there, without a word to us."""
    choice: Choice = "offers" if allowed else "no_offers"
    identity = IdentityView(channel, account, sender)
    consent.record(uow, merchant_id, identity, choice, words="", how="provider", ref=f"set:{new_id()}")


@requires("conversations.receive")
def moved(uow: UnitOfWork, merchant_id: str, *, channel: str, account: str, sender: str, to: str) -> None:
    """A provider says that a customer has another id now: their conversation goes on under it."""
    identity = IdentityView(channel, account, sender)
    follow(uow, merchant_id, identity, linking.renumber(uow, merchant_id, identity, to))


def may_be_another(envelope: Envelope, heard_at: datetime) -> bool:
    """Whether a number was silent for so long that it may be somebody else's now."""
    silent = now() - heard_at >= SILENCE
    return silent and _is_met(envelope) and is_number(envelope.channel, envelope.sender)


def meet(uow: UnitOfWork, merchant_id: str, envelope: Envelope) -> None:
    """Find out who writes; conversations follow."""
    if not _is_met(envelope):
        return
    identity = IdentityView(envelope.channel, envelope.account, envelope.sender)
    known = rows.known(uow.session, merchant_id, envelope)
    if not envelope.aliases and known is not None and not is_number(envelope.channel, envelope.sender):
        return
    heard_at = known[1] if known is not None else None
    met = linking.meet(uow, merchant_id, identity, envelope.aliases, heard_at=heard_at, known=known is not None)
    follow(uow, merchant_id, identity, met)


def _is_met(envelope: Envelope) -> bool:
    """Not on a page of ours: its ids are signed, and nobody else's ever."""
    return envelope.pushes or bool(envelope.aliases)


def follow(uow: UnitOfWork, merchant_id: str, identity: IdentityView, met: Met) -> None:
    """Let conversations follow whoever they are with: ended ones are kept, and nobody gets into them any more."""
    key = (uow.session, merchant_id, identity.channel, identity.account)
    for sender in met.ended:
        repository.end_conversations(*key, sender)
    for before, after in met.renamed:
        repository.rename_sender(*key, before=before, after=after)
