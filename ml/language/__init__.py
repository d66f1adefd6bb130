"""The language model, optional: any server that speaks the OpenAI protocol. Off until an address or a key is set."""

from __future__ import annotations

import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING

import structlog

from ml.language.breaker import Breaker
from ml.language.budget import Budget
from ml.language.proposer import ModelProposer
from ml.language.rephraser import ModelRephraser

if TYPE_CHECKING:
    from core.settings import Settings
    from ml.language.openai_server import OpenAiServer

__all__ = ["Breaker", "Budget", "ModelProposer", "ModelRephraser", "installed", "proposer", "rephraser", "wanted"]

_WRITING_SECONDS = 60.0  # for a dozen replies, while nobody waits in a conversation


def wanted(settings: Settings) -> bool:
    """Whether the settings name a model, and where it is or with which key."""
    return bool(settings.llm_model and (settings.llm_base_url or settings.llm_api_key.get_secret_value()))


def installed() -> bool:
    """Whether the packages of the extra `llm` are there."""
    return all(find_spec(name) is not None for name in ("langchain", "langchain_openai", "openai"))


def proposer(settings: Settings) -> ModelProposer | None:
    """The proposer of the settings; None when no model is named, or the extra `llm` is not installed."""
    if not wanted(settings):
        return None
    if not installed():
        structlog.get_logger(__name__).warning("language_model_not_installed", remedy="scripts/setup llm")
        return None
    lock = threading.Lock()
    servers: list[OpenAiServer] = []

    def server() -> OpenAiServer:
        with lock:
            if not servers:
                servers.append(_server(settings))
            return servers[0]

    # Its packages take seconds to import: the program starts without waiting for them.
    threading.Thread(target=server, name="language-model-import", daemon=True).start()
    return ModelProposer(
        server,
        breaker=Breaker(failures=settings.llm_failures, rest=settings.llm_rest),
        budget=Budget(per_conversation=settings.llm_calls_per_conversation, per_day=settings.llm_calls_per_day),
        seconds=settings.llm_timeout,
    )


def rephraser(settings: Settings) -> ModelRephraser | None:
    """The rephraser of the settings; None when no model is named, or the extra `llm` is not installed."""
    if not (wanted(settings) and installed()):
        return None
    servers: list[OpenAiServer] = []

    def server() -> OpenAiServer:
        if not servers:
            servers.append(_server(settings, seconds=_WRITING_SECONDS))
        return servers[0]

    return ModelRephraser(
        server,
        breaker=Breaker(failures=settings.llm_failures, rest=settings.llm_rest),
        budget=Budget(per_conversation=settings.llm_calls_per_day, per_day=settings.llm_calls_per_day),
    )


def _server(settings: Settings, *, seconds: float | None = None) -> OpenAiServer:
    from ml.language.openai_server import OpenAiServer  # noqa: PLC0415 - an extra, and slow to import

    return OpenAiServer(
        model=settings.llm_model,
        base_url=settings.llm_base_url,
        api_key=settings.llm_api_key.get_secret_value(),
        seconds=settings.llm_timeout if seconds is None else seconds,
    )
