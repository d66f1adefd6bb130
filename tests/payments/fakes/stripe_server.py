"""A Stripe that keeps state: Checkout Sessions, payment intents, refunds, disputes, events."""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from channels.payments import signature
from tests.payments.fakes.server import Fake, HttpError, Json, Request, Troubles, served

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "whsec_of_the_fake"
_HALF_AN_HOUR = 30 * 60
_KNOWN = {
    "mode",
    "line_items",
    "client_reference_id",
    "metadata",
    "payment_intent_data",
    "expires_at",
    "success_url",
    "cancel_url",
}


class FakeStripe(Fake):
    """One account, in test mode."""

    def __init__(self, troubles: Troubles | None = None) -> None:
        super().__init__(troubles)
        self.sessions: dict[str, Json] = {}
        self.intents: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.disputes: dict[str, Json] = {}
        self._numbers = count(1)

    def signed(self, body: bytes) -> dict[str, str]:
        """As Stripe signs."""
        return {"stripe-signature": signature.signed(body, SECRET, at=int(self.clock().timestamp()))}

    def key_of(self, request: Request) -> str:
        """In a header."""
        return request.headers.get("idempotency-key", "")

    def call(self, request: Request) -> Json:
        """The calls that we make."""
        if not request.headers.get("authorization", "").startswith("Bearer sk_test_"):
            raise HttpError(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}})
        values = unflattened(parse_qsl(request.body.decode()) or list(request.query.items()))
        parts = request.path.removeprefix("/v1/").split("/")
        match (request.verb, parts):
            case ("POST", ["checkout", "sessions"]):
                return self._create_session(values)
            case ("GET", ["checkout", "sessions", session_id]):
                return self._get(self.sessions, session_id)
            case ("POST", ["checkout", "sessions", session_id, "expire"]):
                return self._expire(self._get(self.sessions, session_id))
            case ("POST", ["refunds"]):
                return self._create_refund(values)
            case ("GET", [("refunds" | "disputes") as kind]):
                rows = self.refunds if kind == "refunds" else self.disputes
                mine = [r for r in rows.values() if r["payment_intent"] == values["payment_intent"]]
                return {"object": "list", "data": mine, "has_more": False, "url": f"/v1/{kind}"}
        raise HttpError(404, _invalid("resource_missing", "Unrecognized request URL"))

    # What customers, banks and people at the dashboard do.

    def pay(self, session_id: str, *, later: bool = False) -> None:
        """The customer completes the page; `later`: by a method that is confirmed another day."""
        session = self.sessions[session_id]
        assert session["status"] == "open", f"session is {session['status']}"
        intent_id = f"pi_{next(self._numbers)}"
        self.intents[intent_id] = {
            "id": intent_id,
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_received": 0 if later else session["amount_total"],
            "currency": session["currency"],
            "status": "processing" if later else "succeeded",
            "metadata": session["_intent_metadata"],
        }
        session |= {"status": "complete", "payment_intent": intent_id, "payment_status": "unpaid" if later else "paid"}
        self._event("checkout.session.completed", session)

    def confirm(self, session_id: str, *, good: bool = True) -> None:
        """The bank decides about a payment that was to come later."""
        session = self.sessions[session_id]
        intent = self.intents[session["payment_intent"]]
        if good:
            session["payment_status"] = "paid"
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        else:
            intent |= {"status": "requires_payment_method"}
        self._event(f"checkout.session.async_payment_{'succeeded' if good else 'failed'}", session)

    def decline(self, session_id: str) -> None:
        """A card is declined; the page stays open."""
        session = self.sessions[session_id]
        intent = {
            "id": f"pi_{next(self._numbers)}",
            "object": "payment_intent",
            "metadata": session["_intent_metadata"],
            "last_payment_error": {"code": "card_declined"},
        }
        self._event("payment_intent.payment_failed", intent)

    def dispute(self, intent_id: str, *, status: str = "needs_response") -> str:
        """The customer's bank takes the money back."""
        dispute_id = f"dp_{next(self._numbers)}"
        intent = self.intents[intent_id]
        self.disputes[dispute_id] = {
            "id": dispute_id,
            "object": "dispute",
            "amount": intent["amount"],
            "currency": intent["currency"],
            "payment_intent": intent_id,
            "reason": "fraudulent",
            "status": status,
            "metadata": {},
        }
        self._event("charge.dispute.created", self.disputes[dispute_id])
        return dispute_id

    def decide(self, dispute_id: str, status: str) -> None:
        """A dispute ends: won or lost."""
        self.disputes[dispute_id]["status"] = status
        self._event("charge.dispute.closed", self.disputes[dispute_id])

    def refund_at_dashboard(self, intent_id: str, amount: int) -> None:
        """Somebody gives money back by hand."""
        self._create_refund({"payment_intent": intent_id, "amount": str(amount)})

    def refund_fails(self, refund_id: str) -> None:
        """The customer's bank sends a refund back."""
        refund = self.refunds[refund_id]
        refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
        self._event("refund.failed", refund)

    # What tests ask.

    def taken(self, order_id: str) -> list[Json]:
        """Payment intents of an order that took money."""
        return [
            i for i in self.intents.values() if i["metadata"].get("order_id") == order_id and i["status"] == "succeeded"
        ]

    def kept_of(self, order_id: str) -> int:
        """What the shop has of an order: taken, less what went back."""
        taken = {i["id"]: i["amount_received"] for i in self.taken(order_id)}
        gone = [r["amount"] for r in self.refunds.values() if r["payment_intent"] in taken and r["status"] != "failed"]
        return int(sum(taken.values()) - sum(gone))

    def event(self, kind: str, thing: Json, **more: object) -> Json:
        """An event as Stripe writes it."""
        body = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(self.clock().timestamp()),
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
            "data": {"object": {k: v for k, v in thing.items() if not k.startswith("_")}},
        }
        return json.loads(json.dumps(body | more))  # type: ignore[no-any-return] # JSON

    def send(self, event: Json) -> None:
        """Put an event on the way."""
        body = json.dumps(event, indent=2).encode()
        self.deliveries.append(body)

    def _event(self, kind: str, thing: Json) -> None:
        self.send(self.event(kind, thing))

    def _create_session(self, values: Json) -> Json:
        if unknown := set(values) - _KNOWN:
            raise HttpError(400, _invalid("parameter_unknown", f"Received unknown parameter: {unknown.pop()}"))
        until = int(values["expires_at"])
        if not _HALF_AN_HOUR <= until - self.clock().timestamp() <= 24 * 3600 + 60:
            raise HttpError(400, _invalid("", "expires_at must be between 30 minutes and 24 hours from now"))
        line = values["line_items"]["0"]
        amount = int(line["price_data"]["unit_amount"]) * int(line["quantity"])
        if amount < 50:
            raise HttpError(400, _invalid("amount_too_small", "The Checkout Session's total amount is too small"))
        session_id = f"cs_test_{next(self._numbers)}"
        self.sessions[session_id] = {
            "id": session_id,
            "object": "checkout.session",
            "amount_subtotal": amount,
            "amount_total": amount,
            "client_reference_id": values["client_reference_id"],
            "created": int(self.clock().timestamp()),
            "currency": line["price_data"]["currency"],
            "expires_at": until,
            "livemode": False,
            "metadata": values["metadata"],
            "mode": values["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": values["success_url"],
            "cancel_url": values["cancel_url"],
            "url": f"https://checkout.example/{session_id}",
            "_intent_metadata": values["payment_intent_data"]["metadata"],
        }
        return self.sessions[session_id]

    def _expire(self, session: Json) -> Json:
        if session["status"] != "open":
            said = f"This Session is {session['status']} and cannot be expired"
            raise HttpError(400, _invalid("resource_invalid_state", said))
        session |= {"status": "expired", "url": None}
        self._event("checkout.session.expired", session)
        return session

    def _create_refund(self, values: Json) -> Json:
        intent = self._get(self.intents, values["payment_intent"])
        gone = sum(
            r["amount"]
            for r in self.refunds.values()
            if r["payment_intent"] == intent["id"] and r["status"] != "failed"
        )
        amount = int(values["amount"])
        if amount > intent["amount_received"] - gone:
            raise HttpError(400, _invalid("charge_already_refunded", "Refund amount is greater than unrefunded amount"))
        refund_id = f"re_{next(self._numbers)}"
        self.refunds[refund_id] = {
            "id": refund_id,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": values.get("metadata", {}),
            "status": "succeeded",
        }
        self._event("refund.created", self.refunds[refund_id])
        self._event("refund.updated", self.refunds[refund_id])
        return self.refunds[refund_id]

    @staticmethod
    def _get(rows: dict[str, Json], key: str) -> Json:
        if key not in rows:
            raise HttpError(404, _invalid("resource_missing", f"No such object: '{key}'"))
        return rows[key]


def unflattened(pairs: list[tuple[str, str]]) -> Json:
    """`a[b][0]=c` as nested objects."""
    result: Json = {}
    for name, value in pairs:
        keys = name.replace("]", "").split("[")
        place = result
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = value
    return result


@contextmanager
def stripe_server(troubles: Troubles | None = None) -> Iterator[FakeStripe]:
    """A Stripe on this machine."""
    fake = FakeStripe(troubles)
    with served(fake):
        yield fake


def _invalid(code: str, message: str) -> Json:
    return {"error": {"type": "invalid_request_error", "code": code, "message": message}}
