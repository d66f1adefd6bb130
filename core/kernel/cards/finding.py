"""Card numbers in what people write: found in any spelling, and taken out. Pure.

A number is a card's when its length and first digits are an issuer's and its check digit is right (Luhn). Whatever
other numbers pass that by chance (one in ten does) is told by how it is written: dates, telephone numbers, barcodes,
numbers that a word calls an order's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.kernel.cards.numbers import LEAST, MOST, is_barcode, is_card, without_accounts
from core.kernel.cards.runs import Piece, digits, readings, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REMOVED = "[card number removed]"
_NEAR = 16  # characters between a part of a number and the end of its message
_SHORTEST = 6  # characters: of a security code with its name
_CARD_WORDS = re.compile(
    r"\b(card|cards|visa|master ?card|amex|american express|discover|maestro|diners|jcb|credit|debit|tarjeta|crédito|"
    r"débito|karte|kreditkarte|carte|carte bleue|cb)\b|بطاقة|بطاقتي|فيزا|ماستركارد|카드|신용|체크카드|비자|cvv|cvc",
    re.IGNORECASE,
)
_OTHERS_LABEL = re.compile(
    r"(?:\b(?:orders?|pedidos?|bestell\w*|auftrag\w*|commandes?|tracking|invoice|factura|rechnung\w*|facture|ref\w*|"
    r"barcode|ean|gtin|upc|isbn|imei|iban|serial|ticket|voucher|coupon|parcel)\b"
    r"|رقم الطلب|طلب|فاتورة|باركود|주문|송장|바코드)"
    r"[\s:#.№-]*(?:number|no|nr|num|número|nummer|numéro|code|id|is|es|ist|est|번호(?:는)?|رقم)?[\s:#.№-]*$",
    re.IGNORECASE,
)
_EXPIRY = r"(?:0?[1-9]|1[0-2])\s?[/\-.]\s?(?:20)?\d\d"
_AROUND = re.compile(
    rf"(?:\W{{0,4}}(?:exp(?:iry|ires|iration)?|valid(?: thru)?|good thru|vence|caduca|gültig(?: bis)?|ablauf\w*|expire|"
    rf"تنتهي|유효기간|만료)?\W{{0,4}}\b{_EXPIRY}\b)?"
    r"(?:\W{0,4}(?:and|y|und|et|و)?\W{0,4}(?:cvv2?|cvc2?|csc|cid|security code|code|código(?: de seguridad)?|"
    r"prüfziffer|kartenprüfnummer|cryptogramme|رمز الأمان|보안\s?코드)?\W{0,4}\b\d{3,4}\b)?",
    re.IGNORECASE,
)
_JUST_EXPIRY = re.compile(
    rf"\W{{0,4}}(?:exp\w*|vence|caduca|gültig(?: bis)?|expire|유효기간)?\W{{0,4}}\b{_EXPIRY}\b", re.IGNORECASE
)
_SECRET = re.compile(
    r"\b(?:cvv2?|cvc2?|csc|security code|código de seguridad|prüfziffer|kartenprüfnummer|cryptogramme)"
    r"\W{0,3}(?:\w{2,3}\W)?\W{0,3}\d{3,4}\b|(?:보안\s?코드|رمز الأمان)\W{0,3}\d{3,4}",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?:0[1-9]|1[0-2])[23]\d(?:\d{3,4})?")

_GROUPS = frozenset(
    {
        (4, 4, 4, 4),
        (4, 6, 5),
        (4, 6, 4),
        (4, 4, 4, 4, 3),
        (4, 4, 4, 4, 2),
        (4, 4, 4, 4, 1),
        (4, 4, 4, 3),
        (4, 4, 4, 2),
        (4, 4, 4, 1),
        (4, 3, 3, 3),
        (4, 4, 5),
        (4, 5, 6),
        (5, 5, 5),
        (6, 4, 5),
        (6, 10),
        (6, 13),
        (8, 8),
        (8, 4, 4),
        (4, 4, 8),
        (4, 8, 4),
        (4, 12),
        (12, 4),
        (2, 4, 4, 4, 2),
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """A card number, or what belongs to one, at `start` to `end` of a text."""

    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """Every card number in a text, with its expiry date and security code if they are beside it; in order, apart."""
    if len(text) < _SHORTEST:
        return ()
    shown = without_accounts(text)
    spans = [_with_neighbours(text, found) for run in runs(shown) for found in _cards(shown, run)]
    spans += [Found(m.start(), m.end()) for m in _SECRET.finditer(text)]
    return _merged(spans)


def redact(text: str) -> tuple[str, int]:
    """The text with every card number taken out, and how many there were."""
    found = find(text)
    return _without(text, found), len(found)


def redacted(text: str) -> str:
    """The text with every card number taken out."""
    return _without(text, find(text)) if text else text


def redact_all(value: Any) -> tuple[Any, int]:  # noqa: ANN401 - JSON
    """A JSON value with every card number taken out of its texts, and how many there were."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        pairs = {key: redact_all(item) for key, item in value.items()}
        return {key: item for key, (item, _) in pairs.items()}, sum(n for _, n in pairs.values())
    if isinstance(value, list | tuple):
        items = [redact_all(item) for item in value]
        return [item for item, _ in items], sum(n for _, n in items)
    return value, 0


