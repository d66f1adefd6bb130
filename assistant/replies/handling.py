"""What we say of times, addresses, tables, tips, changes, payments and complaints; every value bound to its row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assistant.effects import zone_of
from assistant.replies.describe import item_name, line_text
from core.kernel.text import clean
from core.messaging.content import Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.commands import ReportMissing
    from assistant.dialogue.points import News
    from assistant.dialogue.state import Question
    from assistant.execution import CartValue
    from assistant.planner.plan import Plan
    from assistant.replies.compose import Result
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.orders.pricing import Quote
    from core.orders.views import OrderView, ReturnView, TrackingView
    from core.payments import PaymentView

TOLD: Final = frozenset({"note", "time", "soonest", "address", "table", "tip", "no_tip"})
_SAID: Final = 120  # characters of a note or an address that are repeated
_FIELD: Final = {"time": "requested_for"}


def moment(speaker: Speaker, shop: Shop, at: datetime, *row: str) -> str:
    """A time on the location's clock, with the day unless it is today. `row` is its table, id and field."""
    zone = ZoneInfo(shop.location.time_zone if shop.location else "UTC")
    here = at.astimezone(zone)
    time = speaker.time(here, *row)
    if here.date() == shop.at.astimezone(zone).date():
        return time
    return speaker.say("day_time", day=speaker.day(here, *row), time=time)


def moments(speaker: Speaker, shop: Shop, question: Question) -> tuple[Option, ...]:
    """Times to press."""
    return tuple(Option(o, _slot(speaker, shop, o)) for o in question.options)


def _slot(speaker: Speaker, shop: Shop, option: str) -> str:
    place = shop.location.id if shop.location else shop.merchant_id
    return moment(speaker, shop, datetime.fromisoformat(option), "slots", place, "start")


def asks(speaker: Speaker, shop: Shop, question: Question) -> str:
    """The question for a time, an address or a table."""
    if question.kind == "time":
        return speaker.say("ask_time", times=speaker.listed([_slot(speaker, shop, o) for o in question.options], "or"))
    return speaker.say(f"ask_{question.kind}")


def details(speaker: Speaker, cart: CartValue, table: str, row: str) -> str:
    """Where an order goes and what the kitchen should know, as the end of a read-back."""
    said = ""
    if cart.fulfilment == "delivery" and cart.address is not None:
        said += speaker.say(
            "details_address", address=speaker.bind("address", cart.address.text, table, row, "address")
        )
    if cart.fulfilment == "dine_in" and cart.table:
        said += speaker.say("details_table", table=speaker.bind("table", cart.table, table, row, "table"))
    return said


def extras(speaker: Speaker, quote: Quote, row: str) -> str:
    """What the total has in it beside the lines: the delivery fee and the tip."""
    said = ""
    if quote.charges.delivery_fee.amount:
        fee = speaker.money(quote.charges.delivery_fee, "carts", row, "delivery_fee")
        said += speaker.say("details_fee", fee=fee)
    if quote.charges.tip.amount:
        said += speaker.say("details_tip", tip=speaker.money(quote.charges.tip, "carts", row, "tip"))
    return said


def later(speaker: Speaker, shop: Shop, cart: CartValue) -> str:
    """When it is wanted and what the kitchen should know, as lines of a read-back."""
    said = []
    if cart.requested_for is not None:
        time = moment(speaker, shop, cart.requested_for, "carts", shop.cart_id, "requested_for")
        said.append(speaker.say("for_time", time=time))
    if cart.note:
        note = speaker.bind("note", clean(cart.note, _SAID), "carts", shop.cart_id, "note")
        said.append(speaker.say("with_note", note=note))
    return "\n".join(said)


def told(speaker: Speaker, shop: Shop, cart: CartValue, news: News, refused: frozenset[str]) -> str:  # noqa: PLR0911 - one a kind
    """That a detail was noted; nothing where the shop refused it."""
    kind = news.kind
    if _FIELD.get(kind, kind) in refused:
        return ""
    row = shop.cart_id
    match kind:
        case "time" if cart.requested_for is not None:
            return speaker.say(
                "for_time", time=moment(speaker, shop, cart.requested_for, "carts", row, "requested_for")
            )
        case "address" if cart.address is not None:
            return speaker.say(
                "to_address", address=speaker.bind("address", cart.address.text, "carts", row, "address")
            )
        case "table" if cart.table:
            return speaker.say("at_table", table=speaker.bind("table", cart.table, "carts", row, "table"))
        case "tip":
            tip = shop.quote(cart.lines, cart.fulfilment).charges.tip
            if not tip.amount:
                return speaker.say("tip_noted")
            return speaker.say("tip", tip=speaker.money(tip, "carts", row, "tip"))
        case "note":
            return speaker.say("with_note", note=speaker.bind("note", clean(news.value, _SAID), "carts", row, "note"))
        case "no_tip" | "soonest":
            return speaker.say(kind)
    return ""


