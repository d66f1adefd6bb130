"""Links, the test page, webhooks and the admin's panel over HTTP."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

import pytest
from fastapi import FastAPI

import admin
from admin.security import SESSION_COOKIE, csrf_mark
from channels import payments as channel
from channels.payments.base import Delivery
from comanda import errors
from comanda.live import Live
from core import payments, staff
from core.db.session import Database
from core.kernel.errors import Conflict
from core.settings import settings
from tests.payments.fakes.stripe_server import SECRET, stripe_server
from tests.payments.world import World, configure, world

with catch_warnings():
    simplefilter("ignore")
    from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

    from core.orders import OrderView
    from core.payments import PaymentView


@pytest.fixture
def shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Paid on the test page, by the real clock: requests are answered in threads that know no other."""
    current = configure(monkeypatch)
    database = Database(sqlite_url)
    with world(database, current) as made:
        made.moment = made.real()
        yield made
    database.close()
    settings.cache_clear()


def _browser(shop: World, *, of_staff: bool = False) -> TestClient:
    app = FastAPI()
    errors.install(app)
    app.include_router(channel.router(channel.Deps(shop.database, shop.providers, shop.drain.lane)))
    if of_staff:
        app.include_router(admin.router(admin.Deps(database=shop.database, live=Live(""))))
    return TestClient(app, base_url="http://testserver", follow_redirects=False)


def _asked(shop: World, order: OrderView) -> PaymentView:
    with shop.database.begin() as uow:
        return payments.pay_by_link(uow, shop.merchant_id, order.id)


def _press(browser: TestClient, url: str, action: str) -> Response:
    answer: Response = browser.post(url, data={"action": action})
    return answer


def test_a_link_leads_to_the_test_page_and_approving_pays(shop: World) -> None:
    order = shop.order()
    browser, asked = _browser(shop), _asked(shop, order)
    led = browser.get(asked.url)  # nobody has opened the page yet: it is opened now
    assert (led.status_code, led.headers["location"][:31]) == (303, "http://testserver/pay/test/eyJt")
    page = browser.get(led.headers["location"])
    assert "Test mode: no real money moves" in page.text
    assert "€11.00" in page.text
    assert '<html lang="en" dir="ltr">' in page.text
    assert 'name="viewport"' in page.text
    assert re.findall(r'<button name="action" value="(\w+)"', page.text) == ["approve", "decline", "delay"]
    assert "script" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    declined = _press(browser, led.headers["location"], "decline")
    assert "The payment was declined" in declined.text
    assert shop.of(order).state == "pending"
    paid = [_press(browser, led.headers["location"], "approve") for _ in range(2)]
    assert [a.status_code for a in paid] == [303, 200]
    assert paid[0].headers["location"] == f"/pay/{asked.token}?back=1"
    assert "Paid. Thank you!" in browser.get(asked.url).text
    assert (shop.of(order).state, shop.books("clearing:test")) == ("captured", 1100)
    assert re.findall(r'value="(\w+)"', browser.get(led.headers["location"]).text) == ["dispute"]
    assert [_press(browser, led.headers["location"], a).status_code for a in ("dispute", "win")] == [200, 200]
    assert (shop.of(order).state, shop.of(order).dispute) == ("captured", "won")


def test_a_delayed_payment_is_confirmed_later(shop: World) -> None:
    order = shop.order()
    browser, asked = _browser(shop), _asked(shop, order)
    page = browser.get(asked.url).headers["location"]
    assert _press(browser, page, "delay").status_code == 303
    assert "being confirmed" in browser.get(asked.url).text
    assert shop.of(order).state == "authorised"
    shop.work(hours=0.1)
    assert shop.of(order).state == "captured"


def test_no_other_amount_order_or_shop_can_be_paid_by_changing_the_address(shop: World) -> None:
    order = shop.order()
    browser, asked = _browser(shop), _asked(shop, order)
    page = browser.get(asked.url).headers["location"]
    word = page.rpartition("/")[2]
    for n in range(0, len(word), 9):
        forged = word[:n] + ("A" if word[n] != "A" else "B") + word[n + 1 :]
        assert _press(browser, f"/pay/test/{forged}", "approve").status_code == 404
    assert browser.get(f"/pay/{asked.token[:-1]}").status_code == 404
    assert _press(browser, page, "steal").status_code == 200
    assert shop.of(order).state == "pending"
    shop.cancel(order)
    assert "Nothing is to be paid by this link any more" in _press(browser, page, "approve").text
    assert shop.books("clearing:test") == 0


