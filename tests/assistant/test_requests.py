"""What customers ask for beside dishes: times, places, tips, notes, changes, payments, reasons, what did not come."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assistant import notices
from assistant.dialogue.phrases import languages
from assistant.dialogue.words import words_of
from assistant.requests.addresses import address_of
from assistant.requests.phrases import requests
from assistant.requests.times import SaidTime, find, resolve
from comanda.converse import Stage, stage
from comanda.replay import chosen, replay
from core import merchants, messaging, orders, payments
from core.kernel import clock
from core.kernel.money import Money
from core.merchants import Address, Policy
from core.merchants.views import LocationView, OpeningHours
from core.payments.events import PaymentCaptured
from tests.assistant.menus import MENUS

if TYPE_CHECKING:
    from core.orders.views import OrderView

AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)  # a Wednesday
LATE = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
PRINTED = re.compile(r"£[\d.]+\d|(?<![\w:])\d\d:\d\d(?![\w:])")
OPEN = [OpeningHours(day, "09:00", "21:00") for day in range(7)]


def talk(
    says: list[str],
    *,
    at: datetime = AT,
    **policy: Any,  # noqa: ANN401 - fields of a policy
) -> tuple[list[str], OrderView | None, list[str]]:
    """What is answered to each text in a shop with this policy; the order and the return reasons that are left."""
    with stage(MENUS["tea"]) as shop, clock.at(at):
        _furnish(shop, **policy)
        replies = [_said(shop, shop.say("ana", str(n), text)) for n, text in enumerate(says)]
        with shop.database.read() as session:
            found = orders.list_orders(session, shop.merchant_id, states=("held", "new", "accepted", "cancelled"))
            order = found[0] if found else None
            asked = [r.reason for r in orders.returns_of(session, shop.merchant_id, order.id)] if order else []
    return replies, order, asked


def _furnish(shop: Stage, *, zones: bool = False, **policy: Any) -> None:  # noqa: ANN401 - fields of a policy
    with shop.database.begin() as uow:
        here = merchants.default_location(uow.session, shop.merchant_id).id
        merchants.set_hours(uow, shop.merchant_id, here, OPEN)
        if policy:
            merchants.set_policy(uow, shop.merchant_id, here, Policy(**policy))
        if zones:
            near = merchants.Postcodes(("D02*",))
            zone = merchants.Zone("near", near, Money(250, "GBP"), Money(1000, "GBP"))
            merchants.set_zones(uow, shop.merchant_id, here, [zone])


def _said(shop: Stage, conversation: str) -> str:
    with shop.database.read() as session:
        turn = messaging.turns(session, conversation)[-1]
    for reply in turn.replies:  # law: every time and amount that is printed has its row
        bound = {b.value for b in reply.bindings}
        assert all(any(printed in value for value in bound) for printed in PRINTED.findall(reply.text))
    return "\n".join(reply.text for reply in turn.replies)


PLACES = {
    "shop": LocationView("l", "m", "Here", "", "", "UTC", 0, prices_include_tax=True, hours=tuple(OPEN)),
    "none": LocationView("l", "m", "Here", "", "", "UTC", 0, prices_include_tax=True),
}
TIMES = [
    ("en", "at 6", "shop", ["Wed 18:00"]),
    ("en", "tomorrow at 9", "shop", ["Thu 09:00"]),
    ("en", "tomorrow at 9", "none", ["Thu 09:00", "Thu 21:00"]),
    ("en", "at half past six pm", "shop", ["Wed 18:30"]),
    ("en", "in half an hour", "shop", ["Wed 15:30"]),
    ("en", "friday at 18:30", "shop", ["Fri 18:30"]),
    ("en", "at 7 wings", "shop", None),
    ("de", "um halb sieben", "shop", ["Wed 18:30"]),
    ("de", "morgen um 18 Uhr 30", "shop", ["Thu 18:30"]),
    ("es", "mañana al mediodía", "shop", ["Thu 12:00"]),
    ("es", "a las seis y media de la tarde", "shop", ["Wed 18:30"]),
    ("fr", "à 18h30", "shop", ["Wed 18:30"]),
    ("fr", "dans une demi-heure", "shop", ["Wed 15:30"]),
    ("ko", "내일 오후 6시 30분에", "shop", ["Thu 18:30"]),
    ("ko", "30분 뒤에", "shop", ["Wed 15:30"]),
    ("ar", "غدا الساعة السادسة ونصف", "shop", ["Thu 18:30"]),
    ("ar", "بعد نصف ساعة", "shop", ["Wed 15:30"]),
]


@pytest.mark.parametrize(("language", "said", "place", "meant"), TIMES)
def test_times_are_read_and_placed(language: str, said: str, place: str, meant: list[str] | None) -> None:
    known = requests(language)
    found = [time for time, _, _ in find(known.times, words_of(said), known.numbers)]
    assert [[f"{m:%a %H:%M}" for m in resolve(t, PLACES[place], AT)] for t in found] == ([meant] if meant else [])


def test_a_time_that_is_over_is_the_next_one() -> None:
    assert [f"{m:%a %H:%M}" for m in resolve(SaidTime(hour=10), PLACES["shop"], AT)] == ["Thu 10:00"]


def test_every_language_asks_for_the_same() -> None:
    acts = {language: set(requests(language).acts) for language in languages()}
    assert all(found == acts["en"] for found in acts.values())


@pytest.mark.parametrize(
    ("said", "country", "address"),
    [
        ("12 Mill Road, D02 X285 Dublin", "IE", Address("12 Mill Road", "D02 X285", "Dublin")),
        ("Lindenstraße 5, 10969 Berlin", "DE", Address("Lindenstraße 5", "10969", "Berlin")),
        ("1024 Hill Street", "", Address("1024 Hill Street")),
    ],
)
def test_an_address_is_taken_apart(said: str, country: str, address: Address) -> None:
    assert address_of(said, country) == address


def test_an_order_for_later_is_tracked_changed_paid_explained_and_complained_of() -> None:
    says = [
        "two kaya toasts for pickup at 6",
        "that's all, for Ana",
        "yes",
        "where is my order?",
        "add a yuzu tea to my order",
        "why is it so much?",
        "can I pay now?",
        "the kaya toast was missing",
    ]
    replies, order, asked = talk(says)

    assert order is not None
    assert replies[1] == (
        "Your order:\n2 × Kaya toast\nTime: 18:00.\n£6.60 in total, for pickup, for Ana.\nShall I place it?"
    )
    assert f"Your number is {order.code}" in replies[2]
    assert "You can have it between 18:00 and 18:15.\nYou can pay £6.60 here: http" in replies[2]
    assert replies[3].startswith(f"Order {order.code} is waiting to be accepted. You can have it between 18:00 and")
    assert replies[4] == f"Order {order.code} is now:\n2 × Kaya toast\n1 × Yuzu green tea\n£10.50 in total."
    assert replies[5].startswith("2 × Kaya toast: £6.60 (Kaya toast £3.30 each)\n1 × Yuzu green tea: £3.90")
    assert replies[5].endswith("Total: £10.50")
    assert replies[6].startswith("You can pay £10.50 here: http")
    assert replies[7].startswith(f"I'm sorry. I've told the team that Kaya toast was missing from order {order.code}")
    assert (order.requested_for, order.customer_name, order.version) == (AT.replace(hour=18), "Ana", 2)
    assert asked == ["the kaya toast was missing"]
    assert order.total == Money(1050, "GBP")  # asked for, not given back


def test_a_closed_shop_offers_its_next_times() -> None:
    replies, order, _ = talk(
        ["a kaya toast to go", "that's all", "yes", "the second", "yes"], at=LATE, when_closed="preorder"
    )

    assert replies[2] == (
        "We are closed then. We open Thursday at 09:00. "
        "When would you like it: Thursday at 09:00, Thursday at 09:15 or Thursday at 09:30?"
    )
    assert order is not None
    assert order.requested_for == datetime(2026, 11, 19, 9, 15, tzinfo=UTC)


def test_small_talk_about_a_time_asks_for_nothing() -> None:
    replies, order, _ = talk(["a kaya toast to go", "we have a meeting at 5 so hurry", "that's all", "yes"])
    assert "Time" not in " ".join(replies)
    assert order is not None
    assert order.requested_for is None


def test_too_soon_is_answered_with_times_that_can_be_had() -> None:
    replies, order, _ = talk(["a kaya toast to go", "in 10 minutes please", "16:00"])
    assert replies[1] == "That time can't be had. When would you like it: 15:30, 15:45 or 16:00?"
    assert "Time: 16:00." in replies[2]
    assert order is None


def test_a_delivery_asks_where_and_says_what_it_costs() -> None:
    says = ["a kaya toast for delivery", "5 Far Street, D09 X285", "12 Mill Road, D02 X285 Dublin", "yes", "four more"]
    replies, order, _ = talk(says, zones=True, country="IE")

    assert replies[0].endswith("Where shall we bring it? Please write the street, the number and the postcode.")
    assert replies[1].startswith("I'm afraid we don't deliver to that address. Where shall we bring it?")
    assert "£5.80 in total, for delivery, to 12 Mill Road, D02 X285 Dublin, IE, including delivery £2.50." in replies[2]
    assert replies[3] == "Delivery there starts at £10.00. Would you like to add something?"
    assert order is None


def test_a_table_is_asked_for_where_there_are_tables() -> None:
    replies, order, _ = talk(["a kaya toast, to eat here", "table 9", "5", "yes"], tables=("4", "5"))
    assert replies[0].endswith("Which table are you at?")
    assert replies[1] == "There is no such table here. Which table are you at?"
    assert order is not None
    assert (order.table, order.fulfilment) == ("5", "dine_in")


def test_tips_and_notes_are_read_back_and_kept() -> None:
    says = ["a kaya toast to go", "add a 10% tip", "there's a nut allergy at the table", "that's all", "yes"]
    replies, order, _ = talk(says)
    assert "For the kitchen: “there's a nut allergy at the table”." in replies[3]
    assert "£3.63 in total, for pickup, including a tip of £0.33." in replies[3]
    assert order is not None
    assert (order.note, order.charges.tip) == ("there's a nut allergy at the table", Money(33, "GBP"))


def test_a_large_order_waits_for_a_person_and_can_be_cancelled() -> None:
    says = ["5 kaya toasts to go", "that's all", "yes", "where is my order?", "cancel my order"]
    replies, order, _ = talk(says, hold_units=3)
    assert "Somebody from the team looks at it first" in replies[2]
    assert "waiting for a person to confirm it" in replies[3]
    assert order is not None
    assert order.state == "cancelled"
    assert replies[4] == f"Your order {order.code} has been cancelled."


def test_what_may_not_be_changed_is_said_and_stays() -> None:
    says = ["a kaya toast to go", "that's all", "yes", "add a yuzu tea to my order", "cancel my order"]
    replies, order, _ = talk(says, customer_changes="never", customer_cancels="never")
    assert order is not None
    assert replies[3] == (f"Order {order.code} can't be changed here any more. Say “human” and the team will help.")
    assert replies[4] == (f"Order {order.code} can't be cancelled here any more. Say “human” and the team will help.")
    assert (order.state, order.version, len(order.lines)) == ("new", 1, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("can you move it to 7pm please?", "Order {code} is now for 19:00."),
        ("could we push the pickup back to 19:00 instead", "Order {code} is now for 19:00."),
        ("can I pick it up at 7 pm instead", "Order {code} is now for 19:00."),
        ("können Sie die Abholung auf 19 Uhr verschieben?", "Die Bestellung {code} ist jetzt für 19:00."),
        ("¿puedes cambiar la recogida a las 19:00?", "El pedido {code} es ahora para: 19:00."),
        ("pouvez-vous décaler le retrait à 19h", "La commande {code} est maintenant pour 19:00."),
        ("주문 시간을 오후 7시로 바꿔주세요", "주문 {code} 시간이 변경되었습니다: PM 7:00."),
        ("هل يمكن تغيير موعد الطلب إلى 19:00", "الطلب \u2068{code}\u2069 أصبح الآن في \u20687:00 م\u2069."),
    ],
)
def test_a_placed_order_is_moved_to_another_time(text: str, says: str) -> None:
    replies, order, _ = talk(["a kaya toast for pickup at 6 pm", "that's all", "yes", text])
    assert order is not None
    assert replies[3].startswith(says.format(code=order.code)), replies[3]
    assert (order.requested_for, order.version) == (datetime(2026, 11, 18, 19, tzinfo=UTC), 2)


def test_a_placed_order_that_cannot_be_moved_stays_and_another_time_is_asked_for() -> None:
    says = ["a kaya toast for pickup at 6 pm", "that's all", "yes", "move my order to 11 pm", "the first one"]
    replies, order, _ = talk(says)
    assert order is not None
    closed = (
        f"We are closed then. We open Thursday at 09:00. Order {order.code} stays as it was. When would you like it: "
    )
    assert replies[3].startswith(f"{closed}Thursday at 09:00")
    assert order.requested_for == datetime(2026, 11, 19, 9, tzinfo=UTC)


def test_a_placed_order_is_wanted_at_once_again_or_too_late_to_be_moved() -> None:
    says = ["a kaya toast for pickup at 6 pm", "that's all", "yes", "can you make my order asap please", "thanks"]
    replies, order, _ = talk(says)
    assert order is not None
    assert replies[3].startswith(f"Order {order.code} is now for as soon as possible.")
    assert (order.requested_for, order.version) == (None, 2)
    replies, order, _ = talk([*says[:3], "move it to 7 pm"], customer_changes="never")
    assert order is not None
    assert replies[3] == f"Order {order.code} can't be changed here any more. Say “human” and the team will help."
    assert (order.requested_for, order.version) == (datetime(2026, 11, 18, 18, tzinfo=UTC), 1)


def test_a_time_for_a_new_order_leaves_the_placed_one_alone() -> None:
    says = ["a kaya toast for pickup at 6 pm", "that's all", "yes", "a yuzu tea for pickup at 7 pm", "move it to 8 pm"]
    replies, order, _ = talk(says)
    assert order is not None
    assert (order.requested_for, order.version) == (datetime(2026, 11, 18, 18, tzinfo=UTC), 1)
    assert "20:00" in replies[4]


def test_money_that_came_in_is_told_once() -> None:
    with stage(MENUS["tea"]) as shop, clock.at(AT):
        _furnish(shop)
        for n, text in enumerate(["a kaya toast to go", "that's all", "yes"]):
            conversation = shop.say("ana", str(n), text)
        with shop.database.begin() as uow:
            (order,) = orders.list_orders(uow.session, shop.merchant_id)
            payment = payments.of_order(uow.session, shop.merchant_id, order.id)
            assert payment is not None
            event = PaymentCaptured(
                merchant_id=shop.merchant_id,
                payment_id=payment.id,
                order_id=order.id,
                method="test",
                amount=330,
                currency="GBP",
            )
            notices.on_payment_captured(uow, event)
            notices.on_payment_captured(uow, event)
        with shop.database.read() as session:
            said = [m.text for m in messaging.log(session, conversation)]
    assert said[-1] == f"We have received your payment for order {order.code}: £3.30. Thank you!"
    assert len([s for s in said if "received your payment" in s]) == 1


def test_a_delivery_where_no_zone_is_drawn_wishes_for_an_address_and_does_not_wait() -> None:
    replies, order, _ = talk(["a kaya toast", "for delivery", "12 Mill Road, Dublin", "yes"])
    assert replies[1].startswith("Where shall we bring it? Please write the street, the number and the postcode.\nYour")
    assert order is not None
    assert (order.address, order.total) == (Address("12 Mill Road", city="Dublin"), Money(330, "GBP"))


@pytest.mark.parametrize(
    ("says", "how"),
    [
        (["a kaya toast for pickup at 6", "that's all", "yes", "add a yuzu tea to my order", "can I pay now?"], {}),
        (["a kaya toast for delivery", "5 Far Street, D09 X285", "12 Mill Road, D02 X285", "yes"], {"zones": True}),
    ],
    ids=["later", "delivery"],
)
def test_it_runs_again_the_same(says: list[str], how: dict[str, Any]) -> None:
    with stage(MENUS["tea"]) as shop:
        with clock.at(AT):
            _furnish(shop, country="IE", **how)
            for n, text in enumerate(says):
                shop.say("ana", str(n), text)
        report = replay(shop.database, shop.merchant_id, chosen(shop.database, shop.merchant_id))
    assert report.turns == len(says)
    assert report.changed == []
