"""What a message means where the conversation stands: clause by clause, as commands on the working cart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands import AskHuman, CancelOrder, ClearCart, Greet, PlaceOrder, SetFulfilment, SetName, Undo
from assistant.dialogue import answers, edits, references
from assistant.dialogue.asking import ask, is_question
from assistant.dialogue.clauses import Clause, clauses, sentences, without_lead, without_tail
from assistant.dialogue.draft import Draft, Target
from assistant.dialogue.fitting import Parts, Place, applied
from assistant.dialogue.orders import order
from assistant.dialogue.points import Point
from assistant.dialogue.saying import hear, only_number
from assistant.dialogue.words import Words, words_of
from assistant.execution import snapshot
from core.orders.lines import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.dialogue.phrases import Found

# Acts that may be said while a question is open, and that are not its answer.
_CONTROL = (
    "human",
    "undo",
    "cancel_all",
    "hold",
    "place",
    "name",
    "pickup",
    "dine_in",
    "delivery",
    "done",
    "refuse",
    "greet",
    "thanks",
    "bye",
    "help",
    "complaint",
    "chatter",
)


def interpret(draft: Draft, text: str) -> None:
    """Understand one message into the draft."""
    words = words_of(text)
    if draft.phrases.find("injection", words):
        draft.tell("injection")
        _trace(draft, "pattern", "injection", words)
        return
    if _conditional(draft, words):
        return
    asked_before = draft.asked
    for sentence, asked in sentences(words):
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
    done = answers.answer_option(draft, option)
    draft.close_clause()
    draft.cart = snapshot(draft.cart, draft.before)
    _trace(draft, "option", option, words_of(option))
    return done


def _clause(draft: Draft, clause: Clause) -> None:
    if answers.exact(draft, clause.words) and answers.answer(draft, clause.words):
        draft.acts.add("answer")
        _trace(draft, "answer", "answer", clause.words)
        return
    found = draft.phrases.frames_of(clause.words)
    controls = [f for f in found if f.act in _CONTROL]
    if not (controls and controls[0].act == "human") and is_question(draft, clause) and ask(draft, clause):
        draft.acts.add("question")
        _trace(draft, "pattern", f"question:{draft.topics[-1].topic}", clause.words)
        return
    if draft.phrases.find("undecided", clause.words):
        draft.acts.add("undecided")
        draft.tell("undecided")
        _trace(draft, "pattern", "undecided", clause.words)
        return
    for frame in controls:
        if _HANDLERS[frame.act](draft, frame, clause):
            draft.acts.add(frame.act)
            _trace(draft, "pattern", frame.act, clause.words)
            return
    if draft.question and answers.answer(draft, clause.words):
        draft.acts.add("answer")
        _trace(draft, "answer", "answer", clause.words)
        return
    if clause.corrects:
        draft.points = [p for p in draft.points if p.kind != "which_line"]
    draft.mark()
    for frame in found:
        if frame.act not in _CONTROL and _HANDLERS[frame.act](draft, frame, clause):
            draft.acts.add("edit" if frame.act not in {"yes", "just_that"} else frame.act)
            _trace(draft, "pattern", frame.act, clause.words)
            return
    act = order(draft, clause)
    draft.acts.add(act)
    _trace(draft, "parser", act, clause.words)


def _conditional(draft: Draft, words: Words) -> bool:
    """ "If you still have X I'll take two, otherwise two Y"."""
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
    draft.tell("fine")
    return True


def _refuse(draft: Draft, frame: Found, _clause: Clause) -> bool:
    if draft.question and draft.question.kind in {"propose", "quantity", "off_menu", "which"}:
        draft.question = None
    if draft.question and draft.question.kind == "place" and frame.pattern.startswith("<no>"):
        draft.acts.add("hold")
        draft.tell("held")
        return True
    draft.offered = ()
    draft.tell("fine")
    return True


def _done(draft: Draft, _frame: Found, _clause: Clause) -> bool:
    draft.tell("fine")
    return True


def _just_that(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """ "Just the pizza": nothing else, when it is in the cart already."""
    said = hear(draft, frame.slots["old"])
    held = any(edits.held_line(draft, r) is not None for r in said.lines)
    held = held or bool(said.lines and draft.cart.lines and all(r.determiner == "definite" for r in said.lines) and
                        _names_all(draft, frame.slots["old"]))
    if not held and not _names_all(draft, frame.slots["old"]):
        return False
    draft.tell("fine")
    return True


def _names_all(draft: Draft, words: Words) -> bool:
    names = tuple(w.key for w in words.words if w.key not in {"one", ","} and draft.phrases.number(w.key) is None)
    names = tuple(n for n in names if n[0].isalnum())
    ref = references.Ref("named", None, without_tail(draft.phrases, words_of(" ".join(names))).keys.split() and tuple(without_tail(draft.phrases, words_of(" ".join(names))).keys.split()))
    return bool(ref.names) and bool(references.named(draft, ref))


def _fulfilment(name: str) -> Callable[[Draft, Found, Clause], bool]:
    def handle(draft: Draft, _frame: Found, clause: Clause) -> bool:
        if draft.ways and name not in draft.ways:
            draft.tell("not_offered", value=name)
            return True
        if draft.do(SetFulfilment(fulfilment=name, causes=(clause.words.said,))):  # type: ignore[arg-type]
            draft.tell("fulfilment", value=name)
        return True

    return handle


def _name(draft: Draft, frame: Found, clause: Clause) -> bool:
    said = without_tail(draft.phrases, frame.slots["name"])
    if len(said) > 4 or not said or not hear(draft, said).empty and len(said) > 1:  # noqa: PLR2004
        return False
    if draft.do(SetName(name=said.said, causes=(clause.words.said,))):
        draft.tell("name", value=said.said)
    return True


def _greet(what: str) -> Callable[[Draft, Found, Clause], bool]:
    def handle(draft: Draft, _frame: Found, clause: Clause) -> bool:
        return draft.do(Greet(what=what, causes=(clause.words.said,)))  # type: ignore[arg-type]

    return handle


def _help(draft: Draft, _frame: Found, clause: Clause) -> bool:
    from assistant.commands import AnswerTopic  # noqa: PLC0415

    draft.topics.append(AnswerTopic(topic="help", causes=(clause.words.said,)))
    return True


def _chatter(_draft: Draft, _frame: Found, _clause: Clause) -> bool:
    return True


def _same(draft: Draft, frame: Found, clause: Clause) -> bool:
    count = _count(draft, frame)
    if not draft.cart.lines:
        return False
    return edits.again(draft, count or 1, frame.slots.get("new"), (clause.words.said,))


def _count(draft: Draft, frame: Found) -> int | None:
    said = frame.slots.get("n")
    if said is None or len(said) != 1:
        return None
    return draft.phrases.number(said.words[0].key)


def _total(draft: Draft, frame: Found, _clause: Clause) -> bool:
    return bool(draft.cart.lines) and edits.total(draft, frame.slots["new"])


def _less(draft: Draft, frame: Found, _clause: Clause) -> bool:
    count = _count(draft, frame) if "n" in frame.slots else 1
    return count is not None and edits.fewer(draft, frame.slots["old"], count)


def _putback(draft: Draft, frame: Found, _clause: Clause) -> bool:
    return edits.back(draft, frame.slots["old"])


def _change(draft: Draft, frame: Found, _clause: Clause) -> bool:
    return bool(draft.cart.lines) and edits.change(draft, frame.slots["old"], frame.slots["new"])


def _instead(draft: Draft, frame: Found, _clause: Clause) -> bool:
    return bool(draft.cart.lines) and edits.instead(draft, frame.slots["new"], frame.slots.get("extra"))


def _aside(draft: Draft, _frame: Found, clause: Clause) -> bool:
    """ "On the side": about the modifier that was chosen last."""
    if draft.last_choice is None or draft.last_choice[0] >= len(draft.cart.lines):
        return False
    index, group, modifier = draft.last_choice
    return _set_pre(draft, index, Choice(group, modifier, "side"), clause)


def _set_pre(draft: Draft, index: int, choice: Choice, clause: Clause) -> bool:
    allowed = draft.menu.groups_by_id.get(choice.group)
    if allowed is None or "side" not in allowed.pre_modifiers:
        return False
    serving = applied(draft.menu, draft.cart.lines[index], Parts(choices=(choice,)))
    return draft.change(Target(Place(index)), serving, (clause.words.said,))


def _make(draft: Draft, frame: Found, clause: Clause) -> bool:
    """ "Make it large", "make that two", "make the margherita thin crust"."""
    if not draft.cart.lines:
        return False
    if "line" in frame.slots:
        return _make_line(draft, frame.slots["line"])
    new = frame.slots["new"]
    if "old" in frame.slots:
        targets = edits.targets_of(draft, frame.slots["old"])
        return bool(targets) and edits.edit(draft, targets, hear(draft, new))
    if _counted(draft, new):
        return True
    ref = _pronoun_in(draft, clause, new)
    targets = references.resolve(draft, ref) if ref else []
    said = hear(draft, new)
    strict = frame.pattern.startswith(("(it's", "i meant", "(should"))
    if said.lines:
        read = said.lines[0]
        held = edits.held_line(draft, read)
        if held is not None:
            return edits.merge(draft, held, read, said)
        if strict and not targets:
            targets = edits.targets_of(draft, words_of("it"))
        if read.line.item in draft.menu.items_by_id or read.line.item in draft.menu.combos_by_id:
            return bool(targets) and edits.edit(draft, targets[-1:], said)
    if ref is None or (ref.kind == "one" and not ref.names):
        return edits.edit_best(draft, said)
    return edits.edit(draft, targets, said)


def _pronoun_in(draft: Draft, clause: Clause, new: Words) -> references.Ref | None:
    before = clause.words.part(0, len(clause.words) - len(without_tail(draft.phrases, clause.words)) or len(clause.words))
    bare = without_lead(draft.phrases, clause.words)
    for start in range(min(3, len(bare))):
        found = draft.phrases.lists["pron"].match(bare.part(start, len(bare)).keys)
        if found and start <= 1:
            return references.pronoun(draft, bare.part(start, len(bare)).at(found.span()))
    del before, new
    return None


def _counted(draft: Draft, words: Words) -> bool:
    """ "Three slices", "two of those combos": a number, then what the line mentioned last is called anyway."""
    number = next((n for w in words.words if (n := draft.phrases.number(w.key)) is not None), None)
    glue, lists = draft.phrases.lists["glue"], draft.phrases.lists
    names = tuple(
        w.key
        for w in words.words
        if w.key[0].isalnum()
        and draft.phrases.number(w.key) is None
        and not glue.fullmatch(f"{w.key} ")
        and not lists["them"].fullmatch(f"{w.key} ")
    )
    if number is None or not names:
        return False
    for index in draft.recent():
        if references.is_item_name(draft, Place(index), names):
            return edits.set_quantity(draft, Target(Place(index)), number, (words.said,))
    return False


def _make_line(draft: Draft, words: Words) -> bool:
    found = references.leading(draft, words)
    if found is not None and found[1]:
        return edits.edit(draft, references.resolve(draft, found[0]), hear(draft, found[1]))
    said = hear(draft, words)
    if len(said.lines) == 1:
        held = edits.held_line(draft, said.lines[0])
        if held is not None:
            read = said.lines[0]
            if read.determiner in {"both", "all", "each", "partitive"}:
                return edits.refer(draft, read, said)
            return edits.merge(draft, held, read, said)
    return not said.lines and not said.empty and edits.edit_best(draft, said)


def _remove(draft: Draft, frame: Found, _clause: Clause) -> bool:
    return bool(draft.cart.lines) and edits.remove(draft, frame.slots["old"], frame.slots.get("ref"))


def _tentative(draft: Draft, frame: Found, clause: Clause) -> bool:
    said = hear(draft, frame.slots["new"])
    if said.empty or clause.corrects:
        return False
    draft.acts.add("tentative")
    if len(said.lines) == 1 and not said.strays:
        draft.open(Point("propose", line=said.lines[0].line))
    else:
        draft.tell("undecided")
    return True


def _refwith(draft: Draft, frame: Found, clause: Clause) -> bool:
    if not draft.cart.lines:
        return False
    named = frame.slots.get("ref")
    if named is not None:
        ref = references.whole(draft, words_of(f"the {named.said}")) or references.whole(draft, named)
    else:
        ref = _pronoun_in(draft, clause, frame.slots["new"])
        found = references.leading(draft, without_lead(draft.phrases, clause.words))
        if found and found[0].names:
            ref = found[0]
            return bool(found[1]) and _edit_ref(draft, ref, found[1])
    return ref is not None and _edit_ref(draft, ref, frame.slots["new"])


def _edit_ref(draft: Draft, ref: references.Ref, new: Words) -> bool:
    targets = references.resolve(draft, ref)
    said = hear(draft, new)
    if not targets or said.empty:
        return False
    if said.lines and not (said.loose and len(said.lines) == 0) and len(targets) > 1:
        return edits.edit(draft, targets, replace(said, lines=said.lines))
    if said.strays and not said.loose:
        return False
    return edits.edit(draft, targets, said)


def _addto(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """ "Bacon on both", "honey in my americano"."""
    ref = references.whole(draft, without_tail(draft.phrases, frame.slots["ref"]))
    if ref is None or not draft.cart.lines:
        return False
    targets = references.resolve(draft, ref)
    said = hear(draft, frame.slots["new"])
    if not targets or said.empty or said.strays:
        return False
    if any(p.negation or p.pre_modifier == "no" for p in said.loose) and len(targets) == 1 and targets[0].units is None:
        return edits.remove_parts(draft, said, targets)
    return edits.edit(draft, targets, replace(said, lines=()) if said.loose else said)


def _more(draft: Draft, frame: Found, _clause: Clause) -> bool:
    count = _count(draft, frame) if "n" in frame.slots else 1
    if not draft.cart.lines or count is None:
        return False
    return edits.more(draft, frame.slots["new"], count)


def _set_only(draft: Draft, frame: Found, clause: Clause) -> bool:
    """ "Just two muffins": fewer of what is in the cart already."""
    said = hear(draft, frame.slots["new"])
    if len(said.lines) != 1 or said.loose or said.lines[0].determiner != "number":
        return False
    held = edits.held_line(draft, said.lines[0])
    if held is None or draft.cart.lines[held].quantity <= said.lines[0].line.quantity:
        return False
    return edits.merge(draft, held, said.lines[0], said)


def _contrast(draft: Draft, frame: Found, clause: Clause) -> bool:
    """ "Not sourdough, ciabatta": what is not meant is left out, the rest is read as if it had been said alone."""
    head, new = frame.slots.get("head"), frame.slots["new"]
    said = " , ".join(w.said.rstrip(",") for w in (head, new) if w)
    if not said or draft.phrases.lists["not_word"].search(words_of(said).keys):
        return False
    _clause(draft, Clause(words_of(said), corrects=clause.corrects))
    return True


_HANDLERS: dict[str, Callable[[Draft, Found, Clause], bool]] = {
    "human": _human,
    "complaint": _complaint,
    "undo": _undo,
    "cancel_all": _cancel_all,
    "hold": _hold,
    "place": _place,
    "yes": _yes,
    "refuse": _refuse,
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
    "same": _same,
    "total": _total,
    "less": _less,
    "putback": _putback,
    "change": _change,
    "instead": _instead,
    "aside": _aside,
    "make": _make,
    "remove": _remove,
    "tentative": _tentative,
    "refwith": _refwith,
    "addto": _addto,
    "more": _more,
    "set_only": _set_only,
    "contrast": _contrast,
}


def _trace(draft: Draft, by: str, act: str, words: Words) -> None:
    draft.trace.append({"by": by, "act": act, "words": words.said})
