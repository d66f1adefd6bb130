"""What we hand to Telegram, and what we make of what it says."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from channels.base import NotAllowed, Rate, Refused, SendError, TryLater, Unanswered
from channels.telegram.buttons import LONGEST, Button, Buttons
from channels.telegram.client import Client, Moved
from channels.telegram.render import render
from channels.telegram.words import WORDS
from core.kernel import clock
from core.kernel.ids import new_id
from core.messaging import Card, Content, ConversationView, Image, Link, Option, Place, Receipt, ReceiptLine
from tests.channels.fakes.telegram import TOKEN, Telegram
from tests.channels.telegram.conftest import ADA
from tests.fakes.server import Trouble, Troubles, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.channels.telegram.conftest import Chat

HELLO = {"chat_id": ADA, "text": "hello"}


def conversation(sender: str = str(ADA)) -> ConversationView:
    """A conversation with Ada."""
    moment = datetime.now(UTC)
    return ConversationView(
        id=new_id(),
        merchant_id=new_id(),
        customer_id=new_id(),
        location_id=new_id(),
        channel="telegram",
        account="7001",
        sender=sender,
        thread="",
        locale="en",
        owner="assistant",
        pushes=True,
        state={},
        last_seq=0,
        turns=0,
        created_at=moment,
        heard_at=moment,
        updated_at=moment,
    )


@pytest.fixture
def client(telegram: Telegram) -> Iterator[Client]:
    """A client that waits for nothing long."""
    telegram.writes(ADA, "hello")
    made = Client(TOKEN, telegram.url, connect=1.0, answer=1.0)
    yield made
    made.close()


TROUBLES: list[tuple[Trouble, type[SendError], bool]] = [
    ("busy", TryLater, False),
    ("down", TryLater, False),
    ("fault", TryLater, True),  # Telegram says that it failed; it does not do both
    ("lost", Unanswered, True),
    ("hang", Unanswered, True),
    ("reset", Unanswered, False),
]


@pytest.mark.parametrize(("trouble", "expected", "done"), TROUBLES)
def test_every_trouble_is_what_it_means(
    telegram: Telegram, client: Client, trouble: Trouble, expected: type[SendError], *, done: bool
) -> None:
    telegram.troubles = Troubles(planned=[trouble], patience=1.6, retry_after=(31, 31))
    with pytest.raises(expected) as raised:
        client.call("sendMessage", HELLO)
    assert type(raised.value) is expected
    assert len(telegram.said(ADA)) == int(done)
    assert TOKEN not in str(raised.value)
    if trouble == "busy":
        assert isinstance(raised.value, TryLater)
        assert (raised.value.after, raised.value.account) == (timedelta(seconds=31), True)


def test_nothing_is_sent_during_a_pause_that_telegram_asked_for_but_answers(telegram: Telegram, client: Client) -> None:
    telegram.troubles = Troubles(planned=["busy"], retry_after=(31, 31))
    with pytest.raises(TryLater):
        client.call("sendMessage", HELLO)
    with pytest.raises(TryLater) as again:
        client.call("sendMessage", HELLO)
    assert again.value.after is not None
    assert timedelta(seconds=25) < again.value.after <= timedelta(seconds=31)
    assert len(telegram.made("sendMessage")) == 1
    assert client.call("answerPreCheckoutQuery", {"pre_checkout_query_id": "c1", "ok": True}, urgent=True) is True


def test_where_nobody_listens_it_is_tried_later() -> None:
    with served(Telegram()) as gone:
        url = gone.url
    client = Client(TOKEN, url, connect=1.0, answer=0.3)
    with pytest.raises(TryLater, match="not reached"):
        client.call("sendMessage", HELLO)
    client.close()


def test_what_is_refused_and_what_is_not_allowed(telegram: Telegram, client: Client) -> None:
    telegram.blocked.add(43)
    telegram.moved[-9] = -1009
    for chat, words in ((43, "blocked by the user"), (44, "Chat not found")):
        with pytest.raises(Refused, match=words):
            client.call("sendMessage", {"chat_id": chat, "text": "x"})
    with pytest.raises(Moved) as moved:
        client.call("sendMessage", {"chat_id": -9, "text": "x"})
    assert moved.value.chat_id == -1009
    stranger = Client("7001:another", telegram.url)
    with pytest.raises(NotAllowed):
        stranger.call("sendMessage", HELLO)
    stranger.close()


def test_a_client_that_hung_up_begins_anew(telegram: Telegram, client: Client) -> None:
    client.call("sendMessage", HELLO)
    client.close()
    client.close()
    client.call("sendMessage", HELLO)
    assert len(telegram.said(ADA)) == 2


def test_a_message_that_nobody_knows_of_is_sent_again_and_an_edited_one_is_not_doubled(chat: Chat) -> None:
    chat.writes("hello")
    chat.writes("a thai milk tea please")
    chat.telegram.lucky |= {"answerCallbackQuery", "sendChatAction"}
    chat.telegram.troubles = Troubles(planned=["lost"])
    chat.presses("large")
    chat.telegram.until(lambda t: "Now 1 ×" in t.said(ADA)[-1]["text"])
    for _ in range(4):
        chat.work()
    assert len(chat.texts()) == 2  # the edit was done twice, to the same end
    assert len(chat.telegram.made("editMessageText")) == 2
    chat.telegram.troubles = Troubles(planned=["lost"])
    chat.writes("that's all")
    for _ in range(8):
        chat.work()
    read_backs = [t for t in chat.texts() if t.startswith("Your order")]
    assert len(read_backs) == 2  # Telegram has no way to ask: twice is better than never


def test_a_pause_that_telegram_asks_for_is_kept_to_the_second(chat: Chat) -> None:
    chat.writes("hello")
    chat.telegram.lucky |= {"answerCallbackQuery", "sendChatAction"}
    chat.telegram.troubles = Troubles(planned=["busy"], retry_after=(37, 37))
    began = chat.moment
    assert chat.post(chat.telegram.writes(ADA, "a thai milk tea please")).status_code == 200
    for seconds, tried in ((2, 2), (20, 2), (38, 2), (40, 3)):
        with clock.at(began + timedelta(seconds=seconds)):
            chat.shop.drain.all()
        assert len(chat.telegram.made("sendMessage")) == tried, seconds
    assert len(chat.texts()) == 2


def test_a_press_is_answered_although_the_first_answer_was_lost(chat: Chat) -> None:
    chat.writes("a thai milk tea please")
    chat.telegram.troubles = Troubles(planned=["reset"])
    assert chat.post(chat.telegram.presses(ADA, "large")).status_code == 200
    chat.telegram.until(lambda t: "q1" in t.answered)
    assert len(chat.telegram.made("answerCallbackQuery")) == 2


def test_the_limits_that_are_held_to(chat: Chat) -> None:
    rates = chat.channel.rates(conversation())
    assert rates == (
        Rate("telegram:7001", timedelta(seconds=1) / 30, 30),
        Rate("telegram:7001:42", timedelta(seconds=1)),
    )


def test_typing_is_shown(chat: Chat) -> None:
    chat.channel.typing(conversation(), "42:1")
    assert chat.telegram.made("sendChatAction") == [{"chat_id": ADA, "action": "typing"}]


def test_everything_that_can_be_said(chat: Chat) -> None:
    chat.telegram.writes(ADA, "hello")
    option = Option("a", "Tea")
    receipt = Receipt("K7PM", (ReceiptLine("Tea", "£2"),), "£2")
    contents = (
        Content("<b>plain</b> *text* _x_ [y](z)"),
        Content("Which?", options=(option, Option("b", "Coffee"))),
        Content("Look", cards=(Card(option, "hot", "£2"),), image=Image("https://shop.example/t.jpg", "Tea")),
        Content("Here", link=Link("Open", "https://shop.example/x"), place=Place(1.5, 2.5, "Shop", "1 Quay")),
        Content("There", place=Place(1.5, 2.5)),
        Content("Thanks", "receipt", receipt=receipt),
        Content("x" * 9000),
        Content("Many", options=tuple(Option(f"o{n}", f"Dish number {n}") for n in range(130))),
        Content(
            "\u0645\u0631\u062d\u0628\u0627 \U0001f375" * 3, options=(Option("\u00e9" * 200, "\u0646\u0639\u0645"),)
        ),
    )
    sent = 0
    for content in contents:
        for number, part in enumerate(chat.channel.render(content, conversation())):
            chat.channel.send(conversation(), part, f"{new_id()}.{number}")
            sent += 1
    said = chat.telegram.said(ADA)
    assert len(said) == sent
    assert said[0]["text"] == "<b>plain</b> *text* _x_ [y](z)"
    for call in chat.telegram.log:
        assert b"parse_mode" not in call.request.body
    assert [m["venue"]["title"] for m in said if "venue" in m] == ["Shop"]
    assert [m["reply_markup"]["inline_keyboard"] for m in said if m.get("text") == "Here"] == [
        [[{"text": "Open", "url": "https://shop.example/x"}]]
    ]


def test_random_contents_keep_every_limit_and_every_answer() -> None:
    dice = random.Random(5)
    letters = "abcdefgh é漢字🍕\u0646\u200d\n"
    for _ in range(300):
        count = dice.choice([0, 1, 2, 3, 7, 20, 60, 100, 101])
        options = tuple(Option(new_id(), _words(dice, letters, 40) or "x") for _ in range(count))
        content = Content(_words(dice, letters, dice.choice([10, 200, 6000])) or "?", options=options)
        parts = render(content, conversation())
        shown = [b for p in parts for row in _keyboard(p.body) for b in row]
        text = "\n".join(str(p.body.get("text", "")) for p in parts)
        for part in parts:
            rows = _keyboard(part.body)
            assert 1 <= len(part.body["text"].encode("utf-16-le")) // 2 <= 4096
            assert all(1 <= len(row) <= 8 for row in rows)
            assert sum(map(len, rows)) <= 100
        if shown:
            assert [int(b["callback_data"][1:]) for b in shown] == list(range(count))
        else:
            assert all(f"{n}." in text for n in range(1, count + 1))


def _keyboard(body: Mapping[str, Any]) -> Sequence[Sequence[dict[str, Any]]]:
    rows: Sequence[Sequence[dict[str, Any]]] = body.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def _words(dice: random.Random, letters: str, most: int) -> str:
    return "".join(dice.choices(letters, k=dice.randint(1, most))).strip()


def test_buttons_are_small_and_nobody_elses() -> None:
    buttons = Buttons(TOKEN)
    for number in (0, 99):
        button = Button(new_id(), number)
        data = buttons.data("42", button)
        assert len(data.encode()) <= LONGEST
        assert buttons.read("42", data) == button
        assert buttons.read("43", data) is None
        assert Buttons("7002:other").read("42", data) is None
        for place in range(len(data)):
            for letter in "Aa0.-":
                forged = data[:place] + letter + data[place + 1 :]
                assert forged == data or buttons.read("42", forged) in {None, button}


def test_every_language_says_everything_in_the_room_there_is() -> None:
    for said in WORDS.values():
        assert said.keys() == WORDS["en"].keys()
        assert all(0 < len(text) <= 200 for text in said.values())
        assert len(said["short"]) <= 100
