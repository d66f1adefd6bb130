"""What the menu's grammar makes of a run of words, without the talk around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.dialogue.fitting import Parts, accepts, parts_for
from assistant.dialogue.options import choose, modifier_options, roots, variation_options
from assistant.dialogue.words import Words, words_of
from assistant.understanding.tokens import stem
from core.orders.lines import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.dialogue.draft import Draft
    from assistant.understanding.reading import LoosePart, Reading, ReadLine, Unclear

_DROPPED = ("same_words", "normal", "party", "reason", "beneficiary")
_DROPPED_ANYHOW = frozenset({"same_words", "normal", "party"})  # whatever number or dish is in them
_ONE_WORD = 1


@dataclass(frozen=True, slots=True)
class Said:
    """A run of words, read: lines, loose parts, unclear words, and phrases that nothing explains."""

    words: Words
    reading: Reading
    lines: tuple[ReadLine, ...]
    loose: tuple[LoosePart, ...]
    unclear: tuple[Unclear, ...]
    strays: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing of the menu was said."""
        return not (self.lines or self.loose or self.unclear)

    @property
    def causes(self) -> tuple[str, ...]:
        """The words, as said."""
        return (self.words.said,) if self.words else ()


def hear(draft: Draft, words: Words) -> Said:
    """Read a run of words with the menu's grammar, after leaving out talk that says nothing about the order."""
    bare = _bare(draft, words)
    reading = draft.read(bare.said)
    return Said(bare, reading, reading.lines, _counted(draft, reading), reading.unclear, _strays(draft, reading))


def _counted(draft: Draft, reading: Reading) -> tuple[LoosePart, ...]:
    """Loose parts without the "one" of "a large one", which counts nothing; nor the "ones" of "two red ones".

    The number before a plural of something to have on a dish is how much of that: "two shots".
    """
    loose = _amounts(reading)
    if reading.lines:
        return tuple(p for p in loose if p.kind != "quantity" or not all(_is_one(draft, reading, t) for t in p.tokens))
    if len(loose) <= _ONE_WORD:
        return loose
    reading = replace(reading, loose=loose)
    others = {t for p in reading.loose if p.kind != "quantity" for t in p.tokens}
    others |= {t for p in reading.loose if p.kind == "quantity" for t in p.tokens if not _is_one(draft, reading, t)}
    return tuple(
        p
        for p in reading.loose
        if p.kind != "quantity" or not all(_is_one(draft, reading, t) and t - 1 in others for t in p.tokens)
    )


def _amounts(reading: Reading) -> tuple[LoosePart, ...]:
    numbers = {max(p.tokens): p for p in reading.loose if p.kind == "quantity" and p.quantity > 1}
    counted: dict[LoosePart, LoosePart] = {}
    for part in reading.loose:
        number = numbers.get(min(part.tokens) - 1) if part.kind == "modifier" else None
        last = reading.tokens[max(part.tokens)].folded
        if number is not None and stem(last) != last and not part.negation and part.quantity == 1:
            counted[part] = number
    kept = (p for p in reading.loose if p not in counted.values())
    return tuple(replace(p, quantity=counted[p].quantity) if p in counted else p for p in kept)


def _is_one(draft: Draft, reading: Reading, token: int) -> bool:
    return reading.tokens[token].folded in draft.phrases.one_words


def _bare(draft: Draft, words: Words) -> Words:
    for name in _DROPPED:
        pattern = draft.phrases.drops.get(name)
        while pattern and (match := pattern.search(words.keys)) and len(words.at(match.span())) < len(words):
            gone = words.at(match.span())
            if name not in _DROPPED_ANYHOW and not _says_nothing(draft, gone):
                break
            words = words.without(match.span())
    return words


def _says_nothing(draft: Draft, words: Words) -> bool:
    """Whether a phrase names nothing on the menu."""
    reading = draft.read(words.said)
    return not (reading.lines or reading.loose or reading.unclear)


def _strays(draft: Draft, reading: Reading) -> tuple[str, ...]:
    phrases: list[list[str]] = []
    last = -2
    for position in reading.unexplained:
        token = reading.tokens[position]
        if token.folded in draft.phrases.everyday or not re.search(r"\w", token.text):
            continue
        if position == last + 1:
            phrases[-1].append(token.text)
        else:
            phrases.append([token.text])
        last = position
    return tuple(said for p in phrases if not draft.phrases.tail.fullmatch(words_of(said := " ".join(p)).keys))


def parts_of(draft: Draft, item_id: str, said: Said, had: Sequence[Choice] = ()) -> Parts:
    """What was said as parts of an item that `had` some choices.

    The words are read once more right after the item's name: so the menu's grammar attaches them under the rules of
    this item. What only makes sense alone, such as a number, comes from the loose parts.
    """
    loose, left = parts_for(draft.menu, item_id, said.loose, had)
    loose = _counted_variation(draft, item_id, loose)
    near = _beside(draft, item_id, said)
    if near and len(near.choices) >= len(loose.choices) and (near.variation or not loose.variation):
        absorbed = any(c.quantity == loose.quantity for c in near.choices) and loose.quantity != 1
        quantity = None if absorbed or (near.variation and _counts(draft, item_id, near, loose)) else loose.quantity
        return Parts(near.variation, near.choices, quantity)
    if not loose and (left or said.lines or said.unclear or said.strays):
        return by_name(draft, item_id, said)
    return loose


