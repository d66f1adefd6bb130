"""The choice of a menu that says no to all of a group: "No ice"."""

from __future__ import annotations

from assistant.understanding.edges import Candidate
from assistant.understanding.grammar import Grammar
from assistant.understanding.knowledge import stems_of
from assistant.understanding.lexicon import Ref

_NONE = frozenset({"no", "without", "0", "zero"})


def choice_of_none(grammar: Grammar, ref: Ref) -> Ref | None:
    """The choice that says no to all of a group: "No ice" for "hold the ice"."""
    denied = set(stems_of(grammar.modifiers[ref].name)) | set(stems_of(grammar.groups[ref[0]].name))
    for modifier in grammar.groups[ref[0]].modifiers:
        for name in (modifier.name, *modifier.aliases):
            first, *rest = stems_of(name) or ("",)
            if first in _NONE and set(rest) <= denied and rest:
                return ref[0], modifier.id
    return None


def all_denied(grammar: Grammar, senses: tuple[Candidate, ...]) -> Ref | None:
    """The choice of none where a "no" is said of all choices of a group that knows no "no": "hold the ice"."""
    groups = {ref[0] for ref, _ in senses}
    if len(senses) == 1 or len(groups) > 1 or "no" in grammar.groups[senses[0][0][0]].pre_modifiers:
        return None
    return choice_of_none(grammar, senses[0][0])
