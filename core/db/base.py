"""The declarative base and the column types that every table uses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

if TYPE_CHECKING:
    from collections.abc import Callable

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, with its zone in Python on both databases (SQLite keeps none)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - base signature
        """Refuse naive moments: they are a bug, not a time zone."""
        return _utc_of(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - base signature
        """Give the zone back that SQLite dropped."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """In one step, as an order has thirty of them. SQLite keeps moments as text."""
        return _text_of if dialect.name == "sqlite" else _utc_of

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """And read in one step."""
        return _moment_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _utc_of(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        message = f"naive datetime {value}"
        raise ValueError(message)
    return value.astimezone(UTC)


def _text_of(value: datetime | None) -> str | None:
    moment = _utc_of(value)
    # As SQLAlchemy writes them: without the zone.
    return None if moment is None else moment.isoformat(" ", "microseconds")[:_TEXT_LENGTH]


def _moment_of(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


_TEXT_LENGTH = len("2026-11-21 17:00:00.000000")


def json_text(value: object) -> str:
    """JSON as it is stored. Half of what is stored is an empty list or object."""
    if not value:
        if value in ([], ()):
            return "[]"
        if value == {}:
            return "{}"
    return _JSON.encode(value)


# What is stored is made of what was read or written just before: it cannot contain itself.
_JSON = json.JSONEncoder(check_circular=False)

Json = JSON().with_variant(JSONB(), "postgresql")
# SQLite increments only INTEGER primary keys.
BigId = BigInteger().with_variant(Integer(), "sqlite")

PrimaryId = Annotated[str, mapped_column(String(32), primary_key=True)]
Ref = Annotated[str, mapped_column(String(32))]


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain class attribute
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        int: BigInteger().with_variant(Integer(), "sqlite"),
    }
