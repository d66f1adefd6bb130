"""From tokens to a lattice: for each position the edges that start there, weighed against each other."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.understanding.contested import contested, sizes_corrected
from assistant.understanding.cup_sizes import cup_sizes
from assistant.understanding.edges import CONTENT, JOIN, NUMBER, SEGMENT, Edge, EdgeKind, Edges, Walker, keep
from assistant.understanding.grammar import Grammar
from assistant.understanding.group_meant import groups_meant
from assistant.understanding.half_spoken import half_spoken
from assistant.understanding.halves import halved
from assistant.understanding.numerals import (
    CERTAIN,
    Around,
    counted_before,
    counted_off,
    makes_number,
    number_of_pieces,
    numbers_in,
    postposed,
)
from assistant.understanding.preferences import PREFERRED, article_after, prefer_content, prefer_phrases
from assistant.understanding.reading import Token
from assistant.understanding.scripts import language_of_script
from assistant.understanding.shares_said import no_share, shares_said
from assistant.understanding.surroundings import (
    ASKING,
    asked_for,
    counted_out,
    doses,
    group_names,
    kinds_named,
    measures_ahead,
    of_what_comes,
    rather_choices,
    sized_with,
    sounded,
    stuttered,
    swapped,
)
from assistant.understanding.tokens import stem
from assistant.understanding.whole_names import names_whole

_UNKNOWN = 2.5
_SKIPPED = 3.2
_SKIPPED_FILLER = 1.0
_TALK = frozenset({"", "topic", "part"})
_TALKED = frozenset({"filler", "on_side"})
_NAMED = 0.6
_RUNS_ON = 1.0
_PICTURE = 0.45
_IN_PHRASE = 0.15
_COMBO_WORDS = frozenset({"combo", "meal", "deal", "special", "menu"})
_LEFT_OFF_WITHIN = 7
_LOOSE = frozenset({"filler", "container"})
_RUNNING_ON = frozenset({"negation", "pre_modifier", "denied_after", "correction"})  # or broken off by a pause
_STRAY = 3  # so many times as many words of another language show that one word of a language is a chance
_WHOLE = 0.36
_GAPS = frozenset({" ", ""})
_STOPS = re.compile(r"[.!?;\n…؟؛。]")
_PAUSES = re.compile(r"[,،、:(]|\s[-–—]|[-–—]\s")
_PARTIAL = 0.2


def boundaries(text: str, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """What stands before each token: "." for an end of sentence, "," for a pause, "" for nothing."""
    found = [""]
    for before, after in pairwise(tokens):
        gap = text[before.end : after.start]
        if gap in _GAPS:
            found.append("")
        elif _STOPS.search(gap):
            found.append(".")
        else:
            found.append("," if _PAUSES.search(gap) else "")
    return tuple(found)


def languages_of(grammar: Grammar, tokens: tuple[Token, ...], spoken: str = "") -> frozenset[str]:
    """The languages that a message may be in: the menu's, the one `spoken` so far, and those its words show."""
    alone: dict[str, int] = {}
    votes: dict[str, int] = {}
    ladder = grammar.knowledge.foods.size_ladder
    for token in tokens:
        if token.folded in ladder:
            continue  # of no language
        script = "" if token.folded.isascii() else language_of_script(token.folded)
        languages = frozenset({script}) if script else grammar.markers.get(stem(token.folded), frozenset())
        for language in languages:
            votes[language] = votes.get(language, 0) + 1
            if len(languages) == 1:
                alone[language] = alone.get(language, 0) + 1
    for token in tokens:
        # "Reis und naan": what a dish is called bears out what a closed word shows.
        language = grammar.food_markers.get(stem(token.folded), "")
        if language in alone:
            alone[language] += 1
    seen = {grammar.locale, *([spoken] if spoken else [])}
    own = alone.get(grammar.locale, 0)
    most = max(alone.values(), default=0)
    seen |= {language for language, n in alone.items() if (n > 1 or not own) and _STRAY * n >= most}
    if not seen.intersection(votes) and votes:
        seen |= {language for language, n in votes.items() if n == max(votes.values())}
    return frozenset(seen)


