"""The ways people say a name of a menu, with what each costs: shorter, joined, by a synonym."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

from assistant.understanding.knowledge import Foods, Knowledge, Stems
from assistant.understanding.tokens import stem, words_of

# Costs are in one currency with those of the search: 0 is "said as written", 1 about a misspelt word.
SYNONYM = 0.03
REORDERED = 0.07
WITH_HEAD = 0.03
_DROP_LITTLE = 0.1
_DROP_COLOUR = 0.2
_DROP_HEAD = 0.12
_DROP_MEANING = 1.3
_DROP_SHAPE = 0.2
_DROP_LAST = 0.5
DROP_WORD = 0.35
_COLOUR_ALONE = 0.6
_BARE_HEAD = 0.5
_AMOUNTS = frozenset({"double", "triple", "extra"})  # of the word that follows, unless that is the thing itself
_STOP = frozenset({"and", "of", "the", "with", "a", "in", "de", "con", "or", "y"})
_FIXED = _STOP | {"no", "not", "without", "less", "more", "extra", "half", "double", "sin", "sans", "ohne", "on"}
NO_HEADS = frozenset(
    {"more", "add", "other", "extra", "to", "it", "kind", "lunch", "breakfast", "dinner"}
    | {"mit", "dazu", "ohne", "con", "sin", "avec", "sans"}
)
_MEASURES = frozenset({"half", "quarter"})  # "half" is no "half-caf"
_PARTICIPLE = re.compile(r"(?P<base>[a-z]*[aeiouy][a-z]*[^aeiou\d])ed")
_UNITS = frozenset({("1",), ("one",)})
_PLACES = frozenset({"on", "with", "in", "con", "avec", "mit", "auf"})
_HYPHENED = re.compile(r"\w-(?:on|in|with)\b")
_PAIR = 2
_INITIALS = 3
_SHORTEST_PART = 3
_LONGEST_FOR_SUBSETS = 6
_MOST_VARIANTS = 48

Forms = dict[Stems, float]


def written(name: str) -> list[tuple[str, ...]]:
    """The folded words of a name; a part in brackets may be left out."""
    forms = [words_of(name)]
    short = re.sub(r"\([^)]*\)", " ", name)
    if short != name:
        forms.append(words_of(short))
    return [f for f in dict.fromkeys(forms) if f]


def single_words(*names: str) -> frozenset[str]:
    """The stems of those names that are one word."""
    return frozenset(stem(form[0]) for name in names for form in written(name) if len(form) == 1)


def is_hyphened(name: str) -> bool:
    """Whether a word like "on" is part of another one: "skin-on fries"."""
    return _HYPHENED.search(name.casefold()) is not None


def contains(knowledge: Knowledge, stems: Stems) -> bool:
    """Whether this is something that things come in: "pint", "bottle"."""
    forms = (stems, (*stems, "of"), (*stems, "de"))
    meanings = [meaning for form in forms for meaning in knowledge.closed.get(form, ())]
    return any(c.kind == "container" for c in meanings)


def request_of(participle: str) -> str:
    """How the thing is asked for that a word says was done: "toast" for "toasted"; empty when it says no such thing."""
    match = _PARTICIPLE.fullmatch(participle)
    if match is None:
        return ""
    base, last = match["base"], match["base"][-1]
    doubled = base[-2:] == last * 2 and last not in "lsz"
    return base[:-1] if doubled else f"{base}e" if last in "cvz" else base


def full_forms(words: Stems, knowledge: Knowledge) -> Forms:
    """The whole name by other words: synonyms (two at most), number words, without "and", in other languages."""
    forms: Forms = dict.fromkeys((words, _in_figures(words, knowledge)), 0.0)
    frontier = [words]
    for _ in range(2):
        nexts: list[Stems] = []
        for form in frontier:
            for other in _substituted(form, knowledge):
                if other not in forms and len(forms) < _MOST_VARIANTS:
                    forms[other] = forms[form] + SYNONYM
                    nexts.append(other)
        frontier = nexts
    for form, cost in list(forms.items()):
        bare = tuple(w for w in form if w != "and")
        if bare:
            forms.setdefault(bare, cost + SYNONYM)
    for form, cost in list(forms.items()):
        for other, extra in _rearranged(form, spelt=not cost).items():
            forms[other] = min(cost + extra, forms.get(other, 9.0))
    return forms


def _in_figures(words: Stems, knowledge: Knowledge) -> Stems:
    """The name with its percents as they are heard in a message, a figure alone: "two percent milk" is "2 milk"."""
    figure, at = share_in(words, knowledge)
    return (*words[:at], figure, *words[at + 2 :]) if figure else words


def share_in(words: Stems, knowledge: Knowledge) -> tuple[str, int]:
    """The percents that a name has in words, in figures, and where they begin: ("2", 0) for "two percent milk"."""
    for i in range(1, len(words)):
        meant = knowledge.closed.get(words[i - 1 : i], ()) if words[i : i + 1] in knowledge.percent else ()
        figure = next((m.value for m in meant if m.kind == "number"), "")
        if figure:
            return figure, i - 1
    return "", 0


def short_forms(
    words: Stems,
    heads: frozenset[str],
    knowledge: Knowledge,
    *,
    alone: bool = False,
    idle: bool = False,
    places: bool = True,
    tails: frozenset[Stems] = frozenset(),
) -> Forms:
    """Parts of a name that may stand for it, each at the price of what is left out; `alone`: a head may stand alone.

    `idle`: words that say nothing elsewhere may do ("lunch" for "lunch size"). `places`: its "on" or "with" is followed
    by what the thing is not: "rye" is no "pastrami on rye". `tails`: what several names end with is left out like a
    head ("taro" for "taro milk tea").
    """
    forms: Forms = {}
    foods = knowledge.foods
    core = tuple(w for w in words if w not in _STOP)
    placed = next((i for i, w in enumerate(words) if places and i and w in _PLACES), len(words))
    whole = sum(1 for w in words[:placed] if w not in _STOP)  # so many words before what it comes with, or on
    if len(core) < 2:  # noqa: PLR2004
        return {core: SYNONYM} if core and core != words else forms
    if len(core) <= _LONGEST_FOR_SUBSETS:
        kept_sets = [c for n in range(1, len(core)) for c in combinations(range(len(core)), n)]
    else:
        kept_sets = [tuple(range(a, b)) for a in range(len(core)) for b in range(a + 1, len(core) + 1)]
    for kept in kept_sets:
        if len(kept) == len(core) or kept[0] >= whole:
            continue
        if any(core[i] in knowledge.negative and i + 1 < len(core) and i + 1 not in kept for i in kept):
            continue  # "no vanilla" is no "no sugar vanilla"
        form = tuple(core[i] for i in kept)
        last = alone and form == core[-1:] and form[0] not in knowledge.idle
        enough = last or (idle and not heads.issuperset(form))
        if not enough and _says_too_little(form, core, heads, knowledge):
            continue
        if len(form) == 1 and _only_contains(words, form[0], knowledge):
            continue
        linked = _with_links(words, form)
        cost = sum(_drop_cost(core, i, heads, foods) for i in range(len(core)) if i not in kept)
        if form == core[: len(form)] and core[len(form) :] in tails:
            cost = min(cost, _DROP_HEAD)
        cost += _COLOUR_ALONE if all(w in foods.colours for w in form) else 0.0
        forms[form] = min(cost, forms.get(form, 9.0))
        if linked != form:
            forms[linked] = min(cost, forms.get(linked, 9.0))
    return forms


def bare_price(form: Stems, dropped: float) -> float:
    """What it costs to call a thing by its kind alone: a "muffin" is the double chocolate one as much as the others."""
    doubled = any(w in _AMOUNTS and i + 2 < len(form) for i, w in enumerate(form))
    return _BARE_HEAD if doubled else max(dropped, _BARE_HEAD)


def _with_links(words: Stems, form: Stems) -> Stems:
    """The form with the "and" or "of" that stood between its words in the name."""
    if len(form) < 2:  # noqa: PLR2004
        return form
    linked: list[str] = []
    waiting: list[str] = []
    rest = list(form)
    for word in words:
        if rest and word == rest[0]:
            linked += waiting if linked else []
            linked.append(rest.pop(0))
            waiting = []
        elif word in _STOP:
            waiting.append(word)
        else:
            waiting = []
    return tuple(linked)


def _says_too_little(form: Stems, core: Stems, heads: frozenset[str], knowledge: Knowledge) -> bool:
    """Whether a part of a name names nothing by itself: only adjectives, or only the category."""
    if len(form) > 1 and form[-1] == core[-1] and not all(w in knowledge.idle for w in form):
        return False
    descriptive, idle = knowledge.foods.descriptive, knowledge.idle
    return all(w in descriptive or w in idle or w in heads or w.isdigit() or w in _MEASURES for w in form)


def _only_contains(words: Stems, word: str, knowledge: Knowledge) -> bool:
    """Whether a word of a name is only what the thing comes in: the pack of a "pack of bagels"."""
    after = words[words.index(word) + 1 :][:1]
    return after == ("of",) and any(c.value == "pack" for c in knowledge.closed.get((word,), ()))


def without_first_parts(words: Stems, known: frozenset[str]) -> list[Stems]:
    """The name with the last word of a compound alone, if that is a food `known`: "kuchen" for "apfelkuchen"."""
    found: list[Stems] = []
    for i, word in enumerate(words):
        for k in range(_SHORTEST_PART, len(word) - _SHORTEST_PART):
            if word[k:] in known and word[:k] not in _FIXED:
                found.append((*words[:i], word[k:], *words[i + 1 :]))
                break
    return found


def initials(words: Stems) -> str:
    """The first letters of a long name, as people say them: "BLT"; empty for a short one."""
    said = [w for w in words if w not in _STOP]
    return "".join(w[0] for w in said) if len(said) >= _INITIALS and all(w.isalpha() for w in said) else ""


def joined_forms(form: Stems) -> list[Stems]:
    """The form with two neighbours written as one word: "pepper jack" as "pepperjack", but no "onthe"."""
    beside = (i for i in range(len(form) - 1) if form[i] not in _STOP and form[i + 1] not in _STOP)
    return [(*form[:i], form[i] + form[i + 1], *form[i + 2 :]) for i in beside]


def kind_heads(words: Stems, foods: Foods, *, sold: bool) -> frozenset[str]:
    """Head words of the kind of thing this names: "chip" for "Doritos" (sold), "cheese" for "Swiss"."""
    found: set[str] = set()
    for i in range(len(words)):
        for j in range(i + 1, min(len(words), i + 4) + 1):
            # What is put on things is only a kind of its head when the name begins or ends with the kind.
            # A colour is one only where nothing follows: a "Jasmine Green" is a tea, a black bean burger is none.
            coloured = j == i + 1 and words[i] in foods.colours
            if j == len(words) or (not coloured if sold else i == 0):
                found.update(foods.kinds.get(words[i:j], ()))
    return frozenset(h for h in found if (h in foods.item_kinds) == sold)


def _drop_cost(words: Stems, i: int, heads: frozenset[str], foods: Foods) -> float:
    word = words[i]
    if word in foods.distinguishing:
        return _DROP_MEANING
    if word in heads:
        return _DROP_HEAD
    if word in foods.brands or word in foods.descriptive:
        return _DROP_LITTLE
    if i == len(words) - 1:
        return _DROP_SHAPE if word in foods.shapes else _DROP_LAST
    return _DROP_COLOUR if word in foods.colours else DROP_WORD


def _substituted(form: Stems, knowledge: Knowledge) -> list[Stems]:
    found: list[Stems] = []
    for i in range(len(form)):
        for j in range(i + 1, min(len(form), i + 4) + 1):
            # "Pizza" inside "pizza pie" is not to be grown again.
            others = (o for o in knowledge.foods.same.get(form[i:j], ()) if not _contains(form, o))
            found += [(*form[:i], *other, *form[j:]) for other in others]
        if form[i].isdigit() and len(form) > 1:
            found += [
                (*form[:i], *w, *form[i + 1 :]) for w in knowledge.number_words.get(int(form[i]), ()) if len(w) == 1
            ]
    return found


def _contains(form: Stems, part: Stems) -> bool:
    return any(form[k : k + len(part)] == part for k in range(len(form) - len(part) + 1))


def _rearranged(form: Stems, *, spelt: bool) -> Forms:
    """The head first: "slice of cheese" for "cheese slice"; "pizza de pepperoni".

    Only a name as it is `spelt` is turned round with nothing between: "bun lettuce" is no lettuce wrap.
    """
    forms: Forms = {}
    for k in range(1, len(form)):
        before, head = form[:k], form[k:]
        if before[-1] in _STOP or head[0] in _STOP:
            continue
        forms[*head, "de", *before] = REORDERED
        forms[*head, "of", *before] = REORDERED
    if spelt and len(form) == _PAIR and not _FIXED.intersection(form) and not any(w.isdigit() for w in form):
        forms[form[1], form[0]] = REORDERED + WITH_HEAD
    return forms


def size_forms(words: Stems, knowledge: Knowledge) -> Forms:
    """The ways to say a size whose name holds a size word: "big" for "large"."""
    forms: Forms = {}
    for size, said in sorted(knowledge.sizes.items(), key=lambda s: -len(s[0])):
        if _contains(words, size) or words in said:
            forms.update(dict.fromkeys(said, SYNONYM))
            break
    return forms


@lru_cache(maxsize=1024)
def heads_of(category: str, *, all_words: bool = False) -> frozenset[str]:
    """The stems of a category's or group's name that may serve as a head: "Hot drinks & teas" gives drink and tea."""
    found: set[str] = set()
    for part in re.split(r"&|/|,|\band\b", category.casefold()):
        stems = [stem(w) for w in words_of(part)]
        found.update(stems if all_words else stems[-1:])
    return frozenset(found - _STOP - NO_HEADS)


def size_shorts(words: Stems, forms: Forms, knowledge: Knowledge) -> Forms:
    """Parts of a size's name that say which: of "2 liter bottle", "2 liter" and "bottle" do; "liter" does not."""
    numbered = any(w.isdigit() for w in words)
    shorts: Forms = {}
    for form, cost in forms.items():
        if len(form) == 1 or cost > SYNONYM:
            continue
        for short, extra in short_forms(form, knowledge.size_words, knowledge, idle=True).items():
            if short in _UNITS or _points(knowledge, short) or _is_share_of_number(knowledge, form, short):
                continue
            if not numbered or short[0] == form[0] or short == form[-1:]:
                shorts.setdefault(short, cost + extra)
    return shorts


def _is_share_of_number(knowledge: Knowledge, form: Stems, short: Stems) -> bool:
    """Whether a half is left of so many: "half" is no "half dozen"."""
    if not _MEASURES.issuperset(short):
        return False
    return any(m.kind == "number" for w in form for m in knowledge.closed.get((w,), ()))


def _points(knowledge: Knowledge, form: Stems) -> bool:
    """Whether words only point at a size or say that one follows: the "one" of "big one"."""
    meanings = [knowledge.closed.get((w,), ()) for w in form]
    return all(any(c.kind == "size_word" or c.value == "pronoun" for c in found) for found in meanings)
