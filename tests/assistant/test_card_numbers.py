"""A customer who sends a card number is told not to, in their language, and what else they said is answered."""

from __future__ import annotations

import pytest

from comanda.converse import stage
from core import messaging
from core.kernel import cards
from tests.assistant.menus import MENUS

CARD = "4111 1111 1111 1111"


def test_the_order_beside_a_card_number_is_taken() -> None:
    with stage(MENUS["tea"]) as shop:
        played = shop.play("d", [f"a kaya toast, my card is {CARD}", CARD, "a yuzu tea"])

    first, second, third = played["replies"]
    assert first.startswith("Please don't send card numbers here. I have removed it")
    assert "Added 1 × Kaya toast" in first
    assert second == (
        "Please don't send card numbers here. I have removed it and kept nothing of it: "
        "you pay at the counter or on the payment page."
    )
    assert third == "Added 1 × Yuzu green tea. Anything else?"
    assert [len(cart) for cart in played["carts"]] == [1, 1, 2]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("hola, quiero una tostada", "Por favor, no envíes números de tarjeta"),
        ("Guten Tag, ich hätte gern einen Toast", "Bitte schicken Sie hier keine Kartennummern"),
        ("bonjour, je voudrais un toast", "Merci de ne pas envoyer de numéro de carte"),
        ("안녕하세요 토스트 하나 주세요", "여기에 카드 번호를 보내지 마세요"),
        ("مرحبا أريد خبز محمص", "من فضلك لا ترسل أرقام البطاقات"),
    ],
)
def test_they_are_told_in_their_language(first: str, told: str) -> None:
    with stage(MENUS["tea"]) as shop:
        replies = shop.play("d", [first, CARD])["replies"]

    assert replies[1].startswith(told)


def test_half_a_number_and_its_rest() -> None:
    with stage(MENUS["tea"]) as shop:
        conversation = shop.say("ana", "1", "my card is 4111 1111")
        shop.say("ana", "2", "1111 1111")
        with shop.database.read() as session:
            said = [m.text for m in messaging.log(session, conversation)]
            kept = [
                (t.trace, t.commands, t.state_before, t.state_after) for t in messaging.turns(session, conversation)
            ]

    assert said[0] == f"my card is {cards.REMOVED}"
    assert said[2] == cards.REMOVED
    assert said[3].startswith("Please don't send card numbers here.")
    assert "1111" not in str((said, kept))
