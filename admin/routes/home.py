"""The start page: what wants attention now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from admin.access import Visit, signed_in
from admin.routing import AdminRoute
from core import catalogue, inventory, kitchen, messaging, orders
from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.session import Session
    from core.orders import OrderView
    from core.orders.states import OrderState

router = APIRouter(route_class=AdminRoute)

_MOST = 500
_LOW = 5
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with a link. `hot`: somebody should look."""

    path: str
    icon: str
    label: str
    value: str
    text: str
    hot: bool = False


@router.get("")
@router.get("/")
def start(visit: Annotated[Visit, Depends(signed_in)]) -> Response:
    """The start page."""
    return visit.page("home.html", **_shown(visit))


@router.get("/today")
def today(visit: Annotated[Visit, Depends(signed_in)]) -> Response:
    """The tiles alone, for our script."""
    return visit.page("_today.html", **_shown(visit))


def _shown(visit: Visit) -> dict[str, Any]:
    with visit.database.read() as session:
        tiles = tuple(_tiles(visit, session))
        waiting: tuple[OrderView, ...] = ()
        if visit.may("orders.read"):
            waiting = orders.list_orders(session, visit.merchant_id, limit=_LISTED, location_ids=visit.places)
    oldest_first = sorted(waiting, key=lambda order: order.placed_at)
    return {"tiles": tiles, "waiting": oldest_first, "today": visit.formats.day(now())}


def _tiles(visit: Visit, session: Session) -> Iterator[Tile]:
    if visit.may("orders.read"):
        yield from _order_tiles(visit, session)
    if visit.may("kitchen.read"):
        found = kitchen.tickets(session, visit.merchant_id, state="open", location_ids=visit.places)
        text = f"oldest {visit.formats.age(found[0].placed_at)}" if found else "all clear"
        yield Tile("/admin/kitchen", "kitchen", "In the kitchen", str(len(found)), text)
    if visit.may("conversations.read"):
        waiting = [c for c in messaging.conversations(session, visit.merchant_id, _MOST) if c.owner == "agent"]
        text = "taken over from the assistant" if waiting else "the assistant answers everybody"
        yield Tile("/admin/conversations", "talk", "With a person", str(len(waiting)), text, hot=bool(waiting))
        yield from _delivery_tiles(visit, session)
    if visit.may("menu.read"):
        off = _sold_out(session, visit.merchant_id)
        text = ", ".join(off[:3]) + (" …" if len(off) > 3 else "") if off else "everything can be had"  # noqa: PLR2004
        yield Tile("/admin/menu", "menu", "Sold out", str(len(off)), text)
    if visit.may("stock.read"):
        levels = inventory.levels(session, visit.merchant_id, visit.location.id)
        low = [level for level in levels if level.low or (level.reorder_point is None and level.available <= _LOW)]
        over = sum(level.expired > 0 for level in levels)
        text = f"of {len(levels)} that are counted" if levels else "nothing is counted"
        path = "/admin/stock/low" if over or any(level.low for level in low) else "/admin/stock"
        told = f"{text}, {over} with something expired" if over else text
        yield Tile(path, "stock", "Running low", str(len(low)), told, hot=bool(low or over))


def _delivery_tiles(visit: Visit, session: Session) -> Iterator[Tile]:
    """Shown only when somebody should look."""
    alarms, lost = messaging.alarms(session, visit.merchant_id), messaging.given_up(session, visit.merchant_id)
    if alarms or lost:
        text = alarms[0].problem if alarms else lost[0].reason
        yield Tile("/admin/deliveries", "talk", "Deliveries", str(len(alarms) + len(lost)), text, hot=True)


def _order_tiles(visit: Visit, session: Session) -> Iterator[Tile]:
    f = visit.formats
    new = _in_state(visit, session, "new")
    oldest = min((o.placed_at for o in new), default=None)
    text = f"oldest {f.age(oldest)}" if oldest else "none waits"
    yield Tile("/admin/orders", "orders", "New orders", str(len(new)), text, hot=bool(new))
    held = _in_state(visit, session, "held")
    if held:
        since = f.age(min(o.placed_at for o in held))
        yield Tile("/admin/orders/held", "orders", "Held for you", str(len(held)), f"oldest {since}", hot=True)
    ready = _in_state(visit, session, "ready")
    yield Tile("/admin/orders", "orders", "Ready", str(len(ready)), "to be handed over")
    over = _in_state(visit, session, "completed")
    sold = [o for o in over if o.completed_at and o.completed_at >= f.midnight()]
    total = sum((o.total for o in sold), Money.zero(visit.merchant.currency))
    many = f"{len(sold)} order{'' if len(sold) == 1 else 's'} completed"
    yield Tile("/admin/orders", "orders", "Sold today", f.money(total), many)


def _in_state(visit: Visit, session: Session, state: OrderState) -> tuple[OrderView, ...]:
    return orders.list_orders(session, visit.merchant_id, states=(state,), limit=_MOST, location_ids=visit.places)


def _sold_out(session: Session, merchant_id: str) -> list[str]:
    try:
        menu = catalogue.load_menu(session, merchant_id)
    except NotFound:  # no menu yet
        return []
    return [item.name for item in menu.items if not item.available]
