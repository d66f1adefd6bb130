"""`comanda audit`: who did what, and whether anybody changed what is written of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from core.db.audit import Head
    from core.db.session import Session

app = typer.Typer(help="Check and note the audit log.", no_args_is_help=True)
_SHOP = typer.Option(help="The shop's short name; without it, every shop.")


@app.command()
def verify(
    merchant: Annotated[str, _SHOP] = "",
    against: Annotated[Path | None, typer.Option(help="Heads noted earlier by `comanda audit head`.")] = None,
) -> None:
    """Go along each chain; name every row that was changed, is missing or was moved, and then end with status 1."""
    from comanda.wiring import open_database  # noqa: PLC0415
    from core.db import audit  # noqa: PLC0415

    anchors = _anchors(against) if against else ()
    faulty = False
    with open_database().read() as session:
        for shop, merchant_id in _shops(session, merchant):
            faults = audit.verify(session, merchant_id, anchors)
            rows = audit.count(session, merchant_id)
            typer.secho(f"{shop}: {rows} rows, {'all in order' if not faults else f'{len(faults)} faults'}")
            for fault in faults:
                typer.secho(f"  {fault.text}", fg="red")
            faulty = faulty or bool(faults)
    if faulty:
        raise typer.Exit(1)


@app.command()
def head(merchant: Annotated[str, _SHOP] = "") -> None:
    """Print the end of each chain as JSON lines: kept elsewhere, it shows later that nothing before it was changed."""
    from comanda.wiring import open_database  # noqa: PLC0415
    from core.db import audit  # noqa: PLC0415

    with open_database().read() as session:
        for _, merchant_id in _shops(session, merchant):
            end = audit.head(session, merchant_id)
            typer.echo(json.dumps({"merchant": end.merchant_id, "seq": end.seq, "hash": end.hash}))


def _shops(session: Session, slug: str) -> list[tuple[str, str]]:
    from core import merchants  # noqa: PLC0415

    found = [(shop.slug, shop.id) for shop in merchants.every_merchant(session)]
    if slug and slug not in dict(found):
        known = ", ".join(name for name, _ in found) or "none yet"
        raise InvalidInput(field="merchant", problem=f"there is no shop “{slug}”; there are: {known}.")
    return [(name, key) for name, key in found if slug in ("", name)]


def _anchors(path: Path) -> tuple[Head, ...]:
    from core.db.audit import Head  # noqa: PLC0415

    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return tuple(Head(str(row["merchant"]), int(row["seq"]), str(row["hash"])) for row in rows)
    except OSError:
        raise InvalidInput(field="against", problem=f"{path} cannot be read.") from None
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(field="against", problem=f"{path} is not what `comanda audit head` prints.") from None
