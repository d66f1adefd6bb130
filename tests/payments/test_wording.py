"""The pages of payments speak the customer's language, and write amounts as it does."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

import pytest
from fastapi import FastAPI

from channels import payments as channel
from channels.payments.wording import LANGUAGES, WORDS, accepted, direction, language_of, written
from core import customers, messaging, orders, payments
from core.db.session import Database
from core.kernel.money import Money
from core.messaging import Envelope
from core.orders import Line
from core.settings import settings
from tests.payments.world import World, configure, world

with catch_warnings():
    simplefilter("ignore")
    from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.payments import PaymentView


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    current = configure(monkeypatch)
    database = Database(sqlite_url)
    with world(database, current) as made:
        made.moment = made.real()
        yield made
    database.close()
    settings.cache_clear()


def _browser(shop: World) -> TestClient:
    app = FastAPI()
    app.include_router(channel.router(channel.Deps(shop.database, shop.providers, shop.drain.lane)))
    return TestClient(app, base_url="http://testserver", follow_redirects=True)


def _asked(shop: World, locale: str = "") -> PaymentView:
    """A payment by link, of an order in a conversation of this language."""
    me, place = shop.merchant_id, shop.shop.location_id
    envelope = Envelope(
        channel="web",
        account="harbour",
        external_id=f"x-{locale}",
        sender=f"guest-{locale}",
        kind="text",
        text="hi",
        locale=locale,
    )
    with shop.database.begin() as uow:
        talk = messaging.receive(uow, me, envelope).conversation_id
        guest = customers.identify(uow, me, "web", "harbour", f"guest-{locale}")
        cart = orders.open_cart(uow, me, place, guest.id, talk)
        orders.set_lines(uow, me, cart.id, (Line("scone", 4),))
        order = orders.place_order(uow, me, cart.id)
        return payments.pay_by_link(uow, me, order.id)


def test_every_language_says_everything_with_the_same_gaps() -> None:
    assert tuple(WORDS) == LANGUAGES

    def gaps(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for language, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), language
        assert {key: gaps(text) for key, text in words.items()} == {key: gaps(t) for key, t in WORDS["en"].items()}
        assert language == "en" or not [key for key, text in words.items() if text == WORDS["en"][key]]


@pytest.mark.parametrize(
    ("language", "button", "title"),
    [
        ("en", "Pay €11.00", "Order"),
        ("es", "Pagar 11,00\xa0€", "Pedido"),
        ("fr", "Payer 11,00\xa0€", "Commande"),
        ("de", "11,00\xa0€ bezahlen", "Bestellung"),
        ("ko", "€11.00 결제하기", "주문"),
        ("ar", "ادفع", "الطلب"),
    ],
)
def test_the_pages_speak_the_language_of_the_conversation(shop: World, language: str, button: str, title: str) -> None:
    asked = _asked(shop, language)
    browser = _browser(shop)
    page = browser.get(asked.url, headers={"accept-language": "it, fr;q=0.9"})
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page.text
    assert button in page.text
    assert f"<h1>{title} " in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    word = WORDS[language]
    declined = browser.post(str(page.url), data={"action": "decline"})
    assert word["declined"] in declined.text
    paid = browser.post(str(page.url), data={"action": "approve"})
    assert word["paid"] in paid.text
    refused = browser.post(str(page.url), data={"action": "approve"})
    assert word["not_now"] in refused.text
    english = [text for key, text in WORDS["en"].items() if language != "en" and text in page.text + paid.text and key]
    assert english == []


def test_who_has_no_language_yet_is_read_from_the_browser_and_then_from_the_shop(shop: World) -> None:
    browser = _browser(shop)
    gone = browser.get("/pay/nothing", headers={"accept-language": "xx, ar-EG;q=0.8, fr;q=0.7"})
    assert gone.status_code == 404
    assert '<html lang="ar" dir="rtl">' in gone.text
    assert WORDS["ar"]["gone"] in gone.text
    assert '<html lang="en" dir="ltr">' in browser.get("/pay/nothing").text


def test_what_browsers_say_of_languages_is_read_in_their_order() -> None:
    assert accepted("de-CH;q=0.5, fr, *;q=0.1, en;q=x, ko;q=0") == ("fr", "de-CH", "*")
    assert accepted("," * 10_000) == ()
    assert language_of("", "zz", "ko_KR", "fr") == "ko"
    assert language_of() == "en"
    assert [direction(language) for language in LANGUAGES] == ["ltr"] * 5 + ["rtl"]


@pytest.mark.parametrize(
    ("amount", "language", "locale", "text"),
    [
        (Money(123456, "EUR"), "de", "de-CH", "EUR 1’234.56"),
        (Money(123456, "EUR"), "de", "en-IE", "1.234,56 €"),
        (Money(123456, "EUR"), "en", "de-DE", "€1,234.56"),
        (Money(1234, "JPY"), "fr", "ja-JP", "1 234 JPY"),
        (Money(1234, "KRW"), "ko", "ko-KR", "₩1,234"),
        (Money(1234567, "KWD"), "en", "en-US", "KWD1,234.567"),
        (Money(5, "EUR"), "en", "en-XX-odd", "€0.05"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(amount: Money, language: str, locale: str, text: str) -> None:
    said = written(amount, language, locale)
    assert re.sub(r"[\u00a0\u202f]", " ", said) == text
