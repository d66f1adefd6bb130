"""An order on Telegram, from the webhook with its secret to the buttons and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.orders.lines import Line
from tests.channels.fakes.telegram import buttons
from tests.channels.telegram.conftest import ADA

if TYPE_CHECKING:
    from tests.channels.telegram.conftest import Chat


def _labels(message: dict[str, object]) -> list[str]:
    return [b["text"] for b in buttons(message)]


def test_an_order_by_words_and_buttons(chat_on_each: Chat) -> None:
    chat = chat_on_each
    chat.writes("hello")
    chat.writes("a thai milk tea please")
    asked = chat.telegram.said(ADA)[-1]
    assert _labels(asked) == ["regular", "large"]
    pressed = chat.presses("large")
    # The question has become what came of it; nothing new was written.
    replaced = chat.telegram.said(ADA)[-1]
    assert replaced["message_id"] == asked["message_id"]
    assert (replaced["text"].startswith("Now 1 × Thai milk tea, large."), _labels(replaced)) == (True, [])
    chat.writes("that's all")
    assert _labels(chat.telegram.said(ADA)[-1]) == ["Yes", "No"]
    assert chat.shop.placed() == []
    yes = chat.presses("Yes")
    for update in (yes, pressed, yes):  # Telegram delivers at least once
        chat.deliver(update)
    assert chat.shop.lines() == [(Line("thai", 1, "large"),)]
    code = chat.shop.placed()[0].code
    assert sum(code in text for text in chat.texts()) == 1
    assert len(chat.texts()) == 4
    # Who has ordered cannot press the old question again, and no client is left spinning.
    chat.telegram.until(lambda t: [_labels(m) for m in t.said(ADA)] == [[]] * 4)
    chat.telegram.until(lambda t: set(t.answered) >= {"q1", "q2"})
    assert [chat.telegram.answered[q].get("text") for q in ("q1", "q2")] == [
        chat.telegram.answered["q1"].get("text")
    ] * 2


def test_a_cart_is_changed_in_place_as_long_as_it_is_only_pressed(chat: Chat) -> None:
    chat.writes("hello")
    chat.writes("a thai milk tea please")
    asked = chat.telegram.said(ADA)[-1]
    chat.writes("large")  # written: the chat has moved on
    chat.writes("that's all")
    read_back = chat.telegram.said(ADA)[-1]
    assert read_back["message_id"] > asked["message_id"]
    chat.presses("No")
    after_no = chat.telegram.said(ADA)[-1]
    assert after_no["message_id"] == read_back["message_id"]
    assert _labels(after_no) == []
    assert chat.shop.placed() == []
