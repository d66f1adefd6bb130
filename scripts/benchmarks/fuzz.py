"""Damaged deliveries, parsed: none may raise, and none may take long.

Each channel adds its parser to `targets`.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from channels.messenger.parse import parse as parse_messenger
from channels.whatsapp.parse import parse as parse_whatsapp
from scripts.benchmarks import telegram, twilio
from scripts.benchmarks.fuzzing import SLOW, Harvest, Target, fuzz
from scripts.benchmarks.report import Figure
from tests.channels.fakes.meta import arriving, page_webhook, webhook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COUNT: Final = 10_000_000
_CHUNK: Final = 20_000
_UNKNOWN: Final = {"code": 131051, "title": "No", "message": "No", "error_data": {"details": "Not yet"}}
FIXTURES: Final = "COMANDA_CHANNEL_FIXTURES"


def targets() -> dict[str, Target]:
    """Every parser, by name."""
    found = [
        Target("whatsapp", parse_whatsapp, (*_whatsapp(), *_given("whatsapp"))),
        Target("messenger", parse_messenger, tuple(_messenger())),
        Target("twilio", twilio.parse, twilio.seeds(), is_json=False),
        Target("telegram", telegram.parse, telegram.seeds()),
    ]
    return {target.name: target for target in found}


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """Parse ten million, shared out over all parsers; `--count N` takes others, `--only NAME` one parser."""
    given = dict(zip(options[::2], options[1::2], strict=False))
    count, names = int(given.get("--count", COUNT)), [given["--only"]] if "--only" in given else list(targets())
    figures = []
    for name in names:
        harvest = _spread(name, count // len(names))
        figures += [
            Figure(f"{name}: deliveries parsed", f"{harvest.parsed:,}"),
            Figure(f"{name}: raised", _said(harvest), "0"),
            Figure(f"{name}: longer than {SLOW * 1000:.0f} ms", str(harvest.slow), "0"),
            Figure(f"{name}: the longest", f"{harvest.slowest * 1000:.1f} ms", f"≤ {SLOW * 1000:.0f} ms"),
        ]
    return figures


def _spread(name: str, count: int) -> Harvest:
    """Shared out over all processors."""
    sizes = [min(_CHUNK, count - start) for start in range(0, count, _CHUNK)]
    whole = Harvest()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for part in pool.map(_chunk, [name] * len(sizes), sizes, range(len(sizes))):
            whole.add(part)
    return whole


def _chunk(name: str, count: int, seed: int) -> Harvest:
    return fuzz(targets()[name], count, seed)


def _said(harvest: Harvest) -> str:
    kinds = ", ".join(f"{kind} × {n}" for kind, n in harvest.raised.most_common())
    examples = "; ".join(f"{kind}: {body[:200]!r}" for kind, body in harvest.examples.items())
    return f"{harvest.raised.total()} ({kinds}) {examples}" if harvest.raised else "0"


def _given(folder: str) -> Iterator[bytes]:
    """The payloads in a folder of fixtures, if one is given."""
    where = os.environ.get(FIXTURES)
    for path in sorted(Path(where, folder).glob("*.json")) if where else ():
        for payload in payloads(json.loads(path.read_text())):
            yield json.dumps(payload).encode()


def payloads(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """The deliveries in a file that holds many under their names."""
    if isinstance(tree, dict):
        if "entry" in tree:
            yield tree
        for key, value in tree.items():
            if key != "entry":
                yield from payloads(value)


def _whatsapp() -> Iterator[bytes]:
    """One delivery of each kind."""
    product = {"product_retailer_id": "tea/large", "quantity": 2, "item_price": 3.5, "currency": "GBP"}
    picture = {"id": "m1", "mime_type": "image/jpeg", "sha256": "a1"}
    edited = {"original_message_id": "wamid.o", "message": {"type": "image", "image": picture | {"caption": "that"}}}
    form = {"name": "flow", "body": "Sent", "response_json": json.dumps({"flow_token": "t", "people": "4"})}
    contents: dict[str, Any] = {
        "text": {"body": "two teas, please"},
        "image": {"id": "m1", "mime_type": "image/jpeg", "sha256": "a1", "caption": "this one"},
        "audio": {"id": "m2", "mime_type": "audio/ogg", "sha256": "a1", "voice": True},
        "document": {"id": "m3", "mime_type": "application/pdf", "sha256": "a1", "filename": "list.pdf"},
        "location": {"latitude": 52.5, "longitude": 13.4, "name": "Home", "address": "1 Mill Lane"},
        "reaction": {"message_id": "wamid.o", "emoji": "👍"},
        "button": {"payload": "yes", "text": "Yes"},
        "order": {"catalog_id": "7", "text": "warm", "product_items": [product, product | {"quantity": "1"}]},
        "edit": edited,
        "revoke": {"original_message_id": "wamid.o"},
        "system": {"type": "user_changed_number", "wa_id": "15550109999", "body": "Ana has moved"},
        "contacts": [{"name": {"formatted_name": "Bo", "first_name": "Bo"}}],
        "unsupported": {"type": "poll"},
    }
    context = {
        "id": "wamid.ours",
        "forwarded": True,
        "referred_product": {"catalog_id": "7", "product_retailer_id": "tea"},
    }
    for kind, content in contents.items():
        yield webhook(arriving(kind, content, by="both", context=context, errors=[_UNKNOWN]))
    for answer in ("button_reply", "list_reply"):
        yield webhook(
            arriving(
                "interactive", {"type": answer, answer: {"id": "large", "title": "Large"}}, by="both", context=context
            )
        )
    yield webhook(arriving("interactive", {"type": "nfm_reply", "nfm_reply": form}, by="both", context=context))
    status = {"id": "wamid.o", "status": "failed", "timestamp": "1767000000", "recipient_id": "15550100001"}
    error = {"code": 131026, "title": "No", "message": "No", "error_data": {"details": "No such person"}}
    contacts = arriving("text", by="both")["contacts"]
    yield webhook({"contacts": contacts, "statuses": [status | {"biz_opaque_callback_data": "m.0", "errors": [error]}]})
    news = {"event": "PAUSED", "message_template_id": 1, "message_template_name": "news"}
    more = {"message_template_language": "en", "reason": "NONE", "message_template_category": "UTILITY"}
    yield webhook(news | more, field="message_template_status_update")
    wish = {"wa_id": "15550100001", "category": "marketing_messages", "value": "stop", "timestamp": 1767000000}
    wishes = [wish | {"detail": "Stopped"}]
    yield webhook({"contacts": contacts, "user_preferences": wishes}, field="user_preferences")


def _messenger() -> Iterator[bytes]:
    """One event of each kind, of a page and of an Instagram account."""
    picture = {"type": "image", "payload": {"url": "https://scontent.fbcdn.net/a.jpg", "sticker_id": 12}}
    place = {"type": "location", "title": "Home", "payload": {"coordinates": {"lat": 52.5, "long": 13.4}}}
    events: tuple[dict[str, Any], ...] = (
        {"message": {"mid": "m_1", "text": "two teas", "reply_to": {"mid": "m_0"}}},
        {"message": {"mid": "m_1", "text": "Large", "quick_reply": {"payload": "large"}}},
        {"message": {"mid": "m_1", "attachments": [picture, place]}},
        {"message": {"mid": "m_1", "is_echo": True, "app_id": 7, "metadata": f"{'0' * 32}.0"}},
        {"message": {"mid": "m_1", "is_deleted": True}},
        {"postback": {"mid": "m_2", "title": "Tea", "payload": "item:tea", "referral": {"ref": "table-4"}}},
        {"reaction": {"mid": "m_0", "action": "react", "emoji": "❤"}},
        {"message_edit": {"mid": "m_0", "text": "one", "num_edit": 2}},
        {"delivery": {"mids": ["m_0", "m_1"], "watermark": 1767000000000}},
        {"read": {"mid": "m_1", "watermark": 1767000000000}},
    )
    for event in events:
        yield page_webhook(event)
        yield page_webhook(event, to="instagram")
