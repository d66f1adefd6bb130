"""Lines said without their item: "three lattes, one decaf", "a large cheese and a small pepperoni pizza"."""

from __future__ import annotations

from itertools import islice

from assistant.understanding import combos
from assistant.understanding.drafts import Draft, permitted, takes_all
from assistant.understanding.edges import NO_SIZES
from assistant.understanding.grammar import Grammar
from assistant.understanding.measures import is_unit
from assistant.understanding.repeats import AGAIN
from assistant.understanding.shares import counted_out, distributed, kind_of_its_own, listed, one_each
from assistant.understanding.tokens import stem

_SHARED = 0.15
_TWO = 2
_PARALLEL = -0.3  # "a small and a large coffee"
_KINDS_ALIKE = -0.15
_OWNER = 0.35
_SAME_AGAIN = 0.45
_ROUND = 2  # so many others of one kind
_PARTLY = 0.1
_KIN = 0.5
_FLAVOUR = -0.4
_AS_SAID = 0.06
_NOBODY = 1.2
_BARE_NUMBER = 0.4
_ALIKE = 0.12
_SHAPES = frozenset({"size", "container", "number", "pre_modifier", "portion"})


def with_heads(
    grammar: Grammar, lines: tuple[Draft, ...], said: tuple[str, ...], bounds: tuple[str, ...]
) -> tuple[list[Draft], float]:
    """Give each headless draft its item where the message shows it; the rest stay headless. And what that costs.

    `said` are the folded words of the message, `bounds` what stands before each of them.
    """
    drafts = list(lines)
    cost = combos.completed(grammar, drafts) + combos.shared(drafts) + one_each(grammar, drafts)
    cost += listed(grammar, drafts, said) + counted_out(grammar, drafts) + distributed(grammar, drafts, said, bounds)
    drafts = [kind_of_its_own(grammar, d, said) if d.note == "share" else d for d in drafts]
    drafts = [_plainly(grammar, d, said) if d.determiner == "another" else d for d in drafts]
    for i, draft in enumerate(drafts):
        if draft.items or draft.combo:
            continue
        if not draft_has_shape(draft):
            cost += _BARE_NUMBER if len(drafts) > 1 and draft.quantity and not draft.parts else 0.0
            continue
        following = next((d for d in drafts[i + 1 :] if d.items or d.combo), None)
        previous = next((d for d in reversed(drafts[:i]) if d.items), None)
        if (
            following is not None
            and following.items
            and following.connector in ("and", ",", "")
            and _fits(grammar, following.item, draft)
            and not (previous is not None and _rather_like(grammar, previous, draft, following, (said, bounds)))
        ):
            # "A plain and a bacon cheeseburger": of which kind the plain one is, nobody said.
            drafts[i] = draft._replace(items=following.items[:1], doubtful=draft.plain_one)
            cost += _PARALLEL if draft.variations and following.variations else _SHARED
            # "A lamb and a chicken madras": the lamb is no samosa with lamb.
            cost += _KINDS_ALIKE if _as_kinds(draft, following) else 0.0
            continue
        if previous is not None and _another_kind(previous, draft):
            drafts[i] = draft._replace(items=previous.items[:1])
            cost += _FLAVOUR
            continue
        owner = _owner(grammar, draft, said)
        if owner:
            # "A chocolate one without" beside shakes is no brownie because only that takes a chocolate sauce.
            named = any(d.item for d in drafts) and not draft.variations
            owned = draft._replace(items=((owner, 0.0),), doubtful=named and owner not in {d.item for d in drafts})
            drafts[i] = kind_of_its_own(grammar, owned, said)
            # "A latte with oat and another one plain": no plain bagel.
            cost += _OWNER + (_NOBODY if draft.determiner == "another" and previous is not None else 0.0)
        elif previous is not None and _fits(grammar, previous.item, draft):
            # "A korma with chicken and prawns": whether that is one or two, nobody knows.
            bare = draft.quantity is None and draft.determiner == "none"
            unsure = bare or not _coordinated(grammar, previous, draft)
            drafts[i] = draft._replace(items=previous.items[:1], doubtful=unsure)
            if draft.determiner == "another":
                drafts[i] = _alike(previous, drafts[i])
            cost += _SAME_AGAIN
        else:
            cost += _NOBODY
    return [_in_pieces(grammar, _of_their_kind(grammar, d, drafts)) for d in drafts], cost


