"""Acts about the conversation and the order as a whole: yes, no, that's all, undo, a name, a person please."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.commands import (
    FULFILMENTS,
    AnswerTopic,
    AskHuman,
    CancelOrder,
    ClearCart,
    Greet,
    PlaceOrder,
    SetFulfilment,
    SetName,
    SetNote,
    Undo,
)
from assistant.dialogue import answers, edits, references
from assistant.dialogue.clauses import Clause, trim, without_tail
from assistant.dialogue.options import names_of, roots
from assistant.dialogue.saying import hear, parts_of
from core.orders.states import CHANGEABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.dialogue.draft import Draft
    from assistant.dialogue.phrases import Found
    from assistant.dialogue.words import Words
    from assistant.understanding.reading import ReadLine


_NAME_WORDS = 3
_BEFORE_NAME = frozenset({*FULFILMENTS, "done", "checkout"})
_OFFERED = frozenset({"propose", "quantity", "off_menu", "which"})  # questions that may be left without an answer


def _human(draft: Draft, _frame: Found, clause: Clause) -> bool:
    return draft.do(AskHuman(causes=(clause.words.said,)))


def _complaint(draft: Draft, _frame: Found, clause: Clause) -> bool:
    return draft.do(AskHuman(complaint=True, causes=(clause.words.said,)))


def _undo(draft: Draft, _frame: Found, clause: Clause) -> bool:
    if draft.changed and draft.back():
        draft.tell("undone")
        return True
    if draft.do(Undo(causes=(clause.words.said,))):
        draft.focus = [g for g in draft.focus if all(i < len(draft.cart.lines) for i in g)]
        draft.tell("undone")
        draft.question = None
    return True


def _cancel_all(draft: Draft, _frame: Found, clause: Clause) -> bool:
    causes = (clause.words.said,)
    if not draft.cart.lines:
        draft.do(CancelOrder(causes=causes))
        return True
    draft.do(ClearCart(causes=causes))
    draft.focus, draft.question, draft.offered = [], None, ()
    draft.news = [n for n in draft.news if n.kind not in {"added", "changed"}]
    draft.tell("cleared")
    if draft.order is not None and draft.order.state in CHANGEABLE:
        draft.tell("order_stands")  # "cancel my order" took back the new one, not the one that was placed before
    return True


def _hold(draft: Draft, _frame: Found, _clause: Clause) -> bool:
    draft.tell("held")
    return True


def _place(draft: Draft, _frame: Found, clause: Clause) -> bool:
    question = draft.question
    if question and question.kind in {"propose", "quantity"} and answers.accept(draft, (clause.words.said,)):
        return True
    return draft.do(PlaceOrder(causes=(clause.words.said,)))


def _yes(draft: Draft, _frame: Found, clause: Clause) -> bool:
    causes = (clause.words.said,)
    if draft.question and draft.question.kind == "place" and not draft.changed:
        return draft.do(PlaceOrder(causes=causes))
    if answers.accept(draft, causes):
        return True
    draft.tell("fine" if draft.question or draft.changed else "invite")
    return True


def _refuse(draft: Draft, frame: Found, clause: Clause) -> bool:
    if "course" in frame.pattern and _part_refused(draft, clause):
        return False
    if not (draft.question or draft.offered or "course" in frame.pattern):
        draft.acts.add("no_more")
    if draft.question and draft.question.kind in _OFFERED:
        draft.question = None
    if draft.question and draft.question.kind == "place" and draft.acts & {"time", "address", "table"}:
        return True  # “no, at half past”: what was wrong has been put right, and is read back
    if draft.question and draft.question.kind == "place" and frame.pattern.startswith("<no>"):
        draft.acts.add("hold")
        draft.tell("held")
        return True
    draft.offered = ()
    draft.tell("fine")
    return True


def _part_refused(draft: Draft, clause: Clause) -> bool:
    """Whether "no sauce" is about a dish of the cart: a "no" is never lost to small talk."""
    said = hear(draft, clause.words)
    return any(parts_of(draft, draft.serving(place).item, said).choices for place in draft.places())


def _declined(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """“Never mind, no calzone”: what we have just asked about, or could not find, is not wanted."""
    question = draft.question
    if question is None or question.kind not in _OFFERED or not answers.names_asked(draft, frame.slots["old"]):
        return False
    draft.question = None
    draft.tell("fine")
    return True


def _done(draft: Draft, _frame: Found, _clause: Clause) -> bool:
    draft.tell("fine")
    return True


def _checkout(draft: Draft, frame: Found, clause: Clause) -> bool:
    """“Check out”: the order is read back first, unless that has been done."""
    if draft.question and draft.question.kind == "place":
        return _yes(draft, frame, clause)
    draft.acts.add("done")
    return _done(draft, frame, clause)


def _just_that(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """“Just the pizza”: nothing else, when it is in the cart already."""
    said = hear(draft, frame.slots["old"])
    held = any(_is_held(draft, r) for r in said.lines)
    if _other_number(draft, frame.slots["old"]):
        return False
    if said.lines and not held:
        return False
    if not held and not _names_all(draft, frame.slots["old"]):
        return False
    draft.tell("fine")
    return True


def _other_number(draft: Draft, words: Words) -> bool:
    """Whether a number is said that is not how many there are: "just the one rice" of two."""
    number = next((n for w in words.words if (n := draft.phrases.number(w.key)) is not None), None)
    ref = references.naming(draft, without_tail(draft.phrases, words))
    names = tuple(n for n in ref.names if draft.phrases.number(n) is None) if ref and number else ()
    held = references.named(draft, references.Ref("named", None, names)) if names else []
    return bool(held) and draft.cart.lines[held[0].line].quantity != number


def _is_held(draft: Draft, read: ReadLine) -> bool:
    """Whether a line is in the cart just as it was said: "just two teas" of three is a change."""
    index = edits.held_line(draft, read)
    if index is None:
        return False
    line = draft.cart.lines[index]
    counted = read.determiner == "number" and read.line.quantity != line.quantity
    return not counted and all(any(edits.same(c, m) for m in line.modifiers) for c in read.line.modifiers)


def _names_all(draft: Draft, words: Words) -> bool:
    """Whether every word names something in the cart; numbers, "one" and talk at the end aside."""
    bare = without_tail(draft.phrases, words)
    skipped = draft.phrases.one_words
    names = tuple(
        w.key for w in bare.words if w.key[0].isalnum() and w.key not in skipped and draft.phrases.number(w.key) is None
    )
    return bool(names) and bool(references.named(draft, references.Ref("named", None, names)))


def _fulfilment(name: str) -> Callable[[Draft, Found, Clause], bool]:
    def handle(draft: Draft, frame: Found, clause: Clause) -> bool:
        when = frame.slots.get("when")
        if when and draft.phrases.is_in("pron", when):
            return False  # "go for it" is a yes
        if draft.ways and name not in draft.ways:
            draft.tell("not_offered", value=name)
            return True
        if when:
            draft.do(SetNote(note=when.said, causes=(clause.words.said,)))
        if draft.do(SetFulfilment(fulfilment=name, causes=(clause.words.said,))):  # type: ignore[arg-type]
            draft.tell("fulfilment", value=name)
        return True

    return handle


def _name(draft: Draft, frame: Found, clause: Clause) -> bool:
    said = without_tail(draft.phrases, frame.slots["name"])
    if len(said) > 4 or not said or (not hear(draft, said).empty and len(said) > 1):  # noqa: PLR2004
        return False
    if draft.do(SetName(name=said.said, causes=(clause.words.said,))):
        draft.tell("name", value=said.said)
    return True


def way_and_name(draft: Draft, clause: Clause) -> bool:
    """“Pickup, for Rosa”, or “for Rosa” when the order is about to be placed: no name is looked for on the menu."""
    words = without_tail(draft.phrases, clause.words)
    if draft.acts & {*FULFILMENTS} and len(words) == 1 and _is_name(draft, words) and words.said[0].isupper():
        draft.acts.add("name")  # "Pickup. Anna"
        if draft.do(SetName(name=words.said, causes=(words.said,))):
            draft.tell("name", value=words.said)
        return True
    for before, name, rest in _names_at(draft, words):
        if not _is_name(draft, name) or any(f.act in FULFILMENTS for f in draft.phrases.frames_of(rest)):
            continue
        way = next((f for f in draft.phrases.frames_of(before) if f.act in _BEFORE_NAME), None) if before else None
        if way is None and (before or not _awaits_name(draft)):
            continue
        if way is not None and CONTROL[way.act](draft, way, Clause(before)):
            draft.acts.add(way.act)
        if draft.do(SetName(name=name.said, causes=(clause.words.said,))):
            draft.tell("name", value=name.said)
        draft.acts.add("name")
        return True
    return False


def _names_at(draft: Draft, words: Words) -> Iterator[tuple[Words, Words, Words]]:
    """Where a name may begin: after "for" and the like, else after a comma; what is before it, it, and both."""
    splits = [(n, words.part(n, len(words))) for n in range(len(words))]
    for position, rest in splits if "name_lead" in draft.phrases.lists else ():
        if size := draft.phrases.prefix("name_lead", rest):
            yield trim(draft.phrases, words.part(0, position)), rest.part(size, len(rest)), rest
    for position, rest in splits[1:]:
        if rest.words[0].key == ",":
            before, after = words.part(0, position), rest.part(1, len(rest))
            yield trim(draft.phrases, before), after, rest
            if _awaits_name(draft):  # "Rosa, pickup"
                yield trim(draft.phrases, after), without_tail(draft.phrases, before), before


def _awaits_name(draft: Draft) -> bool:
    placing = draft.state.question is not None and draft.state.question.kind == "place"
    return placing or draft.state.finishing or bool(draft.acts & {*FULFILMENTS, "done"})


def _is_name(draft: Draft, words: Words) -> bool:
    """Whether the words can be what somebody is called: letters, no everyday words or answers, and no dish."""
    if not 0 < len(words) <= _NAME_WORDS or not all(w.key[0].isalpha() for w in words.words):
        return False
    phrases, menu = draft.phrases, draft.menu
    if any(w.key in phrases.everyday or phrases.number(w.key) is not None for w in words.words):
        return False
    if any(f.act in CONTROL for f in phrases.frames_of(words)):
        return False  # nobody is called "parfait"
    ids = (*menu.items_by_id, *menu.combos_by_id)
    sold = {r for i in ids for name in names_of(menu, i) for r in roots(name)}
    found = [r in sold for r in roots(words.said)]
    if (
        any(found)
        and not all(found)
        and all(w.said[0].isupper() for w in (words.part(n, n + 1) for n in range(len(words))))
    ):
        said = hear(draft, words)  # "Dana White", where white bread is sold: half the name of a dish, and a stranger
        whole = any(set(roots(name)) <= set(roots(words.said)) for i in ids for name in names_of(menu, i))
        return bool(said.strays) and not whole
    return not any(found)


def _never_mind(draft: Draft, frame: Found, clause: Clause) -> bool:
    """What was asked about last is not wanted; with nothing open, the whole order is not."""
    if draft.question and draft.question.kind in _OFFERED:
        draft.question = None
        draft.acts.add("refuse")
        draft.tell("fine")
        return True
    if draft.points or draft.changed:  # what was begun in this message, "with the… oh never mind"
        draft.points = []
        draft.back()
        draft.tell("fine")
        return True
    return _cancel_all(draft, frame, clause)


def _greet(what: str) -> Callable[[Draft, Found, Clause], bool]:
    def handle(draft: Draft, _frame: Found, clause: Clause) -> bool:
        return draft.do(Greet(what=what, causes=(clause.words.said,)))  # type: ignore[arg-type]

    return handle


def _help(draft: Draft, _frame: Found, clause: Clause) -> bool:
    draft.topics.append(AnswerTopic(topic="help", causes=(clause.words.said,)))
    return True


def _chatter(_draft: Draft, _frame: Found, _clause: Clause) -> bool:
    return True


CONTROL: dict[str, Callable[[Draft, Found, Clause], bool]] = {
    "human": _human,
    "complaint": _complaint,
    "undo": _undo,
    "cancel_all": _cancel_all,
    "never_mind": _never_mind,
    "hold": _hold,
    "place": _place,
    "yes": _yes,
    "declined": _declined,
    "refuse": _refuse,
    "checkout": _checkout,
    "done": _done,
    "just_that": _just_that,
    "name": _name,
    "pickup": _fulfilment("pickup"),
    "dine_in": _fulfilment("dine_in"),
    "delivery": _fulfilment("delivery"),
    "greet": _greet("hello"),
    "thanks": _greet("thanks"),
    "bye": _greet("bye"),
    "help": _help,
    "chatter": _chatter,
}
