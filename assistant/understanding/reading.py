"""What understanding one message answers: a `Reading`, in which every word has a place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from core.catalogue.menu import PreModifier
    from core.orders.lines import Line

Determiner = Literal["none", "indefinite", "number", "definite", "another", "partitive", "both", "all", "each"]
Part = Literal["item", "combo", "slot", "variation", "modifier", "quantity", "negation", "pre_modifier"]


class Token(NamedTuple):
    """A word of the message: as written, as compared, and where it stands (character offsets, end exclusive)."""

    text: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cause:
    """A value of a line and the words (token positions) that put it there."""

    part: Part
    value: str
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadLine:
    """An order line that the message describes, with its proof.

    `determiner` says how it was introduced: "a latte" and "two lattes" order; "the latte", "one of the lattes"
    (partitive), "both lattes" may point at what is in the cart already.
    """

    line: Line
    causes: tuple[Cause, ...]
    determiner: Determiner = "none"
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class LoosePart:
    """A size, modifier or number that no item of this message can own: "large", "with oat milk", "no onions", "two".

    `values` holds every menu sense the words can have, as (group id, modifier id), (item id, variation id) or
    ("", number as text); the dialogue picks the one that fits the cart or the open question.
    """

    kind: Literal["modifier", "variation", "quantity"]
    values: tuple[tuple[str, str], ...]
    tokens: tuple[int, ...]
    pre_modifier: PreModifier | None = None
    quantity: int = 1
    negation: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words with several menu meanings of about equal weight: ask which. `options` are item or modifier ids."""

    tokens: tuple[int, ...]
    kind: Literal["item", "modifier", "variation", "quantity"]
    options: tuple[str, ...]
    line: int | None = None  # the line of the reading that the words belong to; None for one of their own
    guess: ReadLine | None = None  # the line as it would be with the first option


@dataclass(frozen=True, slots=True)
class Reading:
    """The best whole reading of a message.

    Every token is in a cause, `loose`, `filler`, `unclear`, `declined` ("no drinks", or only talked about: "your coffee
    is great"), `retracted` ("two, no, three": the two), `asked` (a question) or `unexplained`. `asked_lines` and
    `asked_loose` are what a question is about: never ordered.
    """

    tokens: tuple[Token, ...]
    lines: tuple[ReadLine, ...] = ()
    loose: tuple[LoosePart, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    filler: tuple[int, ...] = ()
    unexplained: tuple[int, ...] = ()
    declined: tuple[int, ...] = ()
    retracted: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    asked_lines: tuple[ReadLine, ...] = ()
    asked_loose: tuple[LoosePart, ...] = ()
    score: float = 0.0
    notes: tuple[str, ...] = field(default=(), compare=False)

    def words(self, positions: tuple[int, ...]) -> str:
        """The words at these positions, as the customer wrote them."""
        return " ".join(self.tokens[p].text for p in positions)
