"""Dates that stand in several columns, the year in one and the month, week or quarter in others, become one."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from foresale.core.errors import ConfigError
from foresale.core.text import quoted
from foresale.io.schema.recognise import ColumnsTold, Needs, normalised, split_names
from foresale.io.schema.synonyms import DATE_PARTS, ROLES
from foresale.io.schema.times import parse_times

_LOOK: Final = 2_000  # values that tell a column
_BOUNDS: Final = {"year": (1900, 2200), "quarter": (1, 4), "month": (1, 12), "week": (1, 53), "day": (1, 31)}
_WAYS: Final = (("year", "month", "day"), ("year", "week"), ("year", "month"), ("year", "quarter"))
_MARKS: Final = {"quarter": "Q", "week": "W"}
_BY_NAME: Final = {normalised(name): part for part, names in DATE_PARTS.items() for name in names}
_WHOLE: Final = frozenset(map(normalised, ROLES["timestamp"])) - set(_BY_NAME)


def join_date_parts(
    frame: pl.DataFrame, columns: ColumnsTold | None, *, needs: Needs = "sales"
) -> tuple[pl.DataFrame, ColumnsTold | None, tuple[str, ...]]:
    """The rows with one column of dates in the place of a year and its months and days, its weeks or its quarters.

    Columns told for the timestamp are joined; by themselves they are where no column holds whole dates.

    Raises:
        ConfigError: several columns are told for the timestamp that are not the parts of a date.

    >>> rows = pl.DataFrame({"Jahr": [2024, 2024], "KW": [1, 52], "Menge": [3, 4]})
    >>> joined, columns, notes = join_date_parts(rows, None)
    >>> joined["Jahr-KW"].to_list(), columns, notes
    (['2024-W1', '2024-W52'], {'timestamp': 'Jahr-KW'}, ("Dates are joined out of 'Jahr', 'KW'.",))
    """
    columns = columns or {}
    told = split_names(columns["timestamp"], frame.columns) if "timestamp" in columns else ()
    elsewhere = needs == "future" and not set(told) <= set(frame.columns)
    told = () if elsewhere else told
    if needs == "items" or len(told) == 1 or ("timestamp" in columns and not (told or elsewhere)):
        return frame, columns or None, ()
    others = [value for role, value in columns.items() if role != "timestamp"]
    used = {name for value in others for name in split_names(value, frame.columns)}
    parts = _parts(frame, told or [name for name in frame.columns if name not in used])
    if told and set(told) - set(parts.values()):
        raise ConfigError(f"timestamp is one column, or a year with months and days, weeks or quarters, not {told}")
    way = next((way for way in _WAYS if all(part in parts for part in way)), ())
    if not way or (not told and _has_whole_dates(frame)):
        return frame, columns or None, ()
    names = [parts[part] for part in way]
    joined = "-".join(names)
    dates = pl.concat_str([_written(frame[parts[part]], part) for part in way], separator="-").alias(joined)
    return (
        frame.with_columns(dates).drop(names),
        {**columns, "timestamp": joined},
        (f"Dates are joined out of {quoted(names)}.",),
    )


def _parts(frame: pl.DataFrame, names: Sequence[str]) -> Mapping[str, str]:
    """The first column of each part of a date, whose values are such parts."""
    found: dict[str, str] = {}
    for name in names:
        part = _BY_NAME.get(normalised(name))
        if part and part not in found and name in frame.columns and _fits(frame[name], part):
            found[part] = name
    return found


def _fits(column: pl.Series, part: str) -> bool:
    look = _look(column)
    if look.is_empty() or not (look.dtype.is_numeric() or look.dtype in (pl.String, pl.Categorical, pl.Enum)):
        return False
    if part == "month" and look.dtype == pl.String and look.str.contains(r"^\s*\p{L}{3,}\.?\s*$").all():
        return True
    numbers = _numbers(look, part)
    low, high = _BOUNDS[part]
    return numbers.null_count() == 0 and bool(numbers.is_between(low, high).mean() == 1)


def _look(column: pl.Series) -> pl.Series:
    return column.gather_every(max(len(column) // _LOOK, 1)).drop_nulls()


def _numbers(column: pl.Series, part: str) -> pl.Series:
    """The number of a part; null where more than it is written, such as a whole date."""
    letters = "" if part == "year" else r"\p{L}* ?"
    digits = column.cast(pl.String).str.strip_chars().str.extract(rf"^{letters}([0-9]{{1,4}})(?:\.0+)? ?\p{{L}}*$")
    return digits.cast(pl.Int64)


def _written(column: pl.Series, part: str) -> pl.Expr:
    text = column.cast(pl.String).str.strip_chars()
    numbers = _numbers(column, part).cast(pl.String)
    return pl.lit(_MARKS.get(part, "") + numbers.zip_with(numbers.is_not_null(), text))


def _has_whole_dates(frame: pl.DataFrame) -> bool:
    for column in frame.iter_columns():
        if isinstance(column.dtype, pl.Date | pl.Datetime):
            return True
        if normalised(column.name) in _WHOLE:
            look = _look(column)
            if look.len() and parse_times(look).values.null_count() * 2 <= look.len():
                return True
    return False
