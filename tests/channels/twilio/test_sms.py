"""Replies by text message: few segments, no character that doubles the price, no word that carriers act upon."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.linter.texts import asked_words
from assistant.replies.speaker import languages, templates
from channels import degrade
from channels.twilio import sms
from core.kernel.sms import KEYWORDS, is_gsm, planned, segments
from core.kernel.text import fold
from core.messaging import Card, Content, Image, Link, Option

YES_NO = (Option("yes", "Yes"), Option("no", "No"))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" * 77, 3),  # the first € does not fit the first segment as a whole
        ("а" * 70, 1),  # noqa: RUF001 - Cyrillic
        ("а" * 71, 2),  # noqa: RUF001 - Cyrillic
        ("а" * 134, 2),  # noqa: RUF001 - Cyrillic
        ("а" * 135, 3),  # noqa: RUF001 - Cyrillic
        ("🥐" * 35, 1),
        ("🥐" * 36, 2),
        ("🥐" * 67, 3),  # sixty-seven places hold thirty-three of them
        ("안" * 70, 1),
    ],
)
def test_segments_are_counted_as_networks_do(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("“Two” – that’s 4\u00a0€…", '"Two" - that\'s 4 €...'),
        ("2 × Café crème", "2 x Café crème"),
        ("¿Algo más?", "¿Algo más?"),
        ("شكرا “لك”", "شكرا “لك”"),
        ("🥐 “hot”", "🥐 “hot”"),
    ],
)
def test_look_alikes_are_replaced_where_it_saves(text: str, sent: str) -> None:
    assert planned(text) == sent


def test_accents_are_kept_until_they_cost_a_third_segment() -> None:
    short, long = "Tú pides " * 14, "Tú pides " * 15
    assert (planned(short), segments(short)) == (short, 2)
    assert (planned(long), segments(long)) == ("Tu pides " * 15, 3)
    assert segments(planned(long)) == 1


@given(st.text())
def test_planning_never_costs_more(text: str) -> None:
    assert segments(planned(text)) <= max(segments(text), 1) or is_gsm(planned(text))
    assert planned(planned(text)) == planned(text)


@given(st.text(max_size=3000))
def test_every_message_is_within_twilios_limits_and_nothing_is_lost(text: str) -> None:
    pages = sms.paged(text)
    assert all(len(page.encode("utf-16-le", "surrogatepass")) // 2 <= 1600 for page in pages)
    assert all(1 <= segments(page) <= 10 for page in pages)
    said = "".join(pages)
    assert said.count("x") + said.count("×") == text.count("x") + text.count("×")


def test_a_list_is_broken_at_its_lines_into_messages_of_two_segments() -> None:
    lines = [f"{number}. A kind of cake, {number}.50" for number in range(1, 25)]
    pages = sms.paged("\n".join(lines))
    assert [line for page in pages for line in page.split("\n")] == lines
    assert [segments(page) for page in pages] == [2, 2, 1]


def test_a_very_long_text_is_fewer_and_longer_messages() -> None:
    pages = sms.paged("\n".join(["A kind of cake, fresh from the oven every morning"] * 80))
    assert len(pages) == 3
    assert all(2 < segments(page) <= 10 for page in pages)


def test_answers_are_numbered_and_none_is_a_carriers_word() -> None:
    content = Content("Shall I place the order?", options=YES_NO)
    (part,) = sms.render(content, pictures=False)
    assert part.text == "Shall I place the order?\n1. OK\n2. No"
    assert part.body == {"body": part.text}
    assert degrade.picked(content, "1", sms.ABILITIES) == YES_NO[0]


@pytest.mark.parametrize("word", sorted(KEYWORDS))
@pytest.mark.parametrize("dress", ["{}", "{}!", " {} ", "{}."])
def test_no_answer_is_shown_as_a_carriers_word(word: str, dress: str) -> None:
    option = Option("a", dress.format(word.title()))
    shown = sms.render(Content("Which?", options=(option, Option("b", "Tea")), cards=(Card(option),)), pictures=False)
    label = shown[0].text.splitlines()[1].removeprefix("1. ")
    assert label.casefold().strip(" .!") not in KEYWORDS
    assert label


def test_labels_without_such_words_stay_as_they_are() -> None:
    content = Content("Which?", options=(Option("a", "Start of day blend"), Option("b", "Yes please")))
    assert sms.without_keywords(content) is content


def test_pictures_go_where_mms_goes() -> None:
    content = Content("Fresh today", image=Image("https://shop.example/c.png", "A cake"))
    (picture,) = sms.render(content, pictures=True)
    assert picture.body == {"body": "Fresh today", "media_url": ["https://shop.example/c.png"]}
    (written,) = sms.render(content, pictures=False)
    assert written.body == {"body": "Fresh today\nA cake: https://shop.example/c.png"}
    assert sms.takes_pictures("+15550100", "+15550199")
    assert not sms.takes_pictures("+15550100", "+445550199")


def test_a_link_is_written() -> None:
    (part,) = sms.render(Content("Thanks!", link=Link("Pay here", "https://shop.example/p")), pictures=False)
    assert part.text == "Thanks!\nPay here: https://shop.example/p"


_VALUES = {
    "lines": "2 × Thai milk tea, large, with tapioca pearls\n1 × Mango mochi",
    "options": "regular, large",
    "total": "£11.90",
    "item": "Thai milk tea",
    "items": "Thai milk tea, Taro milk tea, Peach oolong",
    "url": "https://shop.example/pay/0123456789abcdef0123456789abcdef",
    "problem": "that is not available",
}


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_reply_is_one_or_two_segments_and_asks_for_no_carriers_word(language: str) -> None:
    known = templates(language)
    answers = (Option("yes", known["yes"]), Option("no", known["no"]))
    for key, template in known.items():
        if isinstance(template, str) and key not in {"yes", "no"}:
            text = re.sub(r"\{(\w+)\}", lambda found: _VALUES.get(found[1], "Latte"), template)
            assert [segments(page) for page in sms.paged(text)] in ([1], [2]), key
            shown = "\n".join(part.text for part in sms.render(Content(text, options=answers), pictures=False))
            labels = [line.partition(". ")[2].casefold() for line in shown.splitlines()[-2:]]
            assert not KEYWORDS & {*labels, *(fold(word) for word in asked_words(shown))}, key