def _of_their_kind(grammar: Grammar, draft: Draft, drafts: list[Draft]) -> Draft:
    """Beside two milk teas or more and nothing else, "one taro" is a milk tea rather than a slush."""
    items = grammar.menu.items_by_id
    others = [items[d.item].category for d in drafts if d.items and d is not draft]
    if len(others) < _ROUND or len(set(others)) > 1 or not draft.items or draft.items[0][1] < _PARTLY:
        return draft
    kin = [i for i in draft.items if items[i[0]].category == others[0] and i[1] < draft.items[0][1] + _KIN]
    if len(kin) != 1 or kin[0] == draft.items[0]:
        return draft
    return draft._replace(items=((kin[0][0], draft.items[0][1]), *(i for i in draft.items[1:] if i[0] != kin[0][0])))


def _plainly(grammar: Grammar, draft: Draft, said: tuple[str, ...]) -> Draft:
    """Take "another one plain" for one that has nothing, though bagels come plain as well."""
    part = draft.parts[0] if len(draft.parts) == 1 and not draft.variations else None
    words = part.tokens if part is not None else () if draft.parts else draft.variation_tokens
    if draft.items or len(words) != 1 or (part is not None and part.pre is not None):
        return draft
    if not any(m.value == "plain" for m in grammar.knowledge.closed.get((said[words[0]],), ())):
        return draft
    introduced = (*draft.determiner_tokens, *words)
    return draft._replace(
        parts=(), variations=NO_SIZES, variation_tokens=(), determiner_tokens=introduced, note="plain"
    )


def _as_kinds(draft: Draft, following: Draft) -> bool:
    """Whether nothing but a size or kind is said of one, and of the next one another, before its name."""
    own, other = draft.variation_of(following.item), following.variation_of(following.item)
    before = bool(following.head and following.variation_tokens) and following.variation_tokens < following.head
    return own is not None and other is not None and own[0] != other[0] and not draft.parts and before


def _rather_like(
    grammar: Grammar, previous: Draft, draft: Draft, following: Draft, words: tuple[tuple[str, ...], tuple[str, ...]]
) -> bool:
    """Whether a line without a name is another of what stands before it, though what comes could be meant as well.

    "A scone with jam and another one plain, and a tea"; "a large matcha and a medium, and two teas".
    """
    if not _fits(grammar, previous.item, draft):
        return False
    if draft.determiner == "another" or (draft.note == "plain" and bool(previous.parts)):
        return True
    said, bounds = words
    between = slice(draft.tokens[-1] + 1, following.tokens[0] + 1)
    # "A large mocha and a medium as well as a latte": what "and" joins is nearer.
    apart = draft.connector == "and" and grammar.knowledge.plain_ands.isdisjoint(said[between])
    own, other = draft.variation_of(following.item), following.variation_of(following.item)
    alike = own is not None and other is not None and own[0] == other[0]
    ended = "." in bounds[between] or apart or alike or not following.variations
    return bool(draft.variations and previous.variations) and ended


def _alike(previous: Draft, draft: Draft) -> Draft:
    """Another of what stands before it is in the same size, unless it was given its own."""
    draft = draft._replace(head=previous.head)
    if draft.variations:
        return draft
    return draft._replace(variations=previous.variations, variation_tokens=previous.variation_tokens)


