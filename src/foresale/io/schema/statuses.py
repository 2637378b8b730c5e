"""Which lines of orders are sales, by the status that is written beside them."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from foresale.core.text import counted
from foresale.io.schema.recognise import normalised
from foresale.io.schema.status_words import CLOSED, DONE, NO_SALE, SALE_ALL_THE_SAME, UNDER_WAY
from foresale.io.schema.synonyms import ROLES, STATUSES

StatusTold = Mapping[str, Sequence[str]]
"""Statuses by what they are to be taken for: "counted" or "ignored"."""

_EMPTY: Final = "(empty)"
_FLAG: Final = r"(?i)^\s*(true|false|yes|no|y|n)\s*$"
_CODE: Final = r"(?i)^\s*(true|false|yes|no|y|n|[01](\.0)?)\s*$"
_SET: Final = r"(?i)^\s*(true|yes|y|1(\.0)?)\s*$"
_UNDONE_NAME: Final = re.compile(r"cancel|void|return|refund|取消|退款|退货|キャンセル|취소|storn|annul|anul")
_MOMENT_NAME: Final = re.compile(r"(at|date|time|时间|日期)$")
_MOST_WORDS: Final = 200
"""Different texts up to which a column may be one of statuses."""
_SHOWN: Final = 8  # words that a sentence has room for
_KNOWN: Final = (*DONE, *UNDER_WAY, *SALE_ALL_THE_SAME)
"""Words of statuses of sales."""
_SPACELESS: Final = "\u0e00"
"""Scripts from Thai on put no spaces between words."""


@dataclass(frozen=True)
class Statuses:
    """What the statuses of lines were taken for.

    Attributes:
        ignored: [n] Boolean, whether a line is no sale.
        notes: each status with its units, and what it was taken for.
    """

    ignored: pl.Series
    notes: tuple[str, ...]


def sort_out(column: pl.Series, units: pl.Series, *, told: StatusTold | None = None) -> Statuses:
    """Which lines their status leaves out: cancelled, returned, refunded, failed, unpaid, closed or no order at all.

    A line without a status counts, as does a status that says nothing of the kind, and one that says so of a part only.

    Args:
        column: [n] the statuses of lines, or a flag or moment of cancelling.
        units: [n] quantities of the lines.
        told: statuses that are counted or ignored, whatever their words mean.

    >>> lines = pl.Series("status", ["wc-completed", "wc-cancelled", "Storniert", "partially_refunded"])
    >>> sorted_out = sort_out(lines, pl.Series([1.0, 2.0, 4.0, 8.0]))
    >>> sorted_out.ignored.to_list()
    [False, True, True, False]
    >>> sorted_out.notes[0].partition(";")[0]
    "Orders by their status in 'status': counted 'partially_refunded' (8 units), 'wc-completed' (1 units)"
    """
    written = column.unique().drop_nulls().to_list()
    if told is None and _tells_undoing(column, written):
        undone = _undone(column)
        return Statuses(undone, _undone_note(column.name, undone, units))
    meanings = meanings_of(written)
    strange: list[str] = []
    for kind, taken in (("counted", ""), ("ignored", "as told")):
        for status in (told or {}).get(kind, ()):
            same = _written_as(status, written)
            meanings.update(dict.fromkeys(same, taken))
            strange += [] if same else [status]
    left_out = [status for status, meaning in meanings.items() if meaning]
    ignored = column.is_in(left_out).fill_null(value=False)
    notes = [_account(column, units, meanings)]
    if strange:
        notes.append(f"No line has the status {', '.join(map(repr, strange))}, which was told.")
    return Statuses(ignored, tuple(notes))


def has_status(column: pl.Series, status: str) -> bool:
    """Whether a status stands in a column, in any spelling of case, accents and punctuation.

    >>> has_status(pl.Series(["on-hold"]), "On Hold")
    True
    """
    return bool(_written_as(status, column.unique().drop_nulls().to_list()))


def _written_as(status: str, written: Sequence[str]) -> list[str]:
    """The statuses that are the one that was told: the same text, else the same words (-1 is not 1)."""
    same = [other for other in written if other.strip() == status.strip()]
    return same or [other for other in written if _plain(other) == _plain(status) and not _is_number(status)]


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+", text.strip()) is not None


def meanings_of(statuses: Sequence[str]) -> dict[str, str]:
    """What became of orders by their statuses: a key of `NO_SALE`, "closed", or "" where they are sales.

    >>> meanings_of(["交易关闭", "等待买家付款", "买家已付款，等待卖家发货"])
    {'交易关闭': 'cancelled', '等待买家付款': 'unpaid', '买家已付款，等待卖家发货': ''}
    >>> meanings_of(["open", "closed"]), meanings_of(["complete", "closed"])
    ({'open': '', 'closed': ''}, {'complete': '', 'closed': 'closed'})
    """
    plain = {status: _plain(status) for status in statuses}
    finished = any(_says(text, DONE) for text in plain.values())
    return {status: _meaning(text, finished=finished) for status, text in plain.items()}


def further_statuses(frame: pl.DataFrame, status: str, taken: Collection[str]) -> tuple[str, ...]:
    """Columns beside the status that tell too which orders or lines are no sale.

    The status of an item stands beside that of its order, and so do the state of a refund and a moment of cancelling.

    Args:
        frame: rows as they came.
        status: the column of the status.
        taken: columns that are something else.

    >>> rows = pl.DataFrame({"order-status": ["Shipped", "Shipped"], "item-status": ["Shipped", "Cancelled"]})
    >>> further_statuses(rows, "order-status", ())
    ('item-status',)
    """
    names = [name for name in frame.columns if name != status and name not in taken and normalised(name) in _NAMES]
    return tuple(name for name in names if _says_undone(frame[name]))


_NAMES: Final = frozenset(map(normalised, (*ROLES["status"], *STATUSES)))


def _says_undone(column: pl.Series) -> bool:
    if are_statuses(column):
        return True
    if not _UNDONE_NAME.search(normalised(column.name)) or column.dtype.is_nested():
        return False
    texts = column.cast(pl.String, strict=False)
    return texts.null_count() < len(texts) and _tells_undoing(texts, texts.unique().drop_nulls().to_list())


def are_statuses(column: pl.Series) -> bool:
    """Whether the texts of a column, at least half of them, are what becomes of orders, not states or kinds of goods.

    >>> are_statuses(pl.Series(["complete", "canceled"])), are_statuses(pl.Series(["Texas", "Ohio"]))
    (True, False)
    """
    if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return False
    distinct = column.unique().drop_nulls()
    if not 1 < distinct.len() <= _MOST_WORDS:
        return False
    plain = [_plain(text) for text in distinct.cast(pl.String).to_list()]
    undone = sum(bool(_meaning(text, finished=True)) for text in plain)
    known = undone + sum(_says(text, _KNOWN) for text in plain if not _meaning(text, finished=True))
    return undone > 0 and known * 2 >= len(plain)


def speaks_of_no_sale(column: pl.Series) -> bool:
    """Whether any status of a column leaves its lines out."""
    written = column.unique().drop_nulls().to_list()
    return _tells_undoing(column, written) or any(meanings_of(written).values())


def _meaning(text: str, *, finished: bool) -> str:
    if _says(text, SALE_ALL_THE_SAME):
        return ""
    meaning = next((meaning for meaning, words in NO_SALE.items() if _says(text, words)), "")
    return meaning or ("closed" if finished and _says(text, CLOSED) else "")


def _plain(text: str) -> str:
    """Without case, accents and punctuation."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    spaced = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", bare)).strip()
    return spaced if spaced == "wc pending" else spaced.removeprefix("wc ")


