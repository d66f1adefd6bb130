"""The reply to a turn, put together from its plan and from what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.dialogue.options import categories_of, category_option
from assistant.replies import handling, rich
from assistant.replies.describe import item_name, line_text, lines_text, option_name
from assistant.replies.speaker import Speaker
from assistant.topics.answers import answer_topic
from core.kernel.text import clean
from core.messaging.content import Content, Option

if TYPE_CHECKING:
    from assistant.commands import AnswerTopic
    from assistant.dialogue.points import News, Point
    from assistant.dialogue.state import Question, State
    from assistant.effects import Failure
    from assistant.execution import CartValue
    from assistant.planner.plan import Plan
    from assistant.shop import Shop
    from core.messaging.content import ContentKind
    from core.orders.lines import Line
    from core.orders.views import OrderView, ReturnView, TrackingView
    from core.payments import PaymentView

_ONE_WORD = re.compile(r"[^\W\d_][\w'\u2019\- ]{1,38}", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the effects of a turn.

    The order that was placed, or why not; called off, changed, or why not; `refused` are details of the cart that the
    shop cannot do, `ask` the question that follows, `link` how the order can be paid, `reported` what was asked back.
    """

    placed: OrderView | None = None
    failure: tuple[str, dict[str, object]] | None = None
    cancelled: OrderView | None = None
    not_cancelled: OrderView | None = None
    refused: tuple[Failure, ...] = ()
    ask: Question | None = None
    changed: OrderView | None = None
    not_changed: Failure | None = None
    link: PaymentView | None = None
    tracking: TrackingView | None = None
    reported: ReturnView | None = None


