"""The answers of a form (a WhatsApp Flow): what we know the names of is an order's, the rest is kept for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from channels.loose import Json, key, number, read, string, thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.messaging.envelope import InboundKind

_VALUE: Final = 500
_MOST_FIELDS: Final = 50
_MOST_ITEMS: Final = 200
_MOST_UNITS: Final = 10_000
_SECRET: Final = "flow_token"  # noqa: S105 - the name of a field
# What a shop may call the fields of its form; `docs/guides/whatsapp.md` says so.
_LINES: Final = ("items", "products", "product_items", "order_lines")
_IDS: Final = ("product_retailer_id", "retailer_id", "id")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "customer_name", "full_name"),
    "address": ("address", "delivery_address"),
    "note": ("note", "notes", "comment"),
    "time": ("time", "pickup_time", "delivery_time"),
}
# A time is read as words are: nothing else may be, because a ticked "yes" must not confirm what else is open.
_TIME: Final = re.compile(r"\d{1,2}[:.h]\d{2}( ?[ap]m)?", re.IGNORECASE)


def form(reply: Json) -> tuple[InboundKind, str, dict[str, Any]]:
    """The kind, words and payload of the answers of a form. A line that is not whole leaves all lines to people."""
    answers = read(string(reply, "response_json", 20_000)) or {}
    lines = next((name for name in _LINES if name in answers), "")
    items = list(_items(answers, lines)) if lines else []
    if not all(items) or len(items) > _MOST_ITEMS:
        lines, items = "", []
    known = {what: name for what, names in _NAMES.items() if (name := _first(answers, names))}
    if "time" in known and _TIME.fullmatch(string(answers, known["time"], _VALUE)) is None:
        del known["time"]
    used = {lines, _SECRET, *known.values()}
    rest = [name for name in list(answers)[:_MOST_FIELDS] if name not in used]
    kept = {"type": "flow", "name": string(reply, "name", 80), "fields": {n[:80]: _said(answers, n) for n in rest}}
    if not items and not known:
        return "unsupported", "", {**kept, "reason": "the answers of a form"}
    said = {what: string(answers, name, _VALUE) for what, name in known.items()}
    return "order", said.pop("time", ""), {**kept, "items": items, "details": said, "note": said.get("note", "")}


def _first(answers: Json, names: tuple[str, ...]) -> str:
    return next((name for name in names if string(answers, name, _VALUE)), "")


def _said(answers: Json, name: str) -> str:
    """A field for people to read; the choices of one are joined."""
    found = answers.get(name)
    if isinstance(found, list):
        return ", ".join(str(each)[:80] for each in found if isinstance(each, str | int))[:_VALUE]
    return string(answers, name, _VALUE)


def _items(answers: Json, name: str) -> Iterator[dict[str, Any]]:
    """The lines: chosen ids, one of each, or ids with how many; nothing for one that is not whole."""
    found = answers.get(name)
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, str) and (chosen := key({"id": each}, "id")):
            yield {"id": chosen, "quantity": 1, "price": None, "currency": ""}
        else:
            yield _counted(thing({"line": each}, "line"))


def _counted(line: Json) -> dict[str, Any]:
    item_id = next((found for name in _IDS if (found := key(line, name))), "")
    quantity = number(line, "quantity") if "quantity" in line else 1.0
    if not item_id or quantity is None or quantity != int(quantity) or not 1 <= quantity <= _MOST_UNITS:
        return {}
    return {"id": item_id, "quantity": int(quantity), "price": None, "currency": ""}
