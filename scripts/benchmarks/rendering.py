"""What we say, on every channel: each limit kept, each answer reachable, each body as the provider publishes it.

Each channel adds its renderer to `renderers`.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from channels import degrade
from channels.messenger import render as messenger
from channels.telegram import render as render_telegram
from channels.whatsapp import render as whatsapp
from scripts.benchmarks import published, telegram, twilio
from scripts.benchmarks.contents import random_content
from scripts.benchmarks.report import Figure
from tests.channels.fakes.meta_limits import broken, broken_messenger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from channels.base import Abilities, Rendered
    from core.messaging import Content

Json = dict[str, Any]
COUNT: Final = 10_000
_SEED: Final = 11


@dataclass(frozen=True, slots=True)
class Renderer:
    """How a channel says things. `body` is a message as it is sent; `broken` what the provider would refuse in it.

    `pressed` are the ids of the answers that can be pressed in a body, `published` what the provider's own
    specification says against it; `same` is what stays of a text, whatever the channel does to its signs.
    """

    name: str
    abilities: Abilities
    render: Callable[[Content], Sequence[Rendered]]
    body: Callable[[Rendered], Json]
    broken: Callable[[Json], Iterable[str]]
    pressed: Callable[[Json], Iterable[str]]
    published: Callable[[Json], Iterable[str]] = lambda _: ()
    same: Callable[[str], str] = lambda text: "".join(text.split())


def renderers() -> dict[str, Renderer]:
    """Every channel, by name."""
    sending = (("sms", False), ("whatsapp_twilio", True), ("whatsapp_twilio", False))
    pages = (_messenger("messenger"), _messenger("instagram"))
    found = (
        _whatsapp(""),
        _whatsapp("7001"),
        *pages,
        *(_twilio(channel, templates=made) for channel, made in sending),
        _telegram(),
    )
    return {each.name: each for each in found}


def measure(options: Sequence[str] = ()) -> list[Figure]:
    """Ten thousand contents on each channel; `--count N` makes others."""
    count = int(options[1]) if options[:1] == ["--count"] else COUNT
    folder = os.environ.get(published.FOLDER)
    figures = []
    for name, renderer in renderers().items():
        bodies, problems = said(renderer, count)
        words = "; ".join(f"{what} × {n}" for what, n in problems.most_common(5)) or "0"
        against = "and the published specification" if folder else "(no folder with specifications is named)"
        figures += [
            Figure(f"{name}: contents, messages", f"{count:,}, {bodies:,}"),
            Figure(f"{name}: limits broken, answers lost, {against}", words, "0"),
        ]
    return figures


def said(renderer: Renderer, count: int, seed: int = _SEED) -> tuple[int, Counter[str]]:
    """Say so many things: how many messages that takes, and what is wrong with them."""
    chance, problems, bodies = Random(seed), Counter[str](), 0
    for _ in range(count):
        content = random_content(chance)
        parts = renderer.render(content)
        bodies += len(parts)
        problems.update(wrong(renderer, content, parts))
    return bodies, problems


def wrong(renderer: Renderer, content: Content, parts: Sequence[Rendered]) -> Iterator[str]:
    """What is wrong with saying a content so."""
    bodies = [renderer.body(part) for part in parts]
    if renderer.same(content.text) not in renderer.same("".join(part.text for part in parts)):
        yield "words that are lost"
    for body in bodies:
        yield from renderer.broken(body)
        yield from (f"published: {problem}" for problem in renderer.published(body))
    pressed = {each for body in bodies for each in renderer.pressed(body)}
    shown = "\n".join(part.text for part in parts)
    for number, option in enumerate(degrade.answers(content), 1):
        typed = degrade.picked(content, str(number), renderer.abilities) if f"{number}." in shown else None
        if option.id not in pressed and (typed is None or typed.id != option.id):
            yield "an answer that cannot be reached"


def _whatsapp(catalog_id: str) -> Renderer:
    address = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "15550100001"}
    return Renderer(
        name="whatsapp with a catalogue" if catalog_id else "whatsapp",
        abilities=whatsapp.ABILITIES,
        render=lambda content: whatsapp.render(content, "en-GB", catalog_id),
        body=lambda part: {**address, **part.body, "biz_opaque_callback_data": f"{'f' * 32}.0"},
        broken=broken,
        pressed=_pressed_on_whatsapp,
        published=published.meta,
    )


def _messenger(channel: str) -> Renderer:
    return Renderer(
        name=channel,
        abilities=messenger.ABILITIES[channel],
        render=lambda content: messenger.render(content, channel),
        body=lambda part: dict(part.body),
        broken=lambda body: broken_messenger(body, in_bytes=channel == "instagram"),
        pressed=lambda body: (reply["payload"] for reply in body.get("quick_replies", ())),
    )


def _pressed_on_whatsapp(body: Json) -> Iterator[str]:
    action = body.get("interactive", {}).get("action", {})
    yield from (button["reply"]["id"] for button in action.get("buttons", ()))
    for section in action.get("sections", ()):
        yield from (row["id"] for row in section.get("rows", ()))
        yield from (f"item:{item['product_retailer_id']}" for item in section.get("product_items", ()))


def _twilio(channel: str, *, templates: bool) -> Renderer:
    sender = twilio.Sender(channel, templates=templates)
    return Renderer(
        name=f"{channel} with templates" if templates else channel,
        abilities=sender.abilities,
        render=sender.render,
        body=sender.body,
        broken=sender.broken,
        pressed=sender.pressed,
        published=sender.published,
        # Quotes, dashes and accents are those of the networks' alphabet.
        same=lambda text: "".join(c for c in normalize("NFD", text) if c.isalnum()),
    )


def _telegram() -> Renderer:
    sender = telegram.Sender()
    return Renderer(
        name="telegram",
        abilities=render_telegram.ABILITIES,
        render=sender.render,
        body=sender.body,
        broken=sender.broken,
        pressed=sender.pressed,
        published=sender.published,
    )
