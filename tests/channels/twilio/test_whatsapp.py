"""Replies on WhatsApp by Twilio: buttons and lists where content templates were made, numbers where not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from channels import degrade
from channels.twilio import whatsapp
from channels.twilio.api import Api
from comanda.cli import channels as cli
from core.messaging import Card, Content, Image, Option, Place
from tests.channels.fakes.twilio import Twilio
from tests.channels.twilio.conftest import OURS, THEIRS

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.settings import Settings

CONTENTS = {name: f"HX{number:032x}" for number, (name, *_) in enumerate(whatsapp.templates())}
_label = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=50).filter(str.strip)
_options = st.lists(st.builds(Option, st.text("abc-", min_size=1, max_size=240), _label), max_size=25)


def test_without_content_templates_answers_are_numbered() -> None:
    content = Content("Which?", options=(Option("a", "Tea"), Option("b", "Cake")))
    (part,) = whatsapp.render(content, "en", {})
    assert part.body == {"body": "Which?\n1. Tea\n2. Cake"}


def test_buttons_and_rows_are_variables_of_their_template() -> None:
    content = Content("Which?", options=(Option("a", "Tea"), Option("b", "Cake")))
    (part,) = whatsapp.render(content, "en", CONTENTS)
    assert part.body["content_sid"] == CONTENTS["comanda_buttons_2"]
    assert json.loads(part.body["content_variables"]) == {"1": "Which?", "2": "Tea", "3": "a", "4": "Cake", "5": "b"}
    many = Content("Which?", options=tuple(Option(f"{n}", f"Cake {n}") for n in range(4)))
    (part,) = whatsapp.render(many, "de-DE", CONTENTS)
    assert part.body["content_sid"] == CONTENTS["comanda_rows_4"]
    assert json.loads(part.body["content_variables"])["2"] == "Auswählen"


def test_a_picture_and_a_place_go_as_themselves() -> None:
    content = Content(
        "Here",
        image=Image("https://shop.example/c.png", "A cake"),
        place=Place(51.5, -0.12, "Juniper", "1 Quay Street"),
    )
    place, picture = whatsapp.render(content, "en", CONTENTS)
    assert place.body == {"body": "Juniper", "persistent_action": ["geo:51.500000,-0.120000|1 Quay Street"]}
    assert picture.body == {"body": "Here", "media_url": ["https://shop.example/c.png"]}


def test_a_picture_has_no_buttons_below_it() -> None:
    image = Image("https://shop.example/c.png", "A cake")
    parts = whatsapp.render(Content("Which?", options=(Option("a", "Tea"),), image=image), "en", CONTENTS)
    assert [sorted(part.body) for part in parts] == [["media_url"], ["content_sid", "content_variables"]]


@pytest.fixture
def sending(twilio: Twilio, configured: Callable[..., Settings]) -> tuple[Twilio, Api, dict[str, str]]:
    """A pretended Twilio with every content template."""
    api = Api(configured())
    ids = {name: api.make_content(name, kind, c, v) for name, kind, c, v in whatsapp.templates()}
    assert api.contents() == ids
    api.close()
    return twilio, api, ids


def test_every_message_is_one_that_twilio_takes(sending: tuple[Twilio, Api, dict[str, str]]) -> None:
    twilio, api, ids = sending
    sent = {"to": f"whatsapp:{THEIRS}", "from_": f"whatsapp:{OURS}"}

    @given(st.builds(Content, st.text(max_size=2500), st.just("text"), _options.map(tuple)))
    def check(content: Content) -> None:
        before = len(twilio.sent)
        for part in whatsapp.render(content, "en", ids):
            api.send({**sent, **part.body})
        shown = [each.shown for each in twilio.sent[before:] if each.shown]
        pressed = [e["id"] for each in shown for e in each.get("actions") or each["items"]]
        choices = degrade.answers(content)
        assert pressed in ([], [option.id for option in choices])
        for number, option in enumerate(choices, 1):
            typed = degrade.picked(content, str(number), whatsapp.abilities(ids))
            assert typed == option or option.id in pressed

    check()
    api.close()


def test_the_templates_are_made_once(
    twilio: Twilio,
    configured: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("core.settings.settings", configured)
    for _ in range(2):
        cli.twilio_contents()
    printed = capsys.readouterr().out.splitlines()
    ids = json.loads(printed[0].removeprefix("COMANDA_TWILIO_CONTENTS='").removesuffix("'"))
    assert printed[0] == printed[1]
    assert sorted(ids.values()) == sorted(twilio.contents)
    able = whatsapp.abilities(configured(twilio_contents=ids).twilio_contents)
    assert (able.options, able.rows) == (3, 10)


def test_a_refusal_is_told_in_words(
    configured: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.settings.settings", lambda: configured(twilio_auth_token="other"))
    with pytest.raises(typer.Exit):
        cli.twilio_contents()
    assert capsys.readouterr().err.startswith("Twilio: 20003")


def test_cards_are_written_with_their_price() -> None:
    cards = (Card(Option("a", "Tea"), "Green", "3.50"), Card(Option("b", "Cake"), "", "4.00"))
    (part,) = whatsapp.render(Content("We have", cards=cards), "en", {})
    assert part.text == "We have\n1. Tea · 3.50\nGreen\n2. Cake · 4.00"
