"""Some of what was counted: "three lattes, one decaf", "six donuts: two glazed, four plain"."""

from __future__ import annotations

from assistant.understanding import knowledge as words
from assistant.understanding import naming
from assistant.understanding.drafts import Draft, Part, permitted, takes_all
from assistant.understanding.grammar import Grammar
from assistant.understanding.repeats import AGAIN
from assistant.understanding.tokens import stem

_ALIKE = 0.12
_LEFT_OVER = 0.3
_WHOLE = -0.4
_COUNTED_OUT = -0.3


def listed(grammar: Grammar, drafts: list[Draft], said: tuple[str, ...]) -> float:
    """Put kinds that are named one by one in the place of their number: "three donuts: glazed, jelly, cream"."""
    for at, counted in enumerate(drafts):
        number = counted.quantity or 1
        if not counted.items or number < 2 or len(counted.parts) > 1 or at + number > len(drafts):  # noqa: PLR2004
            continue
        whole = counted._replace(generic=counted.generic or _called_by_category(grammar, counted, said))
        if whole.parts:
            bare = whole._replace(parts=())
            others = drafts[at + 1 : at + number]
            if whole.generic and len(others) == number - 1 and all(_is_kind(grammar, bare, d) for d in others):
                drafts[at] = drafts[at]._replace(doubtful=True)  # "three pizzas: pepperoni, margherita and veggie"
            continue
        kinds = drafts[at + 1 : at + 1 + number]
        more = drafts[at + 1 + number : at + 2 + number]
        if len(kinds) < number or not all(_is_kind(grammar, whole, d) for d in kinds):
            continue
        if more and _is_kind(grammar, whole, more[0]):
            continue
        first = kinds[0]
        words = (*first.determiner_tokens, *whole.quantity_tokens)
        kinds = [d._replace(variations=whole.variations, variation_tokens=whole.variation_tokens) for d in kinds]
        kinds[0] = kinds[0]._replace(determiner_tokens=words, head=(*whole.head, *first.head))
        drafts[at : at + 1 + number] = kinds
        return _COUNTED_OUT
    return 0.0


def one_each(grammar: Grammar, drafts: list[Draft]) -> float:
    """Give each unit its own where as many are listed of what one can have one of: "two teas, mint and green"."""
    for at, whole in enumerate(drafts):
        number = whole.quantity or 0
        if not whole.items or number < 2 or not whole.parts:  # noqa: PLR2004
            continue
        last = whole.parts[-1]
        refs = permitted(grammar, whole.item, last)
        others = drafts[at + 1 : at + number]
        if not refs or last.pre is not None or grammar.groups[refs[0][0][0]].max != 1 or len(others) < number - 1:
            continue
        if not all(_same_choice(grammar, whole.item, refs[0][0][0], d) for d in others):
            continue
        common = whole.parts[:-1]
        first = whole._replace(quantity=1, quantity_tokens=(), determiner_tokens=(
            *whole.determiner_tokens, *whole.quantity_tokens))  # fmt: skip
        rest = [
            whole._replace(quantity=1, quantity_tokens=(), determiner_tokens=(), parts=(*common, *d.parts))
            for d in others
        ]
        drafts[at : at + number] = [first, *rest]
        return _COUNTED_OUT
    return 0.0


def _same_choice(grammar: Grammar, item: str, group: str, draft: Draft) -> bool:
    bare = not (draft.items or draft.combo or draft.quantity or draft.variations)
    if not bare or len(draft.parts) != 1 or draft.parts[0].pre is not None:
        return False
    refs = permitted(grammar, item, draft.parts[0])
    return bool(refs) and refs[0][0][0] == group


def _is_kind(grammar: Grammar, whole: Draft, draft: Draft) -> bool:
    if not draft.items or draft.quantity is not None or draft.determiner not in ("none", "definite"):
        return False
    return draft.item == whole.item or bool(_kinds(grammar, whole, draft))


def _fills(grammar: Grammar, before: Draft, line: Draft) -> bool:
    """Whether a counted line is rather some of what a box holds: "a dozen donuts, six glazed, …"."""
    return bool(before.combo) and any(line.item in s.items and s.quantity > 1 for s in grammar.slots_of[before.combo])


