"""Words of which the grammar of the menu is not certain what they name: taken, offered, or asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue.options import choose, close, names_of, roots
from assistant.dialogue.points import Point
from assistant.dialogue.saying import hear, item_tokens, parts_of
from assistant.dialogue.words import words_of
from core.orders.lines import Line

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.saying import Said
    from assistant.understanding.reading import ReadLine, Unclear

_NAMED_BY = 2


def more_exactly(draft: Draft, said: Said) -> Said:
    """“A naan, garlic”: the one dish that the doubtful words and the name just before them are called together."""
    for unclear in said.unclear:
        before = [r for r in said.lines if item_tokens(r) and max(item_tokens(r)) < min(unclear.tokens)]
        if unclear.kind != "item" or len(unclear.options) != 1 or not before:
            continue
        read = max(before, key=lambda r: max(item_tokens(r)))
        tokens = tuple(sorted({*item_tokens(read), *unclear.tokens}))
        heard = {w for w in roots(said.reading.words(tokens)) if w not in draft.phrases.everyday}
        if any(set(roots(name)) == heard for name in names_of(draft.menu, unclear.options[0])):
            exact = replace(read, line=replace(read.line, item=unclear.options[0]))
            lines = tuple(exact if r is read else r for r in said.lines)
            return replace(said, lines=lines, unclear=tuple(u for u in said.unclear if u is not unclear))
    return said


def off_the_menu(draft: Draft, said: Said) -> Said:
    """“A cinnamon roll” where bagels come with cinnamon: a kind before a name that nobody sells is no order of it."""
    left, glue = set(said.reading.unexplained), draft.phrases.lists["glue"]

    def known(read: ReadLine) -> bool:
        tokens = {t for c in read.causes for t in c.tokens}
        behind = max(tokens, default=-1) + 1
        if behind not in left or said.reading.tokens[behind].folded in draft.phrases.everyday:
            return True
        kinds = {t for c in read.causes if c.part in {"variation", "modifier"} for t in c.tokens}
        heard = (said.reading.tokens[t].folded for t in item_tokens(read) - kinds)
        return any(draft.phrases.number(w) is None and not glue.fullmatch(f"{w} ") for w in heard)

    return replace(said, lines=tuple(r for r in said.lines if known(r))) if left and said.strays else said


def settle(draft: Draft, said: Said) -> None:
    """Take what can hardly be anything else, offer what was guessed, ask between what it may be."""
    for unclear in said.unclear:
        words = said.reading.words(unclear.tokens)
        if unclear.kind != "item":
            draft.open(Point("not_on_item", words, options=unclear.options))
            continue
        guess = unclear.guess.line if unclear.guess else None
        named = _named_option(draft, words, unclear.options)
        if named is not None:
            number = next((p.quantity for p in said.loose if p.kind == "quantity"), 1)
            draft.add(Line(named, guess.quantity if guess else number), (words,))
        elif (
            guess is not None
            and len(unclear.options) == 1
            and (_told(draft, said, unclear) or _named(draft, said, unclear))
        ):
            draft.add(guess, (words,))
        elif guess is not None and len(unclear.options) == 1:
            draft.open(Point("propose", words, (guess.item,), guess))
        else:
            template = Line(unclear.options[0], guess.quantity if guess else 1)
            draft.open(Point("which", words, line=template, options=unclear.options))


def _told(draft: Draft, said: Said, unclear: Unclear) -> bool:
    """Whether every word of a line is written so in what the line is called, and says nothing of the lines beside it.

    Nothing is left of the name but a diet: "a brownie" is the vegan one where there is no other.
    """
    if unclear.guess is None:
        return False
    line, tokens = unclear.guess.line, said.reading.tokens
    called = {w for name in (*names_of(draft.menu, line.item), *_parts_called(draft, line)) for w in roots(name)}
    free = (*draft.phrases.everyday, *draft.phrases.one_words)
    content = [w for t in unclear.tokens for w in roots(tokens[t].folded) if w not in free]
    content = [w for w in content if draft.phrases.number(w) is None]
    if not content or not all(w in called for w in content):
        return False
    words = words_of(said.reading.words(unclear.tokens))
    beside = hear(draft, words)
    return not any(
        parts_of(draft, read.line.item, beside).choices for read in said.lines if read.line.item != line.item
    )


def _named(draft: Draft, said: Said, unclear: Unclear) -> bool:
    """Whether the dish is named in full, and what is doubtful of it is asked about anyway."""
    heard = set(roots(said.reading.words(unclear.tokens)))
    return bool(said.strays) and any(set(roots(n)) <= heard for n in names_of(draft.menu, unclear.options[0]))


def _parts_called(draft: Draft, line: Line) -> list[str]:
    """The names of the size and of what is on a line."""
    item = draft.menu.items_by_id.get(line.item)
    size = item.variation(line.variation) if item else None
    names = [size.name, *size.aliases] if size else []
    for choice in line.modifiers:
        group = draft.menu.groups_by_id.get(choice.group)
        modifier = group.modifier(choice.modifier) if group else None
        names += [modifier.name, *modifier.aliases] if modifier else []
    return names


def _named_option(draft: Draft, words: str, options: tuple[str, ...]) -> str | None:
    """The only option that more than one of the words name, when they name it wholly."""
    said = [w for w in roots(words) if w not in draft.phrases.everyday and draft.phrases.number(w) is None]
    found = choose(said, {o: names_of(draft.menu, o) for o in options})
    if len(found) != 1 or len(set(said)) < _NAMED_BY:
        return None
    named = [n for name in names_of(draft.menu, found[0]) for n in roots(name)]
    return found[0] if all(any(close(w, n) for n in named) for w in said) else None
