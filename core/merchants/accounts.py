"""Which shop an account at a provider belongs to: a WhatsApp number's id, a phone number, a bot, a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.kernel.errors import Conflict, InvalidInput
from core.merchants import repository, service
from core.merchants.events import AccountConnected, AccountDisconnected

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.db.uow import UnitOfWork
    from core.merchants.views import ChannelAccount

_LONGEST = 255


@requires("shop.change")
def connect_account(
    uow: UnitOfWork, merchant_id: str, channel: str, account: str, *, location_id: str | None = None
) -> ChannelAccount:
    """What comes in on this account is for the shop, and for this place of it (None: the first). Repeats harmlessly.

    Raises:
        InvalidInput: an account that no provider gives.
        NotFound: no such shop or place.
        Conflict: the account is another shop's.
    """
    if not account or len(account) > _LONGEST:
        raise InvalidInput(field="account", problem=f"must have 1 to {_LONGEST} characters.")
    service.merchant(uow.session, merchant_id)
    if location_id is not None:
        service.location(uow.session, merchant_id, location_id)
    known = repository.account(uow.session, channel, account)
    if known is not None and known.merchant_id != merchant_id:
        raise Conflict(problem=f"Account {account} on {channel} belongs to another shop.")
    repository.save_account(uow.session, merchant_id, channel, account, location_id)
    uow.record(AccountConnected(merchant_id=merchant_id, channel=channel, account=account))
    return repository.accounts(uow.session, merchant_id, channel=channel, account=account)[0]


@requires("shop.change")
def disconnect_account(uow: UnitOfWork, merchant_id: str, channel: str, account: str) -> None:
    """What comes in on this account is nobody's from now on, unless there is only one shop."""
    if repository.delete_account(uow.session, merchant_id, channel, account):
        uow.record(AccountDisconnected(merchant_id=merchant_id, channel=channel, account=account))


def accounts(session: Session, merchant_id: str) -> tuple[ChannelAccount, ...]:
    """The shop's accounts, by channel."""
    return repository.accounts(session, merchant_id)


def is_reached(session: Session, merchant_id: str, channel: str) -> bool:
    """Whether what comes in on a channel can be for the shop: it has an account there, or is the only shop there is."""
    if any(account.channel == channel for account in repository.accounts(session, merchant_id)):
        return True
    only = repository.account_of_only_shop(session, channel, "")
    return only is not None and only.merchant_id == merchant_id


def account_of(session: Session, channel: str, account: str) -> ChannelAccount | None:
    """Whose an account is. One that nobody has connected belongs to the only shop there is; None when there are more.

    This is a webhook's gate: what it answers decides in whose name everything else happens.
    """
    return repository.account(session, channel, account) or repository.account_of_only_shop(session, channel, account)
