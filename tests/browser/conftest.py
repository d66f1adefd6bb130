"""A real browser, and shops for it to visit."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.browser.shop import Running, Shop

# A machine may be busy with other things; what comes sooner is seen sooner.
expect.set_options(timeout=60_000)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  window.violations.push(`${violatedDirective} ${blockedURI}`));
"""


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("no Chromium on PATH: run `scripts/setup dev`, which installs it")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, until the last test of this folder (its event loop would be in the way of others)."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def new_shop() -> Iterator[Callable[..., Shop]]:
    """Opens shops: the arguments are the shop's fields."""
    running: list[Running] = []

    def opened(**fields: Any) -> Shop:  # noqa: ANN401
        shop = Shop(**fields)
        running.append(Running(shop))
        return shop

    yield opened
    for server in running:
        server.stop()


@pytest.fixture
def shop(new_shop: Callable[..., Shop]) -> Shop:
    """A shop that answers."""
    return new_shop()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browsers of customers. At the end, no page may have broken its own content security policy or thrown."""
    contexts: list[BrowserContext] = []
    thrown: list[str] = []

    def opened(**options: Any) -> BrowserContext:  # noqa: ANN401
        options = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options}
        context = browser.new_context(**options)
        context.set_default_timeout(60_000)
        context.add_init_script(WATCH)
        context.on("weberror", lambda problem: thrown.append(str(problem.error)))
        contexts.append(context)
        return context

    yield opened
    violations = [violation for context in contexts for page in context.pages for violation in _violations(page)]
    for context in contexts:
        context.close()
    assert violations == []
    assert thrown == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A customer's page, 1280 by 800."""
    return new_context().new_page()


def _violations(page: Page) -> list[str]:
    found: list[str] = []
    for frame in page.frames:
        with suppress(Error):
            found += frame.evaluate("window.violations ?? []")
    return found
