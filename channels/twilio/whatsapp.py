"""What we say, as WhatsApp messages by Twilio: buttons and lists by content templates, where they were made. Pure.

Limits: https://www.twilio.com/docs/content/twilio-quick-reply and .../twiliolist-picker, read in November 2026.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from channels import degrade
from channels.base import Abilities, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.messaging import Content

BUTTONS: Final = 3
ROWS: Final = 10
_PLAIN: Final = Abilities(text=1600, body=1024, caption=1024, images=True, places=True)
_CHOOSE: Final = {"ar": "اختيار", "de": "Auswählen", "en": "Choose", "es": "Elegir", "fr": "Choisir", "ko": "선택"}
_TEMPLATE_ID: Final = re.compile(r"HX[0-9a-fA-F]{32}")
_LONGEST_VALUE: Final = 1000  # characters of a variable


def abilities(contents: Mapping[str, str]) -> Abilities:
    """What can be shown with the content templates that were made: buttons and rows, if there is one for each number.

    `contents` has the ids of the templates, by name.
    """
    buttons = all(button_name(count) in contents for count in range(1, BUTTONS + 1))
    rows = all(row_name(count) in contents for count in range(1, ROWS + 1))
    return replace(
        _PLAIN,
        options=BUTTONS if buttons else 0,
        option_label=20 if buttons else 0,
        option_id=200 if buttons or rows else 0,
        rows=ROWS if rows else 0,
        row_label=24 if rows else 0,
    )


def render(content: Content, locale: str, contents: Mapping[str, str]) -> tuple[Rendered, ...]:
    """The messages that say this."""
    parts = degrade.fit(content, abilities(contents))
    return tuple(replace(part, body=_body(part, locale, contents)) for whole in parts for part in _apart(whole))


def as_template(text: str, template: str) -> dict[str, Any]:
    """The fields of an approved template with one variable: all that is allowed when the customer wrote long ago."""
    line = degrade.shortened(text, _LONGEST_VALUE)
    return {"content_sid": template, "content_variables": _variables([line])}


def is_template(template: str) -> bool:
    """Whether this is an id of a content template."""
    return _TEMPLATE_ID.fullmatch(template) is not None


def button_name(count: int) -> str:
    """What we call the content template of so many buttons."""
    return f"comanda_buttons_{count}"


def row_name(count: int) -> str:
    """What we call the content template of a list of so many rows."""
    return f"comanda_rows_{count}"


def templates() -> Iterator[tuple[str, str, dict[str, Any], dict[str, str]]]:
    """Every content template that buttons and lists need: name, type, content, and examples of its variables."""
    for count in range(1, BUTTONS + 1):
        actions = [{"type": "QUICK_REPLY", "title": _slot(2 * n), "id": _slot(2 * n + 1)} for n in range(1, count + 1)]
        content = {"body": _slot(1), "actions": actions}
        yield button_name(count), "twilio/quick-reply", content, _examples(1 + 2 * count)
    for count in range(1, ROWS + 1):
        items = [{"item": _slot(2 * n + 1), "id": _slot(2 * n + 2)} for n in range(1, count + 1)]
        content = {"body": _slot(1), "button": _slot(2), "items": items}
        yield row_name(count), "twilio/list-picker", content, _examples(2 + 2 * count)


def _apart(part: Rendered) -> Iterator[Rendered]:
    """A picture has no buttons below it."""
    if part.image is not None and part.options:
        yield Rendered("", image=part.image)
        yield replace(part, image=None)
    else:
        yield part


def _body(part: Rendered, locale: str, contents: Mapping[str, str]) -> dict[str, Any]:
    if part.options:
        pairs = [value for option in part.options for value in (option.label, option.id)]
        if part.listed:
            button = _CHOOSE.get(locale.partition("-")[0], _CHOOSE["en"])
            template, values = contents[row_name(len(part.options))], [part.text, button, *pairs]
        else:
            template, values = contents[button_name(len(part.options))], [part.text, *pairs]
        return {"content_sid": template, "content_variables": _variables(values)}
    body: dict[str, Any] = {"body": part.text} if part.text else {}
    if part.image is not None:
        body["media_url"] = [part.image.url]
    if part.place is not None:
        name = degrade.shortened(part.place.address or part.place.name, 100)
        body["body"] = degrade.shortened(part.place.name or part.place.address, 100) or "📍"
        point = f"geo:{part.place.latitude:.6f},{part.place.longitude:.6f}"
        body["persistent_action"] = [f"{point}|{name}" if name else point]
    return body


def _variables(values: list[str]) -> str:
    return json.dumps({str(number): value for number, value in enumerate(values, 1)}, ensure_ascii=False)


def _slot(number: int) -> str:
    return f"{{{{{number}}}}}"


def _examples(count: int) -> dict[str, str]:
    return {str(number): f"example {number}" for number in range(1, count + 1)}
