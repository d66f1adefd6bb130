"""What is asked and said back: the menu, the order before it is placed, and questions that nobody answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from assistant.arrivals import Heard
from assistant.dialogue.state import State
from assistant.engine import Assistant
from assistant.execution import CartValue
from assistant.replies.compose import Turn, compose
from assistant.shop import Shop
from tests.assistant.menus import MENUS
from tests.assistant.short import line_of, units
from tests.assistant.test_replies import PLACE

if TYPE_CHECKING:
    from core.messaging.content import Content

ASSISTANT = Assistant()


@dataclass
class Talk:
    """One conversation with the engine alone."""

    menu: str
    cart: CartValue = field(default_factory=CartValue)
    state: State = field(default_factory=State)

    def say(self, text: str = "", *, choice: str = "") -> Content:
        """What is answered to one message."""
        shop = Shop(MENUS[self.menu], "m", "Juniper", PLACE, cart_id="cart", inbound_id="in")
        thought = ASSISTANT.think(shop, self.cart, self.state, [Heard(text, choice)])
        said = compose(shop, Turn(self.state, thought.state, thought.plan, thought.cart, thought.topics))
        self.cart, self.state = thought.cart, thought.state
        return said

    def holds(self, *lines: str) -> bool:
        """Whether the cart is these lines, in short."""
        return units(self.cart.lines) == units(map(line_of, lines))


@pytest.mark.parametrize(
    "text",
    [
        "What's on the menu?",
        "show me the menu",
        "what do you have?",
        "Can I see the menu please",
        "¿Qué hay en la carta?",
        "¿Qué tienen?",
        "Enséñame la carta, por favor",
    ],
)
def test_the_menu_is_told_by_category_with_some_of_it_and_categories_to_press(text: str) -> None:
    talk = Talk("tea")
    said = talk.say(text)
    assert "Milk tea: Taro milk tea" in said.text
    assert "Pineapple bun" not in said.text
    assert [o.label for o in said.options] == ["Milk tea", "Fruit tea", "Sweets"]
    pressed = talk.say(said.options[1].label, choice=said.options[1].id).text
    assert pressed in {"Fruit tea: Peach oolong and Yuzu green tea.", "Fruit tea: Peach oolong y Yuzu green tea."}
    assert talk.holds()


def test_a_category_alone_is_told_and_orders_nothing() -> None:
    talk = Talk("grill")
    assert talk.say("Snacks").text.endswith("Snacks: Cod bites.")
    assert talk.say("what do you have for dessert?").text == "Desserts: Apple crumble."
    assert talk.holds()


def test_yes_after_anything_else_asks_what_and_no_reads_back() -> None:
    talk = Talk("tea")
    assert talk.say("a mango mochi").text.endswith("Anything else?")
    assert talk.say("yes").text == "What can I get you?"
    said = talk.say("no")
    assert said.kind == "read_back"
    assert said.text.splitlines() == ["Your order:", "1 × Mango mochi", "£2.71 in total.", "Shall I place it?"]


def test_an_order_is_read_back_line_by_line() -> None:
    talk = Talk("grill")
    talk.say("two colas no ice and a classic burger, medium, with bacon")
    said = talk.say("that's all, for pickup, the name is Wanda")
    assert said.text.splitlines() == [
        "Your order:",
        "2 × Cola, no ice",
        "1 × Classic burger, medium, bacon",
        "€17.32 in total, for pickup, for Wanda.",
        "Shall I place it?",
    ]


def test_a_question_that_nobody_answered_is_asked_again() -> None:
    talk = Talk("grill")
    asked = talk.say("a burger").text
    assert "Which one would you like" in asked
    for text in ("and a cola", "that's all", "for pickup"):
        said = talk.say(text)
        assert said.text.count("Which one would you like") == 1
        assert said.kind != "read_back"
    assert talk.say("the halloumi one").kind == "read_back"
    assert talk.holds("1 cola", "1 halloumi")


def test_two_questions_are_asked_one_after_the_other() -> None:
    talk = Talk("grill")
    said = talk.say("a burger please. 600 lemonades")
    assert said.text.count("?") == 1
    again = talk.say("the halloumi one").text
    assert "How many would you like?" in again
    talk.say("just two")
    assert talk.holds("1 halloumi", "2 lemon")


def test_a_size_that_an_item_does_not_have_is_said() -> None:
    talk = Talk("tea")
    said = talk.say("a large mango mochi").text
    assert "Mango mochi comes in one size." in said
    assert "couldn't find" not in said
    assert talk.holds("1 mochi")


def test_state_keeps_what_waits() -> None:
    talk = Talk("grill")
    talk.say("a burger please. 600 lemonades")
    assert State.from_json(talk.state.to_json()) == talk.state
    assert len(talk.state.waiting) == 1