def _says(text: str, words: tuple[str, ...]) -> bool:
    """Whether a word of `text` begins with one of `words`; in scripts without spaces, whether it holds one."""
    return _pattern(words).search(f" {text} ") is not None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    bare = [word if word.isascii() else _plain(word) for word in words]
    return re.compile("|".join(re.escape(word if word[0] > _SPACELESS else f" {word}") for word in bare))


def _tells_undoing(column: pl.Series, written: Sequence[str]) -> bool:
    """Whether a column is a flag or a moment of cancelling rather than a status."""
    texts = pl.Series(written, dtype=pl.String)
    if not _UNDONE_NAME.search(normalised(column.name)):
        return bool(texts.len()) and bool(texts.str.contains(_FLAG).all())
    if _MOMENT_NAME.search(normalised(column.name)):
        return bool(texts.str.contains(r"[0-9]").all())
    return bool(texts.str.contains(_CODE).all())


def _undone(column: pl.Series) -> pl.Series:
    if _UNDONE_NAME.search(normalised(column.name)) and _MOMENT_NAME.search(normalised(column.name)):
        return column.is_not_null()
    return column.str.contains(_SET).fill_null(value=False)


def _undone_note(name: str, undone: pl.Series, units: pl.Series) -> tuple[str, ...]:
    lines = int(undone.sum())
    amount = _units(float(units.filter(undone).abs().sum()))
    return (f"{counted(lines, 'line')} ({amount}) left out, as '{name}' says.",) if lines else ()


def _account(column: pl.Series, units: pl.Series, meanings: Mapping[str, str]) -> str:
    sums = pl.DataFrame({"status": column, "units": units.abs()}).group_by("status").agg(pl.col("units").sum())
    rows = sums.sort("units", "status", descending=[True, False]).rows()
    kept = [f"{_named(status)} ({_units(amount)})" for status, amount in rows if not meanings.get(status)]
    lost = [
        f"{_named(status)} ({meanings[status]}: {_units(amount)})" for status, amount in rows if meanings.get(status)
    ]
    parts = [f"{verb} {_first(texts)}" for verb, texts in (("counted", kept), ("left out", lost)) if texts]
    return f"Orders by their status in '{column.name}': {'; '.join(parts)}. The setting status says otherwise."


def _named(status: str | None) -> str:
    return _EMPTY if status is None else f"'{status}'"


def _units(amount: float) -> str:
    return f"{amount:,.0f} units"


def _first(texts: Sequence[str]) -> str:
    more = f" and {counted(len(texts) - _SHOWN, 'other')}" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more
