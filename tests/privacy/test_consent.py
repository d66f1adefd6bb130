"""After an opt-out nothing goes out that was not asked for, whenever it was queued; exactly one word confirms it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from channels import outbound
from core import customers, merchants, messaging
from core.access import SYSTEM, of_customer
from core.customers import IdentityView, consent
from core.kernel import clock
from core.kernel.errors import NotAllowed
from core.messaging import Content
from tests.privacy.town import ONE, Town

if TYPE_CHECKING:
    from core.customers.consent import Purpose

ANA = "+15550100001"


def _offer(town: Town, conversation_id: str, text: str = "Two for one today", ref: str = "offer") -> None:
    """Something that nobody asked for."""
    with town.database.begin() as uow:
        messaging.say(uow, conversation_id, Content(text), ref=ref, purpose="marketing")


def _agree(town: Town, channel: str, sender: str) -> None:
    with town.database.begin() as uow:
        who = IdentityView(channel, "shop", sender)
        consent.record(uow, town.merchant_id, who, "offers", words="Tick", how="staff", ref="form")


def _may(town: Town, channel: str, sender: str, purpose: Purpose, *, in_answer: bool = False) -> bool:
    with town.database.read() as session:
        return consent.may_send(session, town.merchant_id, channel, "shop", sender, purpose, in_answer=in_answer)


def _sent(town: Town, channel: str = "sms") -> list[str]:
    return [text for _, text in town.posts[channel].sent]


def test_stop_ends_all_at_once_also_what_is_queued_and_start_restores(town: Town) -> None:
    talk = town.say("sms", ANA, "hello").conversation_id
    _agree(town, "sms", ANA)
    _offer(town, talk, "One", "one")
    town.drain.all(50)
    assert _sent(town)[-1] == "One"
    _offer(town, talk, "Two", "two")  # queued, not sent yet
    before = len(_sent(town))

    town.say("sms", ANA, "STOP")
    town.say("sms", ANA, "a kaya toast")
    town.say("sms", ANA, "stop")

    assert _sent(town)[before:] == [
        "Juniper: you will get no more messages from us. Text START if you want them again."
    ]
    assert not _may(town, "sms", ANA, "transactional", in_answer=True)

    town.say("sms", ANA, "START")
    _offer(town, talk, "Three", "three")
    town.drain.all(50)
    assert _sent(town)[before + 1 :] == ["Good: Juniper may write to you again.", "Three"]


@ONE
def test_control_without_asking_the_queued_offer_goes_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = town.say("sms", ANA, "hello").conversation_id
    _agree(town, "sms", ANA)
    _offer(town, talk)
    monkeypatch.setattr(outbound, "_allowed", lambda _uow, _work, step: step)

    town.say("sms", ANA, "STOP")

    assert "Two for one today" in _sent(town)


@ONE
def test_nobody_is_sent_offers_who_has_not_agreed(town: Town) -> None:
    talk = town.say("whatsapp", "US.7", "hello").conversation_id
    _offer(town, talk)
    town.drain.all(50)

    assert len(_sent(town, "whatsapp")) == 1
    assert not _may(town, "whatsapp", "US.7", "marketing")
    assert _may(town, "whatsapp", "US.7", "transactional")


@ONE
@pytest.mark.parametrize("channel", ["telegram", "sms"])
def test_in_other_words_only_answers_go_on(town: Town, channel: str) -> None:
    talk = town.say(channel, ANA, "a kaya toast").conversation_id
    town.say(channel, ANA, "please don't text me again")
    confirmed = _sent(town, channel)[-1]
    with town.database.begin() as uow:
        messaging.say(uow, talk, Content("Your order is ready"), ref="ready")
    town.drain.all(50)
    town.say(channel, ANA, "and a yuzu tea")

    assert confirmed.startswith("All right: Juniper won't write to you unless you write first.")
    assert _sent(town, channel)[-1] == "Added 1 × Yuzu green tea. Anything else?"
    assert "Your order is ready" not in _sent(town, channel)
    town.say(channel, ANA, "you can write to me again")
    assert _may(town, channel, ANA, "transactional")


def test_the_ledger_has_the_words_the_channel_and_the_time_and_counts_a_delivery_once(town: Town) -> None:
    town.say("telegram", "5", "hola")
    moment = datetime(2030, 5, 6, 7, 8, tzinfo=UTC)
    with clock.at(moment):
        first = town.hear("telegram", "5", "No me escriban más!", external_id="tg-1")
        again = town.hear("telegram", "5", "No me escriban más!", external_id="tg-1")
        town.drain.all(50)
    assert again.duplicate
    with town.database.read() as session:
        who = town.talk("telegram", "5").customer_id
        entries = consent.history(session, town.merchant_id, who)
    assert first.conversation_id == again.conversation_id
    assert [(e.purpose, e.allowed, e.how, e.words, e.channel, e.language, e.at) for e in entries[1:]] == [
        ("transactional", "in_answer", "words", "No me escriban más!", "telegram", "es", moment)
    ]
    assert (entries[0].purpose, entries[0].allowed) == ("disclosure", "told")


def test_a_stop_that_comes_again_after_a_start_does_not_undo_it(town: Town) -> None:
    town.hear("sms", ANA, "STOP", external_id="SM1")
    town.hear("sms", ANA, "START", external_id="SM2")
    town.hear("sms", ANA, "STOP", external_id="SM1")

    assert _may(town, "sms", ANA, "transactional")


@ONE
def test_a_provider_that_has_answered_is_believed_and_not_repeated(town: Town) -> None:
    town.say("sms", ANA, "hello")
    before = len(_sent(town))
    town.say("sms", ANA, "PARAR", payload={"opt_out": "STOP"})

    assert not _may(town, "sms", ANA, "transactional", in_answer=True)
    assert _sent(town)[before:] == []


@ONE
def test_help_says_who_we_are_and_how_to_stop_even_after_a_stop(town: Town) -> None:
    town.say("sms", ANA, "STOP")
    town.say("sms", ANA, "HELP")

    assert _sent(town)[-1] == (
        "Juniper: orders by text message, taken by an automated assistant. Text STOP to get no more messages. "
        "Our telephone: +44 1632 960001."
    )
    assert not _may(town, "sms", ANA, "transactional")


@ONE
def test_cancel_end_and_stop_are_ordinary_words_elsewhere(town: Town) -> None:
    for channel, words in (("whatsapp", ("stop, no onions", "cancel")), ("web", ("can I cancel the croissant", "end"))):
        for word in words:
            town.hear(channel, "someone", word)
    town.drain.all(50)

    assert _may(town, "whatsapp", "someone", "transactional")
    assert _may(town, "web", "someone", "transactional")


@ONE
def test_whoever_speaks_with_a_person_is_heard_too(town: Town) -> None:
    talk = town.say("telegram", "5", "I want to speak to a human").conversation_id
    before = len(town.replies(talk))
    town.say("telegram", "5", "stop messaging me")

    assert len(town.replies(talk)) == before
    assert not _may(town, "telegram", "5", "transactional")
    assert _may(town, "telegram", "5", "transactional", in_answer=True)


@ONE
def test_that_a_machine_speaks_is_said_and_kept_once_for_each_identity(town: Town) -> None:
    talk = town.say("whatsapp", "US.7", "hallo, einen Yuzu Tee bitte").conversation_id
    town.say("whatsapp", "US.7", "danke")
    replies = town.replies(talk)
    with town.database.read() as session:
        told = consent.history(session, town.merchant_id, town.talk("whatsapp", "US.7").customer_id)
    assert replies[0].startswith("Hallo! Ich bin der automatische Assistent von Juniper")
    assert not replies[1].startswith("Hallo!")
    assert [(e.purpose, e.language, e.channel) for e in told] == [("disclosure", "de", "whatsapp")]
    assert replies[0].startswith(told[0].words)


@ONE
def test_a_customer_changes_only_their_own_consent(town: Town) -> None:
    mine, theirs = town.say("telegram", "1", "hi"), town.say("telegram", "2", "hi")
    assert mine.conversation_id != theirs.conversation_id
    me = town.talk("telegram", "1").customer_id
    with pytest.raises(NotAllowed), town.database.begin(of_customer(town.merchant_id, me)) as uow:
        who = IdentityView("telegram", "shop", "2")
        consent.record(uow, town.merchant_id, who, "out", words="x", how="words", ref="x")


@ONE
def test_offers_wait_until_quiet_hours_are_over_and_news_of_orders_do_not(town: Town) -> None:
    with town.database.begin(SYSTEM) as uow:
        policy = merchants.Policy(quiet_from="21:00", quiet_until="08:00")
        merchants.set_policy(uow, town.merchant_id, town.location_id, policy)
    night = datetime(2030, 1, 7, 22, 30, tzinfo=UTC)
    with clock.at(night):
        talk = town.say("sms", ANA, "hello").conversation_id
        _agree(town, "sms", ANA)
        _offer(town, talk, ref="night")
        town.drain.all(50)
        assert len(_sent(town)) == 1
    with clock.at(night + timedelta(hours=9, minutes=20)):
        with town.database.begin() as uow:
            messaging.say(uow, talk, Content("Order ABCD is ready"), ref="ready")
        town.drain.all(50)
    with clock.at(night + timedelta(hours=9, minutes=31)):
        town.drain.all(50)
        assert "Two for one today" in _sent(town)


@ONE
def test_a_customer_is_known_to_the_ledger_before_their_first_word(town: Town) -> None:
    with town.database.begin() as uow:
        who = IdentityView("sms", "shop", ANA)
        assert consent.record(uow, town.merchant_id, who, "offers", words="Card", how="staff", ref="card")
        assert not consent.record(uow, town.merchant_id, who, "offers", words="Card", how="staff", ref="card")
    talk = town.say("sms", ANA, "hello").conversation_id
    with town.database.read() as session:
        about = messaging.conversation(session, town.merchant_id, talk)
        assert len(customers.known_identities(session, town.merchant_id, about.customer_id)) == 1
