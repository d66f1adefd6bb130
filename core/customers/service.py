"""Use cases of customers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core import merchants
from core.access import mine, requires
from core.customers import repository
from core.customers.events import CustomerMet, CustomerNamed
from core.customers.views import CustomerView, IdentityView
from core.kernel import cards
from core.kernel.errors import InvalidInput, NotFound
from core.kernel.text import clean

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.customers.views import KnownIdentity
    from core.db.uow import UnitOfWork

_NAME_LENGTH = 120
_LOCALE_LENGTH = 35
_IDENTITY_LENGTH = 200


@requires("customers.change")
def identify(
    uow: UnitOfWork,
    merchant_id: str,
    channel: str,
    account: str,
    external_id: str,
    *,
    profile_name: str = "",
    locale: str = "",
) -> CustomerView:
    """The customer whom a channel knows under `external_id`; made on first sight, once however many see it at once.

    `profile_name` and `locale` fill what is not known yet and change nothing that is.

    Raises:
        InvalidInput: an empty or overlong identity.
        NotFound: no such shop.
    """
    identity = _checked(IdentityView(channel, account, external_id))
    name, language = cards.redacted(clean(profile_name, _NAME_LENGTH))[:_NAME_LENGTH], clean(locale, _LOCALE_LENGTH)
    found = repository.by_identity(uow.session, merchant_id, identity) or _by_alias(uow, merchant_id, identity)
    if found is None:
        merchants.merchant(uow.session, merchant_id)
        made = repository.add(uow.session, merchant_id, identity, name=name, locale=language)
        found = repository.by_identity(uow.session, merchant_id, identity)
        if made and found is not None:
            uow.record(CustomerMet(merchant_id=merchant_id, customer_id=found.id, channel=channel))
    if found is None:
        raise NotFound(what="customer", key=external_id)
    learnt = {}
    if name and not found.name:
        learnt["name"] = name
    if language and not found.locale:
        learnt["locale"] = language
    if learnt:
        repository.change(uow.session, merchant_id, found.id, **learnt)
    return replace(found, **learnt)


def customer(session: Session, merchant_id: str, customer_id: str) -> CustomerView:
    """The customer of this id.

    Raises:
        NotFound: there is none, or it is another shop's.
    """
    found = repository.by_id(session, merchant_id, customer_id)
    if found is None:
        raise NotFound(what="customer", key=customer_id)
    return found


def known_identity(session: Session, merchant_id: str, channel: str, account: str, external_id: str) -> KnownIdentity:
    """The identity that has this id, or has it as an alias.

    Raises:
        NotFound: nobody is known by it.
    """
    found = repository.known(session, merchant_id, IdentityView(channel, account, external_id))
    if found is None:
        raise NotFound(what="identity", key=external_id)
    return found


def known_identities(session: Session, merchant_id: str, customer_id: str) -> tuple[KnownIdentity, ...]:
    """Every identity that a customer has or had, with its aliases, the first seen first."""
    return repository.known_of(session, merchant_id, customer_id)


def identities(session: Session, merchant_id: str, customer_id: str) -> tuple[IdentityView, ...]:
    """How channels know a customer, the first seen first.

    Raises:
        NotFound: no such customer of this shop.
    """
    customer(session, merchant_id, customer_id)
    return repository.identities(session, merchant_id, customer_id)


@requires("customers.change")
def set_name(uow: UnitOfWork, merchant_id: str, customer_id: str, name: str) -> CustomerView:
    """Call the customer `name` from now on.

    Raises:
        InvalidInput: nothing is left of the name once control characters are gone.
        NotFound: no such customer of this shop.
    """
    mine(uow, customer_id)
    cleaned = cards.redacted(clean(name, _NAME_LENGTH))[:_NAME_LENGTH]
    if not cleaned:
        raise InvalidInput(field="name", problem="is empty: say what to call the customer.")
    if not repository.change(uow.session, merchant_id, customer_id, name=cleaned):
        raise NotFound(what="customer", key=customer_id)
    uow.record(CustomerNamed(merchant_id=merchant_id, customer_id=customer_id))
    return customer(uow.session, merchant_id, customer_id)


def _by_alias(uow: UnitOfWork, merchant_id: str, identity: IdentityView) -> CustomerView | None:
    known = repository.known(uow.session, merchant_id, identity)
    return repository.by_id(uow.session, merchant_id, known.customer_id) if known is not None else None


def _checked(identity: IdentityView) -> IdentityView:
    for field, value, longest in (
        ("channel", identity.channel, 32),
        ("account", identity.account, _IDENTITY_LENGTH),
        ("external_id", identity.external_id, _IDENTITY_LENGTH),
    ):
        # An account may be nameless (a web page of the only shop); a customer may not.
        if len(value) > longest or (not value and field != "account") or "\x00" in value:
            raise InvalidInput(field=field, problem=f"must have 1 to {longest} characters and no zero byte.")
    return identity
