"""No message is lost and none is doubled, wherever and however often the line breaks."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import Break
from tests.browser.test_talk import arrive, bubbles, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.browser.shop import Shop

DROPS = 20
POINTS: tuple[Break, ...] = ("before", "kept", "acknowledged")
Patches = dict[str, tuple[tuple[str, str], ...]]

# Broken pages, to show that the tests below would notice.
WITHOUT_DEDUPLICATION: Patches = {
    "line.js": (("if (this.seen.has(message.seq)) return;", ""),),
    "chat.js": (("if (shown) return stamp(shown, message.at);", ""),),
}
WITHOUT_RESENDING: Patches = {"line.js": (("    this.flush();\n", ""),)}
WITHOUT_STORAGE: Patches = {"line.js": (("    return localStorage;\n", "    return new Map();\n"),)}


# The same page, only less patient between two polls.
QUICK: Patches = {"line.js": (("const POLL_PAUSE = 1_500;", "const POLL_PAUSE = 150;"),)}


@dataclass
class Unlucky:
    """Breaks the line so many times, at points drawn by the seed."""

    seed: int
    left: int = DROPS
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """The same seed draws the same points."""
        self.chance = random.Random(self.seed)

    def __call__(self) -> Break | None:
        """Where it breaks now, if it does."""
        if self.left == 0 or self.chance.random() < 0.2:
            return None
        self.left -= 1
        return self.chance.choice(POINTS)


def talk_through(shop: Shop, page: Page, luck: Unlucky, patience: float) -> list[str]:
    """Say things until the line has broken often enough and all is settled, or patience has run out; what was said."""
    shop.breaks = luck
    shop.overlap = 3  # and with every new line, some of it comes again
    arrive(page, shop)
    deadline = time.monotonic() + patience
    said: list[str] = []
    while (luck.left or len(said) < 12) and time.monotonic() < deadline:
        said.append(f"order number {len(said) + 1}")
        say(page, said[-1])
        page.wait_for_timeout(luck.chance.choice((0, 100, 400)))
    while time.monotonic() < deadline and not (shop.kept == said and _shown(page) == _log(shop)):
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)  # nothing may follow
    return said


def _shown(page: Page) -> list[str]:
    return bubbles(page).all_text_contents()


def _log(shop: Shop) -> list[str]:
    return [message["text"] for message in shop.log]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("sockets", [True, False], ids=["socket", "polling"])
def test_nothing_is_lost_or_doubled(new_shop: Callable[..., Shop], page: Page, seed: int, *, sockets: bool) -> None:
    shop = new_shop(sockets=sockets, patches=QUICK)
    luck = Unlucky(seed)
    said = talk_through(shop, page, luck, patience=200)
    assert luck.left == 0
    assert shop.kept == said
    assert _shown(page) == _log(shop)
    assert len(_log(shop)) == 2 * len(said)
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.includes(':out:'))") == []
    assert page.locator(".sending, .unsent").count() == 0


def test_control_without_deduplication_messages_are_doubled(new_shop: Callable[..., Shop], page: Page) -> None:
    shop = new_shop(patches=WITHOUT_DEDUPLICATION)
    talk_through(shop, page, Unlucky(1), patience=5)
    assert len(_shown(page)) > len(set(_shown(page)))


def test_control_without_resending_messages_are_lost(new_shop: Callable[..., Shop], page: Page) -> None:
    shop = new_shop(patches=WITHOUT_RESENDING)
    said = talk_through(shop, page, Unlucky(1), patience=5)
    assert set(shop.kept) < set(said)


def test_what_could_not_be_sent_outlives_the_page(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    shop.up = False
    shop.hang_up()
    say(page, "two bagels")
    say(page, "and a tea")
    page.reload()
    expect(bubbles(page)).to_have_text(["two bagels", "and a tea"])
    assert shop.kept == []
    shop.up = True
    expect(bubbles(page)).to_have_count(4)
    assert shop.kept == ["two bagels", "and a tea"]
    assert _shown(page) == _log(shop)


def test_control_without_storage_it_does_not(new_shop: Callable[..., Shop], page: Page) -> None:
    shop = new_shop(patches=WITHOUT_STORAGE)
    arrive(page, shop)
    shop.up = False
    shop.hang_up()
    say(page, "two bagels")
    page.reload()
    page.wait_for_timeout(500)
    assert _shown(page) == []


def test_a_reload_shows_the_talk_again(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    say(page, "two bagels")
    expect(bubbles(page)).to_have_count(2)
    page.reload()
    expect(bubbles(page)).to_have_text(["two bagels", "Noted: two bagels"])
    assert shop.kept == ["two bagels"]


def test_several_tabs_show_one_talk(shop: Shop, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context()
    first, second = context.new_page(), context.new_page()
    arrive(first, shop)
    arrive(second, shop)
    for number in range(3):
        say(first, f"from the first {number}")
        say(second, f"from the second {number}")
    for page in (first, second):
        expect(bubbles(page)).to_have_count(12)
        assert _shown(page) == _log(shop)
    assert len(set(shop.kept)) == len(shop.kept) == 6


def test_another_tab_sends_what_a_closed_one_could_not(shop: Shop, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context()
    first, second = context.new_page(), context.new_page()
    arrive(first, shop)
    arrive(second, shop)
    shop.up = False
    shop.hang_up()
    say(first, "two bagels")
    first.close()
    shop.up = True
    expect(bubbles(second)).to_have_text(["two bagels", "Noted: two bagels"])
    assert shop.kept == ["two bagels"]


def test_messages_stand_in_the_shops_order_however_they_arrive(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    early = shop.say_before("first")
    late = shop.say_before("second")
    for message in (late, early, late, early):
        shop._tell(message)
    expect(bubbles(page)).to_have_text(["first", "second"])


def test_what_was_missed_between_comes_with_the_next_line(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    shop.say_before("missed")  # it never reaches the page
    shop.say("heard")
    expect(bubbles(page)).to_have_text(["heard"])
    shop.hang_up()
    expect(bubbles(page)).to_have_text(["missed", "heard"])


def test_where_sockets_are_blocked_the_page_polls(new_shop: Callable[..., Shop], page: Page) -> None:
    shop = new_shop(sockets=False)
    tries: list[str] = []
    page.on("websocket", lambda socket: tries.append(socket.url))
    arrive(page, shop)
    say(page, "two bagels")
    expect(bubbles(page)).to_have_text(["two bagels", "Noted: two bagels"])
    shop.say("They are in the oven.")
    expect(bubbles(page)).to_have_count(3)
    assert len(tries) == 3
    assert shop.sockets_opened == 0
    assert shop.posts == 1


def test_a_refused_message_is_not_sent_again_until_asked(shop: Shop, page: Page) -> None:
    shop.refused.add("nonsense")
    arrive(page, shop)
    say(page, "nonsense")
    again = page.get_by_role("button", name="Try again")
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    shop.hang_up()
    page.wait_for_timeout(1_000)
    assert len(shop.received) == 1
    assert shop.kept == []
    page.reload()
    again.wait_for()
    shop.refused.clear()
    again.click()
    expect(bubbles(page)).to_have_text(["nonsense", "Noted: nonsense"])
    assert len(set(shop.received)) == 1


def test_a_message_sent_too_fast_is_sent_again_by_itself(shop: Shop, page: Page) -> None:
    shop.hurried.add("two bagels")
    arrive(page, shop)
    say(page, "two bagels")
    expect(bubbles(page)).to_have_text(["two bagels", "Noted: two bagels"])
    assert len(shop.received) == 2
    assert len(set(shop.received)) == 1


def test_a_shop_that_is_not_there_is_told(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.origin}/?shop=nowhere")
    expect(page.get_by_role("alert")).to_have_text("There is no shop nowhere.")
    page.goto(f"{shop.origin}/?shop=corner")
    page.locator("[data-met=yes]").wait_for()
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_long_break_is_told_and_ends_by_itself(shop: Shop, page: Page) -> None:
    arrive(page, shop)
    state = page.locator("#state")
    expect(state).to_have_attribute("role", "status")
    expect(state).to_be_empty()
    page.clock.install()
    shop.up = False
    shop.hang_up()
    page.clock.run_for(3_000)
    expect(state).to_have_text("Reconnecting…")
    say(page, "two bagels")
    expect(page.get_by_text("Sending…")).to_be_visible()
    page.clock.run_for(9_000)
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    shop.up = True
    # Nothing moves while the page's clock is held: waiting for a still button would wait for ever on a busy machine.
    page.get_by_role("button", name="Try again").dispatch_event("click")
    for _ in range(20):
        page.clock.run_for(2_000)
    expect(bubbles(page)).to_have_text(["two bagels", "Noted: two bagels"])
    expect(state).to_be_empty()
    assert shop.kept == ["two bagels"]


def test_waits_grow_and_differ(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.origin}/host?widget_origin={shop.origin}")  # a page whose own timers are not in the way
    waits = page.evaluate(
        """async () => {
            const { Line } = await import("/static/line.js");
            const waits = [];
            const real = window.setTimeout;
            window.setTimeout = (f, ms) => { waits.push(ms); return real(f, 0); };
            const line = new Line("other", {});
            for (let n = 0; n < 10; n++) await line.pause();
            window.setTimeout = real;
            return waits;
        }"""
    )
    longest = [min(30_000, 400 * 2**n) for n in range(10)]
    assert all(top / 2 <= wait <= top for wait, top in zip(waits, longest, strict=True))
    assert len({wait / top for wait, top in zip(waits, longest, strict=True)}) == 10