def split(earlier: Sequence[str], text: str) -> tuple[tuple[Found, ...], ...]:
    """A card number that began in earlier messages (oldest first) and ends in this one.

    One tuple of places for each message, this one last; empty when there is none. A message between the first and the
    last holds nothing but its part.
    """
    shown = without_accounts(text)
    heads = runs(shown)
    if not heads or _looks_otherwise(shown, heads[0]) or not _close(text[: heads[0][0].start], text):
        return ()
    parts: list[list[Piece]] = [heads[0]]
    texts = [text]
    for said in map(without_accounts, reversed(earlier)):
        found = runs(said)
        if not found or _looks_otherwise(said, found[-1]) or not _close(said[found[-1][-1].end :], said):
            return ()
        parts.insert(0, found[-1])
        texts.insert(0, said)
        places = _across(texts, parts)
        if places:
            skipped = len(earlier) + 1 - len(parts)
            marked = tuple(_merged([_with_neighbours(t, p)]) for t, p in zip(texts, places, strict=True))
            return ((),) * skipped + marked
        if len(found) > 1 or len(digits(found[-1])) > MOST:
            return ()
    return ()


def could_end(text: str) -> bool:
    """Whether a message may hold the last part of a number: what `split` need not be asked about otherwise."""
    heads = runs(text)
    return bool(heads) and len(digits(heads[0])) > 1


def _close(between: str, text: str) -> bool:
    """Whether a part is near enough to the end of its message to go on in another."""
    return len(between) <= _NEAR or _CARD_WORDS.search(text) is not None


def _across(texts: Sequence[str], parts: Sequence[Sequence[Piece]]) -> list[Found]:
    """The places of a card made of the end of the first part, the whole of those between, and the begin of the last."""
    first, last = parts[0], parts[-1]
    if any(_dates(t, p) for t, p in zip(texts, parts, strict=True)):
        return []
    middle = [piece for part in parts[1:-1] for piece in part]
    for begin in range(len(first)):
        if begin and not _begins_anew(texts[0], first, begin):
            continue
        for end in range(len(last), 0, -1):
            if end < len(last) and not _ends_here(texts[-1], last, end):
                continue
            pieces = [*first[begin:], *middle, *last[:end]]
            sizes = [len(digits(p)) for p in (first[begin:], last[:end])]
            if min(sizes) > 1 and any(len(d) > LEAST and is_card(d) for d in readings(pieces)):
                return [
                    Found(first[begin].start, first[-1].end),
                    *(Found(p[0].start, p[-1].end) for p in parts[1:-1]),
                    Found(last[0].start, last[end - 1].end),
                ]
    return []


def _ends_here(text: str, run: Sequence[Piece], end: int) -> bool:
    """Whether a number may end inside a run: before another kind of gap, or before an expiry date."""
    gap = text[run[end - 1].end : run[end].start]
    before = text[run[end - 2].end : run[end - 1].start] if end > 1 else ""
    return gap.strip() != before.strip() or len(run[end].digits) <= 2 or _dated(text, run[end - 1].end)  # noqa: PLR2004


def _cards(text: str, run: Sequence[Piece]) -> Iterator[Found]:
    """Card numbers of a run: whole pieces, from left to right, the longest first."""
    at, after_card = 0, False
    while at < len(run):
        found = False
        for end in range(len(run), at, -1):
            pieces = run[at:end]
            if at and not (after_card or _begins_anew(text, run, at)):
                break
            if _is_written(text, pieces):
                yield Found(pieces[0].start, pieces[-1].end)
                at, after_card, found = end - 1, True, True
                break
        if not found and (glued := _glued(run[at])) is not None:
            yield glued
        at += 1


