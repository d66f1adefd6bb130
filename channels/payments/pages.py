"""Where customers pay: our link, which leads to the provider, and the test page."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Form, Header
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.payments import inbox
from channels.payments.test_page.provider import TestPageProvider
from channels.payments.test_page.tokens import Bill, opened
from channels.payments.wording import WORDS, accepted, direction, language_of, written
from core import merchants, messaging, orders, payments
from core.access import SYSTEM
from core.db import outbox
from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.kernel.money import Money

if TYPE_CHECKING:
    from channels.payments.deps import Deps
    from channels.payments.test_page.provider import Action
    from core.db.outbox import Work
    from core.db.session import Database, Session
    from core.payments import PaymentView

_FOLDER: Final = Path(__file__).parent / "templates"
_STYLE: Final = (_FOLDER / "pay.css").read_text()
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}
DELAY: Final = timedelta(seconds=20)
DELAYED: Final = "test-delivery"
_BEFORE: Final[tuple[Action, ...]] = ("approve", "decline", "delay")
_AFTER: Final[tuple[Action, ...]] = ("dispute",)
_DISPUTED: Final[tuple[Action, ...]] = ("win", "lose")
Spoken = Annotated[str, Header()]


def pages(deps: Deps) -> APIRouter:
    """The routes of links and of the test page."""
    routes = APIRouter(include_in_schema=False)
    test = deps.providers.get("test")

    @routes.get("/pay/{token}")
    def pay(token: str, back: bool = False, accept_language: Spoken = "") -> Response:
        try:
            payment = _found(deps.database, token)
        except NotFound:
            return _gone(accept_language)
        if payment.state == "pending" and payment.method != "counter":
            if not payment.provider_url or back:
                payment = _news(deps, payment, look=back)
            if payment.state == "pending" and payment.provider_url and not back:
                return RedirectResponse(payment.provider_url, 303, HEADERS)
        return _page(deps.database, payment, "status.html", accept_language, back=back)

    if isinstance(test, TestPageProvider):
        _test_routes(routes, deps, test)
    return routes


def _test_routes(routes: APIRouter, deps: Deps, test: TestPageProvider) -> None:
    @routes.get("/pay/test/{word}")
    def page(word: str, accept_language: Spoken = "") -> Response:
        try:
            bill = opened(word, test.secret, late=True)
            return _test_page(deps, bill, word, accept_language)
        except NotFound:
            return _gone(accept_language)

    @routes.post("/pay/test/{word}")
    def press(word: str, action: Annotated[str, Form()] = "", accept_language: Spoken = "") -> Response:
        try:
            bill = opened(word, test.secret, late=action not in _BEFORE)
        except NotFound:
            return _gone(accept_language)
        payment = _payment(deps.database, bill)
        chosen = next((a for a in _buttons(payment) if a == action), None)
        if chosen is None:
            return _test_page(deps, bill, word, accept_language, said="not_now")
        inbox.take(deps.database, test, test.delivery(test.said(bill, chosen)))
        if chosen == "delay":
            _later(deps.database, bill)
        if chosen == "decline":
            return _test_page(deps, bill, word, accept_language, said="declined")
        if chosen in _BEFORE:
            return RedirectResponse(f"/pay/{bill.token}?back=1", 303, HEADERS)
        return _test_page(deps, bill, word, accept_language)


def deliver_late(database: Database, work: Work, test: TestPageProvider) -> None:
    """The handler of deliveries of the test page that were to come later."""
    bill = _bill(work.payload)
    inbox.take(database, test, test.delivery(test.said(bill, "approve")))
    with database.begin(SYSTEM) as uow:
        outbox.finish(uow.session, work)


def _later(database: Database, bill: Bill) -> None:
    said = {
        "merchant_id": bill.merchant_id,
        "payment_id": bill.payment_id,
        "amount": bill.amount.amount,
        "currency": bill.amount.currency,
    }
    with database.begin(SYSTEM) as uow:
        lane = f"{DELAYED}:{bill.payment_id}"
        uow.enqueue(lane, DELAYED, said, merchant_id=bill.merchant_id, at=now() + DELAY)


def _bill(said: dict[str, Any]) -> Bill:
    return Bill(said["merchant_id"], said["payment_id"], Money(said["amount"], said["currency"]), "", "")


def _news(deps: Deps, payment: PaymentView, *, look: bool) -> PaymentView:
    """Open the provider's page now if it is not, or ask how it stands: the customer is waiting."""
    if look:
        with deps.database.begin(SYSTEM) as uow:
            payments.look_again(uow, payment.merchant_id, payment.id)
    deps.drain_lane(f"payment:{payment.id}")
    return _found(deps.database, payment.token)


def _found(database: Database, token: str) -> PaymentView:
    with database.read() as session:
        return payments.by_link(session, token)


def _payment(database: Database, bill: Bill) -> PaymentView:
    with database.read() as session:
        return payments.payment(session, bill.merchant_id, bill.payment_id)


def _buttons(payment: PaymentView) -> tuple[Action, ...]:
    if payment.state == "pending":
        return _BEFORE
    if payment.state == "captured" and not payment.dispute:
        return _AFTER
    return _DISPUTED if payment.dispute == "open" else ()


def _test_page(deps: Deps, bill: Bill, word: str, spoken: str, *, said: str = "") -> Response:
    payment = _payment(deps.database, bill)
    more = {"word": word, "buttons": _buttons(payment), "said": said}
    return _page(deps.database, payment, "test.html", spoken, amount=bill.amount, **more)


def _page(
    database: Database, payment: PaymentView, template: str, spoken: str, *, amount: Money | None = None, **more: object
) -> Response:
    with database.read() as session:
        shop = merchants.merchant(session, payment.merchant_id)
        code, talked = _order_of(session, payment)
    language = language_of(talked, *accepted(spoken), shop.locale)
    words = WORDS[language]
    asked = payment.amount if amount is None else amount
    context = {
        "shop": shop.name,
        "payment": payment,
        "price": written(asked, language, shop.locale),
        "title": words["order"].format(code=code) if code else payment.title,
    }
    return _html(template, language, context | more)


def _order_of(session: Session, payment: PaymentView) -> tuple[str, str]:
    """The order's code, and the language in which it was ordered; empty where there is none."""
    try:
        order = orders.order(session, payment.merchant_id, payment.order_id)
    except NotFound:
        return "", ""
    try:
        talk = messaging.conversation(session, payment.merchant_id, order.conversation_id)
    except NotFound:
        return order.code, ""
    return order.code, str(talk.state.get("locale") or talk.locale)


def _gone(spoken: str) -> Response:
    return _html("gone.html", language_of(*accepted(spoken)), {}, status=404)


def _html(template: str, language: str, context: dict[str, object], *, status: int = 200) -> Response:
    frame = {"style": _STYLE, "w": WORDS[language], "locale": language, "direction": direction(language)}
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(frame | context), status, HEADERS)
