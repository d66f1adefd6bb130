"""What is kept of a person is handed out whole, and erased whole: proved by searching the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import JSON, String, Text, select

from core import customers, orders, privacy
from core.access import SYSTEM
from core.customers import linking
from core.db import audit
from core.db.base import Base
from core.db.schema import metadata
from core.kernel import clock
from core.kernel.clock import now
from core.kernel.errors import Conflict
from core.orders.lines import Line
from core.privacy import holdings, repository
from tests.privacy.town import ONE, Town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.orders import OrderView

# Whatever a customer can put somewhere has one of these in it. Letters only: words are what gets written down.
CANARY = "quuxolotl"
_STAYS = "harmless"


def canary(what: str) -> str:
    """A word that occurs nowhere else, which says where it was put."""
    return f"{CANARY}{what}"


def dump(town: Town) -> Iterator[tuple[str, str]]:
    """Every row of every table as text, with the table's name."""
    with town.database.read() as session:
        for table in metadata().sorted_tables:
            for row in session.execute(select(table)):
                yield table.name, " ".join(str(value) for value in row)


def found_in_store(town: Town) -> dict[str, int]:
    """How many rows of which tables have a canary in them."""
    found: dict[str, int] = {}
    for table, text in dump(town):
        if CANARY in text.casefold():
            found[table] = found.get(table, 0) + 1
    return found


