"""A clause about lines that are in the cart already, however much it sounds like ordering."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import called, edits, references, removals, sharing
from assistant.dialogue.clauses import trim, without_tail
from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import Place, applied
from assistant.dialogue.options import modifier_options, names_of, roots
from assistant.dialogue.saying import Said, as_parts, hear, parts_of, said_of
from assistant.dialogue.words import words_of

if TYPE_CHECKING:
    from assistant.dialogue.clauses import Clause
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words

_SEVERAL = 2


def about_the_cart(draft: Draft, words: Words, said: Said) -> bool:
    """Change a line that the clause fits without naming a new one, or take something off it; answers whether it did."""
    if draft.phrases.lists["detail"].match(words.keys):
        said = said_of(draft, [draft.cart.lines[draft.recent()[0]].item], said)
    if _details(draft, words, said) and edits.edit_best(draft, replace(said, lines=())):
        return True
    if _adds_to_last(draft, words, said):
        return edits.edit(draft, [Target(Place(draft.recent()[0]))], replace(said, lines=()))
    return (said.empty or _denied(draft, said)) and _no_longer(draft, words)


def about_some(draft: Draft, clause: Clause, words: Words) -> bool:
    """“One with lychee”, of two in the cart: one of them, unless the clause orders it."""
    if draft.phrases.find("order", clause.words) or draft.phrases.find("adds", clause.words):
        return False
    if sharing.shared_out(draft, words):
        return True
    found = references.some_of(draft, words)
    if found is None:
        return False
    said = hear(draft, found[1])
    if said.empty or said.lines or said.unclear or said.strays:
        return False
    if not draft.phrases.lists["detail"].match(found[1].keys) and any(p.kind != "modifier" for p in said.loose):
        return False  # "one large" is one more
    return edits.edit(draft, found[0], said)


def about_first(draft: Draft, words: Words) -> bool:
    """Change the line that the clause begins by pointing at; answers whether it did."""
    found = references.leading(draft, words)
    if found is not None and one_by_one(draft, words):
        return True
    return found is not None and _pointed(draft, words, *found)


def _as_many(draft: Draft, words: Words, ref: references.Ref) -> bool:
    """“Two of those”, where there are fewer: so many there shall be."""
    if ref.kind != "count" or not ref.number:
        return False
    meant = [p.line for p in references.named(draft, ref) if p.slot is None] if ref.names else draft.recent()[:1]
    if len(meant) != 1 or ref.number <= draft.cart.lines[meant[0]].quantity:
        return False
    return edits.set_quantity(draft, Target(Place(meant[0])), ref.number, (words.said,))


def one_by_one(draft: Draft, words: Words) -> bool:
    """“The madras hot, the korma mild”: each line is pointed at with what shall become of it."""
    for position, word in enumerate(words.words):
        if word.key != "," and word.key not in draft.phrases.joiners:
            continue
        left, right = words.part(0, position), trim(draft.phrases, words.part(position, len(words)))
        first, second = references.leading(draft, left), references.leading(draft, right)
        if not (first and second and second[0].names and references.resolve(draft, second[0])):
            continue
        if first[1] and hear(draft, first[1]).empty:
            continue
        draft.mark()
        if _pointed(draft, left, *first):
            draft.close_clause()
            if about_first(draft, right):
                return True
        draft.back()
    return False


def _pointed(draft: Draft, words: Words, ref: references.Ref, rest: Words) -> bool:
    """“The mocha small”, “one of the lattes with soy”: a reference, then what shall become of it."""
    ends = not rest or bool(draft.phrases.tail.fullmatch(rest.keys))
    if ends and _as_many(draft, words, ref):
        return True
    targets = references.resolve(draft, ref)
    if not targets:
        return False
    if ends:
        if ref.kind in {"one", "them"} and not ref.names:
            return False
        draft.mention(t.place.line for t in targets)
        return True
    become = draft.phrases.prefix("becomes", rest) if "becomes" in draft.phrases.lists else 0
    said = said_of(draft, (edits.item_at(draft, t) for t in targets), hear(draft, rest.part(become, len(rest))))
    other = said.empty or (said.lines and (ref.bare or not said.loose))
    if other and not become and _orders_more(draft, targets, said):
        return False
    return edits.edit(draft, targets, said)


def about_last(draft: Draft, words: Words) -> bool:
    """“Warm up both croissants”, “no ice in the lemonade”: what shall become of a reference at the end.

    “Oat in the large and soy in the small” is two of them.
    """
    for position, word in enumerate(words.words):
        if word.key not in draft.phrases.joiners and word.key != ",":
            continue
        left, right = words.part(0, position), words.part(position + 1, len(words))
        first, second = trailing(draft, left), trailing(draft, right)
        if first and second:
            return _put(draft, first) and _put(draft, second)
        if first and (_put_one_by_one(draft, first, right) or _and_besides(draft, first, right)):
            return True
    found = trailing(draft, words) or trailing(draft, _pronoun_last(draft, words))
    return found is not None and _put(draft, found)


def _pronoun_last(draft: Draft, words: Words) -> Words:
    """“Toast them all with butter” as "toast with butter them all"; the words as they are when no detail follows."""
    for position in range(1, len(words) - 1):
        rest = words.part(position, len(words))
        size = max(draft.phrases.prefix(name, rest) for name in ("all", "both", "them"))
        after = rest.part(size, len(rest))
        if size and after and draft.phrases.prefix("detail", after):
            return words_of(f"{words.part(0, position).said} {after.said} {rest.part(0, size).said}")
    return words


def _put_one_by_one(draft: Draft, first: tuple[list[Target], Said], right: Words) -> bool:
    """“Guac on one and cheese on the other”: what the second points at is there when the first is done."""
    draft.mark()
    if _put(draft, first):
        draft.close_clause()
        second = trailing(draft, right)
        if second and _put(draft, second):
            return True
    draft.back()
    return False


def _and_besides(draft: Draft, first: tuple[list[Target], Said], right: Words) -> bool:
    """“Chicken on the salad, no croutons”: what follows is about the same serving."""
    said = hear(draft, right) if draft.phrases.lists["detail"].match(right.keys) else None
    if said is None or len(first[0]) > 1 or said.empty or said.lines or said.unclear or said.strays:
        return False
    item = draft.serving(first[0][0].place).item
    if len(parts_of(draft, item, said).choices) != len(said.loose):
        return False
    if first[0][0].units is None:
        return _put(draft, first) and _put(draft, (first[0], said))
    words = words_of(f"{first[1].words.said}, {right.said}")
    return _put(draft, (first[0], replace(first[1], loose=(*first[1].loose, *said.loose), words=words)))


def trailing(draft: Draft, words: Words) -> tuple[list[Target], Said] | None:
    """A reference at the end of the words that means something in the cart, and what is said of it."""
    phrases = draft.phrases
    for position in range(1, len(words)):
        rest = words.part(position, len(words))
        onto = phrases.lists["onto"].fullmatch(f"{words.words[position - 1].key} ")
        counted = references.bare_count(draft, without_tail(phrases, rest)) if onto else None
        starts = ("pron", "definite", "definite_both", "count_of")
        begun = any(phrases.prefix(name, rest) for name in starts) or references.is_definite(draft, rest)
        if counted is None and not begun:
            continue
        ref = counted or references.whole(draft, without_tail(phrases, rest))
        new = words.part(0, position)
        while new and phrases.lists["onto"].fullmatch(f"{new.words[-1].key} "):
            new = new.part(0, len(new) - 1)
        said = hear(draft, new) if ref and new else None
        targets = able(draft, ref, said) if ref and said else []
        if not targets:
            continue
        said = said_of(draft, (edits.item_at(draft, t) for t in targets), said) if said else None
        if said is None or said.strays or _orders_more(draft, targets, said):
            continue
        return targets, said
    return None


def able(draft: Draft, ref: references.Ref, said: Said) -> list[Target]:
    """The servings that a reference means; "both" may be the two that the words fit, if not all mentioned are."""
    targets = references.resolve(draft, ref)
    if ref.kind not in {"both", "all"} or (targets and all(not _orders_more(draft, [t], said) for t in targets)):
        return targets
    every = [Target(Place(i)) for i in range(len(draft.cart.lines))]
    fit = [t for t in every if not _orders_more(draft, [t], said)]
    units = sum(draft.cart.lines[t.place.line].quantity for t in fit)
    return fit if ref.kind == "all" or units == _SEVERAL or len(fit) == _SEVERAL else targets


def _put(draft: Draft, found: tuple[list[Target], Said]) -> bool:
    targets, said = found
    if any(p.negation or p.pre_modifier == "no" for p in said.loose) and targets[0].units is None:
        return removals.remove_parts(draft, said, targets)
    return edits.edit(draft, targets, _counted_part(said))


def _counted_part(said: Said) -> Said:
    """“Two ranch dips with those”: the number is of the dips."""
    numbers = [p for p in said.loose if p.kind == "quantity"]
    counted = [
        p for p in said.loose if p.kind == "modifier" and numbers and min(p.tokens) == max(numbers[0].tokens) + 1
    ]
    if len(numbers) != 1 or not counted:
        return said
    rest = (replace(p, quantity=numbers[0].quantity) if p is counted[0] else p for p in said.loose if p not in numbers)
    return replace(said, loose=tuple(rest))


def _details(draft: Draft, words: Words, said: Said) -> bool:
    """Whether a clause says more about something ordered before: "with extra cheese", "no onions"."""
    if not draft.phrases.lists["detail"].match(words.keys):
        return False
    return not said.strays and all(r.determiner == "none" for r in said.lines)


def _adds_to_last(draft: Draft, words: Words, said: Said) -> bool:
    """“Add avocado”: on the sandwich that was mentioned last, though half the name of a dish is that too."""
    if len(said.lines) != 1 or said.loose or said.unclear or said.strays or "puts" not in draft.phrases.lists:
        return False
    read, item = said.lines[0], draft.cart.lines[draft.recent()[0]].item
    puts = draft.phrases.prefix("puts", words) or _is_modifier_of(draft, item, words)
    if read.determiner != "none" or read.line.item == item or not puts:
        return False
    heard = set(roots(said.words.said))
    whole = any(set(roots(name)) <= heard for name in names_of(draft.menu, read.line.item))
    return not whole and not edits.names_other(draft, item, said)


def part_of_last(draft: Draft, said: Said, *, sized: bool = False) -> bool:
    """“Regular cheese is fine”, “six piece is plenty”: all of it is parts of the dish mentioned last.

    `sized` when a size among them is of the dish itself: "a large one, no ice".
    """
    recent = draft.recent()
    if not recent or (said.loose and not said.lines and not said.strays):
        return False
    line = draft.cart.lines[recent[0]]
    parts = as_parts(draft, line.item, said)
    if not parts or (said.lines and said.lines[0].line.item == line.item):
        return False
    if line.variation is not None and parts.choices and not sized:
        parts = replace(parts, variation=None)  # of "regular cheese" the cheese is regular
    return draft.change(Target(Place(recent[0])), applied(draft.menu, line, parts), said.causes)


def _is_modifier_of(draft: Draft, item: str, words: Words) -> bool:
    """“Iced”, after a latte: all the words are what can be had on the dish mentioned last."""
    said = roots(without_tail(draft.phrases, words).said)
    return any(roots(n) == said for names in modifier_options(draft.menu, item).values() for n in names)


def _denied(draft: Draft, said: Said) -> bool:
    """“No lamb madras”: the one dish that was read is in the cart, and nothing of it was taken for refused."""
    held = {line.item for line in draft.cart.lines}
    return len(said.lines) == 1 and said.lines[0].line.item in held and not (said.lines[0].line.modifiers or said.loose)


def _no_longer(draft: Draft, words: Words) -> bool:
    """“No toast”: a line of the cart that is not wanted any more."""
    negative = draft.phrases.lists["negative"].match(words.keys)
    if negative is None:
        return False
    rest = words.part(len(words.at(negative.span())), len(words))
    named = references.Ref("named", None, tuple(w.key for w in without_tail(draft.phrases, rest).words))
    places = [p for p in references.named(draft, named) if p.slot is None] if named.names else []
    places = [p for p in places if any(called.is_item_name(draft, p, (n,)) for n in named.names)]
    return bool(places) and removals.remove_targets(draft, [Target(places[0])], (words.said,))


def _orders_more(draft: Draft, targets: list[Target], said: Said) -> bool:
    """Whether the words after a reference are a line of their own, not parts of what was referred to."""
    return all(
        edits.kin(draft, t, said) is None
        and not (parts := parts_of(draft, draft.serving(t.place).item, said)).choices
        and not parts.variation
        for t in targets
    )
