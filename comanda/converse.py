"""`comanda converse`: whole dialogues through the same engine and core as the channels, on a database of their own."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from assistant.engine import Assistant
from assistant.turn import take_turn
from core import catalogue, merchants, messaging, orders
from core.catalogue.format import read_menu_file
from core.db import outbox
from core.db.schema import upgrade
from core.db.session import Database
from core.kernel.errors import InvalidInput
from core.messaging.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.catalogue.menu import Menu
    from core.orders.lines import Line

_CHANNEL = "chat"


def run(menu_path: Path, source: Iterable[str], target: TextIO) -> None:
    """Play every dialogue of `source` ({"id","turns":[{"say"}…]}, one a line) and write what came of it to `target`.

    Raises:
        InvalidMenu: the menu file breaks the format; carries every problem.
        InvalidInput: a line of the input is no dialogue; says which and why.
    """
    menu = read_menu_file(menu_path)
    with stage(menu) as shop:
        for number, row in enumerate(source, start=1):
            if row.strip():
                target.write(json.dumps(shop.play(*_dialogue(row, number)), ensure_ascii=False) + "\n")
                target.flush()


@contextmanager
def stage(menu: Menu, assistant: Assistant | None = None) -> Iterator[Stage]:
    """A shop with this menu in a temporary database that is thrown away; always open, no stock tracked."""
    with tempfile.TemporaryDirectory(prefix="comanda-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'stage.db'}")
        try:
            unsafe_but_fast(database)
            upgrade(database)
            with database.begin() as uow:
                merchant = merchants.create_merchant(
                    uow, name=menu.name or "Shop", slug="shop", currency=menu.currency, locale=menu.locale
                )
                merchants.add_location(uow, merchant.id, name="Here", fulfilments=("pickup", "dine_in", "delivery"))
                catalogue.import_menu(uow, merchant.id, menu)
            yield Stage(database, merchant.id, assistant or Assistant())
        finally:
            database.close()


class Stage:
    """Where dialogues are played, each with a customer of its own."""

    def __init__(self, database: Database, merchant_id: str, assistant: Assistant) -> None:
        self.database = database
        self.merchant_id = merchant_id
        self._assistant = assistant
        self._played = 0

    def play(self, dialogue_id: str, says: list[str]) -> dict[str, Any]:
        """Say each text in order; the carts, whether each reply asked, whether it was placed, and the replies."""
        self._played += 1
        sender = f"{self._played}"
        carts: list[list[dict[str, Any]]] = []
        asks: list[bool] = []
        replies: list[str] = []
        placed = False
        for number, text in enumerate(says, start=1):
            conversation_id = self.say(sender, f"{sender}-{number}", text)
            lines, ordered, asked, reply = self._after(conversation_id)
            placed = ordered
            carts.append([line.to_json() for line in lines])
            asks.append(asked)
            replies.append(reply)
        return {"id": dialogue_id, "carts": carts, "asks": asks, "placed": placed, "replies": replies}

    def say(self, sender: str, external_id: str, text: str) -> str:
        """One message of a customer, answered; the id of the conversation."""
        envelope = Envelope(
            channel=_CHANNEL, account="stage", external_id=external_id, sender=sender, kind="text", text=text
        )
        with self.database.begin() as uow:
            received = messaging.receive(uow, self.merchant_id, envelope)
        with self.database.begin() as uow:
            work = outbox.claim(uow.session, lane=received.lane)
        if work is not None:
            take_turn(self._assistant, self.database, work)
        return received.conversation_id

    def _after(self, conversation_id: str) -> tuple[tuple[Line, ...], bool, bool, str]:
        with self.database.read() as session:
            about = messaging.conversation(session, self.merchant_id, conversation_id)
            turn = messaging.turns(session, conversation_id)[-1]
            cart = orders.find_cart(session, self.merchant_id, conversation_id)
            order = orders.latest_order(session, self.merchant_id, about.customer_id)
        text = "\n".join(reply.text for reply in turn.replies)
        asked = bool(turn.trace.get("asks"))
        standing = order is not None and order.state != "cancelled"
        if cart is not None and (cart.lines or order is None):
            return cart.lines, standing, asked, text
        if order is not None and standing:
            return tuple(line.line for line in order.lines), True, asked, text
        return (), standing, asked, text


def unsafe_but_fast(database: Database) -> None:
    """The file is thrown away: nothing needs to survive a power cut."""
    connection = database.engine.raw_connection()  # pooled: this thread gets the same one again
    connection.cursor().execute("PRAGMA synchronous=OFF")
    connection.close()


def _dialogue(row: str, number: int) -> tuple[str, list[str]]:
    try:
        data = json.loads(row)
        return str(data["id"]), [str(turn["say"]) for turn in data["turns"]]
    except (ValueError, KeyError, TypeError):
        problem = 'is no dialogue: write {"id": …, "turns": [{"say": "…"}, …]}.'
        raise InvalidInput(field=f"line {number}", problem=problem) from None
