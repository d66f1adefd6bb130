"""Structured logs. Personal data is masked before a line is written, and a line is always one line."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

import structlog

from core.kernel import cards

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from core.settings import Settings

_MASKED_KEYS = frozenset(
    {
        "text",
        "body",
        "phone",
        "email",
        "address",
        "name",
        "customer_name",
        "token",
        "password",
        "secret",
        "authorization",
    }
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_DIGITS = re.compile(r"(?<![0-9a-fA-F])\+?\d(?:[ \-().]{0,3}\d){8,}(?![0-9a-fA-F])")


def mask(value: object) -> object:
    """Phone numbers, card numbers and e-mail addresses replaced inside a string; other values unchanged."""
    if isinstance(value, dict | list | tuple):
        return cards.redact_all(value)[0]
    if not isinstance(value, str):
        return value
    return _DIGITS.sub("[number]", _EMAIL.sub("[email]", cards.redacted(value)))


def _mask_event(_: object, __: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    for key, value in event.items():
        if key in ("timestamp", "level", "logger"):
            continue
        event[key] = f"[{len(str(value))} chars]" if key in _MASKED_KEYS else mask(value)
    return event


def configure(settings: Settings) -> None:
    """Send structlog and the standard library's logging through one masked, single-line output on stderr."""
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask_event,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # Alembic tells of every plugin and dialect at each start.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; give values as keywords, so that they can be masked and searched."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound
