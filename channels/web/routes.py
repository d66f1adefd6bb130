"""The chat over HTTP: sessions, messages for pages without a socket, the cart; and the socket's address."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.websockets import WebSocket
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from channels.web import frames, talk
from channels.web.deps import Deps, Shop
from channels.web.limits import Buckets
from channels.web.pages import pages
from channels.web.session import ChatSession, Signer
from channels.web.socket import Line
from core.kernel.errors import NotSignedIn

_LONGEST_WAIT: Final = 25.0  # seconds: proxies end what is silent for half a minute


class SessionRequest(BaseModel):
    """`shop`: a slug, null for the only one. `token`: the browser's earlier one, to go on where it was."""

    shop: str | None = Field(None, max_length=120)
    token: str | None = Field(None, max_length=512)


class ShopAnswer(BaseModel):
    """What the page says of the shop."""

    name: str
    locale: str
    slug: str


class SessionAnswer(BaseModel):
    """The token for everything else, and the conversation if there is one already."""

    token: str
    shop: ShopAnswer
    conversation: str | None


class MessageRequest(BaseModel):
    """What the customer says: a UUID of the page's own, words, and the id of the pressed answer."""

    client_msg_id: str = Field(max_length=64)
    text: str = ""
    choice: str | None = None


class MessageAnswer(BaseModel):
    """The message is kept under `seq`; `events` are all messages after it, and the cart."""

    type: str = "ack"
    client_msg_id: str
    seq: int
    events: list[dict[str, Any]]


class EventsAnswer(BaseModel):
    """Messages in order, and the cart last."""

    events: list[dict[str, Any]]


def router(deps: Deps) -> APIRouter:
    """The page at /, the chat's API under /api/v1/chat, and its socket at /ws/chat."""
    signer = Signer.of(deps.settings)
    routes = APIRouter(prefix="/api/v1/chat", tags=["chat"])
    heard, begun = Buckets(deps.messages), Buckets(deps.sessions)

    async def signed_in(authorization: Annotated[str, Header()] = "") -> ChatSession:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return signer.session(token)

    Signed = Annotated[ChatSession, Depends(signed_in)]  # noqa: N806 - a type

    @routes.post("/session")
    async def session(asked: SessionRequest, request: Request) -> SessionAnswer:
        """Begin a chat, or go on with an earlier one."""
        begun.take(request.client.host if request.client else "")
        shop = await run_in_threadpool(deps.choose_shop, asked.shop or "")
        chat = _earlier(signer, asked.token, shop) or signer.new(shop.id)
        news = await run_in_threadpool(talk.news, deps, chat, 2**31)
        answer = ShopAnswer(name=shop.name, locale=shop.locale, slug=shop.slug)
        return SessionAnswer(token=signer.token(chat), shop=answer, conversation=news.conversation_id)

    @routes.post("/messages")
    async def say(asked: MessageRequest, chat: Signed) -> MessageAnswer:
        """Say something; the answer has the shop's reply in it. Sent again under the same id, it counts once."""
        heard.take(chat.sender)
        said = frames.said(asked.model_dump())
        seq, news = await run_in_threadpool(talk.exchange, deps, chat, said)
        return MessageAnswer(client_msg_id=said.client_msg_id, seq=seq, events=[*news.messages, news.cart])

    @routes.get("/messages")
    async def messages(
        chat: Signed,
        after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
        wait: Annotated[float, Query(ge=0, le=_LONGEST_WAIT)] = _LONGEST_WAIT,
    ) -> EventsAnswer:
        """Messages with a higher seq than `after`; with none yet, wait for one or a change of the cart.

        `wait` is in seconds.
        """
        news = await run_in_threadpool(talk.news, deps, chat, after)
        with deps.live.watch(*talk.topics(chat, news.conversation_id)) as watch:
            news = await run_in_threadpool(talk.news, deps, chat, after)
            if not news.messages and wait:
                await watch.changed(wait)
                news = await run_in_threadpool(talk.news, deps, chat, after)
        return EventsAnswer(events=[*news.messages, news.cart])

    @routes.get("/cart")
    async def cart(chat: Signed) -> dict[str, Any]:
        """The cart as it is, or the order that it became."""
        return (await run_in_threadpool(talk.news, deps, chat, 2**31)).cart

    everything = APIRouter()
    everything.include_router(routes)
    everything.include_router(pages(deps.settings.chat_origins))

    @everything.websocket("/ws/chat")
    async def socket(websocket: WebSocket) -> None:
        await Line(websocket, deps, signer, heard).serve()

    return everything


def _earlier(signer: Signer, token: str | None, shop: Shop) -> ChatSession | None:
    """The session that a browser has, if it is this shop's and still holds."""
    if not token:
        return None
    try:
        session = signer.session(token)
    except NotSignedIn:
        return None
    return session if session.merchant_id == shop.id else None
