"""The assistant: understands messages where a conversation stands, and decides. Holds nothing but compiled menus."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant import arrivals
from assistant.dialogue.draft import Draft
from assistant.dialogue.guessing import guess, is_open
from assistant.dialogue.interpret import choose_option, interpret
from assistant.dialogue.phrases import language_of, load
from assistant.dialogue.words import words_of
from assistant.planner.plan import Plan, plan
from assistant.proposals import certified, consult, unvouched
from assistant.requests.hearing import QUESTIONS
from assistant.requests.moving import moved_order
from assistant.requests.orders import changed_order
from assistant.understanding import Expecting, compile_menu, read
from core import catalogue
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from assistant.arrivals import Heard
    from assistant.commands import AnswerTopic, Command
    from assistant.dialogue.state import Question, State
    from assistant.execution import CartValue
    from assistant.ports import IntentClassifier, LeavingListener, Proposer
    from assistant.shop import Shop
    from assistant.understanding import Grammar, Reading
    from core.catalogue.menu import Menu
    from core.db.session import Session

_GRAMMARS_KEPT = 32
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Thought:
    """What the assistant makes of a turn: nothing of it has happened yet."""

    cart: CartValue
    state: State
    plan: Plan
    commands: tuple[Command, ...]
    topics: tuple[AnswerTopic, ...]
    trace: dict[str, Any]
    unsupported: bool = False
    # Nothing of it was understood by its words: neither an order, nor an answer, nor a question of ours.
    unexplained: bool = False


class Assistant:
    """Understands and decides; thread-safe. Menus are loaded once a version and compiled once for each structure."""

    def __init__(
        self,
        *,
        classifier: IntentClassifier | None = None,
        leaving: LeavingListener | None = None,
        proposer: Proposer | None = None,
        public_url: str = "",
        channels: Collection[str] = (),
    ) -> None:
        # Where customers download what is kept of them; empty: nowhere.
        self.public_url = public_url
        # What this installation sends by, beside its own page; which of them a shop is reached by, it knows itself.
        self.channels = frozenset(channels)
        # The second voice about opting out, heard where nothing else explains a message.
        self.leaving = leaving
        self._classifier = classifier
        self._proposer = proposer
        self._menus: OrderedDict[str, tuple[Menu, Grammar]] = OrderedDict()
        self._lock = threading.Lock()

    def menu(self, session: Session, merchant_id: str, location_id: str | None = None) -> Menu:
        """The merchant's menu as it is now at a place."""
        version = catalogue.menu_version(session, merchant_id, location_id=location_id)
        with self._lock:
            found = self._menus.get(version)
        return found[0] if found else catalogue.load_menu(session, merchant_id, location_id=location_id)

    def grammar(self, menu: Menu) -> Grammar:
        """The compiled menu; kept for the menus used last. Prices and what is sold out do not compile it anew."""
        with self._lock:
            found = self._menus.get(menu.version) if menu.version else None
            if found is not None:
                self._menus.move_to_end(menu.version)
                return found[1]
            bare = _structure(menu)
            made = next((g for m, g in self._menus.values() if _structure(m) == bare), None)
        made = made or compile_menu(menu)
        with self._lock:
            self._menus[menu.version or _fingerprint(menu)] = (menu, made)
            while len(self._menus) > _GRAMMARS_KEPT:
                self._menus.popitem(last=False)
        return made

    def think(self, shop: Shop, cart: CartValue, state: State, messages: Sequence[Heard]) -> Thought:
        """Understand messages in order and decide what to do. Nothing is changed but the answer.

        The same arguments give the same thought, as far as the classifier and the proposer, if any, say the same.
        """
        menu = shop.menu
        grammar = self.grammar(menu)
        text = " . ".join(clean(m.text, _LONGEST) for m in messages if m.text and not m.choice)
        language = language_of(words_of(text), state.locale)
        expecting = replace(_expecting(cart, state.question), language=language)

        readings: list[Reading] = []

        def hear(said: str) -> Reading:
            readings.append(certified(menu, read(grammar, said, expecting=expecting)))
            return readings[-1]

        def begin() -> Draft:
            started = Draft.start(menu, load(language), hear, replace(cart, past=state.past), state)
            started.ways = shop.location.fulfilments if shop.location else ()
            started.place, started.at, started.order, started.zoned = shop.location, shop.at, shop.order, shop.zoned
            return started

        draft = begin()
        unsupported = bool(messages) and all(m.unsupported for m in messages)
        for message in messages:
            if message.choice and choose_option(draft, message.choice):
                continue
            if message.text:
                interpret(draft, clean(message.text, _LONGEST))
        if strange := unvouched(draft, readings, [w.key for w in words_of(text).words]):
            draft = begin()
            draft.acts.add("unknown")
            draft.trace.append({"by": "gate", "act": "refused", "words": text, "why": strange})
        unexplained = is_open(draft)
        if self._classifier is not None:
            guess(self._classifier, draft, text)
        if self._proposer is not None:
            draft = consult(self._proposer, draft, begin, text, shop)
        arrivals.take(draft, messages)
        order_lines = changed_order(shop, cart, draft, messages, hear)
        if order_lines is not None:
            draft = order_lines
        draft = moved_order(shop, cart, draft, messages) or draft
        made, after, commands = plan(draft, state)
        trace = {
            "language": language,
            "clauses": draft.trace,
            "commands": [c.to_json() for c in commands],
            "asks": made.asks,
        }
        return Thought(draft.cart, after, made, commands, tuple(draft.topics), trace, unsupported, unexplained)


def _structure(menu: Menu) -> Menu:
    """The menu without what understanding does not depend on: what is sold out."""
    return replace(menu, items=tuple(replace(i, available=True) for i in menu.items))


def _fingerprint(menu: Menu) -> str:
    return f"unsaved {hash(menu)}"


def _expecting(cart: CartValue, question: Question | None) -> Expecting:
    in_cart = frozenset(line.item for line in cart.lines)
    if question is None or question.kind in QUESTIONS:
        return Expecting(in_cart=in_cart)
    options = frozenset(question.options)
    if question.kind == "variation":
        return Expecting(variations=options, in_cart=in_cart)
    if question.kind == "modifier":
        return Expecting(groups=frozenset({question.subject}), in_cart=in_cart)
    if question.kind == "slot":
        return Expecting(items=options, slots=frozenset({question.subject}), in_cart=in_cart)
    return Expecting(items=options, in_cart=in_cart)
