"""Acts that change lines of the cart, each from a frame that fits a clause; a handler may decline a frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import edits, existing, references, removals
from assistant.dialogue.clauses import Clause, listed, without_lead, without_tail
from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import Parts, Place, applied
from assistant.dialogue.making import counted, edit_ref, make, pronoun_in
from assistant.dialogue.offered import asked_size
from assistant.dialogue.options import choose, roots
from assistant.dialogue.orders import order
from assistant.dialogue.points import Point
from assistant.dialogue.rather import instead
from assistant.dialogue.repeating import again, same_on
from assistant.dialogue.saying import hear, names_item, only_number, parts_of, said_of
from assistant.dialogue.sharing import shared_out
from assistant.dialogue.words import words_of
from core.orders.lines import Choice, Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.dialogue.draft import Draft
    from assistant.dialogue.phrases import Found
    from assistant.dialogue.saying import Said
    from assistant.dialogue.words import Words


_PAIR = 2


def _same(draft: Draft, frame: Found, clause: Clause) -> bool:
    count = _count(draft, frame)
    if not draft.cart.lines or ("n" in frame.slots and count is None):
        return False
    if "new" not in frame.slots and same_on(draft, clause.words):
        return True
    if "old" in frame.slots:  # "the same burger": not what was mentioned last
        named = edits.targets_of(draft, words_of(f"the {frame.slots['old'].said}"))
        draft.mention([t.place.line for t in named[:1]] or _of_kind(draft, frame.slots["old"])[:1])
    return again(draft, count or 1, _with_its_lead(draft, frame, clause), (clause.words.said,))


def _of_kind(draft: Draft, words: Words) -> list[int]:
    """The lines of what the menu lists under the words: "the same curry"."""
    kinds = {i.id: (i.category,) for i in draft.menu.items if i.category}
    meant = choose(roots(words.said), kinds)
    return [i for i in draft.recent() if draft.cart.lines[i].item in meant]


def _with_its_lead(draft: Draft, frame: Found, clause: Clause) -> Words | None:
    """What is different, with the "without" before it."""
    new = frame.slots.get("new")
    if new is None:
        return None
    before = next((n for n, w in enumerate(clause.words.words) if w.start == new.words[0].start), 0) - 1
    lead = clause.words.part(max(before, 0), before + 1)
    is_lead = bool(lead) and draft.phrases.lists["detail"].fullmatch(lead.keys)
    return clause.words.part(before, before + 1 + len(new)) if is_lead else new


def _count(draft: Draft, frame: Found) -> int | None:
    said = frame.slots.get("n")
    if said is None or len(said) != 1:
        return None
    return draft.phrases.number(said.words[0].key)


def _total(draft: Draft, frame: Found, clause: Clause) -> bool:
    if "one" in frame.slots:  # "un seul cappuccino"
        return bool(draft.cart.lines) and _set_only(draft, frame, clause)
    return bool(draft.cart.lines) and edits.total(draft, frame.slots["new"])


def _less(draft: Draft, frame: Found, clause: Clause) -> bool:
    count = _count(draft, frame) if "n" in frame.slots else 1
    return count is not None and removals.fewer(draft, frame.slots.get("old"), count, (clause.words.said,))


def _keep_only(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """“Take off everything but the garlic”."""
    parts = listed(draft.phrases, frame.slots["keep"])
    kept = {t.place.line for part in parts for t in edits.targets_of(draft, part)}
    gone = [Target(Place(i)) for i in range(len(draft.cart.lines)) if i not in kept]
    return bool(kept and gone) and removals.remove_targets(draft, gone, (frame.slots["keep"].said,))


def _putback(draft: Draft, frame: Found, clause: Clause) -> bool:
    old, new = frame.slots["old"], frame.slots.get("new")
    done = removals.restore(draft, old) or removals.back(draft, old) or existing.part_of_last(draft, hear(draft, old))
    if done and new:  # "keep the chicken but mild"
        draft.close_clause()
        order(draft, Clause(new, corrects=clause.corrects))
    return done


def _change(draft: Draft, frame: Found, _clause: Clause) -> bool:
    new, old = frame.slots["new"], frame.slots["old"]
    if " not " in frame.pattern:
        held = words_of(f"the {old.said}")
        if any(w.key == "," for w in new.words) or (hear(draft, new).lines and not edits.targets_of(draft, held)):
            return False  # "a latte with oat not dairy" is one more, and "the decaf, not the regular one" only points
        old = held if edits.targets_of(draft, held) else old
    if draft.cart.lines and edits.other_share(draft, hear(draft, new), hear(draft, frame.slots["old"])):
        return True
    if draft.cart.lines and (_changed_on_some(draft, old, new) or edits.change(draft, old, new)):
        return True
    # In the place of what never came into the cart: it was not to be had.
    aside = "instead of" in frame.pattern and bool(hear(draft, new).lines) and not edits.targets_of(draft, old)
    return aside and order(draft, Clause(new)) == "order"


def _changed_on_some(draft: Draft, old: Words, new: Words) -> bool:
    """“Swap the pudding for jelly in one of them”: on the servings that stand at the end, and on no other."""
    if found := existing.trailing(draft, new):
        return edits.change(draft, old, found[1].words, found[0])
    found = existing.trailing(draft, old)  # "jelly rather than pudding in hers"
    return found is not None and edits.change(draft, found[1].words, new, found[0])


def _instead(draft: Draft, frame: Found, _clause: Clause) -> bool:
    return bool(draft.cart.lines) and instead(draft, frame.slots["new"], frame.slots.get("extra"))


def _aside(draft: Draft, _frame: Found, clause: Clause) -> bool:
    """“On the side”: about the modifier that was chosen last."""
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


def _pronoun_behind(draft: Draft, clause: Clause) -> references.Ref | None:
    """The pronoun that ends a clause: "sans oignons tous les deux"."""
    bare = without_tail(draft.phrases, clause.words)
    for start in range(1, len(bare)):
        rest = bare.part(start, len(bare))
        if draft.phrases.is_in("both", rest) or draft.phrases.is_in("all", rest):
            return references.pronoun(draft, rest)
    return None


def _remove(draft: Draft, frame: Found, clause: Clause) -> bool:
    if not draft.cart.lines:
        return False
    where = frame.slots.get("ref")
    if where is not None and not edits.targets_of(draft, where):
        return False
    old, rest = _until_detail(draft, frame.slots["old"])
    if draft.phrases.prefix("pron", old) and _takes_back(draft, clause, old):
        return False
    if not removals.remove(draft, old, where):
        return False
    if rest:
        order(draft, Clause(rest))
    return True


def _takes_back(draft: Draft, clause: Clause, old: Words) -> bool:
    """“Scratch that, a medium one”, “scratch that a grande chai”: what follows is said in the place of it."""
    return any(w.key == "," for w in old.words) or (clause.corrects and not edits.targets_of(draft, old))


def _until_detail(draft: Draft, words: Words) -> tuple[Words, Words]:
    """“The onion, extra pickles”: what is taken off, and the details after it that are not."""
    for position, word in enumerate(words.words[:-1]):
        rest = words.part(position + 1, len(words))
        if position and (word.key == "," or word.key in draft.phrases.joiners) and draft.phrases.prefix("detail", rest):
            return words.part(0, position), rest
    return words, words.part(0, 0)


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
        ref = pronoun_in(draft, clause)
        if ref is None:
            behind = _pronoun_behind(draft, clause)
            return behind is not None and edit_ref(draft, behind, frame.slots["new"])
        found = references.leading(draft, without_lead(draft.phrases, clause.words))
        if found and found[0].names:
            ref = found[0]
            return bool(found[1]) and edit_ref(draft, ref, found[1])
        if any(said.determiner == "definite" for said in hear(draft, clause.words).lines):
            return False  # "das Croissant" names a dish: the word before it is its article, nothing else
    return ref is not None and edit_ref(draft, ref, frame.slots["new"])


def _addto(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """“Bacon on both”, “honey in my americano”."""
    place = without_tail(draft.phrases, frame.slots["ref"])
    ref = references.whole(draft, place) or references.bare_count(draft, place) or references.by_name(draft, place)
    if ref is None or not draft.cart.lines:
        return False
    heard = hear(draft, frame.slots["new"])
    targets = existing.able(draft, ref, heard)
    said = said_of(draft, (edits.item_at(draft, t) for t in targets), heard)
    if not targets or heard.empty or said.strays:
        return False
    if any(p.negation or p.pre_modifier == "no" for p in said.loose) and len(targets) == 1 and targets[0].units is None:
        return removals.remove_parts(draft, said, targets)
    return edits.edit(draft, targets, replace(said, lines=()) if said.loose else said)


def _twice(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """“Double the lassi”: a dish that is named; what can be double on a dish is no dish."""
    old = words_of(f"the {frame.slots['old'].said}")
    held = [] if edits.is_modifier(draft, old) else [t for t in edits.targets_of(draft, old) if t.place.slot is None]
    if len(held) != 1:
        return False
    return edits.set_quantity(draft, held[0], 2 * draft.cart.lines[held[0].place.line].quantity, (old.said,))


def _so_many(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """“No more avocados, just two”: so many there shall be."""
    count = _count(draft, frame)
    held = [t for t in edits.targets_of(draft, words_of(f"the {frame.slots['old'].said}")) if t.place.slot is None]
    return count is not None and bool(held) and edits.set_quantity(draft, held[-1], count, (frame.slots["old"].said,))


def _more(draft: Draft, frame: Found, _clause: Clause) -> bool:
    count = _count(draft, frame) if "n" in frame.slots else 1
    if not draft.cart.lines or count is None:
        return False
    return edits.more(draft, frame.slots["new"], count)


def _set_only(draft: Draft, frame: Found, _clause: Clause) -> bool:
    """“Just two muffins”: fewer of what is in the cart already."""
    new = frame.slots["new"] if "new" in frame.slots else words_of(f"1 {frame.slots['one'].said}")
    said = hear(draft, new)
    return existing.part_of_last(draft, said) or _fewer(draft, new, said)


def _fewer(draft: Draft, new: Words, said: Said) -> bool:
    number = only_number(said)
    recent = draft.recent()
    if number is not None and recent and number < draft.cart.lines[recent[0]].quantity:
        return edits.set_quantity(draft, Target(Place(recent[0])), number, said.causes)
    alone = said.lines[0] if len(said.lines) == 1 else None
    the_one = alone and (alone.determiner == "definite" or edits.held_line(draft, alone) is None)
    if the_one or (said.unclear and not said.lines):
        return counted(draft, new)  # "just the one rice"
    if _says_only_parts(draft, said):
        return edits.edit_best(draft, said)
    if len(said.lines) != 1 or said.loose or said.lines[0].determiner != "number":
        return False
    held = edits.held_line(draft, said.lines[0])
    if held is None or draft.cart.lines[held].quantity <= said.lines[0].line.quantity:
        return False
    return edits.merge(draft, held, said.lines[0], said)


def _says_only_parts(draft: Draft, said: Said) -> bool:
    """“Just buffalo”, “a double is plenty”: a size or a choice, of what was mentioned last, and no dish by name."""
    recent = draft.recent()
    if not recent or said.unclear or said.strays or only_number(said) is not None:
        return False
    item = draft.cart.lines[recent[0]].item
    own = all(read.line.item == item and read.determiner == "none" and not names_item(read) for read in said.lines)
    return own and bool((parts := parts_of(draft, item, replace(said, lines=()))).choices or parts.variation)


def _take_it(draft: Draft, _frame: Found, clause: Clause) -> bool:
    """“I'll take it”: what was asked about last, in the size that was asked about."""
    if not draft.offered or draft.question or draft.changed:
        return False
    line = Line(draft.offered[0], 1, asked_size(draft))
    if len(draft.offered) > 1:
        draft.open(Point("which", options=draft.offered, line=line))
        return True
    return draft.add(line, (clause.words.said,)) or True


def _share(draft: Draft, frame: Found, _clause: Clause) -> bool:
    return bool(draft.cart.lines) and shared_out(draft, frame.slots["line"])


def _each(draft: Draft, frame: Found, clause: Clause) -> bool:
    """“Two of each”: so many of both lines there are; of more, nobody knows which are meant."""
    count = _count(draft, frame)
    if len(draft.cart.lines) != _PAIR or count is None or (draft.question and draft.question.kind == "which"):
        return False
    every = [Target(Place(i)) for i in range(len(draft.cart.lines))]
    return all(edits.set_quantity(draft, target, count, (clause.words.said,)) for target in every)


EDITS: dict[str, Callable[[Draft, Found, Clause], bool]] = {
    "same": _same,
    "total": _total,
    "keep_only": _keep_only,
    "less": _less,
    "putback": _putback,
    "change": _change,
    "instead": _instead,
    "aside": _aside,
    "each": _each,
    "share": _share,
    "make": make,
    "remove": _remove,
    "tentative": _tentative,
    "refwith": _refwith,
    "addto": _addto,
    "more": _more,
    "twice": _twice,
    "so_many": _so_many,
    "set_only": _set_only,
    "take_it": _take_it,
}
