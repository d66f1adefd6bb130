"""A PayPal that keeps state: Orders v2, captures, refunds, disputes, webhooks and their verification."""

from __future__ import annotations

import base64
import hmac
import json
import zlib
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.payments.fakes.server import Fake, HttpError, Json, Request, Troubles, served

if TYPE_CHECKING:
    from collections.abc import Iterator

WEBHOOK_ID = "WH-OF-THE-FAKE"
_SIGNING = b"only PayPal has this"


class FakePayPal(Fake):
    """One app."""

    def __init__(self, troubles: Troubles | None = None) -> None:
        super().__init__(troubles)
        self.orders: dict[str, Json] = {}
        self._numbers = count(1)

    def signed(self, body: bytes) -> dict[str, str]:
        """As PayPal signs: over its id, its time, the webhook and a checksum of the raw bytes."""
        sent_id, sent_at = f"tx-{next(self._numbers)}", self.clock().isoformat()
        return {
            "paypal-auth-algo": "SHA256withRSA",
            "paypal-cert-url": "https://api.paypal.com/v1/notifications/certs/CERT-360caa42",
            "paypal-transmission-id": sent_id,
            "paypal-transmission-sig": _signature(sent_id, sent_at, WEBHOOK_ID, body),
            "paypal-transmission-time": sent_at,
        }

    def key_of(self, request: Request) -> str:
        """In a header."""
        return request.headers.get("paypal-request-id", "")

    def call(self, request: Request) -> Json:
        """The calls that we make."""
        parts = request.path.strip("/").split("/")
        if parts == ["v1", "oauth2", "token"]:
            return self._token(request)
        if request.headers.get("authorization") != "Bearer A21-fake":
            raise HttpError(401, {"name": "AUTHENTICATION_FAILURE", "message": "Authentication failed"})
        if request.headers.get("content-type") != "application/json" and request.verb == "POST":
            raise HttpError(415, {"name": "UNSUPPORTED_MEDIA_TYPE"})
        match (request.verb, parts):
            case ("POST", ["v2", "checkout", "orders"]):
                return self._create(json.loads(request.body))
            case ("GET", ["v2", "checkout", "orders", order_id]):
                return self._order(order_id)
            case ("POST", ["v2", "checkout", "orders", order_id, "capture"]):
                return self._capture(self._order(order_id))
            case ("POST", ["v2", "payments", "captures", capture_id, "refund"]):
                return self._refund(capture_id, json.loads(request.body or b"{}"))
            case ("POST", ["v1", "notifications", "verify-webhook-signature"]):
                return _verified(request.body)
        raise HttpError(404, {"name": "RESOURCE_NOT_FOUND", "message": "The specified resource does not exist."})

    # What customers and people at PayPal do.

    def approve(self, order_id: str) -> None:
        """The customer agrees."""
        order = self.orders[order_id]
        assert order["status"] == "PAYER_ACTION_REQUIRED", order["status"]
        order["status"] = "APPROVED"
        self._event("CHECKOUT.ORDER.APPROVED", "checkout-order", order)

    def complete(self, order_id: str, *, good: bool = True) -> None:
        """A capture that was pending is decided."""
        capture = self.captures(order_id)[0]
        capture["status"] = "COMPLETED" if good else "DECLINED"
        self._event(f"PAYMENT.CAPTURE.{'COMPLETED' if good else 'DENIED'}", "capture", capture)

    def dispute(self, order_id: str, outcome: str = "") -> None:
        """The customer disputes, or the dispute is decided."""
        capture = self.captures(order_id)[0]
        dispute = {
            "dispute_id": f"PP-D-{order_id}",
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "status": "RESOLVED" if outcome else "OPEN",
            "dispute_amount": capture["amount"],
            "dispute_outcome": {"outcome_code": outcome} if outcome else None,
            "disputed_transactions": [{"seller_transaction_id": capture["id"], "custom": capture["custom_id"]}],
        }
        self._event(f"CUSTOMER.DISPUTE.{'RESOLVED' if outcome else 'CREATED'}", "dispute", dispute)

    # What tests ask.

    def captures(self, order_id: str) -> list[Json]:
        """What was taken by an order."""
        found: list[Json] = self.orders[order_id]["purchase_units"][0].get("payments", {}).get("captures", [])
        return found

    def balance(self) -> int:
        """Cents taken and not given back, over all orders."""
        total = 0
        for order in self.orders.values():
            payments = order["purchase_units"][0].get("payments", {})
            total += sum(_cents(c) for c in payments.get("captures", ()) if c["status"] not in ("PENDING", "DECLINED"))
            total -= sum(_cents(r) for r in payments.get("refunds", ()))
        return total

    def _token(self, request: Request) -> Json:
        given = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if given != "client:secret" or dict(parse_qsl(request.body.decode())) != {"grant_type": "client_credentials"}:
            raise HttpError(401, {"error": "invalid_client"})
        return {"access_token": "A21-fake", "token_type": "Bearer", "expires_in": 32400}

    def _create(self, wanted: Json) -> Json:
        unit = wanted["purchase_units"][0]
        context = wanted["payment_source"]["paypal"]["experience_context"]
        if wanted["intent"] != "CAPTURE" or not context["return_url"] or len(unit["custom_id"]) > 127:
            raise HttpError(400, {"name": "INVALID_REQUEST"})
        if float(unit["amount"]["value"]) <= 0:
            raise _unprocessable("CANNOT_BE_ZERO_OR_NEGATIVE")
        order_id = f"{next(self._numbers):017d}"
        self.orders[order_id] = {
            "id": order_id,
            "intent": "CAPTURE",
            "status": "PAYER_ACTION_REQUIRED",
            "purchase_units": [{"reference_id": "default", **unit}],
            "links": [
                {"rel": "self", "method": "GET", "href": f"{self.url}/v2/checkout/orders/{order_id}"},
                {"rel": "payer-action", "method": "GET", "href": f"https://paypal.example/{order_id}"},
            ],
        }
        return self.orders[order_id]

    def _capture(self, order: Json) -> Json:
        if order["status"] == "COMPLETED":
            raise _unprocessable("ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            raise _unprocessable("ORDER_NOT_APPROVED")
        unit = order["purchase_units"][0]
        pending = "later" in unit["description"]
        capture = {
            "id": f"CAP{next(self._numbers)}",
            "status": "PENDING" if pending else "COMPLETED",
            "amount": unit["amount"],
            "custom_id": unit["custom_id"],
            "final_capture": True,
        }
        unit["payments"] = {"captures": [capture], "refunds": []}
        order["status"] = "COMPLETED"
        self._event(f"PAYMENT.CAPTURE.{capture['status']}", "capture", capture)
        return order

    def _refund(self, capture_id: str, wanted: Json) -> Json:
        found = [(o, c) for o in self.orders for c in self.captures(o) if c["id"] == capture_id]
        if not found:
            raise HttpError(404, {"name": "RESOURCE_NOT_FOUND"})
        order_id, capture = found[0]
        refunds = self.orders[order_id]["purchase_units"][0]["payments"]["refunds"]
        if _cents(wanted) > _cents(capture) - sum(_cents(r) for r in refunds):
            raise _unprocessable("REFUND_AMOUNT_EXCEEDED")
        refund = {
            "id": f"REF{next(self._numbers)}",
            "status": "COMPLETED",
            "amount": wanted["amount"],
            "custom_id": wanted["custom_id"],
            "links": [{"rel": "up", "method": "GET", "href": f"{self.url}/v2/payments/captures/{capture_id}"}],
        }
        refunds.append(refund)
        whole = sum(_cents(r) for r in refunds) == _cents(capture)
        capture["status"] = "REFUNDED" if whole else "PARTIALLY_REFUNDED"
        self._event("PAYMENT.CAPTURE.REFUNDED", "refund", refund)
        return refund

    def _order(self, order_id: str) -> Json:
        if order_id not in self.orders:
            raise HttpError(404, {"name": "RESOURCE_NOT_FOUND"})
        return self.orders[order_id]

    def _event(self, kind: str, resource_type: str, resource: Json) -> None:
        event = {
            "id": f"WH-{next(self._numbers)}",
            "event_version": "1.0",
            "create_time": self.clock().isoformat(),
            "resource_type": resource_type,
            "event_type": kind,
            "summary": "Pläne & Zahlen",  # bytes that are written otherwise when read and written again
            "resource": resource,
        }
        self.deliveries.append(json.dumps(event, ensure_ascii=False, indent=1).encode())


@contextmanager
def paypal_server(troubles: Troubles | None = None) -> Iterator[FakePayPal]:
    """A PayPal on this machine."""
    fake = FakePayPal(troubles)
    with served(fake):
        yield fake


def _signature(sent_id: str, sent_at: str, webhook_id: str, body: bytes) -> str:
    said = f"{sent_id}|{sent_at}|{webhook_id}|{zlib.crc32(body)}"
    return hmac.new(_SIGNING, said.encode(), "sha256").hexdigest()


def _verified(raw: bytes) -> Json:
    """The event's own bytes are cut out of the request: they must have come as they were sent."""
    mark = b'"webhook_event": '
    body = raw[raw.index(mark) + len(mark) : -1]
    asked = json.loads(raw)
    right = _signature(asked["transmission_id"], asked["transmission_time"], asked["webhook_id"], body)
    good = hmac.compare_digest(right, asked["transmission_sig"]) and asked["webhook_id"] == WEBHOOK_ID
    return {"verification_status": "SUCCESS" if good else "FAILURE"}


def _cents(thing: Json) -> int:
    return round(float(thing["amount"]["value"]) * 100)


def _unprocessable(issue: str) -> HttpError:
    return HttpError(422, {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": issue}]})
