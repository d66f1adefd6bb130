"""The words of one menu: every phrase that may name something on it, with its meanings and their costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, NamedTuple

from assistant.understanding import levels, naming
from assistant.understanding.heads import category_heads, has_head, head_sets, shared_heads, shared_tails, whole_names
from assistant.understanding.knowledge import ClosedWord, Knowledge, Stems, stems_of
from assistant.understanding.measures import is_volume, ranked_by_measure
from assistant.understanding.said_sizes import give_sizes_back
from assistant.understanding.scripts import compound
from assistant.understanding.tokens import ACCENTED, stem
from assistant.understanding.translation import Translator
from assistant.understanding.variations import add_amounts, add_variation
from core.catalogue.menu import Combo, Menu, ModifierGroup

SenseKind = Literal["item", "combo", "modifier", "variation"]
Ref = tuple[str, str]  # ("", item or combo id), (group id, modifier id), (item id, variation id)
Target = tuple[SenseKind, Ref]
Table = defaultdict[Stems, dict[Target, float]]

INEXACT = 0.15
_UNIQUE = 0.3
_COMPOSED = 3  # words of a name whose parts may be in another language
_SAYABLE = 0.75
_LONE = 0.4
_MOST_FORMS, _MOST_WITH_HEAD, _MOST_OF_ONE = 130, 12, 700
_RANKED = 0.15
_MERE_TALK = frozenset({"filler", "declinable", "side_of"})
_COMBO_WORDS = frozenset({"combo", "deal", "meal", "special", "menu", "box", "platter", "set", "basket", "bundle"})
_COMBO_HEADS = frozenset({"combo", "deal", "meal"})
_NEAR, _ELSEWHERE = 0.45, 0.6
_DEAREST = 1.0
_MEAL = 0.35
MADE = 0.95  # what a combo is called as such says which only after what is in it: "a cheeseburger meal"
_CARD = "menu"


class Sense(NamedTuple):
    """One meaning of a phrase. `surfaces` are the spellings the merchant wrote: said so, it costs nothing more."""

    kind: SenseKind
    ref: Ref
    cost: float
    surfaces: frozenset[tuple[str, ...]] = frozenset()
    spelled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lexicon:
    """Phrases by stems: `senses` name things of the menu, `heads` whole categories ("pizza": all pizzas)."""

    senses: dict[Stems, tuple[Sense, ...]]
    heads: dict[Stems, frozenset[str]]
    spellings: frozenset[str]


class Builder:
    """Collects the phrases of one menu with their meanings and costs."""

    def __init__(self, knowledge: Knowledge, menu: Menu, choices: frozenset[Stems]) -> None:
        """`choices` are the names of its modifiers."""
        self.choices = choices
        self.knowledge = knowledge
        self.locale = locale = language_of(menu)
        self.own = whole_names(menu)
        self.offered = {
            i.id: frozenset(stems_of(m.name) for g in menu.groups_of(i.id) for m in g.modifiers) for i in menu.items
        }
        self.tails = shared_tails(menu)
        self.translator = Translator(knowledge.foods, locale)
        self.full: Table = defaultdict(dict)
        self.short: Table = defaultdict(dict)
        self.led: Table = defaultdict(dict)
        self.lone: dict[str, Target] = {}
        self.foreign: Table = defaultdict(dict)
        self.surfaces: dict[tuple[Stems, SenseKind, Ref], set[tuple[str, ...]]] = defaultdict(set)
        self.spelled: dict[Target, set[str]] = defaultdict(set)
        self.words: dict[SenseKind, dict[str, set[Ref]]] = defaultdict(lambda: defaultdict(set))

    def add(
        self,
        kind: SenseKind,
        ref: Ref,
        names: list[str],
        heads: frozenset[str],
        shared: frozenset[str] = frozenset(),
        *,
        others: frozenset[str] = frozenset(),
    ) -> None:
        """Add every way to say these names; `heads` may follow them, `shared` words alone say too little.

        `others` are names that the merchant did not write: they are not cut down any further.
        """
        for number, name in enumerate(names):
            whole = naming.written(name)
            for words in self.parted(name):
                stems = tuple(stem(w) for w in words)
                for s in stems:
                    self.words[kind][s].add(ref)
                self.surfaces[stems, kind, ref].add(words)
                self.spelled[kind, ref].update(words)
                own = heads | naming.kind_heads(stems, self.knowledge.foods, sold=kind == "item").difference(
                    stems if kind == "item" else ()
                )
                fulls = naming.full_forms(stems, self.knowledge)
                letters = naming.initials(stems) if kind == "item" else ""
                if letters and (letters,) not in self.knowledge.closed:
                    self._put(self.full, (letters,), (kind, ref), naming.REORDERED)  # "a BLT"
                self._add_full((kind, ref), stems, fulls, own)
                if self.locale in self.knowledge.foods.compounding:
                    for form in naming.without_first_parts(stems, self.knowledge.food_words[self.locale]):
                        self._put(self.short, form, (kind, ref), naming.DROP_WORD)  # "Kuchen" for "Apfelkuchen"
                if name not in others and (not number or len(stems) > 2):  # noqa: PLR2004  # a short alias is short enough
                    for form, cost in fulls.items():
                        apart = bool(cost) and len(form) > len(stems)  # a word in two: "cheese" is no cheeseburger
                        if cost <= naming.SYNONYM and not apart:
                            self._add_short((kind, ref), name, (form, cost), own, shared, glued=words not in whole)

    def parted(self, name: str) -> list[tuple[str, ...]]:
        """The words of a name; one that is written without spaces also part by part."""
        found = naming.written(name)
        parts = [tuple(p for w in form for p in (compound(w, self._known_part) or (w,))) for form in found]
        return list(dict.fromkeys([*found, *parts]))

    def glued_head(self, name: str) -> set[str]:
        """What the last part of a name is, where it is written as one word."""
        return {form[-1] for form in self.parted(name)[len(naming.written(name)) :]}

    def _known_part(self, word: str) -> bool:
        return word in self.own or (word,) in self.knowledge.foods.meant.get(self.locale, {})

    def _add_full(self, target: Target, stems: Stems, fulls: naming.Forms, heads: frozenset[str]) -> None:
        if naming.contains(self.knowledge, stems):
            self._put(self.full, (*stems, "of"), target, 0.0)
            self._put(self.full, (*stems, "de"), target, 0.0)
        for form, cost in fulls.items():
            self._put(self.full, form, target, cost)
            self._add_foreign(target, form, cost, heads if not cost else frozenset(), composed=not cost)
            if cost > 2 * naming.SYNONYM:
                continue
            for joined in naming.joined_forms(form):
                self._put(self.full, joined, target, cost + naming.SYNONYM)
            for head in heads.difference(form):
                self._put(self.full, (*form, head), target, cost + naming.WITH_HEAD)
                if target[0] == "modifier":
                    self._put(self.led, (head, *form), target, cost + naming.REORDERED)  # "eggs poached"

    def _add_short(
        self,
        target: Target,
        name: str,
        priced: tuple[Stems, float],
        heads: frozenset[str],
        shared: frozenset[str],
        *,
        glued: bool,
    ) -> None:
        form, cost = priced
        foods = self.knowledge.foods
        alone = target[0] == "modifier" or form[-1] in shared
        plain = all(w in foods.descriptive or w in foods.brands for w in form[:-1])
        first = next(iter(form), "")
        if target[0] == "item" and len(form) > 1 and first in foods.descriptive and first not in self.knowledge.idle:
            self.lone.setdefault(first, target)
        named_combo = target[0] == "combo" and _COMBO_WORDS.intersection(form)
        tails = self.tails if target[0] == "item" else frozenset()
        places = not naming.is_hyphened(name)
        for short, dropped in naming.short_forms(
            form, heads, self.knowledge, alone=alone, places=places, tails=tails
        ).items():
            if glued and target[0] == "modifier" and short == form[-1:]:
                continue  # the "sauce" of a name written as one word
            if named_combo and not _COMBO_WORDS.intersection(short):
                continue  # "burger" is no "burger meal"
            if target[0] == "combo" and len(short) == 1 and not _COMBO_WORDS.intersection(short):
                continue  # "donuts" are no "Donut Dozen"
            bare = len(short) == 1 and short[0] in shared and not plain
            price = cost + (naming.bare_price(form, dropped) if bare else dropped)
            self._put(self.short, short, target, price)
            composed = not cost and len(form) <= _COMPOSED and price < _SAYABLE
            self._add_foreign(target, short, price, frozenset(), composed=composed)
            for head in heads.difference(short) if price < _SAYABLE else ():
                self._put(self.short, (*short, head), target, price + naming.WITH_HEAD)

    def _add_foreign(self, target: Target, form: Stems, cost: float, heads: frozenset[str], *, composed: bool) -> None:
        """The form in other languages, also with a foreign head before or after it: "cerveza cobra"."""
        # A name of three words in five languages has thousands of forms; the plainest are what people say.
        ranked = sorted(self.translator.forms(form, composed=composed).items(), key=lambda f: (f[1], len(f[0])))
        forms = dict(ranked[:_MOST_FORMS])
        for said, extra in forms.items():
            self._put(self.foreign, said, target, cost + extra)
        forms = dict(ranked[:_MOST_WITH_HEAD])
        for head in heads.difference(form):
            for other in self.translator.forms((head,)):
                if other in self.choices:
                    continue  # "Orangensaft mit Eis" of a page of cold drinks is no cold orange juice
                for said, extra in ((form, 0.0), *forms.items()):
                    if not set(other) & set(said):
                        self._put(self.foreign, (*other, *said), target, cost + extra + naming.WITH_HEAD)
                        self._put(self.foreign, (*said, *other), target, cost + extra + naming.WITH_HEAD)

    def put_foreign(self, kind: SenseKind, ref: Ref, form: Stems, cost: float) -> None:
        """Add what a size is called in other languages."""
        self._add_foreign((kind, ref), form, cost, frozenset(), composed=True)
        if form[0].isdigit():
            for said, extra in self.translator.counted(form[0]).items():
                self._put(self.foreign, said, (kind, ref), cost + extra)

    def put_full(self, form: Stems, kind: SenseKind, ref: Ref, cost: float) -> None:
        """Add a form that stands for the whole name."""
        self._put(self.full, form, (kind, ref), cost)

    def put_short(self, form: Stems, target: Target, cost: float) -> None:
        """Add a form that says little of the name."""
        self._put(self.short, form, target, cost)

    @staticmethod
    def _put(table: Table, form: Stems, target: Target, cost: float) -> None:
        known = table[form].get(target)
        if known is None or cost < known:
            table[form][target] = cost

    def senses(self) -> dict[Stems, tuple[Sense, ...]]:
        """Everything that was added, by phrase, cheapest sense first."""
        merged: Table = defaultdict(dict)
        merged.update({form: dict(targets) for form, targets in self.full.items()})
        self._merge_short(merged)
        self._merge_led(merged)
        self._merge_lone(merged)
        self._merge_foreign(merged)
        self._merge_done(merged)
        self._merge_near(merged)
        give_sizes_back(merged, frozenset(self.surfaces), self.offered)
        spelled = {k: frozenset(v) for k, v in self.spelled.items()}
        return {
            form: tuple(
                Sense(kind, ref, cost, frozenset(self.surfaces.get((form, kind, ref), ())), spelled[kind, ref])
                for (kind, ref), cost in sorted(targets.items(), key=itemgetter(1))
            )
            for form, targets in merged.items()
            if targets
        }

    def _merge_short(self, merged: Table) -> None:
        for form, targets in self.short.items():
            place = merged[form]
            for target, cost in targets.items():
                unique = any(len(self.words[target[0]].get(w, ())) == 1 for w in form)
                price = min(cost, max(_UNIQUE, cost / 2)) if unique else cost
                if price <= _DEAREST and price < place.get(target, 9.0):
                    place[target] = price

    def _merge_led(self, merged: Table) -> None:
        """A group's name before a choice of it, unless it is a thing itself: "cheese sour cream" are two."""
        for form, targets in self.led.items():
            if min(merged.get(form[:1], {}).values(), default=9.0) >= _UNIQUE:
                for target, cost in targets.items():
                    merged[form].setdefault(target, cost)

    def _merge_lone(self, merged: Table) -> None:
        """A word that says little is enough where one item alone has it: "two classics"."""
        for word, target in self.lone.items():
            if len(self.words["item"].get(word, ())) == 1 and not merged.get((word,)):
                merged[word,] = {target: _LONE}

    def _merge_foreign(self, merged: Table) -> None:
        """A word of the merchant's own is not taken for a foreign one: "queso" the dip is no "cheese"."""
        for said, targets in _plainest(self.foreign).items():
            if any(self._busy(c, said) for c in self.knowledge.closed.get(said, ())):
                # "The" is no tea where English is spoken, though French has its thé: only the accent tells.
                for target, cost in targets.items() if len(said) == 1 else ():
                    merged[said[0] + ACCENTED,].setdefault(target, cost)
                continue
            if len(said) > 1 and self._is_said_here(said[0]):
                # "The latte" is no tea latte either.
                for target, cost in targets.items():
                    merged[said[0] + ACCENTED, *said[1:]].setdefault(target, cost)
                continue
            kinds = {kind for (kind, _), cost in merged.get(said, {}).items() if cost <= _UNIQUE}
            if "item" not in kinds and "modifier" not in kinds:
                for target, cost in targets.items():
                    merged[said].setdefault(target, cost)

    def _busy(self, meaning: ClosedWord, said: Stems) -> bool:
        """Whether a closed word of the shop's language is no name of a dish; of its own food words small talk is."""
        own = meaning.kind == "filler" and said in self.knowledge.foods.meant.get(self.locale, {})
        return meaning.language == self.locale and not own

    def _is_said_here(self, word: str) -> bool:
        """Whether a word goes before any noun in the shop's language or in English."""
        here = {self.locale, "en"}
        return any(c.kind == "determiner" and c.language in here for c in self.knowledge.closed.get((word,), ()))

    def _merge_done(self, merged: Table) -> None:
        """What is done to a dish, as a request: "toast it" where "toasted" is a choice."""
        for form, targets in self.full.items():
            said = (naming.request_of(" ".join(form)),)
            if said != ("",) and min(merged.get(said, {}).values(), default=9.0) >= _UNIQUE:
                merged[said] |= {t: cost + naming.SYNONYM for t, cost in targets.items() if t[0] == "modifier"}

    def _merge_near(self, merged: Table) -> None:
        for said, names in self.knowledge.foods.near.items():
            known = {(kind, ref[0]) for (kind, ref), cost in merged.get(said, {}).items() if cost < _NEAR}
            if not {kind for kind, _ in known} <= {"modifier"}:
                continue
            for target, cost in [t for name in names for t in merged.get(name, {}).items()]:
                # "Chicken" of one group leaves room for the "pollo" of another, which is asked about.
                if not known or (target[0] == "modifier" and ("modifier", target[1][0]) not in known):
                    price = cost + (_ELSEWHERE if known else _NEAR)
                    merged[said][target] = min(price, merged[said].get(target, price))


