"""A menu compiled for reading: its phrases and the closed words in one trie, and the menu's rules as sets."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from assistant.understanding import knowledge as words
from assistant.understanding import levels, lexicon, naming
from assistant.understanding.inflection import Stocks, stock
from assistant.understanding.knowledge import ClosedWord, Knowledge, Stems
from assistant.understanding.lexicon import Ref, Sense
from assistant.understanding.memory import Memory
from assistant.understanding.spelling import Speller
from assistant.understanding.tidiness import untidied
from assistant.understanding.tokens import is_plural, stem, words_of
from core.catalogue.menu import ComboSlot, Menu, Modifier, ModifierGroup, Variation

Node = dict[str, Any]
LEAF = ""
# What a word may be for another one, with the cost: by the word, whether it was written plainly, and the languages.
Heard = Memory[tuple[str, bool, frozenset[str]], tuple[tuple[str, float], ...]]
# What words mean on the menu: by the identity of the senses of their phrase, and the words themselves.
Meant = Memory[tuple[int, tuple[str, ...]], tuple[Any, ...]]


class Leaf(NamedTuple):
    """What a phrase can mean."""

    senses: tuple[Sense, ...] = ()
    heads: frozenset[str] = frozenset()
    closed: tuple[ClosedWord, ...] = ()
    plural_names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grammar:
    """A compiled menu. Immutable and shared between threads; depends on names and structure, not on prices or stock."""

    menu: Menu
    trie: Node
    speller: Speller
    knowledge: Knowledge
    modifiers_of: dict[str, frozenset[Ref]]
    variations_of: dict[str, frozenset[str]]
    counts_of: dict[str, dict[int, str]]
    groups: dict[str, ModifierGroup]
    modifiers: dict[Ref, Modifier]
    bases: frozenset[str]
    slots_of: dict[str, tuple[ComboSlot, ...]]
    described: dict[str, frozenset[str]]
    locale: str
    markers: dict[str, frozenset[str]] = field(default_factory=dict)
    percents: dict[str, tuple[tuple[Ref, float], ...]] = field(default_factory=dict)  # "50%" of what comes in shares
    food_markers: dict[str, str] = field(default_factory=dict)
    stocks: dict[str, Stocks] = field(default_factory=dict)  # by language, the menu's words without their endings
    group_names: dict[Stems, frozenset[str]] = field(default_factory=dict)
    group_starts: frozenset[str] = frozenset()  # the words that these names begin with
    choice_words: frozenset[str] = frozenset()  # single words that name a modifier altogether
    single: frozenset[str] = frozenset()  # items of which one piece can be had
    numbered: dict[str, int] = field(default_factory=dict)  # items whose names say how many they are: "Two Eggs"
    halves: dict[str, int] = field(default_factory=dict)  # groups of the first (0) and the second (1) half of a thing
    ranks: dict[str, int] = field(default_factory=dict)  # where an item stands on the menu: the plain one comes first
    kinds: dict[Ref, str] = field(default_factory=dict)  # choices that tell their item: "latte" of a coffee
    heard: Heard = field(default_factory=Memory, compare=False)
    meant: Meant = field(default_factory=Memory, compare=False)


@untidied
def compile_menu(menu: Menu) -> Grammar:
    """Compile a valid menu. Raises nothing for names it cannot use: such names are simply never understood."""
    known = words.load()
    lex = lexicon.build(menu, known)
    halves = _halves(menu, known)
    leaves: dict[Stems, Leaf] = {}
    alike: dict[Leaf, Leaf] = {}  # most phrases share their meanings with others: kept once, they take little room
    plurals = _plural_names(menu)
    categories = {(h,) for i in menu.items for h in naming.heads_of(i.category)}
    modifier_names = {k for k, v in lex.senses.items() if any(s.kind == "modifier" and s.cost < _HEAD_CLASH for s in v)}
    for phrase in {*lex.senses, *lex.heads, *known.closed}:
        heads = lex.heads.get(phrase, frozenset())
        senses = _halved(lex.senses.get(phrase, ()), halves)
        if len(heads) > 1 and phrase in categories:
            # "A burger" where there are many is not the hamburger, though elsewhere the words mean the same.
            senses = tuple(s for s in senses if s.kind != "item" or s.surfaces or s.cost > _SYNONYM)
        leaf = Leaf(
            senses,
            _useful_heads(heads, senses, phrase in modifier_names),
            known.closed.get(phrase, ()),
            plurals,
        )
        leaves[phrase] = alike.setdefault(leaf, leaf)
    menu_words = {w for phrase in (*lex.senses, *lex.heads) for w in phrase}
    closed_words = {w for phrase in known.closed for w in phrase}
    return Grammar(
        menu=menu,
        trie=_trie(leaves),
        speller=Speller(
            menu_words,
            closed_words | _food_words(known),
            lex.spellings,
            unheard={w for w in closed_words if len(w) > _LONG_WORD} | _short_words(known, lexicon.language_of(menu)),
        ),
        knowledge=known,
        modifiers_of={
            i.id: frozenset((g.id, m.id) for g in menu.groups_of(i.id) for m in g.modifiers) for i in menu.items
        },
        variations_of={i.id: frozenset(v.id for v in i.variations) for i in menu.items},
        counts_of={i.id: _counts(menu, i.id, known) for i in menu.items},
        groups=dict(menu.groups_by_id),
        modifiers={(g.id, m.id): m for g in menu.modifier_groups for m in g.modifiers},
        bases=_bases(menu, known),
        slots_of={c.id: c.slots for c in menu.combos},
        described={i.id: frozenset(words.stems_of(f"{i.name} {i.description}")) for i in menu.items},
        locale=lexicon.language_of(menu),
        markers=_markers(known),
        percents=_percents(menu, known),
        food_markers=_food_markers(known, lex.spellings),
        stocks=_stocks(known, lex, menu_words),
        group_names=(group_names := _group_names(menu)),
        group_starts=frozenset(name[0] for name in group_names),
        choice_words=frozenset(
            stems[0]
            for g in menu.modifier_groups
            for m in g.modifiers
            for stems in map(words.stems_of, (m.name, *m.aliases))
            if len(stems) == 1
        ),
        single=frozenset(i.id for i in menu.items if any(_is_single(v, known) for v in i.variations)),
        numbered={i.id: n for i in menu.items if (n := max(_number_in(s, known) for s in (i.name, *i.aliases))) > 1},
        halves=halves,
        ranks={i.id: rank for rank, i in enumerate(menu.items)},
        kinds=_kinds(menu, known),
    )


HALF = 0.45  # what is on a half of a thing is said so
_LONG_WORD = 4
_PIECES = ("8", "pieces")
_SINGLE = frozenset({("single",), ("each",), ("one",), ("1",), ("piece",), ("1", "piece"), ("one", "piece")})
_PERCENT = re.compile(r"^(\d+) ?%")
_OF = frozenset({"of", "de", "von", "er"})
_SHARE_ALONE = 0.2
_SHARE_OF_LESS = 0.35  # "50%" alone is rather of the sugar than of the ice
_HEAD_CLASH = 0.1
_SYNONYM = 0.07
_COUNT_WORDS = frozenset(
    {"piece", "pc", "pcs", "count", "ct", "pack", "pk", "wing", "nugget", "pieza", "stick", "roll", "slice"}
)


def _short_words(known: Knowledge, locale: str) -> set[str]:
    """Closed words of four letters that may be misspelt: those of the shop's language and of English."""
    near = {locale, "en"}
    said = (p for p, meanings in known.closed.items() if any(m.language in near for m in meanings))
    return {w for phrase in said for w in phrase if len(w) == _LONG_WORD and w.isascii()}


