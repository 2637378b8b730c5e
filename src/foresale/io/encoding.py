"""Bytes of a text file become UTF-8, whatever they were written in."""

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from foresale.io.letters import likeliest
from foresale.io.schema.recognise import is_known_name, is_sum_word

_SAMPLE: Final = 65_536  # bytes of lines beyond ASCII that tell an encoding
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES: Final = {"cp932": "Shift-JIS", "cp1252": "Windows-1252", "gb18030": "GB18030", "latin_1": "Latin-1"}

_WRITTEN_DATES: Final = {
    "gb18030": ("年", "月"),
    "big5": ("年", "月"),
    "cp932": ("年", "月"),
    "euc_jp": ("年", "月"),
    "cp949": ("년", "월"),
}
"""Year and month of dates such as 2024年3月1日 in each encoding: no other text puts these bytes between numbers."""


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


def _guesses(data: bytes) -> list[str]:
    """Encodings by how likely the text is in each; first those in which dates are written, or words of a table known.

    A few words in a table of numbers are too short for their letters to tell.
    """
    sample = _sample(data)
    guesses = likeliest(sample)
    told = [
        encoding
        for encoding, (year, month) in _WRITTEN_DATES.items()
        if re.search(f"[0-9] ?{year} ?[0-9]{{1,2}} ?{month}".encode(encoding), sample)
    ]
    lines = sample.strip().split(b"\n")
    for line, is_word in ((lines[0], is_known_name), (lines[-1], is_sum_word)):
        told += [guess for guess in guesses if _fits(line, guess) and _known(line.decode(guess), is_word)]
    return list(dict.fromkeys((*told, *guesses)))


def _known(line: str, is_word: Callable[[str], bool]) -> bool:
    """Whether a cell of a line beyond ASCII is a word that is known."""
    for separator in ",;\t|":
        line = line.replace(separator, "\n")
    return any(not cell.isascii() and is_word(cell.strip().strip('"')) for cell in line.splitlines())


def _sample(data: bytes) -> bytes:
    """The header, and so many of the lines beyond ASCII as tell the encoding: a long file may begin with none."""
    lines = io.BytesIO(data)
    sample, size = [lines.readline()[:_SAMPLE]], 0
    for line in lines:
        if size >= _SAMPLE:
            break
        if not line.isascii():
            sample.append(line[:_SAMPLE])
            size += len(line)
    return b"".join(sample)
