"""Which lines of the cart a phrase means: "it", "both", "the second one", "one of the lattes", "the pineapple one".

The cart itself is the grammar: a phrase names a line when each of its words is found in what the line is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.dialogue.called import counted, describes, is_item_name, stems_of
from assistant.dialogue.clauses import pieces
from assistant.dialogue.draft import Target
from assistant.dialogue.fitting import Place
from assistant.dialogue.options import modifier_options, names_of, roots
from assistant.dialogue.words import Words
from assistant.understanding.scripts import without_article
from assistant.understanding.tokens import stem

if TYPE_CHECKING:
    from assistant.dialogue.draft import Draft

RefKind = Literal["one", "them", "all", "both", "ordinal", "count", "first", "latest", "named"]
_PAIR = 2
# "A latte with oat" is another one, "one latte with oat" need not be.
_ARTICLES = frozenset({"a", "an", "un", "una", "une", "ein", "eine", "einen"})
_OTHER = 0  # the ordinal of "the other one"


@dataclass(frozen=True, slots=True)
class Ref:
    """A phrase that points at the cart. `number` is the ordinal or the count; `names` the words that must fit."""

    kind: RefKind
    number: int | None = None
    names: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    plural: bool = False
    definite: bool = True
    bare: bool = False  # a noun that nothing before it makes definite


def leading(draft: Draft, words: Words) -> tuple[Ref, Words] | None:
    """A reference at the start of a clause, and what follows it."""
    size = draft.phrases.prefix("pron", words)
    if size and not is_part_name(draft, words.part(0, size)):
        ref = pronoun(draft, words.part(0, size))
        # In "den Kuchen mit Sahne" the "den" that may stand alone is an article.
        named = _named_prefix(draft, words) if ref.kind in {"one", "them"} else None
        return named or _with_item(draft, ref, words.part(size, len(words)))
    return _named_prefix(draft, words)


def whole(draft: Draft, words: Words) -> Ref | None:
    """The reference that a phrase is, when nothing is left over."""
    if not words:
        return None
    parts = pieces(words)
    if len(parts) > 1:
        return _refined(draft, parts)
    found = leading(draft, words)
    return found[0] if found and not found[1] else None


def bare_count(draft: Draft, words: Words) -> Ref | None:
    """“On one”, “on two”: that many of what was mentioned last."""
    number = (
        draft.phrases.number(words.words[0].key) if len(words) == 1 and words.words[0].key not in _ARTICLES else None
    )
    return Ref("count", number) if number else None


def pronoun(draft: Draft, words: Words) -> Ref:
    """The reference that a pronoun or the like is."""
    phrases, keys = draft.phrases, [w.key for w in words.words]
    for name, kind in (("both", "both"), ("all", "all"), ("them", "them"), ("one", "one")):
        if phrases.is_in(name, words):
            return Ref(kind)  # type: ignore[arg-type]
    ordinal = next((n for said, n in phrases.ordinals.items() if f" {said} " in f" {words.keys}"), None)
    many = next((n for k in keys if (n := phrases.number(k)) is not None and n > 1), None)
    if ordinal in {1, -1} and many is not None:
        return Ref("first" if ordinal == 1 else "latest", many)
    if ordinal is not None:
        return Ref("ordinal", ordinal)
    number = next((n for k in keys if (n := phrases.number(k)) is not None), None)
    if number is not None:
        return Ref("count", number)
    return Ref("one")


def resolve(draft: Draft, ref: Ref) -> list[Target]:
    """The servings that a reference means; empty when there is none, or when it cannot be told."""
    if ref.kind in {"all", "both", "them"} and not ref.names:
        return _several(draft, ref)
    if ref.kind == "one" and not ref.names:
        recent = [i for i in draft.recent() if not _excluded(draft, Place(i), ref)]
        return [Target(Place(recent[0]))] if recent else []
    if ref.kind == "ordinal":
        return _ordinal(draft, ref)
    if ref.kind in {"first", "latest"}:
        places = [Target(Place(i)) for i in range(len(draft.cart.lines))]
        return places[: ref.number] if ref.kind == "first" else places[-(ref.number or 1) :]
    if ref.kind == "count":
        return _count(draft, ref)
    return [Target(p) for p in named(draft, ref)]


def named(draft: Draft, ref: Ref) -> list[Place]:
    """Servings that every word of the reference fits; the line mentioned last wins when one is meant."""
    fits = [p for p in draft.places() if describes(draft, p, ref.names) and not _excluded(draft, p, ref)]
    lines = [p for p in fits if p.slot is None and not draft.cart.lines[p.line].slots]
    fits = lines or [p for p in fits if p.slot is not None] or fits
    if len(fits) <= 1 or ref.plural or ref.kind in {"all", "both", "them", "count", "ordinal"}:
        return fits
    fits = [p for p in fits if is_item_name(draft, p, ref.names)] or fits
    exact = [p for p in fits if _is_exactly(draft, p, ref.names)]
    fits = exact or fits
    recent = draft.recent()
    return [min(fits, key=lambda p: recent.index(p.line))]


def _is_exactly(draft: Draft, place: Place, names: tuple[str, ...]) -> bool:
    item = draft.menu.items_by_id.get(draft.serving(place).item)
    if item is None:
        return False
    wanted = frozenset(stem(n) for n in names)
    return any(wanted == stems_of(name) for name in (item.name, *item.aliases))


def _excluded(draft: Draft, place: Place, ref: Ref) -> bool:
    return bool(ref.excluded) and describes(draft, place, ref.excluded)


def _named_prefix(draft: Draft, words: Words) -> tuple[Ref, Words] | None:
    """A determiner and the longest run of words that names something in the cart, then the rest."""
    if found := _lacking(draft, words):
        return found
    lists, keys = draft.phrases.lists, words.keys
    counted = draft.phrases.prefix("count_of", words)
    head = counted or draft.phrases.prefix("definite", words)
    if not head and not is_definite(draft, words) and not _ones(draft, words):
        return None
    number = None
    if counted:
        number = next((n for w in words.part(0, head).words if (n := draft.phrases.number(w.key)) is not None), None)
    kind: RefKind = "count" if counted else "named"
    if not counted and lists["definite_both"].match(keys):
        kind = "both"
    elif not counted and lists["definite_all"].match(keys):
        kind = "all"
    end = _longest(draft, words, head)
    if end == head:
        return None
    tokens = [w.key for w in words.part(head, end).words]
    names = tuple(k for k in tokens if not lists["glue"].fullmatch(f"{k} "))
    plural = names[-1].isascii() and stem(names[-1]) != names[-1] and not counted
    end += draft.phrases.prefix("topic_after", words.part(end, len(words))) if "topic_after" in lists else 0
    return Ref(kind, number, names, plural=plural, bare=not head), words.part(end, len(words))


def _lacking(draft: Draft, words: Words) -> tuple[Ref, Words] | None:
    """“The one without lychee”, where another of the kind has lychee; then the rest."""
    head = draft.phrases.prefix("definite", words)
    at = next((n for n in range(head + 1, len(words)) if draft.phrases.prefix("negative", words.part(n, n + 1))), 0)
    end = _longest(draft, words, at + 1) if head and at else 0
    if end <= at + 1:
        return None
    glue = draft.phrases.lists["glue"]
    kind, lacked = (
        tuple(w.key for w in words.part(start, stop).words if not glue.fullmatch(f"{w.key} "))
        for start, stop in ((head, at), (at + 1, end))
    )
    having = [p for p in draft.places() if describes(draft, p, (*kind, *lacked))]
    alike = {draft.serving(p).item for p in having}
    ref = Ref("named", None, kind or tuple(roots(names_of(draft.menu, min(alike))[0])) if alike else (), lacked)
    return (ref, words.part(end, len(words))) if len(alike) == 1 and named(draft, ref) else None


def is_part_name(draft: Draft, words: Words) -> bool:
    """Whether words that may point at all ("everything") are the name of something on a dish of the cart."""
    said = roots(words.said)
    items = {draft.serving(p).item for p in draft.places()}
    return any(roots(n) == said for i in items for names in modifier_options(draft.menu, i).values() for n in names)


def _ones(draft: Draft, words: Words) -> bool:
    """Whether they begin with names and "one": "mango one with popping boba"."""
    end = _longest(draft, words, 0) if words and not draft.phrases.is_in("glue", words.part(0, 1)) else 0
    return end > 1 and words.words[end - 1].key in draft.phrases.one_words


def is_definite(draft: Draft, words: Words) -> bool:
    """Whether they begin with a noun that has its article in it ("البرجر") or a particle after it ("버거는")."""
    if not words:
        return False
    first = words.words[0].key
    if without_article(first) != first:
        return True
    end = _longest(draft, words, 0) if "topic_after" in draft.phrases.lists else 0
    return bool(end) and bool(draft.phrases.prefix("topic_after", words.part(end, len(words))))


def by_name(draft: Draft, words: Words) -> Ref | None:
    """A reference by nothing but the name of what is in the cart: "latte", "참치김밥"; "una caña" is one of them."""
    number, rest = counted(draft, words)
    ref = naming(draft, rest)
    if ref is None or not any(is_item_name(draft, p, ref.names) for p in named(draft, ref)):
        return None
    return ref if number is None else Ref("count", number, ref.names)


def naming(draft: Draft, words: Words) -> Ref | None:
    """A reference by nothing but names, in the cart or not: "pistachio", "blueberry muffins"."""
    glue = draft.phrases.lists["glue"]
    names = tuple(w.key for w in words.words if w.key[0].isalnum() and not glue.fullmatch(f"{w.key} "))
    return Ref("named", None, names) if names else None


def _longest(draft: Draft, words: Words, head: int) -> int:
    glue, places = draft.phrases.lists["glue"], draft.places()
    names: list[str] = []
    end = head
    for position in range(head, len(words)):
        key = words.words[position].key
        if glue.fullmatch(f"{key} "):
            if not names:
                continue
            if key in draft.phrases.one_words:
                end = position + 1
            continue
        if not any(describes(draft, p, (*names, key)) for p in places):
            break
        names.append(key)
        end = position + 1
    return end if names else head


def _with_item(draft: Draft, ref: Ref, rest: Words) -> tuple[Ref, Words]:
    """“The second latte”, “both lattes”: the words after the pronoun that name something in the cart."""
    if ref.kind not in {"ordinal", "both", "all", "count"} or not rest:
        return ref, rest
    end = _longest(draft, rest, 0)
    if end == 0 or rest.words[0].key in {",", "with"}:
        kind = draft.phrases.prefix("course", rest) if ref.kind in {"both", "all"} else 0
        return ref, rest.part(kind, len(rest))  # "both drinks", that the menu calls teas and coffees
    glue = draft.phrases.lists["glue"]
    places = [p for p in draft.places() if p.slot is None]
    names = tuple(w.key for w in rest.part(0, end).words if not glue.fullmatch(f"{w.key} "))
    fewer, told = (sum(describes(draft, p, n) for p in places) for n in (names, names[:-1]))
    if ref.kind == "both" and fewer < _PAIR == told:
        names, end = names[:-1], end - 1  # "both rices pilau": the two that are called so, then what they shall be
    by_name = [p for p in places if is_item_name(draft, p, names)]
    if not by_name:
        return ref, rest
    return Ref(ref.kind, ref.number, names, plural=True), rest.part(end, len(rest))


def some_of(draft: Draft, words: Words) -> tuple[list[Target], Words] | None:
    """“One with bacon”, “two teas without ice”: some units of a line that has more, and what is said of them.

    None when the words do not begin with a number, or no line of that kind has more units than that.
    """
    onto = draft.phrases.lists["onto"]
    if len(words) > _PAIR and onto.fullmatch(f"{words.words[0].key} "):
        words = words.part(1, len(words))  # "a una sin cebolla"
    number = draft.phrases.number(words.words[0].key) if len(words) > 1 else None
    if number is None:
        return None
    rest = words.part(1, len(words))
    end = _longest(draft, rest, 0)
    glue = draft.phrases.lists["glue"]
    names = tuple(w.key for w in rest.part(0, end).words if not glue.fullmatch(f"{w.key} "))
    if names and words.words[0].key in _ARTICLES:
        return None
    said = rest.part(end, len(rest))
    detailed = bool(said) and bool(draft.phrases.lists["detail"].match(said.keys))
    if not said or (not detailed and (names or words.words[0].key in _ARTICLES)):
        return None
    lines = draft.cart.lines
    alike = {lines[i].item for i in draft.focus[0]} if draft.focus else set()
    pool = [i for i in draft.recent() if (is_item_name(draft, Place(i), names) if names else lines[i].item in alike)]
    best = next((Target(Place(i), number) for i in pool if lines[i].quantity > number), None)
    return ([best], said) if best is not None else None


def _several(draft: Draft, ref: Ref) -> list[Target]:
    lines = draft.cart.lines
    if ref.kind == "all":
        return [Target(Place(i)) for i in range(len(lines))]
    if ref.kind == "both":
        for group in draft.focus:
            if sum(lines[i].quantity for i in group) == _PAIR:
                return [Target(Place(i)) for i in group]
        for group in [*draft.focus, tuple(range(len(lines)))]:
            if len(group) == _PAIR:
                return [Target(Place(i)) for i in group]
        alike = [i for i in range(len(lines)) if lines[i].item == lines[draft.recent()[0]].item] if lines else []
        if sum(lines[i].quantity for i in alike) == _PAIR:
            return [Target(Place(i)) for i in alike]
        return [Target(Place(i)) for i in range(len(lines))] if sum(x.quantity for x in lines) == _PAIR else []
    return [Target(Place(i)) for i in draft.focus[0]] if draft.focus else []


def _group(draft: Draft, ref: Ref) -> list[Place]:
    """Where a count or an ordinal counts: the named lines, or those mentioned last, or the whole cart."""
    return named(draft, ref) if ref.names else []


def _ordinal(draft: Draft, ref: Ref) -> list[Target]:
    lines = draft.cart.lines
    pools = [[p.line for p in _group(draft, ref)]] if ref.names else [list(g) for g in draft.focus]
    if not ref.names:
        pools = sorted(pools, key=lambda g: sum(lines[i].quantity for i in g) < _PAIR)
        same = [i for i in range(len(lines)) if pools and lines[i].item == lines[pools[0][-1]].item]
        pools += [same, list(range(len(lines)))]
    number = 1 if ref.number is None else ref.number
    if number == _OTHER:
        last = lines[draft.recent()[0]].item if lines else ""
        pools.insert(1, [i for i, line in enumerate(lines) if line.item == last])
        return _the_other(draft, pools)
    for pool in pools:
        units = [i for i in dict.fromkeys(pool) for _ in range(lines[i].quantity)]
        if number == -1 and units:
            return [Target(Place(units[-1]), 1)]
        if len(units) >= number and (len(units) >= _PAIR or number == 1):
            return [Target(Place(units[number - 1]), 1)]
    return []


def _the_other(draft: Draft, pools: list[list[int]]) -> list[Target]:
    """Of two, the one that was not mentioned last."""
    recent = draft.recent()
    for pool in pools:
        pair = list(dict.fromkeys(pool))
        if len(pair) == _PAIR and recent[0] in pair:
            return [Target(Place(next(i for i in pair if i != recent[0])))]
    return []


def _count(draft: Draft, ref: Ref) -> list[Target]:
    """Some units of a line: of the biggest plain line among those meant, so that what was changed before stays."""
    lines, number = draft.cart.lines, ref.number or 1
    pool = (
        [p.line for p in _group(draft, ref) if p.slot is None]
        if ref.names
        else list(draft.focus[0])
        if draft.focus
        else []
    )
    slots = [p for p in _group(draft, ref) if p.slot is not None] if ref.names else []
    if not pool and slots:
        return [Target(p) for p in slots[:number]]
    if not ref.names:
        pool = sorted(pool, key=lambda i: -i) or draft.recent()
        pool += [i for i in draft.recent() if i not in pool]
    enough = [i for i in pool if lines[i].quantity >= number]
    if not enough:
        return [Target(Place(i)) for i in pool[:number]] if len(pool) >= number else []
    best = next((i for i in enough if lines[i].quantity > number), enough[0])
    return [Target(Place(best), number)]


def _refined(draft: Draft, parts: list[Words]) -> Ref | None:
    """“mine, the regular one, not the decaf”: later pieces say more exactly what the first means."""
    names: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    for piece in parts:
        negative = draft.phrases.lists["not_word"].match(piece.keys)
        inner = piece.part(len(piece.at(negative.span())), len(piece)) if negative else piece
        ref = whole(draft, inner)
        if ref is None:
            return None
        if negative:
            excluded = ref.names
        else:
            names = ref.names or names
    return Ref("one" if not names else "named", None, names, excluded)
