"""Buying: suppliers with their prices, and purchase orders from the draft to the delivery."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.amounts import Shelf
from admin.fields import whole
from admin.routes.stock import lot_of, place_of, places_of
from admin.routing import AdminRoute, see
from core import inventory, staff
from core.inventory import purchasing
from core.inventory.purchasing import Delivered
from core.kernel.errors import InvalidInput
from core.kernel.ids import new_id
from core.kernel.money import Money

router = APIRouter(route_class=AdminRoute)


@router.get("/stock/suppliers")
def suppliers(visit: Annotated[Visit, Depends(sees("stock.read"))]) -> Response:
    """Who sells to the shop, and what they ask."""
    with visit.database.read() as session:
        found = purchasing.suppliers(session, visit.merchant_id)
        offers = purchasing.offers(session, visit.merchant_id)
        history = purchasing.price_history(session, visit.merchant_id)
        shelf = Shelf.of(session, visit.merchant_id)
    asked = {s.id: [p for of in offers.values() for p in of if p.supplier_id == s.id] for s in found}
    past = {s.id: [p for p in history if p.supplier_id == s.id and p not in asked[s.id]] for s in found}
    return visit.page("suppliers.html", suppliers=found, asked=asked, past=past, shelf=shelf)


@router.post("/stock/suppliers")
def add(
    visit: Annotated[Visit, Depends(changes("purchases.change"))],
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    phone: Annotated[str, Form()] = "",
    lead_days: Annotated[int, Form()] = 1,
) -> Response:
    """Somebody new to buy from."""
    with visit.database.begin(visit.actor) as uow:
        purchasing.add_supplier(uow, visit.merchant_id, name=name, email=email, phone=phone, lead_days=lead_days)
    return see("/admin/stock/suppliers?said=supplier-added")


@router.post("/stock/suppliers/{supplier_id}")
def change_supplier(
    supplier_id: str,
    visit: Annotated[Visit, Depends(changes("purchases.change"))],
    days: Annotated[str, Form()] = "",
    active: Annotated[str, Form()] = "",
) -> Response:
    """How long an order takes there, and whether anything is bought there at all."""
    with visit.database.begin(visit.actor) as uow:
        purchasing.supplier(uow.session, visit.merchant_id, supplier_id)
        purchasing.change_supplier(
            uow, visit.merchant_id, supplier_id, active=bool(active), lead_days=whole(days, field="days")
        )
    return see("/admin/stock/suppliers?said=supplier-changed")


@router.post("/stock/suppliers/{supplier_id}/price")
def price(
    supplier_id: str,
    visit: Annotated[Visit, Depends(changes("purchases.change"))],
    item_id: Annotated[str, Form()],
    pack: Annotated[str, Form()],
    cost: Annotated[str, Form()],
) -> Response:
    """What a pack costs from now on; earlier prices stay written down."""
    with visit.database.begin(visit.actor) as uow:
        size = Shelf.of(uow.session, visit.merchant_id).steps(item_id, pack, field="pack")
        asked = Money.parse(cost.strip(), visit.merchant.currency)
        purchasing.set_price(uow, visit.merchant_id, supplier_id, item_id, asked, pack_size=size)
    return see("/admin/stock/suppliers?said=price-set")


@router.get("/stock/purchases")
def purchases(visit: Annotated[Visit, Depends(sees("stock.read"))], at: str = "") -> Response:
    """Orders to suppliers, and what should be ordered but nobody offers."""
    with visit.database.read() as session:
        place = place_of(visit, session, at)
        places = places_of(visit, session)
        found = purchasing.purchase_orders(session, visit.merchant_id, location_id=place.id)
        names = {s.id: s.name for s in purchasing.suppliers(session, visit.merchant_id)}
        shelf = Shelf.of(session, visit.merchant_id)
        nobody = purchasing.short_without_offer(session, visit.merchant_id, place.id)
        low = sum(v.low for v in inventory.levels(session, visit.merchant_id, place.id))
    return visit.page(
        "purchases.html",
        purchases=found,
        names=names,
        shelf=shelf,
        nobody=[shelf.name(i) for i in nobody],
        low=low,
        place=place,
        places=places,
        zero=Money.zero(visit.merchant.currency),
    )


@router.post("/stock/purchases/draft")
def draft(visit: Annotated[Visit, Depends(changes("purchases.change"))], at: Annotated[str, Form()] = "") -> Response:
    """Propose orders for everything that is low."""
    with visit.database.begin(visit.actor) as uow:
        place = place_of(visit, uow.session, at)
        made = purchasing.draft_from_levels(uow, visit.merchant_id, place.id)
    said = "purchases-drafted" if made else "nothing-to-order"
    return see(f"/admin/stock/purchases?at={place.id}&said={said}")


@router.get("/stock/purchases/{purchase_id}")
def purchase(purchase_id: str, visit: Annotated[Visit, Depends(sees("stock.read"))]) -> Response:
    """One order: to be changed and approved while it is a draft, then to be received."""
    with visit.database.read() as session:
        found = purchasing.purchase_order(session, visit.merchant_id, purchase_id)
        supplier = purchasing.supplier(session, visit.merchant_id, found.supplier_id)
        shelf = Shelf.of(session, visit.merchant_id)
        place = place_of(visit, session, found.location_id)
        people = {m.id: m.name for m in staff.members(session, visit.merchant_id)}
    return visit.page(
        "purchase.html",
        purchase=found,
        supplier=supplier,
        shelf=shelf,
        place=place,
        approver=people.get(found.approved_by or "", ""),
        ref=new_id(),
        zero=Money.zero(found.currency),
    )


@router.post("/stock/purchases/{purchase_id}/packs")
def packs(
    purchase_id: str,
    visit: Annotated[Visit, Depends(changes("purchases.change"))],
    line: Annotated[list[str], Form()],
    count: Annotated[list[int], Form()],
) -> Response:
    """Order more or fewer packs; none takes a line out."""
    with visit.database.begin(visit.actor) as uow:
        purchasing.change_draft(uow, visit.merchant_id, purchase_id, dict(zip(line, count, strict=False)))
    return see(f"/admin/stock/purchases/{purchase_id}?said=purchase-changed")


@router.post("/stock/purchases/{purchase_id}/approve")
def approve(purchase_id: str, visit: Annotated[Visit, Depends(changes("purchases.approve"))]) -> Response:
    """Say yes."""
    with visit.database.begin(visit.actor) as uow:
        purchasing.approve(uow, visit.merchant_id, purchase_id)
    return see(f"/admin/stock/purchases/{purchase_id}?said=purchase-approved")


@router.post("/stock/purchases/{purchase_id}/receive")
def receive(  # noqa: PLR0917 - the fields of a form
    purchase_id: str,
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    ref: Annotated[str, Form()],
    line: Annotated[list[str], Form()],
    quantity: Annotated[list[str], Form()],
    lot: Annotated[list[str], Form()],
    expires: Annotated[list[str], Form()],
    contains: Annotated[list[str] | None, Form()] = None,
    may_contain: Annotated[list[str] | None, Form()] = None,
    excess: Annotated[str, Form()] = "",
) -> Response:
    """Goods came: whole, in part, or more than was ordered."""
    inside, traces = contains or [""] * len(line), may_contain or [""] * len(line)
    if not len(line) == len(quantity) == len(lot) == len(expires) == len(inside) == len(traces):
        raise InvalidInput(field="lines", problem="are not whole: reload the page and try again.")
    with visit.database.begin(visit.actor) as uow:
        found = purchasing.purchase_order(uow.session, visit.merchant_id, purchase_id)
        items = {one.id: one.item_id for one in found.lines}
        shelf = Shelf.of(uow.session, visit.merchant_id)
        came = [
            Delivered(key, shelf.steps(items.get(key, ""), much), lot_of(visit, code, last, "", has, may))
            for key, much, code, last, has, may in zip(line, quantity, lot, expires, inside, traces, strict=True)
            if much.strip()
        ]
        purchasing.receive_purchase(uow, visit.merchant_id, purchase_id, came, ref=ref, accept_excess=excess == "yes")
    return see(f"/admin/stock/purchases/{purchase_id}?said=purchase-received")


@router.post("/stock/purchases/{purchase_id}/cancel")
def cancel(
    purchase_id: str,
    visit: Annotated[Visit, Depends(changes("purchases.change"))],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Expect nothing more."""
    with visit.database.begin(visit.actor) as uow:
        why = reason.strip() or f"ended by {visit.staff.name}"
        purchasing.cancel(uow, visit.merchant_id, purchase_id, reason=why)
    return see(f"/admin/stock/purchases/{purchase_id}?said=purchase-ended")