def _plainest(foreign: Table) -> dict[Stems, dict[Target, float]]:
    """The table without the dearest and longest forms of whatever has very many."""
    by_target: dict[Target, list[tuple[float, int, Stems]]] = defaultdict(list)
    for said, targets in foreign.items():
        for target, cost in targets.items():
            by_target[target].append((cost, len(said), said))
    kept: dict[Stems, dict[Target, float]] = defaultdict(dict)
    for target, forms in by_target.items():
        for cost, _, said in forms if len(forms) <= _MOST_OF_ONE else sorted(forms)[:_MOST_OF_ONE]:
            kept[said][target] = cost
    return kept


def build(menu: Menu, knowledge: Knowledge) -> Lexicon:
    """Everything that may be said to name a thing of this menu."""
    names = [n for g in menu.modifier_groups for m in g.modifiers for n in (m.name, *m.aliases)]
    choices = frozenset(tuple(stem(w) for w in form) for n in names for form in naming.written(n))
    builder = Builder(knowledge, menu, choices)
    shared = shared_heads(menu, builder.parted)
    kinds = category_heads(menu)
    for item in menu.items:
        heads = naming.heads_of(item.category) | shared
        names = [item.name, *item.aliases]
        side = [n.split(" of ", 1)[1] for n in names if n.casefold().startswith("side of ")]
        sizes = [n for v in item.variations for n in (v.name, *v.aliases)]
        sized = {stem(w) for n in sizes for f in naming.written(n) for w in f}
        offered = (m for g in menu.groups_of(item.id) for m in g.modifiers)
        sized |= {w for m in offered for w in naming.single_words(m.name, *m.aliases)}  # "as a side" names no side dish
        own = frozenset(h for h in heads if has_head(kinds[item.category], names, h)) - sized
        builder.add("item", ("", item.id), names, own, shared - naming.heads_of(item.category))
        if side:
            builder.add("item", ("", item.id), side, own)
        ranked = ranked_by_measure([(v.name, v.id) for v in item.variations], knowledge)
        for variation in item.variations:
            spelt = (variation.name, *variation.aliases)
            called = [*spelt, *levels.plain_names(spelt, sizes)]
            add_variation(builder, item, variation.id, called, knowledge, ranked)
        for size, variation_id in ranked.items():
            for form in knowledge.sizes.get((size,), ()):
                builder.put_full(form, "variation", (item.id, variation_id), _RANKED)
    for combo in menu.combos:
        _add_combo(builder, combo, knowledge, sole=len(menu.combos) == 1)
    for group in menu.modifier_groups:
        _add_group(builder, group, knowledge)
    spelled = frozenset(w for words in builder.spelled.values() for w in words)
    return Lexicon(builder.senses(), head_sets(menu, knowledge, shared), spelled)


