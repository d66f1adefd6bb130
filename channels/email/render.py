"""What we say, as a mail: plain text and simple HTML beside it, in the customer's language and direction. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

from channels import degrade
from channels.base import Abilities, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.messaging import Content, Receipt

ABILITIES: Final = Abilities(text=100_000)
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})
_SUBJECT: Final = {
    "ar": "إيصال طلبك {code}",
    "de": "Ihr Beleg zur Bestellung {code}",
    "en": "Your receipt for order {code}",
    "es": "Su recibo del pedido {code}",
    "fr": "Votre reçu de la commande {code}",
    "ko": "주문 {code} 영수증",
}
_NEWS: Final = {
    "ar": "عن طلبك",
    "de": "Zu Ihrer Bestellung",
    "en": "About your order",
    "es": "Sobre su pedido",
    "fr": "À propos de votre commande",
    "ko": "주문 안내",
}
_TOTAL: Final = {"ar": "المجموع", "de": "Summe", "en": "Total", "es": "Total", "fr": "Total", "ko": "합계"}
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_STYLE: Final = "font-family:sans-serif;font-size:16px;line-height:1.5;color:#222;max-width:36em"


def render(content: Content, locale: str) -> tuple[Rendered, ...]:
    """One mail that says this; `body` has its subject, text, HTML and language."""
    language = locale.partition("-")[0].lower()
    language = language if language in _SUBJECT else "en"
    receipt = content.receipt
    said = "\n".join(part.text for part in degrade.fit(replace(content, receipt=None), ABILITIES))
    if not said and receipt is None:
        return ()
    subject = _SUBJECT[language].format(code=receipt.code) if receipt is not None else _NEWS[language]
    text = "\n\n".join(filter(None, (said, "\n".join(_lines(receipt, language)) if receipt is not None else "")))
    body = {"subject": subject, "text": text, "html": _html(said, receipt, language, subject), "language": language}
    return (Rendered(text, body=body),)


def _lines(receipt: Receipt, language: str) -> Iterator[str]:
    """The receipt with its amounts below each other."""
    rows = [*((line.label, line.amount) for line in receipt.lines), (_TOTAL[language], receipt.total)]
    wide = max(len(label) for label, _ in rows)
    long = max(len(amount) for _, amount in rows)
    yield f"#{receipt.code}"
    for label, amount in rows:
        yield f"{label:<{wide}}  {amount:>{long}}"


def _html(said: str, receipt: Receipt | None, language: str, subject: str) -> str:
    side = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    paragraphs = "".join(f"<p>{_linked(line)}</p>" for line in said.split("\n") if line.strip())
    table = _table(receipt, language) if receipt is not None else ""
    return (
        f'<!doctype html><html lang="{language}" dir="{side}"><head><meta charset="utf-8"><title>{escape(subject)}'
        f'</title></head><body dir="{side}" style="{_STYLE}">{paragraphs}{table}</body></html>'
    )


def _table(receipt: Receipt, language: str) -> str:
    rows = "".join(
        f'<tr><td>{_isolated(line.label)}</td><td style="text-align:end;padding-inline-start:2em">'
        f"{_isolated(line.amount)}</td></tr>"
        for line in receipt.lines
    )
    total = (
        f'<tr><th style="text-align:start">{escape(_TOTAL[language])}</th>'
        f'<th style="text-align:end;padding-inline-start:2em">{_isolated(receipt.total)}</th></tr>'
    )
    return f"<p>#{_isolated(receipt.code)}</p><table>{rows}{total}</table>"


def _isolated(text: str) -> str:
    """A name or an amount, which keeps its own direction inside a line of another one."""
    return f"<bdi>{escape(text)}</bdi>"


def _linked(line: str) -> str:
    """A line with its addresses to click."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(line):
        url = escape(found[0])
        parts += [escape(line[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    return "".join([*parts, escape(line[end:])])
