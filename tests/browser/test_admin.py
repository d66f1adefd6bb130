"""The staff's pages in a real browser: live, by keyboard, and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from admin.security import SESSION_COOKIE
from core import orders, staff
from tests.admin.serving import served
from tests.admin.shops import PASSWORD, Shop, furnish, two_shops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import APIResponse, BrowserContext, Route


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with two shops."""
    file = tmp_path_factory.mktemp("furnished") / "admin.db"
    furnish(file)
    return file


@pytest.fixture
def pier(furnished: Path, tmp_path: Path) -> Iterator[tuple[Shop, str]]:
    """A shop and the address of its admin."""
    with two_shops(furnished, tmp_path / "admin.db") as (shop, _), served(shop) as address:
        yield shop, address


@pytest.fixture
def visit(pier: tuple[Shop, str], new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Opens a page of the admin for somebody of the staff."""
    shop, address = pier

    def opened(path: str, role: staff.Role = "staff", **options: object) -> Page:
        context = new_context(**options)
        context.add_cookies([{"name": SESSION_COOKIE, "value": shop.browser(role).token, "url": f"{address}/admin"}])
        page = context.new_page()
        page.goto(address + path)
        return page

    return opened


def _locator(page: Page, order: orders.OrderView, column: str) -> Locator:
    return page.locator(f"section.column.{column} #order-{order.id}")


def test_an_order_appears_by_itself_and_moves_on_every_screen(
    pier: tuple[Shop, str], visit: Callable[..., Page]
) -> None:
    shop, _ = pier
    board, other, kitchen = visit("/admin/orders"), visit("/admin/orders", "owner"), visit("/admin/kitchen", "kitchen")
    for page in (board, other, kitchen):
        expect(page.locator("[data-live-state]")).to_have_text("Live")
    order = shop.order("Una")
    expect(_locator(board, order, "new")).to_be_visible()
    expect(_locator(board, order, "new")).to_have_class("slip arrived")
    expect(board.locator(".column.new .count")).to_have_text("1")
    expect(kitchen.locator(f"text={order.code}").first).to_be_visible()
    board.get_by_role("button", name=f"Accept order {order.code}").click()
    expect(_locator(board, order, "accepted")).to_be_visible()
    expect(_locator(other, order, "accepted")).to_be_visible()
    expect(_locator(other, order, "new")).to_have_count(0)
    assert shop.now(order).state == "accepted"
    other.get_by_role("button", name=f"Ready order {order.code}").click()
    expect(_locator(board, order, "ready")).to_be_visible()
    expect(kitchen.locator(".pass")).to_contain_text("All clear")


def test_news_do_not_disturb_whoever_types(pier: tuple[Shop, str], visit: Callable[..., Page]) -> None:
    shop, _ = pier
    first = shop.order("Una")
    board = visit("/admin/orders")
    board.locator(f"#cancel-{first.id} summary").click()
    reason = board.locator(f"#reason-{first.id}")
    expect(reason).to_be_focused()
    board.keyboard.type("Oven is ")
    second = shop.order("Bo")
    expect(_locator(board, second, "new")).to_be_visible()
    expect(reason).to_be_focused()
    board.keyboard.type("broken")
    expect(reason).to_have_value("Oven is broken")
    board.keyboard.press("Enter")
    expect(_locator(board, first, "over")).to_contain_text("Oven is broken")
    assert shop.now(first).cancel_reason == "Oven is broken"
    assert shop.now(second).state == "new"


def test_the_board_works_by_keyboard_alone(pier: tuple[Shop, str], visit: Callable[..., Page]) -> None:
    shop, _ = pier
    order = shop.order("Una")
    board = visit("/admin/orders")
    for _ in range(30):
        board.keyboard.press("Tab")
        if board.evaluate("document.activeElement.id") == f"accept-{order.id}":
            break
    board.keyboard.press("Enter")
    expect(_locator(board, order, "accepted")).to_be_visible()
    board.locator(f"#cancel-{order.id} summary").press("Enter")
    expect(board.locator(f"#reason-{order.id}")).to_be_focused()
    board.keyboard.press("Escape")
    expect(board.locator(f"#cancel-{order.id} summary")).to_be_focused()
    assert shop.now(order).state == "accepted"


def test_an_answer_that_comes_late_takes_nobody_from_another_field(
    pier: tuple[Shop, str], visit: Callable[..., Page]
) -> None:
    shop, _ = pier
    order = shop.order("Una")
    board = visit("/admin/orders")
    held: list[tuple[Route, APIResponse]] = []
    board.route("**/accept", lambda route: held.append((route, route.fetch())))
    board.get_by_role("button", name=f"Accept order {order.code}").click()
    expect(_locator(board, order, "accepted")).to_be_visible()
    board.locator(f"#cancel-{order.id} summary").press("Enter")
    reason = board.locator(f"#reason-{order.id}")
    expect(reason).to_be_focused()
    [(route, answer)] = held
    with board.expect_response("**/accept") as told:
        route.fulfill(response=answer)
    told.value.finished()
    expect(board.locator("form[data-sending]")).to_have_count(0)
    expect(reason).to_be_focused()


def test_without_scripts_everything_still_works(pier: tuple[Shop, str], visit: Callable[..., Page]) -> None:
    shop, _ = pier
    order = shop.order("Una")
    board = visit("/admin/orders", java_script_enabled=False)
    board.get_by_role("button", name=f"Accept order {order.code}").click()
    expect(_locator(board, order, "accepted")).to_be_visible()
    assert shop.now(order).state == "accepted"


def test_signing_in_by_the_form_and_out(pier: tuple[Shop, str], new_context: Callable[..., BrowserContext]) -> None:
    _, address = pier
    page = new_context().new_page()
    page.goto(f"{address}/admin/kitchen")
    page.get_by_label("Login").fill("kitchen-pier")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/admin/kitchen")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{address}/admin/sign-in")
    page.goto(f"{address}/admin/kitchen")
    expect(page.get_by_label("Login")).to_be_visible()


def test_an_ended_session_leads_to_the_door(pier: tuple[Shop, str], visit: Callable[..., Page]) -> None:
    shop, address = pier
    board = visit("/admin/orders")
    expect(board.locator("[data-live-state]")).to_have_text("Live")
    with shop.database.begin() as uow:
        staff.deactivate(uow, shop.merchant.id, shop.people["staff"].id)
    order = shop.order()
    expect(board).to_have_url(f"{address}/admin/sign-in?next=%2Fadmin%2Forders")
    assert order.code not in board.content()


def test_an_error_is_said_and_the_board_stays(pier: tuple[Shop, str], visit: Callable[..., Page]) -> None:
    shop, _ = pier
    order = shop.order()
    board = visit("/admin/orders")
    button = board.get_by_role("button", name=f"Accept order {order.code}")
    board.route("**/admin/events*", lambda route: route.abort())
    board.reload()
    with shop.database.begin() as uow:
        orders.cancel(uow, shop.merchant.id, order.id, reason="closed")
    button.click()
    expect(board.get_by_role("alert")).to_contain_text("An order that is cancelled cannot become accepted.")
    expect(_locator(board, order, "over")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768])
def test_no_page_is_wider_than_its_screen(pier: tuple[Shop, str], visit: Callable[..., Page], width: int) -> None:
    shop, address = pier
    order = shop.order("A customer with quite a long name, as customers have")
    page = visit("/admin", "owner", viewport={"width": width, "height": 800})
    widths = {}
    for path in ("", "/orders", f"/orders/{order.id}", "/kitchen", "/menu", "/conversations", "/stock", "/staff"):
        page.goto(f"{address}/admin{path}", wait_until="domcontentloaded")
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    page.goto(f"{address}/admin/conversations/{order.conversation_id}", wait_until="domcontentloaded")
    widths["talk"] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: found for path, found in widths.items() if found > width} == {}
