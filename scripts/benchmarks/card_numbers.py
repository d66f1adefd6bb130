"""Card numbers in every spelling, and numbers that only look like them; made by chance from a seed."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from core.kernel.cards import luhn

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

_ISSUERS = (
    (44, "4", 16),
    (30, "51-55", 16),
    (5, "2221-2720", 16),
    (7, "34,37", 15),
    (4, "6011,65", 16),
    (3, "36,38,300-305", 14),
    (3, "3528-3589", 16),
    (2, "62", 16),
    (1, "6759", 16),
    (1, "4", 19),
)
_WORDS = {
    "en": ("zero one two three four five six seven eight nine", "oh", "double", "triple"),
    "es": ("cero uno dos tres cuatro cinco seis siete ocho nueve", "cero", "doble", "triple"),
    "de": ("null eins zwei drei vier fünf sechs sieben acht neun", "null", "doppel", "dreifach"),
    "fr": ("zéro un deux trois quatre cinq six sept huit neuf", "zéro", "double", "triple"),
    "ar": ("صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة", "صفر", "", ""),
    "ko": ("영 일 이 삼 사 오 육 칠 팔 구", "공", "더블", "트리플"),
}
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_AROUND = (
    "{}",
    "{}",
    "my card is {}",
    "two flat whites please, card {} thanks",
    "charge it to {} and send the receipt",
    "{} 2 lattes",
    "tarjeta {} para el pedido",
    "meine Karte: {}",
    "voici ma carte {}",
    "رقم البطاقة {}",
    "카드 번호는 {} 입니다",
    "can I pay with {}?",
    "{}, thank you!",
)


@dataclass(frozen=True, slots=True)
class Spelled:
    """A card number as messages of one customer. `digits` must be nowhere afterwards."""

    spelling: str
    messages: tuple[str, ...]
    digits: str


def number(rng: random.Random) -> str:
    """A card number that an issuer could have given out."""
    _, ranges, size = rng.choices(_ISSUERS, [w for w, _, _ in _ISSUERS])[0]
    first, _, last = rng.choice(ranges.split(",")).partition("-")
    head = str(rng.randint(int(first), int(last or first)))
    bare = head + "".join(rng.choices(string.digits, k=size - len(head) - 1))
    return next(bare + d for d in string.digits if luhn(bare + d))


def spelled(rng: random.Random) -> Spelled:
    """One card number in a spelling taken by chance."""
    digits = number(rng)
    name = rng.choice(list(SPELLINGS))
    if name.startswith("split"):
        return Spelled(name, _split(rng, digits, name), digits)
    written = SPELLINGS[name](rng, digits)
    if rng.random() < 0.2:  # noqa: PLR2004
        written += rng.choice((" 09/27", " exp 11/28", " 04/29 123", " 12/2027 cvv 456", ", 01/28, 789"))
    return Spelled(name, (rng.choice(_AROUND).format(written),), digits)


def _groups(digits: str) -> list[str]:
    if len(digits) == 15:  # noqa: PLR2004 - American Express
        return [digits[:4], digits[4:10], digits[10:]]
    if len(digits) == 14:  # noqa: PLR2004 - Diners
        return [digits[:4], digits[4:10], digits[10:]]
    return [digits[n : n + 4] for n in range(0, len(digits), 4)]


def _in_groups(mark: str) -> Callable[[random.Random, str], str]:
    return lambda _, digits: mark.join(_groups(digits))


def _spread(mark: str, size: int = 1) -> Callable[[random.Random, str], str]:
    return lambda _, digits: mark.join(digits[n : n + size] for n in range(0, len(digits), size))


def _script(zero: int) -> Callable[[random.Random, str], str]:
    return lambda rng, digits: (
        rng.choice(("", " ")).join(_groups(digits)).translate({ord(d): zero + n for n, d in enumerate(string.digits)})
    )


def _said(language: str, *, again: bool = False) -> Callable[[random.Random, str], str]:
    words, oh, double, triple = _WORDS[language]
    names = words.split()

    def say(rng: random.Random, digits: str) -> str:
        out: list[str] = []
        at = 0
        while at < len(digits):
            same = len(digits[at:]) - len(digits[at:].lstrip(digits[at]))
            name = rng.choice((names[0], oh)) if digits[at] == "0" else names[int(digits[at])]
            if again and double and same >= 2:  # noqa: PLR2004
                times = 3 if same >= 3 and rng.random() < 0.5 else 2  # noqa: PLR2004
                out.append(f"{triple if times == 3 else double} {name}")  # noqa: PLR2004
                at += times
            else:
                out.append(name)
                at += 1
        return rng.choice((" ", ", ", " ")).join(out)

    return say


def _tens(rng: random.Random, digits: str) -> str:
    names = _WORDS["en"][0].split()
    out = []
    at = 0
    while at < len(digits):
        pair = digits[at : at + 2]
        if len(pair) == 2 and pair[0] in "23456789" and rng.random() < 0.7:  # noqa: PLR2004
            tens = _TENS[int(pair[0]) - 2]
            out.append(tens if pair[1] == "0" else f"{tens}{rng.choice('- ')}{names[int(pair[1])]}")
            at += 2
        else:
            out.append(names[int(digits[at])])
            at += 1
    return " ".join(out)


def _korean_joined(_: random.Random, digits: str) -> str:
    names = _WORDS["ko"][0].split()
    return " ".join("".join(names[int(d)] for d in group) for group in _groups(digits))


def _mixed(rng: random.Random, digits: str) -> str:
    names = _WORDS["en"][0].split()
    return " ".join(g if rng.random() < 0.5 else " ".join(names[int(d)] for d in g) for g in _groups(digits))  # noqa: PLR2004


def _then(rng: random.Random, digits: str) -> str:
    return rng.choice((" then ", " and then ", " dash ", ", ")).join(_groups(digits))


def _plain(_: random.Random, digits: str) -> str:
    return digits


SPELLINGS: dict[str, Callable[[random.Random, str], str]] = {
    "plain": _plain,
    "spaces": _in_groups(" "),
    "dashes": _in_groups("-"),
    "dots": _in_groups("."),
    "slashes": _in_groups("/"),
    "long dashes": _in_groups(" – "),
    "no-break spaces": _in_groups("\u00a0"),
    "new lines": _in_groups("\n"),
    "every digit apart": _spread(" "),
    "every digit dashed": _spread("-"),
    "pairs": _spread(" ", 2),
    "zero-width": _spread("\u200b"),
    "zero-width groups": _in_groups("\u200d"),
    "full-width": _script(0xFF10),
    "Arabic-Indic": _script(0x0660),
    "Persian": _script(0x06F0),
    "keycaps": _spread("\ufe0f\u20e3"),
    "words en": _said("en"),
    "words es": _said("es"),
    "words de": _said("de"),
    "words fr": _said("fr"),
    "words ar": _said("ar"),
    "words ko": _said("ko"),
    "double en": _said("en", again=True),
    "double es": _said("es", again=True),
    "double de": _said("de", again=True),
    "double fr": _said("fr", again=True),
    "double ko": _said("ko", again=True),
    "tens en": _tens,
    "joined ko": _korean_joined,
    "digits and words": _mixed,
    "then": _then,
    "split": _plain,
    "split in groups": _plain,
    "split with words": _plain,
    "split spoken": _plain,
}


def _split(rng: random.Random, digits: str, name: str) -> tuple[str, ...]:
    if name == "split":
        at = rng.randint(4, len(digits) - 4)
        return digits[:at], digits[at:]
    groups = _groups(digits)
    at = rng.randint(1, len(groups) - 1)
    first, last = groups[:at], groups[at:]
    if name == "split spoken":
        say = _said(rng.choice(list(_WORDS)))
        return say(rng, "".join(first)), say(rng, "".join(last))
    mark = rng.choice((" ", "-", ""))
    before, after = mark.join(first), mark.join(last)
    if name == "split with words":
        return f"my card number starts with {before}", f"and the rest is {after}, thanks"
    return before, after


def harmless(rng: random.Random) -> tuple[str, str]:
    """A kind, and a message with a number that is no card's."""
    kind = rng.choice(list(_HARMLESS))
    return kind, _HARMLESS[kind](rng)


