"""Text becomes numbers, whatever marks the thousands and the decimals: decided over the whole column."""

from dataclasses import dataclass
from typing import Final

import polars as pl

UNKNOWN: Final = (
    "",
    "nan",
    "NaN",
    "NAN",
    "na",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "<NA>",
    "null",
    "NULL",
    "Null",
    "None",
    "none",
    "NaT",
    "\\N",
    "#NULL!",
)
"""What programs write for a value that is not known."""

_PLAIN: Final = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_INFINITE: Final = r"(?i)^[+-]?inf(inity)?$"
_COMMA_THOUSANDS: Final = r"^[+-]?[1-9][0-9]{0,2}(,[0-9]{2,3})*,[0-9]{3}(\.[0-9]*)?$"
_POINT_THOUSANDS: Final = r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]*)?$"
_DECIMAL_COMMA: Final = r"^[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?$"


@dataclass(frozen=True)
class Numbers:
    """A column as numbers.

    Attributes:
        values: Float64; null where nothing is written, where it is no number, and where it is infinite.
        wrong: Boolean, where something is written that is no number.
        infinite: Boolean, where it is infinite.
        notes: how the marks were read, in sentences without the name of the column.
    """

    values: pl.Series
    wrong: pl.Series
    infinite: pl.Series
    notes: tuple[str, ...] = ()


def parse_numbers(column: pl.Series, *, semicolons: bool = False) -> Numbers:
    """Numbers out of text or of any numeric type.

    Spaces and apostrophes part thousands; whether a point or a comma does is decided over the whole column. `1,234`
    alone could be either: a thousand and more, but a decimal comma in a file separated by semicolons.

    >>> parse_numbers(pl.Series(["1.234,5", "12", "", "x"])).values.to_list()
    [1234.5, 12.0, None, None]
    >>> parse_numbers(pl.Series(["1 234,5", "0,5"])).values.to_list()
    [1234.5, 0.5]
    >>> parse_numbers(pl.Series(["1,234", "(12)"])).values.to_list()
    [1234.0, -12.0]
    """
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype == pl.String:
        return _from_text(column, semicolons)
    values = column.cast(pl.Float64)
    return _numbers(values, pl.repeat(False, len(column), dtype=pl.Boolean, eager=True), ())


def is_numeric(column: pl.Series) -> bool:
    """Whether a column holds numbers already."""
    return column.dtype.is_numeric()


def _numbers(values: pl.Series, wrong: pl.Series, notes: tuple[str, ...]) -> Numbers:
    infinite = values.is_infinite().fill_null(value=False)
    if values.is_nan().any():
        values = values.fill_nan(None)
    if infinite.any():
        values = values.set(infinite, None)
    return Numbers(values, wrong, infinite, notes)


def _from_text(column: pl.Series, semicolons: bool) -> Numbers:
    values = column.cast(pl.Float64, strict=False)
    rest = values.is_null() & column.is_not_null()
    if not rest.any() and not (semicolons and column.str.contains(_POINT_THOUSANDS).any()):
        return _numbers(values, rest, ())
    text = column.str.strip_chars()
    unknown = text.is_in(UNKNOWN).fill_null(value=True)
    plain, notes = _unmarked(text.set(unknown, None), semicolons)
    fits = plain.str.contains(_PLAIN) | plain.str.contains(_INFINITE)
    wrong = ~fits.fill_null(value=True)
    values = plain.set(wrong, None).cast(pl.Float64, strict=False)
    return _numbers(values, wrong, notes)


def _unmarked(text: pl.Series, semicolons: bool) -> tuple[pl.Series, tuple[str, ...]]:
    """Numbers as programs write them: no thousands, a decimal point, a minus in front."""
    if not semicolons and text.drop_nulls().str.contains(_PLAIN).all():
        return text, ()
    text = (
        text.str.normalize("NFKC")
        .str.replace_all("−", "-")
        .str.replace_all(r"([0-9])[\s'’]([0-9]{3})", "$1$2")
        .str.replace_all(r"([0-9])[\s'’]([0-9]{3})", "$1$2")
        .str.replace(r"^\((.+)\)$", "-$1")
        .str.replace(r"^([0-9.,]+)-$", "-$1")
        .str.replace(r"^([+-]?)\s*[A-Z]{0,3}\p{Sc}\s*", "$1")
        .str.replace(r"\s*[\p{Sc}元円원]$", "")
        .str.strip_chars()
    )
    marked = text.filter(text.str.contains("[.,]").fill_null(value=False))
    if not marked.str.contains(",", literal=True).any():
        if semicolons and marked.len() and marked.str.contains(_POINT_THOUSANDS).all() and not _thousand_bare(text):
            return text.str.replace_all(".", "", literal=True), ("points part thousands",)
        if marked.str.contains(r"\..*\.").any() and marked.str.contains(_POINT_THOUSANDS).mean() == 1.0:
            return text.str.replace_all(".", "", literal=True), ("points part thousands",)
        return text, ()
    by_comma = int(marked.str.contains(_COMMA_THOUSANDS).sum())
    by_point = int((marked.str.contains(_POINT_THOUSANDS) | marked.str.contains(_DECIMAL_COMMA)).sum())
    if by_point > by_comma or (by_point == by_comma and semicolons):
        whole = _without(text, ".", where=_POINT_THOUSANDS).str.replace(",", ".", literal=True)
        return whole, ("the comma is read as the decimal mark",)
    return _without(text, ",", where=_COMMA_THOUSANDS), ("commas part thousands",)


def _without(text: pl.Series, mark: str, *, where: str) -> pl.Series:
    bare = text.str.replace_all(mark, "", literal=True)
    return bare.zip_with(text.str.contains(where).fill_null(value=False), text)


def _thousand_bare(text: pl.Series) -> bool:
    """Whether a number of four digits stands without a mark, which one who marks thousands would not write."""
    return bool(text.str.contains(r"^[+-]?[0-9]{4,}$").any())
