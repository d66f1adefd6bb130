"""What customers ask for in the form of a question, in every language: bring it there, change my order, money back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import assistant
from assistant.dialogue.phrases import languages
from comanda.converse import Stage, stage
from core import merchants, messaging, orders
from core.catalogue.format import menu_from_json
from core.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.orders.views import OrderView

REPLIES = Path(assistant.__file__).parent / "replies"
MENU: dict[str, Any] = {
    "name": "Small cafe",
    "currency": "USD",
    "locale": "en-US",
    "items": [
        {
            "id": "croissant",
            "name": "Croissant",
            "category": "Bakery",
            "price": "3.60",
            "allergens": ["milk", "gluten"],
        },
        {"id": "espresso", "name": "Espresso", "category": "Coffee", "price": "2.60"},
        {"id": "latte", "name": "Latte", "category": "Coffee", "price": "4.10"},
    ],
}
ADDRESS = "12 Mill Road, D02 X285 Dublin"


@dataclass(frozen=True)
class Says:
    """The same talk in one language."""

    order: str
    bring: str
    fee: str
    done: str
    agree: str
    where: str
    may_i: str
    twice: str
    nuts: str
    back: str


TALKS = {
    "en": Says(
        "a croissant",
        f"can I have it delivered to {ADDRESS}?",
        "what's the delivery fee?",
        "that's all",
        "yes",
        "where is my order?",
        "can I still change my order?",
        "make it two croissants",
        "is the croissant free of nuts?",
        "I'd like my money back",
    ),
    "de": Says(
        "ein Croissant",
        f"können Sie es in die {ADDRESS} liefern?",
        "was kostet die Lieferung?",
        "das war's",
        "ja",
        "wo ist meine Bestellung?",
        "kann ich meine Bestellung noch ändern?",
        "mach zwei Croissants daraus",
        "ist das Croissant nussfrei?",
        "kann ich mein Geld zurück haben?",
    ),
    "es": Says(
        "un croissant",
        f"¿me lo pueden llevar a {ADDRESS}?",
        "¿cuánto cuesta el envío?",
        "eso es todo",
        "sí",
        "¿dónde está mi pedido?",
        "¿puedo cambiar mi pedido?",
        "que sean dos croissants",
        "¿el croissant lleva nueces?",
        "quiero que me devuelvan el dinero",
    ),
    "fr": Says(
        "un croissant",
        f"pouvez-vous livrer au {ADDRESS} ?",
        "combien coûte la livraison ?",
        "c'est tout",
        "oui",
        "où en est ma commande ?",
        "est-ce que je peux modifier ma commande ?",
        "ajoutez un croissant",
        "le croissant contient-il des noix ?",
        "remboursez-moi s'il vous plaît",
    ),
    "ko": Says(
        "크루아상 하나 주세요",
        f"{ADDRESS}로 배달해 주세요",
        "배달비 얼마예요?",
        "그게 다예요",
        "네",
        "내 주문 어디쯤이에요?",
        "주문 변경할 수 있어요?",
        "크루아상 두 개로 해 주세요",
        "크루아상에 견과류 들어 있어요?",
        "환불해 주세요",
    ),
    "ar": Says(
        "كرواسون",
        f"ممكن توصيله إلى {ADDRESS}؟",
        "كم رسوم التوصيل؟",
        "هذا كل شيء",
        "نعم",
        "أين طلبي؟",
        "هل يمكنني تغيير طلبي؟",
        "اجعلها اثنين كرواسون",
        "هل الكرواسون فيه مكسرات؟",
        "أريد استرداد أموالي",
    ),
}


@pytest.fixture(scope="module")
def cafe() -> Iterator[Stage]:
    with stage(menu_from_json(MENU)) as shop:
        with shop.database.begin() as uow:
            here = merchants.default_location(uow.session, shop.merchant_id).id
            near = merchants.Zone("near", merchants.Postcodes(("D02*",)), Money(250, "USD"), Money(200, "USD"))
            week = [merchants.OpeningHours(day, "08:00", "20:00") for day in range(7)]
            merchants.set_hours(uow, shop.merchant_id, here, week)
            merchants.set_zones(uow, shop.merchant_id, here, [near])
        yield shop


def _reply(shop: Stage, talk: str) -> str:
    with shop.database.read() as session:
        return "\n".join(reply.text for reply in messaging.turns(session, talk)[-1].replies)


def _say(shop: Stage, who: str, *texts: str) -> tuple[str, str]:
    """The reply to the last of these, and the conversation."""
    talk = ""
    for number, text in enumerate(texts):
        talk = shop.say(who, f"{who}{number}{text}", text)
    return _reply(shop, talk), talk


def _order(shop: Stage, talk: str) -> OrderView | None:
    with shop.database.read() as session:
        about = messaging.conversation(session, shop.merchant_id, talk)
        return orders.latest_order(session, shop.merchant_id, about.customer_id)


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_delivery_is_asked_for_changed_and_complained_of(cafe: Stage, language: str) -> None:
    says = TALKS[language]
    read_back, _ = _say(cafe, language, says.order, says.bring)
    assert ADDRESS in read_back or "12 Mill Road, D02 X285" in read_back
    fee, _ = _say(cafe, language, says.fee)
    assert "2.50" in fee.replace(",", ".")
    _, talk = _say(cafe, language, says.done, says.agree)
    placed = _order(cafe, talk)
    assert placed is not None
    assert placed.address is not None
    assert placed.address.postcode == "D02 X285"
    assert [(line.name, line.line.quantity) for line in placed.lines] == [("Croissant", 1)]
    assert placed.charges.delivery_fee == Money(250, "USD")
    assert placed.code in _say(cafe, language, says.where)[0]
    asked = _say(cafe, language, says.may_i)[0]
    assert placed.code in asked
    assert "1 × " in asked.replace("\u2068", "").replace("\u2069", "")
    assert _order(cafe, talk) == placed
    _say(cafe, language, says.twice)
    changed = _order(cafe, talk)
    assert changed is not None
    assert (changed.id, changed.version) == (placed.id, 2)
    assert [line.line.quantity for line in changed.lines] == [2]
    _say(cafe, language, says.nuts)
    assert "Croissant" in _reply(cafe, talk)
    _say(cafe, language, says.back)
    with cafe.database.read() as session:
        assert messaging.conversation(session, cafe.merchant_id, talk).owner == "agent"
        assert orders.find_cart(session, cafe.merchant_id, talk) is None
    assert _order(cafe, talk) == changed


@pytest.mark.parametrize("language", sorted(languages()))
def test_without_an_order_nothing_is_looked_for_and_nothing_changed(cafe: Stage, language: str) -> None:
    says, who = TALKS[language], f"new-{language}"
    where, talk = _say(cafe, who, says.order, says.where)
    words = yaml.safe_load((REPLIES / f"{language}.yaml").read_text(encoding="utf-8"))
    assert words["status_none"] in where
    before, after = words["usually_takes"].split("{minutes}")
    assert where.index(words["status_none"]) < where.index(before) < where.index(after)
    with cafe.database.read() as session:
        cart = orders.find_cart(session, cafe.merchant_id, talk)
    assert cart is not None
    assert [line.quantity for line in cart.lines] == [1]


def test_a_fee_is_told_by_zone_before_there_is_an_address(cafe: Stage) -> None:
    assert "near $2.50 for orders from $2.00" in _say(cafe, "fee", "how much is delivery?")[0]


def test_one_message_says_that_it_changes_the_order_and_how(cafe: Stage) -> None:
    _, talk = _say(cafe, "ann", "a croissant", "that's all", "yes")
    reply, _ = _say(cafe, "ann", "can I change it? add one espresso")
    changed = _order(cafe, talk)
    assert changed is not None
    assert [line.name for line in changed.lines] == ["Croissant", "Espresso"]
    assert changed.code in reply


def test_what_is_missing_of_another_order_is_not_added_to_a_new_one(cafe: Stage) -> None:
    _, talk = _say(cafe, "bea", "a latte", "that's all", "yes", "the croissant was missing")
    with cafe.database.read() as session:
        assert orders.find_cart(session, cafe.merchant_id, talk) is None
        assert messaging.conversation(session, cafe.merchant_id, talk).owner == "agent"


def test_another_time_in_place_of_a_yes_is_read_back_and_then_placed(cafe: Stage) -> None:
    read_back, talk = _say(cafe, "cleo", "a croissant", "that's all", "no, tomorrow at 9 am")
    assert "1 × Croissant" in read_back
    assert _order(cafe, talk) is None
    _say(cafe, "cleo", "yes")
    placed = _order(cafe, talk)
    assert placed is not None
    assert placed.requested_for is not None


def test_a_question_where_we_deliver_sets_no_address(cafe: Stage) -> None:
    reply, talk = _say(cafe, "dan", "a croissant", "do you deliver to D04 X285?")
    assert "$2.50" in reply
    with cafe.database.read() as session:
        cart = orders.find_cart(session, cafe.merchant_id, talk)
    assert cart is not None
    assert (cart.address, cart.fulfilment, [line.quantity for line in cart.lines]) == (None, None, [1])


BELONGS = "12 Mill Road, D02 X285"
ELSEWHERE = {
    "en": f"change the delivery address to {BELONGS}",
    "de": f"ändern Sie bitte die Lieferadresse auf {BELONGS}",
    "es": f"cambia la dirección de entrega a {BELONGS}",
    "fr": f"changez l'adresse de livraison pour {BELONGS}",
    "ko": f"배달 주소를 {BELONGS}로 바꿔 주세요",
    "ar": f"غير عنوان التوصيل إلى {BELONGS}",
}


@pytest.mark.parametrize("language", sorted(languages()))
def test_another_address_for_an_order_is_never_promised_by_an_empty_cart(cafe: Stage, language: str) -> None:
    says, who = TALKS[language], f"move-{language}"
    _, talk = _say(cafe, who, says.order, says.bring, says.agree)
    placed = _order(cafe, talk)
    assert placed is not None
    reply, _ = _say(cafe, who, ELSEWHERE[language])
    assert BELONGS not in reply
    with cafe.database.read() as session:
        assert orders.find_cart(session, cafe.merchant_id, talk) is None
        assert messaging.conversation(session, cafe.merchant_id, talk).owner == "agent"
    assert _order(cafe, talk) == placed


@pytest.mark.parametrize(
    "text",
    [
        "can I get two croissants for tomorrow at 9 am?",
        "zwei Croissants morgen um 9 Uhr",
        "dos croissants mañana a las 9 de la mañana",
        "deux croissants demain à 9h",
        "크루아상 두 개 내일 오전 9시에 주세요",
        "اثنين كرواسون غدا الساعة 9 صباحا",
    ],
)
def test_a_time_in_an_order_is_no_number_of_things(cafe: Stage, text: str) -> None:
    _, talk = _say(cafe, text, text)
    with cafe.database.read() as session:
        cart = orders.find_cart(session, cafe.merchant_id, talk)
    assert cart is not None
    assert [(line.item, line.quantity) for line in cart.lines] == [("croissant", 2)]
    assert cart.requested_for is not None
    assert cart.requested_for.hour == 9


@pytest.mark.parametrize("text", ["a latte tomorrow 2 croissants", "pasado mañana 2 croissants", "morgen 2 Croissants"])
def test_a_number_after_a_day_is_no_hour(cafe: Stage, text: str) -> None:
    _, talk = _say(cafe, text, text)
    with cafe.database.read() as session:
        cart = orders.find_cart(session, cafe.merchant_id, talk)
    assert cart is not None
    assert ("croissant", 2) in [(line.item, line.quantity) for line in cart.lines]
    assert cart.requested_for is None


def test_a_tip_is_no_number_of_things(cafe: Stage) -> None:
    _, talk = _say(cafe, "tip", "a latte", "can you add a tip of 2 dollars")
    with cafe.database.read() as session:
        cart = orders.find_cart(session, cafe.merchant_id, talk)
    assert cart is not None
    assert [(line.item, line.quantity) for line in cart.lines] == [("latte", 1)]
    assert cart.tip is not None
    assert cart.tip.amount == Money(200, "USD")


def test_what_is_without_gluten_is_never_answered_with_what_has_it(cafe: Stage) -> None:
    reply, _ = _say(cafe, "celia", "is there anything without gluten?")
    assert "Croissant" not in reply


def test_taking_back_a_new_cart_leaves_the_order_that_was_placed_and_says_so(cafe: Stage) -> None:
    _, talk = _say(cafe, "eve", "a croissant", "that's all", "yes")
    placed = _order(cafe, talk)
    assert placed is not None
    reply, _ = _say(cafe, "eve", "a latte", "cancel my order")
    assert f"Order {placed.code}, which is placed already, stays as it is." in reply
    assert _order(cafe, talk) == placed
    reply, _ = _say(cafe, "eve", "cancel my order")
    assert reply == f"Your order {placed.code} has been cancelled."