def _random_digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choices(string.digits, k=size))


def _fill(rng: random.Random, pattern: str) -> str:
    return "".join(rng.choice(string.digits) if c == "#" else c for c in pattern)


def _of(*patterns: str) -> Callable[[random.Random], str]:
    return lambda rng: _fill(rng, rng.choice(patterns))


def _date(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2024, 2031)
    return rng.choice(
        (
            f"{day:02}/{month:02}/{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day:02}.{month:02}.{year}",
            f"{month:02}/{day:02}/{year}",
            f"{year}{month:02}{day:02}",
        )
    )


def _dates(rng: random.Random) -> str:
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
    return rng.choice(
        (
            f"for {_date(rng)} at {clock}",
            f"{_date(rng)} {_date(rng)}",
            f"{_date(rng)} - {_date(rng)}",
            f"{_date(rng)} {clock} until {_date(rng)} {clock}",
            f"{_date(rng)}T{clock}:{rng.randint(0, 59):02}",
        )
    )


def _gtin(rng: random.Random) -> str:
    size = rng.choice((12, 13, 13, 13, 14))
    bare = _random_digits(rng, size - 1)
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(bare)))
    return f"{rng.choice(('', 'barcode ', 'do you have '))}{bare}{-total % 10}"


def _iban(rng: random.Random) -> str:
    country, size = rng.choice((("DE", 18), ("ES", 20), ("FR", 23), ("NL", 14), ("AT", 16), ("GB", 18), ("SA", 20)))
    bare = _random_digits(rng, size)
    check = 98 - int("".join(str(int(c, 36)) for c in f"{bare}{country}00")) % 97
    whole = f"{country}{check:02}{bare}"
    if rng.random() < 0.5:  # noqa: PLR2004
        whole = " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))
    return f"{rng.choice(('', 'refund to ', 'IBAN '))}{whole}"


