"""PayPal: Orders v2. The customer agrees to an order; taking the money is ours to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from channels.payments.base import NotGenuine, Refused, SendError, TryLater
from channels.payments.paypal import facts
from channels.payments.paypal.amounts import to_paypal
from channels.payments.paypal.api import TIMEOUT, Api, NoSuchThing
from core.payments import ProviderFact

if TYPE_CHECKING:
    from channels.payments.base import Delivery
    from core.payments import Task
    from core.payments.states import Method
    from core.settings import Settings

_ORDERS: Final = "/v2/checkout/orders"
_VERIFY: Final = "/v1/notifications/verify-webhook-signature"
_HEADERS: Final = ("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time")
_LONGEST_HEADER: Final = 2000


class PayPalProvider:
    """Talks to one PayPal app."""

    name: Method = "paypal"

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT) -> None:
        self._api = Api(settings, timeout=timeout)
        self._webhook_id = settings.paypal_webhook_id
        self._home = settings.public_url.rstrip("/")

    @property
    def listens(self) -> bool:
        """Whether webhooks can be verified."""
        return bool(self._webhook_id)

    def open(self, task: Task) -> tuple[ProviderFact, ...]:
        """An order to agree to."""
        payment = task.payment
        back = f"{self._home}/pay/{payment.token}?back=1"
        order = self._api.call(
            "POST",
            _ORDERS,
            key=f"open:{payment.id}:{payment.key}",
            json={
                "intent": "CAPTURE",
                "purchase_units": [
                    {
                        "custom_id": facts.custom_id(payment.merchant_id, payment.id),
                        "description": payment.title[:127],
                        "amount": to_paypal(payment.amount),
                    }
                ],
                "payment_source": {
                    "paypal": {
                        "experience_context": {
                            "return_url": back,
                            "cancel_url": back,
                            "user_action": "PAY_NOW",
                            "shipping_preference": "NO_SHIPPING",
                        }
                    }
                },
            },
        )
        links = {str(link.get("rel")): str(link.get("href")) for link in order.get("links") or ()}
        return (facts.of_opened(order, links.get("payer-action") or links.get("approve") or ""),)

    def close(self, task: Task) -> tuple[ProviderFact, ...]:
        """PayPal's orders end by themselves. What is agreed to and not captured costs the customer nothing."""
        return self.look(task)

    def capture(self, task: Task) -> tuple[ProviderFact, ...]:
        """Take the money, once: first reading whether that was done."""
        known = self.look(task)
        if any(fact.charge_ref for fact in known):
            return known
        try:
            order = self._api.call(
                "POST",
                f"{_ORDERS}/{task.payment.provider_ref}/capture",
                key=f"capture:{task.payment.id}:{task.payment.key}",
            )
        except Refused:
            # Refused because it is done already, perhaps.
            known = self.look(task)
            if any(fact.charge_ref for fact in known):
                return known
            raise
        return facts.of_order(order)

    def look(self, task: Task) -> tuple[ProviderFact, ...]:
        """The order with what was taken and given back; one that PayPal has forgotten was never paid."""
        payment = task.payment
        if not payment.provider_ref:
            return ()
        try:
            return facts.of_order(self._api.call("GET", f"{_ORDERS}/{payment.provider_ref}"))
        except NoSuchThing:
            return (ProviderFact("paypal", f"{payment.provider_ref}:gone", "expired", payment.merchant_id, payment.id),)

    def refund(self, task: Task) -> tuple[ProviderFact, ...]:
        """Give a part or all of it back."""
        payment, refund = task.payment, task.refund
        if refund is None:
            return ()
        if task.again:
            known = tuple(f for f in self.look(task) if f.refund_id == refund.id)
            if known:
                return known
        made = self._api.call(
            "POST",
            f"/v2/payments/captures/{payment.charge_ref}/refund",
            key=f"refund:{refund.id}:{refund.key}",
            json={
                "amount": to_paypal(refund.amount),
                "custom_id": facts.custom_id(payment.merchant_id, payment.id, refund.id),
            },
        )
        return facts.of_refund(made)

    def hang_up(self) -> None:
        """Close kept connections."""
        self._api.hang_up()

    def verify(self, delivery: Delivery) -> None:
        """Ask PayPal whether it sent this: no certificate of a delivery's own choosing is ever fetched."""
        values = {name: delivery.headers.get(f"paypal-{name.replace('_', '-')}", "") for name in _HEADERS}
        if not self._webhook_id or not all(0 < len(value) <= _LONGEST_HEADER for value in values.values()):
            raise NotGenuine("webhooks are off, or the signature's headers are missing")
        try:
            json.loads(delivery.body)
        except ValueError:
            raise NotGenuine("not JSON") from None
        # The signature is over the exact bytes: they go in as they came, not read and written again.
        head = json.dumps(values | {"webhook_id": self._webhook_id})[:-1].encode()
        try:
            answer = self._api.call("POST", _VERIFY, raw=head + b', "webhook_event": ' + delivery.body + b"}")
        except Refused as error:
            problem = f"PayPal would not look at it: {error}"
            raise NotGenuine(problem) from None
        except SendError as error:
            raise TryLater(str(error)) from None
        if answer.get("verification_status") != "SUCCESS":
            raise NotGenuine("PayPal did not send this")

    def parse(self, body: bytes) -> tuple[ProviderFact, ...]:
        """What a webhook says."""
        try:
            return facts.of_event(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            problem = f"not an event: {type(error).__name__}"
            raise NotGenuine(problem) from None
