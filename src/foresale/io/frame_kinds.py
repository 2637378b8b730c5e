"""Tables of results in the kind of data frame that the caller came with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from foresale.io.frames import with_index

Library = Literal["polars", "pandas", "pyarrow"]


@dataclass(frozen=True)
class FrameKind:
    """The library of a frame, and what pandas calls the types of its columns, which are more than those of others.

    Attributes:
        library: what the frame is of; one that is of none of these is answered with polars.
        types: pandas' types by column, those of a named index among them.
    """

    library: Library
    types: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Any) -> "FrameKind | None":
        """The kind of a frame or of a series; None for what is neither.

        >>> FrameKind.of(pl.DataFrame({"sku": ["a"]}))
        FrameKind(library='polars', types={})
        """
        import narwhals as nw

        if nw.dependencies.is_pandas_series(source):
            source = source.to_frame()
        if nw.dependencies.is_pandas_dataframe(source):
            columns = with_index(source)
            own = range(columns.shape[1])
            return cls("pandas", {str(columns.columns[place]): _kind(columns.iloc[:, place]) for place in own})
        if nw.dependencies.is_pyarrow_table(source):
            return cls("pyarrow")
        if isinstance(source, pl.DataFrame | pl.LazyFrame | pl.Series):
            return cls("polars")
        try:
            nw.from_native(source)
        except TypeError:
            return None
        return cls("polars")

    def restore(self, frame: pl.DataFrame) -> Any:
        """A table in this kind; columns that the caller had too get their types back.

        >>> FrameKind("pandas").restore(pl.DataFrame({"sku": ["a"], "mean": [3.0]})).shape
        (1, 2)
        """
        if self.library == "pyarrow":
            return frame.to_arrow()
        return self._pandas(frame) if self.library == "pandas" else frame

    def _pandas(self, frame: pl.DataFrame) -> Any:
        import pandas as pd

        return pd.DataFrame({name: self._column(frame[name]) for name in frame.columns}, copy=False)

    def _column(self, column: pl.Series) -> Any:
        import pandas as pd

        kind = self.types.get(column.name)
        if kind is date:
            return pd.Series(column.to_list(), dtype=object)
        values = pd.Series(_plain(column))
        if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None:
            values = values.dt.tz_localize("UTC").dt.tz_convert(column.dtype.time_zone)
        if kind is None or (column.dtype.is_temporal() and not _of_time(kind)):
            return values
        return values.astype(kind)


def _kind(column: Any) -> Any:
    """The type of a column of pandas; `date` where its objects are dates, of which pandas has no type."""
    if str(column.dtype) != "object":
        return column.dtype
    first = next((value for value in column if value is not None), None)
    return date if type(first) is date else column.dtype


def _plain(column: pl.Series) -> Any:
    """What pandas makes a column of: text and flags as Python's values, stamps as numpy's, those of a zone in UTC."""
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us")).to_numpy()
    if column.dtype.is_numeric() or column.dtype.is_temporal():
        return column.to_numpy()
    return column.to_list()


def _of_time(kind: Any) -> bool:
    """Whether a type of pandas, or of arrow within it, holds stamps or periods."""
    return str(kind).startswith(("datetime64", "period", "timestamp", "date32", "date64"))
