"""The main job, in real browsers against the real program: a customer orders, the kitchen cooks, the customer hears."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.journeys.served import Served

PASSWORD = "a kettle and a crumb"
ORDER = "two large oat lattes, one with an extra shot, and a croissant please"


def _owner(served: Served, page: Page, address: str) -> Page:
    """Somebody of the shop, signed in by the link that the program printed."""
    page.goto(address + served.invitation)
    page.get_by_label("Your name").fill("Robin")
    page.get_by_label("Login").fill("robin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the shop").click()
    page.wait_for_url(re.compile(r"/admin(\?.*)?$"))
    return page


def _on_hand(staff: Page, address: str, item: str) -> tuple[int, int, int]:
    """On hand, reserved and to sell, as the stock page says."""
    staff.goto(f"{address}/admin/stock")
    cells = staff.locator("tr", has=staff.get_by_role("cell", name=item, exact=True)).get_by_role("cell")
    texts = [cells.nth(n).inner_text() for n in (1, 2, 3)]
    on_hand, reserved, to_sell = (int(re.sub(r"\D", "", text) or 0) for text in texts)
    return on_hand, reserved, to_sell


def _say(customer: Page, text: str) -> None:
    customer.get_by_role("textbox", name="Your message").fill(text)
    customer.keyboard.press("Enter")


def test_an_order_from_the_chat_to_the_counter(served: Served, new_context: Callable[..., BrowserContext]) -> None:
    # In the scaled form, customer and staff are served by different processes.
    shop, office = served.web[0], served.web[-1]
    staff = _owner(served, new_context().new_page(), office)
    before = _on_hand(staff, office, "Croissant")
    kitchen = staff.context.new_page()
    kitchen.goto(f"{office}/admin/kitchen")
    expect(kitchen.get_by_text("All clear")).to_be_visible()
    staff.goto(f"{office}/admin/orders")

    customer = new_context().new_page()
    customer.goto(shop)
    _say(customer, ORDER)
    expect(customer.locator("#lines > li")).to_have_count(3)
    lines = [re.sub(r"\s+", " ", text).strip() for text in customer.locator("#lines > li").all_inner_texts()]
    assert sorted(lines) == [
        "1 × Croissant $3.60",
        "1 × Latte, Large $6.10 oat milk",
        "1 × Latte, Large $7.00 oat milk extra shot",
    ]
    expect(customer.locator("#sums")).to_contain_text("$16.70")
    expect(customer.locator("#sums")).to_contain_text("$18.04")
    expect(staff.locator("article.slip")).to_have_count(0)

    _say(customer, "that's all, for pickup, my name is Ana")
    expect(customer.get_by_role("button", name="Yes")).to_be_visible()
    expect(staff.locator("article.slip")).to_have_count(0)
    customer.get_by_role("button", name="Yes").click()

    slip = staff.locator(".column.new article.slip")
    expect(slip).to_have_count(1)  # the board moved by itself
    expect(slip).to_contain_text("Ana")
    expect(slip).to_contain_text("Pick-up")
    ticket = kitchen.locator("article.ticket")
    expect(ticket).to_have_count(1)
    assert [t.casefold() for t in ticket.locator("li").all_inner_texts()].count("oat milk") == 2
    code = ticket.locator("h2.code").inner_text()
    expect(slip).to_contain_text(code)
    expect(customer.locator(".message.receipt .bubble")).to_contain_text(code)

    slip.get_by_role("button", name="Accept").click()
    ready = staff.locator(".column.accepted").get_by_role("button", name="Ready")
    expect(ready).to_be_visible()
    heard = customer.locator(".message.out .bubble", has_text="ready")
    assert heard.count() == 0
    ready.click()
    pressed = time.monotonic()
    heard.wait_for()
    waited = time.monotonic() - pressed
    # Hints arrive in milliseconds; without them the page asks again only after several seconds.
    assert waited < 3.0, f"the customer heard after {waited:.2f} s"

    staff.get_by_role("button", name="Handed over").click()
    expect(staff.locator(".column.over article.slip")).to_have_count(1)
    assert _on_hand(staff, office, "Croissant") == (before[0] - 1, before[1], before[2] - 1)
    assert "Traceback" not in served.logs()
