"""Stripe's objects become facts. Pure; what is of no interest, or not ours, becomes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from channels.payments.stripe.amounts import from_stripe
from core.payments import ProviderFact
from core.payments.states import DisputeState, RefundState

Json = Mapping[str, Any]

_REFUNDS: Final[dict[str, RefundState]] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
# Inquiries ("warning_…") take no money.
_DISPUTES: Final[dict[str, DisputeState]] = {
    "needs_response": "open",
    "under_review": "open",
    "won": "won",
    "lost": "lost",
}


def of_event(event: Json) -> tuple[ProviderFact, ...]:
    """What an event says."""
    kind, thing, event_id = str(event.get("type")), event["data"]["object"], str(event["id"])
    if kind == "checkout.session.async_payment_failed":
        return (_about(thing, event_id, "failed", problem="The bank refused the payment."),)
    if kind.startswith("checkout.session."):
        return of_session(thing, event_id)
    if kind == "payment_intent.payment_failed":
        reason = str((thing.get("last_payment_error") or {}).get("code") or "declined")
        return (_about(thing, event_id, "declined", problem=f"Stripe: {reason}"),)
    if kind in ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated"):
        return of_refund(thing, event_id)
    if kind.startswith("charge.dispute."):
        return of_dispute(thing, event_id)
    return ()


def of_session(session: Json, event_id: str = "") -> tuple[ProviderFact, ...]:
    """Whether a Checkout Session is paid, on its way, or over."""
    status, paid = session.get("status"), session.get("payment_status")
    said = event_id or f"{session['id']}:{status}:{paid}"
    if paid == "paid":
        amount = from_stripe(int(session["amount_total"]), str(session["currency"]))
        return (_about(session, said, "captured", amount=amount),)
    if status == "complete":
        return (_about(session, said, "authorised"),)
    if status == "expired":
        return (_about(session, said, "expired"),)
    return ()


def of_opened(session: Json) -> ProviderFact:
    """A page was made."""
    until = datetime.fromtimestamp(int(session["expires_at"]), UTC)
    return _about(session, f"{session['id']}:opened", "opened", url=str(session.get("url") or ""), expires_at=until)


def of_refund(refund: Json, event_id: str = "") -> tuple[ProviderFact, ...]:
    """How far a refund is."""
    status = str(refund.get("status"))
    if status not in _REFUNDS:
        return ()
    metadata = refund.get("metadata") or {}
    return (
        ProviderFact(
            provider="stripe",
            event_id=event_id or f"{refund['id']}:{status}",
            kind="refund",
            merchant_id=str(metadata.get("merchant_id", "")),
            payment_id=str(metadata.get("payment_id", "")),
            charge_ref=_id(refund.get("payment_intent")),
            amount=from_stripe(int(refund["amount"]), str(refund["currency"])),
            refund_id=str(metadata.get("refund_id", "")),
            refund_ref=str(refund["id"]),
            refund_state=_REFUNDS[status],
            problem=str(refund.get("failure_reason") or ""),
        ),
    )


def of_dispute(dispute: Json, event_id: str = "") -> tuple[ProviderFact, ...]:
    """How far a dispute is."""
    status = str(dispute.get("status"))
    if status not in _DISPUTES:
        return ()
    return (
        ProviderFact(
            provider="stripe",
            event_id=event_id or f"{dispute['id']}:{status}",
            kind="dispute",
            charge_ref=_id(dispute.get("payment_intent")),
            amount=from_stripe(int(dispute["amount"]), str(dispute["currency"])),
            dispute_ref=str(dispute["id"]),
            dispute_state=_DISPUTES[status],
            problem=f"Disputed: {dispute.get('reason') or 'no reason given'}.",
        ),
    )


def _about(thing: Json, event_id: str, kind: Any, **more: Any) -> ProviderFact:  # noqa: ANN401 - fields of the fact
    """A fact about a payment that names ours: a Checkout Session, or a PaymentIntent made by one."""
    metadata = thing.get("metadata") or {}
    is_session = thing.get("object") == "checkout.session"
    return ProviderFact(
        provider="stripe",
        event_id=event_id,
        kind=kind,
        merchant_id=str(metadata.get("merchant_id", "")),
        payment_id=str(metadata.get("payment_id", "")),
        session_ref=str(thing["id"]) if is_session else "",
        charge_ref=_id(thing.get("payment_intent")) if is_session else str(thing["id"]),
        **more,
    )


def _id(thing: object) -> str:
    """A reference that may have been expanded to the object itself."""
    return str(thing.get("id", "")) if isinstance(thing, Mapping) else str(thing or "")
