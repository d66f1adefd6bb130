"""What to do and say after a message: one question at a time, and the order only when it is whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.commands import (
    AddLine,
    AskHuman,
    CancelOrder,
    ChangeOrder,
    Greet,
    MoveOrder,
    PayByLink,
    PlaceOrder,
    ReplaceLine,
    ReportMissing,
    SetFulfilment,
    SplitLine,
)
from assistant.dialogue.options import roots
from assistant.dialogue.points import Point
from assistant.dialogue.state import Question, State
from assistant.planner import suggestions
from core.orders import rules
from core.orders.lines import Line

if TYPE_CHECKING:
    from assistant.commands import Command
    from assistant.dialogue.draft import Draft
    from assistant.dialogue.points import News
    from core.catalogue.menu import Menu

_FINISHING = frozenset({"done", "pickup", "dine_in", "delivery", "name", "place", "time", "address", "table"})
_DETAILS = frozenset({"time", "address", "table", "detail"})
_WAITS = frozenset({"which", "quantity"})
_MOVING = _FINISHING | {"order", "edit", "just_that", "yes"}
_PATIENCE = 2  # times that nothing was understood before help is offered
_DOUBT = 5  # times before a person is asked to take over


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of a message. `asks`: the reply raises a specific open point of this turn."""

    points: tuple[Point, ...] = ()
    news: tuple[News, ...] = ()
    question: Question | None = None
    read_back: bool = False
    place: bool = False
    nothing_to_place: bool = False
    human: bool = False
    complaint: bool = False
    cancel_order: bool = False
    greetings: tuple[str, ...] = ()
    lost: bool = False
    offer_help: bool = False
    anything_else: bool = False
    asks: bool = False
    missing: ReportMissing | None = None
    pay: bool = False
    change: ChangeOrder | None = None
    move: MoveOrder | None = None


def plan(draft: Draft, state: State) -> tuple[Plan, State, tuple[Command, ...]]:
    """The plan, the state that the conversation is left in, and the commands that are carried out."""
    menu = draft.menu
    missing = rules.missing_choices(menu, draft.cart.lines)
    points = tuple(_with_options(menu, p) for p in _points(draft))
    points, waiting = _one_question((*points, *_unanswered(draft)))
    wants = [c for c in draft.commands if isinstance(c, PlaceOrder)]
    enough = "no_more" in draft.acts and not draft.changed
    finishing = (state.finishing or enough or bool(draft.acts & _FINISHING) or bool(wants)) and not draft.acts & {
        "hold",
        "cancel_all",
    }
    confirming = state.phase == "confirming"
    place = bool(wants) and bool(draft.cart.lines) and not missing and not points and (confirming or not draft.changed)
    needed = _needed(draft)
    if place and (draft.changed or needed is not None or draft.acts & _DETAILS):
        place = False
    if place and draft.late:
        # A yes that took its time may be to something the customer no longer wants: read it back once more.
        place = False
        draft.tell("late_message")
    lost = _is_lost(draft, points)
    question = _question(points)
    if question is None or (question.kind == "off_menu" and not question.options):
        question = _about_missing(missing) or question  # what can be answered is what the next words answer
    complete = bool(draft.cart.lines) and not missing and not points
    read_back = complete and finishing and not place and needed is None and _moves_on(draft)
    sent = needed is not None and any(isinstance(c, SetFulfilment) for c in draft.commands)
    if question is None and draft.moving and draft.moments:
        question = Question("time", subject="order", options=tuple(m.isoformat() for m in draft.moments))
    if question is None and complete and (finishing or draft.moments or sent) and not place:
        question = needed or Question("place")
    if (
        draft.question
        and not question
        and not draft.changed
        and draft.question.kind in {"quantity", "propose", "off_menu", "which"}
    ):
        question = draft.question if not draft.acts & {"refuse", "cancel_all", "answer", "order", "edit"} else None
    astray = lost or (bool(points) and not draft.commands and all(p.kind == "off_menu" for p in points))
    failures = state.failures + 1 if astray else 0
    made = Plan(
        points=points,
        news=tuple(n for n in draft.news if not _is_passing(draft, n)),
        question=question,
        read_back=read_back,
        place=place,
        nothing_to_place=bool(wants) and not draft.cart.lines,
        human=any(isinstance(c, AskHuman) for c in draft.commands) or failures >= _DOUBT,
        complaint=any(isinstance(c, AskHuman) and c.complaint for c in draft.commands),
        cancel_order=any(isinstance(c, CancelOrder) for c in draft.commands),
        greetings=tuple(c.what for c in draft.commands if isinstance(c, Greet)),
        lost=lost,
        offer_help=lost and failures >= _PATIENCE,
        anything_else=bool(draft.changed and not finishing and question is None),
        asks=bool(points) or bool(missing) or lost,
        missing=next((c for c in draft.commands if isinstance(c, ReportMissing)), None),
        pay=any(isinstance(c, PayByLink) for c in draft.commands),
        change=next((c for c in draft.commands if isinstance(c, ChangeOrder)), None),
        move=next((c for c in draft.commands if isinstance(c, MoveOrder)), None),
    )
    after = State(
        locale=draft.phrases.language,
        phase="confirming" if question is not None and question.kind == "place" else "ordering",
        question=question,
        focus=tuple(g for g in draft.focus if all(i < len(draft.cart.lines) for i in g)),
        past=draft.cart.past,
        offered=draft.offered if not draft.changed or draft.topics else (),
        asked=draft.asked,
        last_choice=draft.last_choice,
        failures=failures,
        greeted=True,
        finishing=finishing and not place,
        cart_id=state.cart_id,
        cart_version=state.cart_version,
        told_total=state.told_total if confirming and not draft.changed else None,
        waiting=waiting,
    )
    commands = tuple(c for c in draft.commands if place or not isinstance(c, PlaceOrder))
    return made, after, commands