def _useful_heads(heads: frozenset[str], senses: tuple[Sense, ...], modifier: bool) -> frozenset[str]:
    """A category's word that names a modifier, or one item outright, is not a category's word."""
    if not heads or (modifier and len(heads) > 1):
        return frozenset()
    named = any(s.kind == "item" and s.cost < _HEAD_CLASH for s in senses)
    return frozenset() if named else heads


def _plural_names(menu: Menu) -> frozenset[str]:
    """Words of names that are plural by themselves: "fries", "wings"."""
    return frozenset(w for i in menu.items for f in naming.written(i.name) for w in f if is_plural(w))


def _trie(leaves: dict[Stems, Leaf]) -> Node:
    root: Node = {}
    for phrase, leaf in leaves.items():
        node = root
        for word in phrase:
            node = node.setdefault(word, {})
        node[LEAF] = leaf
    return root


def _counts(menu: Menu, item_id: str, known: Knowledge) -> dict[int, str]:
    """Variations that are numbers of pieces: {6: "six", 12: "twelve"}; then "twelve wings" is one portion of twelve."""
    counts: dict[int, str] = {}
    count_words = _COUNT_WORDS | known.foods.count_words
    for variation in menu.items_by_id[item_id].variations:
        stems = words.stems_of(variation.name)
        if stems and stems[0].isdigit() and (len(stems) == 1 or stems[1] in count_words | _pieces(known)):
            counts[int(stems[0])] = variation.id
        figures = [w for w in stems if w.isdigit()]
        if len(figures) == 1 and all(w in figures or w in _OF or _is_pack(w, known) for w in stems):
            counts[int(figures[0])] = variation.id  # "box of 12"
        for meaning in known.closed.get(stems, ()):
            if meaning.kind == "number" and int(meaning.value) > 1:
                counts[int(meaning.value)] = variation.id
    return counts


