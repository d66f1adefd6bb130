"""Receipts by mail: what is in them, and what becomes of them at a mail server with its moods."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from channels.base import NotAllowed, Refused, SendError, TryLater, Unanswered
from channels.email import Email, connect, usable
from channels.email.render import render
from channels.email.smtp import Server
from core import messaging
from core.db.session import Database
from core.kernel.clock import now
from core.kernel.errors import InvalidInput, InvalidSetting, TooMany
from core.messaging import Content, ConversationView, Envelope, Link, Option, elsewhere
from core.messaging.content import Receipt, ReceiptLine
from core.settings import Settings
from tests.channels.fakes.mail import PASSWORD, USER, Post, mail_server, trusting
from tests.channels.orders_world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

RECEIPT: Final = Receipt(
    "A12", (ReceiptLine("2 × Thai milk tea, <large>", "£9.40"), ReceiptLine("Mochi", "£2.50")), "£11.90"
)
CONTENT: Final = Content("Thank you!", link=Link("Your order", "https://shop.example/o/A12?a=1&b=2"), receipt=RECEIPT)


def _settings(post: Post | None, *, scheme: str = "smtp", user: str = "", **more: str) -> Settings:
    port = post.port if post is not None else 9
    known = {"smtp_url": f"{scheme}://{user}localhost:{port}", "mail_from": "Juniper Täa <orders@shop.example>"}
    return Settings.model_validate({**known, **more})


def _conversation(address: str = "ana@example.com", locale: str = "en") -> ConversationView:
    known: dict[str, Any] = dict.fromkeys(ConversationView.__slots__, "")
    return ConversationView(**{**known, "channel": "email", "sender": address, "locale": locale, "heard_at": now()})


def _send(channel: Email, conversation: ConversationView | None = None, ref: str = "01ab.0") -> str:
    conversation = conversation or _conversation()
    (part,) = channel.render(CONTENT, conversation)
    return channel.send(conversation, part, ref)


@pytest.fixture(scope="module")
def running() -> Iterator[Post]:
    """A mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture
def post(running: Post) -> Iterator[Post]:
    """The mail server with an empty tray."""
    yield running
    running.mails, running.receivers, running.encrypted, running.signed_in = [], [], [], []
    running.refuse_sender, running.refuse_receiver, running.refuse_mail, running.troubles = [], [], [], []


def test_a_receipt_arrives_as_text_and_as_html(post: Post) -> None:
    assert _send(Email(_settings(post))) == "<01ab.0@shop.example>"
    (mail,) = post.mails
    assert post.receivers == ["ana@example.com"]
    assert (mail["From"], mail["To"]) == ("Juniper Täa <orders@shop.example>", "ana@example.com")
    assert mail["Subject"] == "Your receipt for order A12"
    assert mail["Message-ID"] == "<01ab.0@shop.example>"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "en")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == [
        "Thank you!",
        "Your order: https://shop.example/o/A12?a=1&b=2",
        "",
        "#A12",
        "2 × Thai milk tea, <large>   £9.40",
        "Mochi                        £2.50",
        "Total                       £11.90",
    ]
    shown = html.get_content()
    assert "<bdi>2 × Thai milk tea, &lt;large&gt;</bdi>" in shown
    assert '<a href="https://shop.example/o/A12?a=1&amp;b=2">' in shown
    assert 'lang="en" dir="ltr"' in shown


@pytest.mark.parametrize(
    ("locale", "subject", "total", "side"),
    [
        ("ar-SA", "إيصال طلبك A12", "المجموع", "rtl"),
        ("de", "Ihr Beleg zur Bestellung A12", "Summe", "ltr"),
        ("es-MX", "Su recibo del pedido A12", "Total", "ltr"),
        ("fr-CA", "Votre reçu de la commande A12", "Total", "ltr"),
        ("ko", "주문 A12 영수증", "합계", "ltr"),
        ("pt", "Your receipt for order A12", "Total", "ltr"),
    ],
)
def test_every_language(locale: str, subject: str, total: str, side: str) -> None:
    (part,) = render(CONTENT, locale)
    assert part.body["subject"] == subject
    assert total in part.text
    assert total in part.body["html"]
    assert f'dir="{side}"' in part.body["html"]


def test_news_and_answers_are_mails_too() -> None:
    (part,) = render(Content("Order A12 is ready.\nSee you!", options=(Option("a", "Yes"),)), "de")
    assert part.body["subject"] == "Zu Ihrer Bestellung"
    assert part.text == "Order A12 is ready.\nSee you!\n1. Yes"
    assert render(Content(""), "de") == ()


def test_nothing_written_in_a_name_becomes_a_header_or_markup(post: Post) -> None:
    evil = Receipt("A1\r\nBcc: all@example.com", (ReceiptLine("<script>x</script>", "£1"),), "£1")
    channel = Email(_settings(post))
    (part,) = channel.render(Content("Hi", receipt=evil), _conversation())
    channel.send(_conversation(), part, "01ab.0")
    assert post.mails[0]["Bcc"] is None
    assert post.receivers == ["ana@example.com"]
    assert "<script>" not in part.body["html"]


@pytest.mark.parametrize(
    ("trouble", "kind", "after"),
    [
        ({"refuse_receiver": ["450 4.2.0 greylisted, come back"]}, TryLater, timedelta(minutes=5)),
        ({"refuse_receiver": ["550 5.1.1 no such user"]}, Refused, None),
        ({"refuse_sender": ["451 4.7.1 busy"]}, TryLater, timedelta(minutes=5)),
        ({"refuse_sender": ["553 5.7.1 not your address"]}, NotAllowed, None),
        ({"refuse_mail": ["452 4.3.1 full"]}, TryLater, timedelta(minutes=5)),
        ({"refuse_mail": ["554 5.6.0 junk"]}, Refused, None),
    ],
)
def test_refusals(post: Post, trouble: dict[str, list[str]], kind: type[SendError], after: timedelta | None) -> None:
    for name, answers in trouble.items():
        setattr(post, name, list(answers))
    with pytest.raises(SendError) as raised:
        _send(Email(_settings(post)))
    assert type(raised.value) is kind
    assert getattr(raised.value, "after", None) == after
    assert "ana@example.com" not in str(raised.value)
    assert post.mails == []


