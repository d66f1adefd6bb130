"""Whatever is said fits the channel, and no word and no answer is lost on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Abilities, Rendered
from channels.degrade import answers, detail, fit, numbered, picked, pressable, shortened, units
from core.messaging import Card, Content, Image, Link, Option, Place
from core.messaging.content import Receipt, ReceiptLine

BUTTONS = Abilities(text=40, options=3, option_label=10, option_id=20)
LISTS = Abilities(text=200, options=3, option_label=10, option_id=20, rows=4, row_label=12, row_text=20, body=60)
RICH = replace(LISTS, links=True, images=True, places=True)
SIZES = (Option("s", "Small"), Option("l", "Large"))
CAKES = tuple(Option(f"cake-{n}", f"Cake {n}") for n in range(1, 12))

_words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=300)
_short = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)
_option = st.builds(Option, st.text(min_size=1, max_size=30), _short.filter(str.strip))
_abilities = st.builds(
    Abilities,
    text=st.integers(8, 200),
    options=st.integers(0, 10),
    option_label=st.integers(0, 30),
    option_id=st.integers(0, 64),
    rows=st.sampled_from([0, 0, 4, 10]),
    row_label=st.integers(0, 30),
    row_text=st.integers(0, 80),
    body=st.sampled_from([0, 8, 20, 300]),
    caption=st.sampled_from([0, 100]),
    links=st.booleans(),
    images=st.booleans(),
    places=st.booleans(),
)
_contents = st.builds(
    Content,
    _words,
    st.just("text"),
    st.lists(_option, max_size=25).map(tuple),
    cards=st.just(()) | st.lists(st.builds(Card, _option, _short, _short), max_size=15).map(tuple),
    link=st.none() | st.builds(Link, _short, st.just("https://shop.example/p/1")),
    image=st.none() | st.builds(Image, st.just("https://shop.example/i/1"), _short),
    place=st.none() | st.builds(Place, st.just(1.5), st.just(2.5), _short, _short),
    receipt=st.none()
    | st.builds(Receipt, _short, st.lists(st.builds(ReceiptLine, _short, _short), max_size=5).map(tuple), _short),
)


def _solid(*texts: str) -> Counter[str]:
    """What there is to read in texts, whatever the order and however broken up."""
    return Counter("".join("".join(texts).split()))


def _said(content: Content) -> Counter[str]:
    """What has to be readable somewhere: every text of the content once, beside what pictures and maps show."""
    receipt, place = content.receipt, content.place
    rows = [(line.label, line.amount) for line in receipt.lines] if receipt else []
    return _solid(
        content.text,
        *(option.label for option in answers(content)),
        *(part for card in content.cards for part in (card.text, card.price)),
        *(part for row in rows for part in row),
        *((receipt.total,) if receipt else ()),
        *((place.name, place.address) if place else ()),
        *((content.link.label, content.link.url) if content.link and content.link.url not in content.text else ()),
    )


def _shown(parts: tuple[Rendered, ...]) -> Counter[str]:
    """What can be read in messages: their texts, what can be pressed, and what comes with a row or a place."""
    return _solid(
        *(part.text for part in parts),
        *(option.label for part in parts for option in part.options),
        *(text for part in parts for card in part.cards for text in (card.text, card.price)),
        *(text for part in parts if part.place for text in (part.place.name, part.place.address)),
        *(text for part in parts if part.link for text in (part.link.label, part.link.url)),
    )


@given(_contents, _abilities)
def test_every_limit_is_kept(content: Content, abilities: Abilities) -> None:
    for part in fit(content, abilities):
        body = part.options or part.link
        assert units(part.text) <= (min(abilities.body or abilities.text, abilities.text) if body else abilities.text)
        assert part.text.strip() or not body
        assert part.text or part.image or part.place
        assert part.image is None or (abilities.images and units(part.text) <= abilities.caption)
        assert part.place is None or (abilities.places and not part.text)
        assert part.link is None or (abilities.links and part.link.label)
        most, longest = (
            (abilities.rows, abilities.row_label) if part.listed else (abilities.options, abilities.option_label)
        )
        assert len(part.options) <= most
        assert all(0 < units(option.label) <= longest for option in part.options)
        assert len({option.label for option in part.options}) == len(part.options)
        assert all(0 < len(option.id.encode()) <= abilities.option_id for option in part.options)
        assert all(part.listed and 0 < units(detail(card)) <= abilities.row_text for card in part.cards)


@given(_contents, _abilities)
def test_no_text_and_no_answer_is_lost(content: Content, abilities: Abilities) -> None:
    parts = fit(content, abilities)
    assert not _said(content) - _shown(parts)
    pressed = [option.id for part in parts for option in part.options]
    assert pressed in ([], [option.id for option in answers(content)])
    for number, option in enumerate(answers(content), 1):
        by_number = picked(content, f" {number}. ", abilities)
        assert by_number == (None if pressable(content, abilities) else option)
        assert by_number or option in [o for part in parts for o in part.options]
    assert picked(content, str(len(answers(content)) + 1), abilities) is None
    assert picked(content, "0", abilities) is None


def test_a_fit_that_cuts_lists_is_caught() -> None:
    cut = fit(Content("Which?", options=CAKES[:4]), LISTS)
    assert not _said(Content("Which?", options=CAKES[:4])) - _shown(cut)
    assert _said(Content("Which?", options=CAKES)) - _shown(cut)


def test_answers_are_buttons_where_there_are_buttons() -> None:
    assert fit(Content("Which size?", options=SIZES), BUTTONS) == (Rendered("Which size?", SIZES),)


@pytest.mark.parametrize(
    "abilities",
    [
        Abilities(text=40),
        Abilities(text=40, options=1, option_label=10, option_id=20),
        Abilities(text=40, options=3, option_label=1, option_id=20),
        Abilities(text=40, options=3, option_label=10, option_id=0),
    ],
)
def test_answers_that_cannot_be_buttons_are_numbered(abilities: Abilities) -> None:
    assert fit(Content("Which size?", options=SIZES), abilities) == (Rendered("Which size?\n1. Small\n2. Large"),)


def test_labels_too_long_for_buttons_are_cut_and_written_out_above() -> None:
    content = Content(
        "Which?", options=(Option("a", "Almond croissant"), Option("b", "Almond cake"), Option("c", "Tea"))
    )
    listing = "1. Almond croissant\n2. Almond cake\n3. Tea"
    labels = ("1. Almond…", "2. Almond…", "3. Tea")
    shown = tuple(Option(o.id, label) for o, label in zip(content.options, labels, strict=True))
    assert fit(content, replace(BUTTONS, text=60)) == (Rendered(f"Which?\n{listing}", shown),)
    assert picked(content, "2", BUTTONS) == content.options[1]


def test_answers_that_look_alike_are_numbered() -> None:
    twice = (Option("a", "Tea"), Option("b", "Tea"))
    assert fit(Content("Which?", options=twice), BUTTONS) == (
        Rendered("Which?\n1. Tea\n2. Tea", (Option("a", "1. Tea"), Option("b", "2. Tea"))),
    )
    same_id = (Option("a", "Tea"), Option("a", "Cake"))
    assert fit(Content("Which?", options=same_id), BUTTONS) == (Rendered("Which?\n1. Tea\n2. Cake"),)


def test_answers_too_many_for_buttons_are_rows_then_two_lists_then_numbers() -> None:
    assert fit(Content("Which?", options=CAKES[:4]), LISTS) == (Rendered("Which?", CAKES[:4], listed=True),)
    rows = tuple(Option(o.id, f"{n}. {o.label}") for n, o in enumerate(CAKES, 1))
    assert fit(Content("Which?", options=CAKES[:7]), LISTS) == (
        Rendered("Which?", rows[:4], listed=True),
        Rendered("5–7", rows[4:7], listed=True),
    )
    assert picked(Content("Which?", options=CAKES[:7]), "6", LISTS) == CAKES[5]
    assert [part.options for part in fit(Content("Which?", options=CAKES), LISTS)] == [()]


def test_cards_are_rows_with_their_price_or_lines_of_text() -> None:
    cards = (Card(SIZES[0], "a cup", "2.50"), Card(SIZES[1], "", "3.00"))
    content = Content("Which size?", options=SIZES, cards=cards)
    assert fit(content, LISTS) == (Rendered("Which size?", SIZES, cards, listed=True),)
    assert fit(content, Abilities(text=80)) == (Rendered("Which size?\n1. Small · 2.50\na cup\n2. Large · 3.00"),)
    buttons = (Option("s", "1. Small"), Option("l", "2. Large"))
    listing = "Which size?\n1. Small · 2.50\na cup\n2. Large · 3.00"
    assert fit(content, replace(BUTTONS, text=80)) == (Rendered(listing, buttons),)


def test_riches_are_shown_where_they_can_be_and_else_written() -> None:
    link, image = Link("Pay", "https://shop.example/p/1"), Image("https://shop.example/i/1", "A cake")
    place = Place(52.5, 13.4, "Juniper", "Main Street 1")
    content = Content("Order A1", link=link, image=image, place=place)
    assert fit(content, RICH) == (
        Rendered("", place=place),
        Rendered("", image=image),
        Rendered("Order A1", link=link),
    )
    assert fit(content, replace(RICH, caption=100))[1:] == (Rendered("Order A1", link=link, image=image),)
    assert fit(content, Abilities(text=400)) == (
        Rendered(
            "Order A1\nJuniper\nMain Street 1\nhttps://maps.google.com/?q=52.500000,13.400000"
            "\nA cake: https://shop.example/i/1\nPay: https://shop.example/p/1"
        ),
    )


def test_a_link_beside_answers_is_written() -> None:
    content = Content("Pay now?", options=SIZES, link=Link("Pay", "https://shop.example/p/1"))
    assert fit(content, RICH) == (Rendered("Pay now?\nPay: https://shop.example/p/1", SIZES),)


def test_a_receipt_lists_its_lines() -> None:
    receipt = Receipt("A1", (ReceiptLine("2 × Tea", "5.00"),), "5.00")
    assert fit(Content("Thank you!", receipt=receipt), BUTTONS) == (Rendered("Thank you!\n#A1\n2 × Tea: 5.00\n= 5.00"),)
    assert fit(Content("Order A1:", receipt=receipt), BUTTONS)[0].text == "Order A1:\n2 × Tea: 5.00\n= 5.00"


def test_a_long_text_is_broken_and_the_buttons_are_below_its_end() -> None:
    content = Content("The large one is twenty ounces, the small one twelve", options=SIZES)
    assert fit(content, BUTTONS) == (
        Rendered("The large one is twenty ounces, the"),
        Rendered("small one twelve", SIZES),
    )


def test_only_the_end_of_a_text_is_above_buttons_when_bodies_are_short() -> None:
    content = Content("Cakes today are fresh\n" * 7 + "Which one?", options=SIZES)
    assert [len(part.text) for part in fit(content, LISTS)] == [5 * 22 - 1, 54]


def test_lines_stay_whole_while_they_fit() -> None:
    content = Content("2 x Flat white\n1 x Almond croissant\nTotal 14.50")
    assert [p.text for p in fit(content, BUTTONS)] == ["2 x Flat white\n1 x Almond croissant", "Total 14.50"]


def test_a_letter_of_two_units_is_not_torn() -> None:
    assert fit(Content("🥐🥐🥐"), Abilities(text=5)) == (Rendered("🥐🥐"), Rendered("🥐"))
    assert shortened("🥐🥐🥐", 4) == "🥐…"
    assert numbered(Content("", options=SIZES)) == "1. Small\n2. Large"


def test_a_number_is_a_quantity_where_answers_are_pressed() -> None:
    assert picked(Content("Which size?", options=SIZES), "2", BUTTONS) is None
    assert picked(Content("How many?"), "2", Abilities(text=40)) is None


@pytest.mark.parametrize("typed", ["2", " 2. ", "2)", "٢", "\uff12"])
def test_a_bare_number_picks(typed: str) -> None:
    assert picked(Content("Which size?", options=SIZES), typed, Abilities(text=40)) == SIZES[1]


@pytest.mark.parametrize("typed", ["two", "2 please", "-1", "²", "", "1e1", "9" * 5000, "1 2", "."])
def test_nothing_else_does(typed: str) -> None:
    assert picked(Content("Which size?", options=SIZES), typed, Abilities(text=40)) is None
