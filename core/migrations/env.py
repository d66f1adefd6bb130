"""Alembic's entry: runs the migrations on the connection that core.db.schema hands over."""

from __future__ import annotations

from alembic import context

from core.db.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata(),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_server_default=False,
    # Every transaction of ours is opened by the caller.
    transactional_ddl=False,
)
context.run_migrations()
