"""What is done with updates, by whichever way they came: kept, answered at once where somebody waits, or let go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from channels import degrade, inbound
from channels.base import Refused, SendError
from channels.telegram import words
from channels.telegram.client import Moved
from channels.telegram.invoices import fact_of
from channels.telegram.parse import NAME, read
from channels.telegram.render import ABILITIES
from channels.telegram.updates import Checkout, Group, Ignored, Paid, Pressed, Reachable, Said, Shipping
from core import messaging, payments
from core.access import SYSTEM, of_provider
from core.customers import consent
from core.customers.views import IdentityView
from core.db import lease
from core.kernel.errors import NotFound
from core.logs import logger
from core.messaging import Envelope, screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from channels.telegram.send import TelegramChannel
    from channels.telegram.updates import Update
    from core.db.session import Database

log = logger(__name__)
_HURRY: Final = 2.5  # seconds for each try to answer somebody who is paying; Telegram waits for ten
_COUNTER: Final = 4  # threads


class Desk:
    """Takes updates in. `shop_of` says whose an account is.

    The threads of `counter` do nothing but answer those who pay.
    """

    def __init__(self, database: Database, channel: TelegramChannel, shop_of: Callable[[str, str], str | None]) -> None:
        self._database = database
        self._channel = channel
        self._shop_of = shop_of
        self.counter = ThreadPoolExecutor(_COUNTER, thread_name_prefix="telegram-checkout")

    def take(self, updates: Sequence[object]) -> None:
        """Take in updates; when this returns, what had to be kept is. Whoever is paying is answered first.

        Raises:
            NotFound: the bot is no shop's, or the shop has no location.
            SendError: somebody who is paying could not be answered.
        """
        merchant_id = self._shop()
        found = [read(update, self._channel.account) for update in updates]
        paying = [asked for asked in found if isinstance(asked, Checkout)]
        for answer in [self.counter.submit(self._check_out, merchant_id, asked) for asked in paying]:
            answer.result()
        self._keep(merchant_id, [u for u in found if isinstance(u, Said | Pressed)])
        for update in found:
            self._rest(merchant_id, update)

    def answer_checkout(self, update: object) -> bool:
        """Answer somebody who is paying; False when the update is something else.

        Raises:
            NotFound: the bot is no shop's.
            SendError: they could not be answered.
        """
        asked = read(update, self._channel.account)
        if not isinstance(asked, Checkout):
            return False
        self._check_out(self._shop(), asked)
        return True

    def _shop(self) -> str:
        merchant_id = self._shop_of(NAME, self._channel.account)
        if merchant_id is None:
            raise NotFound(what="shop of the Telegram bot", key=self._channel.account)
        return merchant_id

    def _keep(self, merchant_id: str, updates: Sequence[Said | Pressed]) -> None:
        """Keep messages and pressed answers in the order they came, in one transaction; then answer the presses."""
        kept: list[tuple[Envelope, Pressed | None]] = []
        for update in updates:
            if isinstance(update, Said):
                kept.append((update.envelope, None))
            elif (chosen := self._chosen(merchant_id, update)) is not None:
                kept.append((chosen, update))
            else:
                self._note(update, "old")
        received = inbound.accept_all(
            self._database, [(merchant_id, envelope) for envelope, _ in kept], abilities=ABILITIES
        )
        again = [r.duplicate for r in received] if len(received) == len(kept) else [False] * len(kept)
        for (_, press), is_again in zip(kept, again, strict=True):
            if press is not None:
                self._note(press, "again" if is_again else None)

    def _chosen(self, merchant_id: str, press: Pressed) -> Envelope | None:
        """The answer that was pressed; None for a button that is not ours, or is of an earlier message.

        Each message of ours is answered once, by the first button that is pressed.
        """
        button = self._channel.buttons.read(press.sender, press.data)
        if button is None:
            return None
        account = self._channel.account
        with self._database.read() as session:
            about = messaging.find_conversation(
                session, merchant_id, channel=NAME, account=account, sender=press.sender
            )
            asked = screen.offered(session, merchant_id, about.id) if about is not None else None
        if asked is None or asked.outbound_id != button.outbound_id:
            return None
        answers = degrade.answers(asked.content)
        if button.number >= len(answers):
            return None
        return Envelope(
            channel=NAME,
            account=account,
            external_id=f"press:{button.outbound_id}",
            sender=press.sender,
            kind="choice",
            text=answers[button.number].label,
            payload={"choice": answers[button.number].id, screen.PRESSED: button.outbound_id},
            profile_name=press.profile_name,
            locale=press.locale,
        )

    def _note(self, press: Pressed, word: words.Word | None) -> None:
        """Let the customer's client know that the button was taken, with a word where it did nothing."""
        answer = {"callback_query_id": press.query_id}
        if word is not None:
            answer["text"] = words.say(word, press.locale)
        client = self._channel.client

        def once_more(error: SendError) -> None:
            if not isinstance(error, Refused):  # too old to be answered, for one
                client.soon("answerCallbackQuery", answer)

        client.soon("answerCallbackQuery", answer, otherwise=once_more)

    def _check_out(self, merchant_id: str, asked: Checkout) -> None:
        problem = self._channel.invoices.problem(merchant_id, self._channel.account, asked)
        answer: dict[str, Any] = {"pre_checkout_query_id": asked.query_id, "ok": problem is None}
        if problem is not None:
            answer["error_message"] = words.say(problem, asked.locale)
            log.info("a payment was held back", why=problem)
        call = self._channel.client.call
        try:
            call("answerPreCheckoutQuery", answer, patience=_HURRY, urgent=True)
        except SendError:  # answering twice does no harm, and not at all loses the payment
            call("answerPreCheckoutQuery", answer, patience=_HURRY, urgent=True)

    def _rest(self, merchant_id: str, update: Update) -> None:
        match update:
            case Paid():
                self._paid(merchant_id, update)
            case Reachable():
                self._reachable(merchant_id, update)
            case Group():
                self._decline(update)
            case Shipping():
                text = words.say("unpayable", update.locale)
                answer = {"shipping_query_id": update.query_id, "ok": False, "error_message": text}
                self._channel.client.soon("answerShippingQuery", answer)
            case Ignored():
                log.debug("an update was let go", why=update.why)

    def _paid(self, merchant_id: str, paid: Paid) -> None:
        fact = fact_of(merchant_id, paid)
        outcome = "unknown"
        if fact is not None:
            with self._database.begin(of_provider(NAME)) as uow:
                outcome = payments.apply(uow, fact).outcome
        if outcome == "unknown":
            log.error("money came in for no payment of ours: look at the provider's page", charge=paid.charge)

    def _reachable(self, merchant_id: str, update: Reachable) -> None:
        who = IdentityView(NAME, self._channel.account, update.sender)
        choice: consent.Choice = "stop" if update.blocked else "in"
        with self._database.begin(SYSTEM) as uow:
            consent.record(uow, merchant_id, who, choice, words="", how="provider", ref=update.ref)

    def _decline(self, group: Group) -> None:
        """Say once in a group, for ever, that this is no place to order."""
        with self._database.begin(SYSTEM) as uow:
            first = lease.once(uow.session, f"{NAME}:{self._channel.account}:declined:{group.chat}")
        if first:
            log.info("a group was told that orders are taken in private chats only")
            self._say(group.chat, words.say("group", group.locale))

    def _say(self, chat: int, text: str) -> None:
        def moved(error: SendError) -> None:
            if isinstance(error, Moved):
                self._channel.client.soon("sendMessage", {"chat_id": error.chat_id, "text": text})

        self._channel.client.soon("sendMessage", {"chat_id": chat, "text": text}, otherwise=moved)
