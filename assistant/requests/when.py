"""When and how an order is had, said inside a sentence or as the answer to our question."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.commands import FULFILMENTS, SetFulfilment, SetTime
from assistant.dialogue.clauses import trim
from assistant.dialogue.saying import hear
from assistant.dialogue.words import words_of
from assistant.requests.phrases import requests
from assistant.requests.times import SaidTime, find, resolve

if TYPE_CHECKING:
    from assistant.commands import Fulfilment
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words
    from assistant.requests.phrases import Match


def choose_moment(draft: Draft, option: str) -> bool:
    """A time of ours that was pressed."""
    if draft.question is None or draft.question.kind != "time" or option not in draft.question.options:
        return False
    moment = datetime.fromisoformat(option)
    said = SaidTime(hour=moment.hour, minute=moment.minute, half="24")
    draft.question = None
    return _ask_for(draft, said, moment, option)


def answer_time(draft: Draft, words: Words) -> bool:
    """Take a message as the answer to our question for a time; answers whether it is one."""
    question = draft.question
    if question is None:
        return False
    known = requests(draft.phrases.language)
    places = {str(n): option for n, option in enumerate(question.options, 1)}
    ordinal = next((draft.phrases.ordinals[w.key] for w in words.words if w.key in draft.phrases.ordinals), 0)
    picked = places.get(words.keys.strip()) or places.get(str(ordinal))
    if picked:
        return choose_moment(draft, picked)
    options = [datetime.fromisoformat(o) for o in question.options]
    for said, _, _ in find(known.times, words, known.numbers):
        same = [o for o in options if said.hour is not None and o.minute == said.minute and _same_hour(said, o)]
        if len(same) == 1:
            return choose_moment(draft, same[0].isoformat())
    if words.keys.strip().isdigit():
        said = SaidTime(hour=int(words.keys.strip()))
        same = [o for o in options if o.minute == 0 and _same_hour(said, o)]
        if len(same) == 1:
            return choose_moment(draft, same[0].isoformat())
    return False


def _same_hour(said: SaidTime, option: datetime) -> bool:
    hour = said.hour or 0
    if said.half == "pm":
        return option.hour == hour % 12 + 12
    return option.hour == hour or (not said.half and option.hour == hour + 12)


def time_in(draft: Draft, sentence: Words) -> Words:
    """Take out of a sentence the time it asks for; answers what is left. Small talk about a time asks for nothing."""
    known = requests(draft.phrases.language)
    moves = known.find("move_order", sentence)
    for said, first, last in find(known.times, sentence, known.numbers):
        start, left, right = _around(draft, sentence, first, last)
        about = left + right
        lead = known.times.leads
        position = max((n for n in range(first) if lead.fullmatch(sentence.part(n, first).keys)), default=-1)
        beside = all(w in known.times.talk or not w[0].isalnum() for w in about)
        way = _found_way(draft, sentence.part(start, first))
        # A day with "at" or "o'clock" at its hour is a time, whatever stands beside it; a bare number may be how many.
        dated = said.day is not None or said.weekday is not None
        whole = dated and (said.half in {"am", "pm"} or known.times.told(sentence.part(first, last)))
        if not (beside or position >= 0 or way or whole or moves is not None):
            continue
        moments = resolve(said, draft.place, draft.at) if draft.at else ()
        if not moments:
            continue
        if len(moments) > 1:
            draft.moments = moments
            draft.acts.add("detail")
        else:
            _ask_for(draft, said, moments[0], sentence.part(first, last).said, alone=beside)
        trace(draft, "time", sentence.part(first, last))
        if moves is not None:
            return _beside_move(draft, sentence, moves, last)
        cut = min(first, position) if position >= 0 else first
        rest = joined(sentence.part(0, cut), sentence.part(last, len(sentence)))
        clause = trim(draft.phrases, joined(sentence.part(start, cut), sentence.part(last, last + len(right))))
        if beside and not _means_more(draft, clause):
            rest = joined(sentence.part(0, start), sentence.part(last + len(right), len(sentence)))
        return rest
    return sentence


def _beside_move(draft: Draft, sentence: Words, moves: Match, last: int) -> Words:
    """What else a sentence orders that moves something to a time."""
    rest = joined(sentence.part(0, len(sentence.at((0, moves.span[0])))), sentence.part(last, len(sentence)))
    return rest if rest and hear(draft, rest).lines else sentence.part(0, 0)


def _means_more(draft: Draft, clause: Words) -> bool:
    """Whether the talk around a time says how the order is had, or places it."""
    return bool(clause) and any(f.act in {*FULFILMENTS, "place", "done"} for f in draft.phrases.frames_of(clause))


def way_in(draft: Draft, sentence: Words) -> Words:
    """“A toast to go”: how it is had, said with what is ordered. Said alone, it is read as an act of its own."""
    found = _found_way(draft, sentence)
    if found is None:
        return sentence
    way, match = found
    rest = sentence.without(match.span)
    if not hear(draft, rest).lines or (draft.ways and way not in draft.ways):
        return sentence
    if draft.do(SetFulfilment(fulfilment=way, causes=(sentence.at(match.span).said,))):
        draft.tell("fulfilment", value=way)
        draft.acts.add("detail")
        trace(draft, way, sentence.at(match.span))
    return rest


def _found_way(draft: Draft, words: Words) -> tuple[Fulfilment, Match] | None:
    known = requests(draft.phrases.language)
    for way in FULFILMENTS:
        match = known.find(way, words)
        if match is not None:
            return way, match
    return None


def _around(draft: Draft, sentence: Words, first: int, last: int) -> tuple[int, list[str], list[str]]:
    """Where the part of the sentence with these words begins, and the words beside them there."""
    ends = {",", ":", *draft.phrases.joiners}
    start = next((n + 1 for n in range(first - 1, -1, -1) if sentence.words[n].key in ends), 0)
    stop = next((n for n in range(last, len(sentence)) if sentence.words[n].key in ends), len(sentence))
    return start, [w.key for w in sentence.words[start:first]], [w.key for w in sentence.words[last:stop]]


def _ask_for(draft: Draft, said: SaidTime, moment: datetime, words: str, *, alone: bool = True) -> bool:
    draft.do(SetTime(**asdict(said), causes=(words,)))
    draft.cart = replace(draft.cart, requested_for=moment)
    draft.acts.add("time" if alone else "detail")
    draft.tell("time")
    return True


def soonest_in(draft: Draft, sentence: Words) -> Words:
    """“As soon as possible” takes a time back; answers what is left of the sentence."""
    match = requests(draft.phrases.language).find("asap", sentence)
    if match is None:
        return sentence
    if draft.cart.requested_for is not None:
        draft.do(SetTime(causes=(sentence.said,)))
        draft.cart = replace(draft.cart, requested_for=None)
        draft.tell("soonest")
    draft.acts.add("detail")
    return sentence.without(match.span)


def joined(before: Words, after: Words) -> Words:
    """Two parts of a sentence as one, without what stood between them."""
    return words_of(f"{before.said} {after.said}") if before and after else (before or after)


def trace(draft: Draft, act: str, words: Words) -> None:
    """Note in the trace of the turn what was understood of which words."""
    draft.trace.append({"by": "request", "act": act, "words": words.said})
