"""How likely a text is, by its letters: what tells encodings apart in which the same bytes are all letters.

Texts are taken for draws of single characters. Letters beyond ASCII of a language that has few come by their rank in
its texts, as 1 / (3 + rank), a tenth of that as capitals; characters of East Asia alike within the sets of common and
of rarer ones that their encodings are laid out by, which were made for that.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from math import log
from typing import Final

_RANK: Final = 3.0  # a letter comes as 1 / (3 + its rank), after Zipf
_CAPITAL: Final = 0.1  # how often a letter is a capital, beside itself
_LETTERS: Final = 0.97  # share of letters beyond ASCII in a text; marks have the rest
_MARKS: Final = "€£¥°´«»–—‘’“”„…®™©²³½×·§\xa0"
_SPACES: Final = "\u202f\u2009\xa0"
"""Between the thousands of numbers in any language."""
_MARK: Final = log(0.02 / len(_MARKS))
_STRANGE: Final = log(1e-6)
"""Of a character that a language does not have: once in a page."""
_ASCII: Final = log(1 / 50)
"""Of any character of ASCII, so that bytes that belong to a longer character are reckoned with too."""

_MIXED: Final = log(1e-3)
"""Of a letter of another script beside one of ASCII: words are of one script."""
_WESTERN: Final = 2.0
"""What speaks for Western Europe before anything is read, where a single letter would else decide."""
_CHINESE: Final = 4.0
"""What speaks for Chinese against Korean, whose common characters are fewer, where a handful would else decide."""
_LATIN: Final = frozenset(["cp1252", "cp1250", "cp1254", "cp1257"])
_SEAM: Final = re.compile(r"[A-Za-z](?=[^\W\d_A-Za-z])|[^\W\d_A-Za-z](?=[A-Za-z])")

_LANGUAGES: Final = (
    ("cp1252", "üäößéê"),
    ("cp1252", "éèàêçâîôùûœïëü"),
    ("cp1252", "óíáéñúü¿¡ºª"),
    ("cp1252", "ãçáéíóõêâàúôü"),
    ("cp1252", "àèùòìé"),
    ("cp1252", "åäöøæé"),
    ("cp1252", "áðíþúéóýöæ"),
    ("cp1252", "ëéïèöü"),
    ("cp1252", "éáóíüäöèçàñãêâôúåøæßõîëûùïœìò"),
    ("cp1250", "łąęóżśćźń"),
    ("cp1250", "íáéěýžščřůúóťňď"),
    ("cp1250", "áíéčýžšťúľňôóďäĺŕ"),
    ("cp1250", "áéöőíüóúű"),
    ("cp1250", "ăîţşâ"),
    ("cp1250", "čšžćđ"),
    ("cp1251", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    ("cp1251", "оанивтерісклумдпязьбгчйхцжїєюшфщґ"),
    ("cp1251", "аоиетнврсклдпмзугябъчцжщхюшйфь"),
    ("koi8_r", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    ("cp1253", "αοιετσνηυρπκμλςωγάόδίθέήχύφβώξζψ"),
    ("cp1254", "ıüöçşğâî"),
    ("cp1255", "יוהלאםרתבשנמכעדקחפצטגסזןךףץ"),
    ("cp1256", "اليمنتربوةعدسهفكحجقطشصخضأذزثءغئىإآؤظـ،چپگکی"),
    ("cp874", "านรอกเงยลมวดทส่ตัะ้ปีิหคแขไบพ์ชูจใ็ผโุถึซญศธณษภืฝฟฉฐฮฆฏฎ๊ำ"),
    ("cp1257", "āēīūšģķļņž"),
    ("cp1257", "ąčęėįšųūž"),
    ("cp1257", "äõüöšž"),
)
"""Encodings of eight bits, each with the letters of a language beyond ASCII, the most frequent first."""

_Lead = tuple[range, float]
_ROWS: Final[Mapping[str, tuple[str, tuple[_Lead, ...]]]] = {
    "gb18030": (
        "gb2312",
        ((range(0xB0, 0xD8), 0.9 / 3755), (range(0xA1, 0xA4), 0.05 / 282), (range(0xD8, 0xF8), 0.02 / 3008)),
    ),
    "big5": (
        "big5",
        ((range(0xA4, 0xC7), 0.9 / 5401), (range(0xA1, 0xA4), 0.05 / 408), (range(0xC9, 0xFA), 0.02 / 7652)),
    ),
    "cp932": (
        "shift_jis",
        (
            (range(0x82, 0x84), 0.5 / 240),
            (range(0x88, 0x98), 0.4 / 2965),
            (range(0x81, 0x82), 0.05 / 147),
            (range(0x98, 0xEB), 0.02 / 3390),
        ),
    ),
    "euc_jp": (
        "euc_jp",
        (
            (range(0xA3, 0xA6), 0.5 / 240),
            (range(0xB0, 0xD0), 0.4 / 2965),
            (range(0xA1, 0xA3), 0.05 / 147),
            (range(0xD0, 0xF5), 0.02 / 3390),
        ),
    ),
    "cp949": (
        "euc_kr",
        ((range(0xB0, 0xC9), 0.9 / 2350), (range(0xA1, 0xA4), 0.05 / 282), (range(0xCA, 0xFE), 0.02 / 4888)),
    ),
}
"""East Asian encodings: the standard whose rows tell the common characters, and by lead byte how frequent each is."""

ENCODINGS: Final = (*_ROWS, *dict.fromkeys(encoding for encoding, _ in _LANGUAGES))
"""Those that are told apart."""


def likeliest(data: bytes) -> list[str]:
    r"""Encodings in which a text without a mark can be read, the likeliest first.

    >>> likeliest("артикул;дата\nкарандаш;2024-01-01\n".encode("cp1251"))[0]
    'cp1251'
    >>> likeliest("μολύβι,2024-01-01,3\n".encode("cp1253"))[0]
    'cp1253'
    """
    scores = {}
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        counts = Counter(text)
        scores[encoding] = max(_likelihood(counts, model) for model in _models(encoding))
        scores[encoding] += _WESTERN * (encoding == "cp1252") + _CHINESE * (encoding == "gb18030")
        if encoding not in _LATIN and encoding not in _ROWS:
            scores[encoding] += _MIXED * len(_SEAM.findall(text))
    return sorted(scores, key=lambda encoding: -scores[encoding])


def _likelihood(counts: Mapping[str, int], model: Callable[[str], float]) -> float:
    return sum(count * (_ASCII if character.isascii() else model(character)) for character, count in counts.items())


@cache
def _models(encoding: str) -> tuple[Callable[[str], float], ...]:
    """The logarithm of how frequent a character is, in each of the languages of an encoding."""
    if encoding in _ROWS:
        return (_by_rows(*_ROWS[encoding]),)
    return tuple(_by_letters(letters) for own, letters in _LANGUAGES if own == encoding)


def _by_letters(letters: str) -> Callable[[str], float]:
    weights = {letter: 1 / (_RANK + rank) for rank, letter in enumerate(letters)}
    capitals = {letter.upper(): _CAPITAL * weight for letter, weight in weights.items() if letter != letter.upper()}
    weights = {letter: weight for letter, weight in capitals.items() if len(letter) == 1} | weights
    whole = sum(weights.values())
    logs = dict.fromkeys(_MARKS, _MARK) | {letter: log(_LETTERS * w / whole) for letter, w in weights.items()}
    return lambda character: logs.get(character, _STRANGE)


def _by_rows(standard: str, rows: tuple[_Lead, ...]) -> Callable[[str], float]:
    logs = {lead: log(frequency) for leads, frequency in rows for lead in leads}

    @cache
    def model(character: str) -> float:
        if character in _SPACES:
            return _MARK
        try:
            code = character.encode(standard)
        except UnicodeEncodeError:
            return 2 * _STRANGE
        return logs.get(code[0], 2 * _STRANGE) if len(code) == 2 else 2 * _STRANGE

    return model
