"""The choice of a menu that says no to all of a group: "No ice"."""

from __future__ import annotations

from assistant.understanding.edges import Candidate
from assistant.understanding.grammar import Grammar
from assistant.understanding.lexicon import Ref
from assistant.understanding.stepped import choice_of_amount


def all_denied(grammar: Grammar, senses: tuple[Candidate, ...]) -> Ref | None:
    """The choice of none where a "no" is said of all choices of a group that knows no "no": "hold the ice"."""
    groups = {ref[0] for ref, _ in senses}
    if len(senses) == 1 or len(groups) > 1 or "no" in grammar.groups[senses[0][0][0]].pre_modifiers:
        return None
    return choice_of_amount(grammar, senses[0][0], "no")