def found_in_files(folder: Path) -> list[str]:
    """The files below a folder with a canary in them."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files if CANARY.encode() in path.read_bytes().lower()]


def live(town: Town) -> str:
    """Long conversations of one person on several channels, with a canary in every field; answers the customer."""
    me = canary("sender")
    profile = {"profile_name": canary("profile"), "locale": "en-GB", "aliases": (canary("alias"),)}
    town.say("whatsapp", me, f"two kaya toasts, my name is {canary('name')}", external_id=canary("message"), **profile)
    town.say("whatsapp", me, f"please tell the kitchen that {canary('note')} is coming")
    town.say("whatsapp", me, f"deliver it to 5 {canary('street')} Road")
    place = {"latitude": 51.5, "longitude": -0.1, "name": canary("place"), "address": canary("address")}
    town.say("whatsapp", me, "", kind="location", payload=place)
    town.say("whatsapp", me, canary("caption"), kind="media", payload={"media": "image", "ref": canary("media")})
    town.say("whatsapp", me, canary("press"), kind="choice", payload={"choice": canary("choice")})
    items = [{"id": canary("item"), "quantity": 1, "price": None, "currency": "GBP"}]
    town.say("whatsapp", me, "", kind="order", payload={"items": items, "note": canary("basket")})
    town.say("whatsapp", me, "", kind="reaction", payload={"emoji": canary("emoji"), "to": "x"})
    town.say("whatsapp", me, canary("edited"), kind="edit", payload={"to": "x"})
    town.say("whatsapp", me, canary("odd"), kind="unsupported", payload={"type": canary("type"), "reason": "new"})
    order = _ordered(town, me)
    # By another channel, proved to be the same person, and with orders and an opt-out of its own.
    code = linking.code_in(town.last(town.say("whatsapp", me, "continue on telegram")))
    town.say("telegram", canary("other"), code, profile_name=canary("telegramname"))
    town.say("telegram", canary("other"), f"don't text me again, {canary('optout')}")
    town.say("telegram", canary("other"), f"the {canary('missing')} was missing from my order, so was the toast")
    owner = town.talk("whatsapp", me).customer_id
    with town.database.begin(SYSTEM) as uow:
        line = {order.lines[0].id: 1}
        found = orders.request_return(uow, town.merchant_id, order.id, lines=line, reason=canary("reason"), ref="r1")
        orders.refuse_return(uow, town.merchant_id, found.id, answer=canary("answer"))
    town.drain.all(100)
    return owner


def _ordered(town: Town, sender: str) -> OrderView:
    """An order with names, notes and an address, brought and done with; and one that was called off in words."""
    with town.database.begin(SYSTEM) as uow:
        talk = town.talk("whatsapp", sender)
        for reason in (canary("cancelled"), ""):
            cart = orders.open_cart(uow, town.merchant_id, town.location_id, talk.customer_id, talk.id)
            said = ((canary("cause"),),)
            cart = orders.set_lines(uow, town.merchant_id, cart.id, [Line("toast", 2)], causes=said)
            orders.set_details(
                uow,
                town.merchant_id,
                cart.id,
                fulfilment="pickup",
                customer_name=canary("forwhom"),
                note=canary("ordernote"),
            )
            order = orders.place_order(uow, town.merchant_id, cart.id)
            if reason:
                orders.cancel(uow, town.merchant_id, order.id, reason=reason)
                continue
            orders.pay_by_link(uow, town.merchant_id, order.id)
            for step in (orders.accept, orders.mark_ready, orders.complete):
                order = step(uow, town.merchant_id, order.id)
    town.drain.all(100)
    return order


def _bystander(town: Town) -> str:
    town.say("telegram", "bystander", f"a kaya toast, my name is {_STAYS}")
    return town.talk("telegram", "bystander").customer_id


def _erase(town: Town, owner: str) -> privacy.Erased:
    with town.database.begin(SYSTEM) as uow:
        done = privacy.erase(uow, town.merchant_id, owner)
    town.drain.all(100)
    return done


def test_after_an_erasure_nothing_of_them_is_anywhere(town: Town, tmp_path: Path) -> None:
    owner = live(town)
    before = found_in_store(town)
    with town.database.begin(SYSTEM) as uow:
        kept = privacy.export(uow, town.merchant_id, owner)
    assert "media" in before
    assert found_in_files(tmp_path) != []
    books = _books(town)
    bystander = _bystander(town)

    done = _erase(town, owner)

    assert set(before) >= {"inbound_messages", "turns", "identities", "orders", "order_lines", "tickets", "consents"}
    assert found_in_store(town) == {}
    assert found_in_files(tmp_path) == []
    # What was handed out is every row that had something of them, the queue of work aside.
    had = {table for table, rows in kept["tables"].items() if any(CANARY in str(row).casefold() for row in rows)}
    assert had == set(before) - {"work", "send_rates"}
    assert done.rows["inbound_messages"] >= 12
    # The books, the proof and everybody else are as they were.
    assert _books(town) == books
    with town.database.read() as session:
        assert audit.verify(session, town.merchant_id) == ()
        events = [entry.event for entry in audit.entries(session, town.merchant_id, limit=1000)]
        assert customers.customer(session, town.merchant_id, bystander).name == _STAYS
    assert "CustomerErased" in events
    assert "CustomerExported" in events
    assert orders_of(town, owner) == 2


def orders_of(town: Town, owner: str) -> int:
    """How many orders the books have of them."""
    with town.database.read() as session:
        return len(repository.person(session, town.merchant_id, owner)["order"])


def _books(town: Town) -> list[tuple[Any, ...]]:
    """Codes, amounts, taxes, times and entries."""
    tables = Base.metadata.tables
    names = {
        "orders": ("id", "code", "state", "subtotal_amount", "tax_amount", "total_amount", "placed_at"),
        "order_lines": ("id", "item_code", "quantity", "unit_amount", "total_amount", "tax_amount"),
        "ledger_entries": ("posting_id", "debit", "credit", "amount"),
        "payments": ("id", "amount", "captured_amount"),
    }
    with town.database.read() as session:
        return [
            (name, *row)
            for name, columns in names.items()
            for row in session.execute(
                select(*(tables[name].c[c] for c in columns if c in tables[name].c)).order_by(*tables[name].primary_key)
            )
        ]


@pytest.mark.parametrize("forgotten", ["turns", "consents", "order_lines"])
def test_control_a_table_that_is_left_out_is_found(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    from core.db.session import Database  # noqa: PLC0415 - one database is enough here

    database = Database(sqlite_url)
    town = Town(database, tmp_path)
    owner = live(town)
    left = tuple(h for h in holdings.HOLDINGS if h.table != forgotten)
    monkeypatch.setattr("core.privacy.service.erasing.HOLDINGS", left)

    _erase(town, owner)

    assert set(found_in_store(town)) == {forgotten}
    database.close()


def test_control_without_rewriting_the_file_it_still_has_them(sqlite_url: str, tmp_path: Path) -> None:
    from core.db.session import Database  # noqa: PLC0415 - as above

    database = Database(sqlite_url)
    town = Town(database, tmp_path)
    owner = live(town)
    with database.begin(SYSTEM) as uow:
        privacy.erase(uow, town.merchant_id, owner)

    assert found_in_store(town) == {}
    assert {name for name in found_in_files(tmp_path) if name.startswith("comanda.db")} != set()
    database.compact()
    assert {name for name in found_in_files(tmp_path) if name.startswith("comanda.db")} == set()
    database.close()


def test_every_table_and_every_column_with_text_has_been_thought_of() -> None:
    tables = metadata().tables
    by_name = {holding.table: holding for holding in holdings.HOLDINGS}

    assert len(tables) > 60
    unknown = set(tables) - set(by_name) - set(holdings.OTHERS)
    assert unknown == set(), "say in core/privacy/holdings.py whose these rows are"
    assert (set(by_name) | set(holdings.OTHERS)) - set(tables) == set()
    for name, holding in by_name.items():
        if holding.deleted:
            continue
        columns = tables[name].columns
        texts = {c.name for c in columns if isinstance(c.type, String | Text | JSON) and not _is_key(c.name, c)}
        assert texts == set(holding.wiped) | set(holding.kept), name


def _is_key(name: str, column: Any) -> bool:  # noqa: ANN401 - a column
    return name == "id" or bool(column.foreign_keys) or (name.endswith("_id") and name not in _NAMED)


_NAMED = {"external_id", "provider_id"}


def test_by_asking_for_it_and_saying_yes(town: Town, tmp_path: Path) -> None:
    me = canary("sender")
    talk = town.say("telegram", me, f"a kaya toast, my name is {canary('name')}").conversation_id
    known = town.last(town.say("telegram", me, "what do you know about me?"))
    assert f"name: {canary('name')}; messages: 2; orders: 0; reached by Telegram." in known
    assert "https://shop.example/privacy/download with the code " in known
    town.say("telegram", me, "delete my data")
    town.say("telegram", me, "no, keep it")
    assert found_in_store(town) != {}
    town.say("telegram", me, "delete my data")
    town.say("telegram", me, "yes")
    assert town.replies(talk)[-1] == "Everything is being deleted now. This is our last message."
    assert town.posts["telegram"].sent[-1] == (me, "Everything is being deleted now. This is our last message.")

    with clock.at(now() + privacy.A_MOMENT):
        town.drain.all(50)

    assert found_in_store(town) == {}
    if town.database.sqlite:
        assert found_in_files(tmp_path) == []
    again = town.say("telegram", me, "hello")
    assert again.conversation_id != talk
    assert town.last(again).startswith("Hi! I'm the automated assistant of Juniper.")


@ONE
def test_a_yes_to_another_question_erases_nothing(town: Town) -> None:
    town.say("telegram", "5", "delete my data")
    town.say("telegram", "5", "a kaya toast for pickup, that's all")
    town.say("telegram", "5", "yes")
    with clock.at(now() + privacy.A_MOMENT):
        town.drain.all(50)

    with town.database.read() as session:
        assert customers.known_identity(session, town.merchant_id, "telegram", "shop", "5").external_id == "5"


@ONE
def test_an_order_that_is_under_way_comes_first(town: Town) -> None:
    town.say("telegram", "5", "a kaya toast for pickup, my name is Ana")
    with town.database.begin(SYSTEM) as uow:
        cart = town.cart(town.talk("telegram", "5").id)
        assert cart is not None
        order = orders.place_order(uow, town.merchant_id, cart.id)
    town.drain.all(50)
    town.say("telegram", "5", "delete my data")
    refused = town.say("telegram", "5", "yes")
    owner = town.talk("telegram", "5").customer_id

    assert town.last(refused) == "An order of yours is still under way. Please ask again when you have it."
    with pytest.raises(Conflict, match=order.code), town.database.begin(SYSTEM) as uow:
        privacy.erase(uow, town.merchant_id, owner)
