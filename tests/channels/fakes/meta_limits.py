"""Meta's limits of messages, written down once more: what a body breaks, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


def broken(body: Json) -> Iterator[str]:
    """What the Cloud API would refuse in a message."""
    if body.get("messaging_product") != "whatsapp" or body.get("recipient_type") != "individual":
        yield "not addressed to a person on WhatsApp"
    if not body.get("to") and not body.get("recipient"):
        yield "no receiver"
    if len(body.get("biz_opaque_callback_data", "")) > 512:
        yield "a reference of more than 512 characters"
    kind = body.get("type")
    match kind:
        case "text":
            yield from _words("text", body["text"]["body"], 4096)
        case "image":
            yield from _address(body["image"]["link"])
            yield from _words("caption", body["image"].get("caption", "x"), 1024)
        case "location":
            place = body["location"]
            if not (-90 <= float(place["latitude"]) <= 90 and -180 <= float(place["longitude"]) <= 180):
                yield "no place on earth"
        case "template":
            yield from _template(body["template"])
        case "interactive":
            yield from _interactive(body["interactive"])
        case _:
            yield f"type {kind}"


def broken_messenger(message: Json, *, in_bytes: bool = False) -> Iterator[str]:
    """What the Send API would refuse in a message; `in_bytes`: as Instagram counts."""
    if "attachment" not in message:
        yield from _words("text", message.get("text", ""), 2000)
    if in_bytes and len(message.get("text", "").encode()) > 1000:
        yield "a text of more than a thousand bytes"
    replies = message.get("quick_replies", ())
    if len(replies) > 13:
        yield f"{len(replies)} quick replies"
    for reply in replies:
        yield from _words("quick reply", reply["title"], 20)
        yield from _words("what a quick reply says", reply["payload"], 1000)
    payload = message.get("attachment", {}).get("payload", {})
    if payload.get("template_type") == "button":
        yield from _words("text above a button", payload["text"], 640)
        yield from _count("buttons", len(payload["buttons"]), 3)
        for button in payload["buttons"]:
            yield from _words("button", button["title"], 20)
            yield from _address(button["url"])


def _interactive(body: Json) -> Iterator[str]:
    yield from _words("body", body["body"]["text"], 1024)
    yield from _words("footer", body.get("footer", {}).get("text", "x"), 60)
    header = body.get("header")
    if header is not None and header["type"] == "text":
        yield from _words("header", header["text"], 60)
    if header is not None and header["type"] == "image":
        yield from _address(header["image"]["link"])
        if body["type"] == "list":
            yield "a picture above a list"
    action = body["action"]
    match body["type"]:
        case "button":
            yield from _buttons(action["buttons"])
        case "list":
            yield from _words("what opens the list", action["button"], 20)
            yield from _sections(action["sections"])
        case "product_list":
            yield from _products(action, header)
        case "cta_url":
            yield from _words("what opens the link", action["parameters"]["display_text"], 20)
            yield from _address(action["parameters"]["url"])
        case _:
            yield f"interactive {body['type']}"


def _buttons(buttons: list[Json]) -> Iterator[str]:
    yield from _count("buttons", len(buttons), 3)
    replies = [button["reply"] for button in buttons]
    yield from _different("buttons", replies)
    for reply in replies:
        yield from _words("button", reply["title"], 20)
        yield from _words("id of a button", reply["id"], 256)


def _sections(sections: list[Json]) -> Iterator[str]:
    rows = [row for section in sections for row in section["rows"]]
    yield from _count("rows", len(rows), 10)
    yield from _count("sections", len(sections), 10)
    yield from _different("rows", rows, titles=False)
    for section in sections:
        if len(sections) > 1 or "title" in section:
            yield from _words("section", section.get("title", ""), 24)
    for row in rows:
        yield from _words("row", row["title"], 24)
        yield from _words("id of a row", row["id"], 200)
        yield from _words("description", row.get("description", "x"), 72)


def _products(action: Json, header: Json | None) -> Iterator[str]:
    sections = action["sections"]
    items = [item["product_retailer_id"] for section in sections for item in section["product_items"]]
    yield from _count("products", len(items), 30)
    yield from _words("catalogue", action["catalog_id"], 64)
    if header is None or header["type"] != "text":
        yield "products without a header of text"
    if len(set(items)) < len(items):
        yield "one product twice"
    for section in sections:
        yield from _words("section", section["title"], 24)


def _template(template: Json) -> Iterator[str]:
    yield from _words("name of the template", template["name"], 512)
    for component in template["components"]:
        for parameter in component["parameters"]:
            text = parameter["text"]
            yield from _words("variable", text, 1024)
            if "\n" in text or "\t" in text or "    " in text:
                yield "a variable with line breaks or gaps"


def _words(what: str, text: str, limit: int) -> Iterator[str]:
    if not text.strip():
        yield f"{what}: empty"
    if len(text.encode("utf-16-le")) // 2 > limit:
        yield f"{what}: longer than {limit}"


def _count(what: str, count: int, limit: int) -> Iterator[str]:
    if not 1 <= count <= limit:
        yield f"{count} {what}"


def _different(what: str, things: list[Json], *, titles: bool = True) -> Iterator[str]:
    for field in ("id", "title") if titles else ("id",):
        if len({thing[field] for thing in things}) < len(things):
            yield f"{what} with the same {field}"


def _address(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or len(url) > 2000:
        yield "no address of the web"
