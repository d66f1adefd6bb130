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
from core.customers.rules import is_number
from core.kernel.ids import new_id
from core.messaging import repository

if TYPE_CHECKING:
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


def heard(uow: UnitOfWork, merchant_id: str, envelope: Envelope) -> Envelope:
    """The message with what it means for consent noted in its payload; that is in the ledger then."""
    _meet(uow, merchant_id, envelope)
    by_provider = words.by_provider(envelope.payload)
    key = (merchant_id, envelope.channel, envelope.account, envelope.sender)
    said = by_provider
    if said is None and envelope.channel == "sms" and envelope.kind in ("text", "choice"):
        # Whether they are out matters for a single word only: nobody is looked up for the others.
        said = consent.keyword("sms", envelope.text, out=True)
        if said == "start" and consent.keyword("sms", envelope.text, out=False) is None:
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


def _meet(uow: UnitOfWork, merchant_id: str, envelope: Envelope) -> None:
    if not envelope.pushes and not envelope.aliases:
        return  # a page of ours: its ids are signed, and nobody else's ever
    identity = IdentityView(envelope.channel, envelope.account, envelope.sender)
    row = repository.of_sender(
        uow.session,
        merchant_id,
        channel=envelope.channel,
        account=envelope.account,
        sender=envelope.sender,
        thread=envelope.thread,
    )
    heard_at = row.heard_at if row is not None else None
    if not envelope.aliases and row is not None and not is_number(envelope.channel, envelope.sender):
        return
    met = linking.meet(uow, merchant_id, identity, envelope.aliases, heard_at=heard_at, known=row is not None)
    follow(uow, merchant_id, identity, met)


def follow(uow: UnitOfWork, merchant_id: str, identity: IdentityView, met: Met) -> None:
    """Let conversations follow whoever they are with: ended ones are kept, and nobody gets into them any more."""
    key = (uow.session, merchant_id, identity.channel, identity.account)
    for sender in met.ended:
        repository.end_conversations(*key, sender)
    for before, after in met.renamed:
        repository.rename_sender(*key, before=before, after=after)
