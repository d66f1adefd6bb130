"""Alembic's entry: runs the migrations on the connection that core.db.schema hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON, False_, True_

from core.db.base import UtcDateTime
from core.db.schema import metadata


def _render(kind: str, value: Any, generating: Any) -> str | Literal[False]:  # noqa: ANN401 - Alembic's signature
    """Write our column types as what they are in a database, so that migrations need none of our code."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "server_default" and isinstance(getattr(value, "arg", None), False_ | True_):
        # Written on SQLite it would be a number, which PostgreSQL refuses; both know the word.
        return f'sa.text("{"false" if isinstance(value.arg, False_) else "true"}")'
    if kind == "type" and isinstance(value, JSON):
        generating.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=_render,
    # The transaction is the caller's.
    transactional_ddl=False,
)
context.run_migrations()
