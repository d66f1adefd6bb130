"""Putting the rooms together: plain arguments, no container, no globals."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.engine import Assistant
from assistant.notices import SUBSCRIBERS
from assistant.turn import take_turn
from channels import payments
from channels.outbound import Outbound
from channels.presence import Presence
from channels.web.session import kept_key
from comanda.drain import Drain
from comanda.live import Live
from comanda.rounds import ROUND, Rounds, all_rounds
from comanda.text_channels import connected, shop_of
from comanda.upkeep import UPKEEP
from core import merchants, orders
from core.db.outbox import LEASE
from core.db.schema import upgrade
from core.db.session import Database
from core.kernel.errors import NotFound
from core.settings import Settings, settings
from ml import language
from ml.intents import Router
from ml.leaving import Listener

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channels.base import Channel
    from comanda.drain import Handler, Subscriber
    from core.db.outbox import Work

_SUBSCRIBERS: Mapping[str, tuple[Subscriber, ...]] = {
    **SUBSCRIBERS,
    "PaymentCaptured": (*SUBSCRIBERS.get("PaymentCaptured", ()), orders.on_payment_captured),
    "PaymentFailed": (*SUBSCRIBERS.get("PaymentFailed", ()), orders.on_payment_failed),
    "ReservationExpired": (*SUBSCRIBERS.get("ReservationExpired", ()), orders.on_reservation_expired),
}


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that runs, built once for a process."""

    settings: Settings
    database: Database
    assistant: Assistant
    live: Live
    drain: Drain
    payments: Mapping[str, payments.Provider] = field(default_factory=dict)
    router: Router | None = None
    listener: Listener | None = None
    channels: Mapping[str, Channel] = field(default_factory=dict)
    rounds: Rounds = field(default_factory=lambda: Rounds(()))


def open_database(current: Settings | None = None) -> Database:
    """The database of the settings, migrated to this version."""
    database = Database((current or settings()).database_url)
    upgrade(database)
    return database


def build(current: Settings | None = None, *, lease: timedelta = LEASE) -> Program:
    """The program of the settings. Nothing runs yet: `drain.start` and the web server do that.

    `lease` is how long a worker may take over a piece of work before another one takes it.
    """
    current = current or settings()
    database = open_database(current)
    router = Router(current.ml_model_path, embeddings=current.embeddings)
    listener = Listener(embeddings=current.embeddings)
    channels = connected(current, database)
    assistant = Assistant(
        classifier=router,
        leaving=listener,
        proposer=language.proposer(current),
        public_url=current.public_url,
        channels=channels,
    )
    live = Live(current.redis_url)
    outbound = Outbound(channels, lease=lease)

    presence = Presence(channels)

    def turn(on: Database, work: Work) -> None:
        presence.show(on, str(work.payload["conversation_id"]))
        take_turn(assistant, on, work)

    providers = payments.providers(current, _key(current))
    rounds = Rounds(all_rounds(channels, shop_of(database), timedelta(minutes=current.missed_minutes)))
    handlers = {
        "turn": turn,
        "send": outbound.deliver,
        ROUND: rounds.go,
        **payments.handlers(providers),
        **UPKEEP,
        **_media(channels, current),
    }
    drain = Drain(database, handlers, _SUBSCRIBERS, lease=lease, mourners={"send": outbound.given_up})
    database.on_commit(lambda committed: live.publish(committed.topics))
    if current.broker_url:
        from comanda.tasks import waker  # noqa: PLC0415 - Celery is imported only where a broker is used

        database.on_commit(drain.for_others(waker(current.broker_url)))
    return Program(current, database, assistant, live, drain, providers, router, listener, channels, rounds)


def _media(channels: Mapping[str, Channel], current: Settings) -> dict[str, Handler]:
    """Who fetches what customers send; nobody does where no channel is on."""
    if not channels:
        return {}
    from channels.media import Media  # noqa: PLC0415 - as the channels themselves, only where it is used

    return {"media": Media(channels, current).keep}


def _key(current: Settings) -> bytes:
    """The installation's own secret: of the settings, or made once and kept in the data folder."""
    configured = current.secret_key.get_secret_value()
    return configured.encode() if configured else kept_key(current.data_path / "secret.key")


def warm(program: Program) -> None:
    """Compile the menus of all shops and load what models there are, so that nobody's first message waits for it."""
    with program.database.read() as session:
        for merchant in merchants.every_merchant(session):
            with suppress(NotFound):  # a shop may have no menu yet
                program.assistant.grammar(program.assistant.menu(session, merchant.id))
    if program.router is not None:
        program.router.warm()
    if program.listener is not None:
        program.listener.warm()
    if program.settings.embeddings != "off":
        from ml.embeddings import multilingual  # noqa: PLC0415 - numpy, loaded by now

        multilingual().shelve(program.settings.data_path)


def choose_shop(database: Database, slug: str = "") -> merchants.MerchantView:
    """The shop of this short name, or the only one.

    Raises:
        NotFound: there is no such shop, or none at all.
    """
    with database.read() as session:
        if slug:
            return merchants.by_slug(session, slug)
        only = merchants.only_merchant(session)
    if only is None:
        raise NotFound(what="shop", key="yet: `comanda demo` makes one")
    return only
