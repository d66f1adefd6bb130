"""“The bigger pack”, “el más grande”: a size by how big it is, where no size of the item is called so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.dialogue.options import roots, variation_options

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.state import Question
    from assistant.dialogue.words import Words

_BOTH_ENDS = 2


def at_the_end(draft: Draft, question: Question, words: Words) -> str | None:
    """The dearest size for the biggest, the cheapest for the smallest; None when words or prices do not tell."""
    item = draft.menu.items_by_id.get(question.subject)
    bigger, smaller = (n in draft.phrases.lists and draft.phrases.is_in(n, words) for n in ("bigger", "smaller"))
    if question.kind != "variation" or item is None or not (bigger or smaller):
        return None
    named = {r for names in variation_options(draft.menu, item.id).values() for n in names for r in roots(n)}
    sizes = sorted((v for v in item.variations if v.id in question.options), key=lambda v: v.price)
    if named & set(roots(words.said)) or len({v.price for v in sizes}) < max(_BOTH_ENDS, len(sizes)):
        return None
    return sizes[-1 if bigger else 0].id