def test_the_test_page_is_shut_where_real_money_is_taken(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    order = shop.order()
    page = _browser(shop).get(_asked(shop, order).url).headers["location"]
    for values in (
        {"STRIPE_API_KEY": "sk_live_1"},
        {"PAYPAL_CLIENT_ID": "c", "PAYPAL_CLIENT_SECRET": "s", "TEST_PAYMENTS": "on"},
        {"TEST_PAYMENTS": "off", "STRIPE_API_KEY": "", "PAYPAL_CLIENT_ID": ""},
        {"TEST_PAYMENTS": "auto", "PUBLIC_URL": "https://shop.example"},
    ):
        current = configure(monkeypatch, **values)
        providers = channel.providers(current, b"k")
        assert "test" not in providers
        live = World.__new__(World)
        live.shop, live.providers, live.drain = shop.shop, providers, shop.drain
        assert _press(_browser(live), page, "approve").status_code in (404, 405)
        other = shop.order(str(values))
        with pytest.raises(Conflict, match="takes no payments by link"), shop.database.begin() as uow:
            payments.pay_by_link(uow, shop.merchant_id, other.id, method="test")
        for provider in providers.values():
            provider.hang_up()
    assert shop.of(order).state == "pending"


def test_webhooks_are_there_only_with_a_secret_and_answer_after_the_commit(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [_browser(shop).post(f"/webhooks/{name}", content=b"{}").status_code for name in ("stripe", "paypal")] == [
        404,
        404,
    ]
    with stripe_server() as stripe:
        values = {"STRIPE_API_KEY": "sk_test_1", "STRIPE_API_BASE": stripe.url}
        for secret, status in (("", 404), (SECRET, 400)):
            current = configure(monkeypatch, STRIPE_WEBHOOK_SECRET=secret, **values)
            shop.providers = channel.providers(current, b"k")
            shop.__post_init__()
            assert _browser(shop).post("/webhooks/stripe", content=b"{}").status_code == status
        order, browser = shop.order(), _browser(shop)
        asked = _asked(shop, order)
        assert browser.get(asked.url).headers["location"].startswith("https://checkout.example/cs_test_")
        stripe.pay(shop.of(order).provider_ref)
        body = stripe.deliveries.pop()
        answers = [browser.post("/webhooks/stripe", content=body, headers=stripe.signed(body)) for _ in range(2)]
        assert [(a.status_code, a.json()["outcome"]) for a in answers] == [(200, "applied"), (200, "duplicate")]
        assert shop.of(order).state == "captured"
        assert "Paid. Thank you!" in browser.get(asked.url).text
        early = stripe.event("refund.created", {**_refund_of(shop.of(order)), "payment_intent": "pi_not_yet"})
        said = json.dumps(early).encode()
        assert browser.post("/webhooks/stripe", content=said, headers=stripe.signed(said)).status_code == 503
        assert browser.post("/webhooks/stripe", content=b"x" * 600_000).status_code == 429
        for provider in shop.providers.values():
            provider.hang_up()


def _refund_of(payment: PaymentView) -> dict[str, object]:
    ids = {"merchant_id": payment.merchant_id, "payment_id": payment.id}
    return {"id": "re_9", "amount": 1, "currency": "eur", "status": "succeeded", "metadata": ids}


def test_a_customer_who_is_back_before_the_webhook_is_told_the_truth(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stripe_server() as stripe:
        values = {"STRIPE_API_KEY": "sk_test_1", "STRIPE_API_BASE": stripe.url, "STRIPE_WEBHOOK_SECRET": SECRET}
        shop.providers = channel.providers(configure(monkeypatch, **values), b"k")
        shop.__post_init__()
        order, browser = shop.order(), _browser(shop)
        asked = _asked(shop, order)
        browser.get(asked.url)
        assert "not paid yet" in browser.get(f"{asked.url}?back=1").text
        stripe.pay(shop.of(order).provider_ref)
        with shop.database.begin() as uow:
            payments.look_again(uow, shop.merchant_id, asked.id)  # too soon after the last look: nothing is asked
        shop.work()
        assert shop.of(order).state == "pending"
        shop.work(hours=0.1)
        with shop.later():
            with shop.database.begin() as uow:
                payments.look_again(uow, shop.merchant_id, asked.id)
            shop.drain.all()
        assert "Paid. Thank you!" in browser.get(f"{asked.url}?back=1").text
        for provider in shop.providers.values():
            provider.hang_up()


def test_staff_take_money_send_links_and_give_back_once(shop: World) -> None:
    order = shop.order()
    with shop.database.begin() as uow:
        people = {
            role: staff.add_member(
                uow, shop.merchant_id, name=role, login=role, password="a long enough phrase", role=role
            )
            for role in ("manager", "kitchen")
        }
        tokens = {role: staff.open_session(uow, shop.merchant_id, person.id).token for role, person in people.items()}
    browser, at = _browser(shop, of_staff=True), f"/admin/orders/{order.id}/payments"

    def post(path: str, role: str = "manager", **data: str) -> Response:
        browser.cookies.set(SESSION_COOKIE, tokens[role])
        answer: Response = browser.post(path, data={"csrf": csrf_mark(tokens[role])} | data)
        return answer

    due = shop.of(order)
    assert post(f"{at}/take", "kitchen", payment_id=due.id).status_code == 403
    assert [post(f"{at}/link").status_code for _ in range(2)] == [303, 303]
    assert shop.of(order).url in browser.get(at).text
    assert "€11.00 to be paid" in browser.get(at).text
    assert post(f"{at}/take", payment_id=shop.of(order).id).status_code == 303
    paid = shop.of(order)
    assert (paid.method, paid.state, shop.books("cash")) == ("counter", "captured", 1100)
    assert post(f"/admin/orders/{'0' * 32}/payments/take", payment_id=paid.id).status_code == 404
    back = {"payment_id": paid.id, "ref": "form-1", "amount": "2,50"}
    assert post(f"{at}/refund", **back).status_code == 422  # no reason
    assert [post(f"{at}/refund", reason="cold", **back).status_code for _ in range(2)] == [303, 303]
    assert (shop.of(order).refunded.amount, shop.books("cash")) == (250, 850)
    too_much = back | {"ref": "form-2", "amount": "8.51", "reason": "cold"}
    assert post(f"{at}/refund", **too_much).status_code == 409
    assert "cold" in browser.get(at).text
    assert shop.faults() == []


def test_only_the_test_pages_own_deliveries_are_taken_in(shop: World) -> None:
    provider = shop.providers["test"]
    body = b'{"id":"e","kind":"captured","merchant_id":"m","payment_id":"p","amount":1,"currency":"EUR"}'
    own = provider.delivery(body)  # type: ignore[attr-defined] # the test page's own
    provider.verify(own)
    with pytest.raises(Exception, match="signature"):
        provider.verify(Delivery(body + b" ", own.headers))
