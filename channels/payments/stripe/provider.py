"""Stripe: one Checkout Session a payment, through the official client."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import stripe

from channels.payments import signature
from channels.payments.base import Faulty, NotGenuine, Refused, TryLater, Unanswered, numbers
from channels.payments.stripe import facts
from channels.payments.stripe.amounts import to_stripe
from core.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channels.payments.base import Delivery
    from core.payments import PaymentView, ProviderFact, Task
    from core.payments.states import Method
    from core.settings import Settings

TIMEOUT: Final = 20.0  # seconds
# Stripe wants half an hour at least, and counts from when it gets the request.
_SHORTEST: Final = timedelta(minutes=31)
_KEY_REFUSED: Final = timedelta(minutes=5)
_BUSY: Final = 409
_FAULT: Final = 500


class StripeProvider:
    """Talks to one Stripe account."""

    name: Method = "stripe"

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT) -> None:
        self._secret = settings.stripe_webhook_secret.get_secret_value()
        self._home = settings.public_url.rstrip("/")
        key = settings.stripe_api_key.get_secret_value()
        self._live = "_live_" in key[:12]
        self._http = stripe.RequestsClient(timeout=timeout)
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": settings.stripe_api_base.rstrip("/")},
            # Trying again is ours: it is written down, and reads first.
            max_network_retries=0,
            http_client=self._http,
        )

    @property
    def listens(self) -> bool:
        """Whether webhooks can be verified."""
        return bool(self._secret)

    def open(self, task: Task) -> tuple[ProviderFact, ...]:
        """A Checkout Session; the key makes it the same one however often this is called."""
        payment, ids = task.payment, numbers(task)
        line: Any = {
            "quantity": 1,
            "price_data": {
                "currency": payment.amount.currency.lower(),
                "unit_amount": to_stripe(payment.amount),
                "product_data": {"name": payment.title},
            },
        }
        with _called():
            session = self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "line_items": [line],
                    "client_reference_id": payment.id,
                    "metadata": ids,
                    "payment_intent_data": {"metadata": ids, "description": payment.title},
                    "expires_at": self._until(payment),
                    "success_url": f"{self._home}/pay/{payment.token}?back=1",
                    "cancel_url": f"{self._home}/pay/{payment.token}?back=1",
                },
                {"idempotency_key": f"open:{payment.id}:{payment.key}"},
            )
        return (facts.of_opened(session.to_dict()),)

    def close(self, task: Task) -> tuple[ProviderFact, ...]:
        """End the session; one that is over tells how it ended."""
        if not task.payment.provider_ref:
            return ()
        try:
            with _called():
                self._client.v1.checkout.sessions.expire(task.payment.provider_ref)
        except Refused:
            return self.look(task)
        return ()

    def capture(self, task: Task) -> tuple[ProviderFact, ...]:
        """Nothing: whoever completes a session has paid."""
        return self.look(task)

    def look(self, task: Task) -> tuple[ProviderFact, ...]:
        """The session, and all refunds and disputes of what it took."""
        found: list[ProviderFact] = []
        charge = task.payment.charge_ref
        with _called():
            if task.payment.provider_ref:
                session = self._client.v1.checkout.sessions.retrieve(task.payment.provider_ref).to_dict()
                found += facts.of_session(session)
                charge = charge or str(session.get("payment_intent") or "")
            if charge:
                for refund in self._client.v1.refunds.list({"payment_intent": charge, "limit": 100}).auto_paging_iter():
                    found += facts.of_refund(refund.to_dict())
                for dispute in self._client.v1.disputes.list({"payment_intent": charge}).auto_paging_iter():
                    found += facts.of_dispute(dispute.to_dict())
        return tuple(found)

    def refund(self, task: Task) -> tuple[ProviderFact, ...]:
        """Give a part or all of it back."""
        payment, refund = task.payment, task.refund
        if refund is None:
            return ()
        if task.again:
            known = tuple(f for f in self.look(task) if f.refund_id == refund.id)
            if known:
                return known
        with _called():
            made = self._client.v1.refunds.create(
                {
                    "payment_intent": payment.charge_ref,
                    "amount": to_stripe(refund.amount),
                    "metadata": numbers(task),
                },
                {"idempotency_key": f"refund:{refund.id}:{refund.key}"},
            )
        return facts.of_refund(made.to_dict())

    def hang_up(self) -> None:
        """Close kept connections."""
        self._http.close()  # type: ignore[no-untyped-call] # of the official client

    def verify(self, delivery: Delivery) -> None:
        """Check the signature over the raw body."""
        if not self._secret:
            raise NotGenuine("webhooks are off")
        signature.check(delivery.headers.get("stripe-signature", ""), delivery.body, self._secret)

    def parse(self, body: bytes) -> tuple[ProviderFact, ...]:
        """What an event says; those of connected accounts, or of the other mode, are not ours."""
        try:
            event = json.loads(body)
            if event.get("account") or bool(event.get("livemode")) != self._live:
                return ()
            return facts.of_event(event)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problem = f"not an event: {type(error).__name__}"
            raise NotGenuine(problem) from None

    @staticmethod
    def _until(payment: PaymentView) -> int:
        shortest = now() + _SHORTEST
        return int(max(shortest, payment.expires_at or shortest).timestamp())


@contextmanager
def _called() -> Iterator[None]:
    """Stripe's errors as ours. What they say to developers goes to operators; it has no personal data."""
    try:
        yield
    except stripe.APIConnectionError as error:
        problem = f"no answer ({type(error.__cause__ or error).__name__})"
        raise Unanswered(problem) from None
    except stripe.StripeError as error:
        raise _meaning(error) from None


def _meaning(error: stripe.StripeError) -> Exception:
    status, said = error.http_status or _FAULT, f"{error.code or type(error).__name__}: {error.user_message or ''}"
    if isinstance(error, stripe.RateLimitError) or status == _BUSY:
        return TryLater(said)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return TryLater(f"check COMANDA_STRIPE_API_KEY ({said})", after=_KEY_REFUSED)
    if isinstance(error, stripe.IdempotencyError) or status >= _FAULT:
        return Faulty(said)
    return Refused(said)
