"""What a classifier makes of a message that no phrase and no dish explains: a question, talk, or a call for help.

It is asked only where nothing else was understood, and what it says can answer, greet or fetch a person: never order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from assistant.commands import AnswerTopic, AskHuman, Greet
from assistant.dialogue.asking import FOLLOWED, topic_about
from assistant.dialogue.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.commands import Command
    from assistant.dialogue.draft import Draft
    from assistant.ports import IntentClassifier

_GREETINGS: Final[Mapping[str, Literal["hello", "thanks", "bye"]]] = {
    "hello": "hello",
    "thanks": "thanks",
    "bye": "bye",
}
_PERSON: Final = frozenset({"human", "complaint", "refund"})
# A guess that takes the conversation away from the assistant has to be surer than one that answers a question.
_FETCHES: Final = 0.8
_MISSED: Final = frozenset({"have", "price"})
_NOT_UNDERSTOOD: Final = frozenset({"off_menu", "which_line"})


def guess(classifier: IntentClassifier, draft: Draft, text: str) -> None:
    """Add what the classifier is sure of to the draft; leave it alone where anything was understood."""
    if not text or not is_open(draft):
        return
    found = classifier.classify(text, draft.phrases.language)
    if found is None or (found.topic in _PERSON and found.confidence < _FETCHES):
        return
    if found.topic in FOLLOWED and draft.topics and all(map(_found_nothing, draft.topics)):
        return  # it is a question about a dish, and we do not have it
    if draft.points and found.topic in _GREETINGS:
        return  # a dish that we do not have is no greeting
    draft.points, draft.topics, draft.strays = [], [], []
    command = _command(found.topic, text)
    if command is None:
        draft.topics.append(topic_about(draft, found.topic, words_of(text)))
        draft.acts.add("question")
    else:
        draft.do(command)
        draft.acts.add("talk" if isinstance(command, Greet) else "human")
    draft.trace.append({"by": "classifier", "act": found.topic, "words": text, "sure": round(found.confidence, 3)})


def is_open(draft: Draft) -> bool:
    """Whether nothing was understood: no command, no news, no answer to a question of ours, only unknown words."""
    if draft.commands or draft.news or any(t.topic != "unknown" and not _found_nothing(t) for t in draft.topics):
        return False
    if any(p.kind not in _NOT_UNDERSTOOD for p in draft.points):
        return False
    return bool({"unknown", "off_menu", "question"} & draft.acts) or not draft.acts


def _found_nothing(topic: AnswerTopic) -> bool:
    """Whether something was asked for that the menu does not have: perhaps it was no dish ("do you have parking")."""
    return topic.topic in _MISSED and not topic.items and not topic.modifiers


def _command(topic: str, text: str) -> Command | None:
    if topic in _GREETINGS:
        return Greet(what=_GREETINGS[topic], causes=(text,))
    if topic in _PERSON:
        return AskHuman(complaint=topic != "human", causes=(text,))
    return None
