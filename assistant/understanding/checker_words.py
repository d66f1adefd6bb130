"""The checker's own words, in all languages: it must not lean on the parser's."""

from __future__ import annotations

# Words that deny, in the languages that are understood; the strong ones may never pass as mere politeness.
STRONG = frozenset(
    {"no", "not", "dont", "without", "never", "wont", "cant", "nor", "neither"}
    | {"sin", "ni", "nunca", "tampoco", "sans", "ohne", "kein", "keine", "nicht"}
    | {"keinen", "keiner", "keinem", "aucun", "aucune", "jamais", "빼고", "없이", "빼주세요", "بدون", "بلا", "دون"}
)
# Further words that are never said for politeness alone.
LOUD = STRONG | frozenset(
    {"hold", "skip", "minus", "omit", "remove", "exclude", "excluding", "weglassen", "weg", "quitale", "quitar"}
    | {"enlevez", "retirez", "غير", "شيل", "بلاش"}
)
# They say something of all that was named.
FOR_ALL = frozenset(
    {"both", "all", "each", "neither", "everything", "beide", "beiden", "alle", "allen", "ambos", "ambas", "todos"}
    | {"todas", "tous", "toutes", "모두", "전부"}
)
FOR_TWO = frozenset({"both", "beide", "beiden", "ambos", "ambas"})
ALL = frozenset({"all", "alle", "allen", "todos", "todas", "tous", "toutes", "모두", "전부"})
EACH = frozenset({"each", "every", "cada", "chaque", "chacun", "chacune", "je", "jeweils", "각각"})
DENIALS = STRONG | frozenset(
    {"cannot", "hold", "skip", "minus", "avoid", "omit", "remove", "exclude", "excluding", "none", "leave", "take"}
    | {"swap", "substitute", "switch", "replace", "trade", "ditch", "nix", "scrap", "kill", "cut", "drop", "sans"}
    | {"forget", "lay", "pass", "steer", "out"}
    | {"instead", "rather", "place", "lose", "wo", "isnt", "except", "free", "allergic", "off", "its"}
    | {"menos", "quitale", "quitele", "quite", "quitar", "excepto", "pas"}
    | {"non", "enlevez", "enleve", "retirez", "retire", "sauf"}
    | {"weder", "noch", "weglassen", "weg", "ausser", "niemals", "allergisch", "allergique"}
    | {
        "빼",
        "빼줘",
        "빼줘요",
        "빼주시고",
        "빼주시구요",
        "빼주실래요",
        "빼주시면",
        "빼서",
        "없는",
        "제외",
        "제외하고",
        "말고",
        "뺀",
        "뺀거",
        "빼고요",
        "빼고서",
        "빼시고",
        "빼주시고요",
        "빼주세용",
        "빼주십시오",
        "없게",
        "없이요",
    }
    | {"안넣고", "넣지말고", "안", "노", "무", "필요없어요", "필요"}
    | {"지", "대신", "대신에", "말구", "말고요", "못", "빼주"}
    | {"싫어요", "싫고요", "싫어해요", "됐고요", "됐구요", "됐어요"}
    | {"됐고", "안주셔도", "안주세요", "못먹어요", "못먹어서요", "빼주시구"}
    | {"빼주셔요", "빼주시겠어요", "빼도", "제외해주세요", "제외해", "없어도"}
    | {"노노", "금지", "뺄게요", "빼는", "안들어가게", "넣지"}
    | {"keins", "nein", "빼달라고", "없는걸로", "넣지말아", "넣지말아주세요"}
    | {"غير", "لا", "ما", "مش", "مو", "بلاش", "ولا", "شيل", "شيلوا", "عدا", "الا", "خالي", "حساسيه"}
)
# Numbers before which "dont" is French.
OF_WHICH = frozenset({("un",), ("une",), ("deux",), ("trois",), ("quatre",)})
NUMBER_WORDS = {
    1: "one a an un uno una single another otro otra",
    2: "two double twice couple pair dos par both to too",
    3: "three triple thrice tres",
    4: "four for fore cuatro",
    5: "five cinco",
    6: "six seis",
    7: "seven siete",
    8: "eight ocho",
    9: "nine nueve",
    10: "ten diez",
    11: "eleven once",
    12: "twelve dozen dozens doce docena docenas",
    13: "thirteen trece",
    14: "fourteen catorce",
    15: "fifteen quince",
    16: "sixteen dieciseis",
    17: "seventeen",
    18: "eighteen dieciocho",
    19: "nineteen",
    20: "twenty veinte",
    24: "veinticuatro",
    30: "thirty treinta",
    40: "forty",
    50: "fifty cincuenta",
    100: "hundred cien ciento",
    1000: "thousand mil",
}
MORE_NUMBER_WORDS = {
    1: "une ein eine einen einem einer eins einmal 하나 한 일 한잔 한개 한줄 한병 한판 한그릇 واحد واحده وحده حبه كمان",
    2: "deux paire zwei zweimal zwo paar 둘 두 이 두잔 두개 두줄 두병 두판 두그릇 اثنين اثنتين اثنان اثنتان ثنتين ثنين"
    " اتنين تنين تنتين حبتين زوج beide beiden",
    3: "trois drei dreimal 셋 세 석 삼 세잔 세개 세줄 세병 세판 세그릇 ثلاثه ثلاث تلاته تلات",
    4: "quatre vier viermal 넷 네 넉 사 네잔 네개 네줄 네병 네판 اربعه اربع",
    5: "cinq funf funfmal 다섯 오 다섯잔 다섯개 خمسه خمس",
    6: "sechs sechsmal 여섯 육 여섯잔 여섯개 سته ست",
    7: "sept sieben 일곱 칠 سبعه سبع",
    8: "huit acht 여덟 팔 ثمانيه ثماني ثمان تمانيه تمنيه",
    9: "neuf neun 아홉 구 تسعه تسع",
    10: "dix dizaine zehn 열 십 열개 열잔 عشره عشر",
    11: "onze elf 열하나 열한 십일 حداشر احدعش",
    12: "douze douzaine douzaines zwolf dutzend 열둘 열두 십이 اطنعش درزن دزينه",
    13: "treize dreizehn",
    14: "quatorze vierzehn",
    15: "quinzaine funfzehn 열다섯 십오 خمستاشر خمسطعش",
    16: "seize sechzehn",
    18: "achtzehn",
    20: "vingt vingtaine zwanzig 스물 스무 이십 عشرين عشرون",
    24: "vierundzwanzig",
    30: "trente dreissig 서른 삼십 ثلاثين ثلاثون",
    40: "quarante vierzig",
    50: "cinquante funfzig 쉰 오십 خمسين خمسون",
    100: "cent hundert einhundert 백 ميه مئه مائه",
    1000: "mille tausend eintausend 천 الف",
}
NUMBERS = {
    word: number
    for table in (MORE_NUMBER_WORDS, NUMBER_WORDS)
    for number, words in table.items()
    for word in words.split()
}
_SYLLABLE = 2  # of another script: shorter words are often something else
# Words that stand for one of several units.
FIRSTS = frozenset({"first", "second", "third", "fourth", "fifth", "sixth", "last"})
SIDE = frozenset(
    {"side", "sides", "aparte", "lado", "separado", "porcion", "guarnicion", "racion", "cup"}
    | {
        "part",
        "cote",
        "separement",
        "accompagnement",
        "separat",
        "getrennt",
        "daneben",
        "dabei",
        "dazu",
        "schalchen",
        "dippen",
        "seite",
    }
    | {
        "beilage",
        "따로",
        "옆에",
        "별도로",
        "사이드로",
        "جنب",
        "عالجنب",
        "جانب",
        "جانبا",
        "بالجنب",
        "لحال",
        "لوحده",
        "منفصل",
        "منفصله",
    }
)
LIGHT = frozenset(
    {
        "light",
        "lite",
        "lightly",
        "easy",
        "little",
        "bit",
        "touch",
        "dash",
        "drizzle",
        "splash",
        "sprinkle",
        "sprinkling",
        "hint",
        "less",
    }
    | {"much", "half"}
    | {"poco", "poca", "poquito", "ligero", "ligera", "menos"}
    | {
        "peu",
        "moins",
        "legerement",
        "leger",
        "soupcon",
        "touche",
        "filet",
        "trop",
        "wenig",
        "weniger",
        "bisschen",
        "leicht",
    }
    | {
        "조금",
        "조금만",
        "적게",
        "적게요",
        "약간",
        "살짝",
        "덜",
        "약하게",
        "연하게",
        "قليل",
        "القليل",
        "شويه",
        "شوي",
        "خفيف",
        "خفيفه",
        "اقل",
    }
)
# They deny what stands beside them, though elsewhere they may say nothing.
BESIDE = (DENIALS | frozenset({"빼고요", "말아주세요", "swap"})) - frozenset(
    {"its", "take", "place", "rather", "wo", "leave", "but", "cut", "drop", "pass", "lay", "out", "forget"}
)
# Behind these a "for" takes off what follows it: "sub rye for the white".
SWAPS = frozenset({"substitute", "substituting", "sub", "subbing"})
# They stand behind what they deny.
AFTER = frozenset(w for w in BESIDE if not w.isascii()) | frozenset({"weg", "weglassen", "off"})
# Numbers that are never said for politeness; these may be, or are other words as well.
_ALSO_OTHER_WORDS = frozenset(
    {"to", "too", "for", "fore", "par", "both", "beide", "beiden", "double", "once", "pair", "paar"}
)
COUNTS = frozenset(w for w, n in NUMBERS.items() if n > 1 and (w.isascii() or len(w) > _SYLLABLE)) - _ALSO_OTHER_WORDS