def distributed(grammar: Grammar, drafts: list[Draft], said: tuple[str, ...], bounds: tuple[str, ...]) -> float:
    """Split a line of several units over the drafts that describe some of them each. Changes `drafts`."""
    cost = 0.0
    i = 0
    while i < len(drafts) - 1:
        whole = drafts[i]
        i += 1
        if not whole.items or not whole.quantity or whole.quantity < 2 or whole.note == "share":  # noqa: PLR2004
            continue
        if i > 1 and _fills(grammar, drafts[i - 2], whole):
            continue
        whole = whole._replace(generic=whole.generic or _called_by_category(grammar, whole, said))
        shares: list[int] = []
        number = left = whole.quantity or 0
        for j in range(i, len(drafts)):
            share = drafts[j]
            apart = share.items and "." in bounds[whole.tokens[-1] + 1 : share.tokens[0] + 1]
            apart = apart or (not shares and share.connector != "," and _of_the_next(share, drafts[j + 1 : j + 2]))
            if apart or not _is_share(grammar, whole, share) or (share.quantity or 1) > left:
                break
            left -= share.quantity or 1
            shares.append(j)
        kinds = [j for j in shares if drafts[j].items and not (drafts[j].partitive and drafts[j].item == whole.item)]
        others = left or len(shares) == 1 or drafts[shares[0]].connector == "and"
        if kinds and (others or _named_in_full(grammar, whole, said)):
            # Other things than those counted: only where the numbers add up are they kinds of them.
            shares = [j for j in shares if j < kinds[0]]
            left = number - sum(drafts[j].quantity or 1 for j in shares)
        if not shares or (len(shares) == 1 and _another(drafts[shares[0]], left)):
            continue
        cost += _LEFT_OVER if left and not any(drafts[j].partitive for j in shares) else _WHOLE
        for j in shares:
            same = drafts[j].items and j not in kinds
            drafts[j] = _share_of(grammar, whole, drafts[j]._replace(items=()) if same else drafts[j])
        if left:
            counted = tuple(t for j in shares for t in (drafts[j].quantity_tokens or drafts[j].determiner_tokens))
            drafts[i - 1] = drafts[i - 1]._replace(
                quantity=left, quantity_tokens=(*whole.quantity_tokens, *counted), note="rest"
            )
        else:
            # Its number is the sum of the shares: proof of it stays with the first.
            first = drafts[shares[0]]
            drafts[shares[0]] = first._replace(determiner_tokens=(*first.determiner_tokens, *whole.quantity_tokens))
            del drafts[i - 1]
            i -= 1
    return cost


def _of_the_next(share: Draft, following: list[Draft]) -> bool:
    """Whether a size is rather of what is named next in another: "and two large and one small milk tea"."""
    if share.items or share.parts or share.partitive or not share.variations or not following:
        return False
    own, other = (d.variation_of(following[0].item) for d in (share, following[0]))
    return own is not None and other is not None and own[0] != other[0]


def _another(share: Draft, left: int) -> bool:
    """Whether a single share is rather another line: "two teas with ice and two regular", "and one green tea"."""
    if left:
        return not share.partitive and share.items != ()
    return share.note == "plain"


def _named_in_full(grammar: Grammar, whole: Draft, said: tuple[str, ...]) -> bool:
    """Whether what was counted was told from others of its kind: of two plant burgers none is a beef burger."""
    words_of_it = {stem(said[t]) for t in whole.head}
    name = words.stems_of(grammar.menu.items_by_id[whole.item].name)
    return not whole.generic and len(name) > 1 and words_of_it == set(name)


def _called_by_category(grammar: Grammar, whole: Draft, said: tuple[str, ...]) -> bool:
    """Whether things are counted by a word for all of their kind, though one is called so: "three large pizzas"."""
    words_of_it = {stem(said[t]) for t in whole.head}
    heads = naming.heads_of(grammar.menu.items_by_id[whole.item].category)
    same = {w for h in heads for other in grammar.knowledge.foods.same.get((h,), ()) if len(other) == 1 for w in other}
    return words_of_it <= heads | same


