"""The pretended provider: the same port, the same signed deliveries, the same inbox as the real ones."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any, Final, Literal

from channels.payments import signature
from channels.payments.base import Delivery, NotGenuine, numbers
from channels.payments.test_page.tokens import Bill, seal
from core.kernel.money import Money
from core.payments import ProviderFact

if TYPE_CHECKING:
    from core.payments import Task
    from core.payments.states import FactKind, Method

Action = Literal["approve", "decline", "delay", "dispute", "win", "lose"]
HEADER: Final = "comanda-test-signature"

# What each button makes the provider say, at once. A delayed payment is approved a while later.
_SAYS: Final[dict[Action, tuple[FactKind, dict[str, str]]]] = {
    "approve": ("captured", {}),
    "decline": ("declined", {"problem": "The test card was declined."}),
    "delay": ("authorised", {}),
    "dispute": ("dispute", {"dispute_state": "open", "problem": "Disputed: test."}),
    "win": ("dispute", {"dispute_state": "won"}),
    "lose": ("dispute", {"dispute_state": "lost", "problem": "Disputed: test."}),
}


class TestPageProvider:
    """Takes pretended money. Nothing of it is kept here: the page's address and the deliveries say everything."""

    name: Method = "test"
    __test__ = False  # not one of pytest's

    def __init__(self, key: bytes, home: str) -> None:
        self.secret = hmac.new(key, b"comanda test payments", "sha256").hexdigest()
        self._home = home.rstrip("/")

    @property
    def listens(self) -> bool:
        """Its deliveries are signed with a secret that is always there."""
        return True

    def open(self, task: Task) -> tuple[ProviderFact, ...]:
        """A page for this payment."""
        payment = task.payment
        url = f"{self._home}/pay/test/{seal(payment, self.secret)}"
        ref = _session(payment.id)
        return (
            ProviderFact("test", f"{ref}:opened", "opened", payment.merchant_id, payment.id, session_ref=ref, url=url),
        )

    def close(self, task: Task) -> tuple[ProviderFact, ...]:
        """The page shows what the payment is: there is nothing else to close."""
        del task
        return ()

    def capture(self, task: Task) -> tuple[ProviderFact, ...]:
        """Approving is paying."""
        del task
        return ()

    def look(self, task: Task) -> tuple[ProviderFact, ...]:
        """Everything it ever said is in its deliveries, and they are kept until they are taken in."""
        del task
        return ()

    def refund(self, task: Task) -> tuple[ProviderFact, ...]:
        """Pretended money goes back at once."""
        payment, refund = task.payment, task.refund
        if refund is None:
            return ()
        return (
            ProviderFact(
                provider="test",
                event_id=f"re_{refund.id}:succeeded",
                kind="refund",
                merchant_id=payment.merchant_id,
                payment_id=payment.id,
                charge_ref=payment.charge_ref,
                amount=refund.amount,
                refund_id=numbers(task)["refund_id"],
                refund_ref=f"re_{refund.id}",
                refund_state="succeeded",
            ),
        )

    def said(self, bill: Bill, action: Action) -> bytes:
        """The delivery that pressing a button makes. Pressed again, it is the same one."""
        kind, more = _SAYS[action]
        return json.dumps(
            {
                "id": f"evt_{bill.payment_id}_{action}",
                "kind": kind,
                "merchant_id": bill.merchant_id,
                "payment_id": bill.payment_id,
                "amount": bill.amount.amount,
                "currency": bill.amount.currency,
                **more,
            }
        ).encode()

    def delivery(self, body: bytes) -> Delivery:
        """A body as it is delivered now: signed."""
        return Delivery(body, {HEADER: signature.signed(body, self.secret)})

    def hang_up(self) -> None:
        """Close kept connections."""

    def verify(self, delivery: Delivery) -> None:
        """Check the signature over the raw body."""
        signature.check(delivery.headers.get(HEADER, ""), delivery.body, self.secret)

    def parse(self, body: bytes) -> tuple[ProviderFact, ...]:
        """What a delivery says."""
        try:
            said: dict[str, Any] = json.loads(body)
            payment_id = str(said["payment_id"])
            return (
                ProviderFact(
                    provider="test",
                    event_id=str(said["id"]),
                    kind=said["kind"],
                    merchant_id=str(said["merchant_id"]),
                    payment_id=payment_id,
                    charge_ref="" if said["kind"] == "declined" else f"ch_{payment_id}",
                    amount=Money(int(said["amount"]), str(said["currency"])),
                    dispute_ref=f"dp_{payment_id}" if said["kind"] == "dispute" else "",
                    dispute_state=said.get("dispute_state", ""),
                    problem=str(said.get("problem", "")),
                ),
            )
        except (ValueError, KeyError, TypeError) as error:
            problem = f"not a delivery: {type(error).__name__}"
            raise NotGenuine(problem) from None


def _session(payment_id: str) -> str:
    return f"test_{payment_id}"
