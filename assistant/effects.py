"""What a turn does to the shop, inside its one transaction: details of the cart, the order, its money, its lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from assistant.dialogue.state import Question
from core import merchants, messaging, orders, payments
from core.kernel.clock import now
from core.kernel.errors import (
    BelowMinimum,
    CartIncomplete,
    ComandaError,
    Conflict,
    IllegalTransition,
    InvalidAddress,
    InvalidInput,
    OutOfStock,
    OutsideArea,
    PriceChanged,
    ShopClosed,
    SlotTaken,
    StaleOrder,
    TooLate,
    Unavailable,
)
from core.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.commands import ChangeOrder, MoveOrder, ReportMissing
    from assistant.execution import CartValue
    from assistant.shop import Shop
    from core.db.uow import UnitOfWork
    from core.kernel.money import Money
    from core.orders.lines import Line
    from core.orders.views import CartView, OrderView, ReturnView

_OFFERED = 3  # times
_DAYS = 7
Failure = tuple[str, dict[str, object]]
_NOT_PLACED = (
    OutOfStock,
    Unavailable,
    PriceChanged,
    ShopClosed,
    SlotTaken,
    OutsideArea,
    BelowMinimum,
    CartIncomplete,
)


@dataclass(frozen=True, slots=True)
class Saved:
    """The cart as it was saved, and what of its details was not: why, and the question that follows."""

    cart: CartView | None = None
    failures: tuple[Failure, ...] = ()
    question: Question | None = None


NOTHING_REFUSED = Saved()


def save_details(uow: UnitOfWork, shop: Shop, opened: CartView, after: CartValue, *, place: bool) -> Saved:
    """Save how, when, where and for whom; a detail that the shop refuses stays as it was, and the reply says why."""
    opened = _save_plain(uow, shop, opened, after, place=place)
    failures: list[Failure] = []
    question = None
    careful: tuple[tuple[str, object, object], ...] = (
        ("requested_for", after.requested_for, opened.requested_for),
        ("address", after.address, opened.address),
        ("table", after.table, opened.table),
    )
    for field, wanted, kept in careful:
        if wanted == kept:
            continue
        try:
            with uow.nested():
                opened = orders.set_details(uow, opened.merchant_id, opened.id, **{field: wanted})  # type: ignore[arg-type]
        except (ShopClosed, SlotTaken, OutsideArea, InvalidAddress, InvalidInput) as problem:
            failure = _failure(problem, field)
            failures.append(failure)
            question = question or asks_after(uow, shop, opened.lines, failure)
    if after.tip != opened.tip:
        try:
            opened = orders.set_tip(uow, opened.merchant_id, opened.id, after.tip)
        except InvalidInput as problem:
            failures.append(_failure(problem, "tip"))
    return Saved(opened, tuple(failures), question)


def _save_plain(uow: UnitOfWork, shop: Shop, opened: CartView, after: CartValue, *, place: bool) -> CartView:
    """Save what a shop never refuses."""
    plain: dict[str, Any] = {}
    if after.fulfilment != opened.fulfilment:
        plain["fulfilment"] = after.fulfilment
    if after.name != opened.customer_name:
        plain["customer_name"] = after.name
    if after.note != opened.note:
        plain["note"] = after.note
    if place and not after.fulfilment and shop.location:
        plain["fulfilment"] = shop.location.fulfilments[0]
    return orders.set_details(uow, opened.merchant_id, opened.id, **plain) if plain else opened


def as_saved(cart: CartValue, saved: CartView) -> CartValue:
    """The working cart with its details as they were kept."""
    return replace(
        cart,
        requested_for=saved.requested_for,
        address=saved.address,
        table=saved.table,
        tip=saved.tip,
    )


def place(uow: UnitOfWork, shop: Shop, cart_id: str, told: Money | None) -> OrderView | Failure:
    """Place the cart; what keeps it from being placed, with what to say about it."""
    try:
        return orders.place_order(uow, shop.merchant_id, cart_id, expected_total=told)
    except _NOT_PLACED as problem:
        return _failure(problem, str(problem.values.get("detail", "")))


def asks_after(uow: UnitOfWork, shop: Shop, lines: tuple[Line, ...], failure: Failure) -> Question | None:
    """The question that follows a refusal: another time, another address, the table."""
    code, values = failure
    if code in {"shop_closed", "slot_taken"}:
        free = _times(uow, shop, lines, values)
        return Question("time", options=free) if free else None
    if code in {"outside_area", "invalid_address"} or values.get("detail") == "address":
        return Question("address")
    return Question("table") if values.get("detail") == "table" else None


def _times(uow: UnitOfWork, shop: Shop, lines: tuple[Line, ...], values: Mapping[str, object]) -> tuple[str, ...]:
    """The next times that can be had, as ISO moments; none where nothing is taken for later."""
    named = values.get("free")
    if isinstance(named, list | tuple) and named:
        return tuple(str(one) for one in named[:_OFFERED])
    if shop.location is None or values.get("preorder") is False:
        return ()
    opens = values.get("opens_at")
    moment = datetime.fromisoformat(str(opens)) if opens else now()
    day = moment.astimezone(_zone(shop)).date()
    found: list[str] = []
    for ahead in range(_DAYS):
        slots = orders.slots(uow.session, shop.merchant_id, shop.location.id, lines, day + timedelta(days=ahead))
        found += [s.start.isoformat() for s in slots if s.left is None or s.left > 0]
        if found:
            break
    return tuple(found[:_OFFERED])


def _zone(shop: Shop) -> Any:  # noqa: ANN401 - a time zone
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    return ZoneInfo(shop.location.time_zone if shop.location else "UTC")


def cancel(uow: UnitOfWork, order: OrderView | None) -> OrderView | None:
    """Call an order off where the policy and the kitchen allow it; None when they do not."""
    if order is None:
        return None
    try:
        with uow.nested():
            return orders.cancel(uow, order.merchant_id, order.id, reason="customer")
    except (IllegalTransition, TooLate, InvalidInput, Conflict):
        return None


def change(uow: UnitOfWork, order: OrderView, command: ChangeOrder) -> OrderView | Failure:
    """Make the order's lines these, if they may be."""
    if not command.lines:
        return "too_late", {}
    try:
        with uow.nested():
            return orders.change_order(uow, order.merchant_id, order.id, command.lines, expected_version=order.version)
    except (TooLate, OutOfStock, Unavailable, CartIncomplete, StaleOrder, Conflict, InvalidInput) as problem:
        return _failure(problem, "")


