"""What arrives that is no sentence: baskets, points on a map, recordings, messages that were changed, late ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.engine import Assistant
from assistant.turn import take_turn
from comanda.converse import Stage
from core import catalogue, merchants, messaging, orders
from core.db import outbox
from core.kernel.clock import now
from core.messaging import Envelope
from core.orders.lines import Line
from core.orders.states import OrderState
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from core.db.session import Database
    from core.messaging.envelope import InboundKind
    from core.orders.views import CartView

ASSISTANT = Assistant()
NEW: tuple[OrderState, ...] = ("new",)


class Talk:
    """One customer, whose messages come by a channel with more than text."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.lane = ""
        self.conversation = ""
        self.age = timedelta(seconds=1)

    def arrives(self, kind: InboundKind, external_id: str, text: str = "", **payload: object) -> None:
        """A message that nobody has answered yet."""
        envelope = Envelope(
            channel="chat",
            account="stage",
            external_id=external_id,
            sender="ana",
            kind=kind,
            text=text,
            payload=payload,
            sent_at=now() - self.age,
        )
        with self.stage.database.begin() as uow:
            received = messaging.receive(uow, self.stage.merchant_id, envelope)
        self.lane, self.conversation = received.lane, received.conversation_id

    def answered(self) -> str:
        """What is said to all of it; empty when nothing is."""
        before = self._said()
        while True:
            with self.stage.database.begin() as uow:
                work = outbox.claim(uow.session, lane=self.lane)
            if work is None:
                break
            take_turn(ASSISTANT, self.stage.database, work)
        return "\n".join(self._said()[len(before) :])

    def says(self, kind: InboundKind, external_id: str, text: str = "", **payload: object) -> str:
        """A message, and what is said to it."""
        self.arrives(kind, external_id, text, **payload)
        return self.answered()

    def _said(self) -> list[str]:
        with self.stage.database.read() as session:
            log = messaging.log(session, self.conversation)
        return [m.content.text for m in log if m.content is not None]

    @property
    def cart(self) -> CartView | None:
        """The cart as it is stored."""
        with self.stage.database.read() as session:
            return orders.find_cart(session, self.stage.merchant_id, self.conversation)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is in it."""
        return self.cart.lines if self.cart else ()

    @property
    def placed(self) -> int:
        """How many orders there are."""
        with self.stage.database.read() as session:
            return len(orders.list_orders(session, self.stage.merchant_id, states=NEW, limit=10))


@pytest.fixture
def talk(database: Database) -> Talk:
    """A tea house that delivers, and somebody who writes to it."""
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="GBP", locale="en-GB")
        merchants.add_location(uow, shop.id, name="Here", fulfilments=("pickup", "delivery"))
        catalogue.import_menu(uow, shop.id, MENUS["tea"])
    return Talk(Stage(database, shop.id, ASSISTANT))


def test_a_basket_is_filled_at_our_prices_whatever_price_it_says(talk: Talk) -> None:
    items = [
        {"id": "mochi", "quantity": 2, "price": 250, "currency": "GBP"},
        {"id": "taro/large", "quantity": 1, "price": 1, "currency": "GBP"},
    ]
    said = talk.says("order", "1", items=items)
    assert talk.lines == (Line("mochi", 2), Line("taro", 1, "large"))
    assert "The price of Taro milk tea has changed: it is £4.90 now." in said
    assert "Mango mochi has changed" not in said
    read_back = talk.says("text", "2", "that's all")
    assert "£9.90 in total" in read_back


@pytest.mark.parametrize(
    "item",
    [
        {"id": "hoverboard", "quantity": 1},
        {"id": "taro/enormous", "quantity": 1},
        {"id": "mochi/large", "quantity": 1},
        {"id": "", "quantity": 1},
        {},
    ],
)
def test_what_a_basket_has_that_is_not_ours_is_told_and_not_added(talk: Talk, item: dict[str, object]) -> None:
    said = talk.says("order", "1", items=[item, {"id": "toast", "quantity": 1}])
    assert talk.lines == (Line("toast", 1),)
    assert "Some of what you picked isn't on our menu any more." in said


@pytest.mark.parametrize("quantity", [0, -1, 10**9, "3", None, 2.5])
def test_an_odd_quantity_in_a_basket_adds_nothing(talk: Talk, quantity: object) -> None:
    said = talk.says("order", "1", items=[{"id": "mochi", "quantity": quantity}])
    assert talk.lines == ()
    assert "Mango mochi" in said


def test_a_size_that_a_basket_leaves_open_is_asked_for(talk: Talk) -> None:
    assert "What size would you like" in talk.says("order", "1", items=[{"id": "taro", "quantity": 1}])


def test_a_point_on_the_map_is_where_it_goes(talk: Talk) -> None:
    talk.says("text", "1", "two mango mochi")
    said = talk.says("location", "2", latitude=51.5007, longitude=-0.1246, name="Quay House", address="3 Quay Street")
    assert "for delivery, to Quay House, 3 Quay Street." in said
    cart = talk.cart
    assert cart is not None
    assert (cart.fulfilment, cart.address and cart.address.latitude, cart.address and cart.address.longitude) == (
        "delivery",
        51_500_700,
        -124_600,
    )
    assert cart.lines == (Line("mochi", 2),)


def test_a_shop_that_does_not_deliver_says_so_to_a_point_on_the_map(database: Database) -> None:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Juniper", slug="juniper", currency="GBP", locale="en-GB")
        merchants.add_location(uow, shop.id, name="Here", fulfilments=("pickup",))
        catalogue.import_menu(uow, shop.id, MENUS["tea"])
    talk = Talk(Stage(database, shop.id, ASSISTANT))
    said = talk.says("location", "1", latitude=51.5, longitude=-0.1)
    assert "Sorry, for delivery is not possible here. You can have it for pickup." in said
    assert talk.cart is None or (talk.cart.address is None and talk.cart.fulfilment is None)


@pytest.mark.parametrize("payload", [{}, {"latitude": 91, "longitude": 0}, {"latitude": "51", "longitude": "0"}])
def test_a_point_that_is_none_is_answered_and_changes_nothing(talk: Talk, payload: dict[str, object]) -> None:
    assert "I can only read text here." in talk.says("location", "1", "", **payload)
    assert talk.lines == ()


def test_a_recording_is_asked_for_in_writing_and_a_caption_is_read(talk: Talk) -> None:
    assert "I can only read text here." in talk.says("media", "1", media="voice", ref="x")
    said = talk.says("media", "2", "a kaya toast", media="image", ref="y")
    assert talk.lines == (Line("toast", 1),)
    assert "I can't listen to recordings or look at pictures here" in said


def test_a_reaction_is_kept_and_never_taken_for_a_yes(talk: Talk) -> None:
    talk.says("text", "1", "a kaya toast, that's all")
    assert talk.says("reaction", "2", emoji="👍", to="out-1") == ""
    assert talk.placed == 0
    with talk.stage.database.read() as session:
        assert messaging.open_turn(session, talk.conversation) is None


def test_a_message_changed_before_it_was_answered_counts_as_it_is_now(talk: Talk) -> None:
    talk.arrives("text", "1", "two mango mochi")
    talk.arrives("edit", "2", "three mango mochi", to="1")
    talk.answered()
    assert talk.lines == (Line("mochi", 3),)


def test_a_message_taken_back_before_it_was_answered_never_was(talk: Talk) -> None:
    talk.arrives("text", "1", "two mango mochi")
    talk.arrives("delete", "2", to="1")
    assert talk.answered() == ""
    assert talk.lines == ()


@pytest.mark.parametrize(("kind", "text"), [("edit", "nine mango mochi"), ("delete", "")])
def test_a_message_changed_after_it_was_answered_changes_nothing_unasked(
    talk: Talk, kind: InboundKind, text: str
) -> None:
    talk.says("text", "1", "two mango mochi")
    said = talk.says(kind, "2", text, to="1")
    assert talk.lines == (Line("mochi", 2),)
    assert "You changed or deleted an earlier message." in said


def test_a_late_yes_is_asked_again_before_anything_is_placed(talk: Talk) -> None:
    talk.says("text", "1", "a kaya toast, that's all")
    talk.age = timedelta(days=2)
    said = talk.says("text", "2", "yes")
    assert talk.placed == 0
    assert "Your message reached me late, so I ask once more." in said
    assert "£3.30 in total" in said
    talk.age = timedelta(seconds=1)
    talk.says("text", "3", "yes")
    assert talk.placed == 1


def test_who_opens_the_conversation_without_a_word_is_greeted(talk: Talk) -> None:
    assert "What can I get you?" in talk.says("start", "1")


def test_what_is_never_understood_is_handed_to_a_person(talk: Talk) -> None:
    talk.says("text", "0", "a kaya toast")
    said = [
        talk.says("text", str(n), text) for n, text in enumerate(["blorp", "gribble", "quuxle", "wumpus", "fnord"], 1)
    ]
    with talk.stage.database.read() as session:
        owner = messaging.conversation(session, talk.stage.merchant_id, talk.conversation).owner
    assert owner == "agent", said
    assert "person from our team" in said[-1]
    assert talk.lines == (Line("toast", 1),)
