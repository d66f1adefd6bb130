"""Requests inside a sentence: each is taken out of it and carried out; what is left is read as before."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.commands import (
    FULFILMENTS,
    AnswerTopic,
    AskHuman,
    CancelOrder,
    PayByLink,
    ReportMissing,
    SetAddress,
    SetFulfilment,
    SetNote,
    SetTable,
    SetTip,
)
from assistant.dialogue.clauses import trim
from assistant.dialogue.options import choose
from assistant.dialogue.saying import hear
from assistant.dialogue.state import Asked
from assistant.requests.addresses import address_of
from assistant.requests.phrases import requests
from assistant.requests.when import answer_time, joined, soonest_in, time_in, trace, way_in
from core.kernel.errors import ComandaError
from core.kernel.money import Money
from core.kernel.text import clean
from core.orders import Tip
from core.orders.states import CHANGEABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.dialogue.draft import Draft
    from assistant.dialogue.words import Words
    from assistant.requests.phrases import Match

QUESTIONS: Final = frozenset({"time", "address", "table"})  # the open questions that are answered here
_NOTE_LENGTH: Final = 300
_LONGEST_TABLE: Final = 3  # words
_WHOLE_SENT: Final = 10_000  # basis points
_AMOUNT = re.compile(r"\d+(?:[.,]\d{1,2})?")


def take(draft: Draft, sentence: Words, *, asked: bool) -> Words:
    """Carry out what a sentence asks for beside dishes; answers what is left of it."""
    known = requests(draft.phrases.language)
    for act, handler in _SENTENCES.items():
        match = known.find(act, sentence)
        if match and handler(draft, match, sentence):
            trace(draft, act, sentence)
            return sentence.part(0, 0)
    sentence = _address(draft, sentence, "address_wish")
    if not asked or draft.phrases.find("order", sentence):  # “can I get two for Friday at 9?” orders
        for part in (_note, _address, _table, _tip, soonest_in, time_in, way_in):
            sentence = part(draft, sentence)
    elif known.find("move_order", sentence) is not None:
        sentence = time_in(draft, sentence)
    return sentence


def answer(draft: Draft, words: Words) -> bool:  # noqa: PLR0911 - one a question
    """Take a message as the answer to an open question of ours about the time, the address or the table."""
    question = draft.question
    if question is None or not words or not (question.kind in QUESTIONS or _address_open(draft, words)):
        return False
    if question.kind == "time":
        return answer_time(draft, words)
    frames = {f.act for f in draft.phrases.frames_of(words)}
    if frames & {*FULFILMENTS, "human", "cancel_all", "never_mind", "hold", "undo", "complaint", "refuse", "help"}:
        return False
    if question.kind in {"address", "place"}:
        if not any(w.key[0].isdigit() for w in words.words) or not any(w.key[0].isalpha() for w in words.words):
            return False
        return _set_address(draft, words.said, words)
    known = requests(draft.phrases.language)
    if known.find("table", words) or len(words) > _LONGEST_TABLE:
        return False
    return _set_table(draft, words.said, words)


def _address_open(draft: Draft, words: Words) -> bool:
    """Whether an address may follow a read-back: of a delivery that has none yet, and that orders nothing."""
    waits = draft.question is not None and draft.question.kind == "place" and draft.cart.fulfilment == "delivery"
    if not waits or draft.cart.address is not None or draft.phrases.frames_of(words):
        return False
    return not hear(draft, words).lines and not requests(draft.phrases.language).find("address", words)


def _address(draft: Draft, sentence: Words, act: str = "address") -> Words:
    """Take an address out of a sentence; also of one that asks ("can you bring it to …?"), as `address_wish`."""
    match = requests(draft.phrases.language).find(act, sentence)
    if match is None or "address" not in match.slots:
        return sentence
    slot = match.spans["address"]
    begin, close = (len(sentence.at((0, place))) for place in slot)
    # Where words of the wish follow ("… liefern"), they end the address; else it goes on as far as it can.
    closed = slot[1] < match.span[1]
    end = close if closed else _end_of_address(draft, sentence, begin)
    said = sentence.part(begin, end)
    if not any(w.key[0].isdigit() for w in said.words) or not any(w.key[0].isalpha() for w in said.words):
        return sentence
    first = len(sentence.at((0, match.span[0])))
    _set_address(draft, said.said, said)
    after = len(sentence.at((0, match.span[1]))) if closed else end
    return joined(sentence.part(0, first), sentence.part(after, len(sentence)))


def _end_of_address(draft: Draft, sentence: Words, begin: int) -> int:
    """An address goes on until what follows a comma or an "and" is something to order, a name or a way of paying."""
    for position in range(begin + 1, len(sentence)):
        key = sentence.words[position].key
        if key == "," or key in draft.phrases.joiners:
            rest = trim(draft.phrases, sentence.part(position, len(sentence)))
            named = "name_lead" in draft.phrases.lists and draft.phrases.prefix("name_lead", rest)
            if not rest or named or hear(draft, rest).lines or draft.phrases.starts.match(rest.keys):
                return position
            if draft.phrases.tail.fullmatch(rest.keys):
                return position
    bare = sentence.part(begin, len(sentence))
    for position in range(1, len(bare)):
        if draft.phrases.tail.fullmatch(bare.part(position, len(bare)).keys):
            return begin + position
    return len(sentence)


def _set_address(draft: Draft, text: str, words: Words) -> bool:
    if _goes_elsewhere(draft):
        # Where an order goes that was placed is changed by people: a new cart's address would promise it falsely.
        draft.do(AskHuman(causes=(words.said,)))
        draft.acts.add("human")
        trace(draft, "address", words)
        return True
    country = draft.place.policy.country if draft.place else ""
    draft.do(SetAddress(address=clean(text, _NOTE_LENGTH), causes=(words.said,)))
    draft.cart = replace(draft.cart, address=address_of(text, country))
    if draft.cart.fulfilment != "delivery" and (not draft.ways or "delivery" in draft.ways):
        draft.do(SetFulfilment(fulfilment="delivery", causes=(words.said,)))
    draft.question = None
    draft.acts.add("address")
    draft.tell("address")
    trace(draft, "address", words)
    return True


def _goes_elsewhere(draft: Draft) -> bool:
    """Whether an address is for the delivery that is on order: nothing else is being ordered."""
    order, idle = draft.order, not (draft.cart.lines or draft.state.question)
    return idle and order is not None and order.fulfilment == "delivery" and order.state in CHANGEABLE


def _table(draft: Draft, sentence: Words) -> Words:
    match = requests(draft.phrases.language).find("table", sentence)
    if match is None or "table" not in match.slots:
        return sentence
    name = match.slots["table"].said
    tables = {t.casefold() for t in draft.place.policy.tables} if draft.place else set()
    if not any(c.isdigit() for c in name) and name.casefold() not in tables:
        number = draft.phrases.number(match.slots["table"].keys.strip())
        if number is None:
            return sentence
        name = str(number)
    _set_table(draft, name, match.slots["table"])
    return sentence.without(match.span)


def _set_table(draft: Draft, name: str, words: Words) -> bool:
    draft.do(SetTable(table=clean(name, 40), causes=(words.said,)))
    draft.cart = replace(draft.cart, table=clean(name, 40))
    if draft.cart.fulfilment != "dine_in" and (not draft.ways or "dine_in" in draft.ways):
        draft.do(SetFulfilment(fulfilment="dine_in", causes=(words.said,)))
    draft.question = None
    draft.acts.add("table")
    draft.tell("table")
    trace(draft, "table", words)
    return True


def _note(draft: Draft, sentence: Words) -> Words:
    known = requests(draft.phrases.language)
    match = known.find("note", sentence)
    if match is not None and "note" in match.slots:
        begin = len(sentence.at((0, match.span[1]))) - len(match.slots["note"])
        said = sentence.part(begin, len(sentence))
        first = len(sentence.at((0, match.span[0])))
        rest = sentence.part(0, first)
    elif known.find("allergy", sentence):
        # The kitchen reads the customer's own words; what else they say is understood as ever.
        said, rest = sentence, sentence
        ordered = hear(draft, sentence)
        if not ordered.lines:
            rest = sentence.part(0, 0)
    else:
        return sentence
    note = "; ".join(dict.fromkeys(n for n in (draft.cart.note, clean(said.said, _NOTE_LENGTH)) if n))
    if draft.do(SetNote(note=note, causes=(sentence.said,))):
        draft.tell("note", value=clean(said.said, _NOTE_LENGTH))
        draft.acts.add("detail")
        trace(draft, "note", said)
    return rest


def _tip(draft: Draft, sentence: Words) -> Words:
    known = requests(draft.phrases.language)
    none = known.find("no_tip", sentence)
    if none is not None:
        draft.do(SetTip(causes=(sentence.said,)))
        draft.cart = replace(draft.cart, tip=None)
        draft.tell("no_tip")
        draft.acts.add("detail")
        return sentence.without(none.span)
    match = known.find("tip", sentence)
    said = match.slots.get("tip") if match else None
    if match is None or said is None:
        return sentence
    number = _AMOUNT.search(said.said)
    if number is None or len(said) > _LONGEST_TABLE:
        return sentence
    after = sentence.part(len(sentence.at((0, match.span[1]))), len(sentence)).keys
    per_cent = "%" in said.said or after.startswith(_PER_CENT) or any(w.key in _PER_CENT_WORDS for w in said.words)
    command = _tip_command(draft, number[0].replace(",", "."), per_cent=per_cent, words=sentence.said)
    if command is None:
        return sentence
    draft.do(command)
    amount = Money.parse(command.said, draft.menu.currency) if command.said else None
    draft.cart = replace(draft.cart, tip=Tip(amount, command.basis_points))
    draft.tell("tip")
    draft.acts.add("detail")
    trace(draft, "tip", said)
    end = match.span[1]
    unit = next((u for u in (*_PER_CENT, *_CURRENCY) if sentence.keys.startswith(u, end)), "")
    return sentence.without((match.span[0], end + len(unit)))


def _tip_command(draft: Draft, number: str, *, per_cent: bool, words: str) -> SetTip | None:
    if per_cent:
        points = round(float(number) * 100)
        return SetTip(basis_points=points, causes=(words,)) if 0 < points <= _WHOLE_SENT else None
    try:
        Money.parse(number, draft.menu.currency)
    except ComandaError:
        return None
    return SetTip(said=number, causes=(words,))


_PER_CENT: Final = (
    "percent ",
    "per cent ",
    "prozent ",
    "% ",
    "pour cent ",
    "por ciento ",
    "퍼센트 ",
    "프로 ",
    "بالمئة ",
    "بالمائة ",
)
_PER_CENT_WORDS: Final = frozenset(p.strip() for p in _PER_CENT) | {"cent", "ciento"}
_CURRENCY: Final = ("euro ", "euros ", "dollars ", "dollar ", "pounds ", "pound ", "€ ", "$ ", "£ ")


def _pay(draft: Draft, _match: Match, sentence: Words) -> bool:
    draft.do(PayByLink(causes=(sentence.said,)))
    draft.acts.add("pay")
    return True


def _explain(draft: Draft, _match: Match, sentence: Words) -> bool:
    draft.topics.append(AnswerTopic(topic="explain", causes=(sentence.said,)))
    draft.acts.add("question")
    return True


def _status(draft: Draft, match: Match, sentence: Words) -> bool:
    if draft.order is None and requests(draft.phrases.language).find("the_order", sentence.at(match.span)) is None:
        return False
    draft.topics.append(AnswerTopic(topic="status", causes=(sentence.said,)))
    draft.acts.add("question")
    return True


def _cancel_order(draft: Draft, _match: Match, sentence: Words) -> bool:
    if draft.cart.lines or draft.order is None:
        return False
    draft.do(CancelOrder(causes=(sentence.said,)))
    draft.acts.add("cancel_all")
    return True


def _missing(draft: Draft, match: Match, sentence: Words) -> bool:
    """Something that was ordered did not come. What is in the cart cannot be missing yet."""
    order = draft.order
    what = match.slots.get("what")
    if order is None or what is None:
        return False
    said = hear(draft, what)
    ordered = {line.line.item for line in order.lines}
    items = [r.line.item for r in said.lines if r.line.item in ordered]
    items += [o for u in said.unclear for o in u.options if o in ordered]
    if not items:
        names = {line.line.item: (line.name, *_aliases(draft, line.line.item)) for line in order.lines}
        items = list(choose([w.key for w in what.words], names))
    if not items:
        courses = {w.key.rstrip("s") for w in what.words}
        items = [i for i in ordered if _category(draft, i).rstrip("s") in courses]
    named = bool(said.lines) or any(u.kind == "item" for u in said.unclear)
    if not items and not named and order.state not in {"ready", "out_for_delivery", "completed"}:
        return False
    if {line.item for line in draft.cart.lines} & set(items) or (draft.cart.lines and not items):
        return False
    counted = [r.line.quantity for r in said.lines if r.line.item in ordered]
    quantity = counted[0] if len(counted) == 1 and any(draft.phrases.number(w.key) for w in what.words) else None
    draft.do(ReportMissing(items=tuple(dict.fromkeys(items)), quantity=quantity, causes=(sentence.said,)))
    draft.do(AskHuman(complaint=True, causes=(sentence.said,)))
    draft.acts.add("complaint")
    return True


def _refund(draft: Draft, _match: Match, sentence: Words) -> bool:
    """Money is given back by people."""
    draft.do(AskHuman(complaint=True, causes=(sentence.said,)))
    draft.acts.add("complaint")
    return True


def _change_what(draft: Draft, _match: Match, sentence: Words) -> bool:
    """“Can I change my order?”: what is said next is about the order that was placed, unless there is a cart."""
    draft.topics.append(AnswerTopic(topic="change", causes=(sentence.said,)))
    draft.acts.add("question")
    draft.asked = Asked("change")
    return True


def _aliases(draft: Draft, item: str) -> tuple[str, ...]:
    found = draft.menu.items_by_id.get(item) or draft.menu.combos_by_id.get(item)
    return tuple(found.aliases) if found else ()


def _category(draft: Draft, item: str) -> str:
    found = draft.menu.items_by_id.get(item)
    return found.category.casefold() if found else ""


_SENTENCES: Final[dict[str, Callable[[Draft, Match, Words], bool]]] = {
    "missing": _missing,
    "refund": _refund,
    "change_what": _change_what,
    "pay": _pay,
    "explain": _explain,
    "status": _status,
    "cancel_order": _cancel_order,
}
