"""Stock levels of a location: what is there, receiving, counting and writing off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from admin.access import Visit, changes, sees
from admin.amounts import Shelf, day
from admin.routing import AdminRoute, see
from core import inventory, merchants
from core.inventory import ReceivedLot, purchasing
from core.kernel.errors import InvalidInput
from core.kernel.money import Money

if TYPE_CHECKING:
    from core.db.session import Session
    from core.inventory import WriteOffCause

router = APIRouter(route_class=AdminRoute)

CAUSES: tuple[tuple[WriteOffCause, str], ...] = (
    ("expired", "Expired"),
    ("spoilt", "Spoilt"),
    ("broken", "Broken"),
    ("lost", "Lost"),
    ("theft", "Stolen"),
    ("sample", "Given to taste"),
    ("staff_meal", "Staff meal"),
    ("other", "Other (say why)"),
)
_LATEST_MOVEMENTS = 100


def place_of(visit: Visit, session: Session, at: str) -> merchants.LocationView:
    """The location that a page is about: the one that is named, or the shop's first."""
    place = merchants.location(session, visit.merchant_id, at) if at else visit.location
    visit.check_place(place.id)
    return place


def places_of(visit: Visit, session: Session) -> list[merchants.LocationView]:
    """Every location of the shop, to choose from."""
    found = merchants.merchant(session, visit.merchant_id)
    return [merchants.location(session, visit.merchant_id, place) for place in found.location_ids]


def cause_of(text: str) -> WriteOffCause:
    """A cause of the closed list.

    Raises:
        InvalidInput: it is not on it.
    """
    for cause, _ in CAUSES:
        if cause == text:
            return cause
    raise InvalidInput(field="cause", problem="choose one from the list.")


@router.get("/stock")
def stock(visit: Annotated[Visit, Depends(sees("stock.read"))], at: str = "") -> Response:
    """What is there."""
    with visit.database.read() as session:
        place = place_of(visit, session, at)
        shelf = Shelf.of(session, visit.merchant_id)
        levels = inventory.levels(session, visit.merchant_id, place.id)
        coming: dict[str, int] = {}
        for one in purchasing.on_order(session, visit.merchant_id, place.id):
            coming[one.item_id] = coming.get(one.item_id, 0) + one.quantity
        places = places_of(visit, session)
    levels = tuple(sorted(levels, key=lambda v: (not v.low, shelf.name(v.item_id).casefold())))
    return visit.page(
        "stock.html", levels=levels, shelf=shelf, coming=coming, place=place, places=places, causes=CAUSES
    )


@router.post("/stock/receive")
def receive(  # noqa: PLR0917 - the fields of a form
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    item_id: Annotated[str, Form()],
    quantity: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
    lot: Annotated[str, Form()] = "",
    expires: Annotated[str, Form()] = "",
    cost: Annotated[str, Form()] = "",
    contains: Annotated[str, Form()] = "",
    may_contain: Annotated[str, Form()] = "",
) -> Response:
    """Units came in."""
    with visit.database.begin(visit.actor) as uow:
        units = Shelf.of(uow.session, visit.merchant_id).steps(item_id, quantity)
        place = place_of(visit, uow.session, at)
        why = reason.strip() or f"received by {visit.staff.name}"
        known = lot_of(visit, lot, expires, cost, contains, may_contain)
        inventory.receive(uow, visit.merchant_id, place.id, item_id, units, reason=why, lot=known)
    return see(f"/admin/stock?at={place.id}&said=stock-received")


@router.post("/stock/count")
def count(
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    item_id: Annotated[str, Form()],
    quantity: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
) -> Response:
    """Somebody looked how many there are."""
    with visit.database.begin(visit.actor) as uow:
        units = Shelf.of(uow.session, visit.merchant_id).steps(item_id, quantity)
        place = place_of(visit, uow.session, at)
        why = reason.strip() or f"counted by {visit.staff.name}"
        inventory.count(uow, visit.merchant_id, place.id, item_id, units, reason=why)
    return see(f"/admin/stock?at={place.id}&said=stock-counted")


@router.post("/stock/write-off")
def write_off(  # noqa: PLR0917 - the fields of a form
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    item_id: Annotated[str, Form()],
    quantity: Annotated[str, Form()],
    cause: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
    lot_id: Annotated[str, Form()] = "",
) -> Response:
    """Units are gone; of one lot, or of those that would go out first."""
    with visit.database.begin(visit.actor) as uow:
        units = Shelf.of(uow.session, visit.merchant_id).steps(item_id, quantity)
        place = place_of(visit, uow.session, at)
        inventory.write_off(
            uow,
            visit.merchant_id,
            place.id,
            item_id,
            units,
            cause=cause_of(cause),
            reason=reason,
            lot_id=lot_id or None,
        )
    return see(f"/admin/stock/lots/{lot_id}" if lot_id else f"/admin/stock?at={place.id}&said=stock-written-off")


@router.get("/stock/items/{item_id}")
def item(item_id: str, visit: Annotated[Visit, Depends(sees("stock.read"))], at: str = "") -> Response:
    """One item: its level, what came and went, who holds it, what is on order."""
    with visit.database.read() as session:
        place = place_of(visit, session, at)
        shelf = Shelf.of(session, visit.merchant_id)
        me = visit.merchant_id
        shown: dict[str, Any] = {
            "level": inventory.level(session, me, place.id, item_id),
            "movements": inventory.movements(session, me, place.id, item_id, latest=_LATEST_MOVEMENTS)[::-1],
            "lots": inventory.lots(session, me, location_id=place.id, item_id=item_id),
            "held": inventory.reserved(session, me, place.id, item_id),
            "coming": purchasing.on_order(session, me, place.id, item_id),
        }
        shelf.steps(item_id, "1")  # an item of this shop, or not found
    return visit.page("stock_item.html", item_id=item_id, shelf=shelf, place=place, **shown)


@router.post("/stock/items/{item_id}/reorder")
def reorder(
    item_id: str,
    visit: Annotated[Visit, Depends(changes("stock.change"))],
    point: Annotated[str, Form()] = "",
    up_to: Annotated[str, Form()] = "",
    at: Annotated[str, Form()] = "",
) -> Response:
    """From how few on it is low; an empty field means no alerts."""
    with visit.database.begin(visit.actor) as uow:
        place = place_of(visit, uow.session, at)
        shelf = Shelf.of(uow.session, visit.merchant_id)
        low = shelf.steps(item_id, point, field="point") if point.strip() else None
        full = shelf.steps(item_id, up_to, field="up_to") if up_to.strip() else None
        inventory.set_reorder_point(uow, visit.merchant_id, place.id, item_id, low, up_to=full)
    return see(f"/admin/stock/items/{item_id}?at={place.id}&said=stock-reorder")


def lot_of(  # noqa: PLR0917 - the fields of a form
    visit: Visit, code: str, expires: str, cost: str, contains: str = "", may_contain: str = ""
) -> ReceivedLot | None:
    """What a form says of the lot; None when it says nothing.

    Raises:
        InvalidInput: a date or an amount that is none.
    """
    inside, traces = _words(contains), _words(may_contain)
    if not (code.strip() or expires.strip() or cost.strip() or inside or traces):
        return None
    paid = Money.parse(cost.strip(), visit.merchant.currency) if cost.strip() else None
    return ReceivedLot(code.strip(), day(expires, field="expires"), paid, contains=inside, may_contain=traces)


def _words(text: str) -> tuple[str, ...]:
    """Allergens as somebody lists them: “nuts, sesame”."""
    return tuple(dict.fromkeys(word for part in text.split(",") if (word := part.strip().casefold())))