_NOTHING = Result()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a reply is about: the state before and after, the plan, the cart, the questions, and what became of it."""

    before: State
    after: State
    plan: Plan
    cart: CartValue
    topics: tuple[AnswerTopic, ...] = ()
    result: Result = _NOTHING


def compose(shop: Shop, turn: Turn) -> Content:
    """One reply, with its answers to press and the rows behind its values."""
    speaker = shop.speaker(turn.after.locale)
    plan, result = turn.plan, turn.result
    parts: list[str] = []
    if not turn.before.greeted:
        name = speaker.bind("shop", shop.name, "merchants", shop.merchant_id, "name")
        parts.append(speaker.say("disclosure", shop=name))
    if plan.missing is not None:
        parts.append(handling.missing(speaker, shop, plan.missing, result.reported))
        return Content(" ".join(parts), "notice", (), tuple(speaker.bindings))
    if plan.human:
        parts.append(speaker.say("complaint" if plan.complaint else "human"))
        return Content(" ".join(parts), "notice", (), tuple(speaker.bindings))
    parts += [answer_topic(speaker, shop, turn.cart, topic) for topic in turn.topics]
    parts += _news(speaker, shop, turn)
    parts += [said for point in plan.points for said in _point(speaker, shop, point)]
    parts += _happened(speaker, shop, turn)
    asked = _ask(speaker, shop, replace(plan, question=result.ask) if result.ask else plan, turn.cart)
    parts += [asked, *_lost(speaker, plan)]
    if not asked and not plan.asks and result.placed is None:
        parts += _closing(speaker, turn)
    question = result.ask or plan.question
    options = _options(speaker, shop, question) if result.placed is None else ()
    text = _joined(parts) or speaker.say("fine")
    if plan.question is None and any(t.topic == "menu" and not t.subject for t in turn.topics):
        options = _category_options(speaker, shop)
    return Content(
        text,
        _kind(plan, result, asked),
        options,
        cards=rich.cards(speaker, shop, turn.topics) if question is None else (),
        link=rich.link(speaker, result.link),
        receipt=rich.receipt(speaker, shop, result.placed),
        bindings=tuple(speaker.bindings),
    )


def _joined(parts: list[str]) -> str:
    """The parts as one text: nothing twice, and what has lines of its own begins on a new one."""
    once = list(dict.fromkeys(reversed([p for p in parts if p])))[::-1]
    text = ""
    for part in once:
        between = "\n" if "\n" in part or "\n" in text else " "
        text = f"{text}{between}{part}" if text else part
    return text


def _kind(plan: Plan, result: Result, asked: str) -> ContentKind:
    if result.placed is not None:
        return "receipt"
    if plan.read_back and result.failure is None:
        return "read_back"
    return "question" if asked else "text"


def _happened(speaker: Speaker, shop: Shop, turn: Turn) -> list[str]:
    """The order that was placed, or why not; the order called off; the read-back."""
    plan, result = turn.plan, turn.result
    said = []
    if result.placed is not None:
        said.append(_placed(speaker, shop, result.placed, turn.cart))
        said.append(handling.after_placing(speaker, shop, result))
    elif result.failure is not None:
        said.append(_failure(speaker, shop, *result.failure))
    said += [handling.refusal(speaker, shop, *failure) for failure in result.refused]
    said += handling.of_order(speaker, shop, plan, result)
    said += _cancelled(speaker, plan, result)
    if plan.nothing_to_place:
        said.append(speaker.say("nothing_to_place"))
    if plan.read_back and result.failure is None:
        said.append(_read_back(speaker, shop, turn.cart))
    return said


def _lost(speaker: Speaker, plan: Plan) -> list[str]:
    said = [speaker.say("lost")] if plan.lost else []
    return [*said, speaker.say("help_offer")] if plan.offer_help else said


def _closing(speaker: Speaker, turn: Turn) -> list[str]:
    plan, first = turn.plan, not turn.before.greeted
    if plan.anything_else:
        return [speaker.say("anything_else")]
    for what in ("bye", "thanks"):
        if what in plan.greetings:
            return [speaker.say(what)]
    if "hello" in plan.greetings:
        return [speaker.say("invite" if first else "hello")]
    return [speaker.say("invite")] if first and not turn.topics and not plan.news and not plan.read_back else []


def _news(speaker: Speaker, shop: Shop, turn: Turn) -> list[str]:
    plan, cart = turn.plan, turn.cart
    news, refused = plan.news, frozenset(str(values.get("detail", "")) for _, values in turn.result.refused)
    grouped: dict[str, list[Line]] = {}
    said: list[str] = []
    for item in news:
        if item.kind in {"added", "changed", "removed"} and item.line is not None:
            grouped.setdefault(item.kind, []).append(item.line)
    said += [speaker.say(kind, lines=lines_text(speaker, shop.menu, lines)) for kind, lines in grouped.items()]
    for item in news:
        if item.kind in {"added", "changed", "removed"}:
            continue
        if item.kind == "fulfilment":
            said.append("" if plan.read_back else speaker.say("fulfilment", way=speaker.word("ways", item.value)))
        elif item.kind == "not_offered":
            ways = shop.location.fulfilments if shop.location else ()
            names = speaker.listed([speaker.word("ways", w) for w in ways], "or")
            said.append(speaker.say("not_offered", way=speaker.word("ways", item.value), ways=names))
        elif item.kind == "name":
            name = speaker.bind("customer", item.value, "carts", shop.cart_id, "customer_name")
            said.append("" if plan.read_back else speaker.say("name", name=name))
        elif item.kind == "basket_price" and item.line is not None:
            said.append(rich.new_price(speaker, shop, item.line))
        elif item.kind in handling.TOLD:
            said.append("" if plan.read_back else handling.told(speaker, shop, cart, item, refused))
        else:
            said.append(_plain(speaker, shop, item, plan))
    return said


def _plain(speaker: Speaker, shop: Shop, item: News, plan: Plan) -> str:
    """News of few words; "all right" and "what can I get you" only where nothing else is said."""
    if item.kind == "one_size":
        return speaker.say("sizes_none", item=item_name(speaker, shop.menu, item.value))
    if item.kind in {"fine", "invite"} and (plan.read_back or plan.place or len(plan.news) > 1):
        return ""
    if item.kind == "invite" and plan.question:
        return ""
    if item.kind == "order_stands" and shop.order is not None:
        return speaker.say(item.kind, code=speaker.bind("code", shop.order.code, "orders", shop.order.id, "code"))
    return speaker.say(item.kind)


def _point(speaker: Speaker, shop: Shop, point: Point) -> list[str]:
    menu = shop.menu
    names = [item_name(speaker, menu, i) for i in point.options if i in menu.items_by_id or i in menu.combos_by_id]
    match point.kind:
        case "unavailable" | "off_menu":
            return _not_had(speaker, shop, point, names)
        case "which":
            said = speaker.say("which", options=speaker.listed(names, "or"))
        case "quantity" if point.line is not None:
            said = _quantity(speaker, shop, point.line)
        case "propose" if point.line is not None:
            said = speaker.say("propose", line=line_text(speaker, menu, point.line))
        case "too_many":
            said = speaker.say("too_many")
        case _:
            words = _quoted(point.words)
            kind = "which_line" if point.kind == "which_line" else "not_on_item"
            said = speaker.say(kind, words=words) if words else speaker.say(f"{kind}_plain")
    return [said]


def _quantity(speaker: Speaker, shop: Shop, line: Line) -> str:
    item = item_name(speaker, shop.menu, line.item)
    if line.quantity < 1:
        return speaker.say("quantity_odd", item=item)
    number = speaker.number(line.quantity, "inbound_messages", shop.inbound_id)
    return speaker.say("quantity", number=number, item=item)


def _not_had(speaker: Speaker, shop: Shop, point: Point, names: list[str]) -> list[str]:
    """What cannot be had, and what can instead."""
    if point.kind == "off_menu":
        words = _quoted(point.words)
        said = speaker.say("off_menu", words=words) if words else speaker.say("lost")
        return [said, speaker.say("near", items=speaker.listed(names, "or")) if names else speaker.say("no_near")]
    item = item_name(speaker, shop.menu, point.items[0]) if point.items else ""
    said = speaker.say("unavailable", item=item) if item else speaker.say("unavailable_plain")
    return [said, speaker.say("alternatives", items=speaker.listed(names))] if names else [said]


def _quoted(words: str) -> str:
    """Words of the customer that are safe to repeat: letters only, and short."""
    said = clean(words, 80)
    return said if _ONE_WORD.fullmatch(said) else ""


def _ask(speaker: Speaker, shop: Shop, plan: Plan, cart: CartValue) -> str:  # noqa: PLR0911 - one a kind
    question = plan.question
    if question is None:
        return ""
    if question.kind == "place":
        return "" if plan.read_back or plan.place else speaker.say("shall_i")
    if question.kind in {"time", "address", "table"}:
        return handling.asks(speaker, shop, question)
    if question.kind not in {"variation", "modifier", "slot"} or question.line is None:
        return ""
    menu, line = shop.menu, cart.lines[question.line]
    options = speaker.listed(
        [option_name(speaker, menu, question.subject, question.kind, o) for o in question.options], "or"
    )
    item = item_name(speaker, menu, line.item if question.slot is None else line.slots[question.slot].item)
    if question.kind == "variation":
        return speaker.say("ask_variation", item=item, options=options)
    if question.kind == "modifier":
        group = menu.groups_by_id[question.subject]
        name = speaker.bind("name", group.name, "modifier_groups", group.id, "name")
        return speaker.say("ask_modifier", item=item, group=name.lower(), options=options)
    combo = menu.combos_by_id[line.item]
    slot = combo.slot(question.subject)
    name = speaker.bind("name", slot.name, "combo_slots", f"{combo.id}/{slot.id}", "name") if slot else ""
    return speaker.say("ask_slot", combo=item, slot=name.lower(), options=options)


def _options(speaker: Speaker, shop: Shop, question: Question | None) -> tuple[Option, ...]:
    if question is None:
        return ()
    if question.kind == "time":
        return handling.moments(speaker, shop, question)
    if question.kind in {"address", "table"}:
        return ()
    if question.kind in {"place", "propose"}:
        return (Option("yes", speaker.say("yes")), Option("no", speaker.say("no")))
    return tuple(
        Option(o, option_name(speaker, shop.menu, question.subject, question.kind, o)) for o in question.options
    )


def _category_options(speaker: Speaker, shop: Shop) -> tuple[Option, ...]:
    """The categories of the menu, to press."""
    first = {i.category: i.id for i in reversed(shop.menu.items) if i.category and i.available}
    return tuple(
        Option(category_option(shop.menu, c), speaker.bind("category", c, "items", first[c], "category"))
        for c in categories_of(shop.menu)
        if c in first
    )


def _details(speaker: Speaker, cart: CartValue, table: str, row: str) -> str:
    """How the order is had, and for whom."""
    details = ""
    if cart.fulfilment:
        details += speaker.say("details_way", way=speaker.word("ways", cart.fulfilment))
    if cart.name:
        details += speaker.say("details_name", name=speaker.bind("customer", cart.name, table, row, "customer_name"))
    return details + handling.details(speaker, cart, table, row)


def _read_back(speaker: Speaker, shop: Shop, cart: CartValue) -> str:
    """The whole order to agree to: a line for each of its lines, then what it comes to."""
    details = _details(speaker, cart, "carts", shop.cart_id)
    quote = shop.quote(cart.lines, cart.fulfilment)
    details += handling.extras(speaker, quote, shop.cart_id)
    total = speaker.money(quote.total, "carts", shop.cart_id, "total")
    lines = "\n".join(line_text(speaker, shop.menu, line) for line in cart.lines)
    if more := handling.later(speaker, shop, cart):
        lines = f"{lines}\n{more}"
    said = speaker.say("read_back", lines=lines, total=total, details=details)
    # Where no zone depends on it, the address is wished for and does not keep the order waiting.
    unknown = cart.fulfilment == "delivery" and cart.address is None
    return f"{speaker.say('ask_address')}\n{said}" if unknown else said


def _placed(speaker: Speaker, shop: Shop, order: OrderView, cart: CartValue) -> str:
    """The receipt: the number to be called out, then the lines."""
    code = speaker.bind("code", order.code, "orders", order.id, "code")
    said = speaker.say(
        "placed_held" if order.state == "held" else "placed",
        code=code,
        total=speaker.money(order.total, "orders", order.id, "total"),
    )
    return "\n".join([said, *(line_text(speaker, shop.menu, line, order.id) for line in cart.lines)])


def _failure(speaker: Speaker, shop: Shop, code: str, values: dict[str, object]) -> str:
    if code == "price_changed":
        return speaker.say("price_changed")
    if code not in {"out_of_stock", "unavailable"}:
        return handling.refusal(speaker, shop, code, values)
    if code == "out_of_stock":
        left = speaker.number(int(str(values.get("left", 0))), "stock_levels", str(values.get("item", "")), "available")
        item = speaker.bind("name", str(values.get("item", "")), "items", str(values.get("item", "")), "name")
        return speaker.say("place_failed", problem=speaker.say("out_of_stock", left=left, item=item))
    item = speaker.bind("name", str(values.get("item", shop.name)), "items", str(values.get("item", "")), "name")
    return speaker.say("place_failed", problem=speaker.say("gone", item=item))


def _cancelled(speaker: Speaker, plan: Plan, result: Result) -> list[str]:
    if not plan.cancel_order:
        return []
    if result.cancelled is not None:
        code = speaker.bind("code", result.cancelled.code, "orders", result.cancelled.id, "code")
        return [speaker.say("order_cancelled", code=code)]
    if result.not_cancelled is not None:
        code = speaker.bind("code", result.not_cancelled.code, "orders", result.not_cancelled.id, "code")
        return [speaker.say("order_not_cancelled", code=code)]
    return [speaker.say("no_order")]
