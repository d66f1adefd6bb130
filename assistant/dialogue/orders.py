"""A clause that orders: lines that the menu's grammar read, loose parts for the line they fit, and what is not sold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.commands import AnswerTopic
from assistant.dialogue import edits, existing, unclear
from assistant.dialogue.clauses import without_lead
from assistant.dialogue.draft import Target
from assistant.dialogue.filling import fill_open_combo
from assistant.dialogue.fitting import Parts, Place, applied
from assistant.dialogue.offered import asked_about, named_before, size_of_it
from assistant.dialogue.options import choose, close, names_of, roots
from assistant.dialogue.points import Point
from assistant.dialogue.rather import said_wrong
from assistant.dialogue.saying import Said, hear, item_tokens, only_loose, only_number
from assistant.understanding.tokens import stem
from core.orders import rules
from core.orders.lines import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.dialogue.clauses import Clause
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words
    from assistant.understanding.reading import LoosePart, ReadLine

_NARRATIVE_WORDS = 2
_MOST_OPTIONS = 10
_ONE_SIZE = "one size: "  # how a reading notes a size that its item does not have
_AMONG = frozenset({"partitive", "both", "all", "each"})  # may point at lines of the same sentence
_NO_NUMBER = re.compile(r"-\d+|0+")  # nobody can have so many


def order(draft: Draft, clause: Clause) -> str:
    """Add what a clause orders; answers what it was: order, edit, narrative, off_menu, talk, unknown."""
    bare = without_lead(draft.phrases, clause.words)
    if draft.cart.lines and (existing.about_first(draft, bare) or existing.about_last(draft, bare)):
        return "edit"
    if draft.cart.lines and existing.about_some(draft, clause, bare):
        return "edit"
    said = unclear.off_the_menu(draft, unclear.more_exactly(draft, hear(draft, bare)))
    corrected = clause.corrects and said_wrong(draft, said)
    if corrected or (draft.cart.lines and existing.about_the_cart(draft, bare, said)):
        return "edit"
    if _is_narrative(draft, clause, said):
        return _story(draft, clause, said)
    if said.empty:
        return size_of_it(draft, said) or _nothing(draft, clause, said)
    return (
        asked_about(draft, clause, said)
        or named_before(draft, said)
        or size_of_it(draft, said)
        or _doubtful(draft, clause, said)
        or _added(draft, clause, said)
    )


def _added(draft: Draft, clause: Clause, said: Said) -> str:
    done = _lines(draft, clause, said)
    unclear.settle(draft, said)
    for note in said.reading.notes:
        if note.startswith(_ONE_SIZE):
            draft.tell("one_size", value=note.removeprefix(_ONE_SIZE))
    for stray in said.strays:
        if not (said.reading.notes and _is_size(draft, stray)):
            draft.open(Point("off_menu", stray))
    return "order" if done or said.unclear else "unknown"


def _doubtful(draft: Draft, clause: Clause, said: Said) -> str:
    """What nobody can have, so that nothing of it is guessed: "-3 teas", "half this and half that"."""
    odd = next((w for w in clause.words.words if _NO_NUMBER.fullmatch(w.key)), None)
    if odd is not None and said.lines:
        counted = _behind(said, odd.key)
        draft.open(Point("quantity", odd.key, line=counted.line.with_quantity(0)))
        others = tuple(r for r in said.lines if r is not counted)
        if others:
            _lines(draft, clause, replace(said, lines=others, loose=()))
        return "order"
    halves = _halves(draft, said)
    if halves:
        draft.open(Point("off_menu", halves))
        return "off_menu"
    return ""


def _behind(said: Said, number: str) -> ReadLine:
    """The line that a number stands before; the first when none does."""
    at = next((n for n, t in enumerate(said.reading.tokens) if t.folded.lstrip("-") == number.lstrip("-")), 0)
    behind = [r for r in said.lines if max((t for c in r.causes for t in c.tokens), default=0) >= at]
    return behind[0] if behind else said.lines[0]


def _is_narrative(draft: Draft, clause: Clause, said: Said) -> bool:
    """A clause that tells a story: it begins with somebody, orders nothing, and has words that are not of the menu."""
    phrases = draft.phrases
    if phrases.find("order", clause.words):
        return False
    bare = without_lead(phrases, clause.words)
    told = phrases.lists["subject"].match(bare.keys) or phrases.lists["subject"].match(clause.words.keys)
    return bool(told) and len(said.reading.unexplained) + len(said.reading.filler) >= _NARRATIVE_WORDS


def _story(draft: Draft, clause: Clause, said: Said) -> str:
    if rest := _after_talk(draft, clause.words):
        return order(draft, replace(clause, words=rest))
    draft.mentioned = said.loose
    return "narrative"


def _after_talk(draft: Draft, words: Words) -> Words | None:
    """What is ordered behind the story: "we're so thirsty, two large lemonades", "I'm back: a double"."""
    for position, word in enumerate(words.words[:-1]):
        rest = words.part(position + 1, len(words))
        begins = word.key == "," and draft.phrases.lists["request_start"].match(without_lead(draft.phrases, rest).keys)
        if (word.key == ":" or begins) and (said := hear(draft, rest)).lines and not said.strays:
            return rest
    return None


def _nothing(draft: Draft, clause: Clause, said: Said) -> str:
    """Nothing of the menu in a clause: words that mean something on a line only, something that is not sold, talk."""
    if not said.strays and draft.cart.lines and edits.edit_best(draft, said):
        return "edit"
    wanted = draft.phrases.find("order", clause.words) or draft.phrases.lists["request_start"].match(
        without_lead(draft.phrases, clause.words).keys
    )
    inside = _category(draft, said)
    if wanted and inside:
        draft.open(Point("which", options=inside, line=Line(inside[0])))
        return "off_menu"
    if said.strays and wanted:
        for stray in said.strays:
            draft.open(Point("off_menu", stray))
        return "off_menu"
    if inside and not said.loose and _only_names(said, draft.menu.items_by_id[inside[0]].category):
        draft.topics.append(AnswerTopic(topic="menu", subject=roots(said.words.said), causes=said.causes))
        return "question"
    draft.strays += said.strays
    if not said.strays:
        return "talk"
    return "unknown"


def _is_size(draft: Draft, words: str) -> bool:
    """Whether the words are a size that something on the menu has."""
    sizes = {r for i in draft.menu.items for v in i.variations for n in (v.name, *v.aliases) for r in roots(n)}
    return all(word in sizes for word in roots(words))


def _only_names(said: Said, name: str) -> bool:
    """Whether nothing but the words of a name were said."""
    named = roots(name)
    return all(any(close(w, n) for n in named) for w in roots(said.words.said))


def _halves(draft: Draft, said: Said) -> str:
    """Words that split one dish in parts, which no menu says how to make: never guessed."""
    parts = {"item", "combo", "modifier", "variation"}
    named = {t for r in said.lines for c in r.causes if c.part in parts for t in c.tokens}
    rest = [t for t in range(len(said.reading.tokens)) if t not in named]
    found = [t for t in rest if said.reading.tokens[t].folded in draft.phrases.halves]
    return said.reading.words(tuple(found[:1])) if len(found) > 1 and said.lines else ""


def _category(draft: Draft, said: Said) -> tuple[str, ...]:
    """What can be had of a kind that was named: “a drink”."""
    items = [i for i in draft.menu.items if i.available and i.category]
    found = choose(roots(said.words.said), {i.category: (i.category,) for i in items})
    return tuple(i.id for i in items if i.category == found[0])[:_MOST_OPTIONS] if len(found) == 1 else ()


def _lines(draft: Draft, clause: Clause, said: Said) -> bool:
    if clause.corrects and _said_again(draft, said):
        return True
    lines = fill_open_combo(draft, said) if draft.cart.lines else said.lines
    done = len(lines) < len(said.lines)
    referred = [r for r in lines if edits.is_reference(draft, r)]
    loose = said.loose
    if said.lines and said.strays:  # how many of something that is not on the menu
        loose = tuple(p for p in loose if p.kind != "quantity")
    for read in lines:
        among = read.determiner in _AMONG and not _is_share(read, lines, referred)
        if read in referred or (among and edits.is_reference(draft, read)):
            done = edits.refer(draft, read, said) or done
            loose = tuple(p for p in loose if not _belongs(read, p)) if len(lines) == 1 else loose
            continue
        done = _line(draft, clause, read, said, alone=len(lines) == 1) or done
    if loose and not _no_amount(draft, said):
        put = edits.edit_best(draft, only_loose(said, loose))
        if not put and not _left_over(draft, said):
            return done
        done = done or put
    return done


def _belongs(read: ReadLine, part: LoosePart) -> bool:
    """Whether what stands beside a line that was pointed at may be about it: a size of another dish is not."""
    return part.kind != "variation" or any(item == read.line.item for item, _ in part.values)


def _is_share(read: ReadLine, lines: Sequence[ReadLine], referred: Sequence[ReadLine]) -> bool:
    """“Two lattes, one of them decaf”: the grammar has taken the one from the two that are ordered here already."""
    own = item_tokens(read)
    return read.determiner == "partitive" and any(
        own & item_tokens(other) and other not in referred for other in lines[: lines.index(read)]
    )


def _said_again(draft: Draft, said: Said) -> bool:
    """“Sorry, one latte and one mocha” after two lattes: what was ordered last is said again, and more."""
    group = draft.focus[0] if draft.focus else ()
    again = [r for r in said.lines if any(draft.cart.lines[i].item == r.line.item for i in group)]
    if len(said.lines) <= 1 or not again or draft.changed or draft.phrases.find("adds", said.words):
        return False
    for read in said.lines:
        held = next((i for i in group if draft.cart.lines[i].item == read.line.item), None) if read in again else None
        if held is None:
            draft.add(read.line, _causes(read, said))
            continue
        line = applied(draft.menu, draft.cart.lines[held], Parts(read.line.variation, read.line.modifiers))
        draft.change(Target(Place(held)), line, _causes(read, said), quantity=read.line.quantity)
    return True


def _no_amount(draft: Draft, said: Said) -> bool:
    """Whether a lone number is a time or an address rather than how many: “at 6”, beside words nobody explains."""
    if only_number(said) is None:
        return False
    first = min(said.loose[0].tokens)
    before = said.reading.tokens[first - 1].folded if first else ""
    return before in draft.phrases.clock or bool(said.strays)


def _left_over(draft: Draft, said: Said) -> bool:
    """Loose words that fit nothing in the cart: say so, with what they were."""
    words = " ".join(said.reading.words(p.tokens) for p in said.loose)
    real = [p for p in said.loose if p.kind != "quantity" and not p.negation]
    if real:
        draft.open(Point("which_line" if not draft.cart.lines else "not_on_item", words))
    elif any(p.kind == "quantity" for p in said.loose) and not draft.cart.lines:
        draft.open(Point("which_line", words))
    return False


def _line(draft: Draft, clause: Clause, read: ReadLine, said: Said, *, alone: bool) -> bool:
    if clause.corrects and alone and _corrected(draft, read, said):
        return True
    if read.determiner == "another" and not read.line.slots:
        held = edits.held_line(draft, read)
        if held is not None and not said.loose and not _other_size(draft, read, held):
            line = draft.cart.lines[held]
            new = applied(draft.menu, line, Parts(read.line.variation, read.line.modifiers))
            return draft.add(new.with_quantity(read.line.quantity), said.causes)
    if _completes(draft, read, said) or (alone and _of_another_size(draft, clause, read, said)):
        return True
    line = _sized(draft, read, said)
    if _is_owned(draft, read, said) and _half_named(draft, read, said):
        # "Bring it to my flat": half a name of something that nobody has ordered yet is no order.
        draft.open(Point("propose", _causes(read, said)[0], (line.item,), line))
        return True
    draft.add(line, _causes(read, said))
    return True


def _of_another_size(draft: Draft, clause: Clause, read: ReadLine, said: Said) -> bool:
    """“Large lassis” after two lassis of no size: those, and not one more."""
    held = [i for i, line in enumerate(draft.cart.lines) if line.item == read.line.item]
    line = draft.cart.lines[held[0]] if len(held) == 1 else None
    if line is None or line.quantity == 1 or line.variation is not None or read.line.variation is None:
        return False
    named = {w for name in names_of(draft.menu, read.line.item) for w in name.casefold().split()}
    said_of = [said.reading.tokens[t].folded for t in item_tokens(read)]
    several = any(w not in named and {stem(w), w.removesuffix("s")} & named for w in said_of)
    if not several or read.determiner != "none" or draft.phrases.find("adds", clause.words):
        return False
    return edits.merge(draft, held[0], read, said)


def _other_size(draft: Draft, read: ReadLine, held: int) -> bool:
    """“Another chai, a small one” beside a large one with a shot: one of its own, not the same again."""
    size = read.line.variation
    return size is not None and size != draft.cart.lines[held].variation


def _completes(draft: Draft, read: ReadLine, said: Said) -> bool:
    """“A kilo of tomatoes” where tomatoes lack their size, "Earl Grey" where a tea lacks its kind: no second line."""
    item = draft.menu.items_by_id.get(read.line.item)
    if item is None or draft.question is None or draft.phrases.find("adds", said.words):
        return False
    lacking = [i for i in draft.recent() if draft.cart.lines[i] in draft.before
               and draft.cart.lines[i].item == read.line.item and _supplies(draft, read.line, i)]  # fmt: skip
    return bool(lacking) and edits.merge(draft, lacking[0], read, said, quantity=read.line.quantity > 1)


def _supplies(draft: Draft, line: Line, index: int) -> bool:
    """Whether a line says a size or a choice without which the one in the cart cannot be ordered."""
    said = {m.group for m in line.modifiers if m.pre_modifier != "no"}
    return any(
        line.variation is not None if missing.kind == "variation" else missing.kind == "modifier" and missing.id in said
        for missing in rules.missing_choices(draft.menu, draft.cart.lines[index : index + 1])
    )


def _is_owned(draft: Draft, read: ReadLine, said: Said) -> bool:
    """Whether it is somebody's: "my flat"."""
    first = min(item_tokens(read), default=None)
    return first is not None and bool(draft.phrases.lists["owned"].fullmatch(said.reading.tokens[first].folded + " "))


