"""Columns by their meaning: ids, covariates and flags, parsed without inventing or losing anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from foresale.io.schema.numbers import UNKNOWN, parse_numbers

_WHOLE: Final = r"^(0|-?[1-9][0-9]{0,17})$"
_WHOLE_AS_FLOAT: Final = r"^(0|-?[1-9][0-9]{0,17})\.0+$"
_LARGEST_EXACT: Final = 2.0**53
_NOT_A_NUMBER: Final = ("", "nan", "NaN")
"""What other libraries write into a column of text where a value is unknown."""
_CODES: Final = r"^[+-]?0[0-9]|^[0-9]{17,}$"
"""Digits that no number keeps: a leading zero, or more of them than a float holds."""
_KINDS: Final[Mapping[type[pl.DataType], str]] = {
    pl.Date: "date",
    pl.Datetime: "date",
    pl.Time: "time",
    pl.Duration: "duration",
    pl.Binary: "byte",
    pl.List: "list",
    pl.Array: "list",
    pl.Struct: "record",
    pl.Object: "object",
}
_TRUE: Final = ("true", "yes", "y", "t", "on", "是", "有")
_FALSE: Final = ("false", "no", "n", "f", "off", "否", "无")


@dataclass(frozen=True)
class Parsed:
    """A column, and what is to be said about it; None where it is of no use, as one without a value is."""

    values: pl.Series | None
    notes: tuple[str, ...] = ()
    is_empty: bool = False


def written(value: pl.Series) -> str | None:
    """The one value of a column as text, for a message; dates beyond what Python knows too.

    >>> from datetime import date
    >>> written(pl.Series([date(2024, 3, 1)]))
    '2024-03-01'
    """
    if isinstance(value.dtype, pl.Date | pl.Datetime):
        return value.cast(pl.String)[0]  # type: ignore[no-any-return]
    return None if value[0] is None else str(value[0])


def may_be_numbers(column: pl.Series) -> bool:
    """Whether a column is of numbers or of text, not of dates, durations, bytes or lists.

    >>> from datetime import date
    >>> may_be_numbers(pl.Series(["7"])), may_be_numbers(pl.Series([date(2024, 3, 1)]))
    (True, False)
    """
    kind = column.dtype
    texts = (pl.String, pl.Boolean, pl.Categorical, pl.Enum, pl.Null)
    return kind.is_numeric() or kind in texts


def may_be_ids(column: pl.Series) -> bool:
    """Whether the values of a column can name items: anything but durations, lists and objects.

    >>> may_be_ids(pl.Series([b"7"])), may_be_ids(pl.Series([[7]]))
    (True, False)
    """
    return not (column.dtype in (pl.Duration, pl.Object) or column.dtype.is_nested())


def kind_of(column: pl.Series) -> str:
    """What a column that holds no numbers holds, in a word.

    >>> from datetime import date
    >>> kind_of(pl.Series([date(2024, 3, 1)]))
    'date'
    """
    return _KINDS.get(column.dtype.base_type(), "list" if column.dtype.is_nested() else "value of another kind")


def parse_ids(column: pl.Series, *, from_text: bool) -> tuple[pl.Series, tuple[str, ...]]:
    """Ids in the caller's type, the same id always written the same; null where there is none.

    White space around ids goes. `1`, `"1"` and `1.0` are one id. A column of a text file becomes whole numbers where
    all its ids are written as such; `007` stays text.

    >>> parse_ids(pl.Series("sku", [" 7", "7.0", "8"]), from_text=True)[0].to_list()
    [7, 7, 8]
    >>> parse_ids(pl.Series("sku", ["007", "8"]), from_text=True)[0].to_list()
    ['007', '8']
    """
    kind = column.dtype
    if kind in (pl.Int128, pl.UInt128):
        return _ids_of_text(column.cast(pl.String), from_text=True)
    if kind.is_integer() or kind == pl.Boolean:
        return column, ()
    if kind == pl.Binary:
        return _ids_of_bytes(column)
    if not may_be_ids(column):
        return pl.Series(column.name, [None] * len(column), dtype=pl.String), ()
    if kind.is_numeric():
        return _ids_of_numbers(column)
    if kind in (pl.Categorical, pl.Enum):
        distinct = column.unique().cast(pl.String)
        if _same_ids(distinct)[0].equals(distinct, null_equal=True):
            return column, ()
    return _ids_of_text(column.cast(pl.String), from_text)


def _ids_of_numbers(column: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    values = column.cast(pl.Float64).fill_nan(None)
    if ((values == values.round()) & (values.abs() < _LARGEST_EXACT)).all():
        return values.cast(pl.Int64), (f"The ids of {column.name!r} are read as whole numbers.",)
    return values.cast(pl.String), (f"The ids of {column.name!r} are numbers with decimals, and read as text.",)


def _ids_of_bytes(column: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    """Bytes as the text they are, else as two digits for each, such as the ids that databases make."""
    try:
        return _ids_of_text(column.cast(pl.String), from_text=False)
    except pl.exceptions.ComputeError:
        return column.bin.encode("hex"), (f"The ids of {column.name!r} are bytes, and read as hexadecimal digits.",)


def _ids_of_text(column: pl.Series, from_text: bool) -> tuple[pl.Series, tuple[str, ...]]:
    distinct = column.unique()
    same, notes = _same_ids(distinct)
    kind: pl.DataType = pl.String()
    if from_text and same.is_not_null().any() and same.drop_nulls().str.contains(_WHOLE).all():
        kind = pl.Int64()
    if kind == pl.String and same.equals(distinct, null_equal=True):
        return column, ()
    if kind == pl.Int64 and same.equals(distinct, null_equal=True):
        return column.cast(kind), ()
    lookup = pl.DataFrame({"old": distinct, "new": same.cast(kind)})
    joined = column.to_frame("old").join(lookup, on="old", how="left", nulls_equal=True, maintain_order="left")
    return joined["new"].alias(column.name), tuple(f"{note} in {column.name!r}." for note in notes)


def _same_ids(distinct: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    """Distinct ids without what makes two of one: surrounding space, and `.0` behind a number that is there too."""
    notes = []
    trimmed = distinct.str.strip_chars()
    trimmed = trimmed.set((trimmed == "").fill_null(value=False), None)
    if trimmed.n_unique() < distinct.n_unique():
        notes.append("White space around ids is left out")
    floats = trimmed.str.contains(_WHOLE_AS_FLOAT).fill_null(value=False)
    if not floats.any():
        return trimmed, tuple(notes)
    whole = trimmed.str.replace(r"\.0+$", "")
    numeric = bool((floats | trimmed.str.contains(_WHOLE)).all())
    same = whole.zip_with(floats & (whole.is_in(trimmed.drop_nulls().to_list()) | numeric), trimmed)
    if not same.equals(trimmed, null_equal=True):
        notes.append("Ids such as '1' and '1.0' are one id")
    return same, tuple(notes)


def parse_extra(column: pl.Series, *, from_text: bool, semicolons: bool = False) -> Parsed:
    """A column beside the sales: Float64, Boolean or String, null where unknown; nested and empty ones are left out.

    >>> parse_extra(pl.Series("promo", ["true", "FALSE", ""]), from_text=True).values.to_list()
    [True, False, None]
    >>> parse_extra(pl.Series("zip", ["01099", "10115"]), from_text=True).values.to_list()
    ['01099', '10115']
    """
    kind, name = column.dtype, column.name
    if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Duration):
        return Parsed(None, (f"Column {name!r} holds {kind_of(column)}s, and is left out.",))
    if column.null_count() == column.len():
        return Parsed(None, is_empty=True)
    if kind == pl.Boolean:
        return Parsed(column)
    if kind.is_numeric():
        return _numeric_extra(column, semicolons)
    text = column.cast(pl.String)
    if kind == pl.String and (from_text or text.str.contains(r"^\s*-?[0-9]+[.,][0-9]").any()):
        return _text_extra(text, semicolons)
    return Parsed(text.set(text.is_in(_NOT_A_NUMBER).fill_null(value=False), None))


def _numeric_extra(column: pl.Series, semicolons: bool) -> Parsed:
    numbers = parse_numbers(column, semicolons=semicolons)
    notes = tuple(f"In {column.name!r}, {note}." for note in numbers.notes)
    endless = int(numbers.infinite.sum())
    if endless:
        notes = (*notes, f"{endless:,} infinite values of {column.name!r} are unknown.")
    return Parsed(numbers.values.alias(column.name), notes)


def _text_extra(text: pl.Series, semicolons: bool) -> Parsed:
    trimmed = text.str.strip_chars()
    unknown = trimmed.is_in(UNKNOWN).fill_null(value=True)
    trimmed = trimmed.set(unknown, None)
    if trimmed.null_count() == len(trimmed):
        return Parsed(None, is_empty=True)
    words = trimmed.drop_nulls().head(100).str.to_lowercase()
    if words.is_in([*_TRUE, *_FALSE]).all():
        lowered = trimmed.str.to_lowercase()
        if lowered.drop_nulls().is_in([*_TRUE, *_FALSE]).all():
            return Parsed(lowered.is_in(_TRUE).set(lowered.is_null(), None))
    if trimmed.str.contains(_CODES).any():
        return Parsed(trimmed)
    numbers = parse_numbers(trimmed, semicolons=semicolons)
    wrong = int(numbers.wrong.sum())
    if not wrong:
        return _numeric_extra(trimmed, semicolons)
    written = len(trimmed) - trimmed.null_count()
    if wrong * 10 <= written:
        first = trimmed.filter(numbers.wrong)[0]
        note = f"Column {text.name!r} is read as text: {wrong:,} of its values are no numbers, such as {first!r}."
        return Parsed(trimmed, (note,))
    return Parsed(trimmed)
