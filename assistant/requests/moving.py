"""Another time for an order that was placed: a time that is said while nothing else is being ordered."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands import MoveOrder, SetTime
from assistant.dialogue.words import words_of
from assistant.requests.phrases import requests
from core.orders.states import CHANGEABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.arrivals import Heard
    from assistant.dialogue.draft import Draft
    from assistant.execution import CartValue
    from assistant.shop import Shop


def moved_order(shop: Shop, cart: CartValue, draft: Draft, messages: Sequence[Heard]) -> Draft | None:
    """The draft in place of `draft` when a time that was said is for the order that was placed last; or None.

    It is when the message says so ("move it to", "my order") or answers our question about that order.
    """
    order = shop.order
    if order is None or order.state not in CHANGEABLE or cart.lines or draft.cart.lines or draft.points or draft.topics:
        return None
    said = " ".join(m.text for m in messages if m.text)
    words, known = words_of(said), requests(draft.phrases.language)
    timed = [c for c in draft.commands if isinstance(c, SetTime)]
    soonest = not timed and known.find("asap", words) is not None
    if len(timed) != len(draft.commands) or not (timed or draft.moments or soonest):
        return None
    if not _about_order(draft) and all(known.find(act, words) is None for act in ("move_order", "to_order")):
        return None
    wanted = draft.cart.requested_for if timed else None
    made = copy.copy(draft)
    made.cart, made.before = replace(cart, past=draft.state.past), cart.lines
    made.news, made.strays, made.question, made.moving = [], [], None, True
    made.acts = {"move_order"}
    made.commands = []
    if not draft.moments:
        made.commands = [MoveOrder(moment=wanted.isoformat() if wanted else "", causes=(said,))]
    made.trace = [*draft.trace, {"by": "request", "act": "move_order", "words": said}]
    return made


def _about_order(draft: Draft) -> bool:
    question = draft.state.question
    return question is not None and (question.kind, question.subject) == ("time", "order")
