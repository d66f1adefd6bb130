"""Opting out in one's own words, in six languages; and all that is no opt-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.privacy.phrases import Asked, heard, is_yes
from core.customers import consent
from core.customers.consent import keyword
from ml.intents.model import Model
from ml.leaving import Listener
from ml.leaving.examples import LABELS, fingerprint
from ml.leaving.listener import model_file, ways
from scripts.benchmarks import consent as bench
from tests.privacy.town import ONE, Town, listening

if TYPE_CHECKING:
    from ml.intents.features import Features


RULES = bench.Ears(None)


def test_rules_alone_find_nearly_every_way_of_saying_it() -> None:
    made, known = bench.phrasings(1000), bench.learnt("leaving")

    assert sum(map(len, made.values())) == 1000
    assert len(RULES.missed(made)) <= 10
    assert sum(map(len, known.values())) > 900
    assert len(RULES.missed(known)) <= sum(map(len, known.values())) // 40


def test_what_was_never_learnt_is_found_by_both_voices() -> None:
    unseen, letters = bench.data()["unseen"], bench.Ears(Listener(embeddings="off"))

    assert sum(map(len, unseen.values())) == 126
    assert len(RULES.missed(unseen)) <= 7
    assert len(letters.missed(unseen)) <= 3


def test_what_is_about_the_order_never_opts_out_by_rules() -> None:
    known, unseen = bench.learnt("staying"), bench.data()["unseen_ordinary"]

    assert sum(map(len, known.values())) > 500
    assert len(RULES.alarms(known)) <= 1
    assert RULES.alarms(unseen) == []


def test_control_a_rule_for_single_words_would_cut_customers_off() -> None:
    ordinary = bench.learnt("staying")["en"]

    naive = [text for text in ordinary if {"stop", "cancel", "end", "quit"} & set(text.lower().split())]

    assert len(naive) >= 20
    assert len(RULES.alarms({"en": naive})) <= 1


@pytest.mark.parametrize("features", ways(), ids=lambda f: f.name)
def test_the_second_voice_is_made_from_the_sentences_that_ship(features: Features) -> None:
    model = Model.load(model_file(features))

    assert (model.fingerprint, model.labels) == (fingerprint(), LABELS)
    assert 0 < model.sure < 1


@ONE
def test_the_second_voice_opts_out_where_nothing_else_explains_a_message(town: Town) -> None:
    """The rules do not know this one; the same customer goes on ordering, and is written to in answer only."""
    said = "stay off my phone"
    assert heard(said) is None

    town.say("telegram", "5", said)
    first = town.posts["telegram"].sent[-1][1]
    with listening(Listener(embeddings="off")):
        town.say("telegram", "6", said)
        town.say("telegram", "7", "two kaya toasts please")

    assert "won't write to you unless you write first" not in first
    assert "won't write to you unless you write first" in town.posts["telegram"].sent[-2][1]
    assert [_may(town, sender) for sender in ("5", "6", "7")] == [True, False, True]


def _may(town: Town, sender: str) -> bool:
    with town.database.read() as session:
        return consent.may_send(session, town.merchant_id, "telegram", "shop", sender, "transactional", in_answer=False)


@pytest.mark.parametrize(
    "word",
    ["STOP", "stop", " Stop. ", "STOPALL", "Unsubscribe", "CANCEL", "end", "Quit!", "revoke", "optout", "Opt out"],
)
def test_words_of_the_network_count_alone_and_by_text_message(word: str) -> None:
    assert keyword("sms", word, out=False) == "stop"
    assert keyword("sms", f"{word} onions", out=False) is None
    assert [keyword(channel, word, out=False) for channel in ("whatsapp", "web", "telegram")] == [None] * 3


def test_yes_opts_in_only_who_is_out() -> None:
    assert (keyword("sms", "YES", out=False), keyword("sms", "yes", out=True)) == (None, "start")
    assert (keyword("sms", "Start", out=False), keyword("sms", "UNSTOP", out=True)) == ("start", "start")
    assert (keyword("sms", "help", out=False), keyword("sms", "INFO", out=True)) == ("help", "help")


@pytest.mark.parametrize(
    ("said", "act", "channel"),
    [
        ("text me the rest", "move", "sms"),
        ("can we finish this on telegram?", "move", "telegram"),
        ("können wir per WhatsApp weitermachen", "move", "whatsapp"),
        ("sigamos por WhatsApp", "move", "whatsapp"),
        ("envoyez-moi la suite par sms", "move", "sms"),
        ("نكمل على واتساب", "move", "whatsapp"),
        ("나머지는 문자로 보내줘", "move", "sms"),
        ("unlink my whatsapp", "unlink", "whatsapp"),
        ("das war ich nicht", "unlink", ""),
        ("what do you know about me?", "export", ""),
        ("¿qué saben de mí?", "export", ""),
        ("que savez-vous sur moi ?", "export", ""),
        ("was wisst ihr über mich?", "export", ""),
        ("ماذا تعرفون عني", "export", ""),
        ("저에 대해 뭘 알고 있나요?", "export", ""),
        ("delete all my data please", "erase", ""),
        ("borren mis datos", "erase", ""),
        ("supprimez mes données", "erase", ""),
        ("löscht bitte meine Daten", "erase", ""),
        ("احذفوا بياناتي", "erase", ""),
        ("제 데이터 삭제해 주세요", "erase", ""),
        ("you can write to me again", "opt_in", ""),
        ("pueden escribirme de nuevo", "opt_in", ""),
        ("vous pouvez m'écrire à nouveau", "opt_in", ""),
        ("ihr dürft mir wieder schreiben", "opt_in", ""),
        ("يمكنكم مراسلتي مجددا", "opt_in", ""),
        ("다시 연락 주세요", "opt_in", ""),
    ],
)
def test_other_wishes_are_heard_in_every_language(said: str, act: str, channel: str) -> None:
    found = heard(said)

    assert isinstance(found, Asked)
    assert (found.act, found.channel) == (act, channel)


@pytest.mark.parametrize(
    "said",
    [
        "text me when it is ready",
        "move the sauce to the side",
        "switch to oat milk",
        "delete my last item",
        "take it to the table",
        "continue",
        "ich möchte mit Karte zahlen",
        "une carte s'il vous plaît",
        "can I finish with a dessert on the side",
    ],
)
def test_orders_are_none_of_these(said: str) -> None:
    assert heard(said) is None


def test_a_yes_is_a_yes_and_nothing_more() -> None:
    said = ("yes", "Yes please!", "sí", "oui", "ja", "نعم", "네", "yes, delete everything")

    assert [text for text in said if not is_yes(text)] == []
    assert [text for text in ("no", "yes a latte", "yes but keep my name", "") if is_yes(text)] == []