def _order_number(rng: random.Random) -> str:
    bare = "4" + _random_digits(rng, 14)
    valid = next(bare + d for d in string.digits if luhn(bare + d))
    label = rng.choice(
        ("order number ", "order #", "pedido ", "Bestellnummer ", "commande no. ", "주문 번호 ", "tracking ")
    )
    return label + valid


def _codes(rng: random.Random) -> str:
    return rng.choice(
        (
            f"my code is {rng.choice(string.ascii_uppercase)}{_random_digits(rng, 2)}",
            f"order {UUID(int=rng.getrandbits(128))}",
            f"AB{_random_digits(rng, 16)}",
            f"#{_random_digits(rng, 8)}",
            f"{_random_digits(rng, 5)}-{_random_digits(rng, 5)}",
            f"voucher {_random_digits(rng, 4)}-{rng.choice(string.ascii_uppercase)}{_random_digits(rng, 3)}-0000",
        )
    )


def _phones(rng: random.Random) -> str:
    one = _of(
        "+1 ### ### ####",
        "(###) ###-####",
        "###-###-####",
        "+49 1## ########",
        "491#########",
        "0049 1## #######",
        "+34 6## ### ###",
        "6## ## ## ##",
        "+33 6 ## ## ## ##",
        "06 ## ## ## ##",
        "+82 10-####-####",
        "010-####-####",
        "+966 5# ### ####",
        "05########",
        "+44 7### ######",
        "07### ######",
        "+52 1 ## #### ####",
        "+971 50 ### ####",
    )
    text = one(rng)
    return rng.choice(("call me on {}", "{}", "my number is {}", "{} or {}")).format(text, one(rng))


def _epoch(rng: random.Random) -> str:
    return f"id {rng.randint(1_600_000_000_000, 1_900_000_000_000)}"


def _quantities(rng: random.Random) -> str:
    names = ["lattes", "croissants", "teas", "bagels", "cookies", "muffins"]
    return ", ".join(f"{rng.randint(1, 20)} {name}" for name in rng.sample(names, 4)) + f" for {rng.randint(10, 99)}.50"


_HARMLESS: dict[str, Callable[[random.Random], str]] = {
    "telephone": _phones,
    "date": _dates,
    "order code": _codes,
    "order number": _order_number,
    "barcode": _gtin,
    "account": _iban,
    "moment": _epoch,
    "quantities": _quantities,
}


def messages(rng: random.Random, size: int) -> Sequence[Spelled]:
    """So many card numbers, each in a spelling."""
    return [spelled(rng) for _ in range(size)]
