"""Invoices in the chat: when a link becomes one, whether it may be paid now, and what its payment says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from channels.telegram import render
from channels.telegram.parse import NAME
from core import customers, inventory, orders, payments
from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.kernel.money import Money
from core.payments import ProviderFact
from core.payments.links import PATH

if TYPE_CHECKING:
    from channels.telegram.updates import Checkout, Paid
    from channels.telegram.words import Word
    from core.db.session import Database, Session
    from core.messaging import ConversationView, Link
    from core.payments import PaymentView
    from core.settings import Settings

_CURRENCY: Final = re.compile("[A-Z]{3}")
_OVER: Final = ("cancelled",)


class Invoices:
    """Payments by the provider whose token is set; without one, there are none."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.token = settings.telegram_payment_token.get_secret_value()
        self._links = settings.public_url.rstrip("/") + PATH
        self._database = database

    def are_of(self, link: Link) -> bool:
        """Whether a link is one to pay by, so that an invoice may take its place."""
        return bool(self.token) and link.url.startswith(self._links)

    def of_link(self, conversation: ConversationView, link: Link) -> dict[str, Any] | None:
        """The invoice of a link; None when what it is for is paid otherwise, or already."""
        if not self.are_of(link):
            return None
        try:
            with self._database.read() as session:
                payment = payments.by_link(session, link.url.removeprefix(self._links))
        except NotFound:
            return None
        if payment.merchant_id != conversation.merchant_id or not _waits(payment):
            return None
        return render.invoice(
            int(conversation.sender),
            title=payment.title,
            text=link.label,
            payload=payment.id,
            token=self.token,
            currency=payment.amount.currency,
            amount=payment.amount.amount,
        )

    def problem(self, merchant_id: str, account: str, asked: Checkout) -> Word | None:
        """Why a payment must not go on, told before any money moves; None when it may.

        It is this customer's, for what the order costs now, not paid yet, and what was ordered is still held for it.
        """
        with self._database.read() as session:
            try:
                payment = payments.payment(session, merchant_id, asked.invoice)
                order = orders.order(session, merchant_id, payment.order_id)
            except NotFound:
                return "unpayable"
            if not self._is_theirs(session, merchant_id, account, order.customer_id, asked.sender):
                return "not_yours"
            if not _waits(payment) or order.state in _OVER:
                return "unpayable"
            if (asked.amount, asked.currency) != (payment.amount.amount, payment.amount.currency):
                return "changed"
            return "gone" if inventory.expired(session, merchant_id, order.id) else None

    @staticmethod
    def _is_theirs(session: Session, merchant_id: str, account: str, customer_id: str, sender: str) -> bool:
        known = customers.identities(session, merchant_id, customer_id)
        return any((i.channel, i.account, i.external_id) == (NAME, account, sender) for i in known)


def fact_of(merchant_id: str, paid: Paid) -> ProviderFact | None:
    """What a payment says, for the books; None when it names no amount that there is."""
    if not _CURRENCY.fullmatch(paid.currency) or paid.amount < 0:
        return None
    return ProviderFact(
        provider=NAME,
        event_id=f"captured:{paid.charge}",
        kind="captured",
        merchant_id=merchant_id,
        payment_id=paid.invoice,
        charge_ref=paid.charge,
        amount=Money(paid.amount, paid.currency),
    )


def _waits(payment: PaymentView) -> bool:
    in_time = payment.expires_at is None or payment.expires_at > now()
    return payment.method == NAME and payment.state == "pending" and in_time
