"""A "no" where only one can be had: the choice of a menu that says it of all ("No ice"), a "no" besides a choice."""

from __future__ import annotations

from assistant.understanding.drafts import Part
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


def denied_besides(grammar: Grammar, denied: Ref, part: Part, taken: Part) -> bool:
    """Whether a "no" that the menu knows is said besides a choice: "seaweed and no chili", "no chili, with seaweed".

    In "not on white, on rye" it only makes room for the other.
    """
    if part.instead or not part.negation or "no" not in grammar.groups[denied[0]].pre_modifiers:
        return False
    outright = max(part.negation) + 1 == min(part.tokens)  # "not with soy, with oat" asks for oat
    return max(taken.tokens) < min(part.negation) or (taken.lead == "with" and outright)
