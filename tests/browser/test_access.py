"""The chat for those who use a keyboard, a screen reader or a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_talk import CART, arrive, bubbles, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.browser.shop import Shop

# The contrast of a text with what is behind it, by WCAG 2.2: every visible text of the page that is below its limit.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
  };
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const hint = e.matches("textarea") && !e.value;
    if (!(own || hint) || !e.checkVisibility() || e.matches(".quiet, :disabled")) continue;
    const style = getComputedStyle(e, hint ? "::placeholder" : null);
    const [a, b] = [light(rgba(style.color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) poor.push(`${e.className || e.id || e.tagName}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def _focus(page: Page) -> str:
    name = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
    return str(page.evaluate(f"document.activeElement.id === 'say' ? 'composer' : {name}"))


def test_an_order_by_keyboard_alone(shop: Shop, page: Page) -> None:
    shop.answers = False
    arrive(page, shop)
    page.get_by_text("Order in your own words.").wait_for()
    for expected in ("Messages", "What’s on the menu?", "composer", "Send"):
        page.keyboard.press("Tab")
        assert _focus(page) == expected
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("a latte")
    page.keyboard.press("Enter")
    expect(page.locator(".message[data-seq] .bubble")).to_have_text(["a latte"])
    shop.say("Which milk?", kind="question", options=(("whole", "Whole"), ("oat", "Oat")))
    expect(bubbles(page)).to_have_count(2)
    assert _focus(page) == "composer"  # a question takes no focus away
    page.keyboard.press("Shift+Tab")
    assert _focus(page) == "Oat"
    page.keyboard.press("Shift+Tab")
    assert _focus(page) == "Whole"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message.in .bubble")).to_have_text(["a latte", "Oat"])
    assert _focus(page) == "composer"  # nor is it lost with the button
    page.keyboard.press("Tab")
    assert _focus(page) == "Send"
    # The page shows a message before the shop has it: with a number it does.
    expect(page.locator(".message.in[data-seq] .bubble")).to_have_text(["a latte", "Oat"])
    assert shop.choices == ["oat"]


def test_names_and_roles(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    say(page, "a latte")
    expect(bubbles(page)).to_have_count(2)
    shop.say("Which milk?", kind="question", options=(("whole", "Whole"), ("oat", "Oat")))
    expect(bubbles(page)).to_have_count(3)
    page.evaluate("document.querySelectorAll('time').forEach((t) => { t.textContent = '10:00 AM'; })")
    assert page.locator("body").aria_snapshot() == (
        "- banner:\n"
        '  - heading "Corner Bakery" [level=1]\n'
        "  - paragraph: Automated ordering assistant\n"
        "  - status\n"
        "- status\n"
        "- main:\n"
        '  - log "Messages":\n'
        '    - article "You":\n'
        "      - paragraph: today\n"
        "      - text: You a latte\n"
        "      - paragraph:\n"
        "        - time: 10:00 AM\n"
        '    - article "Corner Bakery": "Corner Bakery Noted: a latte"\n'
        '    - article "Corner Bakery":\n'
        "      - text: Corner Bakery Which milk?\n"
        '      - group "Answers":\n'
        '        - button "Whole"\n'
        '        - button "Oat"\n'
        "      - paragraph:\n"
        "        - time: 10:00 AM\n"
        '- complementary "Your order":\n'
        '  - heading "Your order" [level=2]\n'
        "  - paragraph: Nothing here yet.\n"
        "- alert\n"
        "- text: Your message\n"
        '- textbox "Your message":\n'
        "  - /placeholder: What would you like?\n"
        '- button "Send"\n'
        '- button "Not you? New conversation"'
    )


def test_only_what_is_new_is_read_out(shop: Shop, page: Page) -> None:
    page.add_init_script("""
      window.read = [];
      const log = () => document.getElementById("log");
      new MutationObserver((changes) => changes.flatMap((c) => [...c.addedNodes]).forEach((node) => {
        if (node.matches?.(".message")) window.read.push([node.querySelector(".bubble").textContent, log().ariaBusy]);
      })).observe(document, { childList: true, subtree: true });
    """)
    shop.say_before("Welcome back.")
    arrive(page, shop)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).not_to_have_attribute("aria-busy", "true")
    shop.say("It is ready.")
    expect(bubbles(page)).to_have_count(2)
    assert page.evaluate("read") == [["Welcome back.", "true"], ["It is ready.", None]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_texts_stand_out(shop: Shop, new_context: Callable[..., BrowserContext], scheme: str, width: int) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": width, "height": 844}).new_page()
    shop.refused.add("no")
    arrive(page, shop)
    for kind in ("text", "notice", "read_back", "receipt", "question"):
        shop.say(f"A {kind}.", kind=kind, options=(("yes", "Yes"),))
    for text in ("yes", "no"):
        say(page, text)
    page.get_by_role("button", name="Try again").wait_for()
    for state in ("new", "ready"):
        shop.show_cart({**CART, "order": {"code": "K7QF", "state": state}})
        page.locator(f"[data-state={state}]").wait_for()
        if width == 390 and state == "new":
            page.locator("#fold").click()
        page.wait_for_timeout(250)  # what moves has arrived
        assert page.evaluate(CONTRAST) == []


def test_a_phone(shop: Shop, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    arrive(page, shop)
    expect(page.locator("#fold")).to_be_hidden()  # nothing in the cart, no bar
    long = {"text": "Supercalifragilisticexpialidocious" * 3, "details": ["x" * 90], "quantity": 99}
    line = {**long, "unit": "$1,000.00", "total": "$99,000.00"}
    shop.say("A" * 200, kind="receipt", options=(("a", "B" * 90), ("c", "No")))
    shop.show_cart({**CART, "lines": [*CART["lines"], line], "order": {"code": "K7QF", "state": "accepted"}})  # type: ignore[misc]
    bar = page.get_by_role("button", name="102 items $12.85")
    expect(bar).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#slip")).to_be_hidden()
    bar.tap()
    expect(bar).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("Rye toast")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#log").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.locator("#slip").evaluate("e => e.scrollWidth <= e.clientWidth")
    page.keyboard.press("Escape")
    expect(page.locator("#slip")).to_be_hidden()
    expect(bar).to_be_focused()
    for target in page.get_by_role("button").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44  # a finger's width


def test_text_of_twice_the_size_still_fits(shop: Shop, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    arrive(page, shop)
    page.locator("html").evaluate("e => { e.style.fontSize = '200%'; }")
    shop.say("Which milk would you like?", kind="question", options=(("oat", "Oat, organic"),))
    shop.show_cart(CART)
    expect(page.get_by_role("button", name="Oat, organic")).to_be_in_viewport()
    expect(page.get_by_role("textbox")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