def _half_named(draft: Draft, read: ReadLine, said: Said) -> bool:
    """Whether some words of an item's name were said, and not all of any of its names."""
    tokens = {t for c in read.causes if c.part in {"item", "combo", "variation"} for t in c.tokens}
    heard = roots(said.reading.words(tuple(sorted(tokens))))
    names = [roots(name) for name in names_of(draft.menu, read.line.item)]
    some = any(close(word, n) for word in heard for name in names for n in name)
    return some and not any(all(any(close(word, n) for word in heard) for n in name) for name in names)


def _sized(draft: Draft, read: ReadLine, said: Said) -> Line:
    """The line without a size that was called bigger than any: "extra large" of something that ends at large."""
    tokens = said.reading.tokens
    sizes = [t for c in read.causes if c.part == "variation" for t in c.tokens]
    caused = {t for c in read.causes for t in c.tokens}
    before = min(sizes) - 1 if sizes else -1
    if before >= 0 and before not in caused and tokens[before].folded in draft.phrases.beyond:
        draft.open(Point("not_on_item", said.reading.words((before, *sizes)), (read.line.item,)))
        return replace(read.line, variation=None)
    return read.line


def _causes(read: ReadLine, said: Said) -> tuple[str, ...]:
    tokens = tuple(sorted({t for c in read.causes for t in c.tokens}))
    return (said.reading.words(tokens),) if tokens else said.causes


