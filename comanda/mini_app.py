"""Signing in to the web chat from Telegram: whoever opened the bot's Mini App is the bot's customer there as well."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from channels.telegram.mini_app import LONGEST, person_of
from channels.web.frames import ACCOUNT, CHANNEL
from channels.web.session import ChatSession, Signer
from comanda import text_channels
from core import customers, messaging
from core.access import SYSTEM
from core.customers import linking
from core.customers.events import IdentityLinked
from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from channels.telegram.mini_app import Person
    from core.db.session import Database
    from core.db.uow import UnitOfWork
    from core.settings import Settings

_TELEGRAM = "telegram"
_PROOF = "mini app"


class SignIn(BaseModel):
    """What Telegram gave the page: `Telegram.WebApp.initData`, as it is."""

    init_data: str = Field(max_length=LONGEST)


class SignedIn(BaseModel):
    """A token of the web chat, as /api/v1/chat/session answers one."""

    token: str


def router(settings: Settings, database: Database) -> APIRouter:
    """POST /api/v1/telegram/session. Without a bot it answers 404, as if there were none."""
    routes = APIRouter(prefix="/api/v1/telegram", tags=["chat"])
    bot = settings.telegram_bot_token.get_secret_value()
    signer = Signer.of(settings)
    shop_of = text_channels.shop_of(database)

    @routes.post("/session")
    async def session(asked: SignIn) -> SignedIn:
        """Begin a web chat, or go on with it, as the customer whom Telegram vouches for."""
        account = bot.partition(":")[0]
        merchant_id = await run_in_threadpool(shop_of, _TELEGRAM, account) if bot else None
        if merchant_id is None:
            raise NotFound(what="page", key="/api/v1/telegram/session")
        person = person_of(asked.init_data, bot)
        chat = ChatSession(merchant_id, _sender(bot, person))
        await run_in_threadpool(_let_in, database, chat, account, person)
        return SignedIn(token=signer.token(chat))

    return routes


def _sender(bot: str, person: Person) -> str:
    """One web chat for each person, under a name that nobody else can work out."""
    key = hashlib.sha256(b"comanda mini app\0" + bot.encode()).digest()
    return f"telegram-{hmac.digest(key, person.id.encode(), 'sha256').hex()}"


def _let_in(database: Database, chat: ChatSession, account: str, person: Person) -> None:
    """Make the web chat's identity the one of the bot's customer."""
    shop = chat.merchant_id
    with database.begin(SYSTEM) as uow:
        theirs = customers.identify(
            uow, shop, _TELEGRAM, account, person.id, profile_name=person.name, locale=person.locale
        )
        customers.identify(uow, shop, CHANNEL, ACCOUNT, chat.sender, locale=person.locale)
        here = customers.known_identity(uow.session, shop, CHANNEL, ACCOUNT, chat.sender)
        if here.customer_id == theirs.id:
            return
        if linking.joined(uow.session, shop, here.id) is not None or _has_begun(uow, chat):
            return  # linked otherwise by now, or parted: what was said there stays with whoever said it
        talk = messaging.find_conversation(uow.session, shop, channel=_TELEGRAM, account=account, sender=person.id)
        told = talk.id if talk is not None else ""
        link_id = linking.join(
            uow, shop, here, theirs.id, proof=_PROOF, from_conversation_id=told, to_conversation_id=""
        )
        if told:
            uow.record(
                IdentityLinked(merchant_id=shop, customer_id=theirs.id, identity_id=here.id, link_id=link_id, told=told)
            )


def _has_begun(uow: UnitOfWork, chat: ChatSession) -> bool:
    about = messaging.find_conversation(
        uow.session, chat.merchant_id, channel=CHANNEL, account=ACCOUNT, sender=chat.sender
    )
    return about is not None
