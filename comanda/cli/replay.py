"""`comanda replay`: stored conversations run again."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from comanda.replay import Report
    from core.catalogue.menu import Menu
    from core.db.session import Database
    from core.messaging.views import ConversationView

_WORTH_IT = 1000  # turns below which starting processes takes longer than it saves


def replay(
    shop: Annotated[str, typer.Option(help="The shop's short name, when there are several.")] = "",
    conversation: Annotated[str, typer.Option(help="Only the conversation of this id.")] = "",
    since: Annotated[str, typer.Option(help="Only those with news since this day or moment (UTC).")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many, the latest ones.")] = None,
    *,
    jobs: Annotated[int, typer.Option(min=0, help="Processes that run them; 0: one for each core, if worth it.")] = 0,
    menu: Annotated[Path | None, typer.Option(help="A menu file in the place of the menus of their day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome as one JSON object.")] = False,
) -> None:
    """Run stored conversations again and list every cart and reply that would change. Status 1 when something would.

    Works on a temporary database: nothing is sent, and nothing of the shop is touched.
    """
    from comanda.replay import chosen  # noqa: PLC0415
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415
    from core.catalogue.format import read_menu_file  # noqa: PLC0415

    other = read_menu_file(menu) if menu else None
    moment = _moment(since)
    database = open_database()
    merchant = choose_shop(database, shop)
    picked = chosen(database, merchant.id, conversation_id=conversation, since=moment, limit=limit)
    report = _watched(database, merchant.id, picked, other, jobs)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        for line in report.lines():
            typer.secho(line, fg=_colour(line))
    if not report.identical:
        raise typer.Exit(1)


def _watched(
    database: Database, merchant_id: str, picked: tuple[ConversationView, ...], menu: Menu | None, jobs: int
) -> Report:
    """The replay, with a progress bar where somebody is watching."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    from comanda.replay import replay as run  # noqa: PLC0415
    from comanda.replay.parallel import replay_parallel  # noqa: PLC0415

    total = sum(about.turns for about in picked)
    jobs = jobs or ((os.cpu_count() or 1) if total >= _WORTH_IT else 1)
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Running again", total=total)
        if jobs > 1:
            address = database.url.render_as_string(hide_password=False)
            return replay_parallel(
                address, merchant_id, picked, jobs=jobs, menu=menu, progress=lambda turns: bar.advance(task, turns)
            )
        return run(
            database, merchant_id, picked, menu=menu, progress=lambda stored: bar.advance(task, len(stored.turns))
        )


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problem = f"“{text}” is no moment: write 2026-05-31 or 2026-05-31T18:00."
        raise InvalidInput(field="since", problem=problem) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _colour(line: str) -> str | None:
    mark = line.strip()[:2]
    return {"- ": "red", "+ ": "green"}.get(mark) if line.startswith("      ") else None
