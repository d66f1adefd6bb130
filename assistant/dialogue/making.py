"""“Make it large”, “make that two”, “I meant the other one”: what lines of the cart shall become."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import called, edits, existing, references
from assistant.dialogue.clauses import without_lead
from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import Place
from assistant.dialogue.saying import hear
from assistant.dialogue.words import words_of

if TYPE_CHECKING:
    from assistant.dialogue.clauses import Clause
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.phrases import Found
    from assistant.dialogue.words import Words

_WISHED = 3  # words that may stand before the pronoun of a wish: "my son wants both iced"


def make(draft: Draft, frame: Found, clause: Clause) -> bool:
    """“Make it large”, “make that two”, “make the margherita thin crust”."""
    if not draft.cart.lines:
        return False
    if "line" in frame.slots:
        return make_line(draft, frame.slots["line"])
    new = frame.slots["new"]
    if "old" in frame.slots:
        targets = edits.targets_of(draft, frame.slots["old"])
        return bool(targets) and edits.edit(draft, targets, hear(draft, new))
    return counted(draft, new) or _make_pronoun(draft, frame, clause, new)


def _make_pronoun(draft: Draft, frame: Found, clause: Clause, new: Words) -> bool:
    """“Make it …”, “I meant …”: a line of the cart said again, another item, or parts."""
    ref = pronoun_in(draft, clause)
    named = references.leading(draft, without_lead(draft.phrases, clause.words).part(1, len(clause.words)))
    if named and named[0].names and named[1] and ref is not None and ref.kind in {"both", "all"}:
        return edit_ref(draft, *named)  # "make both rices boiled"
    targets = references.resolve(draft, ref) if ref else []
    said = hear(draft, new)
    if said.lines:
        held = edits.held_line(draft, said.lines[0])
        if held is not None:
            done = edits.merge(draft, held, said.lines[0], said)
            for read in said.lines[1:]:  # "make that two donuts, one ube and one matcha"
                draft.add(read.line, said.causes)
            return done
        if not targets and frame.pattern.startswith(("(it's", "i meant", "(should")):
            targets = edits.targets_of(draft, words_of("it"))
        return bool(targets) and edits.edit(draft, targets[-1:], said)
    if ref is None or (ref.kind == "one" and not ref.names):
        return edits.edit_best(draft, said)
    return edits.edit(draft, targets, said)


def counted(draft: Draft, words: Words) -> bool:
    """“Three slices”, “two of those combos”: a number, then what the line mentioned last is called anyway."""
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
        if called.is_item_name(draft, Place(index), names):
            return edits.set_quantity(draft, Target(Place(index)), number, (words.said,))
    return False


def pronoun_in(draft: Draft, clause: Clause) -> references.Ref | None:
    """The pronoun at the head of a clause, or right after its first word ("make it")."""
    bare = without_lead(draft.phrases, clause.words)
    somebody = draft.phrases.lists["subject"].match(bare.keys)  # "she wants it decaf", "my son wants both iced"
    for start in range(_WISHED + 1) if somebody else (0, 1):
        rest = bare.part(start, len(bare))
        size = draft.phrases.prefix("pron", rest)
        if size and not references.is_part_name(draft, rest.part(0, size)):
            return references.pronoun(draft, rest.part(0, size))
    return None


def make_line(draft: Draft, words: Words) -> bool:
    """“Make the margherita thin crust”: lines that are named, and what they shall be."""
    if existing.one_by_one(draft, words):
        return True
    found = references.leading(draft, words)
    if found is not None and not found[1] and (fewer := references.whole(draft, words.part(0, len(words) - 1))):
        found = fewer, words.part(len(words) - 1, len(words))  # the last word is what they shall be
    if found is not None and found[1]:
        targets = references.resolve(draft, found[0])
        return edits.plain(draft, targets, found[1]) or edits.edit(draft, targets, hear(draft, found[1]))
    said = hear(draft, words)
    if len(said.lines) == 1:
        held = edits.held_line(draft, said.lines[0])
        if held is not None:
            read = said.lines[0]
            if read.determiner in {"both", "all", "each", "partitive"}:
                return edits.refer(draft, read, said)
            return edits.merge(draft, held, read, said)
    return not said.lines and not said.empty and edits.edit_best(draft, said)


def _but_some(draft: Draft, words: Words) -> tuple[Words, int, Words]:
    """“Large, one without ice”: what all get, and how many get what besides."""
    for position in range(1, len(words) - 2):
        number = draft.phrases.number(words.words[position + 1].key)
        if words.words[position].key == "," and number is not None:
            return words.part(0, position), number, words.part(position + 2, len(words))
    return words, 0, words.part(0, 0)


def edit_ref(draft: Draft, ref: references.Ref, new: Words) -> bool:
    """Put what was said on the servings that a reference means; answers whether it could."""
    targets = references.resolve(draft, ref)
    new, some, besides = _but_some(draft, new)
    said = hear(draft, new)
    if not targets or said.empty:
        return False
    if some and besides and edits.edit(draft, targets, said):
        draft.close_clause()
        return edit_ref(draft, references.Ref("count", some), besides)
    if said.lines and not (said.loose and len(said.lines) == 0) and len(targets) > 1:
        return edits.edit(draft, targets, replace(said, lines=said.lines))
    if said.strays and not said.loose:
        return False
    return edits.edit(draft, targets, said)
