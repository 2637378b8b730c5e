"""Delimited text becomes columns of text, with every row accounted for: read or reported."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.errors import Fault
from foresale.io.encoding import decode
from foresale.io.source_table import SourceTable, refuse, unique_names

_SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE: Final = 65_536  # letters that tell the separator and the quotes
_BLOCK: Final = 1 << 24
_BATCH: Final = 50_000  # rows at a time
_QUOTE, _FEED, _RETURN = b'"\n\r'
_EMPTY_LINES: Final = re.compile(rb'\A(?:[,;\t| "]*\r?\n)+')
_FOOTER: Final = re.compile(
    r"record\(s\) downloaded|datens[aä]tze? heruntergeladen|enregistrement\(s\) t[ée]l[ée]charg|registro\(s\) descargad"
    r"|record scaricat|^\W*(?:seller id|verk[aä]ufer-id|id du vendeur|id venditore)\s*:",
    re.IGNORECASE,
)
"""What eBay writes below the rows of a report."""


def read_delimited(data: bytes, *, name: str) -> SourceTable:
    r"""Columns of text out of the bytes of a CSV file: empty fields are null, nothing else is interpreted.

    A file without irregularities is read by polars; one with quotes astray, lines of other lengths or blank lines goes
    record by record through the strict parser of Python, where a line that cannot be read is reported and the next one
    is tried, so that one open quote swallows one line and not the rest of the file.

    Raises:
        DataError: an empty file, or one without a header.

    >>> raw = read_delimited(b"sku;day;qty\n007;2024-01-01;1,5\n008;2024-01-01\n", name="sales.csv")
    >>> raw.frame.rows(), raw.rows_read
    ([('007', '2024-01-01', '1,5')], 2)
    """
    decoded = decode(data)
    text, hint = _without_hint(decoded.data)
    if not text.strip():
        raise refuse("empty file", name, "Pass a file with a header line and rows.")
    separator = hint or find_separator(text)
    header, start = _header(text, separator)
    if len(header) == 1 and not hint:
        _refuse_title(text, name)
    if not any(cell.strip() for cell in header):
        raise refuse("no header", name, "Write the column names in the first line.")
    names, repeated, notes = unique_names(header)
    suspect = ("\0", "\ufffd") if decoded.broken else ("\0",)
    body = text[start:].rstrip(b"\r\n")
    if not decoded.broken and b"\0" not in body and is_regular(body, separator, len(names)):
        raw = _read_fast(body, separator, names)
    else:
        raw = _read_carefully(body.decode(), separator, names, suspect)
    understood = f"{name}: {decoded.encoding}, columns separated by {_SEPARATORS.get(separator, repr(separator))}."
    return SourceTable(
        raw.frame,
        raw.rows_read,
        raw.numbers,
        raw.faults,
        (understood, *notes, *raw.notes),
        repeated=frozenset(repeated),
        semicolons=separator == ";",
        from_text=True,
    )


def find_separator(text: bytes) -> str:
    r"""The separator under which most of the first rows have as many fields as the header; a comma if there is none.

    >>> find_separator(b"day;qty\n2024-01-01;1,5\n2024-01-02;2,5\n")
    ';'
    """
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    lines = sample.decode(errors="ignore")

    def score(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in _lenient_rows(lines, separator) if any(row)]
        if not widths or widths[0] < 2:
            return 0.0, 0
        return round(widths.count(widths[0]) / len(widths), 1), widths[0]

    best = max(_SEPARATORS, key=score)
    return best if score(best)[1] else ","


def _refuse_title(text: bytes, name: str) -> None:
    """Refuses a file whose first lines are a title and no header, as reports of merchandise systems have them."""
    lines = text[:_SAMPLE].decode(errors="ignore")
    for mark in _SEPARATORS:
        widths = [len(row) for row in _lenient_rows(lines, mark)]
        usual = max(set(widths), key=widths.count)
        if usual > 2 and widths[0] == 1 and widths.count(usual) * 2 > len(widths):
            cure = f"Delete the lines above line {widths.index(usual) + 1}, which seems to hold the column names."
            raise refuse("title above the column names", f"line 1 of {name}", cure)


def _lenient_rows(lines: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=separator)
    rows = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == 500:
                break
    except csv.Error:
        pass
    return rows


def _without_hint(text: bytes) -> tuple[bytes, str]:
    """Text without leading lines of nothing but separators, and the separator that a first line `sep=;` tells."""
    rest = _EMPTY_LINES.sub(b"", text, count=1)
    has_names = any(letter.isalpha() for letter in rest.partition(b"\n")[0].decode(errors="replace"))
    text = rest if has_names else text.lstrip(b"\r\n")
    first, _, rest = text.partition(b"\n")
    hint = first.strip().decode(errors="replace")
    if len(hint) == 5 and hint.startswith("sep=") and hint[-1] in _SEPARATORS:
        return rest.lstrip(b"\r\n"), hint[-1]
    if first.rstrip(b"\r") == b"sep=\t":
        return rest.lstrip(b"\r\n"), "\t"
    return text, ""


def _header(text: bytes, separator: str) -> tuple[list[str], int]:
    """The cells of the first record, and where the rows begin."""
    lines = _lines(text[: 16 * _SAMPLE].decode(errors="ignore"))
    reader = csv.reader(iter(lines), delimiter=separator, skipinitialspace=True)
    try:
        cells, count = next(reader), reader.line_num
    except (csv.Error, StopIteration):
        cells, count = lines[0].rstrip("\r\n").split(separator), 1
    if count > 1 and any(len(cell) > 200 for cell in cells):  # an open quote in the header
        cells, count = lines[0].rstrip("\r\n").split(separator), 1
    return cells, sum(len(line.encode()) for line in lines[:count])


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def is_regular(body: bytes, separator: str, width: int) -> bool:
    """Whether every record has `width` fields and every quote stands where it belongs, looked at block by block.

    Then any parser reads the same, and the fastest may be used.

    >>> is_regular(b'1,"a, b",2', ",", 3), is_regular(b'1,5" nail,2', ",", 3), is_regular(b"1,2", ",", 3)
    (True, False, False)
    """
    lone_returns = b"\r" in body and body.count(b"\r") != body.count(b"\r\n")
    if not body or lone_returns or body.startswith(BOM_UTF8):  # polars would drop a mark that begins the first row
        return False
    mark = ord(separator)
    inside, fields = False, 0
    before = _FEED
    data = np.frombuffer(body, np.uint8)
    for start in range(0, data.size, _BLOCK):
        block = data[start : start + _BLOCK]
        after = int(data[start + _BLOCK]) if start + _BLOCK < data.size else _FEED
        quotes = np.flatnonzero(block == _QUOTE)
        if quotes.size and not _quotes_fit(block, quotes, inside, (before, after), mark):
            return False
        marks, ends = (_outside(np.flatnonzero(block == byte), quotes, inside) for byte in (mark, _FEED))
        counts = np.searchsorted(marks, ends)
        separators = np.diff(counts, prepend=0)
        if ends.size:
            separators[0] += fields
            if (separators != width - 1).any():
                return False
            fields = marks.size - int(counts[-1])
        else:
            fields += marks.size
        inside ^= bool(quotes.size % 2)
        before = int(block[-1])
    blank = width == 1 and (body.startswith(b"\n") or b"\n\n" in body or b"\n\r\n" in body)
    return not inside and fields == width - 1 and not blank


def _outside(places: npt.NDArray[np.int64], quotes: npt.NDArray[np.int64], inside: bool) -> npt.NDArray[np.int64]:
    """The places that do not stand between quotes."""
    if not quotes.size:
        return places[:0] if inside else places
    outside = (np.searchsorted(quotes, places) + inside) % 2 == 0
    return np.asarray(places[outside], np.int64)


def _quotes_fit(
    block: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], inside: bool, around: tuple[int, int], mark: int
) -> bool:
    """Whether quotes open only after a separator and close only before one (a doubled quote closes and opens)."""
    opening, closing = quotes[int(inside) :: 2], quotes[1 - int(inside) :: 2]
    before = np.where(opening > 0, block[opening - 1], around[0])
    after = np.where(closing + 1 < block.size, block[np.minimum(closing + 1, block.size - 1)], around[1])
    opens = (before == mark) | (before == _FEED) | (before == _QUOTE)
    closes = (after == mark) | (after == _FEED) | (after == _RETURN) | (after == _QUOTE)
    return bool(opens.all() and closes.all())


def _read_fast(body: bytes, separator: str, names: Sequence[str]) -> SourceTable:
    frame = pl.read_csv(
        body, separator=separator, has_header=False, new_columns=list(names), infer_schema=False, quote_char='"'
    )
    if b'""' in body:
        frame = _without_blanks(frame)
    full = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    return SourceTable(full, full.height, notes=_blank_note(frame.height - full.height))


def _without_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _blank_note(count: int) -> tuple[str, ...]:
    return (f"{count:,} empty lines are no rows.",) if count else ()


@dataclass
class _Gathered:
    """What the careful reading has found so far."""

    batches: list[pl.DataFrame] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    below: list[str] = field(default_factory=list)
    read: int = 0
    blank: int = 0

    def flush(self, names: Sequence[str]) -> None:
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * len(names)
        self.batches.append(
            pl.DataFrame([pl.Series(n, list(c), pl.String) for n, c in zip(names, columns, strict=True)])
        )
        self.rows.clear()


def _read_carefully(text: str, separator: str, names: Sequence[str], suspect: Sequence[str]) -> SourceTable:
    gathered = _Gathered()
    width = len(names)
    for fields, line in _records(_lines(text), separator, width):
        if fields is not None and not any(fields[1:]) and not "".join(fields[:1]).strip():
            gathered.blank += 1
            continue
        if fields is not None and len([cell for cell in fields if cell]) < width and _FOOTER.search(line):
            gathered.below.append(_shortened(line))
            continue
        gathered.read += 1
        fault = "" if fields is None else _misfit(fields, width, suspect)
        if fields is None or fault:
            shown = f"row {gathered.read:,}: {_shortened(line)!r}"
            gathered.faults.setdefault(
                fault or "line with a quote that does not close, or closes too early", []
            ).append(shown)
            continue
        gathered.rows.append(fields[:width])
        gathered.numbers.append(gathered.read)
        if len(gathered.rows) == _BATCH:
            gathered.flush(names)
    gathered.flush(names)
    frame = _without_blanks(pl.concat(gathered.batches))
    faults = [Fault(what, len(places), places[0], _CURE, len(places)) for what, places in gathered.faults.items()]
    numbers = pl.Series(gathered.numbers, dtype=pl.UInt32)
    notes = (
        *_blank_note(gathered.blank),
        *(f"Below the rows stands {line!r}, which is none." for line in gathered.below),
    )
    return SourceTable(frame, gathered.read, numbers, tuple(faults), notes)


_CURE: Final = "Correct the lines, or leave them out with bad_rows='drop'."


def _misfit(fields: Sequence[str], width: int, suspect: Sequence[str]) -> str:
    if len(fields) < width:
        return f"line with fewer than {width} fields"
    if any(fields[width:]):
        return f"line with more than {width} fields"
    if any(mark in value for mark in suspect for value in fields):
        return "line with bytes that are no text"
    return ""


def _shortened(line: str) -> str:
    line = line.rstrip("\r\n")
    return line if len(line) <= 60 else line[:57] + "…"


def _records(lines: Sequence[str], separator: str, width: int) -> Iterator[tuple[list[str] | None, str]]:
    """The fields of each record (None where unreadable) with its first line.

    A record of several lines must have `width` fields; else its first line is unreadable and the next begins anew.
    """
    start = 0
    while start < len(lines):
        reader = csv.reader(
            (lines[i] for i in range(start, len(lines))), delimiter=separator, strict=True, skipinitialspace=True
        )
        begin = start
        while start < len(lines):
            try:
                fields: list[str] | None = next(reader)
            except csv.Error:
                fields = None
            after = begin + reader.line_num
            several = after - start > 1
            if several and (fields is None or len(fields) != width):
                yield None, lines[start]
                start += 1
                break
            yield fields, lines[start]
            start = after
