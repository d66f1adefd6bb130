"""The working copy of a conversation while one message is understood: the cart so far, and what to say about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.commands import AddLine, ReplaceLine, SplitLine
from assistant.dialogue.fitting import Place, serving_of, tidy, with_serving
from assistant.dialogue.points import News, NewsKind, Point
from assistant.execution import CartValue, Outcome, execute
from core.kernel.errors import InvalidLine
from core.orders import rules
from core.orders.lines import Choice, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from assistant.commands import AnswerTopic, Command
    from assistant.dialogue.phrases import Phrases
    from assistant.dialogue.state import Asked, Question, State
    from assistant.understanding.reading import LoosePart, Reading
    from core.catalogue.menu import Menu
    from core.merchants import LocationView
    from core.orders.views import OrderView

DOUBTFUL_QUANTITY = 50  # more units of one line than this are asked about before they are believed
_FOCUS_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Target:
    """A serving of the cart that is meant, and how many units of its line; None is all of them."""

    place: Place
    units: int | None = None


@dataclass
class Draft:
    """Collects commands one by one, each carried out at once, so that later words can refer to earlier ones."""

    menu: Menu
    phrases: Phrases
    read: Callable[[str], Reading]
    cart: CartValue
    state: State
    question: Question | None = None
    focus: list[tuple[int, ...]] = field(default_factory=list)
    offered: tuple[str, ...] = ()
    asked: Asked | None = None
    last_choice: tuple[int, str, str] | None = None
    commands: list[Command] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    topics: list[AnswerTopic] = field(default_factory=list)
    acts: set[str] = field(default_factory=set)
    trace: list[dict[str, Any]] = field(default_factory=list)
    mentioned: tuple[LoosePart, ...] = ()
    ways: tuple[str, ...] = ()
    strays: list[str] = field(default_factory=list)
    marks: list[tuple[CartValue, int, int]] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    before: tuple[Line, ...] = ()
    place: LocationView | None = None
    at: datetime | None = None
    order: OrderView | None = None
    zoned: bool = False
    moments: tuple[datetime, ...] = ()
    moving: bool = False
    late: bool = False
    pressed: set[str] = field(default_factory=set)

    @classmethod
    def start(
        cls, menu: Menu, phrases: Phrases, read: Callable[[str], Reading], cart: CartValue, state: State
    ) -> Draft:
        """A draft that begins where the conversation stands."""
        return cls(
            menu,
            phrases,
            read,
            cart,
            state,
            question=state.question,
            focus=list(state.focus),
            offered=state.offered,
            asked=state.asked,
            last_choice=state.last_choice,
            before=cart.lines,
        )

    @property
    def changed(self) -> bool:
        """Whether this message has changed the lines."""
        return self.cart.lines != self.before

    def do(self, command: Command) -> bool:
        """Carry out a command; answers whether it was accepted. What was refused becomes an open point."""
        outcome = execute(self.menu, self.cart, command)
        if outcome.refused is not None:
            self._note_refusal(command, outcome)
            return False
        self.commands.append(command)
        self.cart = outcome.cart
        if outcome.moved:
            self._follow(outcome.moved)
        if outcome.touched is not None:
            self.touched.append(outcome.touched)
        return True

    def tell(self, kind: NewsKind, line: Line | None = None, value: str = "") -> None:
        """Remember something to say."""
        item = News(kind, line, value)
        if item not in self.news:
            self.news.append(item)

    def open(self, point: Point) -> None:
        """Remember something that is open."""
        if point not in self.points:
            self.points.append(point)

    def mention(self, indices: Iterable[int]) -> None:
        """Lines that were spoken of: the next "it" is the last of them."""
        group = tuple(dict.fromkeys(i for i in indices if 0 <= i < len(self.cart.lines)))
        if group:
            self.focus = [group, *(g for g in self.focus if g != group)][:_FOCUS_DEPTH]

    def close_clause(self) -> None:
        """A clause has ended: what it touched is what "it" and "both" mean next."""
        if self.touched:
            self.mention(sorted(self.touched))
            self.touched = []

    def add(self, line: Line, causes: tuple[str, ...]) -> bool:
        """Add a line unless it cannot be had or so many are doubtful."""
        item = self.menu.items_by_id.get(line.item)
        if item is not None and not item.available:
            self.open(Point("unavailable", item.name, (item.id,), line))
            return False
        if not 0 < line.quantity <= DOUBTFUL_QUANTITY:
            self.open(Point("quantity", str(line.quantity), (line.item,), line))
            return False
        line = self._allowed(tidy(self.menu, line))
        if not self.do(AddLine(line=line, causes=causes)):
            return False
        self._follow_choice(line)
        self.tell("added", line)
        return True

    def change(self, target: Target, serving: Line, causes: tuple[str, ...], *, quantity: int | None = None) -> bool:
        """Make the targeted units this serving; splits the line when only some of its units are meant."""
        index, slot = target.place.line, target.place.slot
        old = self.cart.lines[index]
        new = tidy(self.menu, with_serving(old, slot, serving).with_quantity(old.quantity))
        new = self._allowed(new, old.modifiers if old.item == new.item else ())
        if quantity is not None:
            if not 0 < quantity <= DOUBTFUL_QUANTITY:
                self.open(Point("quantity", str(quantity), (old.item,), old.with_quantity(quantity), index))
                return False
            new = new.with_quantity(quantity)
        if new == old:
            self.touched.append(index)
            return True
        if target.units is not None and target.units < old.quantity and quantity is None:
            command: SplitLine | ReplaceLine = SplitLine(
                index=index, line=new.with_quantity(target.units), causes=causes
            )
        else:
            command = ReplaceLine(index=index, line=new, causes=causes)
        if not self.do(command):
            return False
        self._follow_choice(serving)
        self.tell("changed", command.line)
        return True

    def _allowed(self, line: Line, had: tuple[Choice, ...] = ()) -> Line:
        """The line without what the menu does not allow on it; what is left out is an open point, never a silence.

        What it `had` before stays rather than what is new.
        """
        kept = line
        for choice in sorted(line.modifiers, key=lambda c: c in had):
            if _fault(self.menu, kept) is None:
                return kept
            plain = replace(choice, pre_modifier=None)
            without = tuple(c for c in kept.modifiers if c != choice)
            for modifiers in ((*without, plain), without) if choice.pre_modifier else (without,):
                tried = replace(kept, modifiers=modifiers)
                if _fault(self.menu, tried) != _fault(self.menu, kept):
                    group = self.menu.groups_by_id.get(choice.group)
                    modifier = group.modifier(choice.modifier) if group else None
                    kind = "too_many" if _fault(self.menu, kept) == "too_many" else "not_on_item"
                    self.open(Point(kind, modifier.name if modifier else "", (line.item,), line))  # type: ignore[arg-type]
                    kept = tried
                    break
        return kept

    def serving(self, place: Place) -> Line:
        """What stands at a place of the cart."""
        return serving_of(self.cart.lines[place.line], place.slot)

    def places(self) -> list[Place]:
        """Every serving of the cart: a combo's line, then its slots."""
        found = []
        for index, line in enumerate(self.cart.lines):
            found.append(Place(index))
            found += [Place(index, n) for n in range(len(line.slots))]
        return found

    def recent(self) -> list[int]:
        """Lines of the cart, the one mentioned last first."""
        order: list[int] = []
        for group in self.focus:
            order += [i for i in reversed(group) if i not in order and i < len(self.cart.lines)]
        return order + [i for i in range(len(self.cart.lines) - 1, -1, -1) if i not in order]

    def mark(self) -> None:
        """Remember this moment: a correction later in the same message may come back to it."""
        self.marks.append((self.cart, len(self.commands), len(self.news)))

    def back(self) -> bool:
        """Take back what the last clause of this message that changed the cart did."""
        while self.marks:
            cart, commands, news = self.marks.pop()
            if cart.lines != self.cart.lines:
                self.cart, self.touched = cart, []
                del self.commands[commands:], self.news[news:]
                self.focus = [g for g in self.focus if all(i < len(cart.lines) for i in g)]
                return True
        return False

    def _follow(self, moved: tuple[tuple[int, ...], ...]) -> None:
        def group(old: Iterable[int]) -> tuple[int, ...]:
            return tuple(dict.fromkeys(n for i in old if i < len(moved) for n in moved[i]))

        self.focus = [g for g in (group(old) for old in self.focus) if g]
        self.touched = list(group(self.touched))
        if self.last_choice and self.last_choice[0] < len(moved):
            where = moved[self.last_choice[0]]
            self.last_choice = (where[-1], *self.last_choice[1:]) if where else None

    def _follow_choice(self, serving: Line) -> None:
        chosen = [c for c in serving.modifiers if c.pre_modifier != "no"]
        if chosen and self.touched:
            self.last_choice = (self.touched[-1], chosen[-1].group, chosen[-1].modifier)

    def _note_refusal(self, command: Command, outcome: Outcome) -> None:
        refused = outcome.refused
        if refused is None:
            return
        line = getattr(command, "line", None)
        self.trace.append({"refused": command.kind, "reason": refused.reason, "detail": refused.detail})
        if refused.reason == "unavailable":
            self.open(Point("unavailable", refused.detail, line=line))
        elif refused.reason == "invalid" and isinstance(line, Line):
            kind = "too_many" if refused.detail in {"too_many", "quantity"} else "not_on_item"
            self.open(Point("too_many" if kind == "too_many" else "not_on_item", "", (line.item,), line))
        elif refused.reason == "nothing_to_undo":
            self.tell("nothing_to_undo")


def _fault(menu: Menu, line: Line) -> str | None:
    """What the menu has against a line, if anything."""
    try:
        rules.check_line(menu, line)
    except InvalidLine as problem:
        return str(problem.values.get("kind", "invalid"))
    return None
