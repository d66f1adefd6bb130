"""`comanda chat`, `understand` and `converse`: the assistant on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

MenuFile = Annotated[Path, typer.Option("--menu", help="A menu file (JSON).")]


def understand(menu: MenuFile) -> None:
    """Read order lines out of single messages.

    Standard input: JSON lines {"id","text"}. Standard output: {"id","lines","unexplained"} for each; `unexplained` is
    empty only when every word is accounted for.
    """
    from comanda.understand import run  # noqa: PLC0415

    run(menu, _shown(sys.stdin), sys.stdout)


def converse(menu: MenuFile) -> None:
    """Play whole dialogues, each by a fresh customer, through the real engine on a database of its own.

    Standard input: JSON lines {"id","turns":[{"say"}…]}. Standard output: {"id","carts","asks","placed","replies"}.
    """
    from comanda.converse import run  # noqa: PLC0415

    run(menu, _shown(sys.stdin), sys.stdout)


def chat(shop: Annotated[str, typer.Option(help="The shop's short name, when there are several.")] = "") -> None:
    """Order in this terminal. An empty line or Ctrl-D ends the talk; the cart is kept."""
    from channels.terminal import Terminal  # noqa: PLC0415
    from comanda.wiring import build, choose_shop  # noqa: PLC0415

    program = build()
    merchant = choose_shop(program.database, shop)
    Terminal(program.database, program.drain, merchant.id).run(sys.stdin, sys.stdout)


def _shown(lines: TextIO) -> Iterable[str]:
    """The lines, with a progress bar on stderr when a person waits for a file to be worked through."""
    if lines.isatty() or not sys.stderr.isatty():
        return lines
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import track  # noqa: PLC0415

    return track(lines.readlines(), console=Console(stderr=True), description="")
