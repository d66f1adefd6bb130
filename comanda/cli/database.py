"""`comanda db`: the database."""

from __future__ import annotations

import typer

app = typer.Typer(help="Create, migrate and look at the database.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Create or migrate every table. Doing it again changes nothing."""
    from comanda.wiring import open_database  # noqa: PLC0415
    from core.db.schema import revision  # noqa: PLC0415

    database = open_database()
    with database.read() as session:
        typer.echo(f"The database is at revision {revision(session)}.")


@app.command()
def status() -> None:
    """Say which revision the database is at, and how much work is waiting."""
    from comanda.wiring import open_database  # noqa: PLC0415
    from core.db import outbox  # noqa: PLC0415
    from core.db.schema import revision  # noqa: PLC0415

    database = open_database()
    with database.read() as session:
        waiting, dead = outbox.backlog(session)
        typer.echo(f"revision {revision(session)}; {waiting} pieces of work waiting, {dead} given up")
