"""Frames of pandas, pyarrow, polars and everything that narwhals knows become polars frames, no value changed."""

from typing import Any

import narwhals as nw
import polars as pl

from foresale.core.errors import ConfigError
from foresale.data.raw import Raw, refuse, unique_names


def read_frame(source: Any) -> Raw:
    """The rows of a data frame of any library.

    A pandas index that has a name becomes a column. Columns of mixed types become text.

    Raises:
        ConfigError: the source is no data frame.
        DataError: a frame without columns.

    >>> read_frame(pl.DataFrame({"sku": ["a"], "qty": [1]})).frame.shape
    (1, 2)
    """
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
        return _raw([_from_arrow(source.column(i)) for i in range(len(names))], names)
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


def _raw(columns: list[pl.Series], found: list[str]) -> Raw:
    if not columns:
        raise refuse("no columns", "the frame", "Pass a frame with columns and rows.")
    names, repeated, notes = unique_names(found)
    frame = pl.DataFrame([column.alias(name) for column, name in zip(columns, names, strict=True)])
    return Raw(frame, frame.height, notes=tuple(notes), repeated=frozenset(repeated))


def _from_arrow(column: Any) -> pl.Series:
    series = pl.from_arrow(column)
    if not isinstance(series, pl.Series):
        raise TypeError("an arrow column is one series")
    return series


def _from_pandas(frame: Any) -> Raw:
    named = [name for name in frame.index.names if name is not None]
    if named:
        frame = frame.reset_index(level=named, allow_duplicates=True)
    names = ["_".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    return _raw([_pandas_column(frame.iloc[:, i]) for i in range(len(names))], names)


def _pandas_column(column: Any) -> pl.Series:
    kind = str(column.dtype)
    if kind.startswith("period"):
        column = column.dt.to_timestamp()
    elif kind == "category":
        return _pandas_categories(column)
    elif kind == "object":
        return mixed_column(column.tolist())
    try:
        series = pl.from_pandas(column)
    except (TypeError, ValueError, ImportError, pl.exceptions.PolarsError):
        return mixed_column(column.tolist())
    return series if isinstance(series, pl.Series) else mixed_column(column.tolist())


def _pandas_categories(column: Any) -> pl.Series:
    categories = mixed_column(column.cat.categories.tolist())
    codes = pl.Series(column.cat.codes.to_numpy()).cast(pl.Int64)
    return categories.gather(codes.set(codes < 0, None))


def mixed_column(values: list[Any]) -> pl.Series:
    """Python values of any types as one column: their own type where they share one, else text.

    >>> mixed_column([1, "1", None, 2.5]).to_list()
    ['1', '1', None, '2.5']
    """
    known = [None if _is_missing(value) else value for value in values]
    kinds = {type(value) for value in known if value is not None}
    if len(kinds) <= 1 or kinds <= {int, float}:
        try:
            return pl.Series(known, strict=True)
        except (TypeError, OverflowError, pl.exceptions.PolarsError):
            pass
    return pl.Series([None if value is None else str(value) for value in known], dtype=pl.String)


def _is_missing(value: Any) -> bool:
    return (
        value is None or type(value).__name__ in {"NAType", "NaTType"} or (isinstance(value, float) and value != value)
    )
