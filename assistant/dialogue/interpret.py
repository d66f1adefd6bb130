"""What a message means where the conversation stands: clause by clause, as commands on the working cart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.commands import AnswerTopic, PlaceOrder
from assistant.dialogue import answers, edits
from assistant.dialogue.asking import FOLLOWED, ask, is_question
from assistant.dialogue.clauses import Clause, clauses, sentences, trim, without_lead
from assistant.dialogue.control import CONTROL, way_and_name
from assistant.dialogue.frames import EDITS
from assistant.dialogue.options import category_of, item_of, names_of, roots
from assistant.dialogue.orders import order
from assistant.dialogue.saying import hear, only_number
from assistant.dialogue.spreading import spread
from assistant.dialogue.words import Words, words_of
from assistant.execution import snapshot
from assistant.requests import hearing as requests
from assistant.requests.when import choose_moment
from core.orders.lines import Line

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.phrases import Found

# These are tried after the answer to an open question, among the edits.
_POLITE = frozenset({"thanks", "done", "bye", "greet", "chatter", "refuse"})
_LATE = frozenset({"yes", "just_that"})
_DOUBTS = frozenset({"which", "off_menu"})
_APART = frozenset({"remove", "putback", "less", "more"})  # acts that may stand side by side in one clause


def interpret(draft: Draft, text: str) -> None:
    """Understand one message into the draft."""
    words = words_of(text)
    if draft.phrases.find("injection", words):
        draft.tell("injection")
        _trace(draft, "pattern", "injection", words)
        return
    if _conditional(draft, words):
        return
    if requests.answer(draft, words):
        draft.acts.add("answer")
        return
    asked_before = draft.asked
    for whole, asked in sentences(words):
        sentence = requests.take(draft, whole, asked=asked)
        for clause in clauses(draft.phrases, sentence, asked=asked):
            _clause(draft, clause)
            draft.close_clause()
    if draft.asked is asked_before and draft.changed:
        draft.asked = None
    if "undo" not in draft.acts:
        draft.cart = snapshot(draft.cart, draft.before)


def choose_option(draft: Draft, option: str) -> bool:
    """A pressed button."""
    if option in {"yes", "no"}:
        interpret(draft, "yes" if option == "yes" else "no")
        return True
    if choose_moment(draft, option):
        _trace(draft, "option", option, words_of(option))
        return True
    category = category_of(draft.menu, option)
    if category:
        draft.topics.append(AnswerTopic(topic="menu", subject=roots(category), causes=(category,)))
        draft.acts.add("question")
        _trace(draft, "option", option, words_of(category))
        return True
    item = item_of(draft.menu, option)
    if item:
        draft.pressed.add(item)
        draft.acts.add("order")
    done = draft.add(Line(item), names_of(draft.menu, item)[:1]) if item else answers.answer_option(draft, option)
    draft.close_clause()
    draft.cart = snapshot(draft.cart, draft.before)
    _trace(draft, "option", option, words_of(option))
    return done or bool(item)


def _clause(draft: Draft, clause: Clause) -> None:
    if _said_outright(draft, clause):
        return
    clause = _what_about(draft, clause)
    found = draft.phrases.frames_of(clause.words)
    if parts := _some_apart(draft, clause) or _two_acts(draft, clause, found):
        for part in parts:
            _clause(draft, part)
            draft.close_clause()
        return
    controls = [f for f in found if f.act in CONTROL and f.act not in _LATE]
    controls = [*_agreed(draft, found, controls), *controls]
    if _talked(draft, clause, controls):
        return
    if clause.corrects:
        draft.points = [p for p in draft.points if p.kind not in {"which_line", "propose"}]
    draft.mark()
    for frame in found:
        if frame not in controls and _handled(draft, frame, clause):
            draft.acts.add(frame.act if frame.act in _LATE else "edit")
            _trace(draft, "pattern", frame.act, clause.words)
            return
    act = order(draft, clause)
    draft.acts.add(act)
    _trace(draft, "parser", act, clause.words)
    if act == "order" and draft.question is draft.state.question and _guessed(draft):
        draft.question = None
    if clause.corrects and act == "order" and _doubted(draft):
        draft.question = None  # "sorry, just the large one": what could not be told before is taken back


def _guessed(draft: Draft) -> bool:
    """Whether the open question offers the one thing that words of an earlier message may have meant."""
    question = draft.question
    return question is not None and question.kind in {"which", "off_menu", "propose"} and len(question.options) == 1


def _two_acts(draft: Draft, clause: Clause, found: list[Found]) -> list[Clause]:
    """“Lose the mustard, and the mayo can stay”: both sides of the joining word are acts of their own."""
    phrases = draft.phrases
    whole = next((f for f in found if f.act in _APART), None)
    if whole is None or not draft.cart.lines:
        return []
    for position, word in enumerate(clause.words.words):
        if not position or (word.key != "," and word.key not in phrases.joiners):
            continue
        left = trim(phrases, clause.words.part(0, position))
        right = trim(phrases, clause.words.part(position, len(clause.words)))
        sides = [next((f for f in phrases.frames_of(side) if f.act in EDITS), None) for side in (left, right) if side]
        acts = {side.act for side in sides if side is not None}
        if len(sides) == len(acts) and acts <= _APART:
            return [Clause(left, corrects=clause.corrects), Clause(right, asked=clause.asked)]
    return []


def _some_apart(draft: Draft, clause: Clause) -> list[Clause]:
    """“Two of those, one with honey”: so many are ordered or meant, then what is different about some of them."""
    phrases = draft.phrases
    comma = next((n for n, w in enumerate(clause.words.words) if w.key == ","), len(clause.words))
    left, right = (
        without_lead(phrases, clause.words.part(0, comma)),
        trim(phrases, clause.words.part(comma, len(clause.words))),
    )
    if not right or not left or phrases.prefix("count_of", left) != len(left):
        return []
    meant = next((n for w in left.words if (n := phrases.number(w.key)) is not None), 0)
    some = phrases.number(right.words[0].key) or meant
    return [Clause(left, corrects=clause.corrects), Clause(right)] if some < meant else []


def _doubted(draft: Draft) -> bool:
    """Whether the open question is about words of an earlier message that could not be told."""
    return draft.question is not None and draft.question is draft.state.question and draft.question.kind in _DOUBTS


def _agreed(draft: Draft, found: list[Found], controls: list[Found]) -> list[Found]:
    """The yes of "yes, thanks" or "fine, that's all" to an order that was read back; nothing else may be said."""
    if draft.question is None or draft.question.kind != "place" or draft.changed:
        return []
    yes = [f for f in found if f.act == "yes"][:1]
    return yes if controls and all(f.act in _POLITE for f in controls) else []


def _confirmed(draft: Draft, clause: Clause) -> bool:
    """“Yes, that's all correct, please go ahead”: begins with a yes to the order read back, and takes nothing back."""
    placing = draft.question is not None and draft.question.kind == "place" and not draft.changed
    lists, words = draft.phrases.lists, clause.words
    size = draft.phrases.prefix("yes", words) if placing and "hedges" in lists else 0
    if not size or clause.asked:
        return False
    rest = words.part(size, len(words))
    hedged = any(draft.phrases.prefix("hedges", rest.part(n, len(rest))) for n in range(len(rest)))
    if hedged or draft.phrases.topic_of(rest) or not (said := hear(draft, rest)).empty or said.strays:
        return False
    draft.acts.add("yes")
    _trace(draft, "pattern", "yes", words)
    return draft.do(PlaceOrder(causes=(words.said,)))


