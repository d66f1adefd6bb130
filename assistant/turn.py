"""One turn: read where the conversation stands, think with no transaction open, then act in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant import arrivals, effects
from assistant.commands import SetName
from assistant.dialogue.state import State
from assistant.execution import CartValue
from assistant.privacy import answering, hearing, telling
from assistant.record import seen_of
from assistant.replies.compose import Result, Turn, compose
from assistant.shop import Shop
from core import catalogue, customers, inventory, merchants, messaging, orders, wordings
from core.access import SYSTEM, of_customer
from core.db import outbox
from core.kernel import cards
from core.kernel.clock import now
from core.kernel.errors import Conflict, InvalidLine, LeaseLost
from core.kernel.money import Money
from core.messaging.content import Content

if TYPE_CHECKING:
    from assistant.engine import Assistant, Thought
    from assistant.privacy.hearing import Aside
    from core.db.outbox import Work
    from core.db.session import Database, Session
    from core.db.uow import UnitOfWork
    from core.messaging.views import ConversationView, InboundView, OpenTurn
    from core.orders.views import CartView, OrderView, TrackingView

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a turn starts from, read in one snapshot."""

    turn: OpenTurn
    shop: Shop
    cart: CartValue
    cart_id: str
    version: int
    state: State
    asides: tuple[Aside, ...] = ()


class _Moved(Exception):
    """The cart, the menu or the conversation changed while the assistant was thinking."""


def take_turn(assistant: Assistant, database: Database, work: Work) -> None:
    """Answer everything a customer has said since we last answered, and finish the work, together or not at all.

    Raises:
        Conflict: cart and menu kept changing while the assistant was thinking; the work is tried again later.
        LeaseLost: another worker has taken the work over; nothing of ours was saved.
    """
    for _ in range(_ATTEMPTS):
        with database.read() as session:
            situation = situation_of(assistant, session, work.payload["conversation_id"])
        if situation is None:
            with database.begin(SYSTEM) as uow:
                outbox.finish(uow.session, work)
            return
        situation, thought = _think(assistant, situation)
        try:
            about = situation.turn.conversation
            whose = answering.acting_for(situation.turn, situation.asides)
            with database.begin(of_customer(about.merchant_id, whose)) as uow:
                _act(uow, situation, thought, assistant=assistant)
                outbox.finish(uow.session, work)
        except LeaseLost:
            raise
        except (_Moved, Conflict, InvalidLine):
            continue
        return
    raise Conflict(problem="The cart kept changing while the assistant was thinking.")


def take_open_turn(assistant: Assistant, uow: UnitOfWork, conversation_id: str) -> None:
    """Answer what is unanswered inside a transaction that is open already: for replays, where nobody waits for it."""
    situation = situation_of(assistant, uow.session, conversation_id)
    if situation is None:
        return
    situation, thought = _think(assistant, situation)
    _act(uow, situation, thought, assistant=assistant)


def _think(assistant: Assistant, situation: Situation) -> tuple[Situation, Thought | None]:
    """What the assistant makes of it; None when it is not its turn to speak, or nothing wants an answer.

    What nothing explains may still say that they want to leave: then that is what the turn is about.
    """
    if situation.turn.conversation.owner != "assistant" or situation.asides:
        return situation, None
    messages = arrivals.heard(situation.turn.messages)
    if not messages:
        return situation, None
    thought = assistant.think(situation.shop, situation.cart, situation.state, messages)
    if thought.unexplained and assistant.leaving is not None:
        language = str(thought.trace["language"])
        leaving = hearing.leaving(situation.turn, assistant.leaving, language)
        if leaving:
            return replace(situation, asides=leaving), None
    return situation, thought


