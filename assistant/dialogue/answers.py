"""Answers to the question that we asked last: "medium please", "Earl Grey", "the first", "the oatmeal one", "2"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands import AddLine
from assistant.dialogue import edits, references
from assistant.dialogue.clauses import without_lead, without_tail
from assistant.dialogue.draft import Target
from assistant.dialogue.extent import at_the_end
from assistant.dialogue.filling import fill, slot_fillings
from assistant.dialogue.fitting import Parts, Place, applied
from assistant.dialogue.options import choose, close, names_of, roots, variation_options
from assistant.dialogue.points import Point
from assistant.dialogue.saying import Said, as_parts, hear, only_loose, only_number, parts_of
from core.orders import rules
from core.orders.lines import Choice, Line

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.state import Question
    from assistant.dialogue.words import Words

_PAIR = 2
_FEW = 4


def answer(draft: Draft, words: Words) -> bool:
    """Take a clause as the answer to the open question; answers whether it is one."""
    question = draft.question
    if question is None:
        return False
    if question.kind in {"variation", "modifier"}:
        return _choice(draft, question, words)
    if question.kind == "slot":
        return _slots(draft, question, words)
    if question.kind in {"which", "off_menu"}:
        return _which(draft, question, words)
    if question.kind in {"quantity", "propose"}:
        return _template(draft, question, words)
    return False


def exact(draft: Draft, words: Words) -> bool:
    """Whether a clause is an option of the open question, word for word: then it means nothing else."""
    question = draft.question
    if question is None or question.kind in {"place", "time", "address", "table"}:
        return False
    said = roots(words.said)
    return any(roots(name) == said for names in _names(draft, question).values() for name in names)


def is_option(draft: Draft, words: Words) -> bool:
    """Whether words name an option of the open question and nothing else, or its place among them."""
    question = draft.question
    if question is None or question.kind not in {"variation", "modifier", "slot", "which", "off_menu"}:
        return False
    bare = without_tail(draft.phrases, without_lead(draft.phrases, words))
    return bool(_by_place(draft, question, bare)) or _only_option_words(draft, question, bare)


def accept(draft: Draft, causes: tuple[str, ...]) -> bool:
    """“Yes” to a question that proposed something."""
    question = draft.question
    if question is None:
        return False
    if question.kind in {"propose", "quantity"} and question.template is not None:
        line = question.template
        if not 0 < line.quantity <= rules.LARGEST_QUANTITY:
            return False
        draft.question = None
        if question.line is not None and question.line < len(draft.cart.lines):
            target = draft.cart.lines[question.line]
            return draft.change(Target(Place(question.line)), target, causes, quantity=line.quantity)
        added = draft.do(AddLine(line=line, causes=causes))
        if added:
            draft.tell("added", line)
        return added
    if question.kind in {"off_menu", "which"} and len(question.options) == 1:
        draft.question = None
        return draft.add(Line(question.options[0]), causes)
    return False


def names_asked(draft: Draft, words: Words) -> bool:
    """Whether words name what the open question is about, and nothing else."""
    question = draft.question
    if question is None:
        return False
    named = [w for name in (question.words, *(n for o in question.options for n in names_of(draft.menu, o)))
             for w in roots(name)]  # fmt: skip
    said = [w for w in roots(words.said) if w not in draft.phrases.everyday]
    return bool(said) and all(any(close(w, n) for n in named) for w in said)


def answer_option(draft: Draft, option: str) -> bool:
    """A pressed button: the id of one of the options of the open question."""
    question = draft.question
    if question is None or option not in question.options:
        return False
    if question.kind in {"which", "off_menu"}:
        return _take_item(draft, question, option, (option,))
    return _take(draft, question, option, (option,))


def _choice(draft: Draft, question: Question, words: Words) -> bool:
    place = _asked_place(draft, question)
    if place is None:
        return False
    bare = words if exact(draft, words) else without_tail(draft.phrases, without_lead(draft.phrases, words))
    picked = _by_place(draft, question, bare) or at_the_end(draft, question, bare)
    if picked:
        return _take(draft, question, picked, (words.said,))
    said = hear(draft, bare)
    serving = draft.serving(place)
    if any(r.line.item == serving.item for r in said.lines) and not _occurs(draft.phrases.lists["both"], bare):
        return _same_item(draft, question, said, place)
    whole = as_parts(draft, serving.item, said) if said.lines else Parts()  # "medium, thin crust"
    if said.lines and not _answers(question, whole) and not _only_option_words(draft, question, bare):
        return False
    parts = _answering(draft, question, whole or parts_of(draft, serving.item, said), bare)
    chosen = _lines_missing_alike(draft, question, parts, bare) if parts else []
    for index in chosen:
        draft.question = None
        target = Target(Place(index, question.slot))
        draft.change(target, applied(draft.menu, draft.serving(target.place), parts), said.causes)
    return bool(chosen)


def _asked_place(draft: Draft, question: Question) -> Place | None:
    """Where the answer goes, if it is still in the cart."""
    lines = draft.cart.lines
    if question.line is None or question.line >= len(lines):
        return None
    if question.slot is not None and question.slot >= len(lines[question.line].slots):
        return None
    return Place(question.line, question.slot)


def _answering(draft: Draft, question: Question, parts: Parts, words: Words) -> Parts:
    """The parts, with the option that the words name if the parts do not answer; nothing when it is no answer."""
    if _answers(question, parts):
        return parts
    option = _option_in(draft, question, words)
    if option is None:
        return Parts()
    return replace(parts, variation=option) if question.kind == "variation" else _with(parts, question, option)


def _same_item(draft: Draft, question: Question, said: Said, place: Place) -> bool:
    """“A large latte” after “What size of latte?” is the answer, unless it orders another one."""
    if (
        len(said.lines) != 1
        or said.unclear
        or said.strays
        or said.lines[0].determiner in {"another", "number", "partitive"}
    ):
        return False
    line = said.lines[0].line
    parts = Parts(line.variation, line.modifiers)
    if not _answers(question, parts):
        return False
    draft.question = None
    return draft.change(Target(place), applied(draft.menu, draft.serving(place), parts), said.causes) or True


def _lines_missing_alike(draft: Draft, question: Question, parts: Parts, words: Words) -> list[int]:
    """The asked line; with "both", the two that lack such a choice. "All" is more than an answer: none."""
    index = question.line or 0
    lists = draft.phrases.lists
    if _occurs(lists["all"], words) and not references.is_part_name(draft, words):
        return []
    if not _occurs(lists["both"], words):
        return [index]
    menu = draft.menu
    lacking = {m.line_index for m in rules.missing_choices(menu, draft.cart.lines) if m.kind == question.kind}
    if question.kind == "variation":
        items = {i: menu.items_by_id.get(draft.cart.lines[i].item) for i in lacking}
        lacking = {i for i, item in items.items() if item and item.variation(parts.variation)}
    return sorted(lacking, reverse=True) if len(lacking) == _PAIR else []


def _occurs(pattern: re.Pattern[str], words: Words) -> bool:
    return any(pattern.match(words.part(n, len(words)).keys) for n in range(len(words)))


def _answers(question: Question, parts: Parts) -> bool:
    if question.kind == "variation":
        return parts.variation is not None
    return any(c.group == question.subject and c.pre_modifier != "no" for c in parts.choices)


def _with(parts: Parts, question: Question, option: str) -> Parts:
    return replace(parts, choices=(*parts.choices, Choice(question.subject, option)))


def _only_option_words(draft: Draft, question: Question, words: Words) -> bool:
    """Whether the words are the name of an option although a dish is called so too."""
    option = _option_in(draft, question, words)
    if option is None:
        return False
    place = _asked_place(draft, question)
    dish = names_of(draft.menu, draft.serving(place).item) if place else ()
    named = [w for name in (*_names(draft, question)[option], *dish) for w in roots(name)]
    said = [w for w in roots(words.said) if w in named or w not in draft.phrases.everyday]
    return all(any(close(w, n) for n in named) for w in said)


def _names(draft: Draft, question: Question) -> dict[str, tuple[str, ...]]:
    menu = draft.menu
    if question.kind == "variation":
        return {k: v for k, v in variation_options(menu, question.subject).items() if k in question.options}
    if question.kind == "modifier":
        group = menu.groups_by_id.get(question.subject)
        found = {m.id: (m.name, *m.aliases) for m in group.modifiers} if group else {}
        return {k: v for k, v in found.items() if k in question.options}
    return {i: names_of(menu, i) for i in question.options}


def _option_in(draft: Draft, question: Question, words: Words) -> str | None:
    names = _names(draft, question)
    own = {w for said in names.values() for name in said for w in roots(name)}
    found = choose([w for w in roots(words.said) if w in own or w not in draft.phrases.everyday], names)
    return found[0] if len(found) == 1 else None


def _by_place(draft: Draft, question: Question, words: Words) -> str | None:
    """“The first”, “number 2”: an option by its place in the question."""
    keys = [
        w.key
        for w in words.words
        if w.key not in {",", "the", "one", "option", "number", "el", "la", "opcion", "numero"}
    ]
    if len(keys) != 1:
        return None
    number = draft.phrases.ordinals.get(keys[0]) or None
    if number is None and keys[0].isdigit():
        number = int(keys[0])
    if number == -1 and question.options:
        return question.options[-1]
    if number is None or not 1 <= number <= len(question.options):
        return None
    return question.options[number - 1]


def _take(draft: Draft, question: Question, option: str, causes: tuple[str, ...]) -> bool:
    if question.line is None or question.line >= len(draft.cart.lines):
        return False
    if question.kind == "slot":
        draft.question = None
        return fill(draft, question.line, [(question.subject, Line(option))], causes)
    place = Place(question.line, question.slot)
    parts = (
        Parts(variation=option) if question.kind == "variation" else Parts(choices=(Choice(question.subject, option),))
    )
    draft.question = None
    return draft.change(Target(place), applied(draft.menu, draft.serving(place), parts), causes)


def _slots(draft: Draft, question: Question, words: Words) -> bool:
    if question.line is None or question.line >= len(draft.cart.lines):
        return False
    bare = without_tail(draft.phrases, without_lead(draft.phrases, words))
    picked = _by_place(draft, question, bare)
    if picked:
        return _take(draft, question, picked, (words.said,))
    said = hear(draft, bare)
    fillings, others = slot_fillings(draft, question.line, said)
    if not fillings:
        option = _option_in(draft, question, bare)
        if option is None or said.lines:
            return False
        fillings = [(question.subject, Line(option))]
    draft.question = None
    fill(draft, question.line, fillings, said.causes)
    for read in others:
        draft.add(read.line, said.causes)
    if said.loose and said.lines:
        _put_loose(draft, said)
    return True


def _put_loose(draft: Draft, said: Said) -> None:
    """“Medium, and the croissant”: what is said besides the dishes is of something in the cart, or asked about."""
    loose = tuple(p for p in said.loose if p.kind != "quantity")
    draft.close_clause()
    if loose and not edits.edit_best(draft, only_loose(said, loose)):
        words = " ".join(said.reading.words(p.tokens) for p in loose)
        draft.open(Point("not_on_item", words))


def _which(draft: Draft, question: Question, words: Words) -> bool:
    bare = without_tail(draft.phrases, without_lead(draft.phrases, words))
    if _one_of_each(draft, question, bare):
        return True
    picked = _by_place(draft, question, bare) or _asked_about(draft, question, bare)
    if picked:
        return _take_item(draft, question, picked, (words.said,))
    said = hear(draft, bare)
    named = [r for r in said.lines if r.line.item in question.options]
    if len(named) == 1 and len(said.lines) == 1:
        line = named[0].line
        if question.template and named[0].determiner != "number":
            line = line.with_quantity(question.template.quantity)
        draft.question = None
        return draft.add(line, said.causes) or True
    if said.lines or question.kind == "off_menu":
        return False
    option = _option_in(draft, question, bare)
    return option is not None and _take_item(draft, question, option, said.causes, _number_of(draft, bare, option))


def _asked_about(draft: Draft, question: Question, words: Words) -> str | None:
    """“That one”, after a question about one of the options."""
    items = draft.asked.items if draft.asked else ()
    pointed = len(items) == 1 and items[0] in question.options and draft.phrases.is_in("one", words)
    return items[0] if pointed else None


def _one_of_each(draft: Draft, question: Question, words: Words) -> bool:
    """“One of each”, “both”: every one of the few that were asked between."""
    each = draft.phrases.find("each", words)
    both = draft.phrases.is_in("both", words) and len(question.options) == _PAIR
    if not (each or both) or question.kind != "which" or len(question.options) > _FEW:
        return False
    number = next((n for w in words.words if (n := draft.phrases.number(w.key)) is not None), 1)
    draft.question = None
    return all(draft.add(Line(option, number), (words.said,)) for option in question.options)


def _number_of(draft: Draft, words: Words, item: str) -> int | None:
    """How many of an option: "four green"; a number in its name counts nothing, nor does "one"."""
    named = {r for name in names_of(draft.menu, item) for r in roots(name)}
    numbers = (draft.phrases.number(w.key) for w in words.words if w.key not in named)
    return next((n for n in numbers if n is not None and n > 1), None)


def _take_item(draft: Draft, question: Question, item: str, causes: tuple[str, ...], number: int | None = None) -> bool:
    quantity = number or (question.template.quantity if question.template else 1)
    draft.question = None
    return draft.add(Line(item, quantity), causes) or True


def _template(draft: Draft, question: Question, words: Words) -> bool:
    """A number or a detail for a line that was in doubt: "just two", "five small ones"."""
    template = question.template
    if template is None:
        return False
    said = hear(draft, without_tail(draft.phrases, without_lead(draft.phrases, words)))
    if said.lines and (len(said.lines) > 1 or said.lines[0].line.item != template.item):
        return False
    number = only_number(said)
    parts = Parts(quantity=number)
    if said.lines:
        if question.line is None and said.lines[0].determiner != "number":
            return False
        parts = Parts(said.lines[0].line.variation, said.lines[0].line.modifiers, said.lines[0].line.quantity)
    elif number is None:
        parts = parts_of(draft, template.item, said)
    if parts.quantity is None:
        return False
    draft.question = None
    if question.line is not None and question.line < len(draft.cart.lines):
        return edits.set_quantity(draft, Target(Place(question.line)), parts.quantity, said.causes)
    line = applied(draft.menu, template, parts).with_quantity(parts.quantity)
    return draft.add(line, said.causes) or True
