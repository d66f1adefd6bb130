"""What keeps customers from being understood is said, with its place and a fix; a good menu has no remarks."""

from __future__ import annotations

import copy
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from assistant.linter import lint_wordings, review
from assistant.replies.speaker import languages, templates
from comanda.cli import main
from core.catalogue.format import menu_from_json
from tests.assistant.menus import MENUS, TEA_HOUSE

if TYPE_CHECKING:
    from pathlib import Path


def _remarks(change: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and place of every remark on the tea house with more items or groups."""
    menu = copy.deepcopy(TEA_HOUSE)
    for key, more in change.items():
        menu[key] = [*menu.get(key, ()), *more]
    return [(p.kind, p.place) for p in review(menu_from_json(menu))]


def _item(item_id: str, name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": item_id, "name": name, "price": "4.00", "category": "Other", "allergens": [], **more}


@pytest.mark.parametrize("shop", ["tea", "grill"])
def test_a_good_menu_has_no_remarks(shop: str) -> None:
    heard: list[tuple[int, int]] = []
    assert review(MENUS[shop], lambda done, of: heard.append((done, of))) == []
    assert heard[-1][0] == heard[-1][1] == len(heard) > 20


def test_an_alias_of_two_items_is_ambiguous() -> None:
    at = len(TEA_HOUSE["items"])
    items = [_item("a", "Dragon bun", aliases=["house special"]), _item("b", "Lotus roll", aliases=["house special"])]
    assert _remarks({"items": items}) == [
        ("ambiguous-item", f"items[{at}].aliases[0]"),
        ("ambiguous-item", f"items[{at + 1}].aliases[0]"),
    ]


def test_an_alias_that_is_heard_as_something_else_is_unreachable() -> None:
    at = len(TEA_HOUSE["items"])
    (remark,) = _remarks({"items": [_item("a", "Dragon bun", aliases=["pearls"])]})
    assert remark == ("unreachable-item", f"items[{at}].aliases[0]")


@pytest.mark.parametrize("word", ["please", "two", "no"])
def test_an_alias_that_is_said_in_every_order_is_an_everyday_word(word: str) -> None:
    at = len(TEA_HOUSE["items"])
    (remark,) = _remarks({"items": [_item("a", "Dragon bun", aliases=[word])]})
    assert remark == ("everyday-word", f"items[{at}].aliases[0]")


def test_names_that_sound_alike_are_named_together() -> None:
    at = len(TEA_HOUSE["items"])
    remarks = _remarks({"items": [_item("a", "Kalamata"), _item("b", "Calamata")]})
    assert ("sound-alike", f"items[{at + 1}].name") in remarks


def test_long_names_are_one_remark_and_network_commands_one_each() -> None:
    at = len(TEA_HOUSE["items"])
    names = ["Grandmother Lee’s slow braised pork belly bun", "Uncle Wong’s three cup chicken over noodles", "Quit"]
    remarks = _remarks({"items": [_item(f"x{n}", name) for n, name in enumerate(names)]})
    assert [r for r in remarks if r[0] == "long-for-a-channel"] == [("long-for-a-channel", f"items[{at}].name")]
    assert ("sms-keyword", f"items[{at + 2}].name") in remarks


@pytest.mark.parametrize("language", sorted(languages()))
def test_we_never_ask_for_a_command_of_the_telephone_network(language: str) -> None:
    texts = templates(language)
    assert len(texts) > 150
    assert list(lint_wordings(texts)) == []


def test_a_reply_that_asks_for_one_is_found() -> None:
    texts = {"shall_i": "Answer YES or say “cancel”.", "bye": "We will not stop, yes. See you!"}
    assert [(p.kind, p.place) for p in lint_wordings(texts, "en.")] == [("sms-keyword", "en.shall_i")] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Reply YES to confirm.",
        "Just reply with cancel, or tell us more.",
        "Please text stop",
        "Say “Help” at any time.",
        "Antworten Sie mit STOP, um nichts mehr zu hören.",
        "Schreib einfach start!",
        "Responde con cancel para anular.",
        "Envía la palabra INFO si quieres más.",
        "Répondez yes pour confirmer.",
        "Tapez «stop»",
        "أرسل كلمة STOP إذا أردت",
        "أجب ب yes",
        "YES라고 답해 주세요.",
        "help 보내 주세요",
    ],
)
def test_asking_for_one_is_found_in_every_language(text: str) -> None:
    assert [p.kind for p in lint_wordings({"x": text})] == ["sms-keyword"]


@pytest.mark.parametrize(
    "text",
    [
        "We will not stop, yes. See you!",
        "Your order is cancelled. In the end you can start again.",
        "Say “human” and the team will help.",
        "Sag Bescheid, wenn wir anfangen sollen.",
        "Dime el nombre, si quieres.",
        "Répondez quand vous voulez.",
        "Thank you for your help!",
    ],
)
def test_the_same_words_in_a_sentence_are_fine(text: str) -> None:
    assert list(lint_wordings({"x": text})) == []


def test_a_reply_of_more_than_two_segments_is_found_without_its_values() -> None:
    texts = {"long": "Tea. " * 62, "ways": {"short": "Tea. " * 61 + "{total}" * 20, "wide": "차 " * 68}}
    assert [(p.kind, p.place) for p in lint_wordings(texts)] == [("sms-long", "long"), ("sms-long", "ways.wide")]


def test_the_command_says_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    menu = {**TEA_HOUSE, "items": [*TEA_HOUSE["items"], _item("stop", "Stop")]}
    file = tmp_path / "menu.json"
    file.write_text(json.dumps(menu), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["comanda", "menu", "lint", str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, None)
    said = capsys.readouterr().out
    assert f"warning: items[{len(TEA_HOUSE['items'])}].name [sms-keyword]" in said
    assert "Give it a name of two words." in said
