"""What a customer sees and does on the chat page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Route

    from tests.browser.shop import Shop

TIMES = "\N{MULTIPLICATION SIGN}"
RECEIPT = f"Order K7QF\n2 {TIMES} Flat white\nTotal $8.80"
CART = {
    "lines": [
        {"text": "Flat white", "details": ["oat milk", "extra hot"], "quantity": 2, "unit": "$4.40", "total": "$8.80"},
        {"text": "Rye toast", "details": [], "quantity": 1, "unit": "$3.10", "total": "$3.10"},
    ],
    "subtotal": "$11.90",
    "tax": "$0.95",
    "total": "$12.85",
    "currency": "USD",
    "order": None,
}


def bubbles(page: Page) -> Locator:
    return page.locator(".message .bubble")


def arrive(page: Page, shop: Shop) -> None:
    page.goto(shop.origin)
    page.locator("[data-met=yes]").wait_for()


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Your message").fill(text)
    page.keyboard.press("Enter")


def test_a_message_is_sent_and_answered(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    say(page, "a flat white, please")
    expect(bubbles(page)).to_have_text(["a flat white, please", "Noted: a flat white, please"])
    expect(page.get_by_role("textbox")).to_have_value("")
    assert shop.kept == ["a flat white, please"]
    assert len(shop.received) == 1


def test_enter_sends_shift_enter_breaks_the_line_and_nothing_is_not_sent(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    box = page.get_by_role("textbox")
    box.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("   ")
    page.keyboard.press("Enter")
    before = box.bounding_box()
    page.keyboard.type("one tea")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two scones")
    after = box.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]  # the composer has grown
    page.keyboard.press("Enter")
    expect(bubbles(page).first).to_have_text("one tea\ntwo scones")
    expect(bubbles(page)).to_have_count(2)
    assert shop.kept == ["one tea\ntwo scones"]


def test_markup_is_shown_as_it_was_typed(shop: Shop, page: Page) -> None:
    attack = """<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>&lt;"""
    shop.name = attack
    arrive(page, shop)
    say(page, attack)
    expect(bubbles(page)).to_have_text([attack, f"Noted: {attack}"])
    shop.say(attack, kind="question", options=((attack, attack),))
    line = {"text": attack, "details": [attack], "quantity": 2, "unit": attack, "total": attack}
    shop.show_cart({**CART, "lines": [line], "order": {"code": attack, "state": attack}})
    expect(page.get_by_role("button", name=attack)).to_be_visible()
    expect(page.locator("#lines .name")).to_have_text(attack)
    expect(page.locator("#banner")).to_have_text(f"Order {attack}: {attack}")
    assert page.locator("h1").text_content() == attack
    assert page.locator("body img").count() == 0
    assert page.locator("body script").count() == 0
    assert page.title() == attack
    assert page.evaluate("window.violations") == []  # nothing was even tried


def test_an_answer_is_pressed_once(shop: Shop, page: Page) -> None:
    shop.answers = False
    arrive(page, shop)
    shop.say("Which milk?", kind="question", options=(("whole", "Whole"), ("oat", "Oat")))
    oat = page.get_by_role("button", name="Oat")
    oat.click()
    expect(page.locator(".message.in .bubble")).to_have_text(["Oat"])
    expect(oat).to_be_disabled()
    expect(page.get_by_role("button", name="Whole")).to_be_disabled()
    # The page shows an answer before the shop has it: with a number it does.
    expect(page.locator(".message.in[data-seq] .bubble")).to_have_text(["Oat"])
    assert shop.kept == ["Oat"]
    assert shop.choices == ["oat"]


def test_only_the_last_question_can_be_pressed_but_a_notice_does_not_close_it(shop: Shop, page: Page) -> None:
    shop.answers = False
    shop.say_before("Which size?", kind="question", options=(("s", "Small"),))
    shop.say_before("Which milk?", kind="question", options=(("oat", "Oat"),))
    arrive(page, shop)
    expect(page.get_by_role("button", name="Oat")).to_be_enabled()
    expect(page.get_by_role("button", name="Small")).to_be_disabled()
    shop.say("The kitchen closes in an hour.", kind="notice")
    expect(bubbles(page)).to_have_count(3)
    expect(page.get_by_role("button", name="Oat")).to_be_enabled()
    say(page, "oat")
    expect(page.get_by_role("button", name="Oat")).to_be_disabled()


def test_the_cart_beside_the_talk(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    shop.show_cart(CART)
    expect(page.locator("#lines > li")).to_have_count(2)
    assert page.get_by_role("complementary", name="Your order").aria_snapshot() == (
        '- complementary "Your order":\n'
        '  - heading "Your order" [level=2]\n'
        "  - list:\n"
        "    - listitem:\n"
        f"      - text: 2 {TIMES} Flat white $8.80\n"
        "      - list:\n"
        "        - listitem: oat milk\n"
        "        - listitem: extra hot\n"
        "        - listitem: $4.40 each\n"
        f"    - listitem: 1 {TIMES} Rye toast $3.10\n"
        "  - term: Subtotal\n"
        "  - definition: $11.90\n"
        "  - term: Tax\n"
        "  - definition: $0.95\n"
        "  - term: Total\n"
        "  - definition: $12.85"
    )
    shop.show_cart({**CART, "lines": []})
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    expect(page.locator("#sums")).to_be_hidden()


@pytest.mark.parametrize(
    ("state", "words"),
    [("new", "received"), ("accepted", "being prepared"), ("ready", "ready"), ("cancelled", "cancelled")],
)
def test_the_state_of_the_order_is_announced(shop: Shop, page: Page, state: str, words: str) -> None:
    arrive(page, shop)
    banner = page.locator("#banner")
    expect(banner).to_have_attribute("role", "status")
    expect(banner).to_be_empty()
    shop.show_cart({**CART, "order": {"code": "K7QF", "state": state}})
    expect(banner).to_have_text(f"Order K7QF: {words}")
    shop.show_cart({**CART, "order": None})
    expect(banner).to_be_empty()


def test_lines_of_a_receipt_are_kept_and_it_looks_like_one(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    shop.say(RECEIPT, kind="receipt")
    slip = page.locator(".message.receipt .bubble")
    expect(slip).to_have_text(RECEIPT)
    assert slip.inner_text() == RECEIPT
    assert slip.evaluate("e => getComputedStyle(e).whiteSpaceCollapse") == "preserve-breaks"


def test_days_are_told_apart(shop: Shop, page: Page) -> None:
    now = datetime.now(UTC)
    for days, text in ((9, "long ago"), (1, "last night"), (1, "later that night"), (0, "hello again")):
        shop.say_before(text, at=(now - timedelta(days=days)).isoformat())
    arrive(page, shop)
    expect(bubbles(page)).to_have_text(["long ago", "last night", "later that night", "hello again"])
    days_shown = [text for text in page.locator(".day").all_text_contents() if text]
    assert days_shown[1:] == ["yesterday", "today"]
    assert len(days_shown) == 3
    times = page.locator(".message time")
    assert times.count() == 4
    assert datetime.fromisoformat(times.last.get_attribute("datetime") or "") == now.replace(
        microsecond=now.microsecond // 1000 * 1000
    )


def test_typing_is_shown_until_the_answer_comes(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    shop.type()
    expect(page.locator("#typing")).to_be_visible()
    shop.say("Here it is.")
    expect(page.locator("#typing")).to_be_hidden()


def test_the_page_speaks_the_shops_language_and_direction(new_shop: Callable[..., Shop], page: Page) -> None:
    shop = new_shop(locale="ar_EG")
    arrive(page, shop)
    page.get_by_role("textbox", name="رسالتك").fill("latte")
    page.get_by_role("button", name="إرسال").click()
    expect(bubbles(page)).to_have_text(["latte", "Noted: latte"])
    root = page.locator("html")
    expect(root).to_have_attribute("lang", "ar-EG")
    expect(root).to_have_attribute("dir", "rtl")
    first, second = bubbles(page).all()
    mine, theirs = first.bounding_box(), second.bounding_box()
    assert mine is not None
    assert theirs is not None
    assert mine["x"] < theirs["x"]  # mine is at the end of the line, which is the left
    assert first.evaluate("e => getComputedStyle(e).direction") == "ltr"  # a Latin text keeps its own
    page.goto(f"{shop.origin}/?lang=not a locale")
    expect(root).to_have_attribute("lang", "en")


@pytest.mark.parametrize(
    ("locale", "label"),
    [("en-GB", "Send"), ("es", "Enviar"), ("fr-CA", "Envoyer"), ("de-CH", "Senden"), ("ko", "보내기"), ("pt", "Send")],
)
def test_languages(new_shop: Callable[..., Shop], page: Page, locale: str, label: str) -> None:
    arrive(page, new_shop(locale=locale))
    expect(page.get_by_role("button", name=label, exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", locale)


def test_a_reader_further_up_is_not_pulled_down(shop: Shop, page: Page) -> None:
    for number in range(40):
        shop.say_before(f"message {number}")
    arrive(page, shop)
    log = page.get_by_role("log")
    expect(bubbles(page)).to_have_count(40)
    expect(bubbles(page).last).to_be_in_viewport()
    log.evaluate("e => { e.scrollTop = 0; }")
    page.wait_for_timeout(50)
    shop.say("one more")
    newer = page.get_by_role("button", name="New messages")
    expect(newer).to_be_visible()
    assert log.evaluate("e => e.scrollTop") == 0
    newer.click()
    expect(bubbles(page).last).to_be_in_viewport()
    expect(newer).to_be_hidden()


def test_dark_mode_and_stillness_follow_the_system(shop: Shop, new_context: Callable[..., BrowserContext]) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    page = new_context(color_scheme="dark", reduced_motion="reduce").new_page()
    arrive(page, shop)
    assert page.evaluate(background) == "rgb(25, 23, 19)"
    shop.type()
    expect(page.locator("#typing")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    lively = new_context().new_page()
    arrive(lively, shop)
    assert lively.evaluate(background) == "rgb(246, 241, 231)"
    shop.type()
    expect(lively.locator("#typing")).to_be_visible()
    assert lively.evaluate("document.getAnimations().length") == 3


@pytest.mark.parametrize(("status", "said"), [(200, "of-ada"), (401, "")])
def test_a_mini_app_signs_in_as_the_person_whom_telegram_vouches_for(
    shop: Shop, page: Page, status: int, said: str
) -> None:
    asked: list[object] = []
    offered: list[str] = []

    def vouch(route: Route) -> None:
        asked.append(route.request.post_data_json)
        route.fulfill(status=status, json={"token": "of-ada"} if status == 200 else {"detail": "No."})

    page.route("**/api/v1/telegram/session", vouch)
    page.on("request", lambda r: offered.append(r.post_data or "") if r.url.endswith("/chat/session") else None)
    page.goto(f"{shop.origin}#tgWebAppData=user%3D42%26hash%3Da&tgWebAppVersion=8.0")
    page.locator("[data-met=yes]").wait_for()
    assert asked == [{"init_data": "user=42&hash=a"}]
    assert [json.loads(body)["token"] or "" for body in offered] == [said]
    assert page.evaluate("location.hash") == ""
    say(page, "a flat white, please")
    expect(bubbles(page)).to_have_text(["a flat white, please", "Noted: a flat white, please"])
