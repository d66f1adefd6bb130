"""What is remembered of a menu between messages: it changes no answer, and it does not grow without end."""

from __future__ import annotations

import gc

import pytest

from assistant.understanding import compile_menu, memory, read
from assistant.understanding.drafts import State
from assistant.understanding.memory import Memory
from core.catalogue.format import menu_from_json

MENU = menu_from_json({
    "name": "Shop", "currency": "EUR", "locale": "en-IE",
    "items": [
        {"id": "stew", "name": "Lentil Stew", "price": "7.00", "modifier_groups": ["extras"]},
        {"id": "stews", "name": "Two Stews", "price": "12.00"},
        {"id": "roll", "name": "Seeded Roll", "price": "2.00"},
    ],
    "modifier_groups": [
        {"id": "extras", "name": "Extras", "pre_modifiers": ["no", "extra"],
         "modifiers": [{"id": "cream", "name": "Sour Cream", "price": "0.50"}]},
    ],
})  # fmt: skip
SAID = (
    "a lentil stew no sour cream",
    "3 lentil stews and a roll",
    "lentl stw with sour cream",
    "un stew et deux rolls",
)


def test_a_message_is_read_the_same_again_and_after_others() -> None:
    warm = compile_menu(MENU)
    cold = [read(warm, text) for text in SAID]
    assert [read(warm, text) for text in SAID] == cold
    assert [read(warm, text) for text in reversed(SAID)] == cold[::-1]


def test_all_is_forgotten_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST", 3)
    known: Memory[str, int] = Memory()
    assert [known.keep(word, n) for n, word in enumerate("abc")] == [0, 1, 2]
    assert known == {"a": 0, "b": 1, "c": 2}
    assert known.keep("d", 3) == 3
    assert known == {"d": 3}


def test_a_small_memory_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    large, grammar = compile_menu(MENU), compile_menu(MENU)
    expected = [read(large, text) for text in SAID]
    monkeypatch.setattr(memory, "_MOST", 1)
    assert [read(grammar, text) for text in SAID] == expected
    assert len(grammar.heard) == len(grammar.meant) == 1


def test_garbage_is_collected_again_after_a_message() -> None:
    assert gc.isenabled()
    read(compile_menu(MENU), SAID[0])
    assert gc.isenabled()


def test_only_known_fields_of_a_state_are_replaced() -> None:
    state = State(cost=1.0, last="item")
    assert state._replace(cost=2.0) == State(cost=2.0, last="item")
    assert type(state._replace(cost=2.0)) is State
    assert state.dearer(0.5) == State(cost=1.5, last="item")
    with pytest.raises(KeyError):
        state._replace(price=2.0)  # type: ignore[call-arg]
