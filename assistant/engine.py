"""The assistant: understands messages where a conversation stands, and decides. Holds nothing but compiled menus."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.commands import AnswerTopic
from assistant.dialogue.draft import Draft
from assistant.dialogue.interpret import choose_option, interpret
from assistant.dialogue.phrases import language_of, load
from assistant.dialogue.points import News
from assistant.dialogue.words import words_of
from assistant.planner.plan import Plan, plan
from assistant.understanding import Expecting, compile_menu, read
from core.kernel.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.commands import Command
    from assistant.dialogue.state import Question, State
    from assistant.execution import CartValue
    from assistant.ports import IntentClassifier
    from assistant.understanding import Grammar, Reading
    from core.catalogue.menu import Menu

_GRAMMARS_KEPT = 32
_SURE = 0.75
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the customer, whatever channel it came by. `choice` is the id of a pressed answer."""

    text: str = ""
    choice: str = ""
    unsupported: bool = False


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


class Assistant:
    """Understands and decides; thread-safe. Grammars are compiled once for each structure of a menu."""

    def __init__(self, *, classifier: IntentClassifier | None = None) -> None:
        self._classifier = classifier
        self._grammars: OrderedDict[Menu, Grammar] = OrderedDict()
        self._lock = threading.Lock()

    def grammar(self, menu: Menu) -> Grammar:
        """The compiled menu; kept for the menus used last."""
        key = _structure(menu)
        with self._lock:
            found = self._grammars.get(key)
            if found is not None:
                self._grammars.move_to_end(key)
                return found
        made = compile_menu(key)
        with self._lock:
            self._grammars[key] = made
            while len(self._grammars) > _GRAMMARS_KEPT:
                self._grammars.popitem(last=False)
        return made

    def think(self, menu: Menu, cart: CartValue, state: State, messages: Sequence[Heard]) -> Thought:
        """Understand messages in order and decide what to do. Pure: the same arguments give the same thought."""
        grammar = self.grammar(menu)
        text = " . ".join(clean(m.text, _LONGEST) for m in messages if m.text and not m.choice)
        language = language_of(words_of(text), state.locale)
        expecting = _expecting(menu, cart, state.question)

        def hear(said: str) -> Reading:
            return read(grammar, said, expecting=expecting)

        draft = Draft.start(menu, load(language), hear, replace(cart, past=state.past), state)
        unsupported = bool(messages) and all(m.unsupported for m in messages)
        for message in messages:
            if message.choice and choose_option(draft, message.choice):
                continue
            if message.text:
                interpret(draft, clean(message.text, _LONGEST))
        self._classify(draft, text)
        made, after, commands = plan(draft, state)
        trace = {
            "language": language,
            "clauses": draft.trace,
            "commands": [c.to_json() for c in commands],
            "asks": made.asks,
        }
        return Thought(draft.cart, after, made, commands, tuple(draft.topics), trace, unsupported)

    def _classify(self, draft: Draft, text: str) -> None:
        """Ask the classifier about a message that nothing else explained."""
        if self._classifier is None or draft.commands or draft.points or draft.news or draft.topics or not text:
            return
        guess = self._classifier.classify(text, draft.phrases.language)
        if guess is not None and guess.confidence >= _SURE:
            draft.topics.append(AnswerTopic(topic=guess.topic, causes=(text,)))
            draft.acts.add("question")
            draft.trace.append({"by": "classifier", "act": guess.topic, "words": text})


def _structure(menu: Menu) -> Menu:
    """The menu without what understanding does not depend on, so that an 86 or a price does not compile it anew."""
    items = tuple(replace(i, available=True) for i in menu.items)
    return replace(menu, items=items, version="")


def _expecting(menu: Menu, cart: CartValue, question: Question | None) -> Expecting:
    in_cart = frozenset(line.item for line in cart.lines)
    if question is None:
        return Expecting(in_cart=in_cart)
    options = frozenset(question.options)
    if question.kind == "variation":
        return Expecting(variations=options, in_cart=in_cart)
    if question.kind == "modifier":
        return Expecting(groups=frozenset({question.subject}), in_cart=in_cart)
    if question.kind == "slot":
        return Expecting(items=options, slots=frozenset({question.subject}), in_cart=in_cart)
    del menu
    return Expecting(items=options, in_cart=in_cart)


def news_of(kind: str) -> News:
    """News without a value."""
    return News(kind)  # type: ignore[arg-type]
