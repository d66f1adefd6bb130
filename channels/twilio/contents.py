"""Making the content templates of buttons and lists on WhatsApp; inside a conversation none has to be approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.twilio import whatsapp

if TYPE_CHECKING:
    from channels.twilio.api import Api


def made(api: Api) -> dict[str, str]:
    """The ids of all of them, by name: those that are missing are made. Repeats harmlessly.

    Raises:
        SendError: Twilio cannot be asked, or refuses.
    """
    known = api.contents()
    return {
        name: known.get(name) or api.make_content(name, kind, content, examples)
        for name, kind, content, examples in whatsapp.templates()
    }