@pytest.mark.parametrize("trouble", ["lost", "hang"])
def test_a_mail_whose_fate_is_unknown_is_sent_again_under_the_same_name(post: Post, trouble: Any) -> None:  # noqa: ANN401
    post.troubles = [trouble]
    channel = Email(_settings(post), timeout=0.3)
    with pytest.raises(Unanswered):
        _send(channel)
    assert _send(channel) == "<01ab.0@shop.example>"
    assert [mail["Message-ID"] for mail in post.mails] == ["<01ab.0@shop.example>"] * 2


def test_no_server_is_no_doubt() -> None:
    with pytest.raises(TryLater):
        _send(Email(_settings(None), timeout=0.3))


def test_what_is_no_address_is_never_sent_to(post: Post) -> None:
    for address in ("ana", "ana@", "ana@localhost", "a b@example.com", "a@b.c\r\nBcc: x@y.z", "ana@1.2.3.4"):
        with pytest.raises(Refused):
            _send(Email(_settings(post)), _conversation(address))
    assert post.mails == []
    assert usable(" Ana.B+x@Bücher.Example ") == "Ana.B+x@xn--bcher-kva.example"


def test_the_line_is_encrypted_before_the_password_is_said() -> None:
    user = f"{USER}:p%40ss%20word@"
    with mail_server(starttls=True) as post:
        _send(Email(_settings(post, user=user), context=trusting()))
        assert (post.signed_in, post.encrypted) == ([USER], [True])
        with pytest.raises(NotAllowed, match="certificate"):
            _send(Email(_settings(post, user=user)))
        with pytest.raises(NotAllowed, match="535"):
            _send(Email(_settings(post, user=f"{USER}:other@"), context=trusting()))
        assert (post.signed_in, len(post.mails)) == ([USER], 1)
    with mail_server(encrypted=True) as post:
        _send(Email(_settings(post, scheme="smtps", user=user), context=trusting()))
        assert post.signed_in == [USER]


def test_a_password_is_not_said_to_a_server_elsewhere_without_encryption(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "is_here", False)
    with pytest.raises(NotAllowed, match="no encryption"):
        _send(Email(_settings(post, user=f"{USER}:p%40ss%20word@")))
    assert post.signed_in == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_url": "mail.example"},
        {"smtp_url": "http://mail.example"},
        {"smtp_url": "smtp://mail.example:x"},
        {"mail_from": ""},
        {"mail_from": "Juniper"},
    ],
)
def test_a_setting_that_cannot_be_used_is_told(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidSetting):
        Email(_settings(None, **wrong))


def test_without_a_server_or_a_sender_there_is_no_channel(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert connect(Settings.model_validate({"smtp_url": ""}), database) == {}
    assert connect(_settings(None, mail_from=""), database) == {}
    assert list(connect(_settings(None), database)) == ["email"]
    database.close()
    assert PASSWORD not in repr(Server.of("smtp://u:p%40ss%20word@localhost"))


def test_changed_credentials_are_known_as_such() -> None:
    known = [Email(_settings(None, user=user)).fingerprint("mail") for user in ("a:b@", "a:b@", "a:c@", "b:b@")]
    assert known[0] == known[1]
    assert len(set(known)) == 3
    assert all(len(each) == 16 for each in known)


def _asked(shop: World) -> str:
    """A conversation of a customer's on another channel."""
    envelope = Envelope(
        channel="sms", account="+15550100", external_id="SM1", sender="+15550199", kind="text", text="hello"
    )
    with shop.database.begin() as uow:
        return messaging.receive(uow, shop.merchant_id, envelope).conversation_id


def test_a_receipt_goes_to_the_address_that_a_customer_named_once(database: Database, post: Post) -> None:
    shop = World(database, _settings(post))
    asked = _asked(shop)
    for address in ("ana@example.com", " ana@example.com ", "bob@example.com", "nobody"):
        with database.begin() as uow:
            messaging.say_elsewhere(uow, asked, address, CONTENT, ref="receipt:A12")
    shop.drain.all()
    assert post.receivers == ["ana@example.com", "bob@example.com"]
    with database.read() as session:
        known = messaging.conversations(session, shop.merchant_id)
        here = next(c for c in known if c.id == asked)
        there = [c for c in known if c.channel == "email"]
    assert {(c.customer_id, c.locale) for c in there} == {(here.customer_id, here.locale)}
    assert len(there) == 3


def test_nobody_writes_to_strangers_through_us(database: Database) -> None:
    shop = World(database, _settings(None))
    asked = _asked(shop)
    for number in range(elsewhere.MOST_ADDRESSES):
        with database.begin() as uow:
            messaging.say_elsewhere(uow, asked, f"a{number}@example.com", CONTENT, ref="r")
    with pytest.raises(TooMany), database.begin() as uow:
        messaging.say_elsewhere(uow, asked, "one.more@example.com", CONTENT, ref="r")
    with pytest.raises(InvalidInput), database.begin() as uow:
        messaging.say_elsewhere(uow, asked, " ", CONTENT, ref="r")
    with database.begin() as uow:  # known addresses go on
        messaging.say_elsewhere(uow, asked, "a0@example.com", replace(CONTENT, text="More"), ref="r2")