def _begins_anew(text: str, run: Sequence[Piece], at: int) -> bool:
    """Whether a number may begin inside a run: after a count, after another kind of gap, or where a word says so."""
    before = run[at - 1]
    gap = text[before.end : run[at].start]
    following = text[run[at].end : run[at + 1].start] if at + 1 < len(run) else ""
    if len(before.digits) <= 2 or gap.strip() != following.strip() or run[at].spoken:  # noqa: PLR2004 - a count, a month
        return True
    return _CARD_WORDS.search(text[: run[at].start][-60:]) is not None


def _glued(piece: Piece) -> Found | None:
    """A card number with its expiry date, and perhaps the code, written into one."""
    for size in (16, 15, 14):
        if piece.spoken or len(piece.digits) <= size:
            continue
        if is_card(piece.digits[:size]) and _GLUED.fullmatch(piece.digits[size:]):
            return Found(piece.start, piece.end)
    return None


def _is_written(text: str, pieces: Sequence[Piece]) -> bool:
    """Whether the pieces are a card's number, and not written as something else."""
    number = next(filter(is_card, readings(pieces)), "")
    if not number:
        return False
    spoken = any(p.spoken for p in pieces)
    groups = tuple(len(p.digits) for p in pieces)
    told = _CARD_WORDS.search(text[: pieces[0].start][-60:]) is not None or _dated(text, pieces[-1].end)
    if _dates(text, pieces) and not told:
        return False
    regular = groups in _GROUPS or (len(groups) > 1 and len(set(groups[:-1])) == 1 and groups[-1] <= groups[0])
    if not (spoken or regular or told or len(groups) == 1):
        return False
    if told or spoken:
        return True
    if _looks_otherwise(text, pieces):
        return False
    return len(number) > LEAST or groups == (4, 3, 3, 3)


def _looks_otherwise(text: str, pieces: Sequence[Piece]) -> bool:
    """A telephone number by its +, a barcode by its check digit, a number that a word before calls something else."""
    before = text[: pieces[0].start]
    if before.rstrip(" (").endswith("+") and len(digits(pieces)) <= 15:  # noqa: PLR2004 - the longest there is
        return True
    whole = len(pieces) == 1
    if whole and is_barcode(pieces[0].digits):
        return True
    if whole and (before[-1:].isalpha() or text[pieces[0].end : pieces[0].end + 1].isalpha()):
        return before[-1:].isascii() or not before  # AB12…: part of a code, such as an IBAN
    return whole and _OTHERS_LABEL.search(before[-40:]) is not None


def _dates(text: str, pieces: Sequence[Piece]) -> bool:
    """Whether three groups in a row are a date."""
    for a, b, c in zip(pieces, pieces[1:], pieces[2:], strict=False):
        marks = {text[a.end : b.start].strip(), text[b.end : c.start].strip()}
        if len(marks) != 1 or next(iter(marks)) not in {"/", ".", "-"}:
            continue
        sizes = (len(a.digits), len(b.digits), len(c.digits))
        if sizes in ((4, 2, 2), (2, 2, 4), (1, 2, 4), (2, 1, 4), (1, 1, 4)):
            year = a.digits if sizes[0] == 4 else c.digits  # noqa: PLR2004
            if year[:2] in ("19", "20"):
                return True
    return False


def _dated(text: str, end: int) -> bool:
    return _JUST_EXPIRY.match(text, end) is not None


def _with_neighbours(text: str, found: Found) -> Found:
    beside = _AROUND.match(text, found.end)
    end = beside.end() if beside is not None else found.end
    tail = text[found.end : end]
    # Three digits alone may be anything; after a date, or named, they are the code.
    dated = _JUST_EXPIRY.match(text, found.end)
    named = re.search(r"[^\W\d]{2,}", tail) is not None
    if dated is None and not named:
        end = found.end
    return Found(found.start, end)


def _merged(spans: Sequence[Found]) -> tuple[Found, ...]:
    kept: list[Found] = []
    for span in sorted(spans, key=lambda s: s.start):
        if kept and span.start <= kept[-1].end + 1:
            kept[-1] = Found(kept[-1].start, max(kept[-1].end, span.end))
        else:
            kept.append(span)
    return tuple(kept)


def _without(text: str, found: Sequence[Found]) -> str:
    for span in reversed(found):
        text = f"{text[: span.start]}{REMOVED}{text[span.end :]}"
    return text


def without(text: str, found: Sequence[Found]) -> str:
    """The text with these places taken out."""
    return _without(text, found)
