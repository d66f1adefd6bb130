"""What payments refuse."""

from __future__ import annotations

from core.kernel.errors import Conflict


class RefundTooLarge(Conflict):
    """More would go back than came in."""

    code = "refund_too_large"
    message = "Only {left} of this payment can still be given back, {wanted} asked for."


class PaymentClosed(Conflict):
    """The payment is past that: paid, failed or cancelled."""

    code = "payment_closed"
    message = "{problem}"