def situation_of(assistant: Assistant, session: Session, conversation_id: str) -> Situation | None:
    """Where a conversation stands; None when nothing is unanswered."""
    turn = messaging.open_turn(session, conversation_id)
    if turn is None:
        return None
    about = turn.conversation
    merchant = merchants.merchant(session, about.merchant_id)
    found = orders.find_cart(session, about.merchant_id, about.id)
    state = State.from_json(about.state) if about.state else _begun(about, merchant.locale)
    if state.cart_id != (found.id if found else ""):
        state = replace(state, focus=(), past=(), question=None, last_choice=None, finishing=False, phase="ordering")
    elif found is not None and state.cart_version != found.version:
        state = replace(state, focus=(), question=None, last_choice=None, told_total=None)
    cart = CartValue()
    if found is not None:
        causes = found.causes + ((),) * (len(found.lines) - len(found.causes))
        cart = CartValue(
            found.lines,
            causes,
            (),
            found.fulfilment,
            found.customer_name,
            found.note,
            found.requested_for,
            found.address,
            found.table,
            found.tip,
        )
    order = orders.latest_order(session, about.merchant_id, about.customer_id)
    shop = Shop(
        menu=assistant.menu(session, about.merchant_id, about.location_id),
        merchant_id=merchant.id,
        name=merchant.name,
        location=merchants.location(session, about.merchant_id, about.location_id),
        order=order,
        cart_id=found.id if found else "",
        inbound_id=turn.messages[-1].id,
        conversation_id=about.id,
        at=now(),
        wordings=wordings.wordings(session, about.merchant_id),
        book=catalogue.recipe_book(session, about.merchant_id),
        stored=found,
        lots=inventory.lot_facts(session, about.merchant_id, about.location_id) if about.location_id else {},
        zones=merchants.zones(session, about.merchant_id, about.location_id) if about.location_id else (),
        tracking=orders.tracking(session, about.merchant_id, order.id) if order else None,
    )
    asides = hearing.asides(session, turn)
    return Situation(turn, shop, cart, shop.cart_id, found.version if found else -1, state, asides)


def _begun(about: ConversationView, locale: str) -> State:
    return State(locale=_language(about.locale or locale), greeted=about.channel in telling.UNTOLD)


def _is_blank(message: InboundView) -> bool:
    return not any(c.isalnum() for c in message.text.replace(cards.REMOVED, "")) and message.kind == "text"


def _language(locale: str) -> str:
    return locale.replace("_", "-").partition("-")[0].lower() or "en"


def _act(uow: UnitOfWork, situation: Situation, thought: Thought | None, *, assistant: Assistant) -> None:
    turn = situation.turn
    if situation.asides:
        url, channels = assistant.public_url, assistant.channels
        answering.answer(uow, turn, situation.shop, situation.state, situation.asides, url=url, channels=channels)
        return
    if thought is None:
        by = "agent" if turn.conversation.owner == "agent" else "nobody"
        messaging.close_turn(uow, turn, replies=(), state=turn.conversation.state, trace={"by": by})
        return
    shop, version, refused = situation.shop, situation.version, effects.NOTHING_REFUSED
    if _touches_cart(situation, thought):
        refused = _save_cart(uow, situation, thought)
        shop = replace(shop, cart_id=refused.cart.id, stored=refused.cart) if refused.cart else shop
        version = refused.cart.version if refused.cart else version
        thought = _as_saved(thought, refused)
    elif situation.cart_id:
        _check_version(uow, situation)
    result = _effects(uow, situation, thought, shop)
    result = replace(result, refused=refused.failures, ask=result.ask or refused.question)
    replies = _replies(shop, situation, thought, result)
    if not situation.state.greeted:
        telling.note_disclosure(uow, turn.conversation, shop, thought.state.locale)
    cart_id = shop.cart_id
    state = replace(
        _remember(shop, thought, result), cart_id=cart_id if result.placed is None else "", cart_version=version
    )
    messaging.close_turn(
        uow,
        turn,
        replies=replies,
        state=state.to_json(),
        trace={**thought.trace, "seen": seen_of(shop, situation.cart, thought.cart, result)},
        commands=[c.to_json() for c in thought.commands],
        menu_version=shop.menu.version,
    )
    if thought.plan.human:
        messaging.set_owner(uow, turn.conversation.id, "agent")


def _as_saved(thought: Thought, saved: effects.Saved) -> Thought:
    """The thought with the cart as it was kept: what was refused is asked about before anything is agreed to."""
    if saved.cart is None:
        return thought
    thought = replace(thought, cart=effects.as_saved(thought.cart, saved.cart))
    if not saved.failures:
        return thought
    plan = replace(thought.plan, read_back=False, place=False, question=saved.question)
    state = replace(thought.state, question=saved.question, phase="ordering", told_total=None)
    return replace(thought, plan=plan, state=state)


def _touches_cart(situation: Situation, thought: Thought) -> bool:
    before, after = situation.cart, thought.cart
    return (
        before.lines != after.lines
        or replace(before, lines=(), causes=(), past=()) != replace(after, lines=(), causes=(), past=())
        or thought.plan.place
    )


def _check_version(uow: UnitOfWork, situation: Situation) -> None:
    found = orders.find_cart(uow.session, situation.shop.merchant_id, situation.turn.conversation.id)
    if not _same_ground(situation, found):
        raise _Moved


