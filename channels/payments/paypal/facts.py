"""PayPal's objects become facts. Pure; what is of no interest, or not ours, becomes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from channels.payments.paypal.amounts import from_paypal
from core.payments import ProviderFact
from core.payments.states import DisputeState, RefundState

Json = Mapping[str, Any]

_SEPARATOR: Final = ":"
_REFUNDS: Final[dict[str, RefundState]] = {
    "PENDING": "pending",
    "COMPLETED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "failed",
}
_WON: Final = frozenset({"RESOLVED_SELLER_FAVOUR", "CANCELED_BY_BUYER", "DENIED"})


def custom_id(merchant_id: str, payment_id: str, refund_id: str = "") -> str:
    """Our ids in PayPal's one free field (127 characters)."""
    return _SEPARATOR.join(part for part in (merchant_id, payment_id, refund_id) if part)


def of_event(event: Json) -> tuple[ProviderFact, ...]:
    """What a webhook says."""
    kind, resource, event_id = str(event.get("event_type")), event["resource"], str(event["id"])
    if kind == "CHECKOUT.ORDER.APPROVED":
        return of_order(resource, event_id)
    if kind in (
        "PAYMENT.CAPTURE.COMPLETED",
        "PAYMENT.CAPTURE.PENDING",
        "PAYMENT.CAPTURE.DENIED",
        "PAYMENT.CAPTURE.DECLINED",
    ):
        return of_capture(resource, event_id)
    if kind in ("PAYMENT.CAPTURE.REFUNDED", "PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED"):
        return of_refund(resource, event_id)
    if kind.startswith("CUSTOMER.DISPUTE."):
        return of_dispute(resource, event_id)
    return ()


def of_opened(order: Json, order_url: str) -> ProviderFact:
    """An order was made; its customer agrees at `order_url`."""
    return _about(_unit(order), f"{order['id']}:opened", "opened", session_ref=str(order["id"]), url=order_url)


def of_order(order: Json, event_id: str = "") -> tuple[ProviderFact, ...]:
    """Whether an order is agreed to, and everything that was taken and given back by it."""
    unit, status, order_id = _unit(order), str(order.get("status")), str(order["id"])
    payments = unit.get("payments") or {}
    found = [fact for capture in payments.get("captures", ()) for fact in of_capture(capture, "", unit)]
    found += [fact for refund in payments.get("refunds", ()) for fact in of_refund(refund)]
    if not found and status == "APPROVED":
        found.append(_about(unit, event_id or f"{order_id}:approved", "authorised", session_ref=order_id))
    if not found and status == "VOIDED":
        found.append(_about(unit, event_id or f"{order_id}:voided", "expired", session_ref=order_id))
    return tuple(found)


def of_capture(capture: Json, event_id: str = "", unit: Json | None = None) -> tuple[ProviderFact, ...]:
    """Whether money was taken."""
    status, capture_id = str(capture.get("status")), str(capture["id"])
    said = event_id or f"{capture_id}:{'COMPLETED' if _taken(status) else status}"
    about = capture if capture.get("custom_id") else {**capture, **(unit or {})}
    if _taken(status):
        return (_about(about, said, "captured", charge_ref=capture_id, amount=from_paypal(capture["amount"])),)
    if status == "PENDING":
        return (_about(about, said, "authorised", charge_ref=capture_id),)
    if status in ("DECLINED", "FAILED"):
        return (_about(about, said, "failed", charge_ref=capture_id, problem=f"PayPal: capture {status.lower()}."),)
    return ()


def of_refund(refund: Json, event_id: str = "") -> tuple[ProviderFact, ...]:
    """How far a refund is."""
    status = str(refund.get("status"))
    if status not in _REFUNDS:
        return ()
    reason = (refund.get("status_details") or {}).get("reason") or ""
    return (
        _about(
            refund,
            event_id or f"{refund['id']}:{status}",
            "refund",
            charge_ref=_capture_of(refund),
            amount=from_paypal(refund["amount"]),
            refund_ref=str(refund["id"]),
            refund_state=_REFUNDS[status],
            problem=str(reason),
        ),
    )


def of_dispute(dispute: Json, event_id: str) -> tuple[ProviderFact, ...]:
    """How far a dispute is."""
    state: DisputeState = "open"
    if str(dispute.get("status")) == "RESOLVED":
        outcome = str((dispute.get("dispute_outcome") or {}).get("outcome_code"))
        state = "won" if outcome in _WON else "lost"
    transactions = dispute.get("disputed_transactions") or ()
    sold: Json = transactions[0] if transactions else {}
    ids = _ids(sold.get("custom"))
    return (
        ProviderFact(
            provider="paypal",
            event_id=event_id,
            kind="dispute",
            merchant_id=ids[0],
            payment_id=ids[1],
            charge_ref=str(sold.get("seller_transaction_id") or ""),
            amount=from_paypal(dispute["dispute_amount"]),
            dispute_ref=str(dispute["dispute_id"]),
            dispute_state=state,
            problem=f"Disputed: {dispute.get('reason') or 'no reason given'}.",
        ),
    )


def _taken(status: str) -> bool:
    return status in ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")


def _unit(order: Json) -> Json:
    units = order.get("purchase_units") or ()
    first: Json = units[0] if units else {}
    return first


def _ids(custom: object) -> list[str]:
    """Shop, payment and refund out of PayPal's one free field; empty where it says nothing of ours."""
    parts = str(custom or "").split(_SEPARATOR)
    return [*parts, "", ""] if len(parts) > 1 else ["", "", ""]


def _about(thing: Json, event_id: str, kind: Any, **more: Any) -> ProviderFact:  # noqa: ANN401 - fields of the fact
    ids = _ids(thing.get("custom_id"))
    return ProviderFact(
        provider="paypal",
        event_id=event_id,
        kind=kind,
        merchant_id=ids[0],
        payment_id=ids[1],
        refund_id=ids[2],
        **more,
    )


def _capture_of(refund: Json) -> str:
    """The capture that a refund belongs to: PayPal names it only by a link."""
    up = next((str(link.get("href")) for link in refund.get("links") or () if link.get("rel") == "up"), "")
    return up.rstrip("/").rpartition("/")[2] if "/captures/" in up else ""
