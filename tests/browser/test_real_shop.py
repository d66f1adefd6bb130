"""The page and the real program together: an order from the first word to the counter, over a restart."""

from __future__ import annotations

import threading
import time
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.sync_api import expect

from comanda.app import create_app
from comanda.demo import make_demo_shop
from comanda.wiring import Program, build, choose_shop
from core import orders
from core.settings import Settings
from tests.browser.test_talk import bubbles, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page


class RealShop:
    """The program on one port, which may be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(database_url=f"sqlite:///{folder / 'shop.db'}", data_path=folder)
        with socket(AF_INET, SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.origin = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Serve."""
        self.program: Program = build(self.settings)
        make_demo_shop(self.program.database)
        self._listener = socket(AF_INET, SOCK_STREAM)
        self._listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        config = uvicorn.Config(create_app(self.program), log_level="critical", ws="websockets-sansio")
        config.timeout_graceful_shutdown = 1
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self._server.started

    def stop(self) -> None:
        """Stop serving, in the middle of whatever happens."""
        self._server.should_exit = True
        self._thread.join(timeout=60)
        self._listener.close()
        assert not self._thread.is_alive()

    def placed(self) -> tuple[orders.OrderView, ...]:
        """Every order of the shop."""
        database = self.program.database
        shop = choose_shop(database)
        with database.read() as session:
            return orders.list_orders(session, shop.id, states=("new", "accepted", "ready", "completed"), limit=10)


@pytest.fixture
def real_shop(tmp_path: Path) -> Iterator[RealShop]:
    """The demo shop, served."""
    shop = RealShop(tmp_path)
    yield shop
    shop.stop()


def test_an_order_from_the_first_word_to_the_counter(real_shop: RealShop, page: Page) -> None:
    page.goto(real_shop.origin)
    page.locator("[data-met=yes]").wait_for()
    say(page, "two croissants")
    expect(page.locator("#lines > li")).to_have_count(1)
    expect(page.locator("#lines .name")).to_have_text("Croissant")
    assert real_shop.placed() == ()
    say(page, "that's all")
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".message.receipt")).to_have_count(1)
    (order,) = real_shop.placed()
    expect(page.locator(".message.receipt .bubble")).to_contain_text(order.code)
    expect(page.locator("#banner")).to_have_text(f"Order {order.code}: received")
    assert [(line.name, line.line.quantity) for line in order.lines] == [("Croissant", 2)]
    with real_shop.program.database.begin() as uow:
        orders.accept(uow, order.merchant_id, order.id)
    with real_shop.program.database.begin() as uow:
        orders.mark_ready(uow, order.merchant_id, order.id)
    expect(page.locator("#banner")).to_have_text(f"Order {order.code}: ready")
    expect(page.locator(".message.out .bubble").last).to_contain_text("ready")
    said = bubbles(page).all_text_contents()
    page.reload()
    expect(bubbles(page)).to_have_text(said)


def test_whoever_comes_after_begins_with_nothing_of_the_one_before(real_shop: RealShop, page: Page) -> None:
    """A tablet that is handed on: talk, cart, session and what was not sent yet are gone, in every tab."""
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(real_shop.origin)
        tab.locator("[data-met=yes]").wait_for()
    expect(page.locator("#anew")).to_be_hidden()
    say(page, "two croissants")
    for tab in (page, other):
        expect(tab.locator("#lines .name")).to_have_text("Croissant")
    before = _kept(page)
    page.evaluate(
        "localStorage.setItem('comanda::out:left', JSON.stringify({client_msg_id: 'left', text: 'x', at: 1}))"
    )

    page.get_by_role("button", name="Not you? New conversation").click()

    for tab in (page, other):
        expect(bubbles(tab)).to_have_count(0)
        tab.locator("[data-met=yes]").wait_for()
        expect(tab.locator("#lines > li")).to_have_count(0)
    say(page, "do you have tea?")
    expect(bubbles(page).first).to_have_text("do you have tea?")
    expect(bubbles(page)).to_have_count(2)
    expect(page.locator("#lines > li")).to_have_count(0)
    assert "comanda::out:left" not in _kept(page)
    assert set(before.values()).isdisjoint(set(_kept(page).values()) - {"1"})


def _kept(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("({...localStorage})")
    return {key: value for key, value in found.items() if value != "1"}


def test_what_is_said_while_the_shop_restarts_arrives_once(real_shop: RealShop, page: Page) -> None:
    page.goto(real_shop.origin)
    page.locator("[data-met=yes]").wait_for()
    say(page, "a croissant")
    expect(page.locator("#lines .name")).to_have_text("Croissant")
    real_shop.stop()
    say(page, "and a flat white")
    page.wait_for_timeout(1_000)
    real_shop.start()
    expect(page.locator("#lines > li")).to_have_count(2)
    expect(page.locator(".message.in .bubble")).to_have_text(["a croissant", "and a flat white"])
    expect(page.locator("#lines .times")).to_have_text(["1 \N{MULTIPLICATION SIGN}"] * 2)
    assert real_shop.placed() == ()


def test_without_a_socket(real_shop: RealShop, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context()
    context.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 5); } close() {} };"
    )
    page = context.new_page()
    page.goto(real_shop.origin)
    page.locator("[data-met=yes]").wait_for()
    say(page, "a croissant")
    expect(page.locator("#lines .name")).to_have_text("Croissant")
    expect(page.locator(".message.in[data-seq] .bubble")).to_have_text(["a croissant"])
    assert page.locator(".message.out").count() == 1
