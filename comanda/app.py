"""The ASGI application: routes of the channels, the admin and the API around one program."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi_offline import FastAPIOffline

import admin
from channels import payments, web
from channels.base import ChannelDeps
from comanda import api, errors, health, privacy_page, text_channels
from comanda.wiring import choose_shop, warm
from core.logs import logger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from comanda.wiring import Program

_SETTLED = 0.3  # seconds


def create_app(program: Program) -> FastAPI:
    """The application. Background work runs in its threads unless a broker and workers do it."""
    listeners = text_channels.listeners(_channels(program))

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await program.live.start()
        # A moment later, so that it does not hold up the start itself.
        warming = threading.Timer(_SETTLED, _warm, args=(program,))
        warming.daemon = True
        warming.start()
        program.rounds.begin(program.database)
        if not program.settings.broker_url:
            program.drain.start(program.settings.worker_threads)
        for listener in listeners:
            listener.start()
        yield
        warming.cancel()
        for listener in listeners:
            listener.stop()
        program.drain.stop()
        text_channels.hang_up(program.channels)
        await program.live.stop()
        program.database.close()

    app = FastAPIOffline(  # its pages load nothing from elsewhere
        redoc_url=None,
        title="Comanda",
        summary="Takes orders in conversation.",
        version="0.1.0",
        lifespan=running,
        license_info={"name": "MIT"},
    )
    errors.install(app)
    app.include_router(health.router(program))
    app.include_router(api.router(program))
    app.include_router(web.router(_chat(program)))
    app.include_router(payments.router(_payments(program)))
    app.include_router(privacy_page.router(program.database))
    for package in text_channels.packages(program.settings):
        app.include_router(package.router(_channels(program)))
    if program.settings.telegram_bot_token.get_secret_value():
        from comanda import mini_app  # noqa: PLC0415 - a channel that is off is not imported

        app.include_router(mini_app.router(program.settings, program.database))
    app.include_router(admin.router(_admin(program)))
    return app


def _warm(program: Program) -> None:
    try:
        warm(program)
    except Exception as error:  # noqa: BLE001 - only the first message would be slower for it
        logger(__name__).warning("menus could not be compiled beforehand", error=type(error).__name__)


def _chat(program: Program) -> web.Deps:
    return web.Deps(
        database=program.database,
        drain_lane=program.drain.lane,
        quietly=program.drain.quietly,
        do_claimed=program.drain.lane,
        live=program.live,
        settings=program.settings,
        choose_shop=lambda slug: choose_shop(program.database, slug),
    )


def _channels(program: Program) -> ChannelDeps:
    shop_of = text_channels.shop_of(program.database)
    return ChannelDeps(program.settings, program.database, program.channels, shop_of, program.drain.held)


def _payments(program: Program) -> payments.Deps:
    return payments.Deps(program.database, program.payments, program.drain.lane)


def _admin(program: Program) -> admin.Deps:
    return admin.Deps(database=program.database, live=program.live)