def _corrected(draft: Draft, read: ReadLine, said: Said) -> bool:
    """“A medium americano, no, sorry, a large americano”: what was said last is said again."""
    recent = draft.recent()
    if not recent or draft.phrases.find("adds", said.words):
        return False
    index = recent[0]
    if _only_one(draft, read, said) and existing.part_of_last(draft, said, sized=True):
        return True  # "I mean a large one, no ice": no other dish, though the words alone would be one
    if not draft.changed:
        held = edits.held_line(draft, read)
        says = bool(read.line.variation or read.line.modifiers) and read.determiner == "none"
        counts = read.determiner == "number"
        again = held is not None and (counts or (read.determiner != "another" and (held == index or says)))
        return again and edits.merge(draft, held or 0, read, said)
    if draft.cart.lines[index].item == read.line.item:
        return edits.merge(draft, index, read, said)
    if draft.marks and not _added_last(draft, index):
        return False
    return edits.replace_item(draft, Target(Place(index)), read, said)


def _only_one(draft: Draft, read: ReadLine, said: Said) -> bool:
    """Whether nothing but "one" names a line."""
    beside = {t for c in read.causes if c.part in {"variation", "modifier"} for t in c.tokens}
    named = {said.reading.tokens[t].folded for t in item_tokens(read) - beside}
    ones = {said.reading.tokens[t].folded for t in range(len(said.reading.tokens))} & draft.phrases.one_words
    return bool(ones) and named <= {*draft.phrases.one_words, "a", "an"}


def _added_last(draft: Draft, index: int) -> bool:
    return draft.cart.lines[index] not in draft.before
