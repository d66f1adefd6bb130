"""What we say, as the Send API takes it. Pure.

Limits: https://developers.facebook.com/documentation/business-messaging/messenger-platform, read in November 2026.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from channels import degrade
from channels.base import Abilities, Rendered
from channels.messenger.parse import INSTAGRAM, MESSENGER

if TYPE_CHECKING:
    from channels.loose import Json
    from core.messaging import Content

# Quick replies; the text above a button that opens a link is shorter than others.
ABILITIES: Final = {
    MESSENGER: Abilities(text=2000, options=13, option_label=20, option_id=1000, body=640, links=True, images=True),
    # What opens links is not shown by Instagram on the web: there, addresses are written out.
    INSTAGRAM: Abilities(text=1000, options=13, option_label=20, option_id=1000, images=True),
}
# Instagram counts its thousand in bytes: how long texts may be in scripts that take two or three for a letter.
_BYTES: Final = 1000
_SHORTER: Final = (1000, 500, 333)


def render(content: Content, channel: str) -> tuple[Rendered, ...]:
    """The messages that say this, each with its `body`; the receiver is added by `send`."""
    parts = degrade.fit(content, ABILITIES[channel])
    if channel == INSTAGRAM:
        for limit in _SHORTER:
            parts = degrade.fit(content, replace(ABILITIES[channel], text=limit))
            if all(len(part.text.encode()) <= _BYTES for part in parts):
                break
    return tuple(replace(part, body=_body(part)) for part in parts)


def _body(part: Rendered) -> Json:
    if part.image is not None:
        return {"attachment": {"type": "image", "payload": {"url": part.image.url, "is_reusable": False}}}
    if part.link is not None:
        button = {"type": "web_url", "url": part.link.url, "title": part.link.label}
        payload = {"template_type": "button", "text": part.text, "buttons": [button]}
        return {"attachment": {"type": "template", "payload": payload}}
    replies = [{"content_type": "text", "title": o.label, "payload": o.id} for o in part.options]
    return {"text": part.text} | ({"quick_replies": replies} if replies else {})
