"""Commands on a cart value: an adversary in the place of understanding changes nothing that the menu forbids."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, cast

import pytest

from assistant.commands import (
    KINDS,
    AddLine,
    AnswerTopic,
    AskHuman,
    CancelOrder,
    ChangeOrder,
    ClearCart,
    Command,
    Greet,
    MoveOrder,
    PayByLink,
    PlaceOrder,
    RemoveLine,
    ReplaceLine,
    ReportMissing,
    SetAddress,
    SetFulfilment,
    SetName,
    SetNote,
    SetTable,
    SetTime,
    SetTip,
    SplitLine,
    Undo,
    command_from_json,
)
from assistant.execution import CartValue, execute, execute_all, snapshot
from core.catalogue.menu import Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, Variation
from core.kernel.errors import InvalidInput, InvalidLine
from core.kernel.money import Money
from core.orders import rules
from core.orders.lines import Choice, Line, Slot
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.commands import Fulfilment

TEA = MENUS["tea"]
EUR = Money(100, "EUR")


def test_adding_joins_equal_units_and_keeps_both_causes() -> None:
    cart = execute(TEA, CartValue(), AddLine(line=Line("mochi"), causes=("a mochi",))).cart
    outcome = execute(TEA, cart, AddLine(line=Line("mochi", 2), causes=("two more",)))
    assert outcome.cart.lines == (Line("mochi", 3),)
    assert outcome.cart.causes == (("a mochi", "two more"),)


def test_splitting_takes_units_out_of_a_line() -> None:
    cart = CartValue((Line("yuzu", 3),), (("three",),))
    jelly = Line("yuzu", 1, None, (Choice("pearls", "lychee"),))
    outcome = execute(TEA, cart, SplitLine(index=0, line=jelly))
    assert outcome.cart.lines == (Line("yuzu", 2), jelly)
    assert outcome.moved == ((0, 1),)
    assert outcome.touched == 1


def test_replacing_a_line_by_its_like_joins_them() -> None:
    cart = CartValue((Line("mochi"), Line("yuzu")), ((), ()))
    outcome = execute(TEA, cart, ReplaceLine(index=1, line=Line("mochi", 2)))
    assert outcome.cart.lines == (Line("mochi", 3),)
    assert outcome.moved == ((0,), (0,))


def test_undo_goes_back_one_change_at_a_time() -> None:
    first = execute(TEA, CartValue(), AddLine(line=Line("mochi"))).cart
    first = snapshot(first, ())
    second = snapshot(execute(TEA, first, AddLine(line=Line("yuzu"))).cart, first.lines)
    back = execute(TEA, second, Undo()).cart
    assert back.lines == (Line("mochi"),)
    assert execute(TEA, back, Undo()).cart.lines == ()
    assert execute(TEA, CartValue(), Undo()).refused is not None


def test_what_cannot_be_had_is_refused_and_changes_nothing() -> None:
    before = CartValue((Line("mochi"),), ((),))
    outcome = execute(TEA, before, AddLine(line=Line("bun")))
    assert outcome.cart is before
    assert outcome.refused is not None
    assert outcome.refused.reason == "unavailable"


@pytest.mark.parametrize("index", [-1, 1, 99])
def test_lines_that_are_not_there_are_refused(index: int) -> None:
    before = CartValue((Line("mochi"),), ((),))
    for command in (RemoveLine(index=index), ReplaceLine(index=index, line=Line("yuzu"))):
        outcome = execute(TEA, before, command)
        assert outcome.cart is before
        assert outcome.refused is not None
        assert outcome.refused.reason == "no_such_line"


def test_no_command_has_a_field_for_money() -> None:
    fields = {name for kind in KINDS.values() for name in kind.__dataclass_fields__}
    assert fields
    assert not {f for f in fields if any(w in f for w in ("price", "total", "amount", "discount", "currency", "tax"))}


def _menu(rng: random.Random) -> Menu:
    groups = tuple(
        ModifierGroup(
            f"g{g}",
            f"Group {g}",
            tuple(
                Modifier(f"m{m}", f"Mod {m}", EUR, default=rng.random() < 0.3, max=rng.choice([1, 2, None]))
                for m in range(rng.randint(1, 4))
            ),
            min=rng.randint(0, 1),
            max=rng.choice([1, 2, None]),
            pre_modifiers=rng.choice([(), ("no",), ("light", "extra"), ("side",)]),
        )
        for g in range(4)
    )
    items = tuple(
        Item(
            f"i{i}",
            f"Item {i}",
            EUR,
            variations=tuple(Variation(f"v{v}", f"V {v}", EUR) for v in range(rng.randint(0, 3))),
            modifier_groups=tuple(rng.sample([g.id for g in groups], rng.randint(0, 3))),
            available=rng.random() < 0.8,
        )
        for i in range(6)
    )
    combo = Combo("c0", "Combo", EUR, (ComboSlot("s0", "one", ("i0", "i1")), ComboSlot("s1", "two", ("i2",), 2)))
    return Menu("Random", "EUR", "en", items, groups, (combo,))


def _line(rng: random.Random) -> Line:
    def choices() -> tuple[Choice, ...]:
        return tuple(
            Choice(
                f"g{rng.randint(0, 5)}",
                f"m{rng.randint(0, 5)}",
                rng.choice([None, None, "no", "light", "regular", "extra", "side"]),
                rng.choice([1, 1, 1, 2, 0, -1, 1000]),
            )
            for _ in range(rng.choice([0, 0, 1, 2, 5]))
        )

    def variation() -> str | None:
        return rng.choice([None, None, "v0", "v1", "nonsense"])

    item = rng.choice(["i0", "i1", "i2", "i3", "i4", "i5", "c0", "nothing"])
    slots: tuple[Slot, ...] = ()
    if item == "c0" or rng.random() < 0.05:
        slots = tuple(
            Slot(rng.choice(["s0", "s1", "s9"]), f"i{rng.randint(0, 6)}", variation(), choices())
            for _ in range(rng.randint(0, 4))
        )
    return Line(item, rng.choice([1, 1, 2, 3, 99, 100, 0, -5, 10**9]), variation(), choices(), slots)


def _command(rng: random.Random) -> Command:
    index = rng.randint(-2, 6)
    makers: list[Callable[[], Command]] = [
        lambda: AddLine(line=_line(rng), causes=("x",)),
        lambda: AddLine(line=Line(f"i{rng.randint(0, 5)}", rng.randint(1, 3)), causes=("x",)),
        lambda: ReplaceLine(index=index, line=_line(rng)),
        lambda: SplitLine(index=index, line=_line(rng)),
        lambda: RemoveLine(index=index, quantity=rng.choice([None, 1, 0, -3, 50])),
        ClearCart,
        Undo,
        lambda: SetFulfilment(fulfilment=rng.choice(["pickup", "dine_in", cast("Fulfilment", "teleport")])),
        lambda: SetName(name=rng.choice(["", "Ana", "\x00" * 500, "x" * 5000])),
        lambda: SetNote(note="y" * 9000),
        PlaceOrder,
        CancelOrder,
        lambda: AnswerTopic(topic=rng.choice(["price", "nonsense"])),
        AskHuman,
        lambda: Greet(what="thanks"),
        lambda: SetTime(day=rng.choice([None, 1]), hour=rng.choice([None, 6, 99]), half=rng.choice(["", "pm", "x"])),
        lambda: SetAddress(address=rng.choice(["", "12 Mill Road", "z" * 5000])),
        lambda: SetTable(table=rng.choice(["", "5"])),
        lambda: SetTip(said=rng.choice(["", "2.50", "-1"]), basis_points=rng.choice([0, 1000, -5])),
        lambda: ChangeOrder(lines=(_line(rng),)),
        lambda: MoveOrder(moment=rng.choice(["", "2026-11-18T19:00:00+00:00"])),
        PayByLink,
        lambda: ReportMissing(items=("i0",), quantity=rng.choice([None, 1, -1])),
    ]
    return rng.choice(makers)()


def test_an_adversary_never_makes_an_invalid_cart() -> None:
    rng = random.Random(7)
    accepted = refused = 0
    for _ in range(40):
        menu = _menu(rng)
        cart = CartValue()
        for _ in range(150):
            before = cart.lines
            outcome = execute(menu, cart, _command(rng))
            cart = snapshot(outcome.cart, before)
            rules.check_lines(menu, cart.lines)
            assert len(cart.lines) == len(cart.causes)
            assert rules.unavailable(menu, cart.lines, before=before) is None
            assert len(cart.past) <= 10
            accepted += outcome.refused is None
            refused += outcome.refused is not None
    assert accepted > 1000
    assert refused > 1000


def test_control_without_the_check_the_adversary_wins() -> None:
    rng = random.Random(7)
    broken = 0
    for _ in range(40):
        menu = _menu(rng)
        lines: tuple[Line, ...] = ()
        for _ in range(60):
            command = _command(rng)
            if isinstance(command, AddLine):
                lines = (*lines, command.line)
        try:
            rules.check_lines(menu, lines)
        except InvalidLine:
            broken += 1
    assert broken > 30


def test_commands_survive_json() -> None:
    rng = random.Random(3)
    seen = set()
    for _ in range(400):
        command = _command(rng)
        assert command_from_json(command.to_json()) == command
        seen.add(command.kind)
    assert seen == set(KINDS)


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no such command"):
        command_from_json({"kind": "set_price", "amount": 1})


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"kind": ["undo"]},
        {"kind": "add_line"},
        {"kind": "add_line", "line": None},
        {"kind": "add_line", "line": {"item": ["mochi"]}},
        {"kind": "add_line", "line": {"item": "mochi", "quantity": True}},
        {"kind": "add_line", "line": {"item": "mochi", "variation": 3}},
        {"kind": "add_line", "line": {"item": "mochi", "modifiers": "kinako"}},
        {"kind": "add_line", "line": {"item": "mochi", "modifiers": [{"group": "dust"}]}},
        {"kind": "add_line", "line": {"item": "mochi", "slots": [{"slot": "a", "item": None}]}},
        {"kind": "remove_line", "index": "0"},
        {"kind": "remove_line", "index": True},
        {"kind": "remove_line", "index": 0, "quantity": 1.0},
        {"kind": "set_name", "name": None},
        {"kind": "set_name", "name": "Ola", "causes": "call me Ola"},
        {"kind": "answer_topic", "topic": "price", "modifiers": [["milk"]]},
    ],
)
def test_values_of_another_type_are_refused_in_plain_words(data: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidInput):
        command_from_json(data)


@pytest.mark.parametrize(
    "command",
    [
        AddLine(line=cast("Any", None)),
        AddLine(line=Line(cast("Any", ["mochi"]))),
        AddLine(line=Line("mochi", cast("Any", 2.0))),
        AddLine(line=Line("mochi", modifiers=cast("Any", [Choice("dust", "kinako")]))),
        AddLine(line=Line("mochi", modifiers=(Choice("dust", cast("Any", {})),))),
        AddLine(line=Line("mochi", slots=cast("Any", ("side",)))),
        ReplaceLine(index=cast("Any", "0"), line=Line("mochi")),
        RemoveLine(index=0, quantity=cast("Any", [])),
        SetName(name=cast("Any", ["Ola"])),
        SetNote(note=cast("Any", None)),
        SetFulfilment(fulfilment=cast("Any", ["pickup"])),
        AddLine(line=Line("mochi"), causes=cast("Any", "a mochi")),
    ],
)
def test_badly_typed_commands_are_refused_and_change_nothing(command: Command) -> None:
    cart = CartValue((Line("mochi"),), (("a mochi",),))
    outcome = execute(TEA, cart, command)
    assert outcome.refused is not None
    assert outcome.cart == cart


def test_all_commands_in_order() -> None:
    commands = [AddLine(line=Line("mochi")), AddLine(line=Line("bun")), AddLine(line=Line("yuzu"))]
    cart, refused = execute_all(TEA, CartValue(), commands)
    assert cart.lines == (Line("mochi"), Line("yuzu"))
    assert [r.command for r in refused] == [commands[1]]