def _is_pack(word: str, known: Knowledge) -> bool:
    forms = ((word,), (word, "de"), (word, "of"))
    return any(m.value == "pack" for form in forms for m in known.closed.get(form, ()))


def _pieces(known: Knowledge) -> frozenset[str]:
    """What other languages call a piece: "조각" of "8 조각"."""
    patterns = (p for table in known.foods.amounts.values() for p in table.get("pieces", ()))
    found = {p[1] for p in patterns if len(p) == len(_PIECES) and p[0] == words.HOLE}
    return frozenset(found - _COUNT_WORDS)


def _is_single(variation: Variation, known: words.Knowledge) -> bool:
    """Whether a size is one piece: it says so, or it is what one gets anyway and counts nothing ("can")."""
    first = words.stems_of(variation.name)
    if len(first) == len(_PIECES) and first[0].isdigit() and first[1] in _pieces(known):
        return True  # where pieces have a word of their own, "둘" are two portions
    forms = [words.stems_of(n) for n in (variation.name, *variation.aliases)]
    counts = any(known.is_number(w) for f in forms for w in f)
    return any(f in _SINGLE for f in forms) or (variation.default and not counts)


def _number_in(name: str, known: Knowledge) -> int:
    """The number at the head of a name, before a plural: 2 for "Two Eggs Any Style", 0 for "Five Spice Tofu"."""
    first, *rest = words_of(name) or ("",)
    if not any(w != stem(w) for w in rest):
        return 0
    return next((int(m.value) for m in known.closed.get((first,), ()) if m.kind == "number"), 0) or (
        int(first) if first.isdigit() else 0
    )


def _percents(menu: Menu, known: Knowledge) -> dict[str, tuple[tuple[Ref, float], ...]]:
    found: defaultdict[str, list[tuple[Ref, float]]] = defaultdict(list)
    for group in menu.modifier_groups:
        for rank, modifier_id, share in levels.shares(group):
            found[share].append(((group.id, modifier_id), _SHARE_ALONE + _SHARE_OF_LESS * rank))
        for modifier in group.modifiers:
            names = (modifier.name, *modifier.aliases)
            shares = {m.group(1) for name in names for m in _PERCENT.finditer(name)}
            shares |= {naming.share_in(form, known)[0] for name in names for form in naming.written(name)}
            for share in sorted(shares - {""}):
                found[share].append(((group.id, modifier.id), _SHARE_ALONE))
    cheapest = {s: dict(sorted(refs, key=lambda r: -r[1])) for s, refs in found.items()}
    return {share: tuple(sorted(refs.items(), key=lambda r: r[1])) for share, refs in cheapest.items()}


