"""Somebody writes under an id: who that is, when the provider names other ids of theirs, or after a long silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.access import requires
from core.customers import repository, rules
from core.customers.events import IdentityEnded, IdentityRenewed
from core.customers.views import IdentityView
from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from core.customers.views import KnownIdentity
    from core.db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Met:
    """What it means for conversations: those of `renamed` go on under the second id, those of `ended` are over."""

    renamed: tuple[tuple[str, str], ...] = ()
    ended: tuple[str, ...] = ()


@requires("customers.change")
def meet(
    uow: UnitOfWork,
    merchant_id: str,
    identity: IdentityView,
    aliases: Sequence[str],
    *,
    heard_at: datetime | None = None,
    known: bool = False,
) -> Met:
    """Find out who writes under an id. `aliases` are the other ids that the provider vouches for in this delivery.

    `known`: there is a conversation under this very id, last heard at `heard_at`.

    A telephone number may pass to somebody else: it never brings anybody another one's lasting id, and a number that
    was silent since `heard_at` for longer than numbers rest begins anew. Nobody is merged with anybody.
    """
    others = tuple(dict.fromkeys(a for a in aliases if a and a != identity.external_id))
    if not others:
        return (
            _after_silence(uow, merchant_id, identity, heard_at) if known else _under_alias(uow, merchant_id, identity)
        )
    said = (identity.external_id, *others)
    lasting = rules.lasting(identity.channel, said)
    numbers = rules.numbers(identity.channel, said)
    found = _first(uow, merchant_id, identity, lasting)
    met = Met()
    if found is None:
        found = _first(uow, merchant_id, identity, numbers)
        if found is not None and lasting and _has_lasting(uow, merchant_id, found):
            met, found = _taken_over(uow, merchant_id, found, numbers), None
    elif (stray := _first(uow, merchant_id, identity, numbers)) is not None and stray.id != found.id:
        met = _taken_over(uow, merchant_id, stray, numbers)
    if found is None:
        return met
    return _renewed(uow, merchant_id, found, said, met)


@requires("customers.change")
def end(uow: UnitOfWork, merchant_id: str, identity: KnownIdentity, why: str) -> Met:
    """Whoever comes with this id from now on is somebody else."""
    repository.change_identity(uow.session, merchant_id, identity.id, ended_at=now())
    ids = repository.aliases(uow.session, merchant_id, identity.id)
    for alias in ids:
        repository.drop_alias(uow.session, merchant_id, identity.id, alias)
    uow.record(
        IdentityEnded(merchant_id=merchant_id, customer_id=identity.customer_id, identity_id=identity.id, why=why)
    )
    return Met(ended=(identity.external_id, *ids))


def _after_silence(uow: UnitOfWork, merchant_id: str, identity: IdentityView, heard_at: datetime | None) -> Met:
    if heard_at is None or now() - heard_at < rules.SILENCE:
        return Met()
    if not rules.is_number(identity.channel, identity.external_id):
        return Met()
    found = repository.known(uow.session, merchant_id, identity)
    if found is None or _has_lasting(uow, merchant_id, found):
        return Met()
    return end(uow, merchant_id, found, "silence")


def _under_alias(uow: UnitOfWork, merchant_id: str, identity: IdentityView) -> Met:
    """Somebody whom we know by another id: what they said under that one goes on."""
    found = repository.known(uow.session, merchant_id, identity)
    if found is None:
        return Met()
    ids = (found.external_id, *repository.aliases(uow.session, merchant_id, found.id))
    return Met(renamed=tuple((x, identity.external_id) for x in ids if x != identity.external_id))


def _first(
    uow: UnitOfWork, merchant_id: str, identity: IdentityView, external_ids: Sequence[str]
) -> KnownIdentity | None:
    for external_id in external_ids:
        known = IdentityView(identity.channel, identity.account, external_id)
        if (found := repository.known(uow.session, merchant_id, known)) is not None:
            return found
    return None


def _has_lasting(uow: UnitOfWork, merchant_id: str, found: KnownIdentity) -> bool:
    ids = (found.external_id, *repository.aliases(uow.session, merchant_id, found.id))
    return bool(rules.lasting(found.channel, ids))


def _taken_over(uow: UnitOfWork, merchant_id: str, found: KnownIdentity, numbers: Sequence[str]) -> Met:
    """Take numbers away from whoever had them; their conversation goes on under their lasting id, if they have one."""
    ids = repository.aliases(uow.session, merchant_id, found.id)
    for number in numbers:
        repository.drop_alias(uow.session, merchant_id, found.id, number)
    kept = rules.lasting(found.channel, (found.external_id, *ids))
    if not kept:
        return end(uow, merchant_id, found, "taken over")
    if found.external_id in numbers:
        repository.drop_alias(uow.session, merchant_id, found.id, kept[0])
        repository.change_identity(uow.session, merchant_id, found.id, external_id=kept[0])
    return Met(renamed=tuple((number, kept[0]) for number in numbers))


def _renewed(uow: UnitOfWork, merchant_id: str, found: KnownIdentity, said: Sequence[str], met: Met) -> Met:
    """Keep what ids somebody has now, the first of them to write to. An old number is not theirs any more."""
    before = (found.external_id, *repository.aliases(uow.session, merchant_id, found.id))
    current = rules.numbers(found.channel, said)
    gone = [x for x in rules.numbers(found.channel, before) if current and x not in current]
    new = [x for x in said if x not in before]
    if not new and not gone:
        return met
    for external_id in gone:
        repository.drop_alias(uow.session, merchant_id, found.id, external_id)
    main = found.external_id
    if main in gone:
        main = said[0]
        repository.drop_alias(uow.session, merchant_id, found.id, main)
        repository.change_identity(uow.session, merchant_id, found.id, external_id=main)
    for external_id in said:
        if external_id != main and external_id not in before:
            repository.add_alias(uow.session, merchant_id, found, external_id)
    uow.record(IdentityRenewed(merchant_id=merchant_id, customer_id=found.customer_id, identity_id=found.id))
    renamed = tuple((x, said[0]) for x in before if x != said[0])
    return Met((*met.renamed, *renamed), met.ended)


@requires("customers.change")
def renumber(uow: UnitOfWork, merchant_id: str, before: IdentityView, after: str) -> Met:
    """Somebody has another id now, and not the old one any more: the provider says so itself."""
    found = repository.known(uow.session, merchant_id, before)
    if found is None or after == before.external_id:
        return Met()
    met = Met()
    other = repository.known(uow.session, merchant_id, IdentityView(before.channel, before.account, after))
    if other is not None and other.id != found.id:
        met = end(uow, merchant_id, other, "taken over")
    repository.drop_alias(uow.session, merchant_id, found.id, before.external_id)
    if found.external_id == before.external_id:
        repository.drop_alias(uow.session, merchant_id, found.id, after)
        repository.change_identity(uow.session, merchant_id, found.id, external_id=after)
    else:
        repository.add_alias(uow.session, merchant_id, found, after)
    uow.record(IdentityRenewed(merchant_id=merchant_id, customer_id=found.customer_id, identity_id=found.id))
    return Met(((before.external_id, after),), met.ended)