def move(uow: UnitOfWork, order: OrderView, command: MoveOrder) -> OrderView | Failure:
    """Make the order one for this time, if it may be."""
    wanted = datetime.fromisoformat(command.moment) if command.moment else None
    try:
        with uow.nested():
            return orders.change_time(uow, order.merchant_id, order.id, wanted, expected_version=order.version)
    except (TooLate, ShopClosed, SlotTaken, OutOfStock, StaleOrder, Conflict, InvalidInput) as problem:
        return _failure(problem, "order")


def pay(uow: UnitOfWork, order: OrderView) -> payments.PaymentView | None:
    """How an order can be paid by link, or in the chat where that has a way; None where it cannot, or need not."""
    talk = messaging.conversation(uow.session, order.merchant_id, order.conversation_id)
    method = payments.rules.method_in_chat(settings(), talk.channel)
    try:
        with uow.nested():
            return orders.pay_by_link(uow, order.merchant_id, order.id, method=method)
    except Conflict:
        return None


def report(uow: UnitOfWork, order: OrderView, asked: ReportMissing, ref: str) -> ReturnView | None:
    """Ask for money back for what did not come: a person decides. None when nothing of it is left to give back."""
    left = asked.quantity
    lines: dict[str, int] = {}
    for line in order.lines:
        if line.line.item in asked.items:
            units = line.line.quantity if left is None else min(line.line.quantity, left)
            left = None if left is None else left - units
            if units > 0:
                lines[line.id] = units
    if not lines:
        return None
    try:
        with uow.nested():
            return orders.request_return(
                uow, order.merchant_id, order.id, lines=lines, reason="; ".join(asked.causes), ref=ref
            )
    except (InvalidInput, Conflict):
        return None


def zone_of(shop: Shop, name: str) -> merchants.Zone | None:
    """The delivery zone of this name."""
    return next((zone for zone in shop.zones if zone.name == name), None)


def _failure(problem: ComandaError, detail: str) -> Failure:
    values = {k: v for k, v in problem.values.items() if isinstance(v, str | int | list | tuple | bool)}
    return problem.code, {**values, "detail": values.get("detail") or detail}
