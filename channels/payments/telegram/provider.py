"""Telegram's invoices: paid in the chat, or by a link that opens Telegram. The money goes to the provider behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.payments.base import NotGenuine, Refused
from channels.telegram.client import Client
from channels.telegram.render import invoice
from core.payments import ProviderFact

if TYPE_CHECKING:
    from channels.payments.base import Delivery
    from core.payments import Task
    from core.payments.states import Method
    from core.settings import Settings

_BY_HAND = "Telegram gives no money back: do it on the payment provider's own page."


class TelegramProvider:
    """The payment provider whose token the bot has. What was paid is told to the bot, not here."""

    name: Method = "telegram"
    listens = False

    def __init__(self, settings: Settings) -> None:
        self._token = settings.telegram_payment_token.get_secret_value()
        self._client = Client(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_base)

    def open(self, task: Task) -> tuple[ProviderFact, ...]:
        """A link that opens the invoice. Made again it is another one for the same payment: only one can be paid."""
        payment = task.payment
        body = invoice(
            0,
            title=payment.title,
            text=payment.title,
            payload=payment.id,
            token=self._token,
            currency=payment.amount.currency,
            amount=payment.amount.amount,
        )
        wanted = {name: value for name, value in body.items() if name not in {"method", "chat_id"}}
        url = str(self._client.call("createInvoiceLink", wanted))
        return (
            ProviderFact(
                provider="telegram",
                event_id=f"opened:{payment.id}",
                kind="opened",
                merchant_id=payment.merchant_id,
                payment_id=payment.id,
                session_ref=f"invoice:{payment.id}",
                url=url,
            ),
        )

    def close(self, task: Task) -> tuple[ProviderFact, ...]:  # noqa: ARG002 - of the port
        """Nothing: whoever pays an invoice asks us first, and is told that it is over."""
        return ()

    def capture(self, task: Task) -> tuple[ProviderFact, ...]:  # noqa: ARG002 - of the port
        """Nothing: whoever pays has paid."""
        return ()

    def look(self, task: Task) -> tuple[ProviderFact, ...]:  # noqa: ARG002 - of the port
        """Nothing: Telegram cannot be asked what was paid; it tells the bot, again and again until it is heard."""
        return ()

    def refund(self, task: Task) -> tuple[ProviderFact, ...]:
        """Not possible here.

        Raises:
            Refused: always.
        """
        raise Refused(_BY_HAND if task.refund is None else f"{task.refund.amount}: {_BY_HAND}")

    def verify(self, delivery: Delivery) -> None:  # noqa: ARG002 - of the port
        """Payments are heard of by the bot.

        Raises:
            NotGenuine: always.
        """
        raise NotGenuine("Telegram reports payments to the bot")

    def hang_up(self) -> None:
        """Close the connection."""
        self._client.close()

    def parse(self, body: bytes) -> tuple[ProviderFact, ...]:  # noqa: ARG002 - of the port
        """Nothing."""
        return ()