def _another_kind(previous: Draft, draft: Draft) -> bool:
    """Whether both are counted and come in kinds: "two vanilla yogurts and one strawberry" are no strawberries."""
    counted = previous.quantity is not None and draft.quantity is not None and bool(draft.quantity_tokens)
    if not counted or previous.parts or draft.parts or not previous.variations:
        return False
    own = draft.variation_of(previous.item)
    return own is not None and own[1] <= _AS_SAID and own != previous.variation_of(previous.item)


def _coordinated(grammar: Grammar, previous: Draft, draft: Draft) -> bool:
    """Whether a draft is plainly another of the same: it differs from the one before in what that has too."""
    if draft.partitive or draft.portion or draft.note in ("share", AGAIN) or draft.determiner == "another":
        return True
    if not draft.parts:
        return bool(previous.variations or draft.note == "plain") if draft.variations else draft.note == "plain"
    if draft.connector == "with" and (draft.quantity or 1) > max(previous.quantity or 1, 1):
        return False  # "a latte with three shots" is no three more
    first = draft.parts[0]
    if first.lead == "with" or first.pre == "no":
        return bool(previous.parts or (previous.variations and draft.variations))
    groups = {refs[0][0][0] for p in previous.parts if (refs := permitted(grammar, previous.item, p))}
    own = {refs[0][0][0] for p in draft.parts if (refs := permitted(grammar, previous.item, p))}
    return any(grammar.groups[g].max == 1 for g in groups & own)


def _in_pieces(grammar: Grammar, draft: Draft) -> Draft:
    """A number that is one of the item's sizes is that size: "a half dozen oatmeal" of cookies."""
    size = grammar.counts_of.get(draft.item, {}).get(draft.quantity or 0)
    if size is None or draft.variations or draft.head:
        return draft
    return draft._replace(
        variations={draft.item: (size, 0.0)}, variation_tokens=draft.quantity_tokens, quantity=None, quantity_tokens=()
    )


def draft_has_shape(draft: Draft) -> bool:
    """Whether a draft was introduced as a line: by a number, a size or an article, not by toppings alone."""
    introduced = draft.quantity is not None or draft.variations or draft.determiner in ("indefinite", "another")
    return bool(introduced and (draft.variations or draft.parts or draft.note == "plain"))


def _fits(grammar: Grammar, item: str, draft: Draft) -> bool:
    if not takes_all(grammar, item, draft.parts):
        return False
    return not draft.variations or draft.variation_of(item) is not None


def _owner(grammar: Grammar, draft: Draft, said: tuple[str, ...]) -> str:
    """The one item that can be meant by a size and toppings: the only one that takes them, or the only plain one."""
    if not draft.parts:
        return _only_one_so(grammar, draft, said)
    refs = frozenset(ref for ref, _ in draft.parts[0].candidates)
    taking = (i for i, allowed in grammar.modifiers_of.items() if not refs.isdisjoint(allowed))
    able = list(islice((i for i in taking if _fits(grammar, i, draft)), _TWO))
    if len(able) == 1:
        return able[0]
    # Of several only the plain ones are looked at: on a large menu very many may have what was said.
    plain = [i for i in grammar.bases if _fits(grammar, i, draft)] if able and draft.variations else []
    return plain[0] if len(plain) == 1 else ""


def _only_one_so(grammar: Grammar, draft: Draft, said: tuple[str, ...]) -> str:
    """The one item that comes in what was named as a thing: "an earl grey"; sizes and containers name nothing."""
    if not draft.variations:
        return ""
    best = min(cost for _, cost in draft.variations.values())
    near = [i for i, (_, cost) in draft.variations.items() if cost < best + _OWNER]
    stems = tuple(stem(said[t]) for t in draft.variation_tokens)
    if len(near) != 1 or best > _ALIKE:
        return ""
    closed = grammar.knowledge.closed
    shapes = [m for w in (stems, *((s,) for s in stems)) for m in closed.get(w, ()) if m.kind in _SHAPES]
    measured = shapes or is_unit(stems, grammar.knowledge) or any(s.isdigit() for s in stems)
    return "" if measured else near[0]
