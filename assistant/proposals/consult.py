"""Asking somebody else what an unclear message means, and acting on the answer only where it proves itself.

A proposal must explain every word of the message in a certificate that `understanding.checker` finds no fault in. Of a
line that verifies, each value must also be named by its words, and no word may be called filler that we do not know as
such: then the line is added as if the parser had read it. Otherwise the customer is asked whether it was meant. What
the parser had understood stays; a proposal that would lose any of it is dropped, and the normal question is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.commands import AddLine, AnswerTopic, Greet
from assistant.dialogue.points import Point
from assistant.execution import snapshot
from assistant.ports import Inquiry
from assistant.proposals.named import all_named
from assistant.proposals.schema import excerpt, schema
from assistant.proposals.untrusted import Proposal, Refused, read_proposal
from assistant.understanding import Certificate, check

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.dialogue.draft import Draft
    from assistant.ports import Proposer
    from assistant.shop import Shop
    from assistant.understanding import CertifiedLine, Reading
    from core.catalogue.menu import Menu

_UNSURE = frozenset({"off_menu", "which_line", "not_on_item"})
_MOST_WORDS = 120
_LONGEST_KEPT = 8000


def consult(proposer: Proposer, draft: Draft, begin: Callable[[], Draft], text: str, shop: Shop) -> Draft:
    """The draft, or a better one made of a proposal that verified. Asks nobody when the parser is sure."""
    reading = draft.read(text) if text and _is_unsure(draft) else None
    if reading is None or not 0 < len(reading.tokens) <= _MOST_WORDS:
        return draft
    answer = proposer.propose(_inquiry(draft, reading, text, shop))
    if answer is None:
        return draft
    try:
        proposal = _verified(draft.menu, reading, read_proposal(answer))
        made = _made(begin(), reading, proposal)
        if not _keeps(draft, made) or _talks_away(draft, reading, proposal):
            raise Refused("loses what was understood")  # noqa: TRY301 - all refusals are noted in one place
    except Refused as refused:
        draft.trace.append(
            {"by": "model", "act": "dropped", "words": text, "why": str(refused), "proposal": _kept(answer)}
        )
        return draft
    made.trace.append({"by": "model", "act": "proposal", "words": text, "proposal": answer})
    return made


def _verified(menu: Menu, reading: Reading, proposal: Proposal) -> Proposal:
    """The proposal again, if its certificate holds and all it speaks of is on the menu.

    Raises:
        Refused: it does not; says the first fault.
    """
    if faults := check(menu, _certificate(reading, proposal)):
        raise Refused(f"{faults[0].code}, {faults[0].where}")  # noqa: EM102 - one line says it
    items = {*menu.items_by_id, *menu.combos_by_id}
    if not all(items.issuperset(topic.items) for topic in proposal.topics):
        raise Refused("a question about what is not on the menu")
    return proposal


def _is_unsure(draft: Draft) -> bool:
    """Whether words are left that nothing explains, and nothing was done but adding what was sure."""
    if draft.topics or any(n.kind == "injection" for n in draft.news):
        return False
    if any(not isinstance(c, AddLine | Greet) for c in draft.commands):
        return False
    if draft.strays or any(p.kind in _UNSURE for p in draft.points):
        return True
    return not (draft.commands or draft.points or draft.news) and "unknown" in draft.acts


def _inquiry(draft: Draft, reading: Reading, text: str, shop: Shop) -> Inquiry:
    question = draft.state.question
    return Inquiry(
        conversation=shop.conversation_id,
        message=shop.inbound_id,
        language=draft.phrases.language,
        text=text,
        words=tuple(t.folded for t in reading.tokens),
        menu=excerpt(draft.menu, text),
        cart=tuple(line.to_json() for line in draft.before),
        question=question.to_json() if question else None,
        schema=schema(),
    )


def _certificate(reading: Reading, proposal: Proposal) -> Certificate:
    explained = [w for topic in proposal.topics for w in topic.words]
    explained += [w for greeting in proposal.greetings for w in greeting.words]
    return Certificate(
        words=tuple(t.folded for t in reading.tokens),
        lines=proposal.lines,
        filler=proposal.filler,
        asked=tuple(explained),
    )


def _made(draft: Draft, reading: Reading, proposal: Proposal) -> Draft:
    """A fresh draft with what the proposal says, each line added or asked about."""
    known = _known(draft, reading)
    plain = set(proposal.filler) <= known
    for certified in proposal.lines:
        if plain and all_named(draft.menu, certified, [t.folded for t in reading.tokens]):
            draft.add(certified.line, (_words(reading, certified),))
            draft.acts.add("order")
        elif not draft.points:
            draft.open(Point("propose", _words(reading, certified), (certified.line.item,), certified.line))
            draft.acts.add("order")
    for topic in proposal.topics:
        said = " ".join(reading.tokens[w].text for w in topic.words)
        draft.topics.append(AnswerTopic(topic=topic.topic, items=topic.items, causes=(said,)))
        draft.acts.add("question")
    for greeting in proposal.greetings:
        draft.do(Greet(what=greeting.what))
        draft.acts.add("talk")
    draft.close_clause()
    draft.cart = snapshot(draft.cart, draft.before)
    return draft


def _known(draft: Draft, reading: Reading) -> set[int]:
    """The words that we know ourselves to mean nothing for an order."""
    everyday = draft.phrases.everyday
    return {*reading.filler, *(n for n, t in enumerate(reading.tokens) if t.folded in everyday)}


def _talks_away(draft: Draft, reading: Reading, proposal: Proposal) -> bool:
    """Whether words that would be asked about beside an order pass as a question, or any as a greeting."""
    greeted = {w for greeting in proposal.greetings for w in greeting.words}
    return (draft.changed and bool(proposal.topics)) or not greeted <= _known(draft, reading)


def _words(reading: Reading, certified: CertifiedLine) -> str:
    positions = sorted({t for cause in certified.causes for t in cause.tokens})
    return " ".join(reading.tokens[p].text for p in positions)


def _keeps(draft: Draft, made: Draft) -> bool:
    """Whether all that the parser had added is in the other draft too, and something came of that."""
    have = {line.unit: line.quantity for line in made.cart.lines}
    kept = all(have.get(line.unit, 0) >= line.quantity for line in draft.cart.lines)
    return kept and bool(made.commands or made.points or made.topics)


def _kept(answer: object) -> object:
    """A refused answer as the trace keeps it: not at all when it is long."""
    return answer if len(repr(answer)) <= _LONGEST_KEPT else None
