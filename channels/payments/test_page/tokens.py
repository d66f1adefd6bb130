"""What the test page is told in its address: signed, so that nobody pays another amount or another order."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.kernel.money import Money

if TYPE_CHECKING:
    from core.payments import PaymentView

_LONGEST: Final = 1024


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid on the page."""

    merchant_id: str
    payment_id: str
    amount: Money
    title: str
    token: str


def seal(payment: PaymentView, secret: str) -> str:
    """The signed word for a payment, until it expires."""
    until = payment.expires_at or now()
    claims = {
        "m": payment.merchant_id,
        "p": payment.id,
        "a": payment.amount.amount,
        "c": payment.amount.currency,
        "t": payment.title,
        "k": payment.token,
        "e": int(until.timestamp()),
    }
    body = _encoded(json.dumps(claims, separators=(",", ":")).encode())
    return f"{body}.{_mark(body, secret)}"


def opened(word: str, secret: str, *, late: bool = False) -> Bill:
    """What a signed word says; `late`: though it has expired.

    Raises:
        NotFound: it is not ours, was changed, or has expired.
    """
    body, _, mark = word.partition(".")
    if len(word) > _LONGEST or not hmac.compare_digest(mark.encode(), _mark(body, secret).encode()):
        raise NotFound(what="payment page", key="of this address")
    try:
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error):
        raise NotFound(what="payment page", key="of this address") from None
    if not late and claims["e"] <= now().timestamp():
        raise NotFound(what="payment page", key="of this address any more: the time to pay is over")
    return Bill(claims["m"], claims["p"], Money(claims["a"], claims["c"]), claims["t"], claims["k"])


def _mark(body: str, secret: str) -> str:
    return _encoded(hmac.digest(secret.encode(), b"test page\0" + body.encode(), "sha256"))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
