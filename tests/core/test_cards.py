"""Card numbers are found however they are written, and other numbers are left alone."""

from __future__ import annotations

import random

import pytest

from core.kernel import cards
from core.logs import mask
from scripts.benchmarks.card_numbers import SPELLINGS, harmless, messages
from scripts.benchmarks.cards import false_alarms

CARD = "4111 1111 1111 1111"
ARABIC_INDIC = {ord("0") + n: 0x0660 + n for n in range(10)}
FULL_WIDTH = {ord("0") + n: 0xFF10 + n for n in range(10)}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"my card is {CARD} exp 12/27 cvv 123, thanks", "my card is [card number removed], thanks"),
        (f"{CARD} 2 lattes", "[card number removed] 2 lattes"),
        ("2 4111-1111-1111-1111 please", "2 [card number removed] please"),
        ("four one one one, double one double one, triple one one, one one one one", "[card number removed]"),
        ("forty-one eleven eleven eleven eleven eleven eleven eleven", "[card number removed]"),
        ("cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno", "[card number removed]"),
        ("사일일일 일일일일 일일일일 일일일일", "[card number removed]"),
        (CARD.translate(ARABIC_INDIC), "[card number removed]"),
        (CARD.replace(" ", "").translate(FULL_WIDTH), "[card number removed]"),
        ("4111\u200b1111\u200b1111\u200b1111", "[card number removed]"),
        ("41111111111111111227123", "[card number removed]"),
        ("3782 822463 10005", "[card number removed]"),
        (f"{CARD} 5500 0000 0000 0004", "[card number removed]"),
        ("cvv 123", "[card number removed]"),
    ],
)
def test_a_card_number_is_taken_out(text: str, kept: str) -> None:
    assert cards.redacted(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # a wrong check digit
        "call +49 151 12345678 or 415-555-0123",
        "for 23/11/2026 24/11/2026 at 14:30",
        "order number 4539148803436467",
        "DE89 3704 0044 0532 0130 00",
        "barcode 4006381333931",
        "two lattes and 3 croissants for 12.50",
        "0000 0000 0000 0000",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert cards.redact(text) == (text, 0)


def test_a_number_in_parts_is_found_when_its_last_part_comes() -> None:
    first, second = cards.split(["my card starts 4111 1111"], "and then 1111 1111 thanks")
    assert cards.without("my card starts 4111 1111", first) == "my card starts [card number removed]"
    assert cards.without("and then 1111 1111 thanks", second) == "and then [card number removed] thanks"
    assert [len(found) for found in cards.split(["hello", "4111", "1111", "1111"], "1111")] == [0, 1, 1, 1, 1]
    assert cards.split(["4111 1111"], "1111 1112") == ()
    assert cards.split(["2 lattes"], "3 croissants") == ()


def test_json_is_searched_through() -> None:
    value = {"raw": {"body": [CARD, "hello"]}, "n": 4, "choice": "x"}
    assert cards.redact_all(value) == ({"raw": {"body": [cards.REMOVED, "hello"]}, "n": 4, "choice": "x"}, 1)


def test_the_log_masks_every_spelling() -> None:
    assert mask("said four one one one one one one one one one one one one one one one") == "said [card number removed]"
    assert mask({"said": CARD}) == {"said": "[card number removed]"}


def test_a_sample_of_all_spellings() -> None:
    sample = messages(random.Random(3), 600)
    assert {s.spelling for s in sample} == set(SPELLINGS)
    missed = [s for s in sample if not (cards.find(s.messages[0]) or cards.split(s.messages[:-1], s.messages[-1]))]
    assert len(missed) <= 3, missed


def test_a_sample_of_other_numbers() -> None:
    rng = random.Random(3)
    assert {harmless(rng)[0] for _ in range(200)} >= {"telephone", "date", "barcode", "account", "order number"}
    assert false_alarms(rng, 1500) <= 2
