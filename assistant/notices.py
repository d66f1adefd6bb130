"""What customers are told when something happens to their order outside their own turns."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.privacy import telling
from assistant.replies.speaker import Speaker
from core import merchants, messaging, orders
from core.kernel.clock import now
from core.kernel.money import Money
from core.messaging.content import Content
from core.orders.events import OrderChanged, OrderEvent, OrderRetimed
from core.payments.events import PaymentCaptured, PaymentEvent, RefundSucceeded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.db.uow import UnitOfWork
    from core.kernel.events import Event


def on_order_accepted(uow: UnitOfWork, event: Event) -> None:
    """The shop has taken the order on."""
    _tell(uow, event, "accepted")


def on_order_ready(uow: UnitOfWork, event: Event) -> None:
    """The order is ready."""
    _tell(uow, event, "ready")


def on_order_completed(uow: UnitOfWork, event: Event) -> None:
    """The customer has it."""
    _tell(uow, event, "completed")


def on_order_cancelled(uow: UnitOfWork, event: Event) -> None:
    """The shop will not make it. What the customer called off was answered in that turn already."""
    if getattr(event, "reason", "") != "customer":
        _tell(uow, event, "cancelled")


def on_order_released(uow: UnitOfWork, event: Event) -> None:
    """A person has looked at an order that was held."""
    _tell(uow, event, "released")


def on_order_sent_out(uow: UnitOfWork, event: Event) -> None:
    """A rider has it."""
    _tell(uow, event, "sent_out")


def on_order_changed(uow: UnitOfWork, event: Event) -> None:
    """Somebody in the shop made other lines of it. What the customer changed was answered in that turn already."""
    if not isinstance(event, OrderChanged) or event.by == "customer":
        return
    order = orders.order(uow.session, event.merchant_id, event.order_id)
    speaker = telling.speaker_of(uow, event.merchant_id, event.conversation_id)
    code = speaker.bind("code", event.code, "orders", event.order_id, "code")
    total = speaker.money(order.total, "orders", order.id, "total")
    _say(uow, event, speaker.say("changed_by_shop", code=code, total=total), speaker, f"changed:{event.version}")


def on_order_retimed(uow: UnitOfWork, event: Event) -> None:
    """Somebody in the shop moved it to another time."""
    if not isinstance(event, OrderRetimed) or event.by == "customer":
        return
    speaker = telling.speaker_of(uow, event.merchant_id, event.conversation_id)
    code = speaker.bind("code", event.code, "orders", event.order_id, "code")
    order = orders.order(uow.session, event.merchant_id, event.order_id)
    text = speaker.say("retimed_soonest", code=code)
    if order.requested_for is not None:
        place = merchants.location(uow.session, event.merchant_id, order.location_id)
        here = order.requested_for.astimezone(ZoneInfo(place.time_zone))
        row = ("orders", order.id, "requested_for")
        time = speaker.time(here, *row)
        if here.date() != now().astimezone(here.tzinfo).date():
            time = speaker.say("day_time", day=speaker.day(here, *row), time=time)
        text = speaker.say("retimed", code=code, time=time)
    _say(uow, event, text, speaker, f"retimed:{event.version}")


def on_payment_captured(uow: UnitOfWork, event: Event) -> None:
    """The money came in by link; whoever pays at the counter sees it."""
    if isinstance(event, PaymentCaptured) and event.method != "counter" and event.amount:
        _tell_of_money(uow, event, "captured", event.payment_id)


def on_refund_succeeded(uow: UnitOfWork, event: Event) -> None:
    """Money is on its way back."""
    if isinstance(event, RefundSucceeded) and event.amount:
        _tell_of_money(uow, event, "refunded", event.refund_id)


def _tell_of_money(uow: UnitOfWork, event: PaymentEvent, what: str, row: str) -> None:
    order = orders.order(uow.session, event.merchant_id, event.order_id)
    speaker = telling.speaker_of(uow, event.merchant_id, order.conversation_id)
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    table = "refunds" if isinstance(event, RefundSucceeded) else "payments"
    amount = speaker.money(Money(event.amount, event.currency), table, row, "amount")
    content = Content(speaker.say(what, code=code, amount=amount), "notice", (), tuple(speaker.bindings))
    messaging.say(uow, order.conversation_id, content, ref=f"{table}:{row}:{what}")


def _tell(uow: UnitOfWork, event: Event, what: str) -> None:
    if not isinstance(event, OrderEvent):
        return
    speaker = telling.speaker_of(uow, event.merchant_id, event.conversation_id)
    text = speaker.say(what, code=speaker.bind("code", event.code, "orders", event.order_id, "code"))
    _say(uow, event, text, speaker, what)


def _say(uow: UnitOfWork, event: OrderEvent, text: str, speaker: Speaker, what: str) -> None:
    content = Content(text, "notice", (), tuple(speaker.bindings))
    messaging.say(uow, event.conversation_id, content, ref=f"order:{event.order_id}:{what}")


SUBSCRIBERS: Mapping[str, tuple[Callable[[UnitOfWork, Event], None], ...]] = {
    "OrderAccepted": (on_order_accepted,),
    "OrderReady": (on_order_ready,),
    "OrderCompleted": (on_order_completed,),
    "OrderCancelled": (on_order_cancelled,),
    "OrderReleased": (on_order_released,),
    "OrderSentOut": (on_order_sent_out,),
    "OrderChanged": (on_order_changed,),
    "OrderRetimed": (on_order_retimed,),
    "PaymentCaptured": (on_payment_captured,),
    "RefundSucceeded": (on_refund_succeeded,),
    "IdentityLinked": (telling.on_identity_linked,),
    "IdentityParted": (telling.on_identity_parted,),
}
