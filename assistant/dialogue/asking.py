"""Questions of the customer: which topic, about which items. They never change the cart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands import AnswerTopic
from assistant.dialogue.clauses import without_tail
from assistant.dialogue.edits import items_like
from assistant.dialogue.options import roots
from assistant.dialogue.saying import hear
from assistant.dialogue.state import Asked

if TYPE_CHECKING:
    from assistant.dialogue.clauses import Clause
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.saying import Said
    from assistant.dialogue.words import Words
    from assistant.understanding.reading import ReadLine

# Topics about things on the menu: the words beside the question name them.
_ABOUT_ITEMS = frozenset({"price", "have", "contents", "diet", "allergens", "spicy", "sizes"})
_WHOLE_MENU = "whole_menu"  # phrases that ask for all there is, before any other topic is looked for
FOLLOWED = frozenset({"price", "have", "contents", "diet", "allergens", "spicy", "sizes"})


def is_question(draft: Draft, clause: Clause) -> bool:
    """Whether a clause asks something instead of ordering."""
    phrases = draft.phrases
    if "wish" in phrases.lists and phrases.lists["wish"].search(clause.words.keys):
        return False  # "could you make it soy?"
    if not clause.asked and any(f.act == "instead" for f in phrases.frames_of(clause.words)):
        return False  # "do the ten pound one instead"
    lead = phrases.lead.match(clause.words.keys)
    start = lead.end() if lead else 0
    rest = clause.words.part(len(clause.words.at((0, start))), len(clause.words)) if start else clause.words
    order = phrases.find("order", clause.words)
    across = order is not None and order.span[0] < start < order.span[1]  # "could I do the deal" is not "do the …"
    for words in (clause.words,) if across else (rest, clause.words):
        if phrases.begins("question", words):
            return True
    if not clause.asked:
        return False
    if phrases.find("order", clause.words):
        return False
    return phrases.topic_of(clause.words) is not None or _follows(draft, clause)


def ask(draft: Draft, clause: Clause) -> bool:
    """Answer a clause as a question: adds the topic; answers whether there is one."""
    found = draft.phrases.topic_of(without_tail(draft.phrases, clause.words))
    if found is None and not _follows(draft, clause):
        draft.topics.append(AnswerTopic(topic="unknown", causes=(clause.words.said,)))
        return True
    topic = found.act if found else (draft.asked.topic if draft.asked else "unknown")
    whole = topic == _WHOLE_MENU and found is not None and found.pattern.endswith("~")
    draft.topics.append(topic_about(draft, "menu" if topic == _WHOLE_MENU else topic, clause.words, whole=whole))
    return True


def topic_about(draft: Draft, topic: str, words: Words, *, whole: bool = False) -> AnswerTopic:
    """A topic with the items that the words name; `whole` when the words say nothing of a part of the menu."""
    if topic in _ABOUT_ITEMS:
        return _about(draft, topic, words)
    draft.asked = Asked(topic)
    subject = roots(words.said) if topic == "menu" and not whole else ()
    return AnswerTopic(topic=topic, subject=subject, causes=(words.said,))


def _about(draft: Draft, topic: str, words: Words) -> AnswerTopic:
    said = hear(draft, words)
    said = replace(said, lines=(*said.lines, *said.reading.asked_lines), loose=(*said.loose, *said.reading.asked_loose))
    items = _items(draft, said, topic)
    variation = next((r.line.variation for r in said.lines if r.line.variation), None)
    modifiers: tuple[tuple[str, str], ...] = ()
    for part in said.loose:
        if part.kind == "modifier" and not modifiers:
            modifiers = part.values
        elif part.kind == "variation" and variation is None and part.values:
            variation = part.values[0][1]
    if not items and not modifiers and topic in {"have", "price"} and not said.loose:
        items = items_like(draft, said)
    if not items and topic != "have" and not (modifiers and topic == "price"):
        items = _meant(draft)
    if draft.asked and not items and draft.asked.items and not modifiers:
        items = draft.asked.items
    draft.asked = Asked(topic, items, variation)
    draft.mention(i for i, line in enumerate(draft.cart.lines) if line.item in items)
    if topic == "have" and items:
        draft.offered = tuple(i for i in items if _sold(draft, i))
    elif items:
        draft.offered = items if len(items) == 1 else ()
    elif topic == "diet":
        draft.offered = _marked(draft, words)
    subject = tuple(dict.fromkeys(roots(words.said)))
    return AnswerTopic(
        topic=topic, items=items, modifiers=modifiers, variation=variation, subject=subject, causes=(words.said,)
    )


def _items(draft: Draft, said: Said, topic: str) -> tuple[str, ...]:
    """The items that a question names. In "are there eggs in the toast?" the eggs are what is asked, not a dish."""
    lines = said.lines
    if topic in {"allergens", "contents"}:
        asked = {w for names in draft.phrases.allergens.values() for n in names for w in n.split()}
        lines = tuple(r for r in lines if not _named_by(said, r) <= asked) or lines
    found = [r.line.item for r in lines]
    for unclear in said.unclear:
        if unclear.kind == "item":
            found += list(unclear.options)
    return tuple(dict.fromkeys(found))


def _named_by(said: Said, read: ReadLine) -> set[str]:
    return {said.reading.tokens[t].folded for c in read.causes if c.part == "item" for t in c.tokens}


def _meant(draft: Draft) -> tuple[str, ...]:
    """What "it" is in a question: what was asked about or offered last, else what was ordered last."""
    if draft.asked and draft.asked.items:
        return draft.asked.items
    recent = draft.recent()
    return (draft.cart.lines[recent[0]].item,) if recent else ()


def _follows(draft: Draft, clause: Clause) -> bool:
    """“And the small one?” right after a question."""
    return bool(clause.asked and draft.asked and draft.asked.topic in FOLLOWED)


def _marked(draft: Draft, words: Words) -> tuple[str, ...]:
    """What we name when a diet is asked about: "one of those" can follow."""
    said = {w.key for w in words.words}
    tags = {t for t, names in draft.phrases.diets.items() if any(set(n.split()) <= said for n in names)}
    return tuple(i.id for i in draft.menu.items if i.available and tags & set(i.tags))


def _sold(draft: Draft, item: str) -> bool:
    found = draft.menu.items_by_id.get(item)
    return item in draft.menu.combos_by_id or bool(found and found.available)
