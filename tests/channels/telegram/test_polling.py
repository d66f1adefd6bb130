"""Listening where Telegram cannot call us: nothing is lost, nothing counts twice, and one process listens at a time."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import pytest

from channels.base import ChannelDeps
from channels.telegram import Client, Desk, Poller, listener, polling
from channels.telegram.client import Taken
from channels.telegram.polling import LEASE
from channels.telegram.updates import ALLOWED
from comanda import text_channels
from comanda.drain import Drain
from core.db import outbox
from core.kernel import clock
from core.kernel.errors import NotFound
from core.orders.lines import Line
from core.settings import settings
from tests.channels.fakes.telegram import BOT, TOKEN
from tests.channels.telegram.conftest import ADA, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from core.db.outbox import Work
    from core.db.session import Database
    from core.settings import Settings
    from tests.channels.fakes.telegram import Telegram
    from tests.channels.telegram.conftest import Chat


@pytest.fixture
def quiet(local: Database, telegram: Telegram, configured: Callable[..., Settings]) -> Iterator[Chat]:
    """The tea house without a webhook."""
    with opened(local, telegram, configured(TELEGRAM_WEBHOOK_SECRET="")) as made:
        yield made


@pytest.fixture
def quiet_on_each(database: Database, telegram: Telegram, configured: Callable[..., Settings]) -> Iterator[Chat]:
    """The same, on each database."""
    with opened(database, telegram, configured(TELEGRAM_WEBHOOK_SECRET="")) as made:
        yield made


def poller(chat: Chat, desk: Desk | None = None) -> Poller:
    """One that asks at once and waits for nothing long."""
    database = chat.shop.database
    desk = desk or Desk(database, chat.channel, text_channels.shop_of(database))
    return Poller(database, Client(TOKEN, chat.telegram.url), str(BOT), desk, long=0, rest=0.01)


def listen(chat: Chat, by: Poller) -> None:
    """Take in what is there, and answer it."""
    while by.once():
        pass
    chat.work()


def test_an_order_without_a_webhook(quiet: Chat) -> None:
    by = poller(quiet)
    for text in ("hello", "a thai milk tea please"):
        quiet.telegram.writes(ADA, text)
        listen(quiet, by)
    quiet.telegram.presses(ADA, "large")
    listen(quiet, by)
    quiet.telegram.writes(ADA, "that's all")
    listen(quiet, by)
    quiet.telegram.presses(ADA, "Yes")
    listen(quiet, by)
    by.stop()
    assert quiet.shop.lines() == [(Line("thai", 1, "large"),)]
    asked = quiet.telegram.made("getUpdates")
    assert all(a["allowed_updates"] == list(ALLOWED) for a in asked)
    assert "offset" not in asked[0]  # what waits is taken, never skipped
    assert asked[-1]["offset"] == quiet.telegram._update()["update_id"]
    assert quiet.telegram.made("deleteWebhook") == []


def test_what_was_not_kept_is_not_confirmed(quiet_on_each: Chat) -> None:
    quiet = quiet_on_each

    class Dying(Desk):
        dies = True

        def take(self, updates: object) -> None:
            if self.dies:
                problem = "the process ends here"
                raise SystemExit(problem)
            super().take(updates)  # type: ignore[arg-type] # as it came

    desk = Dying(quiet.shop.database, quiet.channel, text_channels.shop_of(quiet.shop.database))
    for text in ("hello", "a thai milk tea please"):
        quiet.telegram.writes(ADA, text)
    first = poller(quiet, desk)
    with pytest.raises(SystemExit):
        first.once()
    first.stop()
    second = poller(quiet)
    second.once()  # and now this one dies before it confirms
    second.stop()
    third = poller(quiet)
    listen(quiet, third)
    third.stop()
    assert [text for _, text in quiet.shop.kept()] == ["hello", "a thai milk tea please"]
    assert len(quiet.texts()) == 1


def test_one_that_confirms_before_it_keeps_would_lose_it(quiet: Chat) -> None:
    """The control: the offset alone decides what Telegram forgets."""
    quiet.telegram.writes(ADA, "hello")
    hasty = poller(quiet)
    hasty._offset = quiet.telegram.updates[-1]["update_id"] + 1
    hasty.once()
    hasty.stop()
    after = poller(quiet)
    assert after.once() == 0
    after.stop()
    assert quiet.shop.rows() == 0


def test_an_update_that_breaks_us_is_given_up_and_the_others_go_on(quiet: Chat) -> None:
    class Allergic(Desk):
        def take(self, updates: object) -> None:
            assert isinstance(updates, list)
            if any(u.get("message", {}).get("text") == "poison" for u in updates):
                problem = "a bug"
                raise ValueError(problem)
            super().take(updates)

    desk = Allergic(quiet.shop.database, quiet.channel, text_channels.shop_of(quiet.shop.database))
    by = poller(quiet, desk)
    for text in ("one", "poison", "two"):
        quiet.telegram.writes(ADA, text)
    rounds = 0
    while by.once():
        rounds += 1
        assert rounds < 20
        # Only what follows is there to be kept when the first is confirmed.
        quiet.telegram.writes(ADA, f"later {rounds}") if rounds < 9 else None
    by.stop()
    assert "poison" not in [text for _, text in quiet.shop.kept()]
    assert [text for _, text in quiet.shop.kept()][:2] == ["one", "two"]
    assert rounds == 9  # eight tries, and what came last


def test_a_bot_that_is_nobodys_is_not_listened_to(quiet: Chat) -> None:
    quiet.telegram.writes(ADA, "hello")
    database = quiet.shop.database
    by = poller(quiet, Desk(database, quiet.channel, lambda *_: None))
    with pytest.raises(NotFound):
        by.once()
    by.stop()
    assert len(quiet.telegram.updates) == 1  # Telegram has it still


def test_a_webhook_and_polling_exclude_each_other(quiet: Chat) -> None:
    quiet.telegram.webhook = {"url": "https://elsewhere.example"}
    by = poller(quiet)
    with pytest.raises(Taken):
        by.once()
    by.stop()
    assert quiet.telegram.webhook["url"] == "https://elsewhere.example"  # it may be another installation's


def test_one_process_listens_and_another_takes_over(quiet_on_each: Chat) -> None:
    quiet = quiet_on_each
    one, other = poller(quiet), poller(quiet)
    assert one._lead()
    assert one._lead()
    assert not other._lead()
    one._leave()
    assert other._lead()
    assert not one._lead()
    with clock.at(clock.now() + LEASE * 2):  # the lease of a process that died has run out
        assert one._lead()
    assert not other._lead()
    one.stop()
    other.stop()


_WORKERS = 2
_BACKLOG = 250


def _begun_before_our_word(quiet: Chat, *, held: bool) -> int:
    """How many turns were begun before the word to somebody who pays behind a backlog, while two threads work.

    Not `held`, the poller lets three of them begin before it goes on.
    """
    telegram, database = quiet.telegram, quiet.shop.database
    begun: list[float] = []

    class Slow(Desk):
        def take(self, updates: Sequence[object]) -> None:
            super().take(updates)
            if not held:
                _until(lambda: len(begun) > _WORKERS)

    def turn(database: Database, work: Work) -> None:
        begun.append(time.monotonic())
        with database.begin() as uow:
            outbox.finish(uow.session, work)

    for number in range(_BACKLOG):
        telegram.writes(1000 + number % 50, "hello")
    bill = {"currency": "GBP", "total_amount": 470}
    paying = telegram.checks_out(ADA, {"invoice": bill, "_payload": "f" * 32})["pre_checkout_query"]["id"]
    drain = Drain(database, {"turn": turn})
    drain.start(_WORKERS)
    desk = Slow(database, quiet.channel, text_channels.shop_of(database))
    by = Poller(database, Client(TOKEN, telegram.url), str(BOT), desk, held=drain.held if held else nullcontext, long=0)
    while by.once():
        pass
    by.stop()
    _until(lambda: len(begun) > _WORKERS)  # and then they go on
    assert drain.stop()
    assert quiet.shop.rows() == _BACKLOG
    return sum(at < telegram.checkouts[paying][1] for at in begun)


def test_whoever_pays_behind_a_backlog_is_answered_before_anybody_works_on_it(
    quiet_on_each: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_CATCHING_UP", 600.0)  # however slow the machine is
    monkeypatch.setattr(polling, "_PROMPT", 30.0)
    # Those that the threads were about to begin when the backlog was seen.
    assert _begun_before_our_word(quiet_on_each, held=True) <= _WORKERS


def test_without_holding_turns_back_whoever_pays_waits_for_them(quiet: Chat) -> None:
    """The control."""
    assert _begun_before_our_word(quiet, held=False) > _WORKERS


def test_a_flood_that_does_not_end_is_worked_on_in_between(quiet: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []

    @contextmanager
    def hold() -> Iterator[None]:
        held.append(True)
        yield

    database = quiet.shop.database
    desk = Desk(database, quiet.channel, text_channels.shop_of(database))
    by = Poller(database, Client(TOKEN, quiet.telegram.url), str(BOT), desk, held=hold, long=0)
    monkeypatch.setattr(polling, "_BATCH", 1)  # every answer is a full one
    for number in range(6):
        quiet.telegram.writes(ADA, f"number {number}")
    monkeypatch.setattr(polling, "_CATCHING_UP", -60.0)  # over as soon as it began
    assert (by.once(), len(held)) == (1, 1)
    by._open_until = time.monotonic() + 60  # now it is the turns' time
    assert (by.once(), by.once(), len(held)) == (1, 1, 1)
    by._open_until = 0.0
    monkeypatch.setattr(polling, "_CATCHING_UP", 60.0)
    assert (by.once(), len(held)) == (3, 2)
    by.stop()
    assert [text for _, text in quiet.shop.kept()] == [f"number {number}" for number in range(6)]


def test_the_thread_survives_troubles_and_stops_at_once(quiet: Chat) -> None:
    shop = quiet.shop
    deps = ChannelDeps(settings(), shop.database, shop.channels, text_channels.shop_of(shop.database))
    by = listener(deps)
    assert by is not None
    quiet.telegram.webhook = {"url": "https://elsewhere.example"}
    by._rest = 0.01
    by.start()
    _until(lambda: by.troubles > 0)
    quiet.telegram.webhook = {"url": ""}
    quiet.telegram.writes(ADA, "hello")
    _until(lambda: quiet.shop.rows() == 1)
    by.stop()
    assert "telegram-poll" not in {t.name for t in threading.enumerate()}
    again = poller(quiet)
    assert again._lead()  # it was given back
    again.stop()


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
