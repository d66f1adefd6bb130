"""Digits said in words, in six languages: "four", "double four", "forty-one", "사일일일"."""

from __future__ import annotations

import re

_UNITS = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "ar": "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
    "ko": "영 일 이 삼 사 오 육 칠 팔 구",
}
_ALSO = {
    "oh": "0",
    "o": "0",
    "nought": "0",
    "nil": "0",
    "un": "1",
    "una": "1",
    "ein": "1",
    "eine": "1",
    "zwo": "2",
    "fuenf": "5",
    "funf": "5",
    "zero": "0",
    "une": "1",
    "واحدة": "1",
    "اثنين": "2",
    "إثنان": "2",
    "إثنين": "2",
    "اتنين": "2",
    "ثلاث": "3",
    "تلاتة": "3",
    "اربعة": "4",
    "اربع": "4",
    "أربع": "4",
    "خمس": "5",
    "ست": "6",
    "سبع": "7",
    "ثماني": "8",
    "ثمانيه": "8",
    "تمانية": "8",
    "تسع": "9",
    "공": "0",
    "륙": "6",
    "하나": "1",
    "둘": "2",
    "셋": "3",
    "넷": "4",
}
_TEENS = {
    "en": (10, "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
    "es": (10, "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve"),
    "es2": (20, "veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho"),
    "es3": (29, "veintinueve"),
    "de": (10, "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"),
    "fr": (10, "dix onze douze treize quatorze quinze seize"),
    "ar": (10, "عشرة"),
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "- treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante",
    "ar": "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون",
}
REPEATS = {
    "double": 2,
    "triple": 3,
    "treble": 3,
    "quadruple": 4,
    "doble": 2,
    "cuádruple": 4,
    "doppelt": 2,
    "doppel": 2,
    "zweimal": 2,
    "dreifach": 3,
    "dreimal": 3,
    "viermal": 4,
    "مرتين": 2,
    "مزدوج": 2,
    "더블": 2,
    "트리플": 3,
}
# Said between the parts of a number.
_SAID_BETWEEN = """
    and then dash hyphen space point dot slash y luego guion guión espacio punto und dann strich bindestrich
    leerzeichen punkt et puis tiret espace ثم و شرطة مسافة 그리고 다음 대시
"""
FILLERS = frozenset(_SAID_BETWEEN.split())
_KOREAN = re.compile(r"[영공일이삼사오육륙칠팔구]{2,}")
_KOREAN_TENS = re.compile(r"([이삼사오육칠팔구]?)십([일이삼사오육칠팔구]?)")
_GERMAN_TENS = re.compile(r"(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und(\w+ig)")


def _table() -> tuple[dict[str, str], dict[str, str]]:
    digits = {word: str(n) for words in _UNITS.values() for n, word in enumerate(words.split())}
    digits |= _ALSO
    for first, words in _TEENS.values():
        digits |= {word: str(first + n) for n, word in enumerate(words.split())}
    tens = {word: str(20 + 10 * n) for words in _TENS.values() for n, word in enumerate(words.split()) if word != "-"}
    return digits, tens


_DIGITS, _TENS_OF = _table()


def digits_of(word: str) -> str:
    """The digits that one word says; empty when it says none. `word` is casefolded."""
    found = _DIGITS.get(word) or _TENS_OF.get(word)
    if found is not None or (word.isascii() and "und" not in word):
        return found or ""  # most words; what follows is said in one in German, Arabic or Korean
    if word.startswith("و") and word[1:] in _TENS_OF:
        return _TENS_OF[word[1:]]
    if _KOREAN.fullmatch(word):
        return "".join(_DIGITS[c] for c in word)
    if found_ko := _KOREAN_TENS.fullmatch(word):
        return str(int(_DIGITS.get(found_ko[1], "1")) * 10 + int(_DIGITS.get(found_ko[2], "0")))
    if (found_de := _GERMAN_TENS.fullmatch(word)) and found_de[2] in _TENS_OF:
        unit = "1" if found_de[1] == "ein" else _DIGITS[found_de[1]]
        return str(int(_TENS_OF[found_de[2]]) + int(unit))
    return ""


def joined(tens: str, unit: str) -> str:
    """The digits of two numbers said after each other as one ("forty" "one"); empty if they are two."""
    if len(tens) == 2 and tens[1] == "0" and tens[0] != "1" and len(unit) == 1 and unit != "0":  # noqa: PLR2004
        return tens[0] + unit
    return ""
