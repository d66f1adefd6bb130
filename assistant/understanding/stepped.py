"""Amounts that a shop sells as choices of their own: "no ice", "less ice", "얼음 많이" of a group of ices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.understanding.knowledge import Knowledge, Stems, stems_of

if TYPE_CHECKING:
    from assistant.understanding.drafts import Part
    from assistant.understanding.grammar import Grammar
    from assistant.understanding.lexicon import Ref

_NONE = frozenset({"no", "without", "0", "zero"})
_AMOUNTS = frozenset({"pre_modifier", "amount_after"})
_DENIALS = frozenset({"negation", "denied_after"})


def choice_of_amount(grammar: Grammar, ref: Ref, amount: str) -> Ref | None:
    """The choice of the same group that is so much of the same thing; `amount` is "no", "light", "regular" or "extra".

    The words of the amount stand before or after the thing in its name, as the menu's language has it.
    """
    group = grammar.groups[ref[0]]
    named = set(stems_of(grammar.modifiers[ref].name)) | set(stems_of(group.name))
    for modifier in group.modifiers:
        for name in (modifier.name, *modifier.aliases):
            stems = stems_of(name)
            for said, thing in ((stems[:1], stems[1:]), (stems[-1:], stems[:-1])):
                if thing and set(thing) <= named and _says(grammar.knowledge, said, amount):
                    return ref[0], modifier.id
    return None


def step_of(grammar: Grammar, ref: Ref, part: Part) -> Ref | None:
    """The choice that is so much of what was named, where the group has one and no such pre-modifier."""
    if part.pre is None or part.pre in grammar.groups[ref[0]].pre_modifiers:
        return None
    return choice_of_amount(grammar, ref, part.pre)


def is_free(grammar: Grammar, ref: Ref) -> bool:
    """Whether a choice costs nothing where others do, so that it may be what comes by itself."""
    others = grammar.groups[ref[0]].modifiers
    return not grammar.modifiers[ref].price.amount and any(m.price.amount for m in others)


def _says(knowledge: Knowledge, said: Stems, amount: str) -> bool:
    meanings = knowledge.closed.get(said, ())
    if amount == "no":
        return said[0] in _NONE or said[0] in knowledge.negative or any(m.kind in _DENIALS for m in meanings)
    return any(m.kind in _AMOUNTS and m.value == amount for m in meanings)
