"""What suppliers declared of the lots that are there changes what is said to be in a dish."""

from __future__ import annotations

from assistant.commands import AnswerTopic
from assistant.execution import CartValue
from assistant.replies.speaker import Speaker
from assistant.shop import Shop
from assistant.topics.allergens import about_allergens
from core.catalogue import LotFacts
from tests.assistant.menus import MENUS

LOT = LotFacts("lot9", frozenset({"nuts"}))


def _said(shop: Shop, speaker: Speaker) -> str:
    topic = AnswerTopic(topic="allergens", items=("toast",), subject=("nuts",))
    return about_allergens(speaker, shop, CartValue(), topic, [shop.menu.items_by_id["toast"]])


def test_a_lot_with_nuts_is_told_and_its_row_proves_it() -> None:
    speaker = Speaker("en", "en-GB")
    said = _said(Shop(MENUS["tea"], lots={"toast": (LOT,)}), speaker)
    assert said == "Yes, Kaya toast contains nuts."
    assert ("stock_lots", "lot9") in {(b.table, b.row) for b in speaker.bindings}


def test_control_without_the_lots_nothing_is_known_of_nuts() -> None:
    speaker = Speaker("en", "en-GB")
    said = _said(Shop(MENUS["tea"]), speaker)
    assert "contains nuts" not in said
    assert "stock_lots" not in {b.table for b in speaker.bindings}
