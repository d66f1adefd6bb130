"""Conversations of the real engine run again: all the same, whatever else happened; and what differs is found."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from assistant.engine import Assistant
from assistant.turn import take_turn
from assistant.understanding import read
from comanda.converse import stage
from comanda.replay import chosen, replay
from core import catalogue, inventory, merchants, messaging, orders
from core.db import outbox
from core.db.base import Base
from core.kernel import clock
from core.kernel.money import Money
from core.messaging.envelope import Envelope
from core.messaging.models import OutboundMessage
from tests.assistant.menus import MENUS
from tests.assistant.test_dialogues import DIALOGUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comanda.converse import Stage
    from comanda.replay import Report
    from core.catalogue.menu import Menu

_ASSISTANT = Assistant()
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def tea() -> Iterator[Stage]:
    with stage(MENUS["tea"], _ASSISTANT) as shop:
        yield shop


def again(shop: Stage, **how: Any) -> Report:  # noqa: ANN401
    return replay(shop.database, shop.merchant_id, chosen(shop.database, shop.merchant_id), **how)


def say(shop: Stage, *texts: str, choice: str = "", sender: str = "ada") -> str:
    """One turn over one or several messages; the reply."""
    with shop.database.begin() as uow:
        for text in texts or ("",):
            received = messaging.receive(
                uow,
                shop.merchant_id,
                Envelope(
                    channel="chat",
                    account="here",
                    external_id=f"{sender}-{clock.now().timestamp()}-{text}",
                    sender=sender,
                    kind="choice" if choice else "text",
                    text=text,
                    payload={"choice": choice} if choice else {},
                    locale="en-GB",
                ),
            )
    for _ in texts or ("",):  # the first work answers all messages, the others find nothing to do
        with shop.database.begin() as uow:
            work = outbox.claim(uow.session, lane=received.lane)
        assert work is not None
        take_turn(_ASSISTANT, shop.database, work)
    with shop.database.read() as session:
        turns = messaging.turns(session, received.conversation_id)
    return " ".join(reply.text for reply in turns[-1].replies)


@contextmanager
def ticking(start: datetime = NOON) -> Iterator[None]:
    """A clock that goes on by a second whenever it is asked."""
    ticks = iter(range(10**6))
    with clock.at(lambda: start + timedelta(seconds=next(ticks))):
        yield


@pytest.mark.parametrize("menu", ["tea", "grill"])
def test_every_dialogue_runs_again_the_same(menu: str) -> None:
    with stage(MENUS[menu], _ASSISTANT) as shop:
        dialogues = [d for name, d in DIALOGUES if name == menu]
        for dialogue in dialogues:
            shop.play(dialogue["id"], [t["say"] for t in dialogue["turns"]])
        report = again(shop)
        assert (report.changed, report.identical) == ([], True)
        assert report.conversations == len(dialogues)
        assert report.turns == sum(len(d["turns"]) for d in dialogues)


def test_there_are_enough_dialogues_and_some_place_an_order() -> None:
    assert len(DIALOGUES) >= 30
    assert sum(bool(d.get("placed")) for _, d in DIALOGUES) >= 5


def _order(shop: Stage) -> None:
    assert "yuzu" in say(shop, "a yuzu green tea please").lower()
    say(shop, "that's all, to take away")
    assert "number" in say(shop, "yes").lower()


def test_what_staff_did_meanwhile_is_done_again(tea: Stage) -> None:
    with ticking():
        _order(tea)
        first = say(tea, "where is my order?")
        with tea.database.begin() as uow:
            (order,) = orders.list_orders(uow.session, tea.merchant_id)
            orders.accept(uow, tea.merchant_id, order.id)
            orders.mark_ready(uow, tea.merchant_id, order.id)
        second = say(tea, "where is my order?")
        assert first != second
        assert order.code in first
        with tea.database.begin() as uow:
            catalogue.set_available(uow, tea.merchant_id, "waffle", available=False)
        gone = say(tea, "an egg waffle")
        with tea.database.begin() as uow:
            catalogue.set_available(uow, tea.merchant_id, "waffle", available=True)
        assert gone != say(tea, "an egg waffle")
        with tea.database.begin() as uow:
            (about,) = messaging.conversations(uow.session, tea.merchant_id)
            cart = orders.open_cart(uow, tea.merchant_id, about.location_id, about.customer_id, about.id)
            orders.set_lines(uow, tea.merchant_id, cart.id, [orders.Line("yuzu", 3)])
        say(tea, "and a kaya toast")
        with tea.database.begin() as uow:
            messaging.set_owner(uow, about.id, "agent")
        assert say(tea, "is anybody there?") == ""
        with tea.database.begin() as uow:
            messaging.set_owner(uow, about.id, "assistant")
        say(tea, "one more", "no wait", "two more")
        say(tea, choice="yes")
    assert again(tea).changed == []


def test_hours_are_told_as_of_that_moment(tea: Stage) -> None:
    with tea.database.begin() as uow:
        place = merchants.default_location(uow.session, tea.merchant_id)
        hours = [merchants.OpeningHours(day, "09:00", "17:00") for day in range(7)]
        merchants.set_hours(uow, tea.merchant_id, place.id, hours)
    with ticking():
        noon = say(tea, "when do you close?")
    with ticking(NOON + timedelta(hours=8)):
        evening = say(tea, "are you open now?")
    assert noon != evening
    with tea.database.begin() as uow:  # the hours of then count, not those of now
        merchants.set_hours(uow, tea.merchant_id, place.id, [merchants.OpeningHours(0, "10:00", "11:00")])
    assert again(tea).changed == []


def test_an_order_that_ran_out_of_stock_runs_out_again(tea: Stage) -> None:
    with ticking():
        with tea.database.begin() as uow:
            place = merchants.default_location(uow.session, tea.merchant_id)
            inventory.count(uow, tea.merchant_id, place.id, "yuzu", 1)
        say(tea, "two yuzu green teas please")
        say(tea, "that's all, to take away")
        failed = say(tea, "yes")
        with tea.database.begin() as uow:
            inventory.count(uow, tea.merchant_id, place.id, "yuzu", 9)
        say(tea, "that's all")
        assert failed != say(tea, "yes")
        with tea.database.read() as session:
            assert [o.lines[0].line.quantity for o in orders.list_orders(session, tea.merchant_id)] == [2]
    assert again(tea).changed == []


def test_each_turn_has_the_menu_of_its_day(tea: Stage) -> None:
    with ticking():
        old = say(tea, "how much is the kaya toast?")
        with tea.database.begin() as uow:
            catalogue.import_menu(uow, tea.merchant_id, dearer(MENUS["tea"], "toast", 990))
        new = say(tea, "how much is the kaya toast?")
        assert "9.90" in new
        assert "9.90" not in old
        say(tea, "one kaya toast please, warm", sender="ben")
    assert again(tea).changed == []


def _happy_hour(tea: Stage) -> tuple[str, str]:
    """What toast costs during the happy hour of this place and after it, as the shop says."""
    with ticking():
        with tea.database.begin() as uow:
            place = merchants.default_location(uow.session, tea.merchant_id)
            hour = [catalogue.Window(tuple(range(7)), "11:00", "13:00")]
            catalogue.set_price_list(
                uow, tea.merchant_id, "happy", name="Happy hour", windows=hour, location_id=place.id
            )
            price = catalogue.NewPrice("item", "toast", Money(111, MENUS["tea"].currency))
            catalogue.set_prices(uow, tea.merchant_id, "happy", [price])
        happy = say(tea, "how much is the kaya toast?")
        say(tea, "one kaya toast please, warm", sender="ben")
    with ticking(NOON + timedelta(hours=2)):
        usual = say(tea, "how much is the kaya toast?", sender="cleo")
    with clock.at(NOON + timedelta(days=1)), tea.database.begin() as uow:
        catalogue.end_price_list(uow, tea.merchant_id, "happy")
    return happy, usual


def test_each_turn_has_the_prices_of_its_place_and_moment(tea: Stage) -> None:
    happy, usual = _happy_hour(tea)
    assert "1.11" in happy
    assert "1.11" not in usual
    assert again(tea).changed == []


def test_control_without_the_moment_the_prices_of_lists_are_missed(tea: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _happy_hour(tea)
    whole = catalogue.menu_of_version
    monkeypatch.setattr(catalogue, "menu_of_version", lambda session, shop, version, **_: whole(session, shop, version))
    assert len(again(tea).changed) == 1


def dearer(menu: Menu, item_id: str, amount: int) -> Menu:
    items = tuple(replace(i, price=Money(amount, menu.currency)) if i.id == item_id else i for i in menu.items)
    return replace(menu, items=items)


def test_another_menu_lists_every_reply_and_cart_that_would_change(tea: Stage) -> None:
    tea.play("price", ["how much is the yuzu green tea?"])
    tea.play("cart", ["a yuzu green tea please"])
    tea.play("other", ["do you have mango mochi?"])
    menu = MENUS["tea"]
    priced = again(tea, menu=dearer(menu, "yuzu", 777))
    assert [(c.said, [d.what for d in c.differences]) for c in priced.changed] == [
        ({1: "how much is the yuzu green tea?"}, ["reply"])
    ]
    text = "\n".join(priced.lines())
    assert "7.77" in text
    assert "3.90" in text
    without = again(tea, menu=replace(menu, items=tuple(i for i in menu.items if i.id != "yuzu")))
    by_words = {c.said[1]: {d.what: (d.before, d.after) for d in c.differences} for c in without.changed}
    assert set(by_words) == {"how much is the yuzu green tea?", "a yuzu green tea please"}
    assert by_words["a yuzu green tea please"]["cart"] == (("1 yuzu",), ())


def test_another_reading_is_found(tea: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    tea.play("no", ["a yuzu green tea please"])
    tea.play("two", ["three yuzu green teas please"])

    def forgetful(*args: Any, **more: Any) -> Any:  # noqa: ANN401
        reading = read(*args, **more)
        return replace(reading, lines=tuple(replace(r, line=r.line.with_quantity(1)) for r in reading.lines))

    monkeypatch.setattr("assistant.engine.read", forgetful)
    (changed,) = again(tea).changed
    assert changed.said == {1: "three yuzu green teas please"}
    # The lesser number has no certificate, so it is not even put into the cart.
    assert [(d.before, d.after) for d in changed.differences if d.what == "cart"] == [(("3 yuzu",), ())]


def test_a_turn_that_fails_now_is_listed_and_the_others_go_on(tea: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    tea.play("before", ["a kaya toast please"])
    tea.play("fails", ["hello", "a yuzu green tea please"])
    tea.play("after", ["a kaya toast please"])

    def failing(grammar: Any, said: str, **more: Any) -> Any:  # noqa: ANN401
        if "yuzu" in said:
            raise RuntimeError("no yuzu")
        return read(grammar, said, **more)

    monkeypatch.setattr("assistant.engine.read", failing)
    report = again(tea)
    (changed,) = report.changed
    assert report.conversations == 3
    assert [(d.turn, d.what, d.after) for d in changed.differences] == [(2, "turn", ("failed: RuntimeError: no yuzu",))]


def test_an_order_called_off_by_staff_is_called_off_again(tea: Stage) -> None:
    with ticking():
        _order(tea)
        with tea.database.begin() as uow:
            (order,) = orders.list_orders(uow.session, tea.merchant_id)
            orders.accept(uow, tea.merchant_id, order.id)
        taken = say(tea, "where is my order?")
        with tea.database.begin() as uow:
            orders.cancel(uow, tea.merchant_id, order.id, reason="out of tea")
        assert taken != say(tea, "where is my order?")
    assert again(tea).changed == []


def test_another_word_in_a_reply_is_found(tea: Stage) -> None:
    _order(tea)
    assert again(tea).identical
    with tea.database.begin() as uow:
        row = uow.session.scalars(
            select(OutboundMessage)
            .where(OutboundMessage.merchant_id == tea.merchant_id)
            .order_by(OutboundMessage.seq.desc())
        ).first()
        assert row is not None
        content = {**row.content, "text": row.content["text"].replace("3.90", "3.91")}
        assert content != row.content
        uow.session.execute(
            update(OutboundMessage)
            .where(OutboundMessage.merchant_id == tea.merchant_id, OutboundMessage.id == row.id)
            .values(content=content)
        )
    (changed,) = again(tea).changed
    assert [(d.turn, d.what) for d in changed.differences] == [(3, "reply")]
    assert "3.91" in changed.differences[0].before[0]
    assert "3.91" not in changed.differences[0].after[0]


def test_nothing_of_the_shop_is_touched(tea: Stage) -> None:
    _order(tea)

    def rows() -> dict[str, int]:
        with tea.database.read() as session:
            return {
                table.name: session.connection().exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one()  # noqa: S608
                for table in Base.metadata.sorted_tables
            }

    before = rows()
    assert again(tea).turns == 3
    assert rows() == before


def test_conversations_are_chosen_by_id_moment_and_number(tea: Stage) -> None:
    for day, sender in enumerate(["a", "b", "c"]):
        with ticking(NOON + timedelta(days=day)):
            say(tea, "hello", sender=sender)
    every = chosen(tea.database, tea.merchant_id)
    assert [c.sender for c in every] == ["a", "b", "c"]
    assert chosen(tea.database, tea.merchant_id, conversation_id=every[1].id) == (every[1],)
    assert chosen(tea.database, tea.merchant_id, since=NOON + timedelta(hours=30)) == every[2:]
    assert chosen(tea.database, tea.merchant_id, limit=2) == every[1:]
