"""Every kind of update becomes what it is to us; python-telegram-bot's own types read the same from it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from channels.telegram.parse import IGNORED, read
from channels.telegram.updates import ALLOWED, Checkout, Group, Ignored, Paid, Pressed, Reachable, Said, Shipping
from tests.channels.fakes.telegram import BOT, Telegram, person

ADA = 42
ACCOUNT = str(BOT)
FILE = {"file_id": "F1", "file_unique_id": "u1", "file_size": 900}
PLACE = {"latitude": 51.5, "longitude": -0.12}
MOMENT = 1_795_000_000
BILL = {"currency": "GBP", "total_amount": 470, "invoice_payload": "ours"}


def message(**content: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a message
    """An update with a message of Ada's."""
    return update("message", content)


def update(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """An update with a message of Ada's under a name."""
    chat = {"id": ADA, "type": "private", "first_name": "Ada"}
    return {"update_id": 9, kind: {"message_id": 7, "from": person(ADA), "chat": chat, "date": MOMENT, **content}}


def group(**content: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """An update with a message in a group."""
    return message(chat={"id": -100, "type": "supergroup", "title": "Friends"}, **content)


def said(given: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Kind, text and payload of what an update says."""
    found = read(given, ACCOUNT)
    assert isinstance(found, Said), found
    return found.envelope.kind, found.envelope.text, found.envelope.payload


MESSAGES: list[tuple[dict[str, Any], tuple[str, str, dict[str, Any]]]] = [
    ({"text": "two teas"}, ("text", "two teas", {})),
    ({"text": "/restart"}, ("text", "/restart", {})),
    ({"text": "/admin now"}, ("text", "/admin now", {})),
    ({"text": "/start"}, ("start", "", {"token": ""})),
    ({"text": "/start tbl-9_x"}, ("start", "", {"token": "tbl-9_x"})),
    ({"text": "/start two teas"}, ("text", "/start two teas", {})),
    ({"text": "/start " + "x" * 65}, ("text", "/start " + "x" * 65, {})),
    ({"text": "a\u202eb\x00c"}, ("text", "abc", {})),
    ({"location": PLACE}, ("location", "", {**PLACE, "name": "", "address": ""})),
    (
        {"location": PLACE, "venue": {"location": PLACE, "title": "Home", "address": "1 Quay"}},
        ("location", "", {**PLACE, "name": "Home", "address": "1 Quay"}),
    ),
    (
        {"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}},
        ("media", "", {"media": "voice", "mime": "audio/ogg", "ref": "F1", "bytes": 900}),
    ),
    (
        {"audio": {**FILE, "duration": 3, "mime_type": "audio/mpeg"}, "caption": "listen"},
        ("media", "listen", {"media": "audio", "mime": "audio/mpeg", "ref": "F1", "bytes": 900}),
    ),
    (
        {"photo": [{**FILE, "file_id": "F0", "width": 9, "height": 9}, {**FILE, "width": 99, "height": 99}]},
        ("media", "", {"media": "image", "mime": "image/jpeg", "ref": "F1", "bytes": 900}),
    ),
    (
        {"photo": [{**FILE, "width": 9, "height": 9}], "media_group_id": "g7", "caption": "this one"},
        ("media", "this one", {"media": "image", "mime": "image/jpeg", "ref": "F1", "bytes": 900, "group": "g7"}),
    ),
    (
        {"video": {**FILE, "width": 9, "height": 9, "duration": 3, "mime_type": "video/mp4"}},
        ("media", "", {"media": "video", "mime": "video/mp4", "ref": "F1", "bytes": 900}),
    ),
    (
        {"video_note": {**FILE, "length": 9, "duration": 3}},
        ("media", "", {"media": "video", "mime": "video/mp4", "ref": "F1", "bytes": 900}),
    ),
    (
        {
            "animation": {**FILE, "width": 9, "height": 9, "duration": 3},
            "document": {**FILE, "file_id": "F2"},
        },
        ("media", "", {"media": "video", "mime": "", "ref": "F1", "bytes": 900}),
    ),
    (
        {"document": {**FILE, "mime_type": "application/pdf"}},
        ("media", "", {"media": "document", "mime": "application/pdf", "ref": "F1", "bytes": 900}),
    ),
    (
        {"sticker": {**FILE, "width": 9, "height": 9, "is_animated": False, "is_video": False, "type": "regular"}},
        ("media", "", {"media": "sticker", "mime": "image/webp", "ref": "F1", "bytes": 900}),
    ),
    (
        {"contact": {"phone_number": "+15550100", "first_name": "Ada", "user_id": ADA}},
        ("unsupported", "", {"type": "contact", "reason": "not used here"}),
    ),
    ({"dice": {"emoji": "🎲", "value": 3}}, ("unsupported", "", {"type": "dice", "reason": "not used here"})),
]


@pytest.mark.parametrize(("content", "expected"), MESSAGES, ids=lambda value: next(iter(value)))
def test_a_message(content: dict[str, Any], expected: tuple[str, str, dict[str, Any]]) -> None:
    given = message(**content)
    assert said(given) == expected
    # The library's own types read it as well, and find the same.
    known = Update.de_json(given, None)
    assert known is not None
    assert known.effective_user is not None
    assert known.message is not None
    found = read(given, ACCOUNT)
    assert isinstance(found, Said)
    assert found.envelope.sender == str(known.effective_user.id)
    assert found.envelope.external_id == f"{known.message.chat_id}:{known.message.message_id}"
    assert found.envelope.sent_at == known.message.date
    assert found.envelope.profile_name == known.effective_user.full_name
    assert found.envelope.locale == known.effective_user.language_code
    if expected[0] == "text" and "\x00" not in content["text"]:
        assert found.envelope.text == known.message.text
    attached = known.message.effective_attachment
    if expected[0] == "media" and attached is not None:
        file = attached[-1] if isinstance(attached, tuple) else attached
        assert expected[2]["ref"] == getattr(file, "file_id", None)


def test_an_edited_message_says_which_one() -> None:
    edited = update("edited_message", {"text": "three teas", "edit_date": MOMENT + 5})
    assert said(edited) == ("edit", "three teas", {"to": "42:7"})
    found = read(edited, ACCOUNT)
    assert isinstance(found, Said)
    assert (found.envelope.external_id, found.envelope.sent_at) == ("edit:9", datetime.fromtimestamp(MOMENT + 5, UTC))
    known = Update.de_json(edited, None)
    assert known is not None
    assert known.edited_message is not None
    assert known.edited_message.text == "three teas"
    moving = update("edited_message", {"location": PLACE, "edit_date": MOMENT + 5})
    assert read(moving, ACCOUNT) == Ignored("edited without words")


def test_a_button_a_checkout_and_a_payment() -> None:
    telegram = Telegram()
    told = {**telegram.writes(ADA, "hello")["message"], "invoice": BILL | {"total_amount": 470}, "_payload": "ours"}
    pressed = telegram.presses_data(ADA, "what it says")
    assert read(pressed, ACCOUNT) == Pressed("q1", "42", "what it says", "Ada No 42", "en")
    assert read(telegram.checks_out(ADA, told), ACCOUNT) == Checkout("c2", "42", "ours", 470, "GBP", "en")
    assert read(telegram.pays(ADA, told, "ch1"), ACCOUNT) == Paid("42", "ours", 470, "GBP", "ch1", "at-provider-ch1")
    shipping = {"id": "s1", "from": person(ADA), "invoice_payload": "ours"}
    address = dict.fromkeys(("country_code", "state", "city", "street_line1", "street_line2", "post_code"), "")
    query = {"update_id": 9, "shipping_query": {**shipping, "shipping_address": address}}
    assert read(query, ACCOUNT) == Shipping("s1", "en")
    for given in (pressed, query):
        known = Update.de_json(given, None)
        assert known is not None
        assert known.effective_user is not None
        assert known.effective_user.id == ADA


def test_a_button_of_another_chat_says_nothing() -> None:
    pressed = Telegram().presses_data(ADA, "what it says")
    pressed["callback_query"]["message"]["chat"] = {"id": -100, "type": "group", "title": "Friends"}
    assert read(pressed, ACCOUNT) == Pressed("q1", "42", "", "Ada No 42", "en")
    del pressed["callback_query"]["message"]
    assert read(pressed, ACCOUNT) == Pressed("q1", "42", "", "Ada No 42", "en")


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("member", False)])
def test_who_blocks_the_bot_and_who_comes_back(status: str, blocked: bool) -> None:
    member: dict[str, Any] = {"user": {"id": BOT, "is_bot": True, "first_name": "Bot"}, "status": status}
    if blocked:
        member["until_date"] = 0
    change = update("my_chat_member", {"old_chat_member": member, "new_chat_member": member})
    assert Update.de_json(change, None).my_chat_member is not None
    assert read(change, ACCOUNT) == Reachable("42", blocked, "update:9")


def test_groups_are_no_place_to_order() -> None:
    assert read(group(text="two teas"), ACCOUNT) == Group(-100, "en")
    assert read(group(text="/start abc"), ACCOUNT) == Group(-100, "en")
    assert read(group(new_chat_title="Others"), ACCOUNT) == Ignored("a note in a group")
    joined = group(new_chat_member={"status": "member"})
    assert read({"update_id": 9, "my_chat_member": joined["message"]}, ACCOUNT) == Group(-100, "en")
    gone = group(new_chat_member={"status": "kicked"})
    assert read({"update_id": 9, "my_chat_member": gone["message"]}, ACCOUNT) == Ignored("membership")


def test_what_is_nothing_for_us() -> None:
    assert read(message(pinned_message={"text": "x"}), ACCOUNT) == Ignored("a note of Telegram's")
    bot = {**person(ADA), "is_bot": True}
    assert read(message(text="hello", **{"from": bot}), ACCOUNT) == Ignored("another bot")
    channel = {"id": -5, "type": "channel", "title": "News"}
    assert read(message(text="hello", chat=channel), ACCOUNT) == Ignored("no private chat")
    assert read(message(text="hello", **{"from": person(43)}), ACCOUNT) == Ignored("no sender")
    for kind in IGNORED:
        assert read({"update_id": 9, kind: {"id": "1"}}, ACCOUNT) == Ignored(kind)
    assert read({"update_id": 9, "something_new": {}}, ACCOUNT) == Ignored("unknown")


def test_every_kind_of_update_is_taken_or_let_go() -> None:
    known = {name for name in Update.ALL_TYPES if not isinstance(name, int)}
    assert known <= {*ALLOWED, *IGNORED}
    assert not set(ALLOWED) & set(IGNORED)


def test_nothing_makes_it_raise() -> None:
    """Values swapped for others at every place: what comes is read as something, or let go."""
    dice = random.Random(11)
    odd: tuple[Any, ...] = (
        None,
        True,
        0,
        -1,
        2**70,
        1e308,
        float("nan"),
        "",
        "\ud800",
        [],
        {},
        [{}],
        {"id": []},
        "x" * 5000,
    )
    seeds = [message(**content) for content, _ in MESSAGES]
    telegram = Telegram()
    told = {**telegram.writes(ADA, "hello")["message"], "invoice": BILL, "_payload": "ours"}
    seeds += [telegram.presses_data(ADA, "x"), telegram.checks_out(ADA, told), telegram.pays(ADA, told, "c")]
    seeds += [group(text="x"), update("edited_message", {"text": "x"}), update("my_chat_member", {})]
    for seed in seeds:
        for place in _places(seed):
            for _ in range(3):
                given = _with(seed, place, dice.choice(odd))
                assert read(given, ACCOUNT) is not None
    for whole in odd:
        assert read(whole, ACCOUNT) == Ignored("unknown")


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += _places(inner, (*path, key))
    return found


def _with(value: Any, path: tuple[Any, ...], new: object) -> Any:  # noqa: ANN401 - any JSON
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(copy[path[0]], path[1:], new)
    return copy
