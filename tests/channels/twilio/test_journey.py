"""An order by text message, from signed webhook to reply by REST and back; and the five deliveries that others drop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from channels.base import ListsMissed
from channels.inbound import accept_all
from channels.twilio import Api, contents
from core.customers import consent
from core.db.session import Database
from core.kernel.clock import now
from core.kernel.sms import segments
from core.messaging.models import InboundMessage, OutboundMessage
from core.orders.lines import Line as OrderLine
from tests.channels.fakes.twilio import ACCOUNT, signed
from tests.channels.orders_world import world
from tests.channels.twilio.conftest import HOME, MESSAGES, OURS, THEIRS, Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.settings import Settings
    from tests.channels.fakes.twilio import Twilio
    from tests.channels.orders_world import World


def _number_of(body: str, label: str) -> str:
    """The number in front of an answer."""
    return next(line.partition(".")[0] for line in body.splitlines() if line.partition(". ")[2] == label)


def _states(shop: World) -> list[str]:
    with shop.database.read() as session:
        mine = OutboundMessage.merchant_id == shop.merchant_id
        return list(session.scalars(select(OutboundMessage.state).where(mine).order_by(OutboundMessage.seq)))


def test_an_order_by_words_and_numbers(line: Line, shop: World, twilio: Twilio) -> None:
    assert line.say("a thai milk tea please").status_code == 200
    line.say(_number_of(twilio.sent[-1].body, "large"))
    line.say("that's all")
    assert shop.placed() == []
    confirm = _number_of(twilio.sent[-1].body, "OK")
    _, fields = twilio.heard(THEIRS, OURS, confirm)
    for _ in range(3):
        assert line.deliver(fields).status_code == 200
    assert shop.lines() == [(OrderLine("thai", 1, "large"),)]
    code = shop.placed()[0].code
    assert sum(code in message.body for message in twilio.sent) == 1
    assert len(twilio.sent) == 4
    assert all(segments(message.body) <= 2 for message in twilio.sent)
    assert {(message.sender, message.to) for message in twilio.sent} == {(OURS, THEIRS)}
    assert "YES" not in " ".join(message.body for message in twilio.sent).upper().split()


def test_statuses_in_any_order_tell_how_far_a_message_got(line: Line, shop: World, twilio: Twilio) -> None:
    line.say("hello")
    message = twilio.sent[0]
    for status in ("queued", "delivered", "sent", "sending", "delivered"):
        assert line.report(message, status).status_code == 204
    assert _states(shop) == ["delivered"]
    line.report(message, "undelivered", "30003")
    assert _states(shop) == ["delivered"]


def test_a_message_that_was_not_delivered_is_known_as_such(file_line: Line, twilio: Twilio) -> None:
    file_line.say("hello")
    file_line.report(twilio.sent[0], "undelivered", "30006")
    assert _states(file_line.shop) == ["dead"]
    assert len(twilio.sent) == 1


def test_an_unsigned_message_is_refused_and_not_kept(file_line: Line, twilio: Twilio) -> None:
    body, headers = signed(HOME + MESSAGES, twilio.heard(THEIRS, OURS, "hello")[1])
    del headers["X-Twilio-Signature"]
    assert file_line.shop.post(MESSAGES, body, headers).status_code == 403
    file_line.shop.drain.all()
    assert file_line.shop.rows() == 0
    assert twilio.sent == []


def test_a_message_delivered_again_is_answered_once(line: Line, shop: World, twilio: Twilio) -> None:
    _, fields = twilio.heard(THEIRS, OURS, "hello")
    answers = [line.deliver(fields, **{"I-Twilio-Idempotency-Token": "again"}).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert shop.rows() == 1
    assert len(twilio.sent) == 1


def test_a_voice_note_without_a_body_is_kept_and_answered(file_line: Line, twilio: Twilio) -> None:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    _, fields = twilio.heard(THEIRS, OURS, MediaContentType0="audio/ogg", MediaUrl0=url)
    del fields["Body"]
    assert file_line.deliver(fields).status_code == 200
    assert file_line.shop.kept() == [("media", "")]
    assert len(twilio.sent) == 1


def test_a_point_on_the_map_without_a_body_is_kept_and_answered(file_line: Line, twilio: Twilio) -> None:
    file_line.sender, file_line.to = f"whatsapp:{THEIRS}", f"whatsapp:{OURS}"
    where = {"Latitude": "51.5", "Longitude": "-0.12", "Address": "2 Quay Street", "Label": "Home"}
    _, fields = twilio.heard(file_line.sender, file_line.to, MessageType="location", **where)
    del fields["Body"]
    assert file_line.deliver(fields).status_code == 200
    with file_line.shop.database.read() as session:
        mine = InboundMessage.merchant_id == file_line.shop.merchant_id
        kind, payload = session.execute(select(InboundMessage.kind, InboundMessage.payload).where(mine)).one()
    assert kind == "location"
    assert payload == {"latitude": 51.5, "longitude": -0.12, "name": "Home", "address": "2 Quay Street"}
    assert [message.to for message in twilio.sent] == [file_line.sender]


def test_a_word_with_a_slash_is_a_word(file_line: Line, twilio: Twilio) -> None:
    file_line.say("a mango mochi please")
    file_line.say("/restart")
    assert file_line.shop.kept() == [("text", "a mango mochi please"), ("text", "/restart")]
    file_line.say("that's all")
    file_line.say(_number_of(twilio.sent[-1].body, "OK"))
    assert file_line.shop.lines() == [(OrderLine("mochi", 1),)]


def test_what_was_never_delivered_is_found_in_the_list(file_line: Line, twilio: Twilio) -> None:
    before = now()
    file_line.say("a mango mochi please")
    lost = [twilio.heard(THEIRS, OURS, "and a kaya toast")[0] for _ in range(2)]
    channel = file_line.shop.channels["sms"]
    assert isinstance(channel, ListsMissed)
    found = [(file_line.shop.merchant_id, envelope) for envelope in channel.received(before.replace(microsecond=0))]
    kept = accept_all(file_line.shop.database, found, abilities=channel.abilities)
    assert [e.external_id for (_, e), each in zip(found, kept, strict=True) if not each.duplicate] == lost
    assert file_line.shop.rows() == 3


def test_a_refusal_because_they_opted_out_is_remembered(file_line: Line, twilio: Twilio) -> None:
    twilio.refuse[THEIRS] = (400, 21610)
    file_line.say("hello")
    assert _states(file_line.shop) == ["dead"]
    with file_line.shop.database.read() as session:
        assert not consent.may_send(session, file_line.shop.merchant_id, "sms", OURS, THEIRS, "transactional")
        assert consent.may_send(session, file_line.shop.merchant_id, "sms", OURS, "+15550177", "transactional")


def test_a_status_that_says_they_opted_out_is_remembered(file_line: Line, twilio: Twilio) -> None:
    file_line.say("hello")
    file_line.report(twilio.sent[0], "failed", "21610")
    with file_line.shop.database.read() as session:
        assert not consent.may_send(session, file_line.shop.merchant_id, "sms", OURS, THEIRS, "transactional")


def test_a_time_out_after_it_was_taken_is_asked_about_and_not_sent_twice(
    line: Line, shop: World, twilio: Twilio
) -> None:
    shop.channels["sms"].api._http.timeout = (1.0, 0.2)  # type: ignore[attr-defined]
    twilio.troubles.planned, twilio.troubles.patience = ["hang"], 1.0
    line.say("hello")
    assert (len(twilio.sent), _states(shop)) == (1, ["ambiguous"])
    line.report(replace(twilio.sent[0]), "sent")
    assert (len(twilio.sent), _states(shop)) == (1, ["sent"])


def test_an_order_by_buttons_on_whatsapp(sqlite_url: str, configured: Callable[..., Settings], twilio: Twilio) -> None:
    api = Api(configured())
    ids = contents.made(api)
    api.close()
    database = Database(sqlite_url)
    with world(database, configured(twilio_contents=ids)) as shop:
        line = Line(shop, twilio, sender="whatsapp:US.77", to=f"whatsapp:{OURS}")
        about = {"ExternalUserId": "whatsapp:US.77", "WaId": THEIRS.removeprefix("+"), "ProfileName": "Ana"}
        line.say("a thai milk tea please", **about)
        line.say("Large", ButtonText="large", ButtonPayload="large", MessageType="interactive", **about)
        line.say("that's all", **about)
        buttons = twilio.sent[-1].shown["actions"]
        assert [each["title"] for each in buttons] == ["Yes", "No"]
        line.say("Yes", ButtonText="Yes", ButtonPayload=buttons[0]["id"], MessageType="interactive", **about)
        assert shop.lines() == [(OrderLine("thai", 1, "large"),)]
        assert {message.to for message in twilio.sent} == {"whatsapp:US.77"}
    database.close()


@pytest.mark.parametrize("told", ["", "STOP"])
def test_stop_ends_it_and_start_begins_again(file_line: Line, twilio: Twilio, told: str) -> None:
    def may_be_written_to() -> bool:
        with file_line.shop.database.read() as session:
            return consent.may_send(session, file_line.shop.merchant_id, "sms", OURS, THEIRS, "transactional")

    file_line.say("hello")
    file_line.say("STOP", **({"OptOutType": told} if told else {}))
    assert not may_be_written_to()
    assert len(twilio.sent) == 1  # Twilio says it itself, and refuses whatever we would say
    file_line.say("START")
    assert may_be_written_to()
    before = len(twilio.sent)
    file_line.say("a mango mochi please")
    assert len(twilio.sent) == before + 1


def test_a_word_of_the_carriers_in_a_sentence_or_elsewhere_is_none(file_line: Line, twilio: Twilio) -> None:
    file_line.say("cancel the mango mochi")
    file_line.sender, file_line.to = f"whatsapp:{THEIRS}", f"whatsapp:{OURS}"
    file_line.say("cancel")
    assert [message.to for message in twilio.sent] == [THEIRS, f"whatsapp:{THEIRS}"]
    with file_line.shop.database.read() as session:
        for channel, account, sender in (("sms", OURS, THEIRS), ("whatsapp_twilio", file_line.to, file_line.sender)):
            merchant = file_line.shop.merchant_id
            assert consent.may_send(session, merchant, channel, account, sender, "transactional")