def _is_passing(draft: Draft, news: News) -> bool:
    """Whether a change was changed once more in the same message: only what came of it is told."""
    later = draft.news[draft.news.index(news) + 1 :]
    there = news.line is None or any(line.unit == news.line.unit for line in draft.cart.lines)
    return news.kind == "changed" and not there and any(n.kind == "changed" for n in later)


def _unanswered(draft: Draft) -> tuple[Point, ...]:
    """Questions of earlier that nobody answered: what the customer asked for then must not vanish."""
    if draft.acts & {"cancel_all", "refuse", "hold", "human", "complaint", "undo"}:
        return ()
    open_still = [draft.question] if draft.question and draft.question == draft.state.question else []
    aside = "question" in draft.acts and any(q.kind == "which" for q in open_still)
    if not (draft.acts & _MOVING or aside or draft.state.question != draft.question):
        open_still = []
    done = [c for c in draft.commands if isinstance(c, AddLine | ReplaceLine | SplitLine)]
    added = {c.line.item for c in done}
    causes = {r for c in done for cause in c.causes for r in roots(cause)}
    said = causes - draft.phrases.everyday  # "chicken" again, now of something we have
    return tuple(
        Point(q.kind, q.words, tuple(q.options[:1]), q.template, q.line, q.options)  # type: ignore[arg-type]
        for q in (*open_still, *(draft.state.waiting if not _is_kept(draft) else ()))
        if q.kind in _WAITS
        and not said & set(roots(q.words))
        and not added & {*q.options, q.template.item if q.template else ""}
    )


def _is_kept(draft: Draft) -> bool:
    """Whether the open question stays open without being asked again."""
    same = draft.question is not None and draft.question == draft.state.question
    return same and not draft.acts & (_MOVING | {"question"})


def _one_question(points: tuple[Point, ...]) -> tuple[tuple[Point, ...], tuple[Question, ...]]:
    """The points that are raised now, and the questions that wait until the first is answered."""
    asked = [p for p in points if p.kind in _WAITS and _question((p,))]
    later = asked[1:]
    questions = [_question((p,)) for p in later]
    return tuple(p for p in points if p not in later), tuple(q for q in questions if q is not None)


def _points(draft: Draft) -> tuple[Point, ...]:
    points = [p for p in draft.points if p.kind != "off_menu" or not _explained_elsewhere(draft, p)]
    nothing_else = (
        not draft.acts
        & {
            "order",
            "edit",
            "answer",
            "undo",
            "cancel_all",
            "question",
            "place",
            "done",
            "undecided",
            "refuse",
            "conditional",
            "yes",
            "hold",
            "just_that",
            "off_menu",
            "tentative",
            "detail",
            "pay",
            "time",
            "address",
            "table",
        }
        and not {"human", "complaint", "name", "pickup", "dine_in", "delivery", "help"} & draft.acts
    )
    if draft.strays and not points and nothing_else:
        points += [Point("off_menu", s) for s in draft.strays[:2]]
    return tuple(points)


def _explained_elsewhere(draft: Draft, point: Point) -> bool:
    """Left-over words beside something that was declined by name need no question of their own."""
    return any(p.kind == "unavailable" for p in draft.points) and draft.points.index(point) > 0


def _is_lost(draft: Draft, points: tuple[Point, ...]) -> bool:
    if draft.commands or draft.points or draft.news or draft.topics or points:
        return False
    return not draft.acts - {"unknown", "talk"} and "unknown" in draft.acts


def _with_options(menu: Menu, point: Point) -> Point:
    if point.kind == "off_menu" and not point.options:
        return replace(point, options=suggestions.near(menu, point.words))
    if point.kind == "unavailable" and not point.options and point.items:
        return replace(point, options=suggestions.of_same_category(menu, point.items[0]))
    return point


def _question(points: tuple[Point, ...]) -> Question | None:
    for point in points:
        if point.kind == "which" and point.options:
            return Question("which", options=point.options, template=point.line, words=point.words)
        if point.kind == "quantity" and point.line is not None:
            return Question("quantity", line=point.target, template=point.line, options=(), words=point.words)
        if point.kind == "propose" and point.line is not None:
            return Question("propose", template=point.line)
        if point.kind in {"off_menu", "unavailable"}:
            quantity = point.line.quantity if point.line else 1
            options = point.options if len(points) == 1 else ()  # a "yes" to one of several would be a guess
            template = Line(options[0], quantity) if options else None
            return Question("off_menu", options=options, template=template, words=point.words)
    return None


def _about_missing(missing: tuple[rules.Missing, ...]) -> Question | None:
    if not missing:
        return None
    first = missing[0]
    return Question(first.kind, line=first.line_index, slot=first.slot_index, subject=first.id, options=first.options)


def _needed(draft: Draft) -> Question | None:
    """What must be known before the order can be agreed to: which of two times, the address, the table."""
    cart, place = draft.cart, draft.place
    if draft.moments:
        return Question("time", options=tuple(m.isoformat() for m in draft.moments))
    if cart.fulfilment == "delivery" and cart.address is None and draft.zoned:
        return Question("address")
    if (
        cart.fulfilment == "dine_in"
        and not cart.table
        and place
        and (place.policy.tables or place.policy.table_required)
    ):
        return Question("table")
    return None


def _moves_on(draft: Draft) -> bool:
    """Whether the message brought the order on, rather than only asking something or saying wait."""
    return draft.changed or bool(
        draft.acts & (_FINISHING | {"answer", "refuse", "order", "edit", "yes", "just_that", "detail"})
    )
