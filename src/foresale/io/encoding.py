"""Bytes of a text file become UTF-8, whatever they were written in."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from foresale.io.schema.recognise import is_known_name

_SAMPLE: Final = 65_536
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES: Final = (
    "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp874",
)  # fmt: skip
_NAMES: Final = {"cp932": "Shift-JIS", "cp1252": "Windows-1252", "gb18030": "GB18030", "latin_1": "Latin-1"}


@dataclass(frozen=True)
class Decoded:
    """Text as UTF-8 bytes.

    Attributes:
        data: the text in UTF-8, without a byte order mark.
        encoding: what it was written in, as people call it.
        broken: whether some bytes fit no encoding and were replaced by U+FFFD.
    """

    data: bytes
    encoding: str
    broken: bool = False


def decode(data: bytes) -> Decoded:
    r"""The text of a file in UTF-8: by its byte order mark, as UTF-8 if it is valid, else by the likeliest encoding.

    A file that is UTF-8 but for a few bytes stays UTF-8; its broken places are marked.

    >>> decode("商品,日期,销量\n铅笔,2024-01-01,3\n".encode("gbk")).encoding
    'GB18030'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    encoding = _zero_pattern(data)
    if encoding or _fits(data, "utf-8"):
        return _decoded(data, encoding or "utf-8")
    if _mostly_utf8(data):
        return _decoded(data, "utf-8")
    for guess in _guesses(data):
        if _fits(data, guess):
            return _decoded(data, guess)
    return _decoded(data, "latin_1")


def _decoded(data: bytes, encoding: str) -> Decoded:
    name = _NAMES.get(encoding, encoding.upper())
    if encoding == "utf-8" and _fits(data, encoding):
        return Decoded(data, name)
    text = data.decode(encoding, errors="replace")
    return Decoded(text.encode(), name, broken=not _fits(data, encoding))


def _fits(data: bytes, encoding: str) -> bool:
    if encoding == "utf-8" and data.isascii():
        return True
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _zero_pattern(data: bytes) -> str:
    """UTF-16 without a mark shows in the zero bytes of its separators and digits: all on the same side."""
    sample = data[:4096]
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if max(first, second) * 5 < len(sample) // 2 or min(first, second) * 10 > max(first, second):
        return ""
    encoding = "utf-16-be" if first > second else "utf-16-le"
    return encoding if _fits(data, encoding) else ""


def _mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", errors="replace")
    replaced = text.count("\ufffd")
    valid = len(data) - len(text) - replaced  # every valid character beyond ASCII is longer in bytes than in text
    return valid > 4 * replaced


def _guesses(data: bytes) -> Iterator[str]:
    """The likeliest encodings first: by known column names, by how common the characters would be, by statistics."""
    header = data.lstrip().split(b"\n", 1)[0]
    for encoding, date in _WRITTEN_DATES.items():
        if date.search(data[:_SAMPLE]) and _fits(data, encoding):
            yield encoding
    for encoding in _CANDIDATES:
        if _fits(header, encoding) and _names_known(header.decode(encoding)):
            yield encoding
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    shares = {encoding: _common_share(sample, encoding) for encoding in _COMMON}
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= 0.9:
        yield best
    from charset_normalizer import from_bytes

    for match in from_bytes(sample, cp_isolation=list(_CANDIDATES)):
        yield match.encoding
    yield "cp1252"


def _common_share(sample: bytes, encoding: str) -> float:
    """Share of the characters beyond ASCII that texts in this encoding commonly use."""
    if not _fits(sample, encoding):
        return 0.0
    text = sample.decode(encoding)
    counts = Counter(character for character in text if not character.isascii())
    if encoding == "cp949" and len(counts) < 8:  # so few could as well be Chinese
        return 0.0
    if encoding == "cp1252" and 2 * len(re.findall(r"[^\x00-\x7f]{3,}", text)) > len(
        re.findall(r"[^\x00-\x7f]+", text)
    ):
        return 0.0  # no western word is all accents
    return sum(n for character, n in counts.items() if _COMMON[encoding](character)) / max(sum(counts.values()), 1)


def _lead(character: str, encoding: str) -> int:
    try:
        code = character.encode(encoding)
    except UnicodeEncodeError:
        return 0
    return code[0] if len(code) == 2 else 0


def _is_korean(character: str) -> bool:
    return 0xB0 <= _lead(character, "euc_kr") <= 0xC8


def _is_simplified(character: str) -> bool:
    lead = _lead(character, "gb2312")
    return lead in {0xA1, 0xA3} or 0xB0 <= lead <= 0xD7  # marks, and the 3,755 characters of the first level


def _is_traditional(character: str) -> bool:
    return 0xA1 <= _lead(character, "big5") <= 0xC6  # marks, and the 5,401 characters of the first level


def _is_japanese(character: str) -> bool:
    return 0x81 <= _lead(character, "shift_jis") <= 0x97  # marks, kana, and the characters of the first level


def _is_kana(character: str) -> bool:
    return "ぁ" <= character <= "ヿ"


def _is_cyrillic(character: str) -> bool:
    return "А" <= character <= "я" or character in "Ёё«»№–—"


def _is_western(character: str) -> bool:
    return "À" <= character < "Ā" or character in "€£¥°´«»–—‘’“”„…®™©²³½×\xa0Œœ"


_COMMON: Final[dict[str, Callable[[str], bool]]] = {
    "cp949": _is_korean,
    "euc_jp": _is_kana,
    "gb18030": _is_simplified,
    "big5": _is_traditional,
    "cp932": _is_japanese,
    "cp1252": _is_western,
    "cp1251": _is_cyrillic,
}


_WRITTEN_DATES: Final = {
    encoding: re.compile(f"[0-9] ?{year} ?[0-9]{{1,2}} ?{month}".encode(encoding))
    for encoding, year, month in (("gb18030", "年", "月"), ("big5", "年", "月"), ("cp932", "年", "月"),
                                  ("euc_jp", "年", "月"), ("cp949", "년", "월"))
}  # fmt: skip
"""Dates such as 2024年3月1日 in each encoding: no other text puts these bytes between numbers."""


def _names_known(header: str) -> bool:
    for separator in ",;\t|":
        header = header.replace(separator, "\n")
    return any(not name.isascii() and is_known_name(name.strip().strip('"')) for name in header.splitlines())