def _said_outright(draft: Draft, clause: Clause) -> bool:
    """The answer to the open question word for word, or how the order is had and for whom."""
    if answers.exact(draft, clause.words) and answers.answer(draft, clause.words):
        draft.acts.add("answer")
        _trace(draft, "answer", "answer", clause.words)
        return True
    if _confirmed(draft, clause):
        return True
    if way_and_name(draft, clause):
        _trace(draft, "pattern", "name", clause.words)
        return True
    return False


def _talked(draft: Draft, clause: Clause, controls: list[Found]) -> bool:
    """A question, doubt, an act about the order as a whole, or an answer: what does not order."""
    if not (controls and controls[0].act == "human") and is_question(draft, clause) and ask(draft, clause):
        draft.acts.add("question")
        _trace(draft, "pattern", f"question:{draft.topics[-1].topic}", clause.words)
        return True
    if draft.phrases.find("undecided", clause.words):
        draft.acts.add("undecided")
        draft.tell("undecided")
        _trace(draft, "pattern", "undecided", clause.words)
        return True
    for frame in controls:
        if CONTROL[frame.act](draft, frame, clause):
            draft.acts.add(frame.act)
            _trace(draft, "pattern", frame.act, clause.words)
            return True
    if draft.question and (spread(draft, clause.words) or answers.answer(draft, clause.words)):
        draft.acts.add("answer")
        _trace(draft, "answer", "answer", clause.words)
        return True
    return bool(draft.question) and _answered_first(draft, clause)


