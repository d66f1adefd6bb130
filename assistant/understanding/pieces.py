"""What is sold in so many pieces: of "twelve wings" and "two dozen eggs" the number says the size."""

from __future__ import annotations

from assistant.understanding.drafts import Draft, Positions
from assistant.understanding.grammar import Grammar

_DOZEN = 12


def headed(grammar: Grammar, pending: Draft, items: tuple[tuple[str, float], ...], tokens: Positions) -> Draft:
    """The line to come with its name; where it is sold by the piece, its number may be one of its sizes."""
    draft = pending._replace(items=items, head=(*pending.head, *tokens))
    counts = grammar.counts_of[items[0][0]]
    if counts and draft.quantity is not None and not draft.variations:
        variation = counts.get(draft.quantity)
        if variation is not None:
            return draft._replace(
                variations={items[0][0]: (variation, 0.0)}, variation_tokens=draft.quantity_tokens,
                quantity=None, quantity_tokens=(),
            )  # fmt: skip
        dozens, rest = divmod(draft.quantity, _DOZEN)
        if dozens > 1 and not rest and _DOZEN in counts and len(draft.quantity_tokens) > 1:
            # "Two dozen eggs" where they come by the dozen.
            return draft._replace(
                variations={items[0][0]: (counts[_DOZEN], 0.0)}, variation_tokens=draft.quantity_tokens[1:],
                quantity=dozens, quantity_tokens=draft.quantity_tokens[:1],
            )  # fmt: skip
        if draft.quantity > 1 and items[0][0] not in grammar.single:
            return draft._replace(note="count")
    return draft