def counted_out(grammar: Grammar, drafts: list[Draft]) -> float:
    """Put the shares in the place of what was named without a number: "salmon, two fillets", "chips: two plain"."""
    cost = 0.0
    i = 0
    while i < len(drafts) - 1:
        whole = drafts[i]
        i += 1
        if not whole.items or whole.combo or whole.determiner not in ("none", "definite") or whole.quantity:
            continue
        shares: list[int] = []
        for j in range(i, len(drafts)):
            share = drafts[j]
            several = whole.generic or (len(whole.items) > 1 and whole.items[1][1] < whole.items[0][1] + _ALIKE)
            kind = bool(share.items) and several and bool(_kinds(grammar, whole, share))
            one = share.determiner == "indefinite" and bool(shares)
            if (share.quantity is None and not one) or share.partitive or share.portion or share.combo:
                break
            if not kind and (share.items or not _is_share(grammar, whole._replace(quantity=99), share)):
                break
            shares.append(j)
        if not shares or drafts[shares[0]].connector not in (",", ".", ""):
            continue
        for j in shares:
            drafts[j] = _share_of(grammar, whole, drafts[j])
        del drafts[i - 1]
        i += len(shares) - 1
        cost += _COUNTED_OUT
    return cost


def _share_of(grammar: Grammar, whole: Draft, share: Draft) -> Draft:
    return share._replace(
        items=_kinds(grammar, whole, share) if share.items else whole.items,
        head=(*whole.head, *share.head),
        quantity=share.quantity or 1,
        variations=share.variations or whole.variations,
        variation_tokens=share.variation_tokens or whole.variation_tokens,
        parts=_joint(whole, share),
        generic=False,
        note="share",
    )


def kind_of_its_own(grammar: Grammar, share: Draft, said: tuple[str, ...]) -> Draft:
    """The item that a modifier of a share names with the head: of four naans, "one garlic" is a garlic naan."""
    if len(share.parts) != 1 or share.parts[0].pre is not None or not share.item or share.parts[0].lead == "with":
        return share
    name = words.stems_of(grammar.menu.items_by_id[share.item].name)
    part = share.parts[0]
    kind = {stem(said[t]) for t in part.tokens}
    named = (kind | set(name[-1:]), kind | set(name))
    for item in grammar.menu.items:
        if any(set(words.stems_of(n)) in named for n in (item.name, *item.aliases)):
            return share._replace(items=((item.id, 0.0),), parts=(), head=(*share.head, *part.tokens))
    return share


def _kinds(grammar: Grammar, whole: Draft, share: Draft) -> tuple[tuple[str, float], ...]:
    """The items of a share that may be among those counted: "six burgers: three classics and three garden burgers"."""
    if whole.parts or (whole.variations and not whole.generic):
        return ()
    if whole.variations and whole.variation_of(share.item) is None:
        return ()
    alike = {i for i, c in whole.items if whole.generic or c < whole.items[0][1] + _ALIKE}
    alike -= {whole.item} if len(alike) == 1 else set()
    items = grammar.menu.items_by_id
    shelf = {s for s in share.items if items[s[0]].category == items[whole.item].category}
    found = tuple(s for s in share.items if s[0] in alike and (not shelf or s in shelf))
    if found:
        return found
    head = set(words.stems_of(items[whole.item].name)[-1:])
    item = items[share.item]
    named = any(head & set(words.stems_of(name)) for name in (item.name, *item.aliases))
    if not named and not (whole.generic and shelf):
        return ()
    return tuple(s for s in share.items if s in shelf) or share.items


def _is_share(grammar: Grammar, whole: Draft, share: Draft) -> bool:
    if share.combo or share.note == AGAIN:
        return False
    if share.items and not (share.partitive and share.item == whole.item):
        introduced = share.quantity is not None or share.determiner in ("indefinite", "another")
        return introduced and bool(_kinds(grammar, whole, share))
    if share.quantity is None and share.determiner not in ("indefinite", "another"):
        return False
    said = share.parts or share.variations or share.note == "plain" or share.items or share.portion
    apart = whole.variations and share.variations and whole.variation_tokens != share.variation_tokens
    if not said or (apart and not share.partitive):
        return False  # but "all large" is said of both
    if share.variations and share.variation_of(whole.item) is None:
        return False
    return takes_all(grammar, whole.item, _joint(whole, share))


def _joint(whole: Draft, share: Draft) -> tuple[Part, ...]:
    """What was said of all and what of the share; "all with ice" is said of both."""
    return (*whole.parts, *(p for p in share.parts if p not in whole.parts))