def _answered_first(draft: Draft, clause: Clause) -> bool:
    """“Hot please, and a plain naan”: the answer to the open question, and what is said besides: "with nuts"."""
    for position, word in reversed(list(enumerate(clause.words.words))):
        if word.key != "," and word.key not in draft.phrases.joiners:
            continue
        first = trim(draft.phrases, clause.words.part(0, position))
        rest = trim(draft.phrases, clause.words.part(position, len(clause.words)))
        said = hear(draft, rest) if first and rest else None
        if said is None or not (said.lines or (said.loose and draft.phrases.lists["detail"].match(rest.keys))):
            continue
        if spread(draft, first) or (answers.is_option(draft, first) and answers.answer(draft, first)):
            draft.acts.add("answer")
            _trace(draft, "answer", "answer", first)
            draft.close_clause()
            _clause(draft, Clause(rest))
            return True
    return False


def _what_about(draft: Draft, clause: Clause) -> Clause:
    """“What about a toastie” with no question before it: an order, without these words."""
    follows = draft.asked is not None and draft.asked.topic in FOLLOWED
    bare = without_lead(draft.phrases, clause.words)
    size = draft.phrases.prefix("about", bare) if "about" in draft.phrases.lists else 0
    rest = bare.part(size, len(bare))
    if not size or follows or draft.phrases.topic_of(rest) or not hear(draft, rest).lines:
        return clause
    return Clause(rest, corrects=clause.corrects)


def _handled(draft: Draft, frame: Found, clause: Clause) -> bool:
    if frame.act == "contrast":
        return _contrast(draft, frame, clause)
    return (CONTROL if frame.act in CONTROL else EDITS)[frame.act](draft, frame, clause)


def _conditional(draft: Draft, words: Words) -> bool:
    """“If you still have X I'll take two, otherwise two Y”."""
    found = draft.phrases.find("conditional", words)
    if found is None or found.span[0] > len("ok hi please and "):
        return False
    condition, then, other = (found.slots.get(n) for n in ("cond", "then", "else"))
    end = len(words.at((0, found.span[1])))
    other = words.part(end - len(other), len(words)) if other else None
    if condition is None or then is None or other is None:
        return False
    said = hear(draft, condition)
    items = [r.line.item for r in said.lines] or [o for u in said.unclear for o in u.options]
    menu = draft.menu
    there = any((item := menu.items_by_id.get(i)) and item.available for i in items) or (
        not items and any(p.kind == "modifier" for p in said.loose)
    )
    draft.acts.add("conditional")
    _trace(draft, "pattern", "conditional", words)
    if there:
        wanted = hear(draft, then)
        number = only_number(wanted)
        if number is not None or wanted.empty:
            draft.add(said.lines[0].line.with_quantity(number or 1), (words.said,))
        else:
            order(draft, Clause(then))
    else:
        order(draft, Clause(other))
        if items:
            draft.tell("fine")
    draft.close_clause()
    draft.cart = snapshot(draft.cart, draft.before)
    return True


def _contrast(draft: Draft, frame: Found, clause: Clause) -> bool:
    """“Not sourdough, ciabatta”: what is not meant is left out, the rest is read as if it had been said alone."""
    head, new = frame.slots.get("head"), frame.slots["new"]
    if _swaps(draft, frame.slots["old"], new):
        return True
    if frame.pattern.startswith("not {old}") and not (_is_size(draft, frame.slots["old"]) and _is_size(draft, new)):
        return False  # "not spicy, extra cheese": a wish of its own
    said = " , ".join(w.said.rstrip(",") for w in (head, new) if w)
    if not said or draft.phrases.lists["not_word"].search(words_of(said).keys):
        return False
    _clause(draft, Clause(words_of(said), corrects=clause.corrects))
    return True


def _is_size(draft: Draft, words: Words) -> bool:
    said = hear(draft, words)
    return bool(said.loose) and not said.lines and all(p.kind == "variation" for p in said.loose)


def _swaps(draft: Draft, old: Words, new: Words) -> bool:
    """“Unsalted butter, not salted” where salted butter is in the cart."""
    held = words_of(f"the {old.said}")
    targets = edits.targets_of(draft, held) if draft.cart.lines else []
    lines = hear(draft, new).lines if targets else ()
    swapped = len(lines) == 1 and all(edits.item_at(draft, t) != lines[0].line.item for t in targets)
    return swapped and edits.held_line(draft, lines[0]) is None and edits.change(draft, held, new)


def _trace(draft: Draft, by: str, act: str, words: Words) -> None:
    draft.trace.append({"by": by, "act": act, "words": words.said})
