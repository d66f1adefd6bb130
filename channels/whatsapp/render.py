"""What we say, as the Cloud API takes it. Pure.

Limits: https://developers.facebook.com/docs/whatsapp/cloud-api/messages, read in November 2026. Some pages allow 4,096
characters in the body of a list; 1,024 is right everywhere.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from channels import degrade
from channels.base import Abilities, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from channels.loose import Json
    from core.messaging import Card, Content

ABILITIES: Final = Abilities(
    text=4096,
    options=3,
    option_label=20,
    option_id=200,
    rows=10,
    row_label=24,
    row_text=72,
    body=1024,
    caption=1024,
    links=True,
    images=True,
    places=True,
)
PRODUCTS: Final = 30
_HEADER: Final = 60
_PLACE_WORDS: Final = 300
_PARAMETER: Final = 1024
# What a product has as its id in the shop's catalogue at Meta: our item, or item/variation.
_PRODUCT: Final = re.compile(r"(?:item:)?([\w.-]{1,60}(?:/[\w.-]{1,60})?)")
# What opens a list, by language; twenty characters are possible.
_OPEN: Final = {
    "ar": "اختر",
    "de": "Auswählen",
    "en": "Choose",
    "es": "Elegir",
    "fr": "Choisir",
    "ko": "선택",
}


def render(content: Content, locale: str = "", catalog_id: str = "") -> tuple[Rendered, ...]:
    """The messages that say this, each with its `body`; the receiver and our own name of it are added by `send`."""
    products = _products_of(content) if catalog_id else ()
    parts = tuple(_shelf(content, products, catalog_id)) if products else degrade.fit(content, ABILITIES)
    return tuple(part if part.body else replace(part, body=_body(part, locale)) for part in parts)


def as_template(text: str, name: str, language: str) -> Json:
    """An approved template whose only variable is the text; line breaks and gaps are not allowed in it."""
    said = degrade.shortened(text, _PARAMETER)
    return {
        "type": "template",
        "template": {
            "name": name,
            "language": {"policy": "deterministic", "code": language},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": said}]}],
        },
    }


def in_words(part: Rendered) -> str:
    """A message as one text: also what its buttons, its link and its place say."""
    words = [part.text or (part.image.alt if part.image else "")]
    if part.place is not None:
        words += [part.place.name, part.place.address]
    if part.link is not None:
        words.append(f"{part.link.label}: {part.link.url}")
    details = {card.option.id: degrade.detail(card) for card in part.cards}
    for option in part.options:
        words.append(" · ".join(each for each in (option.label, details.get(option.id, "")) if each))
    shown = {option.id for option in part.options}
    words += [" · ".join((c.option.label, degrade.detail(c))) for c in part.cards if c.option.id not in shown]
    return "\n".join(word for word in words if word)


def as_text(text: str) -> Json:
    """A plain text."""
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _body(part: Rendered, locale: str) -> Json:
    if part.place is not None:
        return _location(part)
    if part.listed:
        return _interactive(part, "list", {"button": _opener(locale), "sections": [{"rows": list(_rows(part))}]})
    if part.options:
        buttons = [{"type": "reply", "reply": {"id": o.id, "title": o.label}} for o in part.options]
        return _interactive(part, "button", {"buttons": buttons})
    if part.link is not None:
        parameters = {"display_text": part.link.label, "url": part.link.url}
        return _interactive(part, "cta_url", {"name": "cta_url", "parameters": parameters})
    if part.image is not None:
        caption = {"caption": part.text} if part.text else {}
        return {"type": "image", "image": {"link": part.image.url, **caption}}
    return as_text(part.text)


def _interactive(part: Rendered, kind: str, action: Json) -> Json:
    interactive: dict[str, Any] = {"type": kind, "body": {"text": part.text}, "action": action}
    if part.image is not None:
        interactive["header"] = {"type": "image", "image": {"link": part.image.url}}
    return {"type": "interactive", "interactive": interactive}


def _rows(part: Rendered) -> Iterator[Json]:
    details = {card.option.id: degrade.detail(card) for card in part.cards}
    for option in part.options:
        row = {"id": option.id, "title": option.label}
        yield row | ({"description": details[option.id]} if details.get(option.id) else {})


def _location(part: Rendered) -> Json:
    place = part.place
    if place is None:
        return as_text(part.text)
    words = {
        "name": degrade.shortened(place.name, _PLACE_WORDS),
        "address": degrade.shortened(place.address, _PLACE_WORDS),
    }
    point = {"latitude": f"{place.latitude:.6f}", "longitude": f"{place.longitude:.6f}"}
    return {"type": "location", "location": point | {name: word for name, word in words.items() if word}}


def _products_of(content: Content) -> tuple[str, ...]:
    """What the cards are in the catalogue; nothing when they answer a question, or numbers would have to be typed."""
    found = [_PRODUCT.fullmatch(card.option.id) for card in content.cards]
    products = tuple(product[1] for product in found if product)
    others = _besides(content)
    alone = not others.options or degrade.pressable(others, ABILITIES)
    usable = alone and content.kind != "question" and len(set(products)) == len(found)
    return products if usable else ()


def _besides(content: Content) -> Content:
    """What is said after the products: answers that are none, and a link."""
    shown = {card.option.id for card in content.cards}
    rest = tuple(option for option in content.options if option.id not in shown)
    return replace(content, text="…", cards=(), options=rest, image=None, place=None, receipt=None)


def _shelf(content: Content, products: Sequence[str], catalog_id: str) -> Iterator[Rendered]:
    """Products of the catalogue, to be put into a basket."""
    cards, others = content.cards, _besides(content)
    said = replace(content, text=content.text.strip() or cards[0].option.label, cards=(), options=(), link=None)
    *head, tail = degrade.fit(said, replace(ABILITIES, text=ABILITIES.body))
    yield from head
    if tail.image is not None:
        yield Rendered("", image=tail.image)
    for start in range(0, len(cards), PRODUCTS):
        title = tail.text if start == 0 else f"{start + 1}–{min(start + PRODUCTS, len(cards))}"
        yield _products(title, cards[start : start + PRODUCTS], products[start : start + PRODUCTS], catalog_id)
    if others.options or others.link is not None:
        yield from degrade.fit(others, ABILITIES)


def _products(text: str, cards: Sequence[Card], products: Sequence[str], catalog_id: str) -> Rendered:
    items = [{"product_retailer_id": each} for each in products]
    header = degrade.shortened(text.splitlines()[0], _HEADER)
    interactive = {
        "type": "product_list",
        "header": {"type": "text", "text": header},
        "body": {"text": text},
        "action": {
            "catalog_id": catalog_id,
            "sections": [{"title": degrade.shortened(header, 24), "product_items": items}],
        },
    }
    return Rendered(text, cards=tuple(cards), body={"type": "interactive", "interactive": interactive})


def _opener(locale: str) -> str:
    return _OPEN.get(locale[:2].lower(), _OPEN["en"])