def _beside(draft: Draft, item_id: str, said: Said) -> Parts:
    """The parts that the words give an item when they stand beside its name."""
    item = draft.menu.items_by_id.get(item_id)
    if item is None or not said.words:
        return Parts()
    reading = draft.read(f"{item.name}, {said.words.said}")
    if len(reading.lines) != 1 or reading.lines[0].line.item != item_id or reading.loose or reading.unclear:
        return Parts()
    line = reading.lines[0].line
    own = draft.read(item.name)
    plain = own.lines[0].line if len(own.lines) == 1 else None
    choices = tuple(c for c in line.modifiers if plain is None or c not in plain.modifiers)
    variation = line.variation if plain is None or plain.variation != line.variation else None
    return Parts(variation, choices) if choices or variation else Parts()


def said_of(draft: Draft, items: Iterable[str], said: Said) -> Said:
    """What was said as nothing but parts of items already named, where it explains every word: "extra cheese".

    Alone, half of it may be half the name of a dish.
    """
    doubtful = not said.loose and (said.unclear or (said.strays and said.lines))
    if not doubtful or not all(_beside(draft, i, said) and _all_explained(draft, i, said) for i in items):
        return said
    return replace(said, lines=(), unclear=(), strays=())


def as_parts(draft: Draft, item_id: str, said: Said) -> Parts:
    """What the words are as parts of an item, where that explains every one of them; nothing otherwise."""
    parts = _beside(draft, item_id, said)
    return parts if parts and _all_explained(draft, item_id, said) else Parts()


def _all_explained(draft: Draft, item_id: str, said: Said) -> bool:
    reading = draft.read(f"{draft.menu.items_by_id[item_id].name}, {said.words.said}")
    return not _strays(draft, reading)


def _counts(draft: Draft, item_id: str, near: Parts, loose: Parts) -> bool:
    return _counted_variation(draft, item_id, Parts(quantity=loose.quantity)).variation == near.variation


def fits(draft: Draft, item_id: str, said: Said) -> int:
    """How many of the loose parts an item can take."""
    return sum(1 for part in said.loose if part.kind != "quantity" and accepts(draft.menu, item_id, part))


def _counted_variation(draft: Draft, item_id: str, parts: Parts) -> Parts:
    """“A dozen” of something that is sold by the dozen is its size, not a number of portions."""
    if parts.quantity is None or parts.variation:
        return parts
    item = draft.menu.items_by_id.get(item_id)
    if item is None or parts.quantity == _ONE_WORD:
        return parts
    for variation in item.variations:
        names = [variation.id, variation.name, *variation.aliases]
        digits = {w.key for n in names for w in words_of(n).words if w.key.isdigit()}
        whole = {draft.phrases.number(n.casefold()) for n in names}
        if str(parts.quantity) in digits or (not digits and parts.quantity in whole):
            return replace(parts, variation=variation.id, quantity=None)
    return parts


def by_name(draft: Draft, item_id: str, said: Said) -> Parts:
    """Parts found by name alone: "lemon" is a dish of its own, but on this item it is a flavour."""
    words = list(roots(said.words.said))
    variation = choose(words, variation_options(draft.menu, item_id))
    modifier = choose(words, modifier_options(draft.menu, item_id))
    if len(variation) == 1:
        return Parts(variation=variation[0])
    if len(modifier) == 1:
        group, _, modifier_id = modifier[0].partition("/")
        negative = bool(draft.phrases.lists["negative"].match(said.words.keys))
        return Parts(choices=(Choice(group, modifier_id, "no" if negative else None),))
    return Parts()


def only_loose(said: Said, loose: tuple[LoosePart, ...]) -> Said:
    """What was said without its lines, whose words have done their work."""
    if not said.lines:
        return replace(said, loose=loose)
    used = {t for read in said.lines for c in read.causes for t in c.tokens}
    own = {t for p in loose for t in (*p.tokens, *p.negation)}
    rest = tuple(t for t in range(min(own), max(own) + 1) if t not in used or t in own)
    return replace(said, words=words_of(said.reading.words(rest)), lines=(), loose=loose)


def only_number(said: Said) -> int | None:
    """The number, when nothing but a number was said."""
    if said.lines or said.unclear or len(said.loose) != _ONE_WORD or said.loose[0].kind != "quantity":
        return None
    try:
        return int(said.loose[0].values[0][1])
    except (IndexError, ValueError):
        return said.loose[0].quantity


def said_text(text: str) -> Words:
    """Words of a text of ours, such as a pressed answer."""
    return words_of(text)


def item_tokens(read: ReadLine) -> set[int]:
    """The words of a line that name its item or combo."""
    return {t for c in read.causes if c.part in {"item", "combo"} for t in c.tokens}


def names_item(read: ReadLine) -> bool:
    """Whether a word of its own names the item, rather than the size or the topping that only it has."""
    others = {t for c in read.causes if c.part in {"variation", "modifier"} for t in c.tokens}
    return bool(item_tokens(read) - others)
