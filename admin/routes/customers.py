"""Customers: how channels know them, what they allow, which of their identities are one person, and forgetting them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.routing import AdminRoute, see
from core import customers, privacy
from core.customers import consent, linking
from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from core.customers import CustomerView, KnownIdentity
    from core.customers.consent import ConsentView, Standing
    from core.customers.linking import LinkView
    from core.db.session import Session

router = APIRouter(route_class=AdminRoute)

_SHOWN = 50
_PURPOSES = {
    "transactional": "messages about orders",
    "marketing": "news and offers",
    "disclosure": "an automated assistant speaks",
}
_ALLOWED = {"always": "allowed", "in_answer": "only in answer to theirs", "never": "not allowed", "told": "was told"}


@dataclass(frozen=True, slots=True)
class Row:
    """A customer in the list."""

    about: CustomerView
    known: tuple[customers.IdentityView, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An identity as it is shown: what may be sent to it, and the link that it is under."""

    about: KnownIdentity
    standing: Standing
    link: LinkView | None


@router.get("/customers")
def list_page(visit: Annotated[Visit, Depends(sees("customers.change"))], q: str = "") -> Response:
    """The latest ones, or those whose name or id has some words."""
    with visit.database.read() as session:
        found = privacy.find(session, visit.merchant_id, q, _SHOWN)
        rows = [Row(c, customers.identities(session, visit.merchant_id, c.id)) for c in found]
    return visit.page("customers.html", rows=rows, q=q, most=_SHOWN)


@router.get("/customers/{customer_id}")
def page(customer_id: str, visit: Annotated[Visit, Depends(sees("customers.change"))]) -> Response:
    """One customer."""
    with visit.database.read() as session:
        return visit.page("customer.html", **_shown(session, visit.merchant_id, customer_id))


@router.post("/customers/{customer_id}/unlink")
def unlink(
    customer_id: str,
    visit: Annotated[Visit, Depends(changes("customers.change"))],
    link_id: Annotated[str, Form()] = "",
) -> Response:
    """Make a linked identity a customer of its own again; both sides are told."""
    with visit.database.begin(visit.actor) as uow:
        privacy.part(uow, visit.merchant_id, customer_id, link_id)
    return see(f"/admin/customers/{customer_id}?said=unlinked")


@router.post("/customers/{customer_id}/export")
def export(customer_id: str, visit: Annotated[Visit, Depends(changes("customers.erase"))]) -> Response:
    """Every row of a customer as a file."""
    with visit.database.begin(visit.actor) as uow:
        kept = privacy.export(uow, visit.merchant_id, customer_id)
    text = json.dumps(kept, ensure_ascii=False, indent=2)
    headers = {
        "Content-Disposition": f'attachment; filename="customer-{customer_id}.json"',
        "Cache-Control": "no-store",
    }
    return Response(text, media_type="application/json", headers=headers)


@router.post("/customers/{customer_id}/erase")
def erase(
    customer_id: str,
    visit: Annotated[Visit, Depends(changes("customers.erase"))],
    sure: Annotated[str, Form()] = "",
) -> Response:
    """Forget a customer: what the books need stays, without them."""
    if sure != "yes":
        raise InvalidInput(field="sure", problem="tick the box: this cannot be taken back")
    with visit.database.begin(visit.actor) as uow:
        privacy.erase(uow, visit.merchant_id, customer_id)
    return see("/admin/customers?said=erased")


def _shown(session: Session, merchant_id: str, customer_id: str) -> dict[str, Any]:
    about = customers.customer(session, merchant_id, customer_id)
    known = customers.known_identities(session, merchant_id, customer_id)
    return {
        "customer": about,
        "counted": privacy.count(session, merchant_id, customer_id),
        "known": [
            Known(k, consent.standing(session, merchant_id, k.id), linking.joined(session, merchant_id, k.id))
            for k in known
        ],
        "entries": [_entry(e, known) for e in reversed(consent.history(session, merchant_id, customer_id))],
        "allowed": _ALLOWED,
    }


def _entry(entry: ConsentView, known: tuple[KnownIdentity, ...]) -> dict[str, Any]:
    whose = next((k.external_id for k in known if k.id == entry.identity_id), "")
    return {
        "at": entry.at,
        "whose": f"{entry.channel} {whose}",
        "what": f"{_PURPOSES.get(entry.purpose, entry.purpose)}: {_ALLOWED.get(entry.allowed, entry.allowed)}",
        "words": entry.words,
        "how": entry.how,
    }