def refusal(speaker: Speaker, shop: Shop, code: str, values: Mapping[str, object]) -> str:  # noqa: PLR0911 - one a code
    """Why a time, an address, a table or an amount cannot be done here."""
    place = shop.location.id if shop.location else shop.merchant_id
    if code == "shop_closed":
        opens = values.get("opens_at")
        if not opens:
            return speaker.say("closed")
        at = moment(speaker, shop, datetime.fromisoformat(str(opens)), "opening_hours", place, "opens")
        return speaker.say("closed_until", time=at)
    if code == "below_minimum":
        zone = zone_of(shop, str(values.get("zone", "")))
        if zone is not None:
            return speaker.say("below_minimum", minimum=speaker.money(zone.minimum, "zones", zone.name, "minimum"))
    if code == "cart_incomplete" and values.get("detail") in {"address", "table"}:
        return ""
    if code == "invalid_address":
        return speaker.say("address_missing" if values.get("field") == "postcode" else "address_invalid")
    known = {"slot_taken": "slot_taken", "outside_area": "outside_area"}
    if code == "invalid_input" and values.get("field") == "tip":
        return speaker.say("no_tips_here")
    if code == "invalid_input":
        return speaker.say("no_such_table" if values.get("detail") == "table" else "place_failed_plain")
    return speaker.say(known.get(code, "place_failed_plain"))


def after_placing(speaker: Speaker, shop: Shop, result: Result) -> str:
    """When an order that was just placed is ready, and where it can be paid."""
    order = result.placed
    if order is None:
        return ""
    said = []
    if order.state != "held":
        said.append(promise(speaker, shop, order, result.tracking))
    if result.link is not None:
        said.append(link(speaker, result.link))
    return "\n".join(part for part in said if part)


def promise(speaker: Speaker, shop: Shop, order: OrderView, tracking: TrackingView | None) -> str:
    """The interval in which the customer has an order; nothing when none is promised."""
    when = tracking.promised if tracking else order.promised
    if when is None:
        return ""
    start = moment(speaker, shop, when.start, "orders", order.id, "promised_from")
    zone = ZoneInfo(shop.location.time_zone if shop.location else "UTC")
    until = speaker.time(when.until.astimezone(zone), "orders", order.id, "promised_until")
    return speaker.say("promised", start=start, until=until)


def link(speaker: Speaker, payment: PaymentView) -> str:
    """Where to pay, and how much."""
    speaker.bind("url", payment.url, "payments", payment.id, "url")
    amount = speaker.money(payment.due, "payments", payment.id, "amount")
    return speaker.say("pay_link", amount=amount, url=payment.url)  # with no sign around it that a reader would copy


def status(speaker: Speaker, shop: Shop, order: OrderView) -> str:
    """How far an order is, when it will be there, and what is still to be paid."""
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    state = speaker.bind("state", speaker.word("states", order.state), "orders", order.id, "state")
    said = [speaker.say("status", code=code, state=state)]
    tracking = shop.tracking
    if tracking is None or order.state in {"completed", "cancelled"}:
        return said[0]
    if tracking.late:
        said.append(speaker.say("late"))
    if order.state not in {"held", "ready"}:
        said.append(promise(speaker, shop, order, tracking))
    if tracking.due is not None and tracking.due.amount:
        said.append(speaker.say("still_due", amount=speaker.money(tracking.due, "orders", order.id, "due")))
    return " ".join(part for part in said if part)


def of_order(speaker: Speaker, shop: Shop, plan: Plan, result: Result) -> list[str]:
    """What became of a change, or of the wish to pay, of the order that was placed last."""
    said = []
    order = shop.order
    if plan.move is not None and result.changed is not None:
        said += _moved(speaker, shop, result.changed, result.tracking)
    elif plan.change is not None and result.changed is not None:
        said.append(_changed(speaker, shop, result.changed))
    elif result.not_changed is not None and order is not None:
        said.append(_not_changed(speaker, shop, order, *result.not_changed))
    if plan.pay:
        said.append(_pay(speaker, shop, result))
    return said


def _pay(speaker: Speaker, shop: Shop, result: Result) -> str:
    if result.link is not None:
        return link(speaker, result.link)
    if shop.order is None:
        return speaker.say("pay_after")
    if shop.tracking is not None and shop.tracking.paid:
        code = speaker.bind("code", shop.order.code, "orders", shop.order.id, "code")
        return speaker.say("paid_already", code=code)
    return speaker.say("pay_counter")


def _changed(speaker: Speaker, shop: Shop, order: OrderView) -> str:
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    total = speaker.money(order.total, "orders", order.id, "total")
    lines = "\n".join(line_text(speaker, shop.menu, line.line, order.id) for line in order.lines)
    return speaker.say("order_changed", code=code, lines=lines, total=total)


def _moved(speaker: Speaker, shop: Shop, order: OrderView, tracking: TrackingView | None) -> list[str]:
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    if order.requested_for is None:
        said = speaker.say("order_soonest", code=code)
    else:
        time = moment(speaker, shop, order.requested_for, "orders", order.id, "requested_for")
        said = speaker.say("order_moved", code=code, time=time)
    return [said, promise(speaker, shop, order, tracking)]


def _not_changed(speaker: Speaker, shop: Shop, order: OrderView, why: str, values: Mapping[str, object]) -> str:
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    if why in {"shop_closed", "slot_taken"}:
        return " ".join((refusal(speaker, shop, why, values), speaker.say("order_stays", code=code)))
    return speaker.say("order_not_changed", code=code)


def missing(speaker: Speaker, shop: Shop, asked: ReportMissing, reported: ReturnView | None) -> str:
    """That what did not come was passed on; a person decides about the money."""
    order = shop.order
    if order is None:
        return speaker.say("complaint")
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    if reported is None or not asked.items:
        return speaker.say("missing_passed_on", code=code)
    names = [item_name(speaker, shop.menu, item) for item in asked.items]
    return speaker.say("missing_reported", items=speaker.listed(names), code=code)