def _same_ground(situation: Situation, found: CartView | None) -> bool:
    """Whether the cart is still the one that the assistant thought about."""
    if found is None or not situation.cart_id:
        return not situation.cart_id and (found is None or not found.lines)
    return found.id == situation.cart_id and found.version == situation.version


def _save_cart(uow: UnitOfWork, situation: Situation, thought: Thought) -> effects.Saved:
    about, after = situation.turn.conversation, thought.cart
    opened = orders.open_cart(uow, about.merchant_id, about.location_id, about.customer_id, about.id)
    if not _same_ground(situation, opened):
        raise _Moved
    if opened.lines != after.lines:
        opened = orders.set_lines(uow, about.merchant_id, opened.id, after.lines, causes=after.causes)
    return effects.save_details(uow, situation.shop, opened, after, place=thought.plan.place)


def _effects(uow: UnitOfWork, situation: Situation, thought: Thought, shop: Shop) -> Result:
    about, plan = situation.turn.conversation, thought.plan
    names = [c.name for c in thought.commands if isinstance(c, SetName)]
    if names:
        customers.set_name(uow, about.merchant_id, about.customer_id, names[-1])
    result = Result()
    if plan.place:
        result = _place(uow, situation, thought, shop)
    if plan.cancel_order and shop.order is not None and shop.order.state != "cancelled":
        gone = effects.cancel(uow, shop.order)
        result = replace(result, cancelled=gone, not_cancelled=None if gone else shop.order)
    return _about_order(uow, thought, shop, result)


def _place(uow: UnitOfWork, situation: Situation, thought: Thought, shop: Shop) -> Result:
    told = situation.state.told_total
    agreed = Money(told, shop.menu.currency) if told is not None else None
    placed = effects.place(uow, shop, shop.cart_id, agreed)
    if isinstance(placed, tuple):
        return Result(failure=placed, ask=effects.asks_after(uow, shop, thought.cart.lines, placed))
    return Result(placed=placed, link=effects.pay(uow, placed), tracking=_tracked(uow, placed))


def _about_order(uow: UnitOfWork, thought: Thought, shop: Shop, result: Result) -> Result:
    """What is done to the order that was placed before: changed, paid, complained of."""
    order, plan = shop.order, thought.plan
    if order is None:
        return result
    if plan.change is not None:
        changed = effects.change(uow, order, plan.change)
        if isinstance(changed, tuple):
            return replace(result, not_changed=changed)
        result = replace(result, changed=changed)
    if plan.move is not None:
        moved = effects.move(uow, order, plan.move)
        if isinstance(moved, tuple):
            lines = tuple(line.line for line in order.lines)
            times = effects.asks_after(uow, shop, lines, moved)
            return replace(result, not_changed=moved, ask=replace(times, subject="order") if times else None)
        result = replace(result, changed=moved, tracking=_tracked(uow, moved))
    if plan.pay:
        result = replace(result, link=effects.pay(uow, order))
    if plan.missing is not None:
        result = replace(result, reported=effects.report(uow, order, plan.missing, f"missing:{shop.inbound_id}"))
    return result


def _tracked(uow: UnitOfWork, order: OrderView) -> TrackingView:
    return orders.tracking(uow.session, order.merchant_id, order.id)


def _replies(shop: Shop, situation: Situation, thought: Thought, result: Result) -> tuple[Content, ...]:
    if thought.unsupported:
        speaker = shop.speaker(thought.state.locale)
        return (Content(speaker.say("unsupported")),)
    said = compose(shop, Turn(situation.state, thought.state, thought.plan, thought.cart, thought.topics, result))
    if not any(m.payload.get(messaging.REDACTED) for m in situation.turn.messages):
        return (said,)
    warning = shop.speaker(thought.state.locale).say("card_refused")
    if all(_is_blank(m) for m in situation.turn.messages):
        return (Content(warning),)
    return (replace(said, text=f"{warning}\n{said.text}"),)


def _remember(shop: Shop, thought: Thought, result: Result) -> State:
    """The state to keep: fresh after an order was placed, and with the total that was read back."""
    state = thought.state
    if result.placed is not None:
        return State(locale=state.locale, greeted=True, asked=state.asked)
    if result.failure is not None:
        asked = result.ask
        return replace(state, phase="ordering", question=asked, finishing=asked is not None, told_total=None)
    if result.ask is not None and thought.plan.move is not None:
        return replace(state, question=result.ask)
    if thought.plan.read_back:
        total = shop.quote(thought.cart.lines, thought.cart.fulfilment).total
        state = replace(state, told_total=total.amount)
    return state