def edges_of(
    grammar: Grammar, tokens: tuple[Token, ...], bounds: tuple[str, ...], languages: frozenset[str]
) -> list[list[Edge]]:
    """For each token position, the edges that start there; every position has at least an "unknown" one."""
    walker = Walker(grammar, tokens, bounds, languages)
    found: list[list[Edge]] = []
    starts = [walker.edges_at(i) for i in range(len(tokens))]
    numbers = numbers_in(starts, tokens)
    shares = frozenset(i for i in range(len(tokens)) if _is_share(grammar, i, tokens))
    for i, begun in enumerate(starts):
        edges = begun
        word = tokens[i].folded
        _pictures(edges, i, tokens, found)
        if word.isdigit() and i not in shares:
            keep(edges, Edge(i, i + 1, "number", NUMBER, word))
            if walker.counts_after:
                keep(edges, Edge(i, i + 1, "count_after", NUMBER / 2, word))
        cup_sizes(grammar, edges, i, tokens, walker.languages)
        postposed(edges, i, tokens, bounds)
        if i in shares and word in grammar.percents:
            keep(edges, Edge(i, i + 1, "modifier", SEGMENT, "", grammar.percents[word]))
        if i - 1 in shares and tokens[i - 1].folded not in grammar.percents:
            # "30 % sugar" where nothing comes in 30 %: no other sugar is meant.
            edges = {k: e for k, e in edges.items() if e.kind not in CONTENT or no_share(grammar, e)}
        number_of_pieces(edges, CERTAIN if walker.counts_after else _IN_PHRASE)
        if walker.counts_after:
            counted_off(grammar, i, found, edges, (tokens, bounds))
        if walker.last_words and i and not bounds[i]:
            counted_before(edges, i, found)
        _closed_words(grammar, edges, i, found, (tokens, bounds), numbers)
        if grammar.menu.combos and (word in _COMBO_WORDS or stem(word) in grammar.knowledge.meals):
            # Where there are combos, "combo" is asked about rather than taken for a figure of speech.
            edges = {k: e for k, e in edges.items() if e.kind not in _LOOSE or e.end > i + 1}
        content = any(kind != "filler" for _, kind, _ in edges)
        skip = _UNKNOWN if not edges else _SKIPPED if content else _SKIPPED_FILLER
        walker.shared_head(i, edges)
        if word in grammar.knowledge.foods.colours and any(e.kind in CONTENT for e in edges.values()):
            # "Black" is as a coffee comes, but not in "black and pinto beans".
            edges = {k: e for k, e in edges.items() if e.value != "plain"}
        _before_others(edges, i, starts, (tokens, bounds))
        group_names(grammar, edges, (i, found, starts), tokens, bounds)
        groups_meant(grammar, edges, i, tokens, found)
        ordered = sorted(edges.values(), key=_longest_first) if len(edges) > 1 else [*edges.values()]
        found.append([*ordered, *_strange(ordered), Edge(i, i + 1, "unknown", skip)])
    _beside_each_other(grammar, found, tokens, bounds)
    contested(found, tokens)
    return names_whole(_without_fragments(found), bounds)


def _longest_first(edge: Edge) -> tuple[int, float]:
    return -edge.end, edge.cost


def _closed_words(  # noqa: PLR0917  # all that stands around a word
    grammar: Grammar, edges: Edges, i: int, found: list[list[Edge]], around: Around, numbers: frozenset[int]
) -> None:
    """Weigh the closed words that begin at a position; most words of an order are none, or of a kind alone."""
    tokens, bounds = around
    kinds = {kind for _, kind, _ in edges}
    if not kinds.isdisjoint(PREFERRED):
        prefer_content(edges)
    if "filler" in kinds and ("negation" in kinds or "connector" in kinds):
        prefer_phrases(edges)
    if "determiner" in kinds and "connector" in kinds:
        article_after(edges, i, found)
    if "correction" in kinds and "filler" in kinds:
        makes_number(edges, numbers)
    if not kinds.isdisjoint(_RUNNING_ON):
        _pause_after_no(edges, tokens, bounds, grammar.knowledge.ands)