def _group_names(menu: Menu) -> dict[Stems, frozenset[str]]:
    """What each group is called, which may be said beside a choice of it: "eggs scrambled", "spice level hot"."""
    found: defaultdict[Stems, set[str]] = defaultdict(set)
    for group in menu.modifier_groups:
        stems = words.stems_of(group.name)
        for name in {stems, stems[-1:], stems[:1]} if stems else ():
            if name[0] not in naming.NO_HEADS and len("".join(name)) > _LONG_WORD - 2:
                found[name].add(group.id)
    return {name: frozenset(groups) for name, groups in found.items()}


def _halves(menu: Menu, known: Knowledge) -> dict[str, int]:
    """The groups that are called what the halves of a thing are, where it has one for each."""
    found: dict[str, int] = {}
    for item in menu.items:
        sides = [(s, g.id) for g in menu.groups_of(item.id) for s, names in enumerate(known.foods.halves)
                 if words.stems_of(g.name) in names]  # fmt: skip
        if {s for s, _ in sides} == {0, 1}:
            found.update((group, side) for side, group in sides)
    return found


def _halved(senses: tuple[Sense, ...], halves: dict[str, int]) -> tuple[Sense, ...]:
    """The meanings, those that are of one half of a thing last: "with mushrooms" is all over it."""
    if not halves or not any(s.ref[0] in halves for s in senses):
        return senses
    priced = (s._replace(cost=s.cost + HALF) if s.ref[0] in halves else s for s in senses)
    return tuple(sorted(priced, key=lambda s: s.cost))


def _kinds(menu: Menu, known: Knowledge) -> dict[Ref, str]:
    """The choices that say what an item is rather than what is put on it, where one item alone must have them."""
    found: dict[Ref, str] = {}
    for group in menu.modifier_groups:
        owners = [i for i in menu.items if group.id in i.modifier_groups]
        if group.min < 1 or len(owners) != 1:
            continue
        own = {w for name in (owners[0].name, *owners[0].aliases) for w in words.stems_of(name)}
        all_kinds = not (known.foods.kind_names | own).isdisjoint(words.stems_of(group.name))
        for modifier in group.modifiers:
            names = (modifier.name, *modifier.aliases)
            heads = {h for n in names for h in known.foods.kinds.get(words.stems_of(n), ())}
            if all_kinds or heads & own:
                found[group.id, modifier.id] = owners[0].id
    return found


def _bases(menu: Menu, known: Knowledge) -> frozenset[str]:
    """Items that a category's name alone means when toppings are named: the plain one."""
    found: set[str] = set()
    for item in menu.items:
        heads = naming.heads_of(item.category)
        called = {same for h in heads for same in known.foods.same.get((h,), ())}
        for form in naming.written(item.name):
            rest = tuple(s for s in (stem(w) for w in form) if s not in heads)
            if not rest or rest in known.foods.bases or rest in called:
                found.add(item.id)
    return frozenset(found)


def _markers(known: Knowledge) -> dict[str, frozenset[str]]:
    """The languages of each closed word: what gives the language of a message away."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for phrase, meanings in known.closed.items():
        for word in phrase:
            owners[word].update(m.language for m in meanings)
    return {word: frozenset(langs) for word, langs in owners.items() if len(word) > 1}


def _food_markers(known: Knowledge, own: frozenset[str]) -> dict[str, str]:
    """The language of each food word that one language alone has and the menu does not write itself."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for language, table in known.foods.meant.items():
        for phrase in table:
            for word in phrase:
                owners[word].add(language)
    written = {stem(w) for w in own}
    names = {w for phrase in known.foods.translations for w in phrase}  # English ones
    only = {word: min(langs) for word, langs in owners.items() if len(langs) == 1 and len(word) > _LONG_WORD - 1}
    return {word: language for word, language in only.items() if word not in written and word not in names}


def _stocks(known: Knowledge, lex: lexicon.Lexicon, menu_words: set[str]) -> dict[str, Stocks]:
    """For each language with endings, its food words that name something here and what the merchant wrote."""
    written = {stem(w) for w in lex.spellings}
    return {
        language: stock(written | {w for w in known.food_words[language] if w in menu_words}, endings)
        for language, endings in known.endings.items()
        if endings
    }


def _food_words(known: Knowledge) -> set[str]:
    foods = known.foods
    phrases = [*foods.same, *foods.translations, *foods.near, *foods.kinds]
    return {w for phrase in phrases for w in phrase} | foods.others
