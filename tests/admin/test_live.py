"""The stream of hints: only to whom it concerns, and only as long as they are signed in."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from admin.routes import events
from core import orders, staff

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from admin.access import Visit
    from tests.admin.shops import Shop


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the stream name its topics and end."""

    async def named(_: object, topics: tuple[str, ...]) -> AsyncIterator[str]:
        for topic in topics:
            yield f"{topic}\n"

    monkeypatch.setattr(events, "hints", named)


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(
    ("role", "heard"),
    [
        ("owner", ["conversations", "menu", "orders"]),
        ("staff", ["conversations", "menu", "orders"]),
        ("kitchen", ["menu", "orders"]),
        ("agent", ["conversations", "menu", "orders"]),
    ],
)
def test_each_role_hears_what_it_may_see(shop: Shop, role: staff.Role, heard: list[str]) -> None:
    answer = shop.browser(role).get("/admin/events?topics=orders menu conversations work:1 orders:other")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.split() == [f"{topic}:{shop.merchant.id}" for topic in heard]


@pytest.mark.usefixtures("topics")
def test_a_conversation_is_heard_by_its_shop_only(shops: tuple[Shop, Shop]) -> None:
    shop, other = shops
    talk = shop.conversation()
    path = f"/admin/events?topics=&conversation={talk.id}"
    assert shop.browser("agent").get(path).text.split() == [f"conversation:{talk.id}"]
    assert shop.browser("kitchen").get(path).status_code == 403
    assert other.browser("owner").get(path).status_code == 404
    assert shop.browser().get(path, accept="text/event-stream").status_code == 401


def _visit(shop: Shop, token: str) -> Visit:
    return cast("Visit", SimpleNamespace(deps=SimpleNamespace(live=shop.live), database=shop.database, token=token))


def test_a_change_is_hinted_and_the_end_of_the_session_ends_the_stream(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.05)
    order = shop.order()
    token = shop.browser("staff").token

    async def listen() -> list[str]:
        stream = events.hints(_visit(shop, token), (f"orders:{shop.merchant.id}",))
        heard = [await anext(stream), await anext(stream)]
        with shop.database.begin() as uow:
            orders.accept(uow, shop.merchant.id, order.id)
        heard.append(await anext(stream))
        with shop.database.begin() as uow:
            staff.sign_out(uow, token)
        return [*heard, *[message async for message in stream]]

    assert asyncio.run(listen()) == [
        "retry: 1000\n\n: hello\n\n",
        ": still here\n\n",
        "event: changed\ndata: look\n\n",
        "event: bye\ndata: signed out\n\n",
    ]


def test_the_stream_does_not_last_for_ever(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.05)
    monkeypatch.setattr(events, "LIFE", 0.12)
    token = shop.browser("staff").token

    async def listen() -> int:
        return len([m async for m in events.hints(_visit(shop, token), ("orders:x",))])

    assert 2 <= asyncio.run(listen()) <= 4
