"""Conversations: what was said and why, and one speaker at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core import messaging

if TYPE_CHECKING:
    from tests.admin.shops import Shop


def _said(shop: Shop, conversation_id: str) -> list[str]:
    with shop.database.read() as session:
        return [m.text for m in messaging.log(session, conversation_id) if m.direction == "out"]


def _owner(shop: Shop, conversation_id: str) -> str:
    with shop.database.read() as session:
        return messaging.conversation(session, shop.merchant.id, conversation_id).owner


def test_the_list_has_the_latest_first_with_its_last_words(shop: Shop) -> None:
    shop.conversation(name="Una")
    shop.conversation(name="Bo")
    text = shop.browser("agent").get("/admin/conversations").text
    assert re.findall(r"<b>(Una|Bo)</b>", text) == ["Bo", "Una"]
    assert text.count("2 leek pies. Anything else?") == 2


def test_a_conversation_shows_words_turn_reply_and_cart(shop: Shop) -> None:
    talk = shop.conversation("two wobbly leek pies")
    text = shop.browser("agent").get(f"/admin/conversations/{talk.id}").text
    said, turn, reply = (
        text.index("two wobbly leek pies"),
        text.index("<summary>Turn 1"),
        text.rindex("2 leek pies. Anything"),
    )
    assert said < turn < reply
    assert '<span class="word">two leek pies <small>add, parser</small></span>' in text
    assert "add line “two leek pies”\n    2 \u00d7 Leek pie\n      NO leek" in text
    assert "not understood: wobbly" in text
    assert "“two leek pies”" in text
    assert '<span class="no">NO leek</span>' in text
    assert "€15.20" in text


def test_a_person_takes_over_answers_and_hands_back(shop: Shop) -> None:
    talk = shop.conversation()
    browser = shop.browser("agent")
    path = f"/admin/conversations/{talk.id}"
    refused = browser.post(f"{path}/say", {"text": "Hello", "ref": "a"})
    assert refused.status_code == 409
    assert "take it over first" in refused.text
    browser.post(f"{path}/owner", {"owner": "agent"})
    assert _owner(shop, talk.id) == "agent"
    for _ in range(2):
        assert browser.post(f"{path}/say", {"text": " Your pies are warm. ", "ref": "a"}).status_code == 303
    browser.post(f"{path}/say", {"text": "Anything else?", "ref": "b"})
    assert _said(shop, talk.id)[1:] == ["Your pies are warm.", "Anything else?"]
    browser.post(f"{path}/owner", {"owner": "assistant"})
    assert _owner(shop, talk.id) == "assistant"


def test_empty_words_and_odd_owners_are_refused(shop: Shop) -> None:
    talk = shop.conversation()
    browser = shop.browser("agent")
    path = f"/admin/conversations/{talk.id}"
    assert browser.post(f"{path}/owner", {"owner": "the cat"}).status_code == 422
    browser.post(f"{path}/owner", {"owner": "agent"})
    assert browser.post(f"{path}/say", {"text": " \u200b "}).status_code == 422
    assert len(_said(shop, talk.id)) == 1


def test_staff_read_and_do_not_speak(shop: Shop) -> None:
    talk = shop.conversation()
    browser = shop.browser("staff")
    path = f"/admin/conversations/{talk.id}"
    assert "Take over</button>" not in browser.get(path).text
    assert browser.post(f"{path}/owner", {"owner": "agent"}).status_code == 403
    assert _owner(shop, talk.id) == "assistant"


def test_who_asks_for_a_person_waits_on_top_until_one_takes_it(shop: Shop) -> None:
    waits, other = shop.conversation(name="Una"), shop.conversation(name="Bo")
    with shop.database.begin() as uow:
        messaging.set_owner(uow, waits.id, "agent")
    browser = shop.browser("agent")
    inbox = browser.get("/admin/conversations").text
    assert re.findall(r"<b>(Una|Bo)</b>", inbox) == ["Una", "Bo"]
    assert "Waits for a person since" in inbox
    assert re.findall(r"<b>(Una|Bo)</b>", browser.get("/admin/conversations?show=waiting").text) == ["Una"]
    assert "Nothing here" in browser.get("/admin/conversations?show=mine").text
    assert browser.post(f"/admin/conversations/{waits.id}/say", {"text": "Hello", "ref": "a"}).status_code == 409
    browser.post(f"/admin/conversations/{waits.id}/owner", {"owner": "agent"})
    assert "Nobody waits" in browser.get("/admin/conversations?show=waiting").text
    assert re.findall(r"<b>(Una|Bo)</b>", browser.get("/admin/conversations?show=mine").text) == ["Una"]
    assert browser.post(f"/admin/conversations/{waits.id}/say", {"text": "Hello", "ref": "a"}).status_code == 303
    assert _said(shop, waits.id)[1:] == ["Hello"]
    assert _owner(shop, other.id) == "assistant"


def test_two_people_never_answer_at_once(shop: Shop) -> None:
    talk = shop.conversation()
    path = f"/admin/conversations/{talk.id}"
    first, second = shop.browser("agent"), shop.browser("owner")
    first.post(f"{path}/owner", {"owner": "agent"})
    assert second.post(f"{path}/owner", {"owner": "agent"}).status_code == 409
    assert second.post(f"{path}/say", {"text": "Me too", "ref": "x"}).status_code == 409
    assert _said(shop, talk.id)[1:] == []
    assert "Take it from Agent" in second.get(path).text
    taken = {"owner": "agent", "instead_of": shop.people["agent"].id}
    assert second.post(f"{path}/owner", taken).status_code == 303
    assert first.post(f"{path}/say", {"text": "Still me", "ref": "y"}).status_code == 409
    second.post(f"{path}/say", {"text": "Good evening", "ref": "z"})
    assert _said(shop, talk.id)[1:] == ["Good evening"]


def test_the_customer_stands_beside_the_conversation(shop: Shop) -> None:
    talk = shop.conversation(name="Una")
    text = shop.browser("agent").get(f"/admin/conversations/{talk.id}").text
    assert '<section class="card pad" aria-label="Customer">' in text
    assert f'<dt>web</dt><dd class="mono">{talk.sender}</dd>' in text