def _before_others(edges: Edges, i: int, starts: list[Edges], around: Around) -> None:
    """Weigh what begins at a position by what may begin behind it."""
    kinds = {kind for _, kind, _ in edges}
    if not kinds.isdisjoint(ASKING):
        asked_for(edges, i)
    if "container" in kinds:
        doses(edges, i, starts, around[0])
        measures_ahead(edges, *around, starts)
    if "pre_modifier" in kinds and "variation" in kinds:
        sized_with(edges, starts)


def _beside_each_other(
    grammar: Grammar, found: list[list[Edge]], tokens: tuple[Token, ...], bounds: tuple[str, ...]
) -> None:
    """Weigh each word by those before and after it, where the message has such words at all."""
    kinds = {e.kind for here in found for e in here}
    half_spoken(found, bounds, kinds)
    _phrases_apart(found, bounds, kinds)
    _numbers_beside(grammar, found, (tokens, bounds), kinds)
    if "filler" in kinds:
        kinds_named(found, bounds)
    if "connector" in kinds:
        of_what_comes(found)
    if "portion" in kinds:
        halved(grammar, found, bounds)
    rather_choices(found, tokens, grammar.knowledge.placing)
    if "correction" in kinds:
        _taken_back(grammar, found, tokens)


def _phrases_apart(found: list[list[Edge]], bounds: tuple[str, ...], kinds: set[EdgeKind]) -> None:
    """Weigh what only means something together with other words, or is only talk beside them."""
    if "negation_open" in kinds or "negation_after" in kinds:
        _left_off(found, bounds)
    if "swap_open" in kinds or "swap_for" in kinds:
        swapped(found, bounds)
    if "filler" in kinds or "on_side" in kinds:
        _not_only_talk(found)
    if "on_side" in kinds and "side_of" in kinds:
        _sides_said(found)
    if "correction" in kinds:
        sizes_corrected(found, bounds)


def _numbers_beside(grammar: Grammar, found: list[list[Edge]], around: Around, kinds: set[EdgeKind]) -> None:
    """Weigh numbers by those before them, and by what they would count."""
    if "number" in kinds:
        stuttered(grammar, found, *around)
        shares_said(grammar, found, *around)
    if "homophone" in kinds:
        sounded(found, *around)
    if "number" in kinds and "filler" in kinds:
        counted_out(found, around[0])


def _taken_back(grammar: Grammar, found: list[list[Edge]], tokens: tuple[Token, ...]) -> None:
    """The "no" of "mild, no wait, hot" takes back and denies nothing; that of "no just ketchup" may do either."""
    for i, here in enumerate(found):
        ends = [e.end for e in here if e.kind == "correction" and e.end - i > 1]
        if any(tokens[i + 1].folded not in grammar.knowledge.exclusive for _ in ends):
            here[:] = [e for e in here if e.kind != "negation" or e.end > max(ends)]


def _is_share(grammar: Grammar, i: int, tokens: tuple[Token, ...]) -> bool:
    """Whether a number is one of a hundred: "50%", "50 percent"."""
    if tokens[i].text.endswith("%"):
        return True
    return i + 1 < len(tokens) and (tokens[i + 1].folded,) in grammar.knowledge.percent


def _without_fragments(found: list[list[Edge]]) -> list[list[Edge]]:
    """Drop what only parts of a whole name could mean: in "spicy chicken burger" nobody says "burger" alone."""
    reach = 0
    for i, edges in enumerate(found):
        whole = 0
        for e in edges:
            if e.end - i > 1 and e.end > whole and e.kind in CONTENT and e.cost + e.candidates[0][1] < _WHOLE:
                whole = e.end
        limit = max(reach, whole)
        if limit > i + 1 or reach > i:
            found[i] = [e for e in edges if e.end == whole or e.end > limit or not _fragment(e)]
        reach = limit
    return found


def _not_only_talk(found: list[list[Edge]]) -> None:
    """In "bien helado" the second word is no talk where drinks come cold, nor the main or the side in "as a side"."""
    if not any(e.end - e.start > 1 and e.kind in _TALKED for here in found for e in here):
        return
    named = [
        max((e.end for e in here if e.kind in CONTENT and e.candidates[0][1] < _PARTIAL), default=0) for here in found
    ]
    put = {e.end for here in found for e in here if e.kind == "modifier"}
    for i, here in enumerate(found):
        for n, edge in enumerate(tuple(here)):
            talk = edge.kind == "filler" and edge.value in _TALK
            if not talk and (edge.kind != "on_side" or i in put):
                continue
            names = [k for k in range(i + 1, edge.end) if i + 1 <= named[k] <= edge.end]
            if names:
                here[n] = edge._replace(cost=edge.cost + _NAMED)
            opening = Edge(i, names[0] if names else i, "filler", _IN_PHRASE)  # "as a" by itself says nothing
            if names and named[names[0]] == edge.end and opening not in here:
                here.append(opening)


