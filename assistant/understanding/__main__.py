"""`python -m assistant.understanding --menu MENU.json`: JSON lines with "id" and "text" in, with the lines out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from assistant.understanding.answer import answer
from assistant.understanding.grammar import compile_menu
from core.catalogue.format import menu_from_json


def main() -> int:
    """Answer every line of standard input; 2 and a message when the menu cannot be read."""
    parser = argparse.ArgumentParser(prog="assistant.understanding", description=__doc__)
    parser.add_argument("--menu", required=True, type=Path, help="a menu file")
    path = parser.parse_args().menu
    try:
        grammar = compile_menu(menu_from_json(json.loads(path.read_text("utf-8"))))
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"{path}: not a menu that can be read: {error}\n")
        return 2
    for number, row in enumerate(sys.stdin, 1):
        if not row.strip():
            continue
        try:
            data = json.loads(row)
            found = {"id": data["id"], **answer(grammar, str(data["text"]))}
        except (ValueError, KeyError, TypeError):
            sys.stderr.write(f'line {number}: expected {{"id": …, "text": …}}\n')
            return 2
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
