"""`comanda understand`: single messages to order lines, with the words that would be asked about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from assistant.understanding import answer, compile_menu
from core.catalogue.format import read_menu_file
from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def run(menu_path: Path, source: Iterable[str], target: TextIO) -> None:
    """Read {"id","text"}, one a line, from `source`; write {"id","lines","unexplained"} to `target`.

    Raises:
        InvalidMenu: the menu file breaks the format; carries every problem.
        InvalidInput: a line of the input is no message; says which and why.
    """
    grammar = compile_menu(read_menu_file(menu_path))
    for number, row in enumerate(source, start=1):
        if not row.strip():
            continue
        try:
            data = json.loads(row)
            message_id, text = data["id"], str(data["text"])
        except (ValueError, KeyError, TypeError):
            problem = 'is no message: write {"id": …, "text": "…"}.'
            raise InvalidInput(field=f"line {number}", problem=problem) from None
        found = {"id": message_id, **answer(grammar, text)}
        target.write(json.dumps(found, ensure_ascii=False) + "\n")
