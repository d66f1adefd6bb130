"""`comanda serve`, `worker`, `demo` and `doctor`: running the program."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    *,
    demo: Annotated[bool, typer.Option(help="Make the demo shop first, if there is no shop yet.")] = False,
) -> None:
    """Serve the chat page at /, the admin at /admin and the API at /docs."""
    with _loading():
        import uvicorn  # noqa: PLC0415

        from comanda.app import create_app  # noqa: PLC0415
        from comanda.first_run import invitation  # noqa: PLC0415
        from comanda.wiring import build  # noqa: PLC0415
        from core import merchants  # noqa: PLC0415

        _reached_at(f"http://localhost:{port}")
        program = build()
        if demo:
            from comanda.demo import make_demo_shop  # noqa: PLC0415

            make_demo_shop(program.database)
        address = f"http://localhost:{port}"
        typer.echo(f"Comanda: the chat is at {address}/, the admin at {address}/admin, the API at {address}/docs")
        with program.database.read() as session:
            shop = merchants.only_merchant(session)
        if shop is None:
            typer.echo("There is no shop yet: comanda demo, or comanda shop create.")
        elif (path := invitation(program.database, shop.id)) is not None:
            typer.echo(
                f"Nobody works here yet. Make the owner's account (this link works once, for a day): {address}{path}"
            )
        served = create_app(program)
    uvicorn.run(
        served,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=5,
    )


def _reached_at(address: str) -> None:
    """Links lead to where this process serves, unless a setting names the public address."""
    from core.settings import settings  # noqa: PLC0415

    if "public_url" not in settings().model_fields_set:
        os.environ["COMANDA_PUBLIC_URL"] = address
        settings.cache_clear()


@contextmanager
def _loading() -> Iterator[None]:
    """Look for no garbage in what is loaded here, now or later: it stays, and looking took an eighth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def worker(
    threads: Annotated[int, typer.Option(min=1, max=64, help="Pieces of work done at once.")] = 4,
) -> None:
    """Do the background work of the scaled form: a Celery worker on the broker, and a sweep of the database."""
    from comanda.tasks import run_worker  # noqa: PLC0415
    from comanda.wiring import build  # noqa: PLC0415

    run_worker(build(), threads)


def demo() -> None:
    """Make the demo shop, if it is not there."""
    from comanda.demo import make_demo_shop  # noqa: PLC0415
    from comanda.wiring import open_database  # noqa: PLC0415

    merchant = make_demo_shop(open_database())
    typer.echo(f"The demo shop is there: {merchant.name} ({merchant.slug}).")


def doctor() -> None:
    """Say what is configured, what is off, and how to turn it on. Status 1 when something needs mending."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from comanda.doctor import examine  # noqa: PLC0415
    from core.settings import settings  # noqa: PLC0415

    findings = examine(settings())
    table = Table("", "what", "how it is", "what to do", box=None)
    marks = {"on": "[green]on[/]", "off": "[yellow]off[/]", "broken": "[red]broken[/]"}
    for finding in findings:
        table.add_row(marks[finding.state], finding.what, finding.detail, finding.remedy)
    Console().print(table)
    if any(f.state == "broken" for f in findings):
        raise typer.Exit(1)
