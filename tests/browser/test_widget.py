"""The widget on a shop's own site, which is another origin with a style sheet of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

FOCUSED = """() => {
  const outer = document.activeElement;
  const inner = outer?.shadowRoot?.activeElement;
  return inner ? inner.getAttribute("aria-label") || inner.title : outer?.id || outer?.tagName;
}"""


@pytest.fixture
def shop(new_shop: Callable[..., Shop]) -> Shop:
    """A shop whose answers would be noticed."""
    return new_shop()


def visit(page: Page, shop: Shop) -> FrameLocator:
    """The shop's own site under another name, with the widget on it."""
    page.goto(f"{shop.origin.replace('127.0.0.1', 'localhost')}/host?widget_origin={shop.origin}")
    page.get_by_role("button", name="Order by chat").wait_for()
    return page.frame_locator("iframe")


def focused(page: Page) -> str:
    """What has the focus; it is nowhere for a moment while it goes into or out of the frame, another process."""
    settled = f"() => {{ const name = ({FOCUSED})(); return name !== 'BODY' && name; }}"
    found: str = page.wait_for_function(settled).json_value()
    return found


def test_it_opens_talks_and_closes_by_keyboard(shop: Shop, page: Page) -> None:
    frame = visit(page, shop)
    launch = page.get_by_role("button", name="Order by chat")
    expect(launch).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    assert focused(page) == "theirs"
    page.keyboard.press("Tab")
    assert focused(page) == "Order by chat"
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Order by chat")
    expect(dialog).to_be_visible()
    expect(page.locator(".launch")).to_have_attribute("aria-expanded", "true")
    frame.locator("[data-met=yes]").wait_for()
    frame.get_by_role("textbox", name="Your message").focus()
    page.keyboard.type("two bagels")
    page.keyboard.press("Enter")
    expect(frame.locator(".message .bubble")).to_have_text(["two bagels", "Noted: two bagels"])
    assert shop.kept == ["two bagels"]
    page.keyboard.press("Escape")  # pressed inside the frame
    expect(dialog).to_be_hidden()
    assert focused(page) == "Order by chat"
    expect(launch).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(frame.locator(".message .bubble")).to_have_count(2)


def test_focus_stays_inside_while_it_is_open(shop: Shop, page: Page) -> None:
    frame = visit(page, shop)
    page.get_by_role("button", name="Order by chat").click()
    frame.get_by_text("Order in your own words.").wait_for()
    seen = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.add(focused(page))
    assert seen == {"Order by chat", "Close chat"}  # the frame and the button: never the page behind
    for _ in range(9):
        page.keyboard.press("Shift+Tab")
        assert focused(page) in {"Order by chat", "Close chat"}
    page.get_by_role("button", name="Close chat").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "theirs"  # and free again afterwards


def test_neither_style_sheet_reaches_the_other(shop: Shop, page: Page) -> None:
    visit(page, shop)
    look = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).fontSize]"
    theirs = page.locator("#theirs")
    assert theirs.evaluate(look) == ["rgb(255, 0, 0)", "40px"]
    assert page.locator(".launch").evaluate(look) == ["rgb(29, 90, 75)", "16px"]
    assert page.evaluate("document.adoptedStyleSheets.length") == 0
    assert page.locator("head style").count() == 0
    assert page.evaluate("Object.keys(window).filter((name) => /comanda/i.test(name))") == []


def test_what_is_said_while_it_is_closed_is_counted(shop: Shop, page: Page) -> None:
    frame = visit(page, shop)
    page.get_by_role("button", name="Order by chat").click()
    frame.get_by_text("Order in your own words.").wait_for()
    page.get_by_role("button", name="Close chat").click()
    shop.say("Your order is ready.")
    shop.say("It is on the counter.")
    launch = page.get_by_role("button", name="Order by chat, 2 new")
    expect(launch).to_be_visible()
    launch.click()
    expect(page.locator(".unread")).to_be_empty()
    page.get_by_role("button", name="Close chat").click()
    expect(page.get_by_role("button", name="Order by chat", exact=True)).to_be_visible()


def test_messages_of_other_windows_are_ignored(shop: Shop, page: Page) -> None:
    frame = visit(page, shop)
    page.get_by_role("button", name="Order by chat").click()
    frame.get_by_text("Order in your own words.").wait_for()
    page.evaluate(
        """() => { postMessage({ comanda: "close" }, "*"); postMessage({ comanda: "unread", count: 5 }, "*"); }"""
    )
    page.wait_for_timeout(200)
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".unread")).to_be_empty()


def test_a_site_that_may_not_embed_is_offered_a_way_around(new_shop: Callable[..., Shop], page: Page) -> None:
    shop = new_shop(embedders="'none'")
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    page.clock.install()
    visit(page, shop)
    page.get_by_role("button", name="Order by chat").click()
    page.wait_for_timeout(300)
    page.clock.run_for(11_000)
    link = page.get_by_role("link", name="Open the chat in a new tab")
    expect(link).to_have_attribute("href", f"{shop.origin}/?shop=corner")
    assert len([text for text in warnings if "COMANDA_CHAT_ORIGINS" in text]) == 1


def test_on_a_phone_it_fills_the_screen(shop: Shop, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    page.goto(f"{shop.origin.replace('127.0.0.1', 'localhost')}/host?widget_origin={shop.origin}")
    page.get_by_role("button", name="Order by chat").tap()
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()
    box = page.locator(".panel").bounding_box()
    assert box is not None
    inner = page.evaluate("[innerWidth, innerHeight]")
    assert [box["x"], box["y"], box["width"], box["height"]] == [0, 0, *inner]
