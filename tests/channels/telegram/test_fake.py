"""The pretended Telegram is one to python-telegram-bot's own client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import channels.telegram.client  # noqa: F401 - asks the library for durations as such, before it is imported

if TYPE_CHECKING:
    from collections.abc import Iterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LabeledPrice, Message
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.channels.fakes.telegram import BOT, TOKEN, Telegram
from tests.fakes.server import Troubles, served

ADA = 42


@pytest.fixture
def fake() -> Iterator[Telegram]:
    """A bot with one customer."""
    with served(Telegram()) as telegram:
        telegram.writes(ADA, "hello")
        yield telegram


def bot(fake: Telegram, token: str = TOKEN) -> Bot:
    """The library's client of this bot."""
    return Bot(token, base_url=f"{fake.url}/bot", base_file_url=f"{fake.url}/file/bot")


def test_the_official_client_writes_edits_and_listens(fake: Telegram) -> None:
    async def drive() -> None:
        async with bot(fake) as client:
            assert client.id == BOT
            first = (await client.get_updates(timeout=0))[0]
            assert first.message is not None
            assert (first.message.text, first.message.chat_id) == ("hello", ADA)
            markup = InlineKeyboardMarkup([[InlineKeyboardButton("One", callback_data="1")]])
            said = await client.send_message(ADA, "Which?", reply_markup=markup)
            fake.presses(ADA, "One")
            pressed = (await client.get_updates(offset=first.update_id + 1, timeout=5))[0].callback_query
            assert pressed is not None
            assert (pressed.data, pressed.from_user.id) == ("1", ADA)
            assert await client.answer_callback_query(pressed.id, "Noted")
            edited = await client.edit_message_text("One, then.", ADA, said.message_id)
            assert isinstance(edited, Message)
            assert (edited.message_id, edited.text, edited.reply_markup) == (said.message_id, "One, then.", None)
            with pytest.raises(BadRequest, match="not modified"):
                await client.edit_message_text("One, then.", ADA, said.message_id)
            await client.send_photo(ADA, "https://shop.example/tea.jpg", caption="Tea")
            await client.send_venue(ADA, 1.5, 2.5, "Shop", "Main Street")
            assert await client.send_chat_action(ADA, "typing")

    asyncio.run(drive())
    assert fake.answered["q1"]["text"] == "Noted"
    assert [m.get("text", m.get("caption")) for m in fake.said(ADA)] == ["One, then.", "Tea", None]


def test_the_official_client_is_paid(fake: Telegram) -> None:
    async def drive() -> None:
        async with bot(fake) as client:
            prices = [LabeledPrice("Order", 1250)]
            sent = await client.send_invoice(ADA, "Order K7PM", "Two teas", "ours", "USD", prices, "provider-token")
            assert sent.invoice is not None
            assert (sent.invoice.total_amount, sent.invoice.currency) == (1250, "USD")
            invoice = fake.said(ADA)[-1]
            fake.checks_out(ADA, invoice)
            fake.pays(ADA, invoice, "charge-1")
            asked, paid = (await client.get_updates(offset=5001, timeout=0))[:2]
            assert asked.pre_checkout_query is not None
            assert asked.pre_checkout_query.invoice_payload == "ours"
            assert await client.answer_pre_checkout_query(asked.pre_checkout_query.id, ok=True)
            assert paid.message is not None
            assert paid.message.successful_payment is not None
            assert paid.message.successful_payment.telegram_payment_charge_id == "charge-1"
            link = await client.create_invoice_link("Order", "Two teas", "ours", "USD", prices, "provider-token")
            assert link == "https://t.me/$ours"

    asyncio.run(drive())
    assert fake.checkouts["c1"][0]["ok"] is True


def test_the_official_client_fetches_a_file_and_sets_a_webhook(fake: Telegram) -> None:
    fake.files["voice"] = b"OggS"

    async def drive() -> None:
        async with bot(fake) as client:
            file = await client.get_file("voice")
            assert bytes(await file.download_as_bytearray()) == b"OggS"
            assert await client.set_webhook("https://shop.example/hook", secret_token="s", allowed_updates=["message"])
            info = await client.get_webhook_info()
            assert (info.url, info.pending_update_count) == ("https://shop.example/hook", 1)
            with pytest.raises(Conflict):
                await client.get_updates(timeout=0)
            assert await client.delete_webhook()
            assert len(await client.get_updates(timeout=0)) == 1  # nothing was dropped

    asyncio.run(drive())


def test_the_official_client_meets_every_trouble(fake: Telegram) -> None:
    fake.troubles = Troubles(planned=["busy", "fault", "lost", "reset"], retry_after=(7, 7))
    fake.blocked.add(43)
    fake.moved[-9] = -1009

    async def drive() -> None:
        async with bot(fake) as client:
            with pytest.raises(RetryAfter) as busy:
                await client.send_message(ADA, "a")
            assert busy.value.retry_after.total_seconds() == 7  # type: ignore[union-attr] # as asked for
            for text in ("b", "c", "d"):
                with pytest.raises(NetworkError):
                    await client.send_message(ADA, text)
            with pytest.raises(Forbidden):
                await client.send_message(43, "e")
            with pytest.raises(ChatMigrated):
                await client.send_message(-9, "f")
            with pytest.raises(BadRequest, match="too long"):
                await client.send_message(ADA, "x" * 4097)
        with pytest.raises(InvalidToken):
            async with bot(fake, "7001:another"):
                pass

    asyncio.run(drive())
    assert [m["text"] for m in fake.said(ADA)] == ["b", "c"]  # done inside, and only then did it go wrong