def _add_group(builder: Builder, group: ModifierGroup, knowledge: Knowledge) -> None:
    measured = group.max == 1 and all(is_volume(m.name) for m in group.modifiers)
    ranked = ranked_by_measure([(m.name, m.id) for m in group.modifiers], knowledge) if measured else {}
    add_amounts(builder, group)
    ranked |= {m.name.casefold(): m.id for m in group.modifiers if stems_of(m.name) in knowledge.sizes}
    for size, modifier_id in ranked.items():
        for form in knowledge.sizes.get((size,), ()):
            builder.put_full(form, "modifier", (group.id, modifier_id), _RANKED)
    of_half = any(stems_of(group.name) in names for names in knowledge.foods.halves)
    heads = frozenset() if of_half else naming.heads_of(group.name, all_words=True) | builder.glued_head(group.name)
    lasts = {stem(form[-1]) for m in group.modifiers for form in naming.written(m.name)}
    for modifier in group.modifiers:
        for first, *rest in (map(stem, form) for form in naming.written(modifier.name) if len(lasts) == 1):
            kinds = {c.kind for c in knowledge.closed.get((first,), ())}
            if len(rest) == 1 and kinds and kinds <= _MERE_TALK:
                builder.put_full((first,), "modifier", (group.id, modifier.id), _RANKED)  # "side" of two portions
        others = levels.other_names(group, modifier)
        names = [modifier.name, *modifier.aliases, *others]
        builder.add("modifier", (group.id, modifier.id), names, heads, others=frozenset(others))


def _add_combo(builder: Builder, combo: Combo, knowledge: Knowledge, *, sole: bool) -> None:
    builder.add("combo", ("", combo.id), [combo.name, *combo.aliases], _COMBO_HEADS)
    for words in (w for name in (combo.name, *combo.aliases) for w in naming.written(name)):
        *first, last = (stem(w) for w in words)
        for head in (_COMBO_HEADS | knowledge.meals) - {last} if first and last in _COMBO_WORDS else ():
            builder.put_full((*first, head), "combo", ("", combo.id), naming.REORDERED)
        named = knowledge.meals.intersection((*first, last)) or any(last.endswith(m) for m in knowledge.meals)
        for meal in knowledge.meals if named else ():
            builder.put_short((meal,), ("combo", ("", combo.id)), _MEAL if sole and meal != _CARD else MADE)


def language_of(menu: Menu) -> str:
    """The language of a menu: "en" for "en-GB"."""
    return menu.locale.split("-")[0].split("_")[0].casefold() or "en"
