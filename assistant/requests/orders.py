"""Edits of an order that was placed: read like edits of a cart, with the order's lines as what "it" can be."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands import ChangeOrder
from assistant.dialogue.clauses import sentences
from assistant.dialogue.draft import Draft
from assistant.dialogue.interpret import interpret
from assistant.dialogue.words import words_of
from assistant.execution import CartValue
from assistant.requests.phrases import requests
from core.kernel.text import clean
from core.orders.states import CHANGEABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.arrivals import Heard
    from assistant.shop import Shop
    from assistant.understanding import Reading

_LONGEST = 2000
_CHANGES = frozenset({"make", "change", "remove", "less", "instead", "putback"})
_EDITS = frozenset({"not_in_cart", "nothing_to_undo"})


def changed_order(
    shop: Shop, cart: CartValue, draft: Draft, messages: Sequence[Heard], hear: Callable[[str], Reading]
) -> Draft | None:
    """The draft in place of `draft` when the messages change the order that was placed last; None when they do not.

    They do when they say so ("to my order"), when we asked what to change, or when an edit fits nothing in an empty
    cart but something of the order.
    """
    order = shop.order
    if order is None or order.state not in CHANGEABLE or cart.lines or any(m.choice for m in messages):
        return None
    texts = [clean(m.text, _LONGEST) for m in messages if m.text]
    bare = [_without_order(draft, text) for text in texts]
    asked = draft.state.asked is not None and draft.state.asked.topic == "change" and not draft.topics
    named = asked or bare != texts
    if not any(bare) or (
        not named and (draft.topics or not (_edits_ordered(draft, shop, texts) or _edits_nothing(draft)))
    ):
        return None
    lines = tuple(line.line for line in order.lines)
    held = CartValue(lines, tuple(line.causes for line in order.lines))
    tried = Draft.start(shop.menu, draft.phrases, hear, held, replace(draft.state, question=None, focus=(), offered=()))
    tried.ways, tried.place, tried.at = draft.ways, draft.place, draft.at
    for text in bare:
        interpret(tried, text)
    if tried.points or not tried.changed:
        return None
    made = copy.copy(draft)
    made.cart, made.before = replace(cart, past=draft.state.past), cart.lines
    made.commands = [ChangeOrder(lines=tried.cart.lines, causes=tuple(texts))]
    made.news, made.points, made.topics, made.strays = [], [], [], []
    made.acts = {"change_order"}
    made.question, made.moments, made.touched = None, (), []
    made.focus = []
    made.trace = [*tried.trace, {"by": "request", "act": "change_order", "words": " ".join(texts)}]
    return made


def _without_order(draft: Draft, text: str) -> str:
    """A text without what says that it is about the order: "to my order", or a sentence "can I change my order?"."""
    words, known = words_of(text), requests(draft.phrases.language)
    said = [part for part, _ in sentences(words)]
    rest = [part.said for part in said if known.find("change_what", part) is None]
    if len(rest) < len(said):
        return ". ".join(rest)
    match = known.find("to_order", words)
    return words.without(match.span).said if match and len(words.at(match.span)) < len(words) else text


def _edits_ordered(draft: Draft, shop: Shop, texts: Sequence[str]) -> bool:
    """“Make the tea two”: words of a change, and nothing but what the order has."""
    ordered = {line.line.item for line in shop.order.lines} if shop.order else set()
    named = {line.item for line in draft.cart.lines}
    acts = {f.act for text in texts for f in draft.phrases.frames_of(words_of(text))}
    return bool(named) and named <= ordered and bool(acts & _CHANGES)


def _edits_nothing(draft: Draft) -> bool:
    if draft.cart.lines:
        return False
    edited = "edit" in draft.acts or any(n.kind in _EDITS for n in draft.news)
    return edited or any(p.kind in {"which_line", "which"} for p in draft.points)
