"""Frames of pandas, pyarrow, polars and everything that narwhals knows become polars frames, no value changed."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.columns import TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.io.source_table import SourceTable, refuse, unique_names

_NEVER_MISSING: Final = frozenset({bool, int, str, date, datetime, type(None)})


def read_frame(source: Any) -> SourceTable:
    """The rows of a data frame of any library.

    A pandas index that has a name, or is of dates, becomes a column. Columns of mixed types become text.

    Raises:
        ConfigError: the source is no data frame.
        DataError: a frame without columns.

    >>> read_frame(pl.DataFrame({"sku": ["a"], "qty": [1]})).frame.shape
    (1, 2)
    """
    import narwhals as nw

    if isinstance(source, pl.LazyFrame):
        source = _flat(source).collect()
    if isinstance(source, pl.Series):
        source = source.to_frame()
    if nw.dependencies.is_pandas_series(source):
        source = source.to_frame()
    if isinstance(source, pl.DataFrame):
        return _raw([source.to_series(i) for i in range(source.width)], source.columns)
    if nw.dependencies.is_pandas_dataframe(source):
        return _from_pandas(source)
    if nw.dependencies.is_pyarrow_table(source):
        names = [str(name) for name in source.column_names]
        return _raw([pl.Series(source.column(i)) for i in range(len(names))], names)
    try:
        native = nw.from_native(source)
    except TypeError as error:
        kind = type(source).__name__
        raise ConfigError(f"cannot read a {kind}: pass a path, a database URL with a query, or a data frame") from error
    eager = native.collect("polars") if isinstance(native, nw.LazyFrame) else native
    frame = eager.to_polars()
    return _raw([frame.to_series(i) for i in range(frame.width)], frame.columns)


def _flat(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Without nested columns, which are heavy and of no use here."""
    schema = frame.collect_schema()
    return frame.select([name for name, kind in schema.items() if not kind.is_nested()])


def _raw(columns: list[pl.Series], found: list[str]) -> SourceTable:
    if not columns:
        raise refuse("no columns", "the frame", "Pass a frame with columns and rows.")
    names, repeated, notes = unique_names(found)
    frame = pl.DataFrame([column.alias(name) for column, name in zip(columns, names, strict=True)])
    return SourceTable(frame, frame.height, notes=tuple(notes), repeated=frozenset(repeated))


def _from_pandas(frame: Any) -> SourceTable:
    frame = with_index(frame)
    names = ["_".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    columns = [_pandas_column(frame.iloc[:, i]) for i in range(len(names))]
    raw = _raw([column for column, _ in columns], names)
    mixed = [name for name, (_, several) in zip(raw.frame.columns, columns, strict=True) if several]
    notes = tuple(f"Column {name!r} holds values of several types, and is read as text." for name in mixed)
    return replace(raw, notes=(*raw.notes, *notes))


def with_index(frame: Any) -> Any:
    """A frame of pandas whose index is a column where it has a name, or is of dates, which are no numbering."""
    index = frame.index
    if index.nlevels == 1 and index.name is None and str(index.dtype).startswith(("datetime64", "period")):
        frame = frame.set_axis(index.rename(TIMESTAMP), axis=0)
    named = [name for name in frame.index.names if name is not None]
    return frame.reset_index(level=named, allow_duplicates=True) if named else frame


def _pandas_column(column: Any) -> tuple[pl.Series, bool]:
    """The column, and whether it had to become text because its types differ."""
    kind = str(column.dtype)
    if kind.startswith("period"):
        column = column.dt.to_timestamp()
    elif kind == "category":
        categories, several = mixed_column(column.cat.categories.tolist())
        codes = pl.Series(column.cat.codes.to_numpy()).cast(pl.Int64)
        return categories.gather(codes.set(codes < 0, None)), several
    elif kind == "object":
        return mixed_column(column.tolist())
    try:
        return pl.Series(values=column), False
    except (TypeError, ValueError, ImportError, pl.exceptions.PolarsError):
        return mixed_column(column.tolist())


def mixed_column(values: list[Any]) -> tuple[pl.Series, bool]:
    """Python values of any types as one column of their own type, or as text where they share none (then True).

    Stamps of one time zone keep it; stamps of several become text, each with its own offset.

    >>> mixed_column([1, "1", None, 2.5])[0].to_list()
    ['1', '1', None, '2.5']
    """
    known, kinds = _known(values)
    if kinds == {datetime}:
        return _stamps(known), False
    if kinds == {list}:
        return pl.Series([None] * len(known), dtype=pl.List(pl.Null)), False
    try:
        if kinds in ({int}, {bool}, {str}, {date}):
            return _alike(known, *kinds), False
        if kinds and kinds <= {int, float}:
            return pl.Series([None if value is None else float(value) for value in known], dtype=pl.Float64), False
    except (OverflowError, pl.exceptions.PolarsError):  # whole numbers beyond 64 bits are text
        pass
    return pl.Series([None if value is None else str(value) for value in known], dtype=pl.String), len(kinds) > 1


def _alike(values: list[Any], kind: Any) -> pl.Series:
    exact = kind is date or set(map(type, values)) <= {kind, type(None)}
    return pl.Series(values if exact else [None if value is None else kind(value) for value in values])


def _known(values: list[Any]) -> tuple[list[Any], set[type]]:
    """The values with None for every way to say missing, and the types that they are read as."""
    types = set(map(type, values))
    if not all(kind in _NEVER_MISSING for kind in types):
        values = [None if _is_missing(value) else value for value in values]
        types = set(map(type, values))
    return values, {_kind(found) for found in types if found is not type(None)}


def _kind(found: type) -> type:
    """The type that values of a type are read as; object for one that is read as its text."""
    families: tuple[tuple[type, Any], ...] = (
        (bool, (bool, np.bool_)),
        (int, Integral),
        (float, (Real, Decimal)),
        (str, str),
        (datetime, datetime),
        (date, date),
        (list, (list, tuple, dict, set, np.ndarray, bytes)),
    )
    return next((kind for kind, family in families if issubclass(found, family)), object)


def _stamps(values: list[Any]) -> pl.Series:
    zones = {str(value.tzinfo) for value in values if value is not None}
    if zones == {"None"}:
        return pl.Series(values)
    zone = next(iter(zones))
    if len(zones) == 1 and (zone == "UTC" or "/" in zone):
        clocks = pl.Series([None if value is None else value.replace(tzinfo=None) for value in values])
        return clocks.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return pl.Series([None if value is None else value.isoformat(" ") for value in values], dtype=pl.String)


def _is_missing(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_nan()
    return value is None or type(value).__name__ in {"NAType", "NaTType"} or _is_nan(value)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float | np.floating) and bool(np.isnan(value))