def _sides_said(found: list[list[Edge]]) -> None:
    """Of "ranch on the side and a coke" the last word of the phrase does not make a side of the coke."""
    put = {e.end for here in found for e in here if e.kind == "modifier"}
    phrases = {e.end: e.start for here in found for e in here if e.kind == "on_side" and e.start in put}
    for i, here in enumerate(found):
        found[i] = [e for e in here if e.kind != "side_of" or phrases.get(e.end, i) >= i]


def _strange(edges: list[Edge]) -> list[Edge]:
    """Several words that name a choice as the menu has it: where nothing takes it, they are unknown together."""
    named = (e for e in edges if e.kind == "modifier" and e.end - e.start > 1 and e.candidates[0][1] < JOIN)
    return [Edge(e.start, e.end, "unknown", _SKIPPED + SEGMENT + JOIN) for e in named]


def _fragment(edge: Edge) -> bool:
    named = edge.kind in CONTENT and edge.kind != "combo"  # "a classic burger meal" where there is a burger meal
    return edge.kind == "head" or (named and edge.candidates[0][1] >= _PARTIAL)


def _pictures(edges: Edges, i: int, tokens: tuple[Token, ...], found: list[list[Edge]]) -> None:
    """An emoji after words says again what they say; after a number it is what is counted."""
    if not i or tokens[i].folded.isalnum() or tokens[i].folded[:1].isdigit():
        return
    keep(edges, Edge(i, i + 1, "filler", _PICTURE, "picture"))
    if tokens[i - 1].folded.isdigit() or any(e.kind == "number" or e.value == "indefinite" for e in found[i - 1]):
        return
    for key, edge in list(edges.items()):
        if edge.kind in CONTENT:
            edges[key] = edge._replace(cost=edge.cost + 2 * _RUNS_ON)


def _left_off(found: list[list[Edge]], bounds: tuple[str, ...]) -> None:
    """Of "leave the onions off" the first words deny, the last one only closes; apart they mean nothing."""
    for i, edges in enumerate(found):
        opened = [e for e in edges if e.kind == "negation_open"]
        if not opened:
            continue
        first = max(opened, key=lambda e: e.end)
        for j in range(first.end + 1, min(first.end + _LEFT_OFF_WITHIN, len(found))):
            if bounds[j] == ".":
                break
            closing = next((e for e in found[j] if e.kind == "negation_after"), None)
            if closing is not None:
                edges.insert(0, Edge(i, first.end, "negation", 0.0))
                found[j].insert(0, Edge(j, closing.end, "filler", 0.0, "closing"))
                break
    for i, edges in enumerate(found):
        found[i] = [e for e in edges if e.kind not in ("negation_open", "negation_after")]


def _pause_after_no(edges: Edges, tokens: tuple[Token, ...], bounds: tuple[str, ...], closing: frozenset[str]) -> None:
    """After "actually, no onions" something is taken away; only "actually no, …" corrects."""
    for key, edge in list(edges.items()):
        runs_on = edge.end < len(tokens) and not bounds[edge.end]
        if edge.kind == "denied_after" and runs_on and (edge.end, "negation", "") in edges:
            # "La crema no, y …" takes back; in "con crema no picante" the no is of what follows.
            closed = tokens[edge.end].folded in closing
            edges[key] = edge._replace(cost=edge.cost + (0.0 if closed else _RUNS_ON))
        if edge.kind in ("negation", "pre_modifier") and not runs_on:
            edges[key] = edge._replace(cost=edge.cost + _RUNS_ON)
        if edge.kind == "correction" and runs_on and tokens[edge.end - 1].folded == "no":
            edges[key] = edge._replace(cost=edge.cost + _RUNS_ON)
