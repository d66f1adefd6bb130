"""What customers are told when something happens to their order outside their own turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dialogue.state import State
from assistant.replies.speaker import Speaker
from assistant.replies.wording import sound
from core import merchants, messaging, wordings
from core.messaging.content import Content
from core.orders.events import OrderEvent

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


def _tell(uow: UnitOfWork, event: Event, what: str) -> None:
    if not isinstance(event, OrderEvent):
        return
    about = messaging.conversation(uow.session, event.merchant_id, event.conversation_id)
    shop = merchants.merchant(uow.session, event.merchant_id)
    language = State.from_json(about.state).locale if about.state else (about.locale or shop.locale).partition("-")[0]
    own = wordings.wordings(uow.session, event.merchant_id).get(language, {})
    speaker = Speaker(language, shop.locale, sound(language, own))
    text = speaker.say(what, code=speaker.bind("code", event.code, "orders", event.order_id, "code"))
    content = Content(text, "notice", (), tuple(speaker.bindings))
    messaging.say(uow, event.conversation_id, content, ref=f"order:{event.order_id}:{what}")


SUBSCRIBERS: Mapping[str, tuple[Callable[[UnitOfWork, Event], None], ...]] = {
    "OrderAccepted": (on_order_accepted,),
    "OrderReady": (on_order_ready,),
    "OrderCompleted": (on_order_completed,),
    "OrderCancelled": (on_order_cancelled,),
}
